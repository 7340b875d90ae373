"""A history that grows: nothing is copied, nothing handed out changes."""

from __future__ import annotations

import time

import numpy as np
import pytest

from rnnlab.runs import History
from rnnlab.session.record import Record


def points(first: int, n: int) -> dict[str, np.ndarray]:
    updates = np.arange(first, first + n)
    return {"updates": updates, "losses": updates / 2, "gradient_norms": updates * 2.0}


def test_rows_come_out_as_they_went_in() -> None:
    record = Record()
    for first in range(1, 3001, 7):
        record.extend(points(first, 7))
    record.extend({"evaluated_at": [0, 20], "accuracies": [0.5, 0.6], "validation_losses": [1, 2]})
    history = record.history
    np.testing.assert_array_equal(history.updates, np.arange(1, len(history.updates) + 1))
    np.testing.assert_array_equal(history.losses, history.updates / 2)
    np.testing.assert_array_equal(history.gradient_norms, history.updates * 2)
    assert (history.evaluated_at.tolist(), history.accuracy) == ([0, 20], 0.6)


def test_a_history_handed_out_stays_as_it_was() -> None:
    record = Record()
    record.extend(points(1, 10))
    before = record.history
    record.extend(points(11, 5000))
    assert before.n_updates == 10 and record.history.n_updates == 5010
    with pytest.raises(ValueError, match="read-only"):
        before.losses[0] = 7


def test_it_goes_on_from_a_history_without_touching_it() -> None:
    start = History(np.array([1, 2]), np.array([0.5, 0.4]), np.ones(2))
    record = Record(start)
    record.extend(points(3, 2))
    assert record.history.updates.tolist() == [1, 2, 3, 4]
    assert start.n_updates == 2


@pytest.mark.alone
def test_the_cost_of_growing_does_not_depend_on_the_length() -> None:
    record = Record()
    record.extend(points(1, 200_000))
    start = time.perf_counter()
    for i in range(1000):
        record.extend(points(200_001 + i, 1))
        assert record.history.n_updates == 200_001 + i
    assert (time.perf_counter() - start) / 1000 < 1e-3


def test_tables_widen_and_what_was_not_said_is_nan() -> None:
    record = Record()
    steps = {"losses": np.ones(2), "gradient_norms": np.ones(2)}
    record.extend({"updates": np.array([1, 2]), **steps, "penalty_values": np.ones((2, 1))})
    record.extend({"updates": np.array([3, 4]), **steps, "penalty_values": np.full((2, 2), 3.0)})
    record.extend({"updates": np.array([5, 6]), **steps})
    expected = [[1, np.nan]] * 2 + [[3, 3]] * 2 + [[np.nan, np.nan]] * 2
    np.testing.assert_array_equal(record.history.penalty_values, expected)

"""Histories, and the streams that everything random comes from."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab.runs import History, stream
from tests.runs.states import snapshot


def test_to_arrays_and_back() -> None:
    history = snapshot(update=6).history
    back = History.from_arrays(history.to_arrays())
    assert all(np.array_equal(a, back.to_arrays()[name]) for name, a in history.to_arrays().items())
    assert History.from_arrays(History().to_arrays()).n_updates == 0


def test_until_cuts_what_came_after() -> None:
    history = snapshot(update=6).history
    cut = history.until(4)
    assert cut.updates.tolist() == [1, 2, 3, 4]
    assert np.array_equal(cut.losses, history.losses[:4])
    assert len(history.until(0).accuracies) == 1


def test_lengths_that_differ_are_refused() -> None:
    with pytest.raises(ValueError, match="one length"):
        History(updates=np.arange(3), losses=np.zeros(2), gradient_norms=np.zeros(3))


def test_unknown_arrays_are_refused() -> None:
    with pytest.raises(ValueError, match="expected the arrays"):
        History.from_arrays({"updates": np.arange(3)})


def test_accuracy_is_the_last_one() -> None:
    history = History(
        evaluated_at=np.array([0, 5]), accuracies=np.array([0.9, 0.7]), validation_losses=np.array([1.0, 2.0])
    )
    assert (history.accuracy, history.best_accuracy) == (0.7, 0.9)
    assert (History().accuracy, History().best_accuracy) == (None, None)
    assert "70.0%" in repr(history)


def test_html_shows_shapes_and_no_array() -> None:
    history = History(
        np.arange(1, 1001),
        np.linspace(2.0, 0.5, 1000),
        np.ones(1000),
        np.array([0, 500]),
        np.array([0.5, 0.75]),
        np.ones(2),
    )
    html = history._repr_html_()
    assert "<th>losses</th><td>(update 1000)</td><td>2 to 0.5</td>" in html
    assert "<th>accuracies</th><td>(evaluation 2)</td><td>0.5 to 0.75</td>" in html
    assert repr(history) in html
    assert len(html) < 1500
    assert "(update 0)" in History()._repr_html_()


def test_streams_depend_on_all_three() -> None:
    draws = {
        stream(seed, purpose, index).random()
        for seed in (0, 1, 2**40)
        for purpose in ("batch", "noise")
        for index in (0, 1, 10**6)
    }
    assert len(draws) == 3 * 2 * 3
    assert stream(2**40, "noise", 10**6).random() in draws


def test_streams_do_not_change_between_versions() -> None:
    """Somebody's seed must mean the same run next year."""
    assert stream(7, "batch", 3).integers(0, 2**32, 3).tolist() == [1839702849, 3897140843, 1227687420]

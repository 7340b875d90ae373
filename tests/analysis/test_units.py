"""Orders of units."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab.analysis import peak_order, selectivity


def test_units_are_ordered_by_the_time_of_their_peak() -> None:
    time = np.arange(100)
    peaks = np.array([70, 10, 40, 90])
    bumps = np.exp(-0.5 * ((time[:, None] - peaks) / 5) ** 2)
    rates = np.stack([bumps, 3 * bumps])
    found = peak_order(rates, dt=10)
    assert found.order.tolist() == [1, 2, 0, 3]
    assert found.values.tolist() == (peaks * 10).tolist()
    assert "ms" in repr(found)


def test_padding_does_not_move_a_peak() -> None:
    rates = np.zeros((2, 4, 1))
    rates[0, :, 0] = [0, 1, 0, 9]  # the last step lies behind the end of this trial
    rates[1, :, 0] = [0, 1, 0, 0]
    inside = np.array([[True, True, True, False], [True, True, True, False]])
    assert peak_order(rates, where=inside).values.tolist() == [1]


def test_ties_keep_the_order_of_the_network() -> None:
    assert peak_order(np.ones((1, 3, 5))).order.tolist() == [0, 1, 2, 3, 4]


def test_selectivity_is_d_prime() -> None:
    rng = np.random.default_rng(0)
    group = np.arange(4000) % 2 == 1
    rates = rng.normal(size=(4000, 1, 3)) * [1.0, 2.0, 1.0]
    rates[group] += [1.5, -3.0, 0.0]
    found = selectivity(np.repeat(rates, 5, axis=1), ~group, group)
    assert found.values == pytest.approx([1.5, -1.5, 0.0], abs=0.1)
    assert found.order.tolist() == [1, 2, 0]


def test_selectivity_looks_only_into_its_window() -> None:
    rates = np.zeros((4, 10, 1))
    rates[2:, 5:, 0] = [[1], [3]]
    rates[:2, 5:, 0] = [[0], [2]]
    late = selectivity(rates, [0, 1], [2, 3], window=(5, 10))
    assert late.values.tolist() == [1.0]
    assert selectivity(rates, [0, 1], [2, 3], window=(0, 5)).values.tolist() == [0.0]


def test_certain_units_are_infinitely_selective() -> None:
    rates = np.zeros((2, 3, 2))
    rates[1, :, 0] = -1
    assert selectivity(rates, [0], [1]).values.tolist() == [-np.inf, 0.0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: peak_order(np.zeros((3, 2))), r"rates: shape \(3, 2\)"),
        (lambda: peak_order(np.zeros((3, 2, 1)), where=np.ones(3, bool)), r"where: shape \(3,\)"),
        (lambda: selectivity(np.zeros((2, 3, 1)), [], [1]), "first: no trial"),
        (lambda: selectivity(np.zeros((2, 3, 1)), [0], np.zeros(2, bool)), "second: no trial"),
        (lambda: selectivity(np.zeros((2, 3, 1)), [0], [1], window=(3, 9)), "window"),
    ],
)
def test_wrong_arguments_are_named(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()

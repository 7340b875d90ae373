"""Balanced designs: how often each condition, and each value of each factor, is dealt out."""

from __future__ import annotations

import itertools
from fractions import Fraction
from math import ceil, floor, prod

import numpy as np
import pytest

from rnnlab import tasks
from rnnlab.tasks import Batch, Choice, Constant, Epoch, Factor, Hold
from tests.tasks.language import small_task

Odds = tuple[int, ...]

GRIDS = [
    pytest.param(((1, 1), (1, 1)), 2, id="two trials of 2 x 2"),
    pytest.param(((1, 1), (1, 1, 1), (1, 1, 1), (1, 1), (1, 1)), 20, id="20 of 72"),
    pytest.param(((1, 1), (1, 1, 1), (1, 1, 1), (1, 1), (1, 1)), 7, id="7 of 72"),
    pytest.param(((1, 1), (1, 1, 1), (1, 1, 1), (1, 1), (1, 1)), 70, id="70 of 72"),
    pytest.param(((1, 1), (1,) * 15, (1,) * 15), 128, id="128 of 450"),
    pytest.param(((3, 1), (1, 1)), 10, id="odds"),
    pytest.param(((72, 1), (1, 1), (1, 1, 1), (1, 1, 1), (1, 1), (1, 1)), 20, id="rare catch trials"),
    pytest.param(((1, 1), (1, 1, 1), (72, 1)), 200, id="rare catch trials, many"),
]


def grid(weights: tuple[Odds, ...]) -> tuple[Factor, ...]:
    return tuple(Factor(f"f{i}", Choice(tuple(range(len(w))), w)) for i, w in enumerate(weights))


def table(batch: Batch, weights: tuple[Odds, ...]) -> np.ndarray:
    """How often each condition came, an axis for each factor."""
    counts = np.zeros([len(w) for w in weights], dtype=int)
    np.add.at(counts, tuple(batch.factors[f"f{i}"].astype(int) for i in range(len(weights))), 1)
    return counts


@pytest.mark.parametrize(("weights", "n_trials"), GRIDS)
@pytest.mark.parametrize("seed", range(4))
def test_conditions_and_values_come_as_often_as_their_odds_say(
    weights: tuple[Odds, ...], n_trials: int, seed: int
) -> None:
    counts = table(small_task(factors=grid(weights)).sample(n_trials, seed=seed, balanced=True), weights)
    whole = prod(map(sum, weights))
    for place in itertools.product(*(range(len(w)) for w in weights)):
        expected = Fraction(n_trials * prod(w[i] for w, i in zip(weights, place, strict=True)), whole)
        assert floor(expected) <= counts[place] <= ceil(expected)
    for axis, own in enumerate(weights):
        for i, weight in enumerate(own):
            expected = Fraction(n_trials * weight, sum(own))
            assert floor(expected) <= counts.take(i, axis=axis).sum() <= ceil(expected)


def test_over_many_batches_each_condition_comes_as_often_as_it_is_likely() -> None:
    weights: tuple[Odds, ...] = ((1, 1), (1, 1, 1), (5, 1))
    task = small_task(factors=grid(weights))
    counts = sum(table(task.sample(5, dt=50, seed=seed, balanced=True), weights) for seed in range(2000))
    expected = 10_000 * np.multiply.outer(np.full((2, 3), 1 / 6), (5 / 6, 1 / 6))
    # What is drawn without replacement varies less than by a binomial.
    assert (np.abs(counts - expected) < 4 * np.sqrt(expected)).all()


def test_two_factors_are_not_tied_to_each_other() -> None:
    weights: tuple[Odds, ...] = ((1, 1), (1, 1), (1, 1))
    task = small_task(factors=grid(weights))
    same = [
        np.mean(batch.factors["f0"] == batch.factors["f2"])
        for batch in (task.sample(4, dt=50, seed=seed, balanced=True) for seed in range(300))
    ]
    assert np.mean(same) == pytest.approx(0.5, abs=0.1)
    assert len(set(same)) > 1


def test_a_value_that_is_given_twice_comes_twice_as_often() -> None:
    task = small_task(factors=(Factor("a", Choice((1.0, 1.0, 2.0))), Factor("b", Choice((0, 1), (1, 0)))))
    batch = task.sample(12, balanced=True)
    assert sorted(batch.factors["a"]) == [1.0] * 8 + [2.0] * 4
    assert not batch.factors["b"].any()


def test_nothing_to_choose_needs_no_dealing() -> None:
    assert np.array_equal(small_task().sample(3, seed=1, balanced=True).inputs, small_task().sample(3, seed=1).inputs)


def test_a_slider_leaves_the_conditions_where_they_are() -> None:
    base = tasks.get("context_decision")
    moved = tasks.get("context_decision", stimulus=810, coherences=(1.1, 3.2, 10.4), noise=0.02)
    one, other = (task.sample(50, seed=3, balanced=True).factors for task in (base, moved))
    for name in ("context", "motion_side", "colour_side", "catch"):
        assert np.array_equal(one[name], other[name])
    number = {1: 1.1, 3: 3.2, 10: 10.4}
    assert [number[c] for c in one["motion_strength"]] == list(other["motion_strength"])


def test_a_small_change_of_odds_changes_few_trials() -> None:
    def factors(rare: float) -> tuple[Factor, ...]:
        return (*grid(((1, 1), (1, 1, 1))), Factor("rare", Choice((0, 1), (1 - rare, rare))))

    shown = Hold("rare", epochs=("end",))
    epochs = (Epoch("end", Constant(50), scored=True),)
    batches = [
        small_task(shown, factors=factors(rare), epochs=epochs).sample(120, seed=5, balanced=True)
        for rare in (0.1, 0.11)
    ]
    changed = np.zeros(120, dtype=bool)
    for name in ("f0", "f1", "rare"):
        changed |= batches[0].factors[name] != batches[1].factors[name]
    assert 0 < changed.sum() <= 40

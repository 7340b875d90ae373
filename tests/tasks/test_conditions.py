"""Conditions, balanced designs, skipped epochs, jittered onsets and catch trials."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab import tasks
from rnnlab.spec import SpecError
from rnnlab.tasks import (
    Channel,
    Choice,
    Compare,
    Constant,
    Epoch,
    Factor,
    Gate,
    Hold,
    LargestMean,
    Lookup,
    Remainder,
    Uniform,
    Until,
    with_catch,
)
from tests.tasks.language import small_task

END = Epoch("end", Constant(50), scored=True)
TWO = (Factor("a", Choice((1, 2, 3))), Factor("b", Choice((0, 1))), Factor("same", Compare("a", "==", "b")))


# ------------------------------------------------------------------------------------------------ designs


@pytest.mark.parametrize("n_trials", [6, 12, 60])
def test_a_balanced_design_has_every_condition_equally_often(n_trials: int) -> None:
    task = small_task(factors=TWO, design="balanced")
    for batch in (task.sample(n_trials), task.replace(design="random").sample(n_trials, balanced=True)):
        pairs = np.stack([batch.factors["a"], batch.factors["b"]])
        _, counts = np.unique(pairs, axis=1, return_counts=True)
        assert list(counts) == [n_trials // 6] * 6
        assert np.array_equal(batch.factors["same"], batch.factors["a"] == batch.factors["b"])


def test_a_balanced_design_is_exact_to_a_trial_and_shuffled() -> None:
    task = small_task(factors=TWO, design="balanced")
    counts = np.bincount(
        (task.sample(100, seed=3).factors["a"] * 2 + task.sample(100, seed=3).factors["b"]).astype(int)
    )
    assert set(counts[2:]) == {16, 17}
    a, b = task.sample(60, seed=1).factors["a"], task.sample(60, seed=2).factors["a"]
    assert not np.array_equal(a, b)
    assert not np.array_equal(a, np.sort(a))


def test_odds_are_kept_in_a_balanced_design() -> None:
    odd = (Factor("a", Choice((0, 1), weights=(3, 1))), Factor("b", Choice((0, 1))))
    batch = small_task(factors=odd).sample(80, balanced=True)
    table = np.bincount((2 * batch.factors["a"] + batch.factors["b"]).astype(int))
    assert list(table) == [30, 30, 10, 10]


def test_random_designs_are_random_even_where_balanced_by_default() -> None:
    task = small_task(factors=TWO, design="balanced")
    counts = np.bincount(task.sample(600, balanced=False).factors["a"].astype(int))[1:]
    assert counts.max() - counts.min() > 1
    assert task.digest != task.replace(design="random").digest


def test_what_is_drawn_from_a_continuum_stays_random() -> None:
    batch = small_task(factors=(*TWO, Factor("x", Uniform(0, 1)))).sample(60, balanced=True)
    assert len(np.unique(batch.factors["x"])) == 60


def test_too_many_conditions_are_refused() -> None:
    many = tuple(Factor(f"f{i}", Choice(tuple(range(100)))) for i in range(3))
    with pytest.raises(SpecError, match=r"task\.design: more than 100000 conditions"):
        small_task(factors=many).sample(5, balanced=True)
    assert small_task(factors=many).conditions() is None


def test_conditions_are_listed_with_what_is_derived() -> None:
    found = small_task(factors=(*TWO, Factor("x", Uniform(0, 1)))).conditions()
    assert set(found) == {"a", "b", "same"}
    assert len(found["a"]) == 6
    assert np.array_equal(found["same"], found["a"] == found["b"])
    assert len(tasks.get("context_decision", catch=0).conditions()["context"]) == 72


# ------------------------------------------------------------------------------------------------- epochs

COIN = (Factor("coin", Choice((0, 1))), Factor("tails", Gate("not", ("coin",))))


def test_an_epoch_may_be_skipped() -> None:
    epochs = (Epoch("a", Constant(100), when="coin"), Epoch("b", Constant(50), when="tails"), END)
    batch = small_task(Hold(1, epochs=("a",)), Hold(2, epochs=("b",)), factors=COIN, epochs=epochs).sample(50)
    coin = batch.factors["coin"]
    assert np.array_equal(np.diff(batch.epochs["a"])[:, 0], 10 * coin)
    assert np.array_equal(np.diff(batch.epochs["b"])[:, 0], 5 * (1 - coin))
    assert np.array_equal(batch.lengths, np.where(coin == 1, 15, 10))
    assert np.array_equal(batch.inputs.sum(axis=(1, 2)), np.full(50, 10))


def test_nothing_to_judge_in_some_condition_is_refused() -> None:
    only = (Epoch("a", Constant(100)), Epoch("e", Constant(50), scored=True, when="coin"))
    with pytest.raises(SpecError, match=r"Task\.epochs: nothing is scored in trials with coin = 0"):
        small_task(factors=COIN, epochs=only)
    small_task(factors=COIN, epochs=(*only, Epoch("f", Constant(50), scored=True, when="tails")))
    loose = (Factor("x", Uniform(0, 1)), Factor("coin", Compare("x", ">", 0.5)))
    with pytest.raises(SpecError, match="factors that can take any value"):
        small_task(factors=loose, epochs=only)


def test_scoring_by_an_epoch_that_a_trial_may_not_have_is_refused() -> None:
    epochs = (Epoch("e", Constant(50), scored=True, when="coin"), END)
    two = (Channel("x", (Hold(0),)), Channel("y", (Hold(1),)))
    with pytest.raises(SpecError, match=r"Task\.scoring\.epochs: a trial may have none"):
        small_task(factors=COIN, epochs=epochs, outputs=two, scoring=LargestMean(("e",)))
    task = small_task(factors=COIN, epochs=epochs, outputs=two, scoring=LargestMean(("e",), only="coin"))
    batch = task.sample(20)
    assert task.score(batch.targets, batch).accuracy == 1
    small_task(factors=COIN, epochs=epochs, outputs=two, scoring=LargestMean(("e", "end")))


def test_an_epoch_may_end_at_a_jittered_time_whatever_came_before() -> None:
    epochs = (Epoch("a", Uniform(0, 100)), Epoch("b", Until(200, 300)), Epoch("c", Until(400, 400)), END)
    batch = small_task(epochs=epochs).sample(500, dt=1)
    ends = batch.epochs["b"][:, 1]
    assert 200 <= ends.min() < 205
    assert 295 < ends.max() <= 300
    assert (batch.epochs["c"][:, 1] == 400).all()
    assert (batch.lengths == 450).all()
    assert abs(np.corrcoef(batch.epochs["a"][:, 1], ends)[0, 1]) < 0.15


def test_the_remainder_after_a_jittered_time() -> None:
    epochs = (Epoch("a", Until(50, 100)), Epoch("e", Remainder(200), scored=True))
    assert (small_task(epochs=epochs).sample(100).lengths == 20).all()


@pytest.mark.parametrize(
    ("epochs", "path", "words"),
    [
        ((Epoch("a", Uniform(0, 100)), Epoch("b", Until(80, 120)), END), "Task.epochs[1].duration", "100 ms or later"),
        (
            (Epoch("a", Until(0, 9)), Epoch("e", Until(9, 9), scored=True)),
            "Task.epochs[1].duration",
            "none of it judged",
        ),
        ((Epoch("a", Remainder(90)), Epoch("b", Until(95, 99)), END), "Task.epochs[1].duration", "after the remainder"),
        ((Epoch("a", Constant(10), when="nobody"), END), "Task.epochs[0].when", "unknown factor"),
        ((Epoch("e", Constant(10), scored=True, weight="coin"),), "Task.epochs[0].weight", "may be 0 or less"),
    ],
)
def test_epochs_that_cannot_be_are_refused(epochs: tuple[Epoch, ...], path: str, words: str) -> None:
    with pytest.raises(SpecError) as caught:
        small_task(epochs=epochs, factors=COIN)
    assert caught.value.path == path
    assert words in str(caught.value)


def test_until_goes_forward() -> None:
    with pytest.raises(SpecError, match=r"Until\.low"):
        Until(20, 10)


def test_a_weight_may_be_a_factor() -> None:
    worth = (*COIN, Factor("worth", Lookup("coin", (1, 3))))
    mask = small_task(factors=worth, epochs=(Epoch("e", Constant(50), scored=True, weight="worth"),)).sample(20)
    assert np.array_equal(mask.mask[:, 0, 0], np.where(mask.factors["coin"] == 1, 3, 1))


# ------------------------------------------------------------------------------------------------- catch


def test_catch_trials_hold_the_targets_and_do_not_count() -> None:
    task = with_catch(small_task(Hold(1, epochs=("a",)), Hold(0.5)), 0.25, 300, 0.1)
    batch = task.sample(400, seed=1)
    catch = batch.factors["catch"] == 1
    assert catch.mean() == pytest.approx(0.25, abs=0.07)
    assert np.array_equal(batch.lengths, np.where(catch, 30, 20))
    assert (batch.inputs[catch] == 0.5).all()
    assert np.allclose(batch.targets[catch], 0.1)
    assert (batch.mask[catch] == 1).all()
    score = task.score(np.where(catch[:, None, None], 9, batch.targets), batch)
    assert score.accuracy == 1
    assert np.array_equal(score.counted, ~catch)
    assert str((~catch).sum()) in repr(score)


def test_catch_targets_may_differ_between_outputs() -> None:
    outputs = tuple(Channel(name, (Hold(level, epochs=("end",)),)) for name, level in (("x", 0), ("y", 1)))
    two = small_task(Hold(1, epochs=("a",)), outputs=outputs)
    batch = with_catch(two, 0.5, 100, {"x": 0.3, "y": 0.6}).sample(20)
    assert np.allclose(batch.targets[batch.factors["catch"] == 1][0, 5], [0.3, 0.6])
    assert with_catch(two, 0, 100) is two
    with pytest.raises(SpecError, match="no probability"):
        with_catch(two, 1, 100)

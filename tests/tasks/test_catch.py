"""Catch trials over the whole catalogue: nothing is shown, the targets are held, the score leaves them out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from rnnlab import tasks
from rnnlab.spec import SpecError
from rnnlab.tasks import (
    TASKS,
    Batch,
    Channel,
    Choice,
    Compare,
    Constant,
    Epoch,
    Factor,
    Gate,
    Hold,
    LargestMean,
    Remainder,
    Several,
    SignOfMean,
    Task,
    Uniform,
    Until,
    WithinTolerance,
    WorstCondition,
    edit,
    with_catch,
)
from tests.tasks.language import small_task

HOLDING = 0.3
N = 60


def without_catch(name: str) -> Task:
    return tasks.get(name, **({"catch": 0} if "catch" in TASKS[name].settings() else {}))


def added(task: Task) -> Task:
    return edit.add_catch(task)


def asked_for(task: Task) -> Task:
    return with_catch(task, 0.25, 700, HOLDING)


STILL = [name for name in TASKS if name != "sine_wave"]
family = pytest.mark.parametrize("name", STILL)
both_ways = pytest.mark.parametrize("way", [added, asked_for])


def drawn(task: Task) -> tuple[Batch, Batch, np.ndarray]:
    """All trials, those of catch, and which steps these have, (trial, time)."""
    batch = task.sample(N, seed=4, noise=False)
    caught = batch[batch.factors["catch"] == 1]
    assert 0 < caught.n_trials < N
    return batch, caught, np.arange(caught.n_steps) < caught.lengths[:, None]


@family
@both_ways
def test_nothing_is_shown_and_the_targets_are_held(name: str, way: Callable[[Task], Task]) -> None:
    batch, caught, there = drawn(way(without_catch(name)))
    assert len(np.unique(caught.lengths)) == 1
    shown = batch[batch.factors["catch"] == 0]
    live = np.arange(batch.n_steps) < shown.lengths[:, None]
    for i, name_of_input in enumerate(batch.task.input_names):
        levels = np.unique(caught.inputs[:, :, i][there])
        assert len(levels) == 1, name_of_input
        # What is on is a baseline, below which the input never goes.
        assert levels[0] == 0 or levels[0] <= shown.inputs[:, :, i][live].min()
    for i in range(caught.task.n_outputs):
        levels = np.unique(caught.targets[:, :, i][there])
        assert len(levels) == 1
        if way is asked_for:
            assert levels[0] == pytest.approx(HOLDING)
    assert np.array_equal(caught.mask > 0, np.broadcast_to(there[:, :, None], caught.mask.shape))


@family
@both_ways
def test_the_score_leaves_them_out(name: str, way: Callable[[Task], Task]) -> None:
    batch, _, _ = drawn(way(without_catch(name)))
    catch = batch.factors["catch"] == 1
    right = batch.task.score(batch.targets, batch)
    spoilt = batch.task.score(np.where(catch[:, None, None], 7.0, batch.targets), batch)
    assert right.accuracy == spoilt.accuracy == pytest.approx(1)
    counted = spoilt.counted
    assert counted is not None and counted.any() and not counted[catch].any()
    original = without_catch(name)
    assert counted[~catch].all() or original.scoring.only


@family
@both_ways
def test_the_other_trials_are_as_they_were(name: str, way: Callable[[Task], Task]) -> None:
    task = without_catch(name)
    batch, was = way(task).sample(N, seed=4, noise=False), task.sample(N, seed=4, noise=False)
    shown = batch.factors["catch"] == 0
    steps = int(was.lengths[shown].max())
    for trace in ("inputs", "targets", "mask"):
        assert np.array_equal(getattr(batch, trace)[shown][:, :steps], getattr(was, trace)[shown][:, :steps])
    assert np.array_equal(batch.lengths[shown], was.lengths[shown])


def test_outputs_rest_at_their_low_target() -> None:
    """Low targets as published: 0.2 of PsychRNN and pycog, 0.1 of sisyphus2; a compass rests at its first angle."""
    wanted = {
        "perceptual_discrimination": (0.2, 0.2), "random_dots": (0.2, 0.2), "ax_cpt": (0.1, 0.1),
        "cued_flip_flop": (0.1, 0.1), "delay_go": (0, 0, 0), "signed_random_dots": (0,), "identity": (0, 0),
        "flip_flop": (0, 0, 0), "angle_integration": (1, 0, 0), "memory_anti_number": (0,),
    }  # fmt: skip
    for name, levels in wanted.items():
        _, caught, there = drawn(added(without_catch(name)))
        assert np.allclose(caught.targets[there], levels, atol=1e-7), name
    least = small_task(Hold(1, epochs=("a",)), outputs=(Channel("out", (Hold(-0.4, epochs=("end",)),)),))
    assert tasks.catch.levels_at_rest(least) == {"out": -0.4}


def test_a_task_that_shows_nothing_has_no_catch_trials() -> None:
    for task in (tasks.get("sine_wave"), small_task(Hold(0.5))):
        for way in (added, asked_for):
            with pytest.raises(SpecError, match="nothing that a catch trial could leave out: no network could tell"):
                way(task)


def test_targets_are_given_for_every_output_and_no_other() -> None:
    task = small_task(Hold(1, epochs=("a",)))
    with pytest.raises(SpecError, match="output 'out' has no target"):
        with_catch(task, 0.5, 100, {})
    with pytest.raises(SpecError, match="output 'other' is not there"):
        with_catch(task, 0.5, 100, {"out": 0.0, "other": 0.0})
    with pytest.raises(SpecError, match="catch"):
        added(added(task))


# -------------------------------------------------------------------------------- factors and scores of their own

CONTINUUM = (Factor("x", Uniform(-1, 1)), Factor("large", Compare("x", ">", 0.2)))
TWO = (Channel("left", (Hold(0.0),)), Channel("right", (Hold(1.0),)))


def caught_and_counted(task: Task) -> tuple[np.ndarray, np.ndarray]:
    batch = task.sample(200, noise=False)
    counted = task.score(batch.targets, batch).counted
    assert counted is not None
    return batch.factors["catch"] == 1, counted


@pytest.mark.parametrize(
    "scoring",
    [
        LargestMean(only="large"),
        LargestMean(("end",), only="large"),
        WorstCondition(LargestMean(("end",), only="large"), ("coin",)),
        WorstCondition(LargestMean(("end",)), ("coin",), only="large"),
        Several((LargestMean(("end",), only="large"), WithinTolerance())),
    ],
)
def test_a_score_that_counts_some_trials_counts_those_that_show_something(scoring: tasks.AnyScoring) -> None:
    factors = (*CONTINUUM, Factor("coin", Choice((0, 1))))
    task = with_catch(small_task(Hold("x", epochs=("a",)), factors=factors, outputs=TWO, scoring=scoring), 0.3, 200)
    catch, counted = caught_and_counted(task)
    batch = task.sample(200, noise=False)
    assert np.array_equal(counted, ~catch & (batch.factors["x"] > 0.2))
    for part in task.score(batch.targets, batch).parts.values():
        assert part.counted is not None and not part.counted[catch].any()


def test_epochs_and_signals_of_some_trials_are_in_no_catch_trial() -> None:
    """Also where what they go by is drawn from a continuum, and its new name is taken."""
    epochs = (
        Epoch("a", Constant(100)),
        Epoch("b", Constant(50), scored=True, when="large"),
        Epoch("end", Constant(50), scored=True),
    )
    factors = (*CONTINUUM, Factor("large and shown", Choice((0, 1))))
    signals = Hold("x", when="large"), Hold(0.2)
    task = with_catch(small_task(*signals, factors=factors, epochs=epochs), 0.5, 120, 0.4)
    batch = task.sample(100, noise=False)
    catch, large = batch.factors["catch"] == 1, batch.factors["x"] > 0.2
    assert np.array_equal(batch.lengths, np.where(catch, 12, np.where(large, 20, 15)))
    level = np.where(large & ~catch, batch.factors["x"], 0.0) + 0.2
    assert np.allclose(batch.inputs[:, 5, 0], level, atol=1e-6)
    assert {epoch.when for epoch in task.epochs} == {"shown", "large and shown 2", "catch"}


def test_a_target_of_all_trials_of_an_epoch_may_name_their_factor() -> None:
    coin = (Factor("coin", Choice((0, 1))), Factor("tails", Gate("not", ("coin",))))
    epochs = (
        Epoch("b", Constant(50), scored=True, when="coin"),
        Epoch("c", Constant(50), scored=True, when="tails"),
    )

    def task(*signals: Hold) -> Task:
        return small_task(Hold(1), factors=coin, epochs=epochs, outputs=(Channel("out", signals),))

    task(Hold(1, when="coin"), Hold(0, epochs=("c",)))
    with pytest.raises(SpecError, match="'out' has no target in the scored epoch 'c'"):
        task(Hold(1, when="coin"))
    with pytest.raises(SpecError, match="'out' has no target in the scored epoch 'b'"):
        task(Hold(1, when="tails"))


# -------------------------------------------------------------------------------------- epochs that never meet

COIN = (Factor("coin", Choice((0, 1))), Factor("tails", Gate("not", ("coin",))))


def test_the_remainder_leaves_out_what_cannot_come_together() -> None:
    epochs = (Epoch("a", Constant(900), when="coin"), Epoch("rest", Remainder(400), scored=True, when="tails"))
    end = Epoch("end", Constant(50), scored=True)
    batch = small_task(factors=COIN, epochs=(*epochs, end)).sample(40)
    assert np.array_equal(batch.lengths, np.where(batch.factors["coin"] == 1, 95, 40))
    with pytest.raises(SpecError, match="the other epochs can last 950 ms, more than the trial's 400 ms"):
        small_task(factors=COIN, epochs=(epochs[0], epochs[1].replace(when=""), end))


def test_two_remainders_may_be_where_no_trial_has_both() -> None:
    one, other = (Epoch(f"rest of {when}", Remainder(t), True, when=when) for when, t in (("coin", 300), ("tails", 80)))
    batch = small_task(factors=COIN, epochs=(one, other)).sample(40)
    assert np.array_equal(batch.lengths, np.where(batch.factors["coin"] == 1, 30, 8))
    with pytest.raises(SpecError, match=r"epochs\[0\] is the remainder already"):
        small_task(factors=COIN, epochs=(one, other.replace(when="")))


def test_a_given_end_looks_at_what_can_come_before() -> None:
    end = Epoch("end", Constant(50), scored=True)
    late, early = Epoch("late", Constant(600), when="coin"), Epoch("early", Until(200, 300), when="tails")
    batch = small_task(factors=COIN, epochs=(late, early, end)).sample(60, dt=1)
    tails = batch.factors["tails"] == 1
    assert (batch.lengths[~tails] == 650).all()
    assert batch.lengths[tails].min() >= 250 and batch.lengths[tails].max() <= 350
    with pytest.raises(SpecError, match="what comes before can last until 600 ms"):
        small_task(factors=COIN, epochs=(late, early.replace(when=""), end))
    rest = Epoch("rest", Remainder(500), when="coin")
    assert small_task(factors=COIN, epochs=(rest, early, end)).sample(9).n_steps == 50
    with pytest.raises(SpecError, match="comes after the remainder"):
        small_task(factors=COIN, epochs=(rest, early.replace(when=""), end))


def test_a_catch_trial_makes_no_other_trial_longer() -> None:
    task = tasks.get("evidence_pulse")
    for caught in (added(task), with_catch(task, 0.1, 60_000)):
        assert caught.shortest("response") == task.shortest("response") == 490
        assert edit.typical(caught) == edit.typical(task) | {"catch": caught.epochs[-1].duration.bounds[0]}
    with pytest.raises(SpecError, match="more than the trial's 1000 ms"):
        tasks.get("evidence_pulse", trial=1000.0)


def test_signs_of_evidence_from_a_continuum_have_catch_trials() -> None:
    factors = (Factor("x", Uniform(-1, 1)), Factor("decidable", Compare("x", "!=", 0.0)))
    output = (Channel("sign", (Hold("x"),)),)
    scoring = SignOfMean(("end",), only="decidable")
    task = with_catch(small_task(Hold("x"), factors=factors, outputs=output, scoring=scoring), 0.2, 150)
    catch, counted = caught_and_counted(task)
    assert np.array_equal(counted, ~catch)


@pytest.mark.parametrize("name", ["perceptual_discrimination", "delayed_discrimination", "delay_go", "go_nogo"])
def test_an_added_catch_trial_counts_in_the_loss_as_much_as_another(name: str) -> None:
    batch, caught, _ = drawn(added(without_catch(name)))
    others = batch[batch.factors["catch"] == 0]
    judged = [float(part.mask.mean(axis=2).sum(axis=1).mean()) for part in (caught, others)]
    assert judged[0] == pytest.approx(judged[1], rel=0.15)

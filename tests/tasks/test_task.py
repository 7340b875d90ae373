"""Whole tasks: what is refused at design time, what with a time step, and what batches are."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from rnnlab import tasks
from rnnlab.spec import SpecError
from rnnlab.tasks import (
    Channel,
    Choice,
    Constant,
    Epoch,
    Factor,
    FirstCrossing,
    Gate,
    Hold,
    LargestMean,
    LastPulse,
    Noise,
    Normal,
    PulseTrain,
    Remainder,
    RunningSum,
    Task,
    Uniform,
    WithinTolerance,
)
from tests.tasks.language import small_task

END = Epoch("end", Constant(50), scored=True)


def epochs(*before: Epoch) -> Callable[[], Task]:
    return lambda: small_task(epochs=(*before, END))


def outputs(*signals, **changes) -> Callable[[], Task]:
    return lambda: small_task(outputs=(Channel("out", signals),), **changes)


@pytest.mark.parametrize(
    ("make", "path", "words"),
    [
        (epochs(Epoch("end", Constant(10))), "Task.epochs[1].name", "'end' is taken by epochs[0]"),
        (lambda: small_task(Hold(1, epochs=("ende",))), "Task.inputs[0].signals[0].epochs[0]", "did you mean 'end'"),
        (lambda: small_task(Noise(1), Hold("cohernce")), "Task.inputs[0].signals[1].level", "the task has no factors"),
        (
            lambda: small_task(Hold("cohernce"), factors=(Factor("coherence", Choice((1,))),)),
            "Task.inputs[0].signals[0].level",
            "unknown factor 'cohernce'; did you mean 'coherence'?",
        ),
        (lambda: small_task(Hold(1, when="go")), "Task.inputs[0].signals[0].when", "unknown factor 'go'"),
        (outputs(LastPulse("inn")), "Task.outputs[0].signals[0].channel", "unknown input 'inn'; did you mean 'in'"),
        (outputs(), "Task.outputs[0].signals", "'out' has no target in the scored epoch 'end'"),
        (outputs(Hold(1, epochs=("a", "b"))), "Task.outputs[0].signals", "e.g. a Hold of level 0 in 'end'"),
        (
            outputs(Hold(1, when="go"), factors=(Factor("go", Choice((0, 1))),)),
            "Task.outputs[0].signals",
            "has no target in the scored epoch",
        ),
        (outputs(Hold(1), Noise(1)), "Task.outputs[0].signals[1]", "a target cannot be noise"),
        (lambda: small_task(LastPulse("in")), "Task.inputs[0].signals[0]", "is for outputs only"),
        (lambda: small_task(outputs=()), "Task.outputs", "there is no output"),
        (
            lambda: small_task(inputs=(Channel("x"), Channel("x"))),
            "Task.inputs[1].name",
            "'x' is taken by inputs[0]",
        ),
        (lambda: small_task(epochs=(Epoch("a", Constant(10)),)), "Task.epochs", "no epoch is scored"),
        (lambda: small_task(epochs=()), "Task.epochs", "no epoch is scored"),
        (
            epochs(Epoch("a", Remainder(500)), Epoch("b", Remainder(600))),
            "Task.epochs[1].duration",
            "epochs[0] is the remainder already",
        ),
        (
            epochs(Epoch("a", Uniform(0, 100)), Epoch("b", Remainder(120))),
            "Task.epochs[1].duration",
            "can last 150 ms, more than the trial's 120 ms; make the trial at least 150 ms long",
        ),
        (
            lambda: small_task(epochs=(Epoch("a", Constant(100)), Epoch("end", Remainder(140), scored=True, grace=40))),
            "Task.epochs[1].duration",
            "as little as 40 ms of 140 ms, none of it judged",
        ),
        (lambda: Epoch("a", Uniform(-5, 100)), "Epoch.duration", "can come out as -5 ms"),
        (lambda: Epoch("a", Constant(0)), "Epoch.duration", "lasts 0 ms"),
        (lambda: Epoch("a", Uniform(0, 50), scored=True), "Epoch.duration", "leaves no judged time"),
        (lambda: Epoch("a", Constant(50), scored=True, grace=50), "Epoch.duration", "after a grace of 50 ms"),
        (lambda: Epoch("a", Constant(50), grace=10), "Epoch.grace", "not scored"),
        (lambda: Epoch("a", Normal(5, 1)), "Epoch.duration", "a duration is bounded: give TruncatedNormal"),
        (lambda: Epoch("a", Constant(50), weight=0), "Epoch.weight", "more than 0"),
        (lambda: small_task(scoring=LargestMean()), "Task.scoring", "there is only one"),
        (
            lambda: small_task(
                scoring=LargestMean(("a",)), outputs=(Channel("x", (Hold(0),)), Channel("y", (Hold(1),)))
            ),
            "Task.scoring.epochs[0]",
            "epoch 'a' is not scored",
        ),
        (
            lambda: small_task(scoring=WithinTolerance(grace=50)),
            "Task.scoring.grace",
            "epoch 'end'; give less than 50 ms",
        ),
        (
            lambda: small_task(
                PulseTrain(length=20, refractory=20),
                outputs=(Channel("out", (LastPulse("in"),)),),
                scoring=WithinTolerance(grace=20),
            ),
            "Task.scoring.grace",
            "output 'out'; give less than 20 ms",
        ),
        (
            outputs(RunningSum("in"), scoring=WithinTolerance(grace=1)),
            "Task.scoring.grace",
            "1 ms may leave no judged time in output 'out'",
        ),
        (lambda: small_task(name="a\nb"), "Task.name", "is no name"),
        (lambda: small_task(name=""), "Task.name", "is no name"),
        (lambda: PulseTrain(length=30, refractory=20), "PulseTrain.refractory", "pulses would overlap"),
    ],
)
def test_what_cannot_be_is_refused_at_design_time(make: Callable[[], Task], path: str, words: str) -> None:
    with pytest.raises(SpecError) as caught:
        make()
    assert caught.value.path == path
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("task", "dt", "path", "words"),
    [
        (
            small_task(epochs=(Epoch("a", Constant(20)), Epoch("b", Constant(5)), END)),
            10,
            "task.epochs[1].duration",
            "epoch 'b' lasts 5 ms, shorter than a time step of dt = 10 ms; give at least 10 ms",
        ),
        (small_task(epochs=(Epoch("b", Uniform(1, 8)), END)), 10, "task.epochs[0].duration", "lasts 8 ms"),
        (
            small_task(epochs=(Epoch("e", Uniform(5, 80), scored=True),)),
            10,
            "task.epochs[0].duration",
            "can come out with 5 ms to judge",
        ),
        (
            small_task(epochs=(Epoch("e", Constant(50), scored=True, grace=45),)),
            10,
            "task.epochs[0].duration",
            "can come out with 5 ms to judge",
        ),
        (
            small_task(epochs=(Epoch("a", Uniform(0, 95)), Epoch("e", Remainder(100), scored=True))),
            10,
            "task.epochs[1].duration",
            "can come out with 5 ms to judge",
        ),
        (
            small_task(scoring=WithinTolerance(grace=45)),
            10,
            "task.scoring.grace",
            "a shorter grace, or a dt of at most 5 ms",
        ),
        (small_task(PulseTrain(length=5)), 10, "task.inputs[0].signals[0].length", "5 ms, shorter than a time step"),
        (
            small_task(epochs=(Epoch("a", Uniform(0, 1e12)), END)),
            10,
            "task.epochs[0].duration",
            "more than 100000 steps",
        ),
        (small_task(epochs=(Epoch("a", Constant(1e3)), END)), 1e-3, "task.epochs[0].duration", "take a larger dt"),
    ],
)
def test_what_is_too_short_for_the_time_step_is_refused(task: Task, dt: float, path: str, words: str) -> None:
    with pytest.raises(SpecError) as caught:
        task.sample(4, dt)
    assert caught.value.path == path
    assert words in str(caught.value)
    assert caught.value.remedy


def test_a_time_step_that_fits_after_one_that_does_not() -> None:
    task = small_task(epochs=(Epoch("a", Constant(5)), END))
    with pytest.raises(SpecError):
        task.sample(1, 10)
    assert task.sample(1, 5).n_steps == 11
    with pytest.raises(SpecError):
        task.sample(1, 10)


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"n_trials": 0}, "n_trials"),
        ({"n_trials": 2.5}, "n_trials"),
        ({"n_trials": 2, "dt": 0}, "dt"),
        ({"n_trials": 2, "dt": float("inf")}, "dt"),
        ({"n_trials": 2, "dt": "10"}, "dt"),
        ({"n_trials": 2, "seed": -1}, "seed"),
        ({"n_trials": 2, "seed": ()}, "seed"),
        ({"n_trials": 2, "seed": 1.5}, "seed"),
        ({"n_trials": 2, "seed": None}, "seed"),
        ({"n_trials": 2, "seed": True}, "seed"),
    ],
)
def test_wrong_arguments_are_refused_by_name(arguments: dict, name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name}: .*; give"):
        small_task().sample(**arguments)


def test_an_error_in_a_file_names_the_place_in_the_file() -> None:
    data = json.loads(tasks.get("perceptual_discrimination").to_json())
    data["epochs"][1]["duration"]["kind"] = "Uniforn"
    with pytest.raises(SpecError) as caught:
        Task.from_json(json.dumps(data))
    assert str(caught.value) == "task.epochs[1].duration: unknown kind 'Uniforn'; did you mean 'Uniform'?"
    data["epochs"][1]["duration"] = {"kind": "Constant", "value": 500}
    data["epochs"][1]["name"] = "fixation"
    with pytest.raises(SpecError) as caught:
        Task.from_json(json.dumps(data))
    assert caught.value.path == "task.epochs[1].name"


def test_a_factor_as_a_duration_is_told_what_to_do_instead() -> None:
    with pytest.raises(SpecError, match="durations are drawn and cannot be factors: give a draw") as caught:
        Epoch("interval", "t")  # type: ignore[arg-type]
    assert caught.value.path == "Epoch.duration"
    for word in ("an epoch for each duration with `when`", "Uniform"):
        assert word in caught.value.remedy
    with pytest.raises(SpecError, match="cannot be factors") as caught:
        Epoch.from_data({"kind": "Epoch", "name": "interval", "duration": "t"}, "task.epochs[0]")
    assert caught.value.path == "task.epochs[0].duration"


def test_grace_and_weight_shape_the_mask() -> None:
    two = (Epoch("a", Constant(50), scored=True, weight=3), Epoch("b", Constant(50), scored=True, grace=20))
    mask = small_task(epochs=two).sample(1).mask[0, :, 0]
    assert np.array_equal(mask, [3, 3, 3, 3, 3, 0, 0, 1, 1, 1])


def test_signals_and_mask_of_epochs_of_any_length_step_by_step() -> None:
    """Epochs that vary, follow one another, are skipped, and leave nothing after their grace; against plain loops."""
    there = Factor("there", Choice((0, 1)))
    four = (
        Epoch("a", Uniform(40, 90), scored=True, grace=20, when="there"),
        Epoch("b", Uniform(0, 60)),
        Epoch("c", Uniform(40, 70), scored=True, grace=20),
        Epoch("d", Constant(50), scored=True, weight=2.5),
    )
    levels = {1.0: ("a", "b"), 10.0: ("c", "d"), 100.0: ("a", "d"), 1000.0: ("b",), 10000.0: ()}
    some = small_task(*(Hold(level, epochs=where) for level, where in levels.items()), factors=(there,), epochs=four)
    for seed in range(10):
        batch = some.sample(3, seed=seed)  # few, so that in some batches no trial has the first epoch
        shown, mask = np.zeros(batch.inputs.shape[:2]), np.zeros(batch.mask.shape[:2])
        for trial in range(3):
            for epoch in four:
                start, stop = batch.epochs[epoch.name][trial]
                for t in range(start, stop):
                    shown[trial, t] = sum(v for v, where in levels.items() if epoch.name in where or not where)
                    mask[trial, t] = epoch.weight if epoch.scored and t >= start + epoch.grace / 10 else 0
        assert np.array_equal(batch.inputs[:, :, 0], shown)
        assert np.array_equal(batch.mask[:, :, 0], mask)


@pytest.mark.parametrize("dt", [1.0, 3.0, 7.0, 10.0])
def test_a_scored_epoch_a_step_longer_than_its_grace_is_always_judged(dt: float) -> None:
    scored = Epoch("e", Uniform(25 + dt, 26 + dt), scored=True, grace=25)
    batch = small_task(epochs=(Epoch("a", Uniform(0, 100)), scored)).sample(500, dt, seed=1)
    assert (batch.mask.sum(axis=(1, 2)) >= 1).all()


def test_names_may_be_in_any_script_and_shared_by_an_input_and_an_output() -> None:
    task = small_task(inputs=(Channel("fixation"),), outputs=(Channel("fixation", (Hold(0),)),), name="Привет 1 (β)")
    assert task.input_names == task.output_names == ("fixation",)


def test_a_task_without_inputs() -> None:
    assert small_task(inputs=()).sample(3).inputs.shape == (3, 20, 0)


# ------------------------------------------------------------------------------------------------------ batches


def test_batches_can_be_picked_from() -> None:
    batch = tasks.get("delayed_discrimination").sample(20, seed=3)
    odd = batch.factors["order"] == 1
    for selection, rows in ((odd, np.flatnonzero(odd)), (slice(2, 5), [2, 3, 4]), (7, [7]), ([3, 1], [3, 1])):
        some = batch[selection]
        assert some.n_trials == len(some) == len(rows)
        assert np.array_equal(some.inputs, batch.inputs[rows])
        assert np.array_equal(some.factors["f1"], batch.factors["f1"][rows])
        assert np.array_equal(some.window("delay"), batch.window("delay")[rows])
        assert some.task.score(some.targets, some).accuracy == 1
    with pytest.raises(IndexError):
        batch[20]


def test_a_batch_and_a_task_show_facts_and_no_arrays() -> None:
    task = tasks.get("perceptual_discrimination")
    batch = task.sample(5)
    assert "200 of 10 ms (2000 ms)" in repr(batch)
    assert "array" not in repr(batch)
    assert task.digest[:12] in repr(task)
    assert "response (scored)" in repr(task)
    for html in (batch._repr_html_(), task._repr_html_()):
        assert "<table>" in html
        assert "evidence_0, evidence_1" in html
    assert "&gt;" in task._repr_html_()


def test_outputs_of_another_shape_are_refused() -> None:
    task = tasks.get("perceptual_discrimination")
    batch = task.sample(5)
    with pytest.raises(ValueError, match=r"outputs: shape \(5, 200\) .* \(5, 200, 2\)"):
        task.score(batch.targets[:, :, 0], batch)


# --------------------------------------------------------------------------------------- what an output counts


def two_outputs(*weights: float, **changes: Any) -> Task:
    shown = (Hold("side", epochs=("end",)), Hold("other", epochs=("end",)))
    outputs = tuple(Channel(n, (s,), weight=w) for n, s, w in zip("xy", shown, weights, strict=True))
    factors = (Factor("side", Choice((0, 1))), Factor("other", Gate("not", ("side",))))
    return small_task(factors=factors, outputs=outputs, **changes)


def test_the_weight_of_an_output_multiplies_its_mask() -> None:
    task, plain = two_outputs(2.0, 0.5), two_outputs(1.0, 1.0)
    mask, usual = task.sample(6).mask, plain.sample(6).mask
    assert usual.any()
    assert np.array_equal(mask[:, :, 0], 2 * usual[:, :, 0])
    assert np.array_equal(mask[:, :, 1], usual[:, :, 1] / 2)
    assert Task.from_json(task.to_json()) == task
    assert task.digest != plain.digest


def test_a_choice_does_not_depend_on_the_weights_of_outputs() -> None:
    rng = np.random.default_rng(1)
    for scoring in (LargestMean(), LargestMean(threshold=0.3), FirstCrossing(0.9)):
        task, plain = two_outputs(3.0, 0.5, scoring=scoring), two_outputs(1.0, 1.0, scoring=scoring)
        batch, usual = task.sample(100), plain.sample(100)
        outputs = rng.random(batch.targets.shape)
        assert np.array_equal(task.score(outputs, batch).correct, plain.score(outputs, usual).correct)


@pytest.mark.parametrize("weight", [0.0, -1.0])
def test_an_output_that_does_not_count_is_refused(weight: float) -> None:
    with pytest.raises(SpecError, match=r"Channel\.weight"):
        Channel("x", weight=weight)


def test_inputs_are_not_weighed() -> None:
    with pytest.raises(SpecError, match=r"Task\.inputs\[0\]\.weight: input 'x' is not judged") as caught:
        small_task(inputs=(Channel("x", weight=2.0),))
    assert caught.value.remedy


def test_a_task_by_its_name_alone_is_answered_with_how_to_get_it() -> None:
    with pytest.raises(SpecError, match=r"tasks\[0\]: unknown kind 'delay_go'; .* give rl\.tasks\.get\(name\)"):
        tasks.MultitaskSet("both", ("delay_go", "delay_anti"))  # type: ignore[arg-type]

"""The checks before training: how long must something be kept in mind, and is there time for it?"""

from __future__ import annotations

import math
from typing import Any

import pytest

from rnnlab.analysis import design
from rnnlab.networks import LSTM, Identity, LeakyRNN, LowRankRNN, Weights
from rnnlab.tasks import (
    Channel,
    Choice,
    Constant,
    Epoch,
    Factor,
    Hold,
    LargestMean,
    PulseTrain,
    RunningSum,
    Task,
    Uniform,
    WithinTolerance,
)
from tests.analysis.designs import said, two_sides, with_epoch, with_input


def test_the_memory_span_is_the_longest_delay_there_can_be() -> None:
    task = with_epoch(two_sides(), "delay", duration=Uniform(100, 900))
    # From the end of the stimulus: at most 900 ms of delay, 300 of response.
    assert design(task).memory == pytest.approx(1200, abs=10)


def test_the_conditions_that_need_a_long_memory_are_named() -> None:
    task = two_sides(factors=(*two_sides().factors, Factor("late", Choice((0, 1)))))
    cued = task.replace(inputs=(*task.inputs, Channel("late", (Hold("late"),))))
    verdict, sentence = said(design(with_epoch(cued, "delay", duration=Constant(3000), when="late")), "memory")
    assert verdict == "note"
    # The stimulus ends with the step at 690 ms; the last scored step is the one at 3990 ms.
    assert "kept for up to 3300 ms" in sentence
    assert sentence.endswith("(from stimulus to response; where late = 1).")


def test_what_is_still_shown_needs_no_memory() -> None:
    task = with_input(with_input(two_sides(), 0, Hold("left")), 1, Hold("side"))
    found = design(task)
    assert (found.memory, found["memory"].verdict) == (0, "good")


def test_a_sum_remembers_its_first_pulse() -> None:
    task = two_sides(
        inputs=(Channel("speed", (PulseTrain(length=50, refractory=200, gap=50),)),),
        outputs=(Channel("sum", (RunningSum("speed", gain=10),)),),
        scoring=WithinTolerance(0.5),
    )
    assert design(task).memory > 800, "from within the first part of 1500 ms to its end"


def two_durations(first: str, inputs: tuple[Channel, ...], durations: tuple[float, float], start: float) -> Task:
    """An epoch, then one of two that last differently, then a response of 300 ms that asks which."""
    outputs = tuple(Channel(name, (Hold(name, epochs=("response",)),)) for name in ("target_0", "target_1"))
    short, long = durations
    return two_sides(
        epochs=(
            Epoch(first, Constant(start)),
            Epoch("short", Constant(short), when="left"),
            Epoch("long", Constant(long), when="side"),
            Epoch("response", Constant(300), scored=True),
        ),
        inputs=(*inputs, Channel("go", (Hold(1.0, epochs=("response",)),))),
        outputs=outputs,
    )


def test_which_of_two_tones_was_longer_needs_the_shorter_one_and_the_response() -> None:
    """Looking back from the end of the response, 300 ms of it and 300 ms of tone are the same."""
    tone = Channel("tone", (Hold(1.0, epochs=("short", "long")),))
    found = design(two_durations("fixation", (tone,), (300, 600), 300))
    assert found.memory == 600
    assert said(found, "early")[0] == "note", "every answer has a timing of its own"


def test_delays_of_two_lengths_after_two_stimuli() -> None:
    """After the shorter delay its stimulus is 800 ms ago at the end of the response."""
    sides = (Channel("l", (Hold("left", epochs=("stimulus",)),)), Channel("r", (Hold("side", epochs=("stimulus",)),)))
    assert design(two_durations("stimulus", sides, (500, 1500), 400)).memory == 800


def test_a_count_of_clicks_remembers_the_first_click() -> None:
    """800 ms of clicks, the first of them within the first 200 ms or so, then a response of 300 ms."""
    clicks = PulseTrain(epochs=("stimulus",), length=20, refractory=40, gap=40, signs="positive")
    task = with_epoch(two_sides(), "stimulus", duration=Constant(800))
    task = with_epoch(task, "delay", duration=Constant(10)).replace(
        inputs=(Channel("clicks", (clicks,)),),
        outputs=(Channel("count", (RunningSum("clicks", gain=50),)),),
        scoring=WithinTolerance(0.1),
    )
    assert 850 < design(task).memory <= 1110


@pytest.mark.parametrize(
    ("delay", "network", "verdict"),
    [
        (500, None, "good"),
        (2500, None, "note"),
        (2500, LeakyRNN(tau=200), "good"),
        (2500, LeakyRNN(n_units=2, tau=(20, 250)), "good"),
        (2500, LeakyRNN(tau=50), "note"),
        (12_000, None, "problem"),
        (2500, LSTM(), "good"),
        (4000, LSTM(), "note"),
    ],
)
def test_a_delay_is_measured_in_time_constants(delay: float, network: Any, verdict: str) -> None:
    """The span is the delay and 300 ms of response; what counts is the slowest unit."""
    assert said(design(with_epoch(two_sides(), "delay", duration=Constant(delay)), network=network), "memory")[0] == (
        verdict
    )


@pytest.mark.parametrize(
    ("network", "verdict", "says"),
    [
        (LeakyRNN(), "note", "start W_rec as the identity"),
        (LeakyRNN(excitatory=0.8), "note", "short delays"),
        (LeakyRNN(autapses=False), "note", "short delays"),
        (LeakyRNN(weights_rec=Weights(initial=Identity())), "good", ""),
        # Of 2800 ms, 28 time constants, each unit's own weight of a half leaves what 14 leave without it.
        (LeakyRNN(weights_rec=Weights(initial=Identity(0.5))), "good", ""),
        (LeakyRNN(weights_rec=Weights(initial=Identity(0.2))), "note", "short delays"),
        (LowRankRNN(), "note", "begin with an overlap of 2"),
        (LowRankRNN(overlap=0.5), "note", "short delays"),  # a quarter of 28 time constants leaves 21
        (LowRankRNN(overlap=2), "good", ""),
        (LowRankRNN(nonlinearity="tanh"), "note", "begin with an overlap of 1"),
        (LowRankRNN(nonlinearity="tanh", overlap=1), "good", ""),
    ],
)
def test_units_that_drive_themselves_remember_from_the_start(network: Any, verdict: str, says: str) -> None:
    check = design(with_epoch(two_sides(), "delay", duration=Constant(2500)), network=network)["memory"]
    assert check.verdict == verdict
    assert says in check.remedy
    assert ("W_rec" in check.remedy) == (says == "start W_rec as the identity")


@pytest.mark.parametrize(("duration", "verdict"), [(10, "problem"), (60, "note"), (200, "good")])
def test_a_target_that_jumps_and_is_gone_before_it_can_be_reached(duration: float, verdict: str) -> None:
    """In the time t that a target is held a unit with time constant 100 ms goes 1 - exp(-t / 100) of the way."""
    task = with_epoch(with_epoch(two_sides(), "delay", scored=True), "response", duration=Constant(duration))
    after = (Hold(0.0, epochs=("after",)),)
    task = task.replace(
        epochs=(*task.epochs, Epoch("after", Constant(500), scored=True)),
        outputs=tuple(output.replace(signals=(*output.signals, *after)) for output in task.outputs),
        scoring=LargestMean(epochs=("response",)),
    )
    found, sentence = said(design(task), "time_constants")
    assert found == verdict
    assert verdict == "good" or f"{100 * (1 - math.exp(-duration / 100)):.0f} %" in sentence
    slower = design(task, network=LeakyRNN(tau=10 * duration))["time_constants"]
    assert slower.verdict != "good" and "10 %" in slower.sentence


def test_a_trial_of_very_many_steps() -> None:
    task = with_epoch(two_sides(), "fixation", duration=Constant(10_000))
    assert said(design(task), "time_constants")[0] == "note"
    assert said(design(task, dt=50), "time_constants")[0] == "good"

"""Checks before training: answers given away by values of a continuum, hidden by noise, or asked for too soon."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from rnnlab.analysis import design
from rnnlab.networks import LeakyRNN
from rnnlab.tasks import (
    Bump,
    Category,
    Channel,
    Choice,
    Constant,
    Epoch,
    Factor,
    Hold,
    LargestMean,
    Lookup,
    Noise,
    SignOfMean,
    Task,
    Uniform,
    get,
)
from tests.analysis.designs import said, two_sides, with_epoch

EPOCHS = (
    Epoch("fixation", Constant(300)),
    Epoch("precue", Constant(300)),
    Epoch("stimulus", Constant(300)),
    Epoch("go", Constant(300), scored=True),
)


def halves(angle: Any, *precue: Hold) -> Task:
    """In which half of the circle is an angle? A ring shows it in the stimulus; another input may show more before."""
    return Task(
        name="halves",
        factors=(
            Factor("angle", angle),
            Factor("half", Category("angle", 2)),
            Factor("target_0", Lookup("half", (1.0, 0.0))),
            Factor("target_1", Lookup("half", (0.0, 1.0))),
        ),
        epochs=EPOCHS,
        inputs=(
            *(
                Channel(f"ring_{i}", (Bump("angle", preferred=i * math.pi / 2, epochs=("stimulus",)), Noise(0.02)))
                for i in range(4)
            ),
            Channel("cue", (*precue, Noise(0.02))),
            Channel("go", (Hold(1.0, epochs=("go",)),)),
        ),
        outputs=tuple(Channel(f"choose_{i}", (Hold(f"target_{i}", epochs=("go",)),)) for i in range(2)),
        scoring=LargestMean(),
    )


PRECUE = Hold("half", epochs=("precue",))
TWELVE = Choice(tuple((np.arange(12) + 0.5) * math.pi / 6))


@pytest.mark.parametrize("angle", [TWELVE, Uniform(0, 2 * math.pi)], ids=["twelve angles", "any angle"])
def test_a_category_shown_before_what_it_is_the_category_of_gives_the_answer_away(angle: Any) -> None:
    assert said(design(halves(angle, PRECUE)), "early") == (
        "problem",
        "The answer is known from 300 ms on (precue), before it is shown again.",
    )
    assert said(design(halves(angle)), "early")[0] == "good"


def test_a_value_of_a_continuum_that_is_shown_twice_is_not_called_good() -> None:
    verdict, sentence = said(design(halves(Uniform(0, 2 * math.pi), Hold("angle", epochs=("precue",)))), "early")
    assert verdict == "note" and sentence.startswith("Not examined: from 300 ms on (precue)")


def signs(gain: float, noise: float, ms: float = 400) -> Task:
    """Which sign has what is shown?"""
    return Task(
        name="signs",
        factors=(Factor("sign", Choice((-1.0, 1.0))),),
        epochs=(
            Epoch("fixation", Constant(200)),
            Epoch("evidence", Constant(ms)),
            Epoch("response", Constant(200), scored=True),
        ),
        inputs=(
            Channel("evidence", (Hold("sign", gain=gain, epochs=("evidence",)), Noise(noise))),
            Channel("go", (Hold(1.0, epochs=("response",)),)),
        ),
        outputs=(Channel("choice", (Hold("sign", epochs=("response",)),)),),
        scoring=SignOfMean(),
    )


@pytest.mark.parametrize(("gain", "noise"), [(0.001, 5.0), (1e-6, 0.5)])
def test_evidence_that_drowns_in_noise_can_only_be_guessed(gain: float, noise: float) -> None:
    verdict, sentence = said(design(signs(gain, noise)), "answerable")
    assert verdict == "problem" and "The noise hides the answer" in sentence


def test_what_an_ideal_observer_makes_of_the_noise() -> None:
    # d' = 2 * gain * sqrt(steps) / (sigma * sqrt(2 tau / dt)) = 0.6 for 40 steps; it tells Phi(0.3) = 61.8 % apart
    sigma = 2 * 0.1 * math.sqrt(40) / (0.6 * math.sqrt(20))
    verdict, sentence = said(design(signs(0.1, sigma)), "answerable")
    assert verdict == "note" and "in 62 % of the trials only (d' = 0.6)" in sentence
    assert said(design(signs(0.1, sigma, 1600)), "answerable")[0] == "good"  # four times as long: twice the d'


def test_an_answer_of_ten_ms_at_the_end_is_too_short_whatever_comes_after() -> None:
    short = with_epoch(with_epoch(two_sides(), "response", duration=Constant(10)), "delay", scored=True)
    after = short.replace(epochs=(*short.epochs, Epoch("after", Constant(200))))
    for task in (short, after):
        verdict, sentence = said(design(task), "time_constants")
        assert verdict == "problem" and "10 % of the way" in sentence, task.epoch_names


def test_an_answer_right_after_what_decides_it_needs_time() -> None:
    task = with_epoch(with_epoch(two_sides(), "delay", duration=Constant(10)), "response", duration=Constant(10))
    task = with_epoch(task, "stimulus", duration=Constant(10))
    slow = design(task, network=LeakyRNN(tau=300))
    verdict, sentence = said(slow, "time_constants")
    assert verdict == "problem" and sentence.startswith(
        "From the input that decides to the end of what is scored it is"
    )
    assert "30 ms" in sentence
    assert said(design(two_sides(), network=LeakyRNN(tau=300)), "time_constants")[0] == "good"


def test_a_trial_shorter_than_the_time_constant_leaves_no_time() -> None:
    """All of a trial of 1500 ms is too little for units of 2000 ms, and even for what follows from its first input."""
    found = design(two_sides(), network=LeakyRNN(tau=2000))
    verdict, sentence = said(found, "time_constants")
    assert verdict == "note" and "From the input that decides to the end of what is scored it is 1" in sentence
    outputs = (Channel("out", (Hold(1.0, epochs=("response",)),)),)
    alone = two_sides(factors=(), inputs=two_sides().inputs[2:], outputs=outputs, scoring=SignOfMean())
    verdict, sentence = said(design(alone, network=LeakyRNN(tau=20_000)), "time_constants")
    assert verdict == "problem" and "Trials last up to 1" in sentence and "7 % of the way" in sentence
    for name in ("random_dots", "uncued_delayed_logic"):
        assert said(design(get(name), network=LeakyRNN(tau=5000)), "time_constants")[0] != "good"


def test_pulses_late_in_a_trial_are_no_complaint() -> None:
    assert said(design(get("flip_flop")), "time_constants")[0] == "good"

"""Every kind of signal against what its docstring says."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np
import pytest
from scipy import stats

from rnnlab.spec import SpecError
from rnnlab.tasks import (
    Blocks,
    Bump,
    Channel,
    Choice,
    ComparedSums,
    Constant,
    Delayed,
    Epoch,
    Factor,
    Hold,
    LastPulse,
    Linear,
    Noise,
    PulseTrain,
    Ramp,
    RunningSum,
    Sequence,
    Sine,
    Task,
    TurnedBump,
    Uniform,
)
from tests.tasks.language import small_task, trace

A, B, END = np.arange(20) < 10, (np.arange(20) >= 10) & (np.arange(20) < 15), np.arange(20) >= 15


def test_hold() -> None:
    assert np.array_equal(trace(Hold(2, gain=3, offset=1))[0], np.full(20, 7))
    assert np.array_equal(trace(Hold(2, epochs=("b",)))[0], 2.0 * B)
    assert np.array_equal(trace(Hold(2, epochs=("a", "end")))[0], 2.0 * (A | END))


def test_hold_a_factor() -> None:
    x = Factor("x", Uniform(0, 1))
    task = small_task(Hold("x", gain=2, epochs=("b",)), factors=(x,))
    batch = task.sample(30)
    assert np.allclose(batch.inputs[:, :, 0], 2 * batch.factors["x"][:, None] * B)


def test_signals_add() -> None:
    assert np.array_equal(trace(Hold(2), Hold(1, epochs=("b",)))[0], 2.0 + B)


def test_when() -> None:
    coin = Factor("coin", Choice((0, 2)))
    batch = small_task(Hold(1, epochs=("a",), when="coin"), factors=(coin,)).sample(40)
    there = batch.factors["coin"] != 0
    assert 0 < there.sum() < 40
    assert np.array_equal(batch.inputs[:, :, 0], there[:, None] * A)


def test_ramp() -> None:
    assert np.allclose(trace(Ramp(1, 3, epochs=("a",)))[0], (1 + 0.2 * np.arange(20)) * A)
    both = trace(Ramp(0, 1, epochs=("a", "b")))[0]
    assert np.allclose(both, A * np.arange(20) / 10 + B * (np.arange(20) - 10) / 5)
    assert np.allclose(trace(Ramp(0, 1))[0], np.arange(20) / 20)


def test_sine() -> None:
    t = 10.0 * np.arange(20)
    assert np.allclose(trace(Sine(80, 2, 0.5))[0], 2 * np.sin(2 * np.pi * t / 80 + 0.5), atol=1e-6)
    assert np.allclose(trace(Sine(40, epochs=("b",)))[0], B * np.sin(2 * np.pi * (t - 100) / 40), atol=1e-6)
    with pytest.raises(SpecError, match=r"Sine\.period"):
        Sine(0)


@pytest.mark.parametrize(
    ("shape", "tuning"),
    [
        ("gaussian", lambda d: math.exp(-0.5 * (d / 0.7) ** 2)),
        ("von_mises", lambda d: math.exp((math.cos(d) - 1) / 0.7**2)),
        ("linear", lambda d: max(0.0, 1 - d / 0.7)),
    ],
)
@pytest.mark.parametrize("angle", [0.0, 0.5, 3.0, 6.0, -0.3, 9.0])
def test_bump(shape: str, tuning, angle: float) -> None:
    shown = trace(Bump(angle, preferred=0.2, width=0.7, amplitude=3, shape=shape))[0]
    distance = math.acos(math.cos(angle - 0.2))
    assert np.allclose(shown, 3 * tuning(distance), atol=1e-6)


def test_two_linear_neighbours_share_one() -> None:
    angle = Factor("angle", Uniform(0, 2 * math.pi))
    spacing = 2 * math.pi / 6
    ring = tuple(
        Channel(f"r{i}", (Bump("angle", preferred=i * spacing, width=spacing, shape="linear"),)) for i in range(6)
    )
    batch = small_task(factors=(angle,), inputs=ring).sample(100)
    assert np.allclose(batch.inputs.sum(axis=2), 1, atol=1e-6)
    assert ((batch.inputs > 0).sum(axis=2) <= 2).all()


def test_noise_is_gaussian_white_and_independent() -> None:
    batch = small_task(inputs=(Channel("x", (Noise(0.5),)), Channel("y", (Noise(0.5),)))).sample(4000)
    x, y = batch.inputs[:, :, 0].astype(float), batch.inputs[:, :, 1].astype(float)
    assert x.std() == pytest.approx(0.5 * math.sqrt(2 * 100 / 10), rel=0.01)
    assert stats.kstest(x.ravel() / x.std(), "norm").pvalue > 0.01
    assert stats.kurtosis(x.ravel()) == pytest.approx(0, abs=0.06)
    for other in (y, np.roll(x, 1, axis=1), np.roll(x, 1, axis=0)):
        assert abs(np.corrcoef(x.ravel(), other.ravel())[0, 1]) < 0.02


def test_the_mean_of_noise_over_a_window_does_not_depend_on_the_time_step() -> None:
    """Its variance is 2 τ σ² / window."""
    for dt in (1.0, 2.0, 5.0, 10.0):
        means = trace(Noise(0.3), n_trials=4000, dt=dt).mean(axis=1)
        assert means.std() == pytest.approx(0.3 * math.sqrt(2 * 100 / 200), rel=0.04)


def test_shared_noise_is_the_same_on_all_its_channels() -> None:
    shared = small_task(inputs=tuple(Channel(n, (Noise(1, source="common"),)) for n in ("x", "y"))).sample(5)
    assert np.array_equal(shared.inputs[:, :, 0], shared.inputs[:, :, 1])
    other = small_task(inputs=(Channel("x", (Noise(1, source="other"),)),)).sample(5)
    assert not np.array_equal(shared.inputs[:, :, 0], other.inputs[:, :, 0])


def test_two_noises_on_one_channel_are_two() -> None:
    assert trace(Noise(1), Noise(1), n_trials=2000).std() == pytest.approx(math.sqrt(2 * 20), rel=0.02)


def test_noise_only_in_an_epoch() -> None:
    shown = trace(Noise(1, epochs=("b",)), n_trials=50)
    assert (shown[:, B] != 0).all()
    assert not shown[:, ~B].any()


def test_pulses_stay_in_their_epochs() -> None:
    shown = trace(PulseTrain(2, length=10, refractory=10, gap=1, epochs=("b",), signs="positive"), n_trials=200)
    assert set(np.unique(shown)) == {0, 2}
    assert not shown[:, ~B].any()
    assert (shown[:, B] == 2).mean() > 0.5


def test_touching_pulses_do_not_add_up_whatever_the_rounding() -> None:
    for length in (11, 14, 15, 19, 25):
        shown = trace(PulseTrain(length=length, refractory=length, gap=1e-3, signs="positive"), n_trials=50)
        assert shown.max() == 1
        assert (shown[:, 3:] == 1).all()


def test_running_sum() -> None:
    task = small_task(Hold(2, epochs=("a",)), Noise(1), outputs=(Channel("out", (RunningSum("in", gain=10),)),))
    assert np.allclose(task.sample(3).targets[:, :, 0], 10 * np.cumsum(2.0 * A) * 0.01, atol=1e-5)


def test_compared_sums_against_a_plain_loop() -> None:
    inputs = (
        Channel("x", (PulseTrain(length=20, refractory=20, gap=20, signs="positive"),)),
        Channel("y", (PulseTrain(length=20, refractory=20, gap=20, signs="positive"),)),
    )
    more: dict[Any, Any] = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}
    outputs = (
        *(Channel(f"o{i}", (ComparedSums("x", word, "y", level=3, otherwise=-1),)) for i, word in enumerate(more)),
        Channel("enough", (ComparedSums("x", ">=", bound="bound"),)),
    )
    task = small_task(factors=(Factor("bound", Choice((0.02, 0.04))),), inputs=inputs, outputs=outputs)
    batch = task.sample(40, seed=1)
    equal = 0
    for trial in range(40):
        x = y = 0
        for step in range(batch.n_steps):
            x, y = x + int(batch.inputs[trial, step, 0]), y + int(batch.inputs[trial, step, 1])
            wanted = [3 if compare(x, y) else -1 for compare in more.values()]
            wanted.append(int(x * 10 >= 1000 * batch.factors["bound"][trial] - 1e-9))
            assert list(batch.targets[trial, step]) == wanted
            equal += step > 5 and x == y
    assert equal > 20


def test_compared_sums_know_nothing_of_what_comes() -> None:
    """The answer so far is the same whatever the input shows later."""
    tail = Hold(5, epochs=("end",))
    early, late = (
        small_task(*signals, outputs=(Channel("out", (ComparedSums("in", ">", bound=0.12),)),)).sample(2).targets
        for signals in ((Hold(1, epochs=("a",)),), (Hold(1, epochs=("a",)), tail))
    )
    before = ~np.broadcast_to(END, early[0, :, 0].shape)
    assert np.array_equal(early[:, before], late[:, before])
    assert not early.any() and late[:, -1].all()


@pytest.mark.parametrize("dt", [1, 2, 5, 10, 20])
def test_pulses_of_the_same_area_at_every_step(dt: float) -> None:
    """One pulse of 5 ms and height 2, one second in: its integral is 10 whatever the time step."""
    pulse = PulseTrain(2.0, 5, 1000, 1e-9, signs="positive", same_area=True)
    task = small_task(pulse, epochs=(Epoch("end", Constant(1400), scored=True),))
    shown = task.sample(5, dt).inputs[:, :, 0]
    assert np.allclose(shown.sum(axis=1) * dt, 10)
    assert ((shown > 0).sum(axis=1) == max(round(5 / dt + 1e-9), 1)).all()
    assert (shown.argmax(axis=1) * dt == 1000).all()


def test_more_fields_may_be_factors() -> None:
    """Each trial is as if its number stood in the description."""
    for field, low, high, make in (
        ("gap", 10.0, 80.0, lambda v: PulseTrain(length=20, refractory=20, gap=v)),
        ("width", 0.2, 2.0, lambda v: Bump(0.5, 1.0, v)),
        ("sigma", 0.1, 3.0, lambda v: Noise(v)),
    ):
        factor = Factor("level", Choice((low, high)))
        task = small_task(make("level"), factors=(factor,))
        batch = task.sample(30, seed=4)
        for value in (low, high):
            alone = small_task(make(value), factors=(factor,)).sample(30, seed=4)
            trials = batch.factors["level"] == value
            assert np.allclose(batch.inputs[trials], alone.inputs[trials], rtol=1e-5, atol=1e-6), field
        assert Task.from_json(task.to_json()) == task
        with pytest.raises(SpecError, match=rf"Task\.inputs\[0\]\.signals\[0\]\.{field}: factor 'level' can be -1"):
            small_task(make("level"), factors=(Factor("level", Choice((-1, 1))),))
        with pytest.raises(SpecError, match="can be any number"):
            derived = Factor("level", Linear((("drawn", 1.0),)))
            small_task(make("level"), factors=(Factor("drawn", Uniform(1, 2)), derived))
        assert small_task(make("level"), factors=(Factor("level", Uniform(1, 2)),)).sample(3).n_trials == 3
    sums = small_task(
        Hold(2), factors=(Factor("level", Choice((-1, 3))),), outputs=(Channel("out", (RunningSum("in", "level"),)),)
    ).sample(20)
    assert np.allclose(sums.targets[:, -1, 0], 2 * 0.2 * sums.factors["level"])


def test_last_pulse_holds_any_value() -> None:
    task = small_task(Hold(3, epochs=("b",)), Hold(-1, epochs=("end",)), outputs=(Channel("out", (LastPulse("in"),)),))
    assert np.array_equal(task.sample(1).targets[0, :, 0], np.where(END, -1.0, np.where(B, 3.0, 0.0)))


def test_a_remembered_level_can_be_cut_to_epochs() -> None:
    task = small_task(Hold(3, epochs=("a",)), outputs=(Channel("out", (LastPulse("in", epochs=("end",)),)),))
    assert np.array_equal(task.sample(1).targets[0, :, 0], 3.0 * END)


def test_signals_in_epochs_of_random_length() -> None:
    epochs = (Epoch("a", Uniform(20, 200)), Epoch("b", Uniform(20, 200)), Epoch("end", Constant(50), scored=True))
    batch = small_task(Ramp(0, 1, epochs=("b",)), epochs=epochs).sample(100, seed=1)
    start, stop = batch.epochs["b"].T[:, :, None]
    steps = np.arange(batch.n_steps)[None, :]
    expected = np.where((steps >= start) & (steps < stop), (steps - start) / (stop - start), 0)
    assert np.allclose(batch.inputs[:, :, 0], expected, atol=1e-6)


def test_values_that_overflow_are_refused_by_name() -> None:
    with pytest.raises(SpecError, match=r"task\.inputs\[0\]: has values that are not finite"):
        trace(Hold(1e300))
    with pytest.raises(SpecError, match=r"task\.inputs\[0\]: has values that are not finite"):
        trace(Sine("zero"), factors=(Factor("zero", Constant(0)),))


# ----------------------------------------------------------------------------------------- sequences and blocks


def test_sequence() -> None:
    shown = trace(Sequence((1, 2, 3), every=60, length=30, first=10))[0]
    expected = np.zeros(20)
    for k in range(3):
        expected[1 + 6 * k : 4 + 6 * k] = k + 1
    assert np.array_equal(shown, expected)
    assert np.array_equal(trace(Sequence((5,), every=40, length=40, epochs=("b",)))[0], 5.0 * B * (np.arange(20) < 14))
    with pytest.raises(SpecError, match=r"Sequence\.length"):
        Sequence((1,), every=10, length=20)
    with pytest.raises(SpecError, match=r"Sequence\.levels"):
        Sequence(())


def test_a_sequence_of_factors() -> None:
    factors = (Factor("x", Uniform(0, 1)), Factor("y", Uniform(0, 1)))
    batch = small_task(Sequence(("x", "y"), every=100, length=100), factors=factors).sample(20)
    expected = np.repeat(np.stack([batch.factors["x"], batch.factors["y"]], axis=1), 10, axis=1)
    assert np.allclose(batch.inputs[:, :, 0], expected)


def test_blocks_are_as_long_and_as_high_as_said() -> None:
    epochs = (Epoch("a", Constant(60_000)), Epoch("end", Constant(50), scored=True))
    shown = small_task(Blocks(-1, 2, shortest=100, mean=250), epochs=epochs).sample(20, 10).inputs[:, :-5, 0]
    runs = [np.diff(np.flatnonzero(np.diff(row, prepend=np.nan, append=np.nan) != 0)) for row in shown]
    lengths = np.concatenate([run[:-1] for run in runs]) * 10
    assert lengths.min() >= 90
    assert lengths.mean() == pytest.approx(250, rel=0.04)
    assert -1 <= shown.min() < -0.9
    assert 1.9 < shown.max() <= 2
    assert shown.mean() == pytest.approx(0.5, abs=0.06)


def test_blocks_may_have_gaps_and_be_shared_by_their_sign() -> None:
    train = Blocks(shortest=50, mean=50, gap=30, source="turns")
    halves = tuple(Channel(part, (train.replace(part=part),)) for part in ("all", "positive", "negative"))
    whole, positive, negative = small_task(inputs=halves).sample(30).inputs.transpose(2, 0, 1)
    assert np.allclose(positive - negative, whole)
    assert not (positive * negative).any()
    assert (whole == 0).mean() == pytest.approx(0.3)  # from 50 to 80 ms and from 130 to 160 ms of 200
    assert (whole[:, :5] != 0).all()
    assert not whole[:, 5:8].any()


def test_delayed_shows_what_was_some_time_ago() -> None:
    task = small_task(Hold(3, epochs=("b",)), Noise(1), outputs=(Channel("out", (Delayed("in", 30),)),))
    assert np.array_equal(task.sample(1).targets[0, :, 0], 3.0 * ((np.arange(20) >= 13) & (np.arange(20) < 18)))
    assert not task.replace(outputs=(Channel("out", (Delayed("in", 900),)),)).sample(1).targets.any()


def test_a_sum_may_be_of_a_difference_and_rectified() -> None:
    inputs = (Channel("x", (Hold(2, epochs=("a",)),)), Channel("y", (Hold(3, epochs=("b",)),)))
    outputs = tuple(
        Channel(f"o{k}", (RunningSum(a, minus=b, rectified=True),)) for k, (a, b) in enumerate((("x", "y"), ("y", "x")))
    )
    targets = small_task(inputs=inputs, outputs=outputs).sample(1).targets[0]
    total = np.cumsum(2.0 * A - 3.0 * B) * 0.01
    assert np.allclose(targets, np.stack([np.maximum(total, 0), np.maximum(-total, 0)], axis=1), atol=1e-6)


def test_a_bump_turns_with_its_input() -> None:
    bump = TurnedBump(0.5, preferred=1.0, width=2, shape="linear", channel="in", gain=10)
    task = small_task(Hold(1, epochs=("a",)), outputs=(Channel("out", (bump,)),))
    angle = 0.5 + 10 * np.cumsum(1.0 * A) * 0.01
    assert np.allclose(task.sample(1).targets[0, :, 0], np.maximum(0, 1 - np.abs(angle - 1) / 2), atol=1e-6)
    with pytest.raises(SpecError, match=r"TurnedBump\.channel"):
        TurnedBump(0.0)


def test_a_channel_is_smoothed_but_not_its_noise() -> None:
    steps = np.arange(20)
    smooth = (Channel("in", (Hold(1, epochs=("b",)), Noise(0.3)), smooth=30),)
    task = small_task(inputs=smooth)
    expected = np.convolve(1.0 * B, np.ones(3) / 3)[:20]
    assert np.allclose(task.sample(1, noise=False).inputs[0, :, 0], expected, atol=1e-6)
    plain = small_task(Hold(1, epochs=("b",)), Noise(0.3))
    assert np.allclose(task.sample(5).inputs[:, :, 0] - expected, plain.sample(5).inputs[:, :, 0] - 1.0 * B, atol=1e-5)
    width = (Factor("width", Choice((0, 50))),)
    batch = small_task(factors=width, inputs=(Channel("in", (Hold(1, epochs=("b",)),), smooth="width"),)).sample(20)
    ramp = np.convolve(1.0 * B, np.ones(5) / 5)[: len(steps)]
    assert np.allclose(batch.inputs[:, :, 0], np.where(batch.factors["width"][:, None] == 50, ramp, 1.0 * B), atol=1e-6)
    with pytest.raises(SpecError, match=r"Channel\.smooth"):
        Channel("in", smooth=-1)

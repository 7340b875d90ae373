"""What holds for every task of the catalogue."""

from __future__ import annotations

import time
import zlib
from itertools import pairwise

import numpy as np
import pytest

from rnnlab import tasks
from rnnlab.spec import SpecError
from rnnlab.tasks import TASKS, Batch, Noise, Task
from rnnlab.tasks.presets import Setting

GOLDEN = {
    "perceptual_discrimination": ("a9962462758cf8e5", 639794844, 8251.87, 7852.80),
    "delayed_discrimination": ("a64392fe61ee0279", 118100941, 6244.90, 1369.20),
    "flip_flop": ("4178316eafd323d7", 4218398435, 6405.0, -511.0),
}
"""First digits of each default task's digest; of 64 trials with seed 2026 the checksum of factors and epochs, the sum
of the inputs' sizes and the sum of the judged targets. A digest that changes orphans every file and paper that cites
it; trials that change make published runs impossible to repeat."""

family = pytest.mark.parametrize("name", TASKS)


def same(a: Batch, b: Batch) -> bool:
    arrays = all(np.array_equal(getattr(a, x), getattr(b, x)) for x in ("inputs", "targets", "mask", "lengths"))
    return arrays and all(np.array_equal(a.factors[name], b.factors[name]) for name in a.factors)


@family
def test_goes_to_json_and_back(name: str) -> None:
    task = tasks.get(name)
    again = Task.from_json(task.to_json())
    assert again == task
    assert again.digest == task.digest
    assert same(again.sample(4), task.sample(4))


@family
def test_digest_is_golden(name: str) -> None:
    assert tasks.get(name).digest[:16] == GOLDEN[name][0]


@family
def test_trials_are_golden(name: str) -> None:
    batch = tasks.get(name).sample(64, dt=10, seed=2026)
    edges = [edges.ravel() for edges in batch.epochs.values()]
    factors = [np.rint(1000 * values).astype(np.int64) for values in batch.factors.values()]
    checksum = zlib.crc32(np.concatenate(edges + factors).astype("<i8").tobytes())
    assert checksum == GOLDEN[name][1]
    assert np.abs(batch.inputs).sum(dtype=float) == pytest.approx(GOLDEN[name][2], rel=1e-5)
    assert (batch.targets * batch.mask).sum(dtype=float) == pytest.approx(GOLDEN[name][3], rel=1e-5)


@family
def test_batch_has_the_promised_form(name: str) -> None:
    task = tasks.get(name)
    batch = task.sample(16, dt=10, seed=3)
    assert batch.inputs.shape == (16, batch.n_steps, task.n_inputs)
    assert batch.targets.shape == batch.mask.shape == (16, batch.n_steps, task.n_outputs)
    for array in (batch.inputs, batch.targets, batch.mask):
        assert array.dtype == np.float32
        assert array.flags.c_contiguous
        assert np.isfinite(array).all()
    assert batch.n_steps == batch.lengths.max()
    assert tuple(batch.epochs) == task.epoch_names
    assert set(batch.factors) == set(task.factor_names)
    assert all(values.shape == (16,) for values in batch.factors.values())
    assert np.array_equal(batch.time, 10.0 * np.arange(batch.n_steps))


@family
def test_epochs_fill_the_trial(name: str) -> None:
    batch = tasks.get(name).sample(64, seed=1)
    edges = list(batch.epochs.values())
    assert (edges[0][:, 0] == 0).all()
    assert (edges[-1][:, 1] == batch.lengths).all()
    for before, after in pairwise(edges):
        assert np.array_equal(before[:, 1], after[:, 0])


@family
def test_padding_is_empty(name: str) -> None:
    batch = tasks.get(name).sample(64, seed=1)
    padding = np.arange(batch.n_steps)[None, :] >= batch.lengths[:, None]
    for array in (batch.inputs, batch.targets, batch.mask):
        assert not array[padding].any()


@family
def test_same_seed_same_batch(name: str) -> None:
    task = tasks.get(name)
    assert same(task.sample(8, seed=5), tasks.get(name).sample(8, seed=5))
    assert same(task.sample(8, seed=(5, 2)), task.sample(8, seed=[5, 2]))
    assert same(task.sample(8, seed=np.random.default_rng(1)), task.sample(8, seed=np.random.default_rng(1)))
    assert not same(task.sample(8, seed=5), task.sample(8, seed=6))
    assert not same(task.sample(8, seed=(5, 2)), task.sample(8, seed=(5, 3)))
    rng = np.random.default_rng(1)
    assert not same(task.sample(8, seed=rng), task.sample(8, seed=rng))


@family
def test_halving_the_time_step_keeps_durations(name: str) -> None:
    task = tasks.get(name)
    coarse, fine = task.sample(64, dt=10, seed=2), task.sample(64, dt=5, seed=2)
    for epoch in task.epoch_names:
        assert np.abs(coarse.epochs[epoch] * 10 - fine.epochs[epoch] * 5).max() <= 7.5
    for factor in task.factor_names:
        assert np.array_equal(coarse.factors[factor], fine.factors[factor])


@family
@pytest.mark.parametrize("sigma", [0.02, 0.3])
def test_noise_of_a_leaky_unit_does_not_depend_on_the_time_step(name: str, sigma: float) -> None:
    """A leaky unit of 100 ms driven by an input's noise has the standard deviation that the setting states."""
    task = tasks.get(name, noise=sigma)
    for dt in (20.0, 10.0, 5.0):
        noise = task.sample(300, dt, seed=4).inputs - task.sample(300, dt, seed=4, noise=False).inputs
        x, late = np.zeros(noise[:, 0].shape), []
        for t in range(noise.shape[1]):
            x = x + dt / 100 * (noise[:, t] - x)
            late += [x] if 500 <= t * dt < 1000 else []
        # The discrete leaky unit has variance σ² / (1 - dt / 2τ).
        expected = sigma / np.sqrt(1 - dt / 200)
        running = np.array(late)[:, task.sample(300, dt, seed=4).lengths * dt >= 1000]
        assert running.std() == pytest.approx(expected, rel=0.06)


@family
def test_noise_leaves_everything_else_alone(name: str) -> None:
    quiet = tasks.get(name, noise=0).sample(32, seed=9)
    loud = tasks.get(name, noise=0.3).sample(32, seed=9)
    without = tasks.get(name, noise=0.3).sample(32, seed=9, noise=False)
    assert same(quiet, without)
    assert np.array_equal(quiet.targets, loud.targets)
    assert not np.array_equal(quiet.inputs, loud.inputs)


@family
def test_every_judged_step_has_a_defined_target(name: str) -> None:
    """Each step that counts lies in an epoch for which that output was given a target."""
    task = tasks.get(name)
    batch = task.sample(256, seed=7)
    for i, output in enumerate(task.outputs):
        defined = np.zeros(batch.mask.shape[:2], dtype=bool)
        for signal in output.signals:
            for epoch in signal.epochs or task.epoch_names:
                defined |= batch.window(epoch)
        assert not (batch.mask[:, :, i] > 0)[~defined].any()


@family
@pytest.mark.parametrize("dt", [1.0, 7.0, 10.0, 20.0])
def test_every_trial_is_judged(name: str, dt: float) -> None:
    batch = tasks.get(name).sample(500, dt, seed=7)
    assert (batch.mask > 0).any(axis=(1, 2)).all()


@family
def test_the_oracle_is_always_right(name: str) -> None:
    task = tasks.get(name)
    batch = task.sample(400, seed=11)
    score = task.score(batch.targets, batch)
    assert score.accuracy == 1.0
    assert (score.correct == 1).all()


@family
def test_silence_scores_chance(name: str) -> None:
    task = tasks.get(name)
    batch = task.sample(2000, seed=12)
    score = task.score(np.zeros_like(batch.targets), batch)
    assert score.accuracy == pytest.approx(score.chance, abs=0.04)
    assert 0.1 < score.chance < 0.6


@family
def test_the_opposite_is_never_right(name: str) -> None:
    task = tasks.get(name)
    batch = task.sample(100, seed=12)
    opposite = -5 * np.where(batch.targets == 0, 1, batch.targets)
    assert task.score(opposite, batch).accuracy == 0


@family
def test_outputs_that_are_not_numbers_are_not_right(name: str) -> None:
    task = tasks.get(name)
    batch = task.sample(10)
    assert task.score(np.full_like(batch.targets, np.nan), batch).accuracy == 0


@family
def test_drawing_is_vectorised(name: str) -> None:
    """Many trials cost far less each than a few."""
    task = tasks.get(name)

    def cost(n_trials: int) -> float:
        times = []
        for seed in range(15):
            start = time.perf_counter()
            task.sample(n_trials, seed=seed)
            times.append(time.perf_counter() - start)
        return min(times)

    assert cost(512) < 60 * cost(4)


@family
def test_settings_carry_what_a_slider_needs(name: str) -> None:
    preset = TASKS[name]
    assert preset.name == name
    assert preset.description
    for key, setting in preset.settings().items():
        assert isinstance(setting, Setting)
        assert setting.name == key
        assert setting.label
        assert setting.help.endswith(".")
        assert setting.low < setting.high
        assert setting.step > 0
        assert setting.read(setting.default, key) == setting.default
        values = np.ravel(setting.default)
        assert setting.low <= values.min()
        assert values.max() <= setting.high


@family
def test_defaults_are_the_settings_given(name: str) -> None:
    preset = TASKS[name]
    assert preset(**{key: setting.default for key, setting in preset.settings().items()}) == tasks.get(name)


@family
def test_both_ends_of_every_slider_make_a_task_or_name_a_setting(name: str) -> None:
    preset = TASKS[name]
    for key, setting in preset.settings().items():
        for end in (setting.low, setting.high):
            value = {"range": (end, end), "numbers": (end,), "pairs": ((end, end + 1),)}.get(setting.kind, end)
            try:
                preset(**{key: value})
            except SpecError as error:
                assert error.path.split("[")[0].removeprefix(f"{name}.") in preset.settings(), str(error)
                assert error.remedy


def test_unknown_names_are_answered() -> None:
    with pytest.raises(SpecError, match="did you mean 'flip_flop'"):
        tasks.get("flipflop")
    with pytest.raises(SpecError, match=r"flip_flop\.nbits: unknown setting 'nbits'; did you mean 'n_bits'"):
        tasks.get("flip_flop", nbits=2)


def test_every_preset_has_input_noise_as_a_setting() -> None:
    for name in TASKS:
        assert all(any(isinstance(s, Noise) for s in c.signals) for c in tasks.get(name).inputs)

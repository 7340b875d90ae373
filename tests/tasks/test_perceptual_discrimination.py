"""Perceptual discrimination against the published facts of PsychRNN's task (T = 2000 ms, dt = 10 ms)."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab import tasks
from rnnlab.spec import SpecError
from rnnlab.tasks import Batch

N = 4000


@pytest.fixture(scope="module")
def batch() -> Batch:
    return tasks.perceptual_discrimination().sample(N, dt=10, seed=0, noise=False)


def milliseconds(batch: Batch, epoch: str) -> np.ndarray:
    return np.diff(batch.epochs[epoch], axis=1)[:, 0] * batch.dt


def test_channels_and_length(batch: Batch) -> None:
    assert batch.inputs.shape == (N, 200, 2)
    assert batch.targets.shape == (N, 200, 2)
    assert (batch.lengths == 200).all()


def test_epochs(batch: Batch) -> None:
    """Onset U(0, T/2); stimulus U(T/8, 3T/8); the response is the rest."""
    fixation, stimulus = milliseconds(batch, "fixation"), milliseconds(batch, "stimulus")
    assert (fixation.min(), fixation.max()) == (0, 1000)
    assert (stimulus.min(), stimulus.max()) == (250, 750)
    assert fixation.mean() == pytest.approx(500, abs=20)
    assert stimulus.mean() == pytest.approx(500, abs=10)
    assert fixation.std() == pytest.approx(1000 / np.sqrt(12), rel=0.05)
    assert abs(np.corrcoef(fixation, stimulus)[0, 1]) < 0.05
    assert np.array_equal(milliseconds(batch, "response"), 2000 - fixation - stimulus)


def test_conditions_are_balanced(batch: Batch) -> None:
    coherence, direction = batch.factors["coherence"], batch.factors["direction"]
    for value in (0.1, 0.3, 0.5, 0.7):
        for way in (0, 1):
            assert np.mean((coherence == value) & (direction == way)) == pytest.approx(1 / 8, abs=0.02)


def test_inputs(batch: Batch) -> None:
    """During the stimulus 1 + coherence on the chosen channel and 1 on the other; 0 elsewhere."""
    on = batch.window("stimulus")
    assert not batch.inputs[~on].any()
    chosen = batch.factors["direction"].astype(int)
    rows = np.arange(N)
    strong = batch.inputs[rows, :, chosen]
    weak = batch.inputs[rows, :, 1 - chosen]
    expected = np.broadcast_to(1 + batch.factors["coherence"][:, None], on.shape)
    assert np.allclose(strong[on], expected[on])
    assert (weak[on] == 1).all()


def test_noise_is_psychrnns_at_its_time_step() -> None:
    """Standard deviation √(2 · 0.01 · √10 · √10 · 0.1²) = √0.002 per step at dt = 10 ms, in every step."""
    task = tasks.perceptual_discrimination()
    noise = task.sample(500, 10, 1).inputs - task.sample(500, 10, 1, noise=False).inputs
    assert noise.std() == pytest.approx(np.sqrt(0.002), rel=0.01)
    assert np.allclose(noise.std(axis=(0, 2)), np.sqrt(0.002), rtol=0.15)
    assert abs(np.corrcoef(noise[:, :, 0].ravel(), noise[:, :, 1].ravel())[0, 1]) < 0.01
    assert abs(np.corrcoef(noise[:, 1:, 0].ravel(), noise[:, :-1, 0].ravel())[0, 1]) < 0.01


def test_targets_and_mask_cover_exactly_the_response(batch: Batch) -> None:
    """1.0 on the chosen and 0.2 on the other from the very step in which the mask begins (no hole of 20 ms)."""
    response = batch.window("response")
    assert np.array_equal(batch.mask[:, :, 0] > 0, response)
    assert np.array_equal(batch.mask[:, :, 0], batch.mask[:, :, 1])
    assert set(np.unique(batch.mask)) == {0, 1}
    assert not batch.targets[~response].any()
    chosen = batch.factors["direction"].astype(int)
    rows = np.arange(N)
    assert np.allclose(batch.targets[rows, :, chosen][response], 1.0)
    assert np.allclose(batch.targets[rows, :, 1 - chosen][response], 0.2)


def test_signed_coherence_points_to_choice_1(batch: Batch) -> None:
    factors = batch.factors
    assert np.allclose(factors["signed_coherence"], factors["coherence"] * np.where(factors["direction"] == 1, 1, -1))
    assert tasks.perceptual_discrimination().condition_factors == ("coherence", "direction")


def test_the_stronger_input_is_the_right_choice() -> None:
    task = tasks.perceptual_discrimination()
    batch = task.sample(300, seed=4)
    evidence = batch.inputs.sum(axis=1, keepdims=True)
    score = task.score(np.broadcast_to(evidence, batch.targets.shape), batch)
    assert score.accuracy > 0.99
    assert np.array_equal(score.choices == batch.factors["direction"], score.correct == 1)


def test_every_setting_does_what_it_says() -> None:
    batch = tasks.perceptual_discrimination(
        fixation=(200, 200), stimulus=(300, 300), trial=1000, coherences=(0.25,), baseline=0.5,
        noise=0, high=2.0, low=-1.0, grace=100,
    ).sample(20, seed=0)  # fmt: skip
    assert (batch.epochs["stimulus"] == [20, 50]).all()
    assert batch.n_steps == 100
    assert set(np.unique(batch.inputs)) == {0, 0.5, 0.75}
    assert set(np.unique(batch.targets)) == {0, 2, -1}
    assert np.array_equal(batch.mask[0, :, 0], (np.arange(100) >= 60).astype(np.float32))


def test_a_slider_changes_trials_smoothly() -> None:
    """The random numbers are held: a longer range stretches each trial's fixation and changes nothing else."""
    a = tasks.perceptual_discrimination(fixation=(0, 1000)).sample(50, seed=3)
    b = tasks.perceptual_discrimination(fixation=(0, 1020)).sample(50, seed=3)
    assert np.abs(a.epochs["fixation"] - b.epochs["fixation"]).max() <= 2
    assert np.array_equal(a.factors["coherence"], b.factors["coherence"])
    assert np.abs(np.diff(a.epochs["stimulus"]) - np.diff(b.epochs["stimulus"])).max() <= 1
    quiet = tasks.perceptual_discrimination(noise=0.01)
    loud = tasks.perceptual_discrimination(noise=0.02)
    clean = quiet.sample(5, seed=3, noise=False).inputs
    assert np.allclose(2 * (quiet.sample(5, seed=3).inputs - clean), loud.sample(5, seed=3).inputs - clean, atol=1e-6)


def test_a_longer_trial_only_appends() -> None:
    short = tasks.perceptual_discrimination(trial=2000).sample(5, seed=3)
    long = tasks.perceptual_discrimination(trial=2500).sample(5, seed=3)
    assert np.array_equal(short.inputs, long.inputs[:, :200])


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"trial": 1500}, "trial"),
        ({"trial": 1000, "grace": 100}, "trial"),
        ({"trial": 0}, "trial"),
        ({"fixation": (500, 100)}, "fixation"),
        ({"fixation": (-10, 100)}, "fixation"),
        ({"fixation": "long"}, "fixation"),
        ({"fixation": (1, 2, 3)}, "fixation"),
        ({"stimulus": float("nan")}, "stimulus"),
        ({"coherences": ()}, "coherences"),
        ({"coherences": 0.1}, "coherences"),
        ({"coherences": (0.1, -0.2)}, "coherences[1]"),
        ({"coherences": (0.1, "x")}, "coherences[1]"),
        ({"noise": -1}, "noise"),
        ({"noise": True}, "noise"),
        ({"high": 0.2}, "high"),
        ({"low": 1.5}, "high"),
        ({"direction": 1}, "direction"),
    ],
)
def test_wrong_settings_are_refused_by_name(wrong: dict, path: str) -> None:
    with pytest.raises(SpecError) as caught:
        tasks.get("perceptual_discrimination", **wrong)
    assert caught.value.path == f"perceptual_discrimination.{path}"
    with pytest.raises(SpecError, match=f"perceptual_discrimination.{path.split('[')[0]}"):
        tasks.perceptual_discrimination(**wrong)


def test_a_single_number_is_a_fixed_duration() -> None:
    assert tasks.perceptual_discrimination(fixation=300) == tasks.perceptual_discrimination(fixation=(300, 300))


def test_fixation_can_be_left_out() -> None:
    batch = tasks.perceptual_discrimination(fixation=(0, 0)).sample(5)
    assert (batch.epochs["fixation"] == 0).all()

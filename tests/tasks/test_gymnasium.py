"""Tasks as Gymnasium environments, before Gymnasium's own checker."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from gymnasium.error import ResetNeeded
from gymnasium.utils.env_checker import check_env

import rnnlab as rl

CASES = [(name, actions) for name in rl.tasks.TASKS for actions in ("discrete", "continuous")]


def episode(env: Any, policy: Any, seed: int | None = None) -> tuple[list[Any], float]:
    """Observations of one trial, and its reward."""
    seen, info = env.reset(seed=seed)
    observations, ended = [seen], False
    while not ended:
        seen, reward, ended, _, info = env.step(policy(info))
        observations.append(seen)
    return observations, reward


@pytest.mark.parametrize(("name", "actions"), CASES)
def test_gymnasiums_checker_passes(name: str, actions: str) -> None:
    check_env(rl.tasks.to_gymnasium(rl.tasks.get(name), dt=20, actions=actions), skip_render_check=True)


@pytest.mark.parametrize("name", rl.tasks.TASKS)
def test_saying_the_target_earns_the_whole_reward(name: str) -> None:
    env = rl.tasks.to_gymnasium(rl.tasks.get(name), dt=20, actions="continuous")
    rewards, seed = [], 1
    while len(rewards) < 2:
        ended, (_, info) = False, env.reset(seed=seed)
        while not ended:
            _, reward, ended, _, info = env.step(info["target"] / env.action_scale)
        if info["score"].counted is None or info["score"].counted[0]:  # a catch trial has no right answer
            rewards.append(reward)
        seed = None
    assert rewards == pytest.approx([1, 1])


def test_discrete_actions_choose() -> None:
    env = rl.tasks.to_gymnasium(rl.tasks.get("perceptual_discrimination"), dt=20)
    assert env.action_space.n == 3
    right = [episode(env, lambda info: 1 + info["target"].argmax())[1] for _ in range(5)]
    wrong = [episode(env, lambda info: 2 - info["target"].argmax())[1] for _ in range(5)]
    assert right == [1.0] * 5 and wrong == [0.0] * 5


def test_an_episode_is_a_trial_of_the_task() -> None:
    task = rl.tasks.get("delayed_discrimination")
    env = rl.tasks.to_gymnasium(task, dt=20)
    observations, _ = episode(env, lambda info: 0, seed=4)
    words = np.random.default_rng(np.random.PCG64(4)).integers(2**32, size=2).tolist()
    trial = task.sample(32, 20, words)[0]
    np.testing.assert_array_equal(observations[:-1], trial.inputs[0, : trial.lengths[0]])


def test_seeds_decide_the_trials() -> None:
    env = rl.tasks.to_gymnasium(rl.tasks.get("perceptual_discrimination"), dt=50)
    runs = [[np.stack(episode(env, lambda info: 0, seed)[0]) for seed in (5, None)] for _ in range(2)]
    for one, again in zip(*runs, strict=True):
        np.testing.assert_array_equal(one, again)
    assert not np.array_equal(runs[0][0], runs[0][1])


def test_epochs_are_told() -> None:
    env = rl.tasks.to_gymnasium(rl.tasks.get("perceptual_discrimination"), dt=50)
    _, info = env.reset(seed=0)
    assert info["epoch"] == ["fixation"] or info["epoch"] == ["stimulus"]


def test_a_function_of_a_batch_is_an_environment_too() -> None:
    def copy(n_trials: int, dt: float, rng: np.random.Generator, noise: bool) -> dict[str, Any]:
        shown = np.repeat(rng.choice([-3.0, 3.0], size=(n_trials, 1, 1)), 4, axis=1)
        return {"inputs": shown, "targets": shown}

    env = rl.tasks.to_gymnasium(rl.tasks.from_function("copy", copy, inputs=["a"], outputs=["b"]), dt=50)
    assert env.action_scale == 6
    check_env(env, skip_render_check=True)


def test_misuse_is_refused() -> None:
    task = rl.tasks.get("flip_flop")
    with pytest.raises(ValueError, match="actions: 'some' is unknown"):
        rl.tasks.to_gymnasium(task, actions="some")
    env = rl.tasks.to_gymnasium(task, dt=20)
    with pytest.raises(ResetNeeded):
        env.step(env.action_space.sample())
    episode(env, lambda info: np.zeros(3))
    with pytest.raises(ResetNeeded, match="trial is over"):
        env.step(env.action_space.sample())

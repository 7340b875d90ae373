"""`TaskEnvironment`: what `to_gymnasium` makes. Imports Gymnasium."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from rnnlab.tasks.batch import Batch
from rnnlab.tasks.source import TaskSource

AHEAD = 32
"""Trials drawn at once: drawing many takes little longer than drawing one."""

LARGEST = float(np.finfo(np.float32).max)


class TaskEnvironment(gymnasium.Env):
    """A task as an environment; see `rnnlab.tasks.to_gymnasium`.

    Attributes:
        task: where its trials come from.
        dt: length of a step, ms.
        action_scale: the value of an output for a continuous action of 1.
    """

    metadata = {"render_modes": []}  # noqa: RUF012 - Gymnasium's own way

    def __init__(self, task: TaskSource, dt: float, actions: str, *, noise: bool) -> None:
        self.task = task
        self.dt = float(dt)
        self._noise = noise
        probe = task.sample(AHEAD, self.dt, 0, noise=noise)
        chooses = task.score(np.zeros_like(probe.targets), probe).choices is not None
        self._discrete = actions == "discrete" or (actions == "auto" and chooses)
        self.observation_space = spaces.Box(-LARGEST, LARGEST, (task.n_inputs,), np.float32)
        # Twice the largest target leaves room on both sides.
        self.action_scale = 2 * max(1.0, float(np.abs(probe.targets).max()))
        continuous = spaces.Box(-1, 1, (task.n_outputs,), np.float32)
        self.action_space = spaces.Discrete(task.n_outputs + 1) if self._discrete else continuous
        self._batch: Batch | None = None
        self._next = AHEAD
        self._step = 0

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray, dict[str, Any]]:
        """Begin a trial. With a seed, the same trials follow as the last time with that seed."""
        super().reset(seed=seed)
        if self._batch is None or self._next == AHEAD or seed is not None:
            words = self.np_random.integers(2**32, size=2).tolist()
            self._batch, self._next = self.task.sample(AHEAD, self.dt, words, noise=self._noise), 0
        self._trial = self._batch[self._next]
        self._next += 1
        self._step = 0
        self._outputs = np.zeros_like(self._trial.targets)
        return self._observation(), self._info()

    def step(self, action: Any) -> tuple[NDArray, float, bool, bool, dict[str, Any]]:
        """Answer at this step and go to the next."""
        if self._batch is None:
            raise gymnasium.error.ResetNeeded("call reset() first: it begins a trial")
        n_steps = int(self._trial.lengths[0])
        if self._step >= n_steps:
            raise gymnasium.error.ResetNeeded("the trial is over; call reset() to begin the next")
        self._outputs[0, self._step] = self._output(action)
        self._step += 1
        if self._step < n_steps:
            return self._observation(), 0.0, False, False, self._info()
        score = self.task.score(self._outputs, self._trial)
        last = np.zeros(self.task.n_inputs, dtype=np.float32)
        return last, float(np.asarray(score.correct)[0]), True, False, {"score": score}

    def _output(self, action: Any) -> NDArray[np.float32]:
        """An action as values of the outputs, (output,)."""
        if not self._discrete:
            return np.asarray(action, dtype=np.float32) * np.float32(self.action_scale)
        output = np.zeros(self.task.n_outputs, dtype=np.float32)
        output[int(action) - 1] = float(action > 0)
        return output

    def _observation(self) -> NDArray[np.float32]:
        return self._trial.inputs[0, self._step].copy()

    def _info(self) -> dict[str, Any]:
        trial, i = self._trial, self._step
        inside = [name for name, edges in trial.epochs.items() if edges[0, 0] <= i < edges[0, 1]]
        return {"target": trial.targets[0, i].copy(), "mask": trial.mask[0, i].copy(), "epoch": inside}

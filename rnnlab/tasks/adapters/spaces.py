"""The actions of an environment as outputs of a network: targets, decisions and scores."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnlab.tasks.batch import Batch
from rnnlab.tasks.scoring import Score

TOLERANCE = 0.1
"""Share of the range of a continuous action within which it is right."""


@dataclass(frozen=True, eq=False)
class Actions:
    """What a network may answer.

    Attributes:
        n: number of outputs.
        n_choices: number of discrete actions, None where they are continuous.
        fixation: the action of doing nothing, None where there is none.
        reach: (output,) largest distance from the target that is right, for continuous actions.
    """

    n: int
    n_choices: int | None
    fixation: int | None
    reach: NDArray[np.float64]

    def targets(self, truth: NDArray) -> NDArray[np.floating]:
        """Ground truth of a trial, (time,) or (time, output), as targets (time, output)."""
        if self.n_choices is None:
            return truth.reshape(len(truth), self.n)
        return np.eye(self.n, dtype=np.float32)[truth.astype(np.int64).reshape(-1)]

    def decisions(self, targets: NDArray[np.floating], lengths: NDArray) -> tuple[NDArray, NDArray]:
        """Step of the decision in each trial and, for discrete actions, the right one, both (trial,)."""
        right = targets.argmax(axis=2)
        inside = np.arange(targets.shape[1])[None, :] < lengths[:, None]
        acts = inside if self.n_choices is None or self.fixation is None else inside & (right != self.fixation)
        last = targets.shape[1] - 1 - acts[:, ::-1].argmax(axis=1)
        when = np.where(acts.any(axis=1), last, lengths - 1)
        return when, right[np.arange(len(when)), when]

    def judge(self, outputs: NDArray[np.floating], batch: Batch) -> Score:
        """Score outputs that have the shape of the batch's targets."""
        when, right = self.decisions(batch.targets, batch.lengths)
        rows = np.arange(batch.n_trials)
        finite = np.isfinite(outputs).all(axis=(1, 2))
        if self.n_choices is None:
            wanted = batch.targets[rows, when]
            correct = self._near(outputs[rows, when], wanted) & finite
            chance = self._near(np.median(wanted, axis=0), wanted).mean()
            return Score(float(correct.mean()), correct.astype(float), None, float(chance))
        choices = outputs[rows, when].argmax(axis=1)
        correct = (choices == right) & finite & self._fixated(outputs, batch)
        return Score(float(correct.mean()), correct.astype(float), choices, self._chance(right, batch))

    def _chance(self, right: NDArray, batch: Batch) -> float:
        """What always deciding the same scores; where decisions differ in time alone, what never fixating does."""
        if len(set(right.tolist())) > 1:
            return float(np.bincount(right).max() / len(right))
        always = np.broadcast_to(np.eye(self.n)[right[0]], batch.targets.shape)
        return float(self._fixated(always, batch).mean())

    def _near(self, values: NDArray, wanted: NDArray) -> NDArray[np.bool_]:
        return np.asarray((np.abs(values - wanted) <= self.reach).all(axis=1))

    def _fixated(self, outputs: NDArray[np.floating], batch: Batch) -> NDArray[np.bool_]:
        """Whether fixation is kept in more than half of the steps in which it is right, (trial,)."""
        if self.fixation is None:
            return np.ones(batch.n_trials, dtype=bool)
        wanted = (batch.targets.argmax(axis=2) == self.fixation) & (batch.mask > 0).any(axis=2)
        kept = (wanted & (outputs.argmax(axis=2) == self.fixation)).sum(axis=1)
        return np.asarray((2 * kept > wanted.sum(axis=1)) | ~wanted.any(axis=1))


def actions_of(env_id: str, env: Any, truths: Sequence[NDArray]) -> Actions:
    """The actions of an environment, whose ground truth in some trials is given.

    Raises:
        ValueError: the ground truth is not among the actions.
    """
    space, kind = env.action_space, type(env.action_space).__name__
    if kind == "Discrete":
        n = int(space.n)
        check_truth(env_id, n, truths)
        return Actions(n, n, _fixation(env), np.zeros(n))
    n = int(np.prod(space.shape)) if space.shape else 0
    if kind != "Box" or not n or any(truth.size != len(truth) * n for truth in truths):
        raise ValueError(f"env_id: {env_id!r} cannot be learned from examples: its actions are {space}, not one choice")
    ranges = (np.asarray(space.high, float) - np.asarray(space.low, float)).ravel()
    return Actions(n, None, None, TOLERANCE * np.where(np.isfinite(ranges), ranges, 1.0))


def check_truth(env_id: str, n: int, truths: Iterable[NDArray]) -> None:
    """Raise ValueError where a ground truth is none of ``n`` actions."""
    for truth in truths:
        wrong = truth[(truth < 0) | (truth >= n)]
        if truth.ndim != 1 or len(wrong):
            says = f"its ground truth {wrong.flat[0]}" if len(wrong) else f"its ground truth of shape {truth.shape}"
            problem = f"{says} is none of its actions 0 to {n - 1}"
            raise ValueError(f"env_id: {env_id!r} cannot be learned from examples: {problem}")


def _fixation(env: Any) -> int | None:
    names = getattr(env.action_space, "name", None)
    if isinstance(names, dict):
        return names.get("fixation")
    return 0 if "fixation" in env.timing else None


def channel_names(space: Any, n: int, fallback: str) -> list[str]:
    """One name for each entry of a space: those NeuroGym gives, numbered where a name has several entries."""
    names = [f"{fallback}_{i}" for i in range(n)]
    table = getattr(space, "name", None)
    for name, where in table.items() if isinstance(table, dict) else ():
        entries = [int(i) for i in np.atleast_1d(np.asarray(where))]
        for k, i in enumerate(entries):
            if 0 <= i < n:
                names[i] = str(name) if len(entries) == 1 else f"{name}_{k}"
    return names if len(set(names)) == n else [f"{fallback}_{i}" for i in range(n)]

"""Scoring by value: how close the outputs are to their targets."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from rnnlab.spec import SpecError, quantity
from rnnlab.tasks.batch import Batch
from rnnlab.tasks.channels import Channel
from rnnlab.tasks.draws import Floats
from rnnlab.tasks.references import names
from rnnlab.tasks.scene import Window, whole_steps
from rnnlab.tasks.scoring.base import Score, Scoring, check_scored, mean, means, narrowed

if TYPE_CHECKING:
    from rnnlab.tasks.task import Task


@dataclass(frozen=True)
class WithinTolerance(Scoring):
    """The fraction of the judged steps, over all outputs, in which the output is within ``tolerance`` of the target.

    ``grace`` ms after each change of a target that output is not judged. Chance is what silence (every output zero)
    scores on the same trials.
    """

    tolerance: float = quantity(
        0.5, above=0, soft=(0, 1), step=0.05, help="Largest distance from the target that is right."
    )
    grace: float = quantity(
        0.0, unit="ms", low=0, soft=(0, 500), step=10, help="Time after each change of a target that is not judged."
    )
    epochs: tuple[str, ...] = names(
        "epoch", (), empty="all that are scored", help="Scored epochs that count; none: all."
    )

    def judge(self, outputs: NDArray[np.floating], batch: Batch) -> Score:
        judged = (narrowed(batch.mask, batch, self.epochs) > 0) & self._settled(batch.targets, batch.dt)
        correct = self._fractions(outputs, batch.targets, judged)
        silence = self._fractions(np.zeros((), dtype=np.float32), batch.targets, judged)
        return Score(mean(correct), correct, None, chance=mean(silence))

    def _settled(self, targets: NDArray[np.floating], dt: float) -> Window:
        """True from ``grace`` after the last change on; a target's value at the start is no change."""
        grace = whole_steps(self.grace, dt)
        steps = np.arange(targets.shape[1])[None, :, None]
        changed = np.zeros(targets.shape, dtype=bool)
        changed[:, 1:] = targets[:, 1:] != targets[:, :-1]
        latest = np.maximum.accumulate(np.where(changed, steps, -grace), axis=1)
        return steps - latest >= grace

    def _fractions(self, outputs: NDArray[np.floating], targets: NDArray[np.floating], judged: Window) -> Floats:
        right = (np.abs(outputs - targets) < self.tolerance) & judged
        return right.sum(axis=(1, 2)) / np.maximum(judged.sum(axis=(1, 2)), 1)

    def check_task(self, task: Task) -> None:
        check_scored(task, self.epochs, self.only)
        least, where = self.least_judged(task)
        if least <= 0:
            raise SpecError(
                "Task.scoring.grace",
                f"{self.grace:g} ms may leave no judged time in {where}",
                value=self.grace,
                remedy=f"give less than {self.grace + least:g} ms",
            )

    def least_judged(self, task: Task) -> tuple[float, str]:
        scored = [epoch for epoch in task.epochs if epoch.scored]
        times = [(task.shortest(epoch.name) - epoch.grace - self.grace, f"epoch {epoch.name!r}") for epoch in scored]
        if self.grace > 0:
            times += [(self._steady(task, output) - self.grace, f"output {output.name!r}") for output in task.outputs]
        return min(times)

    def _steady(self, task: Task, output: Channel) -> float:
        """The shortest time (ms) between two changes of a target inside an epoch."""
        return min((signal.holds_for(task) for signal in output.signals), default=math.inf)


@dataclass(frozen=True)
class RSquared(Scoring):
    """The part of the targets' variance that the outputs explain over the judged steps of all outputs.

    accuracy: R² = 1 - Σ (output - target)² / Σ (target - mean)² over the batch, and 0 where that is negative.
    correct: the same of each trial, its error set against the mean variance of a trial. Chance is 0.
    """

    def judge(self, outputs: NDArray[np.floating], batch: Batch) -> Score:
        weights = batch.mask.astype(np.float64)
        middle = (weights * batch.targets).sum(axis=(0, 1)) / np.maximum(weights.sum(axis=(0, 1)), 1e-12)
        variance = (weights * (batch.targets - middle) ** 2).sum(axis=(1, 2))
        error = (weights * (outputs - batch.targets) ** 2).sum(axis=(1, 2))
        judged = weights.any(axis=(1, 2))
        scale = max(float(variance.mean()), 1e-12)
        correct = np.where(judged & np.isfinite(error), np.maximum(1 - error / scale, 0.0), 0.0)
        total = float(error.mean()) / scale
        return Score(max(0.0, 1 - total) if math.isfinite(total) else 0.0, correct, None, chance=0.0)


@dataclass(frozen=True)
class AngularError(Scoring):
    """Right if the angle that the outputs report is within ``tolerance`` of the target's.

    The outputs are averaged over the judged steps and read as a point in the plane: in "ring" code output i of n adds
    its mean in the direction 2π i / n, which is the angle where all outputs have the same smooth tuning; in "vector"
    code the first output is the sine of the angle and the second the cosine. In "linear" code the two outputs next to
    an angle share 1 linearly (a `Bump` of that shape, as wide as the spacing of the outputs): the point lies on the
    straight line between their directions, and is read for the part of the way that it has gone.

    With a ``threshold``, an answer whose largest mean is below it is none, which is right where the target is none too.
    Chance is tolerance / π, unless it is given: where angles come from a few, the best of them may be right more often.
    """

    least_outputs = 2

    tolerance: float = quantity(
        math.pi / 10, unit="rad", above=0, soft=(0, 1.6), step=0.05, help="Largest difference that is right."
    )
    code: Literal["ring", "linear", "vector"] = field(
        default="ring",
        metadata={
            "help": "How the outputs report an angle: by a direction each, smoothly tuned or linearly shared by two "
            "neighbours, or as sine and cosine."
        },
    )
    threshold: float | None = quantity(
        None, start=0.5, empty="none", help="What an output must reach to be an answer; none: nothing."
    )
    chance: float | None = quantity(
        None, low=0, high=1, start=0.1, empty="tolerance / π", help="Accuracy of guessing; none: tolerance / π."
    )
    epochs: tuple[str, ...] = names(
        "epoch", (), empty="all that are scored", help="Scored epochs that count; none: all."
    )

    def judge(self, outputs: NDArray[np.floating], batch: Batch) -> Score:
        weights = narrowed(batch.mask, batch, self.epochs)
        (reported, answers), (wanted, answered) = (self._read(x, weights) for x in (outputs, batch.targets))
        apart = np.abs(np.angle(reported * wanted.conj()))
        close = (apart <= self.tolerance) & (np.abs(reported) > 1e-9) & answers & answered
        right = (close | (~answers & ~answered)) & weights.any(axis=(1, 2)) & np.isfinite(outputs).all(axis=(1, 2))
        chance = min(1.0, self.tolerance / math.pi) if self.chance is None else self.chance
        return Score(mean(right), right.astype(float), None, chance)

    def _read(
        self, traces: NDArray[np.floating], weights: NDArray[np.floating]
    ) -> tuple[NDArray[np.complex128], Window]:
        """The point reported, (trial,), and whether there is an answer, (trial,)."""
        reports = means(traces, weights)
        n = reports.shape[1]
        directions = np.array([1j, 1.0]) if self.code == "vector" else np.exp(2j * np.pi * np.arange(n) / n)
        there = np.ones(len(reports), dtype=bool)
        if self.threshold is not None:
            size = np.hypot(*reports.T) if self.code == "vector" else reports.max(axis=1)
            there = size >= self.threshold
        points = reports @ directions
        return _straightened(points, n) if self.code == "linear" else points, there

    def wants(self, batch: Batch) -> NDArray[np.bool_]:
        return self._read(batch.targets, narrowed(batch.mask, batch, self.epochs))[1]

    def check_task(self, task: Task) -> None:
        n, least = self.n_outputs(task), 3 if self.code == "linear" else 2
        if (self.code == "vector" and n != 2) or n < least:
            needed = "exactly 2 outputs" if self.code == "vector" else f"at least {least} outputs"
            raise SpecError("Task.scoring.outputs", f"an angle cannot be read from {n}", remedy=f"name {needed}")
        check_scored(task, self.epochs, self.only)


def _straightened(points: NDArray[np.complex128], n: int) -> NDArray[np.complex128]:
    """Points on the lines between n directions, as far from the middle, at the angles that share these lines evenly.

    A point at the angle a after the direction before it, of directions d apart, has gone the part
    sin a / (sin a + sin(d - a)) of the way.
    """
    apart = 2 * math.pi / n
    angles = np.mod(np.angle(points), 2 * math.pi)
    before = np.floor(angles / apart)
    after = angles - before * apart
    part = np.sin(after) / (np.sin(after) + np.sin(apart - after))
    return np.asarray(np.abs(points) * np.exp(1j * apart * (before + part)))

"""How a training fares, judged from what it measured: well, to be watched, or in trouble, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from rnnlab.analysis._result import Result
from rnnlab.analysis.numbers import grouped
from rnnlab.runs import History

Light: TypeAlias = Literal["unknown", "ok", "watch", "trouble"]

LAST = 20
"""Updates whose median gradient is compared with that of all."""

LIMITS = {
    "gradient": (30.0, 1000.0),
    "radius": (3.0, 10.0),
    "silent": (0.5, 0.9),
    "saturated": (0.5, 0.9),
    "half step": (0.05, 0.2),
}
"""From where on something is watched, and from where on it is trouble: gradients as multiples of the median, the
spectral radius, shares of units, and accuracy lost at half the time step."""

STOOD = 16
"""Evaluations over which a score that stays where it is has stood still, if they span `STOOD_UPDATES`."""

STOOD_UPDATES = 300
MOVED = 0.05
"""What the mean score of the later half of them must differ by from that of the earlier half."""

LEARNED = 0.75
"""A score that stays above this may be all there is to reach."""

VANISHED = 1e-7
"""A gradient smaller than this teaches nothing."""


@dataclass(frozen=True, repr=False, eq=False)
class Vitals(Result):
    """The health of a training.

    Attributes:
        light: ``"ok"``, ``"watch"``, ``"trouble"``, or ``"unknown"`` before anything was measured.
        findings: what is not well, worst first, each with its light.
        gradient_norm, spectral_radius, silent, saturated: as measured last, NaN where nobody has.
        half_step_loss: accuracy that is lost at half the time step, NaN where nobody asked.
    """

    light: Light
    findings: tuple[tuple[Light, str], ...]
    gradient_norm: float
    spectral_radius: float
    silent: float
    saturated: float
    half_step_loss: float

    @property
    def sentence(self) -> str:
        """What to know, in words."""
        return " ".join(words for _, words in self.findings)

    def facts(self) -> dict[str, str]:
        numbers = {
            "gradient norm": self.gradient_norm,
            "spectral radius": self.spectral_radius,
            "silent units": self.silent,
            "saturated units": self.saturated,
            "accuracy lost at half the time step": self.half_step_loss,
        }
        return {"light": self.light} | {name: f"{value:.3g}" for name, value in numbers.items() if value == value}


def vitals(history: History) -> Vitals:
    """Judge a training by its history.

    Example:
        >>> import numpy as np
        >>> rest = {"accuracies": np.array([0.5]), "validation_losses": np.array([0.1])}
        >>> vitals(History(evaluated_at=np.array([0]), silent=np.array([0.95]), **rest)).light
        'trouble'
    """
    norms = history.gradient_norms[np.isfinite(history.gradient_norms)]
    radius, silent, saturated = _last(history.spectral_radii), _last(history.silent), _last(history.saturated)
    lost = _last(history.accuracies) - _last(history.half_step_accuracies)
    found = [*_findings(norms, radius, silent, saturated, lost), *_standing(history), *_lost(history)]
    findings = sorted(found, key=lambda finding: finding[0] != "trouble")
    known = len(norms) or len(history.evaluated_at)
    light: Light = findings[0][0] if findings else "ok" if known else "unknown"
    return Vitals(light, tuple(findings), _last(norms), radius, silent, saturated, lost)


def _findings(
    norms: np.ndarray, radius: float, silent: float, saturated: float, lost: float
) -> Iterator[tuple[Light, str]]:
    if len(norms):
        now, usual = float(np.median(norms[-LAST:])), float(np.median(norms))
        ratio = now / usual if usual > 0 else 0.0
        if light := _light("gradient", ratio):
            yield light, f"Gradients have grown to {ratio:.0f} times their usual size; a smaller learning rate helps."
        if now < VANISHED:
            yield "watch", "Gradients have vanished: the network learns nothing any more."
    if light := _light("radius", radius):
        yield light, f"The spectral radius is {radius:.2g}: activity may run away. Penalise or clip the weights."
    if light := _light("silent", silent):
        yield light, f"{silent:.0%} of the units are silent. More noise, larger inputs or another start wake them."
    if light := _light("saturated", saturated):
        yield light, f"{saturated:.0%} of the units are saturated. Smaller weights or a penalty on rates help."
    if light := _light("half step", lost):
        yield light, f"At half the time step {lost:.0%} fewer trials are correct: the solution leans on dt."


def _lost(history: History) -> Iterator[tuple[Light, str]]:
    """Updates without a gradient to go by, a moment ago."""
    if len(lost := history.lost_updates) and lost[-1] > history.n_updates - LAST:
        yield "watch", f"{grouped(len(lost))} gradients were not finite, the last in update {grouped(lost[-1])}."


def _standing(history: History) -> Iterator[tuple[Light, str]]:
    """A score that is low and has not moved for long: what must be kept for seconds is learned so, or not at all."""
    scores, when = history.accuracies[-STOOD:], history.evaluated_at[-STOOD:]
    if len(scores) < STOOD or when[-1] - when[0] < STOOD_UPDATES:
        return
    earlier, later = np.mean(scores[: STOOD // 2]), np.mean(scores[STOOD // 2 :])
    if later < LEARNED and abs(later - earlier) < MOVED:
        yield (
            "watch",
            f"The score has stood at about {later:.0%} for {when[-1] - when[0]} updates. Try another learning rate, an "
            "easier task to begin with (shorter delays, stronger evidence), or W_rec that starts as the identity where "
            "something must be remembered.",
        )


def _light(name: str, value: float) -> Light | None:
    watch, trouble = LIMITS[name]
    return "trouble" if value >= trouble else "watch" if value >= watch else None


def _last(values: np.ndarray) -> float:
    return float(values[-1]) if len(values) else float("nan")

"""When the network answers: reaction times against the evidence, and their distribution."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnlab.analysis._grouped import levels
from rnnlab.analysis._result import FloatArray, Result, frozen
from rnnlab.tasks import Batch, Score

MOST_LEVELS = 24


@dataclass(frozen=True, repr=False, eq=False)
class Chronometric(Result):
    """Reaction times by level of a factor, of right and of wrong answers.

    Attributes:
        factor: name of the factor.
        levels: (level,) ascending.
        mean: (2, level) ms, of right (0) and wrong (1) answers; NaN where there are none.
        low, high: (2, level) 95 % interval of the mean; NaN where it has fewer than two trials.
        counts: (2, level) answers.
        times: (trial,) ms, NaN where there was no answer.
        correct: (trial,) whether the trial was right.
        from_: what times are counted from.
    """

    factor: str
    levels: FloatArray
    mean: FloatArray
    low: FloatArray
    high: FloatArray
    counts: NDArray[np.intp]
    times: FloatArray
    correct: NDArray[np.bool_]
    from_: str

    @property
    def answered(self) -> float:
        """Share of trials with an answer."""
        return float(np.isfinite(self.times).mean())

    def quantiles(self, shares: ArrayLike = (0.1, 0.5, 0.9)) -> FloatArray:
        """Reaction times (ms) below which these shares of all answers lie; NaN without any."""
        times = self.times[np.isfinite(self.times)]
        return np.quantile(times, np.asarray(shares)) if len(times) else np.full(np.shape(shares), np.nan)

    def facts(self) -> dict[str, str]:
        tenth, median, last = self.quantiles()
        hits, errors = self.counts.sum(axis=1)
        said = f"median {median:.0f} ms, 80 % between {tenth:.0f} and {last:.0f} ms, from {self.from_}"
        return {
            "reaction time": said if self.answered else f"none: no output gets so far, from {self.from_}",
            "answered": f"{100 * self.answered:.1f} % of {len(self.times)} trials, {hits} right and {errors} wrong",
            "factor": f"{self.factor.replace('_', ' ')}, {len(self.levels)} levels",
        }


def chronometric(
    times: ArrayLike, correct: ArrayLike, values: ArrayLike, factor: str = "factor", from_: str = "the start"
) -> Chronometric:
    """Mean reaction time at each level of a factor.

    Args:
        times: (trial,) ms, NaN where there was no answer.
        correct: (trial,) whether it was right.
        values: (trial,) the factor, e.g. the strength of the evidence.
        factor, from_: names, for the screen.

    Raises:
        ValueError: shapes that differ, or a factor that does not vary.

    >>> chronometric([300, 500, 400], [True, True, False], [0.1, 0.1, 0.5]).mean.tolist()
    [[400.0, nan], [nan, 400.0]]
    """
    t, right = np.asarray(times, float), np.asarray(correct, bool)
    if t.shape != right.shape or t.ndim != 1:
        raise ValueError(f"times: shape {t.shape}, but correct has {right.shape}; give one of each for every trial")
    groups = levels(factor, values, MOST_LEVELS)
    mean, half = np.full((2, 2, len(groups)), np.nan)
    counts = np.zeros((2, len(groups)), np.intp)
    for side, chosen in enumerate((right, ~right)):
        for i in range(len(groups)):
            some = t[(groups.of == i) & chosen & np.isfinite(t)]
            counts[side, i] = len(some)
            mean[side, i] = some.mean() if len(some) else np.nan
            half[side, i] = 1.96 * some.std(ddof=1) / np.sqrt(len(some)) if len(some) > 1 else np.nan
    return Chronometric(
        factor,
        frozen(groups.values),
        frozen(mean),
        frozen(mean - half),
        frozen(mean + half),
        frozen(counts),
        frozen(t),
        frozen(right),
        from_,
    )


def reaction_times(outputs: ArrayLike, batch: Batch, threshold: float, epoch: str) -> FloatArray:
    """(trial,) ms from the start of an epoch until an output first reaches ``threshold``; NaN where none does.

    Args:
        outputs: (trial, time, output).
        batch: the trials; an output counts from the start of ``epoch`` to the end of the trial.
        threshold: level that has to be reached.
        epoch: name of the epoch.

    Raises:
        ValueError: no such epoch.
    """
    if epoch not in batch.epochs:
        raise ValueError(f"epoch: no epoch {epoch!r}; give one of {', '.join(batch.epochs)}")
    starts = np.asarray(batch.epochs[epoch])[:, :1]
    steps = np.arange(batch.n_steps)
    reached = (np.asarray(outputs) >= threshold).any(axis=2) & (steps >= starts) & (steps < batch.lengths[:, None])
    when = (reached.argmax(axis=1) - starts[:, 0]) * batch.dt
    return np.where(reached.any(axis=1), when, np.nan)


def scored_times(score: Score) -> FloatArray | None:
    """The reaction times that a score or one of its parts measured; None where none did."""
    found = [each.reaction_times for each in (score, *score.parts.values()) if each.reaction_times is not None]
    return np.asarray(found[0], float) if found else None

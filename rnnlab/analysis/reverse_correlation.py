"""Reverse correlation: which moments of the stimulus the network's decisions follow.

The noise on the inputs is a probe: what it was, trial by trial, is correlated with what was decided. For a decision
that is a weighted sum of the evidence the kernel is proportional to the weights (Ahumada 1996; Neri & Heeger 2002):
flat for an integrator, falling for one with a bound, rising for a leaky one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnlab.analysis._result import FloatArray, Result, frozen, shape_of

FEWEST = 8
"""Trials that have to have a step for it to be in the kernel."""


@dataclass(frozen=True, repr=False, eq=False)
class Kernel(Result):
    """How decisions follow each moment of each input.

    Attributes:
        time: (time,) ms from the moment that trials are lined up at.
        kernel: (time, channel) correlation of the input's noise with the decision, NaN where too few trials reach.
        low, high: (time, channel) 95 % interval (Fisher's z).
        counts: (time,) trials.
        names: of the channels.
        aligned: what trials are lined up at.
        decision: what was decided, in words.
    """

    time: FloatArray
    kernel: FloatArray
    low: FloatArray
    high: FloatArray
    counts: NDArray[np.intp]
    names: tuple[str, ...]
    aligned: str
    decision: str

    def facts(self) -> dict[str, str]:
        certain = np.abs(np.nan_to_num(self.kernel)) * np.sqrt(self.counts)[:, None]
        t, channel = np.unravel_index(certain.argmax(), self.kernel.shape)
        at = f"{self.kernel[t, channel]:+.2f} ({self.low[t, channel]:+.2f} to {self.high[t, channel]:+.2f})"
        return {
            "kernel": shape_of(self.kernel, "time", "channel"),
            "clearest": f"{at}, {self.names[channel]} at {self.time[t]:.0f} ms from {self.aligned}",
            "decision": self.decision,
            "trials": f"{int(self.counts.max(initial=0))}; 95 % intervals",
        }


def reverse_correlation(
    noise: ArrayLike,
    decisions: ArrayLike,
    where: NDArray[np.bool_] | None = None,
    dt: float = 1.0,
    start: float = 0.0,
    names: tuple[str, ...] = (),
    aligned: str = "the start",
    decision: str = "the decision",
) -> Kernel:
    """The correlation of each moment's noise with the decision, over trials.

    Args:
        noise: (trial, time, channel) what the inputs had beyond their mean in the same condition.
        decisions: (trial,) a number or a choice (0 or 1), likewise without its mean in each condition.
        where: (trial, time) steps that count; all if not given.
        dt: ms per step.
        start: ms of the first step.
        names: of the channels.
        aligned, decision: words for the screen.

    Raises:
        ValueError: shapes that do not fit, noise or decisions that do not vary.
    """
    x, y = np.asarray(noise, float), np.asarray(decisions, float)
    if x.ndim != 3 or y.shape != x.shape[:1]:
        raise ValueError(f"noise: shape {x.shape} with {y.shape} decisions; give (trial, time, channel) and (trial,)")
    counted = np.ones(x.shape[:2], bool) if where is None else np.asarray(where, bool)
    if not (x[counted].std() > 1e-12):
        raise ValueError("noise: the inputs have none, so nothing can be correlated with it; give them some")
    if not y.std() > 1e-12:
        raise ValueError("decisions: the same in all trials of each condition; give more noise or weaker evidence")
    counts = counted.sum(axis=0)
    r = _correlations(x, y, counted)
    r[counts < FEWEST] = np.nan
    with np.errstate(invalid="ignore", divide="ignore"):
        z, half = np.arctanh(np.clip(r, -0.999999, 0.999999)), 1.96 / np.sqrt(np.maximum(counts - 3, 1))[:, None]
    named = names or tuple(f"input {i}" for i in range(x.shape[2]))
    time = start + np.arange(x.shape[1]) * dt
    ends = np.tanh(z - half), np.tanh(z + half)
    return Kernel(frozen(time), frozen(r), frozen(ends[0]), frozen(ends[1]), frozen(counts), named, aligned, decision)


def _correlations(x: FloatArray, y: FloatArray, counted: NDArray[np.bool_]) -> FloatArray:
    """(time, channel) Pearson correlation over the trials that count at each step."""
    w = counted.astype(float)
    n = np.maximum(w.sum(axis=0), 1)[:, None]
    dx = x - np.einsum("nt,ntc->tc", w, x) / n
    dy = y[:, None] - (w * y[:, None]).sum(axis=0) / n[:, 0]
    covariance = np.einsum("nt,nt,ntc->tc", w, dy, dx)
    spread = np.sqrt(np.einsum("nt,ntc->tc", w, dx**2) * (w * dy**2).sum(axis=0)[:, None])
    return np.divide(covariance, spread, out=np.full_like(covariance, np.nan), where=spread > 1e-12)


def within(values: ArrayLike, condition: NDArray[np.intp]) -> FloatArray:
    """What is left of values (trial, ...) without the mean of each trial's condition.

    >>> within([1.0, 3.0, 10.0], np.array([0, 0, 1])).tolist()
    [-1.0, 1.0, 0.0]
    """
    array = np.asarray(values, float)
    means = np.stack([array[condition == i].mean(axis=0) for i in range(int(condition.max()) + 1)])
    return array - means[condition]

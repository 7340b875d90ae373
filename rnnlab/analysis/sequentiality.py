"""How sequential activity is: do units peak one after the other, each for a short time (Orhan & Ma 2019)?

The index is the entropy of the times at which units peak, plus the mean over units of the log ratio between the rate
near the peak (the ridge) and elsewhere (the background). A sequence that covers the trial with narrow peaks has a high
one, sustained activity a low one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnlab.analysis._result import FloatArray, Result, frozen, shape_of

N_BINS = 20
"""Of the histogram of peaks."""

RIDGE = 0.1
"""Half width of the ridge, as a share of the stretch that is looked at."""


@dataclass(frozen=True, repr=False, eq=False)
class Sequentiality(Result):
    """The sequentiality index of mean activity.

    Attributes:
        index: ``entropy + ratio``.
        entropy: of the distribution of peak times over bins, in nats.
        ratio: mean over units of log(mean rate near the peak / mean rate elsewhere).
        peaks: (unit,) ms, time of the peak.
        order: (unit,) active units by the time of their peak.
        rates: (time, unit) mean rates from 0 to 1, each unit's own range.
        time: (time,) ms.
    """

    index: float
    entropy: float
    ratio: float
    peaks: FloatArray
    order: NDArray[np.intp]
    rates: FloatArray
    time: FloatArray

    def facts(self) -> dict[str, str]:
        most = np.log(min(N_BINS, max(len(self.order), 1)))
        return {
            "sequentiality index": f"{self.index:.2f}",
            "entropy of the peaks": f"{self.entropy:.2f} nats, at most {most:.2f}",
            "ridge to background": f"{self.ratio:.2f} (log ratio; 0: no ridge)",
            "units": f"{len(self.order)} of {self.rates.shape[1]} active; rates {shape_of(self.rates, 'time', 'unit')}",
        }


def sequentiality(rates: ArrayLike, time: ArrayLike | None = None) -> Sequentiality:
    """The index of the mean activity of a population.

    Args:
        rates: (time, unit) averaged over trials that are lined up; each unit is taken above its own least rate, as
            rates of tanh units have both signs.
        time: (time,) ms; steps if not given.

    Raises:
        ValueError: fewer than three steps, rates that are not finite, or no unit that changes.
    """
    r = np.asarray(rates, float)
    if r.ndim != 2 or len(r) < 3 or not np.isfinite(r).all():
        raise ValueError(f"rates: shape {r.shape}; give finite (time, unit) with at least three steps")
    t = np.arange(len(r), dtype=float) if time is None else np.asarray(time, float)
    low, span = r.min(axis=0), np.ptp(r, axis=0)
    active = np.flatnonzero(span > 1e-6 * max(float(span.max()), 1e-300))
    if not len(active) or span.max() < 1e-12:
        raise ValueError("rates: no unit changes over this time; choose a longer stretch")
    scaled = np.zeros_like(r)
    scaled[:, active] = (r[:, active] - low[active]) / span[active]
    at = scaled.argmax(axis=0)
    entropy = _entropy(at[active], len(r))
    ratio = _ridge(scaled[:, active], at[active])
    order = active[np.argsort(at[active], kind="stable")]
    return Sequentiality(entropy + ratio, entropy, ratio, frozen(t[at]), frozen(order), frozen(scaled), frozen(t))


def _entropy(peaks: NDArray[np.intp], n_steps: int) -> float:
    """Of the peaks' bins, in nats."""
    counts = np.bincount(peaks * N_BINS // n_steps, minlength=N_BINS)
    share = counts[counts > 0] / counts.sum()
    return float(-(share * np.log(share)).sum())


def _ridge(scaled: FloatArray, peaks: NDArray[np.intp]) -> float:
    """Mean log ratio of the rate near the peak to that elsewhere."""
    half = max(1, round(RIDGE * len(scaled)))
    near = np.abs(np.arange(len(scaled))[:, None] - peaks) <= half
    inside = (scaled * near).sum(axis=0) / near.sum(axis=0)
    outside = (scaled * ~near).sum(axis=0) / np.maximum((~near).sum(axis=0), 1)
    floor = 1e-3  # a background of nothing would make one unit's ratio outweigh all others
    return float(np.log((inside + floor) / (outside + floor)).mean())

"""Behaviour as panels: what is answered, how often rightly, and when."""

from __future__ import annotations

import numpy as np

from rnnlab.analysis import Accuracy, AccuracyByDuration, Chronometric, Kernel, PsychometricFit
from rnnlab.figures.levels import around
from rnnlab.figures.panels import Bars, Curves, Panels, Series

N_BINS = 40
SIDES = ("right", "wrong")


def accuracy(result: Accuracy) -> Panels:
    """One point with its interval, above chance."""
    point = Series(
        [0.0], [100 * result.accuracy], low=[100 * result.low], high=[100 * result.high], line=False, dots=True
    )
    return (
        Curves(
            "dashed: chance",
            "trials that are right (%)",
            (point,),
            levels=(100 * result.chance,),
            x_range=(-1.0, 1.0),
            y_range=(0.0, 103.0),
            x_names={0.0: f"{result.n_trials} trials"},
        ),
    )


def psychometric_fit(result: PsychometricFit) -> Panels:
    """The shares with their intervals, the fitted function through them; dashed: half, and the threshold."""
    curve = result.curve
    x = np.linspace(curve.levels[0], curve.levels[-1], 201)
    share, low, high = (100 * np.asarray(each) for each in (curve.fraction, curve.low, curve.high))
    of = around(curve.factor, curve.levels)
    measured = Series(curve.levels, share, low=low, high=high, line=False, dots=True, conditions=of)
    return (
        Curves(
            curve.factor.replace("_", " "),
            f"trials with choice {curve.choice} (%)",
            (Series(x, 100 * result.at(x)), measured),
            levels=(50.0,),
            moments=(result.threshold,),
            y_range=(-4.0, 104.0),
        ),
    )


def chronometric(result: Chronometric) -> Panels:
    """Mean reaction times of right and wrong answers, and the distribution of all of them."""
    of = around(result.factor, result.levels)
    means = tuple(
        Series(result.levels, result.mean[i], side, result.low[i], result.high[i], dots=True, conditions=of)
        for i, side in enumerate(SIDES)
    )
    times = result.times[np.isfinite(result.times)]
    edges = np.linspace(0, max(float(times.max(initial=0.0)), 1.0), N_BINS + 1)
    counts = [np.histogram(times[right], edges)[0] for right in _sides(result)]
    bars = tuple(Bars(edges[:-1], edges[1:], n, side) for n, side in zip(counts, SIDES, strict=True))
    return (
        Curves(result.factor.replace("_", " "), "reaction time (ms)", means, palette="categorical"),
        Curves("reaction time (ms)", "trials", bars=bars, palette="categorical"),
    )


def _sides(result: Chronometric) -> tuple[np.ndarray, np.ndarray]:
    right = result.correct[np.isfinite(result.times)]
    return right, ~right


def accuracy_by_duration(result: AccuracyByDuration) -> Panels:
    """Accuracy with its interval against duration, chance dashed."""
    low, high = 100 * np.asarray(result.low), 100 * np.asarray(result.high)
    line = Series(result.durations, 100 * np.asarray(result.accuracy), low=low, high=high, dots=True)
    return (
        Curves(
            f"duration of {result.epoch.replace('_', ' ')} (ms)",
            "trials that are right (%)",
            (line,),
            levels=(100 * result.chance,),
            y_range=(0.0, 103.0),
        ),
    )


def kernel(result: Kernel) -> Panels:
    """The correlation of each channel's noise with the decision, moment by moment."""
    series = tuple(
        Series(result.time, result.kernel[:, i], name.replace("_", " "), result.low[:, i], result.high[:, i], band=True)
        for i, name in enumerate(result.names)
    )
    return (
        Curves(
            f"time from {result.aligned} (ms)",
            "correlation with the decision",
            series,
            levels=(0.0,),
            palette="categorical",
        ),
    )

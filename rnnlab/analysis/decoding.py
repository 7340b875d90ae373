"""What can be read from a population when, and with the readout of which time: cross-temporal decoding.

A linear classifier is trained on the activity at one time and tested at every other. A square of high accuracy says
that the code is stable; a narrow diagonal that it changes while it carries the same information (Meyers et al. 2008,
J. Neurophysiol. 100; Stokes et al. 2013, Neuron 78).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnlab.analysis._grouped import MOST_LEVELS, Levels, levels, same_trials, three_axes
from rnnlab.analysis._result import FloatArray, Result, frozen, shape_of

Classifier = Literal["lda", "ridge"]


@dataclass(frozen=True, repr=False, eq=False)
class Decoding(Result):
    """Accuracy of reading one factor, by the times of training and of testing.

    Attributes:
        accuracy: (train time, test time) on trials left out of the training; the mean over the classes' accuracies, so
            that a class with many trials counts no more than one with few.
        time: (time,) ms, the middle of each bin.
        chance: accuracy without information: one over the number of classes.
        significant: accuracy that guessing exceeds at a given time in 2.5 % of cases.
        factor: what is read.
        classes: texts of its values.
        levels: (class,) the values, or the means of the parts that they were cut into; words are counted.
        by_class: (class, time) share of each class's trials that are read rightly, where training and testing are at
            the same time.
        n_trials: how many trials.
        classifier: ``"lda"`` or ``"ridge"``.
    """

    accuracy: FloatArray
    time: FloatArray
    chance: float
    significant: float
    factor: str
    classes: tuple[str, ...]
    levels: FloatArray
    by_class: FloatArray
    n_trials: int
    classifier: str

    @property
    def diagonal(self) -> FloatArray:
        """(time,) accuracy where training and testing are at the same time."""
        return np.diagonal(self.accuracy)

    @property
    def stability(self) -> float:
        """How much of what is read on the diagonal is also read off it, where there is anything to read: 1 for a code
        that stays as it is, 0 for one that no other time's readout can read. NaN where nothing can be read."""
        informed = self.diagonal > self.significant
        if informed.sum() < 2:
            return float("nan")
        among = self.accuracy[np.ix_(informed, informed)] - self.chance
        off = among[~np.eye(len(among), dtype=bool)].mean()
        return float(off / np.diagonal(among).mean())

    def facts(self) -> dict[str, str]:
        best = int(self.diagonal.argmax())
        return {
            "factor": f"{self.factor.replace('_', ' ')}: {', '.join(self.classes)}",
            "accuracy": shape_of(self.accuracy, "train time", "test time"),
            "best": f"{100 * self.diagonal[best]:.1f} % at {self.time[best]:.0f} ms, chance {100 * self.chance:.1f} %",
            "stability of the code": "" if np.isnan(self.stability) else f"{self.stability:.2f}",
            "trials": str(self.n_trials),
        }


def decoding(
    rates: ArrayLike,
    labels: ArrayLike,
    dt: float = 1.0,
    *,
    factor: str = "label",
    bins: int = 50,
    folds: int = 5,
    classes: int = MOST_LEVELS,
    classifier: Classifier = "lda",
    shrinkage: float = 0.05,
    seed: int = 0,
) -> Decoding:
    """Read a factor from the population at every time, with a classifier trained at every time.

    Linear discriminant analysis takes the covariance within classes, pulled towards a multiple of the identity by
    ``shrinkage``; ridge regression takes one straight line for each class, punished by the same share of the mean
    variance. Both give equal weight to every class.

    Args:
        rates: (trial, time, unit).
        labels: (trial,) the factor; a quantity of more values than ``classes`` is cut into as many equal parts.
        dt: ms per step.
        factor: its name.
        bins: into how many stretches of equal length the time is cut, at most; rates are averaged over each.
        folds: into how many parts trials are cut, each tested by classifiers trained on the others.
        classes: into how many parts a quantity is cut, at most.
        classifier: ``"lda"`` or ``"ridge"``.
        shrinkage: in (0, 1].
        seed: of the cut into folds.

    Raises:
        ValueError: a class has fewer trials than folds, or an argument is out of range.

    >>> rates = np.repeat([[[-1.0]], [[1.0]]], 8, axis=0) + np.linspace(-0.1, 0.1, 16)[:, None, None]
    >>> float(decoding(rates, np.repeat([0, 1], 8), folds=4).accuracy[0, 0])
    1.0
    """
    array = three_axes(rates)
    groups = same_trials(array, levels(factor, labels, classes))
    _check(groups, bins, folds, classifier, shrinkage)
    binned, time = in_bins(array, bins, float(dt))
    parts = _folds(groups, folds, np.random.default_rng(seed))
    right = np.zeros((len(groups), len(time), len(time)))
    for part in range(folds):
        _test(binned, groups, parts == part, classifier, shrinkage, right)
    counts = np.bincount(groups.of)
    chance = 1 / len(groups)
    return Decoding(
        accuracy=frozen((right / counts[:, None, None]).mean(axis=0)),
        time=frozen(time),
        chance=chance,
        significant=chance + 1.96 * float(np.sqrt((chance * (1 - chance) / counts).sum())) / len(groups),
        factor=factor,
        classes=groups.names,
        levels=frozen(groups.values),
        by_class=frozen(np.einsum("ctt->ct", right) / counts[:, None]),
        n_trials=len(array),
        classifier=classifier,
    )


def in_bins(rates: FloatArray, bins: int, dt: float) -> tuple[FloatArray, FloatArray]:
    """Rates (trial, time, unit) averaged over at most ``bins`` equal stretches, and the middle of each in ms."""
    size = -(-rates.shape[1] // bins)
    edges = np.append(np.arange(0, rates.shape[1], size), rates.shape[1])
    widths = np.diff(edges)
    means = np.add.reduceat(rates, edges[:-1], axis=1) / widths[:, None].astype(rates.dtype)
    return means, (edges[:-1] + widths / 2) * dt


def _folds(groups: Levels, folds: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """(trial,) the fold of each trial; every class is spread evenly."""
    fold = np.empty(len(groups.of), dtype=np.intp)
    for place in range(len(groups)):
        of = rng.permutation(np.flatnonzero(groups.of == place))
        fold[of] = np.arange(len(of)) % folds
    return fold


def _test(
    rates: FloatArray, groups: Levels, left_out: NDArray[np.bool_], kind: str, shrinkage: float, right: FloatArray
) -> None:
    """Add to ``right`` (class, train time, test time) how many of the trials left out were read correctly."""
    learned, tested = rates[~left_out], np.ascontiguousarray(rates[left_out].swapaxes(0, 1))  # (time, trial, unit)
    truth, of = groups.of[left_out], groups.of[~left_out]
    fit = _discriminants if kind == "lda" else _lines
    for t in range(learned.shape[1]):
        weights, offsets = fit(np.asarray(learned[:, t], float), of, len(groups), shrinkage)
        answers = (tested @ weights.astype(tested.dtype) + offsets.astype(tested.dtype)).argmax(axis=2)
        hits = answers == truth
        for place in range(len(groups)):
            right[place, t] += hits[:, truth == place].sum(axis=1)


def _discriminants(x: FloatArray, of: NDArray[np.intp], n: int, shrinkage: float) -> tuple[FloatArray, FloatArray]:
    """(unit, class) weights and (class,) offsets: ``S^-1 m`` and ``-m^T S^-1 m / 2`` about the middle of the means."""
    means = np.stack([x[of == place].mean(axis=0) for place in range(n)])
    middle, within = means.mean(axis=0), x - means[of]
    covariance = _shrunk(within.T @ within / max(len(x) - n, 1), shrinkage)
    weights = np.linalg.solve(covariance, (means - middle).T)
    return weights, -0.5 * np.einsum("cu,uc->c", means - middle, weights) - middle @ weights


def _lines(x: FloatArray, of: NDArray[np.intp], n: int, shrinkage: float) -> tuple[FloatArray, FloatArray]:
    """(unit, class) weights and (class,) offsets of ridge regression on class membership, every class with weight 1."""
    weight = 1 / (n * np.bincount(of, minlength=n)[of])
    target = (of[:, None] == np.arange(n)) - 1 / n
    middle = weight @ x
    centred = x - middle
    gram = _shrunk((centred.T * weight) @ centred, shrinkage)
    weights = np.linalg.solve(gram, (centred.T * weight) @ target)
    return weights, -middle @ weights


def _shrunk(covariance: FloatArray, shrinkage: float) -> FloatArray:
    n = len(covariance)
    mean = max(float(np.trace(covariance)) / n, np.finfo(float).tiny ** 0.5)
    return (1 - shrinkage) * covariance + shrinkage * mean * np.eye(n)


def _check(groups: Levels, bins: int, folds: int, classifier: str, shrinkage: float) -> None:
    counts = np.bincount(groups.of)
    fewest, rare = int(counts.min()), f"{groups.name} {groups.names[int(counts.argmin())]}"
    if fewest < 2:
        raise ValueError(f"labels: only one trial has {rare}; draw more trials")
    if not 2 <= folds <= fewest:
        raise ValueError(f"folds={folds}: {fewest} trials have {rare}; give 2 to {fewest}, or more trials")
    if bins < 1:
        raise ValueError(f"bins={bins}; give at least 1")
    if classifier not in get_args(Classifier):
        raise ValueError(f"classifier: {classifier!r}; choose one of {', '.join(get_args(Classifier))}")
    if not 0 < shrinkage <= 1:
        raise ValueError(f"shrinkage={shrinkage}; give a number above 0, at most 1")

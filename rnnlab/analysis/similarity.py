"""How alike two networks' activity is, whatever basis it is written in.

Three measures, all blind to rotation, scaling and the order of units: the correlation of the distances between
conditions (representational similarity, Kriegeskorte, Mur & Bandettini 2008, Front. Syst. Neurosci. 2), centred kernel
alignment (Kornblith et al. 2019, ICML), and the angle that is left after the best rotation (Procrustes; Williams et al.
2021, NeurIPS 34), which alone is a distance in the strict sense.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from rnnlab.analysis._result import FloatArray, Result, frozen, shape_of

Measure = Literal["procrustes", "cka", "debiased_cka", "rsa"]
Dissimilarity = Literal["euclidean", "correlation"]

MOST_PAIRED = 1500
"""Samples between which all distances are taken; more are thinned evenly."""


@dataclass(frozen=True, repr=False, eq=False)
class Similarity(Result):
    """Every network against every other.

    Attributes:
        names: of the networks.
        values: (network, network) symmetric: for ``"procrustes"`` an angle in radians from 0 (the same up to rotation
            and scale) to pi/2; for the others a similarity that is 1 for the same.
        measure: which.
        n_samples: conditions times steps that were compared.
    """

    names: tuple[str, ...]
    values: FloatArray
    measure: str
    n_samples: int

    @property
    def is_distance(self) -> bool:
        """Whether 0 means alike."""
        return self.measure == "procrustes"

    def facts(self) -> dict[str, str]:
        off = self.values[~np.eye(len(self.names), dtype=bool)]
        span = f"{off.min():.3f} to {off.max():.3f}, mean {off.mean():.3f}" if off.size else "one network only"
        return {
            "networks": ", ".join(self.names),
            "measure": TITLES[self.measure],
            "between them": span,
            "values": shape_of(self.values, "network", "network") + f" from {self.n_samples} samples",
        }


TITLES = {
    "procrustes": "Procrustes angle (rad)",
    "cka": "linear CKA",
    "debiased_cka": "linear CKA, debiased",
    "rsa": "correlation of distances (RSA)",
}


def similarity(activities: Mapping[str, ArrayLike], measure: Measure = "procrustes") -> Similarity:
    """Compare the activity of several networks on the same conditions.

    Args:
        activities: name -> (condition, time, unit) or (sample, unit); all but the last axis must agree.
        measure: ``"procrustes"``, ``"cka"``, ``"debiased_cka"`` or ``"rsa"``.

    Raises:
        ValueError: fewer than two networks, samples that do not correspond, or no such measure.

    >>> x = np.random.default_rng(0).normal(size=(20, 3))
    >>> similarity({"a": x, "b": 2 * x[:, ::-1]}).values.round(6).tolist()
    [[0.0, 0.0], [0.0, 0.0]]
    """
    if measure not in get_args(Measure):
        raise ValueError(f"measure: {measure!r}; choose one of {', '.join(get_args(Measure))}")
    if len(activities) < 2:
        raise ValueError(f"activities: {len(activities)} given; give at least two to compare")
    samples = {name: _samples(name, values) for name, values in activities.items()}
    names, flat = tuple(samples), list(samples.values())
    for name, each in samples.items():
        if len(each) != len(flat[0]):
            raise ValueError(
                f"{name}: {len(each)} samples where {names[0]} has {len(flat[0])}; give the same conditions"
            )
    values = np.zeros((len(flat), len(flat)))
    for i, j in zip(*np.triu_indices(len(flat), 1), strict=True):
        values[i, j] = _MEASURES[measure](flat[i], flat[j])
    own = 0.0 if measure == "procrustes" else 1.0
    return Similarity(names, frozen(values + values.T + own * np.eye(len(names))), measure, len(flat[0]))


# ------------------------------------------------------------------------------------------------------ measures


def procrustes(first: ArrayLike, second: ArrayLike) -> float:
    """The angle between two centred and scaled activities after the best rotation of one onto the other, in radians.

    ``arccos |X^T Y|_* / (|X| |Y|)``, where ``|.|_*`` is the sum of singular values. A metric: it is zero only for
    activities that are the same up to rotation, reflection, shift and scale, and the triangle inequality holds.
    """
    x, y = _pair(first, second)
    size = float(np.linalg.norm(x) * np.linalg.norm(y))
    if not size:
        return 0.0 if not x.any() and not y.any() else float(np.pi / 2)
    cosine = float(np.linalg.svd(x.T @ y, compute_uv=False).sum()) / size
    if cosine < 0.999:
        return float(np.arccos(max(cosine, 0.0)))
    # Near zero the cosine is flat; the chord between the two, once turned onto each other, is not.
    u, _, v = np.linalg.svd(x.T @ y)
    wide = max(x.shape[1], y.shape[1])
    turned = [np.pad(each, ((0, 0), (0, wide - each.shape[1]))) for each in (x @ u, y @ v.T)]
    chord = np.linalg.norm(turned[0] / np.linalg.norm(x) - turned[1] / np.linalg.norm(y))
    return float(2 * np.arcsin(min(float(chord) / 2, 1.0)))


def linear_cka(first: ArrayLike, second: ArrayLike, debiased: bool = False) -> float:
    """Linear centred kernel alignment: ``|X^T Y|^2 / (|X^T X| |Y^T Y|)`` of centred activities.

    Few samples of many units look alike by chance; ``debiased`` takes the unbiased estimate of the kernel's dependence
    instead (Song et al. 2012, J. Mach. Learn. Res. 13), which is near 0 for unrelated activities and may be below.
    """
    x, y = _pair(first, second)
    if debiased and len(x) < 4:
        raise ValueError(f"debiased: {len(x)} samples; the estimate needs at least 4")
    dependence = _unbiased if debiased else _biased
    own = dependence(x, x) * dependence(y, y)
    return float(dependence(x, y) / np.sqrt(own)) if own > 0 else 0.0


def rsa(first: ArrayLike, second: ArrayLike, distance: Dissimilarity = "euclidean") -> float:
    """Rank correlation between the distances among all samples of one activity and those of the other.

    ``"euclidean"`` distances know nothing of rotation; ``"correlation"`` distances (over units), which many use, are
    changed by one, and by a shift of the rates.
    """
    from scipy.spatial.distance import pdist
    from scipy.stats import rankdata  # slow to import, and it stumbles where torch is kept out

    x, y = _pair(first, second)
    if distance not in get_args(Dissimilarity):
        raise ValueError(f"distance: {distance!r}; choose one of {', '.join(get_args(Dissimilarity))}")
    if len(x) < 3:
        raise ValueError(f"first: {len(x)} samples; their distances are compared from 3 on")
    if distance == "correlation":
        x, y = np.asarray(first, float).reshape(x.shape), np.asarray(second, float).reshape(y.shape)
    thin = slice(None, None, -(-len(x) // MOST_PAIRED))
    a, b = (rankdata(pdist(each[thin], distance)) for each in (x, y))
    a, b = a - a.mean(), b - b.mean()
    size = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / size if size > 0 else 0.0


def _biased(x: FloatArray, y: FloatArray) -> float:
    return float(((x.T @ y) ** 2).sum())


def _unbiased(x: FloatArray, y: FloatArray) -> float:
    """Unbiased HSIC times ``n (n - 3)``, from features: kernels ``K = X X^T`` without their diagonals, never formed."""
    n = len(x)
    own_x, own_y = (x**2).sum(axis=1), (y**2).sum(axis=1)
    sum_x, sum_y = x @ x.sum(axis=0) - own_x, y @ y.sum(axis=0) - own_y
    whole = _biased(x, y) - float(own_x @ own_y)
    return float(whole + sum_x.sum() * sum_y.sum() / ((n - 1) * (n - 2)) - 2 * (sum_x @ sum_y) / (n - 2))


_MEASURES: dict[str, Callable[[FloatArray, FloatArray], float]] = {
    "procrustes": procrustes,
    "cka": linear_cka,
    "debiased_cka": lambda a, b: linear_cka(a, b, debiased=True),
    "rsa": rsa,
}


def _samples(name: str, values: ArrayLike) -> FloatArray:
    array = np.asarray(values, float)
    if array.ndim < 2 or not array.size:
        raise ValueError(f"{name}: shape {array.shape}; give (condition, time, unit) or (sample, unit)")
    if not np.isfinite(array).all():
        raise ValueError(f"{name}: some are not finite; leave those steps out")
    return array.reshape(-1, array.shape[-1])


def _pair(first: ArrayLike, second: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Both as centred (sample, unit)."""
    x, y = _samples("first", first), _samples("second", second)
    if len(x) != len(y):
        raise ValueError(f"second: {len(y)} samples where first has {len(x)}; give the same conditions and steps")
    return x - x.mean(axis=0), y - y.mean(axis=0)

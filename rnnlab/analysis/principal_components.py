"""Principal components of population activity: the few directions in which the states move most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnlab.analysis._result import FloatArray, Result, frozen, shape_of


@dataclass(frozen=True, repr=False, eq=False)
class PrincipalComponents(Result):
    """An orthonormal frame of the state space, ordered by variance.

    Attributes:
        mean: (unit,) the point that is projected to the origin.
        axes: (component, unit) orthonormal rows; the largest entry of each is positive, so signs never flip
            between two runs of the same analysis.
        variances: (component,) along each axis, in squared units of the states.
        variance_ratio: (component,) the same as a share of the total variance.
        participation_ratio: effective number of dimensions, ``(sum v)^2 / sum v^2`` over all variances; 1 when the
            states lie on a line, the number of units when they fill a ball.
        held_out: (component,) share of the variance of trials left out along axes found without them, each trial left
            out once; None unless asked for. Where it falls below ``variance_ratio``, an axis fits these trials only.
    """

    mean: FloatArray
    axes: FloatArray
    variances: FloatArray
    variance_ratio: FloatArray
    participation_ratio: float
    held_out: FloatArray | None = None

    @property
    def n_components(self) -> int:
        return len(self.axes)

    def project(self, states: ArrayLike) -> FloatArray:
        """Coordinates in this frame: (..., unit) -> (..., component)."""
        return (np.asarray(states, float) - self.mean) @ self.axes.T

    def reconstruct(self, coordinates: ArrayLike) -> FloatArray:
        """The states nearest to given coordinates: (..., component) -> (..., unit)."""
        return np.asarray(coordinates, float) @ self.axes + self.mean

    def facts(self) -> dict[str, str]:
        shares = ", ".join(f"{100 * share:.1f} %" for share in self.variance_ratio[:5])
        return {
            "axes": shape_of(self.axes, "component", "unit"),
            "variance explained": shares + (", ..." if self.n_components > 5 else ""),
            "of trials left out": "" if self.held_out is None else f"{100 * self.held_out.sum():.1f} % in all",
            "participation ratio": f"{self.participation_ratio:.2f}",
        }


def principal_components(
    states: ArrayLike, n_components: int | None = None, where: NDArray[np.bool_] | None = None, folds: int = 0
) -> PrincipalComponents:
    """Principal components by singular value decomposition of the centred states.

    Args:
        states: (..., unit), e.g. `Trajectory.states` (trial, time, unit); all leading axes are samples.
        n_components: how many axes to keep; all by default.
        where: boolean array of the leading shape; only these samples are used (e.g. one epoch's steps).
        folds: into how many parts the first axis (trials) is cut, each left out once to see how much of its variance
            the others' axes hold; 0 for not asking.

    Raises:
        ValueError: fewer than two samples, states that are not finite, or more components or folds than there can be.

    >>> line = np.outer(np.arange(5.0), [3.0, 4.0])
    >>> found = principal_components(line)
    >>> found.axes[0].round(3).tolist(), round(found.participation_ratio, 6)
    ([0.6, 0.8], 1.0)
    """
    samples = _samples(states, where)
    most = min(samples.shape)
    kept = most if n_components is None else n_components
    if not 1 <= kept <= most:
        raise ValueError(f"n_components={n_components}: {samples.shape} samples allow 1 to {most}")
    mean = samples.mean(axis=0)
    centred = samples - mean
    # The triangle of a tall matrix has its singular values and axes, at a fifth of the cost.
    tall = np.linalg.qr(centred, mode="r") if len(samples) > 2 * samples.shape[1] else centred
    _, singular, axes = np.linalg.svd(tall, full_matrices=False)
    variances = singular**2 / (len(samples) - 1)
    total = float(variances.sum())
    return PrincipalComponents(
        mean=frozen(mean),
        axes=frozen(_signed(axes[:kept])),
        variances=frozen(variances[:kept]),
        variance_ratio=frozen(variances[:kept] / total if total > 0 else np.zeros(kept)),
        participation_ratio=total**2 / float((variances**2).sum()) if total > 0 else 0.0,
        held_out=frozen(_held_out(samples, _parts(states, where, folds), kept)) if folds else None,
    )


def _parts(states: ArrayLike, where: NDArray[np.bool_] | None, folds: int) -> NDArray[np.intp]:
    """(sample,) the fold that each sample's trial is in."""
    shape = np.shape(states)[:-1]
    if not 2 <= folds <= shape[0]:
        raise ValueError(f"folds={folds}: {shape[0]} trials allow 2 to {shape[0]}")
    parts = np.broadcast_to((np.arange(shape[0]) % folds).reshape(-1, *[1] * (len(shape) - 1)), shape)
    return parts.ravel() if where is None else parts[where]


def _held_out(samples: FloatArray, parts: NDArray[np.intp], kept: int) -> FloatArray:
    """(component,) variance of samples left out along axes found without them, as a share of all their variance."""
    along, total = np.zeros(kept), 0.0
    for part in np.unique(parts):
        left_out, rest = samples[parts == part], samples[parts != part]
        mean = rest.mean(axis=0)
        axes = np.linalg.eigh((rest - mean).T @ (rest - mean))[1][:, ::-1][:, :kept]
        away = left_out - mean
        found = ((away @ axes) ** 2).sum(axis=0)
        along[: len(found)] += found
        total += float((away**2).sum())
    return along / total if total > 0 else along


def _samples(states: ArrayLike, where: NDArray[np.bool_] | None) -> FloatArray:
    array = np.asarray(states, float)
    if array.ndim < 2:
        raise ValueError(f"states: shape {array.shape}; give (..., unit) with at least one axis of samples")
    if where is not None and np.shape(where) != array.shape[:-1]:
        raise ValueError(f"where: shape {np.shape(where)} does not match the samples {array.shape[:-1]} of states")
    samples = array.reshape(-1, array.shape[-1]) if where is None else array[where]
    if len(samples) < 2:
        raise ValueError(f"states: {len(samples)} sample(s); principal components need at least 2")
    if not np.isfinite(samples).all():
        raise ValueError("states: some are not finite; choose samples with `where`")
    return samples


def _signed(axes: FloatArray) -> FloatArray:
    largest = np.take_along_axis(axes, np.abs(axes).argmax(axis=1)[:, None], axis=1)
    return axes * np.where(largest < 0, -1.0, 1.0)

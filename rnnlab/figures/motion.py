"""How states move, as panels: flow, selection vectors, exponents."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis import Condition, Flow, Lyapunov, Modes, Selection
from rnnlab.figures.panels import Curves, Heat, Panels, Series

ARROWS = 16
"""Arrows along each side, at most."""


def flow(result: Flow) -> Panels:
    """Arrows on the plane, with activity dashed; and the speed there."""
    x_axis, y_axis = (f"{name} (state)" for name in result.plane.names)
    spans = [(float(side[0]), float(side[-1])) for side in (result.x, result.y)]
    bars, heads = _arrows(result)
    courses = tuple(
        Series(course[:, 0], course[:, 1], of=tuple(Condition.spanning(n, [v[i]]) for n, v in result.factors.items()))
        for i, course in enumerate(result.courses)
    )
    speed = np.log10(np.maximum(result.speed, 1e-12))
    return (
        Curves(
            f"{x_axis}; dots: where it goes; dashed: trials",
            y_axis,
            (Series(*bars), Series(*heads, line=False, dots=True)),
            reference=courses,
            x_range=spans[0],
            y_range=spans[1],
        ),
        Heat(x_axis, y_axis, speed[::-1], spans[0], spans[1], "log₁₀ speed (state/s)"),
    )


def _arrows(result: Flow) -> tuple[tuple[NDArray, NDArray], tuple[NDArray, NDArray]]:
    """Lines from each of some grid points along the flow, their lengths as the fourth root of the speed, and their
    ends."""
    skip = slice(None, None, -(-len(result.x) // ARROWS))
    grid = np.stack(np.meshgrid(result.x[skip], result.y[skip]), axis=-1).reshape(-1, 2)
    velocity = result.velocity[skip, skip].reshape(-1, 2)
    scale = np.array([np.ptp(result.x), np.ptp(result.y)]) / max(len(result.x[skip]), 2)
    along = velocity / scale
    size = np.linalg.norm(along, axis=1, keepdims=True)
    top = float(size.max()) or 1.0
    reach = np.divide(along, size, out=np.zeros_like(along), where=size > 0) * (size / top) ** 0.25 * 0.8
    ends = grid + reach * scale
    gaps = np.full(len(grid), np.nan)
    xs, ys = (np.stack([grid[:, k], ends[:, k], gaps], axis=1).ravel() for k in (0, 1))
    return (xs, ys), (ends[:, 0], ends[:, 1])


def selection(result: Selection) -> Panels:
    """Overlap of each input with the selection vector of each point; and how fast the points' slowest modes grow."""
    n_inputs = result.input_overlap.shape[1]
    places = {float(k): f"input {k}" for k in range(n_inputs)}
    overlaps, times, growth = [], [], result.growth
    for k, name in enumerate(result.contexts):
        of = result.context == k
        shift = np.linspace(-0.15, 0.15, max(len(result.contexts), 2))[k] if len(result.contexts) > 1 else 0.0
        x = np.repeat(np.arange(n_inputs) + shift, int(of.sum()))
        label = name.replace("_", " ") or ""
        one = result.conditions[k : k + 1]
        overlaps.append(Series(x, result.input_overlap[of].T.ravel(), label, line=False, dots=True, of=one))
        times.append(
            Series(
                np.arange(int(of.sum())),
                np.where(np.isfinite(growth[of]), growth[of], np.nan),
                label,
                line=False,
                dots=True,
                of=one,
            )
        )
    return (
        Curves(
            "input",
            "cosine with the selection vector",
            tuple(overlaps),
            levels=(0.0,),
            palette="categorical",
            x_names=places,
            x_range=(-0.6, max(n_inputs, 1) - 0.4),
            y_range=(-1.08, 1.08),
        ),
        Curves(
            "point, the slowest first",
            "growth of its slowest mode (1/s)",
            tuple(times),
            levels=(0.0,),
            palette="categorical",
        ),
    )


def lyapunov(result: Lyapunov) -> Panels:
    """The exponents; and the largest as the course goes on."""
    finite = np.where(np.isfinite(result.exponents), result.exponents, np.nan)
    spectrum = Series(np.arange(1, len(finite) + 1), finite, dots=True)
    running = Series(result.time, np.where(np.isfinite(result.running[:, 0]), result.running[:, 0], np.nan))
    return (
        Curves("exponent", "Lyapunov exponent (1/s)", (spectrum,), levels=(0.0,)),
        Curves("measured so far (ms)", "largest exponent (1/s)", (running,), levels=(0.0,)),
    )


def modes(result: Modes) -> Panels:
    """Eigenvalues of the flow in the complex plane; right of the dashed line a mode grows."""
    values = np.asarray(result.eigenvalues)
    names = tuple(f"time constant {time:.3g} ms" for time in result.time_constants)
    dots = Series(values.real, values.imag, line=False, dots=True, names=names)
    wide = max(1.0, 1.15 * float(np.abs(values.imag).max(initial=0.0)))
    return (Curves("growth rate (1/s)", "imaginary part (1/s)", (dots,), moments=(0.0,), y_range=(-wide, wide)),)

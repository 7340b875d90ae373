"""Selection vectors: which part of an input a network lets in.

Near a slow point the state moves along the right eigenvector of its slowest mode (along a line attractor, say), and
what a push adds to that movement is its product with the left eigenvector: the selection vector. An input is
integrated where its direction has a part along the selection vector, and ignored where it has none, however large it
is (Mante, Sussillo, Shenoy & Newsome 2013, Nature 503).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis._result import FloatArray, Result, frozen, shape_of
from rnnlab.analysis.fixed_points import FixedPoints
from rnnlab.analysis.marked import Condition
from rnnlab.networks import Network

STEP = 1e-5
"""Of the central differences that give how inputs push and what readouts see."""


@dataclass(frozen=True, repr=False, eq=False)
class Selection(Result):
    """The slowest mode of each point, what drives it and where it is read.

    Attributes:
        contexts: names of the contexts.
        context: (point,) index of the context each point belongs to.
        states: (point, n_states).
        eigenvalues: (point,) complex, of one time step's map: of the slowest mode.
        mode: (point, n_states) unit right eigenvector: where the state moves. Its sign is that in which the first
            output that sees it grows.
        selection: (point, n_states) left eigenvector, scaled so that its product with ``mode`` is 1.
        gain: (point, input) how far one unit of each input, for one time step, moves the state along ``mode``.
        input_overlap: (point, input) cosine between the selection vector and each input's direction.
        mode_overlap: (point, input) cosine between the mode and each input's direction.
        readout_overlap: (point, output) cosine between the mode and what each output sees.
        dt: ms per step.
        conditions: (context,) the trials that each context is of; none where it is not one of trials.
    """

    contexts: tuple[str, ...]
    context: NDArray[np.intp]
    states: FloatArray
    eigenvalues: NDArray[np.complex128]
    mode: FloatArray
    selection: FloatArray
    gain: FloatArray
    input_overlap: FloatArray
    mode_overlap: FloatArray
    readout_overlap: FloatArray
    dt: float
    conditions: tuple[Condition, ...]

    @property
    def time_constants(self) -> FloatArray:
        """(point,) ms in which the slowest mode decays by e; negative where it grows."""
        with np.errstate(divide="ignore"):
            return np.asarray(-self.dt / np.log(np.abs(self.eigenvalues)), float)

    @property
    def growth(self) -> FloatArray:
        """(point,) growth of the slowest mode in 1/s: negative where it decays, 0 at a slow point's slowest."""
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(np.abs(self.eigenvalues)) * 1000 / self.dt, float)

    def of_context(self, name: str) -> FloatArray:
        """(n_states,) unit mean of the selection vectors of a context's points."""
        chosen = self.selection[self.context == self.contexts.index(name)]
        mean = (chosen / np.linalg.norm(chosen, axis=1, keepdims=True)).mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), float)

    @property
    def turn(self) -> FloatArray:
        """(context, context) degrees between the contexts' mean selection vectors: how far they turn."""
        means = np.stack([self.of_context(name) for name in self.contexts])
        return np.asarray(np.degrees(np.arccos(np.clip(means @ means.T, -1, 1))), float)

    def facts(self) -> dict[str, str]:
        lines = {"points": shape_of(self.states, "point", "state")}
        for place, name in enumerate(self.contexts):
            of = self.context == place
            if not of.any():
                lines[name or "note"] = "no point was found; search for slow ones, or from more starts"
                continue
            overlaps = ", ".join(f"{v:+.2f}" for v in self.input_overlap[of].mean(axis=0))
            key = "selected inputs" + (f", {name}" if len(self.contexts) > 1 else "")
            lines[key] = f"mean cosine {overlaps} over {int(of.sum())} points"
        if len(self.contexts) == 2 and len(set(self.context.tolist())) == 2:
            lines["the selection vector turns by"] = f"{self.turn[0, 1]:.0f}°"
        return lines


def selection(
    points: FixedPoints | Mapping[str, FixedPoints], most: int = 64, conditions: tuple[Condition, ...] = ()
) -> Selection:
    """Selection vectors at the points found, one or several contexts beside each other.

    Args:
        points: what `fixed_points` found, slow points included; or that for each context (each constant input) by name.
        most: points of each context that are looked at, those whose slowest mode is slowest.
        conditions: (context,) the trials that each context is of, to be known by.

    Raises:
        ValueError: no context, or contexts of networks of different sizes.
    """
    by_context = {"": points} if isinstance(points, FixedPoints) else dict(points)
    if not by_context:
        raise ValueError("points: no context given")
    parts = [_of_context(found, most) for found in by_context.values()]
    if len({part["states"].shape[1] for part in parts}) > 1:
        raise ValueError("points: the contexts belong to networks of different sizes")
    arrays = {key: frozen(np.concatenate([part[key] for part in parts])) for key in parts[0]}
    context = np.repeat(np.arange(len(parts)), [len(part["states"]) for part in parts]).astype(np.intp)
    dt = next(iter(by_context.values())).network.dt
    return Selection(contexts=tuple(by_context), context=frozen(context), dt=dt, conditions=conditions, **arrays)


def _of_context(points: FixedPoints, most: int) -> dict[str, NDArray]:
    states = np.concatenate([points.states, points.slow_states])
    network, inputs = points.network, np.broadcast_to(points.inputs, (len(states), len(points.inputs)))
    values, left, right = _slowest(network.jacobian(states, inputs))
    kept = np.argsort(np.abs(np.abs(values) - 1), kind="stable")[:most]
    states, values = states[kept], values[kept]
    pushes, sees = _pushes(network, states, inputs[kept]), _sees(network, states)
    right, left = _turned(right[kept], left[kept], sees)
    return {
        "states": states,
        "eigenvalues": values,
        "mode": right,
        "selection": left,
        "gain": np.einsum("ps,psi->pi", left, pushes),
        "input_overlap": _cosines(left, pushes),
        "mode_overlap": _cosines(right, pushes),
        "readout_overlap": _cosines(right, sees.swapaxes(1, 2)),
    }


def _slowest(jacobians: FloatArray) -> tuple[NDArray[np.complex128], FloatArray, FloatArray]:
    """(point,) eigenvalues nearest to 1, and real parts of their left and right eigenvectors, left times right being 1.

    Of a pair that spirals the real parts stand for the plane.
    """
    values, vectors = np.linalg.eig(jacobians)
    chosen = np.abs(values - 1).argmin(axis=1)[:, None]
    right = np.take_along_axis(vectors, chosen[:, None], axis=2)[:, :, 0].real
    others, covectors = np.linalg.eig(jacobians.swapaxes(1, 2))
    value = np.take_along_axis(values, chosen, axis=1)[:, 0].astype(complex)
    same = np.abs(others - value[:, None]).argmin(axis=1)[:, None]
    left = np.take_along_axis(covectors, same[:, None], axis=2)[:, :, 0].real
    right = right / np.linalg.norm(right, axis=1, keepdims=True)
    product = (left * right).sum(axis=1, keepdims=True)
    return value, left / np.where(np.abs(product) > 1e-12, product, 1), right


def _pushes(network: Network, states: FloatArray, inputs: FloatArray) -> FloatArray:
    """(point, state, input) by which one unit of each input moves the state in one step."""
    columns = [np.zeros((*states.shape, 0))]
    for k in range(network.n_inputs):
        by = STEP * np.eye(network.n_inputs)[k]
        columns.append(
            ((network.step(states, inputs + by) - network.step(states, inputs - by)) / (2 * STEP))[..., None]
        )
    return np.concatenate(columns, axis=2)


def _sees(network: Network, states: FloatArray) -> FloatArray:
    """(point, output, state) the gradient of each output."""
    n = states.shape[1]
    around = states[:, None] + np.concatenate([STEP * np.eye(n), -STEP * np.eye(n)])
    outputs = network.readout(around.reshape(-1, n)).reshape(len(states), 2, n, network.n_outputs)
    return np.asarray(((outputs[:, 0] - outputs[:, 1]) / (2 * STEP)).swapaxes(1, 2), float)


def _turned(right: FloatArray, left: FloatArray, sees: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Both with the sign in which the first output that sees the mode grows; where none does, its largest entry."""
    seen = np.einsum("pos,ps->po", sees, right)
    largest = np.take_along_axis(right, np.abs(right).argmax(axis=1)[:, None], axis=1)
    candidates = np.concatenate([np.where(np.abs(seen) > 1e-9, seen, 0), largest], axis=1)
    first = (candidates != 0).argmax(axis=1)[:, None]
    sign = np.sign(np.take_along_axis(candidates, first, axis=1))
    return right * sign, left * sign


def _cosines(vectors: FloatArray, directions: FloatArray) -> FloatArray:
    """(point, direction) cosines between (point, state) and (point, state, direction); 0 where one is zero."""
    lengths = np.linalg.norm(vectors, axis=1)[:, None] * np.linalg.norm(directions, axis=1)
    products = np.einsum("ps,psd->pd", vectors, directions)
    return np.divide(products, lengths, out=np.zeros_like(products), where=lengths > 0)

"""The topology of fixed points, across networks: how many of each kind, and what leads where.

Networks trained on one task from different seeds look different by the geometry of their activity, and alike by their
fixed points and how these are linked (Maheswaranathan, Williams, Golub, Ganguli & Sussillo 2019, NeurIPS 32).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis._result import FloatArray, Result, frozen
from rnnlab.analysis.fixed_points import FixedPoints

NUDGE = 1e-3
"""How far from a saddle an excursion starts, as a share of the points' spread."""


@dataclass(frozen=True, repr=False, eq=False)
class Topology(Result):
    """Fixed points of several networks side by side.

    Attributes:
        names: of the networks.
        counts: (network, number of unstable directions) how many points of each index.
        edges: for each network (edge, 2): from a saddle with one unstable direction to the stable point that its
            unstable branch ends in; -1 where it ends nowhere that was found.
        kinds: for each network a short code of its graph: equal where counts and links are the same, as far as
            repeated looking at neighbours can tell.
        matches: for each network (point,) which point of the first network stands for each of its own: of the same
            index and nearest by its outputs; -1 for none.
        mismatch: (network,) mean distance, in output units, of matched points' outputs.
    """

    names: tuple[str, ...]
    counts: NDArray[np.intp]
    edges: tuple[NDArray[np.intp], ...]
    kinds: tuple[str, ...]
    matches: tuple[NDArray[np.intp], ...]
    mismatch: FloatArray

    @property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """Names of networks that have the same graph, the largest group first."""
        found: dict[str, tuple[str, ...]] = {}
        for name, kind in zip(self.names, self.kinds, strict=True):
            found[kind] = (*found.get(kind, ()), name)
        return tuple(sorted(found.values(), key=len, reverse=True))

    def facts(self) -> dict[str, str]:
        lines = {
            name: "/".join(map(str, counts)) + f" by unstable directions, {len(edges)} links"
            for name, counts, edges in zip(self.names, self.counts, self.edges, strict=True)
        }
        shared = f"{len(self.groups[0])} of {len(self.names)} networks have the same graph"
        far = self.mismatch[np.isfinite(self.mismatch)]
        return lines | {"agreement": shared, "points": f"matched within {far.max():.2g} of outputs" if far.size else ""}


def topology(points: Mapping[str, FixedPoints], n_steps: int = 5000) -> Topology:
    """Count, link and match the fixed points of several networks.

    Args:
        points: name -> what `fixed_points` found, each under the constant input that is compared.
        n_steps: time steps that an excursion from a saddle may take to arrive.

    Raises:
        ValueError: no network.
    """
    if not points:
        raise ValueError("points: none given; search the fixed points of each network first")
    every = list(points.values())
    most = max(int(found.n_unstable.max(initial=0)) for found in every)
    edges = [links(found, n_steps) for found in every]
    matched = [_match(found, every[0]) for found in every]
    return Topology(
        names=tuple(points),
        counts=frozen([np.bincount(found.n_unstable, minlength=most + 1) for found in every], np.intp),
        edges=tuple(frozen(each, np.intp) for each in edges),
        kinds=tuple(_kind(found, each) for found, each in zip(every, edges, strict=True)),
        matches=tuple(frozen(match, np.intp) for match, _ in matched),
        mismatch=frozen([distance for _, distance in matched]),
    )


def links(points: FixedPoints, n_steps: int = 5000) -> NDArray[np.intp]:
    """(edge, 2) from each saddle with one unstable direction to the stable points its two branches lead to."""
    network, saddles = points.network, np.flatnonzero(points.n_unstable == 1)
    stable = np.flatnonzero(points.n_unstable == 0)
    if not len(saddles):
        return np.empty((0, 2), dtype=np.intp)
    spread = float(np.ptp(points.states, axis=0).max()) or 1.0
    starts = []
    for saddle in saddles:
        values, vectors = np.linalg.eig(points.jacobian(int(saddle)))
        out = vectors[:, np.abs(values).argmax()].real
        starts += [points.states[saddle] + side * NUDGE * spread * out for side in (1, -1)]
    state, inputs = np.array(starts), np.broadcast_to(points.inputs, (len(starts), len(points.inputs)))
    for _ in range(n_steps):
        after = network.step(state, inputs)
        rest = float(np.abs(after - state).max())
        state = after
        if not rest > 1e-7 * spread:
            break
    if not len(stable):
        return np.stack([np.repeat(saddles, 2), np.full(len(starts), -1)], axis=1)
    away = np.linalg.norm(state[:, None] - points.states[stable], axis=2)
    arrived = np.where(away.min(axis=1) < 1e-2 * spread, stable[away.argmin(axis=1)], -1)
    return np.stack([np.repeat(saddles, 2), arrived], axis=1)


def _kind(points: FixedPoints, edges: NDArray[np.intp]) -> str:
    """A code of the graph: points coloured by their index, then by the colours they are linked to, again and again
    (Weisfeiler & Leman 1968)."""
    colours = [f"{count}" for count in points.n_unstable]
    for _ in range(len(colours)):
        told = [_told(point, edges, colours) for point in range(len(colours))]
        if len(set(told)) == len(set(colours)):
            break
        colours = told
    every = sorted(_told(point, edges, colours) for point in range(len(colours)))
    return sha256("|".join(every).encode()).hexdigest()[:8]


def _told(point: int, edges: NDArray[np.intp], colours: list[str]) -> str:
    name = [*colours, "nowhere"]
    out = sorted(name[b] for a, b in edges if a == point)
    into = sorted(name[a] for a, b in edges if b == point)
    return sha256(f"{colours[point]}>{out}<{into}".encode()).hexdigest()[:12]


def _match(points: FixedPoints, first: FixedPoints) -> tuple[NDArray[np.intp], float]:
    """(point,) the first network's point that stands for each, and the mean distance of their outputs."""
    from scipy.optimize import linear_sum_assignment  # slow to import

    found, distances = np.full(points.n_points, -1), []
    if points.outputs.shape[1] != first.outputs.shape[1]:
        return found, float("nan")
    for count in np.unique(points.n_unstable):
        here, there = np.flatnonzero(points.n_unstable == count), np.flatnonzero(first.n_unstable == count)
        away = np.linalg.norm(points.outputs[here][:, None] - first.outputs[there], axis=2)
        rows, columns = linear_sum_assignment(away)
        found[here[rows]] = there[columns]
        distances += away[rows, columns].tolist()
    return found, float(np.mean(distances)) if distances else float("nan")

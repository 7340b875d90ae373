"""Whether a curve of states is an attractor: what stays of a push away from it, and how far states drift along it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import rnnlab as rl

HOLD = 1000.0
"""ms for which states are left to themselves."""
PUSH = 0.2
"""Length of a push in a random direction, as a share of the root mean square distance of the states from their mean."""

SHOWS = {
    "left": "share of a push away from the remembered states that is left after 1 s",
    "moved": "distance that remembered states move in 1 s, over their spread",
}
"""What the numbers mean, for a claim."""


@dataclass(frozen=True)
class Held:
    """States in order along a curve, and where they went.

    Attributes:
        before, after: (state, n_states), and where they are after `HOLD` under the same input.
        left: median distance of pushed states from the curve of the others after that time, over the push.
        moved: median distance between before and after, over the spread.
    """

    before: NDArray[np.float64]
    after: NDArray[np.float64]
    left: float
    moved: float


def held(
    network: rl.networks.Network, states: NDArray[np.float64], inputs: NDArray[np.float64], hold: float = HOLD
) -> Held:
    """Leave states to themselves under a constant input for ``hold`` ms, and pushed ones beside them. No noise."""
    spread = np.sqrt(((states - states.mean(axis=0)) ** 2).sum(axis=1).mean())
    away = np.random.default_rng(0).normal(size=states.shape)
    pushed = states + PUSH * spread * away / np.linalg.norm(away, axis=1, keepdims=True)
    shown = np.broadcast_to(inputs, (2 * len(states), round(hold / network.dt), len(inputs)))
    ends = rl.simulate(network, shown, initial_state=np.concatenate([states, pushed])).states[:, -1]
    after, others = np.split(np.asarray(ends, float), 2)
    nearest = np.linalg.norm(others[:, None] - after, axis=2).min(axis=1)
    moved = np.linalg.norm(after - states, axis=1)
    return Held(states, after, float(np.median(nearest) / (PUSH * spread)), float(np.median(moved) / spread))

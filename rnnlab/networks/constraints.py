"""From raw parameters to effective weights: signs, missing connections, entries that do not learn.

An optimiser moves raw arrays freely; what the network computes with, and what is shown and saved, are the effective
ones made here. Everything is pure, takes NumPy arrays or torch tensors, and costs a few passes over the matrix.

Dale's law (one sign for all synapses of a unit) can be kept in four ways, W raw and s the sign of the sender:

    abs      effective = s |W|                     any raw weight is used, whatever its own sign
    rectify  effective = s max(s W, 0)             a raw weight of the wrong sign is silent and gets no gradient
    project  the same, and after each update a weight of the wrong sign is put back to (almost) zero
    reflect  the same, and after each update a weight of the wrong sign is mirrored at zero
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from rnnlab.networks.arrays import Array, at_least, detached, matching, pick, relu

Law: TypeAlias = Literal["abs", "rectify", "project", "reflect"]

ALMOST_ZERO = 1e-12
"""Where `project` and `reflect` put a weight: on its own side of zero, where gradients still reach it."""


def unit_signs(n_units: int, excitatory: float | None) -> np.ndarray:
    """+1 for excitatory, -1 for inhibitory units, 0 where the sign is free; shape (n_units,).

    With ``excitatory`` a fraction, the first ``round(excitatory * n_units)`` units are excitatory.
    """
    if excitatory is None:
        return np.zeros(n_units, dtype=np.int8)
    return np.where(np.arange(n_units) < round(excitatory * n_units), 1, -1).astype(np.int8)


@dataclass(frozen=True, eq=False)
class Rules:
    """What is asked of one matrix of weights (to, from).

    Attributes:
        law: how signs are kept.
        signs: of each sender, (n_from,), 0 where free; None where all are.
        mask: True where there is a connection; None where all are there.
        frozen: True where a weight does not learn; None where all do.
        fixed: what the frozen ones hold (elsewhere anything); None: what they began with.
    """

    law: Law = "abs"
    signs: np.ndarray | None = None
    mask: np.ndarray | None = None
    frozen: np.ndarray | None = None
    fixed: np.ndarray | None = None

    def effective(self, W: Array) -> Array:
        """The weights in force. Frozen ones pass no gradient on."""
        if self.frozen is not None:
            W = pick(self.frozen, detached(W), W) if self.fixed is None else self.filled(W)
        if self.signs is not None:
            W = signed(W, self.signs, self.law)
        return W if self.mask is None else W * matching(self.mask.astype(float), W)

    def filled(self, W: Array) -> Array:
        """W with fixed weights in their place."""
        return W if self.frozen is None or self.fixed is None else pick(self.frozen, matching(self.fixed, W), W)

    def project(self, W: Array) -> Array:
        """Raw weights after an update, put back to where the law wants them."""
        if self.signs is None or self.law not in ("project", "reflect"):
            return W
        s = matching(self.signs.astype(float), W)
        ahead = s * W if self.law == "project" else abs(s * W)
        bound = np.broadcast_to(self.signs != 0, W.shape)
        for excepted in (None if self.mask is None else ~self.mask, self.frozen):
            bound = bound if excepted is None else bound & ~excepted
        return pick(bound, s * at_least(ahead, ALMOST_ZERO), W)

    @property
    def projects(self) -> bool:
        """Whether `project` does anything."""
        return self.signs is not None and self.law in ("project", "reflect")


def signed(W: Array, signs: np.ndarray, law: Law) -> Array:
    """W with the sign of the sender of each column; columns of free senders as they are."""
    s = matching(signs.astype(float), W)
    bound = abs(W) * s if law == "abs" else relu(W * s) * s
    return bound if signs.all() else bound + W * matching((signs == 0).astype(float), W)

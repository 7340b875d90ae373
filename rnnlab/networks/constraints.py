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
from functools import cached_property
from typing import Any, Literal, TypeAlias

import numpy as np

from rnnlab.networks.arrays import Array, between, detached, matching, namespace, pick, relu

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
    """What is asked of one matrix of weights (to, from). It remembers tensors, so it is never pickled.

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
            W = pick(self._like("frozen", W), detached(W), W) if self.fixed is None else self.filled(W)
        if self.signs is None:
            return W if self.mask is None else W * self._like("mask", W)
        signs = self._like("signs", W)
        bound = abs(W) * signs if self.law == "abs" else relu(W * signs) * signs
        return bound if self.signs.all() else bound + W * self._like("free", W)

    def filled(self, W: Array) -> Array:
        """W with fixed weights in their place."""
        if self.frozen is None or self.fixed is None:
            return W
        return pick(self._like("frozen", W), self._like("fixed", W), W)

    @property
    def projects(self) -> bool:
        """Whether `project` does anything."""
        return self.signs is not None and self.law in ("project", "reflect")

    def project(self, W: Array) -> Array:
        """Raw weights after an update, put back to where the law wants them; frozen and missing ones stay."""
        if not self.projects:
            return W
        if self.law == "reflect":
            W = pick(self._like("bound", W), abs(W) * self._like("signs", W), W)
        return between(W, self._like("low", W), self._like("high", W))

    # ------------------------------------------------------------------------------------------------- as arrays

    @cached_property
    def _constants(self) -> dict[str, np.ndarray]:
        """What the functions above multiply and compare with, (to, from) or a row for all receivers."""
        mask = np.ones(1, dtype=bool) if self.mask is None else self.mask
        found = {"mask": mask.astype(float)}
        if self.frozen is not None:
            found |= {"frozen": self.frozen}
        if self.fixed is not None:
            found |= {"fixed": self.fixed}
        if self.signs is not None:
            bound = (self.signs != 0) & mask
            bound = bound if self.frozen is None else bound & ~self.frozen
            found |= {"signs": self.signs * mask.astype(float), "free": ((self.signs == 0) & mask).astype(float)}
            found["bound"] = bound
            found["low"] = np.where(bound & (self.signs > 0), ALMOST_ZERO, -np.inf)
            found["high"] = np.where(bound & (self.signs < 0), -ALMOST_ZERO, np.inf)
        return found

    @cached_property
    def _tensors(self) -> dict[tuple[Any, ...], Any]:
        return {}

    def _like(self, name: str, W: Array) -> Array:
        """A constant as an array of W's kind; tensors are made once, every update wants them."""
        constant = self._constants[name]
        if namespace(W) is np:
            return constant if constant.dtype == bool else matching(constant, W)
        key = name, W.dtype, W.device
        if key not in self._tensors:
            dtype = None if constant.dtype == bool else W.dtype
            self._tensors[key] = namespace(W).tensor(constant, dtype=dtype, device=W.device)
        return self._tensors[key]

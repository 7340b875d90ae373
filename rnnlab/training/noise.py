"""The noise inside a network, as a pure function of (seed, purpose, update)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rnnlab.networks.normals import fill_normals, quantile_table
from rnnlab.runs import stream

_CHUNK = 1 << 15
"""Samples drawn at once: their raw bits then stay in the processor's cache until they have chosen their quantiles."""


@lru_cache(maxsize=8)
def _scaled_table(dtype: str, scale: float) -> NDArray:
    return quantile_table(dtype) * np.asarray(scale, dtype)


def fill_table(rng: np.random.Generator, out: NDArray, scale: float = 1.0) -> None:
    """Fill a contiguous array with ``scale`` times table normals.

    16 raw bits choose one of 65 536 equally probable Gaussian quantiles: mean 0 and variance 1 exactly, |z| <= 4.3,
    at a third of the cost of a Gaussian draw. The scale is in the table and costs nothing.
    """
    table, flat = _scaled_table(out.dtype.name, scale), out.reshape(-1)
    for start in range(0, flat.size, _CHUNK):
        part = flat[start : start + _CHUNK]
        words = np.asarray(rng.bit_generator.random_raw(-(-part.size // 4)), dtype="<u8")
        np.take(table, words.view("<u2")[: part.size], out=part, mode="wrap")


@dataclass(frozen=True)
class Noise:
    """Where one pass through a network gets its noise.

    Whoever runs the network asks for each part once and gets the same numbers whatever else was asked for, so two
    engines given equal `Noise` see equal noise.

    Attributes:
        kind: ``"table"`` or ``"normal"``; see `rnnlab.runs.Training`.
        seed, purpose, index: as in `rnnlab.runs.stream`.
    """

    kind: Literal["table", "normal"]
    seed: int
    purpose: str
    index: int = 0

    def fill(self, part: str, out: NDArray, scale: float = 1.0) -> None:
        """Fill a contiguous array, ordered (step, trial, channel), with normals of standard deviation ``scale``.

        Args:
            part: ``"recurrent"``, ``"input"`` or ``"output"``.
            out: float32 or float64.
            scale: standard deviation.
        """
        rng = stream(self.seed, f"{self.purpose}/{part}", self.index)
        if self.kind == "table":
            return fill_table(rng, out, scale)
        fill_normals(rng, out)
        if scale != 1.0:
            out *= out.dtype.type(scale)
        return None

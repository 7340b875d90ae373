"""The noise inside a network, as a pure function of (seed, purpose, update)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from numpy.typing import NDArray

from rnnlab.normals import fill_normals, fill_table_normals
from rnnlab.runs import stream


class NoiseSource(Protocol):
    """What one pass gets its noise from."""

    def fill(self, part: str, out: NDArray, scale: float = 1.0) -> None:
        """See `Noise.fill`."""
        ...


@dataclass(frozen=True)
class Noise:
    """Where one pass through a network gets its noise.

    Whoever runs the network asks for each part once and gets the same numbers whatever else was asked for, so two
    engines given equal `Noise` see equal noise.

    Attributes:
        kind: ``"table"`` or ``"normal"``; see `rnnlab.runs.Training`.
        seed, purpose, index: as in `rnnlab.runs.stream`.
        strength: what all of it is multiplied by.
    """

    kind: Literal["table", "normal"]
    seed: int
    purpose: str
    index: int = 0
    strength: float = 1.0

    def fill(self, part: str, out: NDArray, scale: float = 1.0) -> None:
        """Fill a contiguous array, ordered (step, trial, channel), with normals of standard deviation scale x strength.

        Args:
            part: ``"recurrent"``, ``"input"`` or ``"output"``.
            out: float32 or float64.
            scale: standard deviation.
        """
        scale = scale * self.strength
        rng = stream(self.seed, f"{self.purpose}/{part}", self.index)
        if self.kind == "table":
            fill_table_normals(rng, out, scale)
            return
        fill_normals(rng, out)
        if scale != 1.0:
            out *= out.dtype.type(scale)


@dataclass(frozen=True)
class JointNoise:
    """The noise of several networks that run at once, to each the numbers that it would get alone.

    Attributes:
        noises: one a network.
        missing: by how many steps the trials of each are shorter than the longest; there it gets none.
    """

    noises: tuple[Noise, ...]
    missing: tuple[int, ...]

    def fill(self, part: str, out: NDArray, scale: float = 1.0) -> None:
        """Fill an array (network, step, trial, channel), contiguous; see `Noise.fill`."""
        for own, noise, missing in zip(out, self.noises, self.missing, strict=True):
            n_steps = len(own) - missing
            noise.fill(part, own[:n_steps], scale)
            own[n_steps:] = 0.0

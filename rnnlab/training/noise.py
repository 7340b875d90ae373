"""The noise inside a network, as a pure function of (seed, purpose, update)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol

import torch
from numpy.random import Generator
from numpy.typing import NDArray
from torch import Tensor

from rnnlab.normals import fill_normals, fill_table_normals
from rnnlab.runs import stream
from rnnlab.training.loops import compiled_table_normals


class Draws(Protocol):
    """One part of a pass's noise, drawn some steps at a time."""

    def fill(self, out: NDArray, scale: float = 1.0) -> None:
        """Fill an array with the next numbers, normals of standard deviation ``scale`` times the noise's strength."""
        ...


def fill_tensor(draws: Draws, out: Tensor, scale: float = 1.0) -> None:
    """Fill a tensor, on whatever device, with the next numbers: they are drawn on the processor."""
    if out.device.type == "cpu":
        draws.fill(out.numpy(), scale)
        return
    drawn = torch.empty(out.shape, dtype=out.dtype)
    draws.fill(drawn.numpy(), scale)
    out.copy_(drawn)


class NoiseSource(Protocol):
    """What one pass gets its noise from."""

    @property
    def missing(self) -> tuple[int, ...]:
        """By how many steps the trials of each of several networks are shorter than the longest; () for one."""
        ...

    def draws(self, part: str, n_steps: int, *, compiled: bool = False) -> Draws:
        """A part from its beginning; see `Noise.fill`.

        Args:
            part: of the noise.
            n_steps: of a whole pass.
            compiled: whether a compiled loop may draw it; the numbers are the same.
        """
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
    missing: ClassVar[tuple[int, ...]] = ()

    def fill(self, part: str, out: NDArray, scale: float = 1.0) -> None:
        """Fill a contiguous array, ordered (step, trial, channel), with normals of standard deviation scale x strength.

        Args:
            part: ``"recurrent"``, ``"input"`` or ``"output"``.
            out: float32 or float64.
            scale: standard deviation.
        """
        self.draws(part, len(out)).fill(out, scale)

    def draws(self, part: str, n_steps: int, *, compiled: bool = False) -> _Draws:
        """See `NoiseSource.draws`. Taken four steps at a time, or a multiple, they are the numbers of `fill`."""
        rng = stream(self.seed, f"{self.purpose}/{part}", self.index)
        return _Draws(self.kind, rng, self.strength, compiled)


@dataclass(frozen=True)
class _Draws:
    kind: Literal["table", "normal"]
    rng: Generator
    strength: float
    compiled: bool

    def fill(self, out: NDArray, scale: float = 1.0) -> None:
        scale = scale * self.strength
        if self.kind == "table":
            fill = compiled_table_normals() if self.compiled else fill_table_normals
            fill(self.rng, out, scale)
            return
        fill_normals(self.rng, out)
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

    def draws(self, part: str, n_steps: int, *, compiled: bool = False) -> _JointDraws:
        """See `NoiseSource.draws`."""
        lengths = [n_steps - missing for missing in self.missing]
        pairs = zip(self.noises, lengths, strict=True)
        return _JointDraws([noise.draws(part, n, compiled=compiled) for noise, n in pairs], lengths)


class _JointDraws:
    def __init__(self, draws: Sequence[Draws], lengths: Sequence[int]) -> None:
        self._draws = draws
        self._left = list(lengths)

    def fill(self, out: NDArray, scale: float = 1.0) -> None:
        """An array (network, step, trial, channel), contiguous."""
        for k, (own, draws) in enumerate(zip(out, self._draws, strict=True)):
            n_steps = min(len(own), max(self._left[k], 0))
            draws.fill(own[:n_steps], scale)
            own[n_steps:] = 0.0
            self._left[k] -= n_steps

"""The standard normals that a simulation adds, as pure functions of its seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnnlab.networks import Cell, fill_table_normals
from rnnlab.runs.streams import stream


@dataclass
class NormalSource:
    """Standard normals of one kind, one time step after the other, in an array that is used again and again.

    What a step draws depends on the seed and the step alone, so interventions never shift the noise.
    """

    rng: np.random.Generator
    buffer: np.ndarray

    def draw(self, scale: float | np.ndarray = 1.0) -> np.ndarray:
        """``scale`` times the next step's normals (trial, n); valid until the next draw."""
        if isinstance(scale, np.ndarray):
            return np.multiply(fill_table_normals(self.rng, self.buffer), scale, out=self.buffer)
        return fill_table_normals(self.rng, self.buffer, scale)


@dataclass(frozen=True)
class Noise:
    """The three noises of a network; None where it has none."""

    recurrent: NormalSource | None = None
    input: NormalSource | None = None
    output: NormalSource | None = None


def noise_of(config: Cell, seed: int | None, n_trials: int, n_inputs: int, dtype: np.dtype) -> Noise:
    """The noises in force in ``config``, from streams of ``seed``; none at all without a seed."""
    if seed is None:
        return Noise()
    widths = {"recurrent": config.n_noise, "input": n_inputs, "output": config.n_units}
    return Noise(
        **{
            kind: NormalSource(stream(seed, f"simulation-{kind}"), np.empty((n_trials, width), dtype))
            for kind, width in widths.items()
            if kind in config.noises
        }
    )


def drawn(source: NormalSource | None) -> np.ndarray | None:
    """The next normals of a source that may not be there."""
    return None if source is None else source.draw()

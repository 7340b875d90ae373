"""The standard normals that a simulation adds, as pure functions of its seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnnlab.networks import Cell
from rnnlab.networks.arrays import scaled
from rnnlab.normals import fill_table_normals
from rnnlab.runs.streams import stream

BLOCK = 1 << 16
"""Numbers that are worked on at once: few enough for the processor's cache, many enough to hide Python."""


def steps_at_once(n_trials: int, width: int) -> int:
    """How many time steps of (n_trials, width) make a block."""
    return max(1, BLOCK // max(1, n_trials * width))


class NormalSource:
    """Normals of one kind for one time step after the other.

    What a step gets depends on the seed and the step alone, so interventions never shift the noise.
    """

    def __init__(
        self, rng: np.random.Generator, n_trials: int, width: int, dtype: np.dtype, scale: float | np.ndarray = 1.0
    ) -> None:
        self._rng, self._scale = rng, scale
        self._block = np.empty((steps_at_once(n_trials, width), n_trials, width), dtype)
        self._used = len(self._block)

    def draw(self) -> np.ndarray:
        """The next step's normals (trial, width); valid until the next draw."""
        if self._used == len(self._block):
            self._refill()
        self._used += 1
        return self._block[self._used - 1]

    def draw_steps(self, n_steps: int) -> np.ndarray:
        """Those of the next steps, (time, trial, width), to keep."""
        return np.stack([self.draw().copy() for _ in range(n_steps)])

    def _refill(self) -> None:
        if isinstance(self._scale, np.ndarray):
            fill_table_normals(self._rng, self._block)
            self._block[...] = scaled(self._block, self._scale)
        else:
            fill_table_normals(self._rng, self._block, self._scale)
        self._used = 0


@dataclass(frozen=True)
class Noise:
    """The three noises of a network; None where it has none."""

    recurrent: NormalSource | None = None
    input: NormalSource | None = None
    output: NormalSource | None = None


def noise_of(
    config: Cell,
    seed: int | None,
    n_trials: int,
    n_inputs: int,
    dtype: np.dtype,
    recurrent_scale: float | np.ndarray = 1.0,
) -> Noise:
    """The noises in force in ``config``, from streams of ``seed``; none at all without a seed.

    They are standard normals, the recurrent ones times ``recurrent_scale``.
    """
    if seed is None:
        return Noise()
    wanted = {
        "recurrent": (config.n_noise, recurrent_scale),
        "input": (n_inputs, 1.0),
        "output": (config.n_units, 1.0),
    }
    return Noise(
        **{
            kind: NormalSource(stream(seed, f"simulation-{kind}"), n_trials, width, dtype, scale)
            for kind, (width, scale) in wanted.items()
            if kind in config.noises
        }
    )


def drawn(source: NormalSource | None) -> np.ndarray | None:
    """The next normals of a source that may not be there."""
    return None if source is None else source.draw()


def drawn_steps(source: NormalSource | None, n_steps: int) -> np.ndarray | None:
    """Those of several steps, (time, trial, width)."""
    return None if source is None else source.draw_steps(n_steps)

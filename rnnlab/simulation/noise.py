"""The standard normals that a simulation adds, as pure functions of its seed."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Protocol

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


class Source(Protocol):
    """Normals of one kind for one time step after the other."""

    def draw(self) -> np.ndarray:
        """The next step's (trial, width); valid until the next draw."""

    def draw_steps(self, n_steps: int) -> np.ndarray:
        """Those of the next steps, (time, trial, width), to keep."""

    def fill(self, out: np.ndarray) -> None:
        """Write those of the next steps into ``out``, (time, trial, width)."""


class NormalSource:
    """Normals drawn as they are needed.

    What a step gets depends on the seed and the step alone, so interventions never shift the noise.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        n_trials: int,
        width: int,
        dtype: np.dtype,
        scale: float | np.ndarray = 1.0,
        n_steps: int | None = None,
    ) -> None:
        """``n_steps``, where it is known how many will be asked for, saves drawing more."""
        self._rng, self._scale = rng, scale
        at_once = steps_at_once(n_trials, width)
        self._block = np.empty((at_once if n_steps is None else min(at_once, n_steps), n_trials, width), dtype)
        self._used = len(self._block)

    def draw(self) -> np.ndarray:
        if self._used == len(self._block):
            self._draw_block(self._block)
            self._used = 0
        self._used += 1
        return self._block[self._used - 1]

    def draw_steps(self, n_steps: int) -> np.ndarray:
        steps = np.empty((n_steps, *self._block.shape[1:]), self._block.dtype)
        self.fill(steps)
        return steps

    def fill(self, out: np.ndarray) -> None:
        done, whole = 0, len(self._block)
        while done < len(out):
            if self._used == whole and len(out) - done >= whole and out.flags.c_contiguous:
                self._draw_block(out[done : done + whole])
                done += whole
                continue
            if self._used == whole:
                self._draw_block(self._block)
                self._used = 0
            n = min(len(out) - done, whole - self._used)
            out[done : done + n] = self._block[self._used : self._used + n]
            self._used += n
            done += n

    def _draw_block(self, out: np.ndarray) -> None:
        """The next block's, always as many: the numbers of a step do not depend on how the steps are asked for."""
        if isinstance(self._scale, np.ndarray):
            fill_table_normals(self._rng, out)
            out[...] = scaled(out, self._scale)
        else:
            fill_table_normals(self._rng, out, self._scale)


class Recorded:
    """Normals drawn before, (time, trial, width), given again."""

    def __init__(self, steps: np.ndarray) -> None:
        self.steps, self._used = steps, 0

    def draw(self) -> np.ndarray:
        return self.draw_steps(1)[0]

    def draw_steps(self, n_steps: int) -> np.ndarray:
        self._used += n_steps
        return self.steps[self._used - n_steps : self._used]

    def fill(self, out: np.ndarray) -> None:
        out[...] = self.draw_steps(len(out))


@dataclass(frozen=True)
class Noise:
    """The three noises of a network; None where it has none."""

    recurrent: Source | None = None
    input: Source | None = None
    output: Source | None = None

    def recorded(self, n_made: int, n_shown: int) -> Recording:
        """That of the next steps, to be given to several: ``n_made`` make a state, ``n_shown`` are read out."""
        return Recording(
            drawn_steps(self.recurrent, n_made), drawn_steps(self.input, n_made), drawn_steps(self.output, n_shown)
        )


@dataclass(frozen=True, eq=False)
class Recording:
    """Noise of some steps, (time, trial, width) each."""

    recurrent: np.ndarray | None
    input: np.ndarray | None
    output: np.ndarray | None

    def of(self, rows: np.ndarray) -> Noise:
        """That of some trials."""
        given = {f.name: getattr(self, f.name) for f in fields(self)}
        return Noise(**{name: None if steps is None else Recorded(steps[:, rows]) for name, steps in given.items()})


def noise_of(
    config: Cell,
    seed: int | None,
    n_trials: int,
    n_inputs: int,
    dtype: np.dtype,
    recurrent_scale: float | np.ndarray = 1.0,
    n_steps: int | None = None,
) -> Noise:
    """The noises in force in ``config``, from streams of ``seed``; none at all without a seed.

    They are standard normals, the recurrent ones times ``recurrent_scale``; for ``n_steps``, if that is known.
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
            kind: NormalSource(stream(seed, f"simulation-{kind}"), n_trials, width, dtype, scale, n_steps)
            for kind, (width, scale) in wanted.items()
            if kind in config.noises
        }
    )


def drawn(source: Source | None) -> np.ndarray | None:
    """The next normals of a source that may not be there."""
    return None if source is None else source.draw()


def drawn_steps(source: Source | None, n_steps: int) -> np.ndarray | None:
    """Those of several steps, (time, trial, width)."""
    return None if source is None else source.draw_steps(n_steps)

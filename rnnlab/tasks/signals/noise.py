"""Noise on a channel."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rnnlab.normals import fill_table_normals_by_column
from rnnlab.spec import quantity
from rnnlab.tasks.references import names
from rnnlab.tasks.scene import Scene
from rnnlab.tasks.signals.base import Place, Signal


@dataclass(frozen=True)
class Noise(Signal):
    """Gaussian white noise whose strength does not depend on the time step.

    Each step is drawn with standard deviation σ √(2 τ / dt), so that a leaky unit τ ẋ = -x + u driven by it has
    standard deviation σ for every dt well below τ, and the mean over a window has the same variance for every dt.
    A channel that is drawn at dt = 10 ms with a standard deviation s has σ = s / √20.

    Channels whose noise names the same ``source`` share it; otherwise it is independent.
    """

    sigma: float | str = names(
        "factor",
        0.01,
        low=0,
        soft=(0, 0.5),
        step=0.01,
        help="Standard deviation of a leaky unit driven by it: a number or a factor.",
    )
    tau: float = quantity(100.0, unit="ms", above=0, soft=(10, 500), step=10, help="Time constant of that leaky unit.")
    source: str = field(default="", metadata={"empty": "its own", "help": "Noises that name the same source are one."})

    noise = True

    def values(self, place: Place) -> NDArray[np.floating]:
        if self.sigma == 0:
            return np.zeros((1, 1), dtype=np.float32)
        return self.fill(np.empty((place.scene.n_trials, place.scene.n_steps), np.float32), place)

    def fill(self, trace: NDArray[np.float32], place: Place) -> NDArray[np.float32]:
        """Write noise into ``trace``, (trial, time) and contiguous; returns it."""
        rng = place.scene.streams[f"noise:{self.source}"] if self.source else place.rng
        # Drawn step by step (not trial by trial), so that a longer trial only appends to the noise.
        if isinstance(self.sigma, str):
            trace = fill_table_normals_by_column(rng, trace, self.spread(place.scene.dt))
            trace *= np.asarray(place.level(self.sigma), np.float32)
            return trace
        return fill_table_normals_by_column(rng, trace, self.deviation(place.scene))

    def deviation(self, scene: Scene) -> float:
        """Standard deviation of a step, in the trial with the most noise."""
        sigma = float(scene.factors[self.sigma].max()) if isinstance(self.sigma, str) else self.sigma
        return sigma * self.spread(scene.dt)

    def spread(self, dt: float) -> float:
        """Standard deviation of a step of ``dt`` ms where sigma is 1."""
        return math.sqrt(2 * self.tau / dt)

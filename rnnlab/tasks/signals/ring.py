"""Signals tuned to an angle: one channel of a population on a ring."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rnnlab.spec import quantity
from rnnlab.tasks.draws import Floats
from rnnlab.tasks.references import names
from rnnlab.tasks.signals.base import Place, Signal


@dataclass(frozen=True)
class Bump(Signal):
    """The response of a channel that prefers one angle, with d the distance to it around the circle (radians).

    gaussian: exp(-d² / 2w²). von_mises: exp((cos d - 1) / w²). linear: max(0, 1 - d / w), so that with w the spacing
    of the channels, two neighbours share 1. All are 1 at the preferred angle, times ``amplitude``.
    """

    angle: float | str = names("factor", unit="rad", help="The angle shown: radians or a factor.")
    preferred: float = quantity(
        0.0, unit="rad", soft=(0, 6.3), step=0.1, help="The angle at which the response is largest."
    )
    width: float | str = names(
        "factor", 1.0, unit="rad", above=0, soft=(0, 3), step=0.1, help="Width w of the tuning: radians or a factor."
    )
    amplitude: float | str = names("factor", 1.0, help="Response at the preferred angle: a number or a factor.")
    shape: Literal["gaussian", "von_mises", "linear"] = field(
        default="gaussian", metadata={"help": "How the response falls off with the distance."}
    )

    steady = True

    def alike(self) -> Hashable:
        return type(self), self.angle, self.width, self.amplitude, self.shape, self.epochs, self.when

    def several(self, signals: Sequence[Signal], place: Place) -> NDArray[np.floating]:
        preferred = np.array([signal.preferred for signal in signals if isinstance(signal, Bump)])
        return self._responses(place, preferred[:, None, None])

    def values(self, place: Place) -> NDArray[np.floating]:
        return self._responses(place, self.preferred)

    def _responses(self, place: Place, preferred: NDArray[np.floating] | float) -> NDArray[np.floating]:
        turned = self.angles(place) - preferred
        distance = np.abs(turned - 2 * math.pi * np.rint(turned / (2 * math.pi)))
        return place.level(self.amplitude) * self._tuning(distance, place.level(self.width))

    def angles(self, place: Place) -> NDArray[np.floating]:
        """The angle shown, broadcastable to (trial, time)."""
        return np.asarray(place.level(self.angle))

    def _tuning(self, distance: NDArray[np.floating], width: Floats | float) -> NDArray[np.floating]:
        if self.shape == "gaussian":
            return np.exp(-0.5 * (distance / width) ** 2)
        if self.shape == "von_mises":
            return np.exp((np.cos(distance) - 1) / width**2)
        return np.maximum(0.0, 1 - distance / width)

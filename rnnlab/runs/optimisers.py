"""How gradients become steps: the kinds of optimiser that an experiment may name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from rnnlab.spec import Spec, quantity


def _mean_decay() -> float:
    return quantity(
        0.9, low=0, high=0.999_999, soft=(0, 0.99), step=0.01, help="share of the mean gradient that is kept"
    )


def _square_decay() -> float:
    return quantity(0.999, low=0, high=0.999_999_9, soft=(0.9, 0.9999), help="share of the mean square that is kept")


def _epsilon() -> float:
    return quantity(1e-8, above=0, soft=(1e-8, 1e-4), help="added to the root of the mean square")


@dataclass(frozen=True)
class Adam(Spec):
    """Steps of about the learning rate along each weight, whatever its gradient's size (Kingma & Ba 2015)."""

    mean_decay: float = _mean_decay()
    square_decay: float = _square_decay()
    epsilon: float = _epsilon()


@dataclass(frozen=True)
class AdamW(Spec):
    """Adam, and each step shrinks what trains by learning rate x ``decay`` (Loshchilov & Hutter 2019)."""

    decay: float = quantity(0.01, low=0, soft=(0, 0.1), step=0.01, help="how fast weights shrink")
    mean_decay: float = _mean_decay()
    square_decay: float = _square_decay()
    epsilon: float = _epsilon()


@dataclass(frozen=True)
class SGD(Spec):
    """Plain gradient descent, with momentum if wanted: v = momentum v + g, weights -= rate v."""

    momentum: float = quantity(
        0.0, low=0, high=0.999_999, soft=(0, 0.99), step=0.05, help="share of a step that is kept"
    )
    nesterov: bool = False
    """Whether the gradient is added once more to the step than to what is kept: weights -= rate (g + momentum v)."""

    def check(self) -> None:
        """Nesterov's step needs momentum."""
        if self.nesterov and not self.momentum:
            raise self.refuse("nesterov", "means nothing without momentum", remedy="give a momentum, 0.9 for one")


AnyOptimiser: TypeAlias = Adam | AdamW | SGD
"""Every optimiser that a file may name."""

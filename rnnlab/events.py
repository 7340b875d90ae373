"""What a training tells the world: plain frozen values, yielded in order by `rnnlab.train`.

``update`` counts optimiser updates done so far (the first `Updated` has ``update == 1``); ``n_trials`` counts the
training trials seen so far; ``seconds`` is the time spent training, pauses excluded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Event:
    """Base of everything that `rnnlab.train` yields."""

    update: int
    n_trials: int
    seconds: float


@dataclass(frozen=True)
class Started(Event):
    """Training begins, or goes on from a saved state (then ``update > 0``).

    ``digest`` is the experiment's, empty where its task is Python code, which has none.
    """

    digest: str
    n_parameters: int


@dataclass(frozen=True)
class Updated(Event):
    """One optimiser update is done. ``loss`` is the batch's, before the update; ``gradient_norm`` before clipping.

    ``penalty`` is the weighted sum of the training's penalties, which the loss does not include.
    """

    loss: float
    gradient_norm: float
    penalty: float = 0.0


@dataclass(frozen=True)
class Evaluated(Event):
    """The network was scored on the fixed validation trials.

    ``accuracy`` is in [0, 1]; ``loss`` is the masked loss there. ``parameters`` are the network's effective arrays at
    this moment (copies), what every view of "the network now" is drawn from.
    """

    accuracy: float
    loss: float
    parameters: Mapping[str, Any] = field(repr=False, compare=False, default_factory=dict)


@dataclass(frozen=True)
class Saved(Event):
    """The state was written whole to ``path``; a resume starts from here."""

    path: str


@dataclass(frozen=True)
class Diverged(Event):
    """Loss or gradient stopped being finite. The last good state is kept; nothing after it is recorded.

    ``where`` names what failed first (``"loss"`` or ``"gradient of W_rec"`` ...); ``remedy`` says what usually helps.
    """

    where: str
    remedy: str


@dataclass(frozen=True)
class Finished(Event):
    """The last event. ``reason`` is ``"updates"``, ``"accuracy"`` or ``"diverged"``."""

    reason: str
    accuracy: float | None = None

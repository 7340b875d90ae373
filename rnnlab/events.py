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

    ``penalty`` is the weighted sum of the training's penalties, which the loss does not include; ``penalties`` are its
    terms, in the order of the training. ``not_finite`` names what was not, where the training goes on all the same;
    ``gradient_norm`` is NaN then.
    """

    loss: float
    gradient_norm: float
    penalty: float = 0.0
    penalties: tuple[float, ...] = ()
    not_finite: str = ""


@dataclass(frozen=True)
class Health:
    """How a network fares, on the validation trials.

    Attributes:
        gradient_norm: of the last update, before clipping; None before the first.
        spectral_radius: largest modulus of an eigenvalue of the recurrent weights (of the largest of several matrices).
        silent: share of units whose rate never exceeds 1 % of the largest rate of any unit.
        saturated: share of units that spend more than half of the time within 1 % of a bound of their nonlinearity
            that is not 0; none where it has no bounds.
        half_step_accuracy: share correct at half the time step, on a part of the trials; None where not asked for.
        full_step_accuracy: share correct on that part as it is.
    """

    gradient_norm: float | None
    spectral_radius: float
    silent: float
    saturated: float
    half_step_accuracy: float | None = None
    full_step_accuracy: float | None = None


@dataclass(frozen=True)
class Evaluated(Event):
    """The network was scored on the fixed validation trials.

    ``accuracy`` is in [0, 1]; ``loss`` is the loss there; ``worst_accuracy`` is that of the condition (combination of
    values of factors that take few) in which the fewest trials are correct. ``parameters`` are the network's
    effective arrays at this moment (copies), what every view of "the network now" is drawn from. In a set of tasks or
    a curriculum ``tasks`` has the accuracy in each task that is among the trials, otherwise ``conditions`` that in each
    condition, by its name.
    """

    accuracy: float
    loss: float
    parameters: Mapping[str, Any] = field(repr=False, compare=False, default_factory=dict)
    worst_accuracy: float = float("nan")
    health: Health | None = field(repr=False, default=None)
    tasks: Mapping[str, float] = field(default_factory=dict)
    conditions: Mapping[str, float] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Steered(Event):
    """A field of the experiment changes, from the next update on: at once, or over so many updates."""

    path: str
    value: Any
    over: int = 0


@dataclass(frozen=True)
class StageBegan(Event):
    """A stage of the curriculum begins: its number from 0, and the name of its task."""

    stage: int
    task: str


@dataclass(frozen=True)
class StageEnded(Event):
    """A stage of the curriculum is over. ``reason`` is ``"threshold"``, or ``"updates"``: it had a limit of them."""

    stage: int
    task: str
    reason: str


@dataclass(frozen=True)
class Saved(Event):
    """The state was written whole to ``path``; a resume starts from here."""

    path: str


@dataclass(frozen=True)
class Diverged(Event):
    """Loss or gradient stopped being finite. The last good state is kept; nothing after it is recorded.

    ``where`` names what failed (``"loss"`` or ``"gradient of W_rec"`` ...), ``began`` the first number on the way there
    that was not finite (``"rate of unit 3, trial 5, step 57 (1140 ms)"``); ``remedy`` says what usually helps.
    """

    where: str
    remedy: str
    began: str = ""


@dataclass(frozen=True)
class Finished(Event):
    """The last event.

    ``reason`` is ``"updates"``, ``"diverged"``, ``"curriculum"`` (its last stage is over), or that of a rule:
    ``"accuracy"``, ``"loss"``, ``"patience"``, ``"plateau"``, ``"trials"``, ``"seconds"``. ``kept_update`` is the
    update whose network the run holds (another than the last one where the best is kept), ``accuracy`` is that
    network's on the validation trials, and ``parameters`` are its effective arrays if it is not the last one.
    """

    reason: str
    accuracy: float | None = None
    kept_update: int | None = None
    parameters: Mapping[str, Any] = field(repr=False, compare=False, default_factory=dict)

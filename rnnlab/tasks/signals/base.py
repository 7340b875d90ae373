"""What a signal is: one thing that a channel does during some epochs of a trial."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from rnnlab.spec import Spec
from rnnlab.tasks.draws import Floats
from rnnlab.tasks.references import names
from rnnlab.tasks.scene import Scene, Traces, between

if TYPE_CHECKING:
    from rnnlab.tasks.task import Task

Level = float | str
"""A number, or the name of a factor that holds it."""


@dataclass(frozen=True)
class Signal(Spec):
    """Base of the kinds. Add one: subclass, give `values`, name it in the union `rnnlab.tasks.signals.AnySignal`.

    Attributes:
        epochs: where it is; none named means the whole trial. Elsewhere it is zero.
        when: a factor; the signal is there only in trials in which that is not 0. None named: in all trials.
    """

    _: KW_ONLY
    epochs: tuple[str, ...] = names(
        "epoch", (), empty="the whole trial", help="Epochs in which it is there; none: all."
    )
    when: str = names("factor", "", empty="all trials", help="A factor that must not be 0 for it to be there.")

    noise: ClassVar[bool] = False
    """Whether `Task.sample` leaves it out with ``noise=False``."""

    needs_a_step: ClassVar[tuple[str, ...]] = ()
    """Fields in ms that must not be shorter than the time step."""

    def values(self, place: Place) -> NDArray[np.floating]:
        """Its values in all trials, broadcastable to (trial, time). What lies outside `epochs` is thrown away."""
        raise NotImplementedError

    def holds_for(self, task: Task) -> float:
        """As a target: the shortest time (ms) between two of its changes inside an epoch."""
        return float("inf")


_ZERO = np.float32(0)


@dataclass(frozen=True)
class Place:
    """One signal's place in the trials under construction."""

    scene: Scene
    signal: Signal
    label: str

    @property
    def rng(self) -> np.random.Generator:
        """The signal's own random stream, from its start."""
        return self.scene.streams[self.label]

    def level(self, level: Level) -> Floats | float:
        """A number as it is; a factor as one number for each trial, (trial, 1)."""
        return self.scene.factors[level][:, None] if isinstance(level, str) else level

    def elapsed(self) -> NDArray[np.floating]:
        """Milliseconds since the start of each step's epoch (none named: of the trial), (trial, time)."""
        return (self.scene.steps - self._edges()[0]) * self.scene.dt

    def duration(self) -> NDArray[np.floating]:
        """Milliseconds that each step's epoch (none named: the trial) lasts, broadcastable to (trial, time)."""
        start, stop = self._edges()
        return (stop - start) * self.scene.dt

    def _edges(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """First step of the epoch (none named: of the trial) in which a step lies, and the step after its last."""
        scene, names = self.scene, self.signal.epochs
        edges = [scene.epochs[name] for name in names] or [scene.edges[:, [0, -1]]]
        start, stop = edges[0][:, :1], edges[0][:, 1:]
        for others in edges[1:]:
            inside = between(scene.steps, *others.T)
            start, stop = np.where(inside, others[:, :1], start), np.where(inside, others[:, 1:], stop)
        return start, stop

    def add_to(self, trace: Traces, written: Sequence[slice] | None = None) -> slice:
        """Add the signal's values where it is to ``trace``, (trial, time); returns the steps in which that may be.

        Outside of the steps that are ``written`` (None: all may be) the trace is 0: to write is faster than to add.
        """
        values = np.asarray(self.signal.values(self), dtype=np.float32)
        if self.signal.when:
            values = values * (self.scene.factors[self.signal.when] != 0)[:, None].astype(np.float32)
        steps, cover = self.scene.stretch(self.signal.epochs)
        if values.shape[1:] == trace.shape[1:]:
            values = values[:, steps]
        if cover is not None:
            values = values * cover
        part = trace[:, steps]
        if written is None or any(steps.start < other.stop and other.start < steps.stop for other in written):
            part += values
        else:
            part[...] = values + _ZERO  # as if it were added to 0, which has no sign
        return steps

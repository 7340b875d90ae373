"""What a signal is: one thing that a channel does during some epochs of a trial."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
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

    steady: ClassVar[bool] = False
    """Whether it changes only where an epoch ends."""

    needs_a_step: ClassVar[tuple[str, ...]] = ()
    """Fields in ms that must not be shorter than the time step."""

    def values(self, place: Place) -> NDArray[np.floating]:
        """Its values in all trials, broadcastable to (trial, time). What lies outside `epochs` is thrown away."""
        raise NotImplementedError

    def alike(self) -> Hashable:
        """What signals that are drawn at once have in common; None: this one is drawn alone."""
        return None

    def several(self, signals: Sequence[Signal], place: Place) -> NDArray[np.floating]:
        """`values` of signals that are all `alike`, broadcastable to (signal, trial, time)."""
        return np.asarray(self.values(place))[None]

    def holds_for(self, task: Task) -> float:
        """As a target: the shortest time (ms) between two of its changes inside an epoch."""
        return float("inf")


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

    def several(self, signals: Sequence[Signal]) -> tuple[Traces, slice, Traces | None]:
        """What ``signals``, which are all alike, show in the steps in which they may be, broadcastable to (signal,
        trial, these steps); those steps; and 1 where they are, (trial, these steps), None if it is 1 in all."""
        return self._fitted(self.signal.several(signals, self))

    def levels(self, signals: Sequence[Signal]) -> Traces:
        """What ``signals``, which are all alike and steady, show where they are, broadcastable to (trial, epoch,
        signal)."""
        return np.array(self._there(self.signal.several(signals, self)), ndmin=3, copy=None).transpose(1, 2, 0)

    def add_to(self, trace: Traces) -> None:
        """Add what the signal shows to ``trace``, (trial, time)."""
        values, steps, cover = self._fitted(np.asarray(self.signal.values(self)))
        part = trace[:, steps]
        part += values if cover is None else values * cover

    def _fitted(self, shown: NDArray[np.floating]) -> tuple[Traces, slice, Traces | None]:
        values = self._there(shown)
        steps, cover = self.scene.stretch(self.signal.epochs)
        whole = values.ndim > 1 and values.shape[-2:] == (self.scene.n_trials, self.scene.n_steps)
        return values[..., steps] if whole else values, steps, cover

    def _there(self, shown: NDArray[np.floating]) -> Traces:
        """The values, 0 in the trials in which the signal is not."""
        values = shown.astype(np.float32, copy=False)
        if not self.signal.when:
            return values
        return values * (self.scene.factors[self.signal.when] != 0)[:, None].astype(np.float32)

"""Channels: the lines into and out of a network, each the sum of its signals."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from rnnlab.spec import Spec, quantity
from rnnlab.tasks.references import names
from rnnlab.tasks.scene import Scene, Traces
from rnnlab.tasks.signals import AnySignal


@dataclass(frozen=True)
class Channel(Spec):
    """A named input or output. Its value at a step is the sum of its signals there, 0 where it has none.

    With ``smooth``, each step shows the mean over that many ms up to it, of all signals but noise. The ``weight`` of an
    output multiplies that of each of its judged steps in the loss (and in R²); a choice does not depend on it.

    >>> from rnnlab.tasks import Channel, Hold
    >>> Channel("fixation", (Hold(1.0, epochs=("delay",)),), weight=2.0).weight
    2.0
    """

    name: str = field(metadata={"help": "What it is called in the rest of the task and on the screen."})
    signals: tuple[AnySignal, ...] = field(default=(), metadata={"help": "What it shows: the sum of these."})
    smooth: float | str = names(
        "factor", 0.0, unit="ms", help="Moving average over this many ms: a number or a factor."
    )
    weight: float = quantity(
        1.0, above=0, soft=(0, 5), step=0.5, help="How much it counts in the loss beside the others; of outputs only."
    )

    def check(self) -> None:
        if not isinstance(self.smooth, str) and self.smooth < 0:
            raise self.refuse("smooth", f"{self.smooth:g} ms is no width", remedy="give 0 or more")

    def smoothed(self, total: Traces, scene: Scene) -> Traces:
        """Its moving average, if it has one, of the sum of its signals but noise, (trial, time)."""
        before, shares = scene.smoothing(self.smooth)
        sums = np.zeros((scene.n_trials, scene.n_steps + 1))
        np.cumsum(total, axis=1, out=sums[:, 1:])
        means = (sums[:, 1:] - sums.reshape(-1).take(before, mode="clip")).astype(np.float32)
        means *= shares
        _, unpadded = scene.stretch(())
        return means if unpadded is None else means * unpadded

    @cached_property
    def labelled_signals(self) -> tuple[tuple[AnySignal, str], ...]:
        """Signals with the labels of their random streams: counted by kind, so that kinds do not shift each other."""
        seen: Counter[str] = Counter()
        labelled = []
        for signal in self.signals:
            kind = type(signal).__name__
            labelled.append((signal, f"signal:{self.name}:{kind}:{seen[kind]}"))
            seen[kind] += 1
        return tuple(labelled)

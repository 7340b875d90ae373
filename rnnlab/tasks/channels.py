"""Channels: the lines into and out of a network, each the sum of its signals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rnnlab.spec import Spec
from rnnlab.tasks.scene import Scene, Traces
from rnnlab.tasks.signals import AnySignal, Place


@dataclass(frozen=True)
class Channel(Spec):
    """A named input or output. Its value at a step is the sum of its signals there, 0 where it has none."""

    name: str
    signals: tuple[AnySignal, ...] = ()

    def trace(self, scene: Scene, *, noise: bool) -> Traces:
        """The sum of its noise (``noise=True``) or of everything else, (trial, time)."""
        total = np.zeros((scene.n_trials, scene.n_steps), dtype=np.float32)
        for signal, label in self._labelled():
            if signal.noise == noise:
                total += Place(scene, signal, label).trace()
        return total

    @property
    def noisy(self) -> bool:
        return any(signal.noise for signal in self.signals)

    def _labelled(self) -> Iterator[tuple[AnySignal, str]]:
        """Signals with the labels of their random streams: counted by kind, so that kinds do not shift each other."""
        seen: Counter[str] = Counter()
        for signal in self.signals:
            kind = type(signal).__name__
            yield signal, f"signal:{self.name}:{kind}:{seen[kind]}"
            seen[kind] += 1

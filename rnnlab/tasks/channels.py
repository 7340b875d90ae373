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

    def trace(self, scene: Scene) -> Traces:
        """The sum of its signals except for noise, (trial, time)."""
        total = np.zeros((scene.n_trials, scene.n_steps), dtype=np.float32)
        self._add(total, scene, noise=False)
        return total

    def with_noise(self, scene: Scene) -> Traces:
        """The trace that `scene.clean` holds plus its noise, (trial, time)."""
        total = scene.clean[self.name].copy()
        self._add(total, scene, noise=True)
        return total

    def _add(self, total: Traces, scene: Scene, *, noise: bool) -> None:
        for signal, label in self._labelled():
            if signal.noise == noise:
                Place(scene, signal, label).add_to(total)

    def _labelled(self) -> Iterator[tuple[AnySignal, str]]:
        """Signals with the labels of their random streams: counted by kind, so that kinds do not shift each other."""
        seen: Counter[str] = Counter()
        for signal in self.signals:
            kind = type(signal).__name__
            yield signal, f"signal:{self.name}:{kind}:{seen[kind]}"
            seen[kind] += 1

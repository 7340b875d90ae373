"""Channels: the lines into and out of a network, each the sum of its signals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rnnlab.spec import Spec
from rnnlab.tasks.references import names
from rnnlab.tasks.scene import Scene, Traces, gather, to_steps
from rnnlab.tasks.signals import AnySignal, Place


@dataclass(frozen=True)
class Channel(Spec):
    """A named input or output. Its value at a step is the sum of its signals there, 0 where it has none.

    With ``smooth``, each step shows the mean over that many ms up to it, of all signals but noise.
    """

    name: str
    signals: tuple[AnySignal, ...] = ()
    smooth: float | str = names("factor", 0.0, help="Moving average over this many ms: a number or a factor.")

    def check(self) -> None:
        if not isinstance(self.smooth, str) and self.smooth < 0:
            raise self.refuse("smooth", f"{self.smooth:g} ms is no width", remedy="give 0 or more")

    def trace(self, scene: Scene) -> Traces:
        """The sum of its signals except for noise, (trial, time)."""
        total = np.zeros((scene.n_trials, scene.n_steps), dtype=np.float32)
        for place in self._places(scene, noise=False):
            total += place.there()
        return total if self.smooth == 0 else self._smoothed(total, scene)

    def _smoothed(self, total: Traces, scene: Scene) -> Traces:
        width = np.asarray(scene.factors[self.smooth][:, None] if isinstance(self.smooth, str) else self.smooth)
        steps = np.maximum(to_steps(width, scene.dt), 1)
        sums = np.zeros((scene.n_trials, scene.n_steps + 1))
        np.cumsum(total, axis=1, out=sums[:, 1:])
        before = np.maximum(scene.steps + 1 - steps, 0)
        means = (sums[:, 1:] - gather(sums, before)).astype(np.float32)
        means *= (1 / steps).astype(np.float32)
        return means if scene.unpadded else means * scene.cover(())

    def show(self, scene: Scene, out: Traces, *, noise: bool) -> None:
        """Write the trace that `scene.clean` holds, plus its noise if wanted, into ``out``, (trial, time)."""
        trace = scene.clean[self.name]
        noises = [place.there() for place in self._places(scene, noise=True)] if noise else []
        for values in noises[:-1]:
            trace = trace + values
        if noises:
            np.add(trace, noises[-1], out=out)
        else:
            out[...] = trace

    def _places(self, scene: Scene, *, noise: bool) -> Iterator[Place]:
        return (Place(scene, signal, label) for signal, label in self._labelled() if signal.noise == noise)

    def _labelled(self) -> Iterator[tuple[AnySignal, str]]:
        """Signals with the labels of their random streams: counted by kind, so that kinds do not shift each other."""
        seen: Counter[str] = Counter()
        for signal in self.signals:
            kind = type(signal).__name__
            yield signal, f"signal:{self.name}:{kind}:{seen[kind]}"
            seen[kind] += 1

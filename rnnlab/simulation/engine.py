"""`Engine`: a network on its way through time, a few steps or many at once.

`simulate` sends all inputs through one; a `Simulator` keeps one and sends them step by step. Both get the same numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from rnnlab.networks import Cell, Parameters
from rnnlab.simulation.interventions.base import Intervention, Span
from rnnlab.simulation.loops import Stretch, run, stand
from rnnlab.simulation.noise import Noise
from rnnlab.simulation.plan import Force, Segment, edited_inputs, segments


@dataclass(eq=False)
class Engine:
    """A network in a state, after some steps.

    Attributes:
        p: effective parameters, in the precision to work in.
        state: (trial, n_states).
        noise: where its noise comes from.
        seed: that the noise came from.
        plan: what is done to the network.
        rows, n_trials: which trials of a batch of how many these are.
        t: steps made.
    """

    config: Cell
    p: Parameters
    state: np.ndarray
    noise: Noise
    seed: int | None
    plan: Sequence[Intervention]
    rows: np.ndarray
    n_trials: int
    t: int = 0
    _waiting: np.ndarray | None = field(default=None, repr=False)

    def advance(self, inputs: np.ndarray, states: np.ndarray, outputs: np.ndarray) -> None:
        """Go on for as many steps as there are inputs (time, trial, channel); fill states and outputs."""
        first, stop = self.t, self.t + len(inputs)
        seen = self._arriving(edited_inputs(self.plan, self.config, inputs, self._span(first, stop)))
        still = stop - first - len(seen)
        for segment in segments(self.plan, stop, self.config.dt, first):
            here = slice(segment.start - first, segment.stop - first)
            arriving = seen[max(here.start - still, 0) : max(here.stop - still, 0)]
            self._run(segment, arriving, states[here], outputs[here])
            self.state = states[here.stop - 1]
        self.t = stop

    def _span(self, start: int, stop: int, rows: np.ndarray | None = None) -> Span:
        return Span(start, stop, self.rows if rows is None else rows, self.n_trials, self.seed)

    def _arriving(self, inputs: np.ndarray) -> np.ndarray:
        """The inputs that reach the units in these steps: in a lagged network those given before."""
        if not self.config.lag:
            return inputs
        queue = inputs if self._waiting is None else np.concatenate([self._waiting, inputs])
        n_arriving = max(len(queue) - self.config.lag, 0)
        self._waiting = queue[n_arriving:].copy()
        return queue[:n_arriving]

    def _run(self, segment: Segment, inputs: np.ndarray, states: np.ndarray, outputs: np.ndarray) -> None:
        """One segment. Trials that something else is done to are run apart.

        Those that the fewest interventions choose are taken from a run of all trials, so that what is done to other
        trials does not change them by as much as a rounding error.
        """
        forces, before = segment.forces(self.rows), self.state
        if len(forces) == 1:
            self._under(forces[0][1], segment, before, inputs, self.noise, states, outputs, self.rows)
            return
        noise = self.noise.recorded(len(inputs), len(states))
        everyone = np.arange(len(self.rows))
        for k, (chosen, force) in enumerate(forces):
            some = chosen if k else everyone
            made, read = np.empty_like(states[:, some]), np.empty_like(outputs[:, some])
            rows = self.rows[some]
            self._under(force, segment, before[some], inputs[:, some], noise.of(some), made, read, rows)
            states[:, some], outputs[:, some] = made, read

    def _under(
        self,
        force: Force,
        segment: Segment,
        state: np.ndarray,
        inputs: np.ndarray,
        noise: Noise,
        states: np.ndarray,
        outputs: np.ndarray,
        rows: np.ndarray,
    ) -> None:
        """One segment of some trials under the same interventions."""
        config, still = self.config, len(states) - len(inputs)
        p, hold = force.parameters(config, self.p), force.holder(config)
        push = force.push(config, self._span(segment.start, segment.stop, rows))
        parts = ((stand, slice(0, still), inputs[:0]), (run, slice(still, len(states)), inputs))
        for go, here, arriving in parts:
            if here.start < here.stop:
                pushed = None if push is None else push[here]
                go(Stretch(config, p, state, arriving, noise, pushed, hold, states[here], outputs[here]))
                state = states[here.stop - 1]

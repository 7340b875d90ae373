"""A network that runs while a person watches: stepped on demand, its input changed and units silenced as it goes."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import param
from numpy.typing import NDArray

from rnnlab.networks import Network
from rnnlab.simulation import Lesion, Simulator

WINDOW = 240
"""Steps that are kept in sight."""

MOST = 20_000
"""Steps after which it has to be started anew: everything it did is kept."""

MOST_LINES = 40
"""Lines of its script that are shown."""

Floats = NDArray[np.float64]


class Live:
    """One network that goes on when it is told to.

    Attributes:
        simulator: that runs it, and remembers everything.
        input: (n_inputs,) what it is given from the next step on.
        lesioned: units that are silenced now.
        update: how many updates the network had seen.

    Args:
        network: that runs; what it learns afterwards it does not know.
        update: how many updates it has seen.
        seed: of its noise; None runs it without any.
    """

    def __init__(self, network: Network, update: int = 0, seed: int | None = None) -> None:
        self.simulator, self.update, self.seed = Simulator(network, seed=seed), update, seed
        self.input: Floats = np.zeros(network.n_inputs)
        self.lesioned: tuple[int, ...] = ()
        self._lesion: Lesion | None = None
        self._rates: list[Floats] = []
        self._seen: list[tuple[Floats, Floats]] = []
        self._log: list[str | tuple[int, tuple[float, ...]]] = []

    @property
    def full(self) -> bool:
        """Whether it has to be started anew to go on."""
        return self.simulator.n_steps >= MOST

    def advance(self, n_steps: int) -> None:
        """Go on by so many steps, as far as there is room to remember them."""
        given = tuple(self.input.tolist())
        n = min(n_steps, MOST - self.simulator.n_steps)
        for _ in range(n):
            output = self.simulator.step(self.input)[0]
            self._rates.append(self.simulator.rates[0].copy())
            self._seen.append((self.input.copy(), output.copy()))
        self._rates, self._seen = self._rates[-WINDOW:], self._seen[-WINDOW:]
        if n > 0 and self._log and isinstance(self._log[-1], tuple) and self._log[-1][1] == given:
            n += self._log.pop()[0]  # type: ignore[operator]  # a stretch of steps
        if n > 0:
            self._log.append((n, given))

    def silence(self, units: Iterable[int]) -> None:
        """Silence these units from now on, and no others."""
        chosen = tuple(sorted(units))
        if chosen == self.lesioned:
            return
        if self._lesion is not None:
            self.simulator.release(self._lesion)
            self._log.append("live.release(lesion)")
        self._lesion = None
        if chosen:
            self._lesion = self.simulator.apply(Lesion(units=chosen))  # type: ignore[assignment]  # the same kind
            self._log.append(f"lesion = live.apply(rl.simulation.Lesion(units={chosen!r}))")
        self.lesioned = chosen

    @property
    def window(self) -> tuple[Floats, Floats, Floats, Floats]:
        """The last steps: ms after each (step,), rates (step, unit), inputs and outputs (step, channel)."""
        network, n = self.simulator.network, len(self._seen)
        times: Floats = np.arange(self.simulator.n_steps - n + 1, self.simulator.n_steps + 1) * np.float64(network.dt)
        rates: Floats = np.asarray(self._rates, float).reshape(n, network.n_units)
        inputs, outputs = (np.asarray([seen[i] for seen in self._seen], float) for i in (0, 1))
        if not n:
            inputs, outputs = np.zeros((0, network.n_inputs)), np.zeros((0, network.n_outputs))
        return times, rates, inputs, outputs

    def script(self, source: str) -> str:
        """A short Python file that does the same again."""
        seed = "" if self.seed is None else f", seed={self.seed}"
        lines = ["import rnnlab as rl", "", f"run = rl.load({source!r})", f"live = rl.simulation.Simulator(run{seed})"]
        for spoken, group in itertools.groupby(self._log, key=lambda each: isinstance(each, str)):
            said = list(group)
            lines += map(str, said) if spoken else _stretches(said)
        shown = lines if len(lines) <= MOST_LINES else [*lines[:MOST_LINES], f"# {len(lines) - MOST_LINES} lines more"]
        return "\n".join([*shown, "trajectory = live.trajectory()"]) + "\n"


def _stretches(steps: Iterable[Any]) -> list[str]:
    """Lines of a script that makes stretches of steps, each with an input of its own."""
    said = ", ".join(f"({n}, [{', '.join(f'{value:g}' for value in inputs)}])" for n, inputs in steps)
    head = textwrap.wrap(f"for n, inputs in [{said}]:", 110, subsequent_indent=" " * 18, break_long_words=False)
    return [*head, "    for _ in range(n):", "        live.step(inputs)"]


class Running(param.Parameterized):
    """The network of a `rnnlab.session.Session` that runs live."""

    running = param.Number(0.0, doc="Counts what has happened to `live`.")

    network: Network
    network_update: int
    _live: Live | None = None

    @property
    def live(self) -> Live:
        """The network that runs live; begun with the network shown where there is none yet."""
        if self._live is None:
            self._live = Live(self.network, self.network_update)
        return self._live

    def live_again(self, *, noise: bool | None = None) -> None:
        """Begin anew, with the network as it is now; inputs stay as they are, and so does noise unless said."""
        old = self._live
        seed = old.seed if noise is None and old is not None else (0 if noise else None)
        self._live = Live(self.network, self.network_update, seed)
        if old is not None and len(old.input) == len(self._live.input):
            self._live.input = old.input
        self._tell_running()

    def live_step(self, n_steps: int = 1) -> None:
        """Let it go on."""
        self.live.advance(n_steps)
        self._tell_running()

    def live_input(self, values: Sequence[float]) -> None:
        """What it is given from the next step on, (n_inputs,)."""
        self.live.input = np.asarray(values, float)
        self._tell_running()

    def live_silence(self, units: Iterable[int]) -> None:
        """Silence these units from now on; none restores all."""
        self.live.silence(units)
        self._tell_running()

    def _tell_running(self) -> None:
        self.param.update(running=self.running + 1)

    def _run_again(self) -> None:
        """Begin anew where the network shown has other units, inputs or outputs."""
        if self._live is not None:
            mine, shown = self._live.simulator.network, self.network
            if any(getattr(mine, n) != getattr(shown, n) for n in ("n_units", "n_inputs", "n_outputs")):
                self.live_again()

"""What a network is given, changed on its way in: pulses, overrides, noise."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from rnnlab.networks import Cell, Given, LeakyRNN, LeakyVariant, Network
from rnnlab.networks.given import accept_arrays
from rnnlab.simulation.interventions.base import INPUTS, Intervention, Span
from rnnlab.simulation.interventions.chosen import check_count, indices
from rnnlab.spec import quantity


@dataclass(frozen=True, kw_only=True)
class InputEdit(Intervention):
    """Base of the kinds below: some input channels.

    The window is in the time of the inputs: step i of a batch covers [i dt, (i + 1) dt). The network's own baseline,
    rectification and input noise come after.
    """

    rank: ClassVar[int] = INPUTS

    channels: tuple[int, ...] | None = quantity(
        None, low=0, empty="all channels", help="which inputs, counted from 0; nothing: all"
    )

    def check_network(self, network: Network) -> None:
        self._check_values(len(self._columns(network.n_inputs)), network.dt)

    def _check_values(self, n: int, dt: float) -> None:
        """Raise `SpecError` unless the values fit so many channels."""

    def _columns(self, n_inputs: int) -> np.ndarray:
        if self.channels is None:
            return np.arange(n_inputs)
        return indices(self.channels, n_inputs, "input", f"{type(self).__name__}.channels")


@dataclass(frozen=True)
class InputPulse(InputEdit):
    """Something added to inputs.

    Example:
        >>> InputPulse(0.5, channels=(1,), start=500, stop=600).window(n_steps=100, dt=20)
        (25, 30)
    """

    amount: float | tuple[float, ...] = quantity(soft=(-2, 2), step=0.1, help="one for all channels or one each")

    def _check_values(self, n: int, dt: float) -> None:
        check_count(self.amount, n, "channel", "InputPulse.amount")

    def edit_inputs(self, config: Cell, inputs: np.ndarray, first: int, span: Span) -> np.ndarray:
        edited = inputs.copy()
        edited[..., self._columns(inputs.shape[2])] += np.asarray(self.amount, inputs.dtype)
        return edited


@dataclass(frozen=True)
class InputOverride(InputEdit):
    """Inputs replaced: by a number (0 turns them off), or by a matrix with a row for each ``every`` ms from ``start``
    on and a column for each channel. The last row stays until ``stop``.

    Example:
        >>> InputOverride(0.0, start=800) == InputOverride(start=800)
        True
    """

    value: float | Given = field(
        default=0.0, metadata={"soft": (-2.0, 2.0), "step": 0.1, "help": "one number, or a matrix (time, channel)"}
    )
    every: float | None = quantity(
        None, unit="ms", above=0, empty="a time step", help="how long each row holds; nothing: one time step"
    )

    def __post_init__(self) -> None:
        accept_arrays(self)
        super().__post_init__()

    def _check_values(self, n: int, dt: float) -> None:
        if isinstance(self.value, Given):
            self.value.shaped((len(self.value.array), n), "InputOverride.value")

    def edit_inputs(self, config: Cell, inputs: np.ndarray, first: int, span: Span) -> np.ndarray:
        edited, columns = inputs.copy(), self._columns(inputs.shape[2])
        edited[..., columns] = self._values(np.arange(span.start, span.stop) - first, config.dt)
        return edited

    def _values(self, since: np.ndarray, dt: float) -> np.ndarray:
        """(time, 1, channel) in the steps of which so many have gone since the first."""
        if not isinstance(self.value, Given):
            return np.full((1, 1, 1), self.value)
        row = np.floor(since * (dt / (self.every or dt)) + 1e-9).astype(np.intp)
        return self.value.array[np.minimum(row, len(self.value.array) - 1)][:, None, :]


@dataclass(frozen=True)
class InputNoise(InputEdit):
    """Noise on inputs beyond the task's and the network's own.

    Its strength means what `LeakyRNN.input_noise` means: √(2τ/dt) σ in each step (σ itself in cells that have no time
    constant). Which noise depends on ``seed`` and on the simulation's own; give two of them two seeds.
    """

    strength: float | tuple[float, ...] = quantity(
        0.1, low=0, soft=(0, 0.5), step=0.01, help="σ, one for all channels or one each"
    )
    seed: int = quantity(0, low=0, high=2**63 - 1, help="decides the noise, with the simulation's seed")

    def _check_values(self, n: int, dt: float) -> None:
        check_count(self.strength, n, "channel", "InputNoise.strength")

    def edit_inputs(self, config: Cell, inputs: np.ndarray, first: int, span: Span) -> np.ndarray:
        edited, n = inputs.copy(), inputs.shape[2]
        xi = span.normals("extra-input-noise", self.seed, n)
        columns = self._columns(n)
        edited[..., columns] += (xi[..., columns] * self._scale(config)).astype(inputs.dtype)
        return edited

    def _scale(self, config: Cell) -> np.ndarray:
        strength = np.asarray(self.strength)
        if not isinstance(config, LeakyRNN | LeakyVariant):
            return strength
        given = config.input_tau if isinstance(config, LeakyRNN) else None
        tau = float(np.mean(config.tau)) if given is None else given
        return strength * np.sqrt(2.0 * tau / config.dt)

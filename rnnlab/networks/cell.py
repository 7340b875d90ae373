"""`Cell`: what every network description offers.

A cell is a frozen description whose methods are pure functions of arrays: parameters and state in, new state out,
nothing remembered and no argument changed. They take NumPy arrays or torch tensors of any float dtype alike; the
trainer, the simulator and the analyses all run these same functions.

Shapes: a state is (trial, n_states), an input (trial, n_inputs); weights are ``W_in`` (unit, input), ``W_rec``
(to, from), ``W_out`` (output, unit). ``p`` is a mapping of *effective* parameters by name.

Noise comes from whoever loops: ``xi`` (trial, n_noise) and ``xi_input`` (trial, n_inputs) are raw standard normals,
scaled inside; ``None`` means no noise.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal, TypeAlias

import numpy as np

from rnnlab.networks.arrays import Array, repeat_rows, repeated, repeated_eye
from rnnlab.networks.constraints import Rules
from rnnlab.networks.given import Given
from rnnlab.networks.initialisers import AnyVectorInitialiser, Gaussian, Zero, drawn_vector
from rnnlab.spec import Spec, SpecError, quantity
from rnnlab.spec.errors import did_you_mean

Parameters: TypeAlias = Mapping[str, Array]
Pullback: TypeAlias = Callable[[Array], Array]

NEAR = Gaussian(std=0.01, mean=0.1)
"""Where a leaky network that learns its start begins with it."""

LEARNT = ("trained", "places")
"""The starts that an optimiser may change."""


@dataclass(frozen=True)
class Cell(Spec, ABC):
    """Base of all network descriptions. A new one defines the abstract methods; the rest follows."""

    plain_drive: ClassVar[bool] = True
    """Whether units, or their gates, are driven by W_rec r + W_in u + b_rec alone, as penalties on drives take them."""

    recurrent: ClassVar[tuple[str, ...]] = ("W_rec",)
    """Names of the arrays that the recurrent weights are, or that W_rec is made of (`recurrent_matrices`)."""

    inputs_reach_units: ClassVar[bool] = True
    """Whether the rows of W_in belong to units (or to their gates)."""

    groups: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "State at start": ("start", "n_starts", "start_at"),
        "What learns": ("train_biases", "train"),
    }

    n_units: int = quantity(50, low=1, high=20_000, soft=(10, 256), step=1, help="number of recurrent units")
    dt: float = quantity(10.0, unit="ms", above=0, soft=(1, 20), step=1, help="time step")
    start: Literal["trained", "places", "zero", "given", "carried"] = field(
        default="trained",
        kw_only=True,
        metadata={
            "help": (
                "The state x0 before the first input: one trained vector for all trials, or one for each place in the "
                "batch, zero, or ``start_at``. Or carried over: while it trains, each trial starts where the last one "
                "ended, without a gradient between the two; a network that is validated or simulated starts at "
                "``start_at``."
            )
        },
    )
    n_starts: int = quantity(
        128,
        kw_only=True,
        low=1,
        high=65_536,
        soft=(8, 512),
        step=8,
        help=(
            "how many starts are trained where each place in the batch has its own: the training's batch_size; "
            "simulated, trial k has the k-th, and beyond the last they begin again"
        ),
    )
    start_at: AnyVectorInitialiser | None = field(
        default=None,
        kw_only=True,
        metadata={
            "empty": "as usual",
            "help": "the state x0 to begin with; nothing: near 0.1 if it is trained, else zero",
        },
    )
    train_biases: bool = field(
        default=True, kw_only=True, metadata={"help": "Whether the biases b_rec and b_out are learnt too."}
    )
    train: tuple[str, ...] | None = field(
        default=None, kw_only=True, metadata={"empty": "all", "help": "names of the arrays that learn; nothing: all"}
    )

    def check(self) -> None:
        """Arrays named must be there, and the start must be said where it is given."""
        known = self.parameter_shapes(1, 1)
        for i, name in enumerate(self.train or ()):
            if name not in known:
                raise self.refuse(f"train[{i}]", f"there is no array {name!r}", remedy=did_you_mean(name, known))
        if self.start == "given" and self.start_at is None:
            raise self.refuse("start_at", "is missing", remedy="give the state to start in, or another start")
        if self.start == "zero" and self.start_at is not None:
            raise self.refuse("start_at", "the start is zero", remedy="give start='given', or leave it out")

    # -------------------------------------------------------------------------------------------------- what it is

    @property
    def n_states(self) -> int:
        """Numbers that make up one trial's state."""
        return self.n_units

    @property
    def first_value(self) -> int:
        """Where in the state the units' own values begin, those that pushes act on: x, or an LSTM's memories."""
        return 0

    @property
    def n_noise(self) -> int:
        """Standard normals that a noisy `step` takes per trial."""
        return 0

    @property
    def noises(self) -> frozenset[str]:
        """Which noises are not zero: of ``"recurrent"`` (xi of `step`), ``"input"`` (xi_input), ``"output"`` (xi of
        `readout`). Nobody needs to draw the others."""
        return frozenset()

    @property
    def lag(self) -> int:
        """Steps an input waits: state t is made from input t - lag; the first ``lag`` states are the initial one."""
        return 0

    @property
    def unit_signs(self) -> np.ndarray:
        """+1 for excitatory, -1 for inhibitory units, 0 where the sign is free; shape (n_units,)."""
        return np.zeros(self.n_units, dtype=np.int8)

    @property
    @abstractmethod
    def equation(self) -> str:
        """The equations in force, as text, one a line."""

    def at(self, dt: float) -> Cell:
        """The same network at another time step."""
        return self if dt == self.dt else self.replace(dt=dt)

    # -------------------------------------------------------------------------------------------------- parameters

    @abstractmethod
    def parameter_shapes(self, n_inputs: int, n_outputs: int) -> dict[str, tuple[int, ...]]:
        """Name -> shape of every parameter array."""

    @abstractmethod
    def initialise(self, n_inputs: int, n_outputs: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """Raw parameters to start a training from, float64."""

    def start_shape(self, n: int) -> tuple[int, ...]:
        """Shape of x0 with ``n`` numbers a start: one vector, or a row for each place in the batch."""
        return (self.n_starts, n) if self.start == "places" else (n,)

    def drawn_start(self, rng: np.random.Generator, n: int, usual: AnyVectorInitialiser) -> np.ndarray:
        """x0 to begin with: ``start_at``, or else zero, or what is ``usual`` where it is learnt; drawn anew for each
        place that has a start of its own."""
        own = usual if self.start in LEARNT else Zero()
        kind, where = self.start_at or own, f"{type(self).__name__}.start_at"
        if self.start != "places":
            return drawn_vector(kind, rng, n, where)
        if isinstance(kind, Given) and len(kind.array) > 1:
            return kind.shaped((self.n_starts, n), where).copy()
        return np.stack([drawn_vector(kind, rng, n, where) for _ in range(self.n_starts)])

    def effective(self, raw: Parameters) -> dict[str, Array]:
        """Raw parameters -> the ones the network computes with (signs and masks applied). Applying it twice changes
        nothing more."""
        return dict(raw)

    @property
    def projects(self) -> bool:
        """Whether `project` does anything."""
        return False

    def project(self, raw: Parameters) -> dict[str, Array]:
        """Raw parameters as an update left them -> as constraints that act after an update want them."""
        return dict(raw)

    def frozen(self, n_inputs: int, n_outputs: int) -> dict[str, np.ndarray]:
        """Masks, True where an entry of a raw array must stay bit for bit as it is, whatever an optimiser does; by
        name, of those arrays that have any."""
        return {}

    def check_channels(self, n_inputs: int, n_outputs: int) -> None:
        """Raise `SpecError` where the description does not fit that many inputs and outputs."""

    def rules(self, n_inputs: int, n_outputs: int) -> Mapping[str, Rules]:
        """What is asked of matrices, by name: signs, missing connections, entries that do not learn."""
        return {}

    def notes(self, n_inputs: int = 1, n_outputs: int = 1, seed: int = 0) -> tuple[str, ...]:
        """What should be known about the recurrent weights of such a network before training; see `Network.notes`."""
        from rnnlab.networks.network import Network  # which is made of cells

        return Network.initialised(self, n_inputs, n_outputs, seed).notes

    @property
    def trainable(self) -> frozenset[str]:
        """Names of the parameters that an optimiser may change."""
        kept = set() if self.train_biases else {"b_rec", "b_out"}
        kept |= set() if self.start in LEARNT else {"x0"}
        names = frozenset(self.parameter_shapes(1, 1)) - kept
        return names if self.train is None else names & frozenset(self.train)

    def recurrent_matrices(self, p: Parameters) -> dict[str, Array]:
        """The square recurrent matrices by name, (n_units, n_units) each: one, or one per gate."""
        return {"W_rec": p["W_rec"]}

    def matrix(self, p: Parameters, name: str) -> Array | None:
        """``W_rec``, ``W_in`` or ``W_out`` as the network computes with it, for whoever changes some of its entries and
        gives it back in ``p``; None where there is none. A cell that makes it of other arrays goes by the one in ``p``
        wherever there is one."""
        return p.get(name)

    def silenced(self, p: Parameters, kept: Array) -> dict[str, Array]:
        """Parameters of a network whose units send nothing where ``kept`` (n_units,) is False: a lesion's."""
        return dict(p) | {"W_rec": p["W_rec"] * kept, "W_out": p["W_out"] * kept}

    # ----------------------------------------------------------------------------------------------------- dynamics

    def initial_state(self, p: Parameters, n_trials: int) -> Array:
        """The state before the first input, (n_trials, n_states); of starts for each place, the rows by turns."""
        return repeat_rows(p["x0"], n_trials)

    @abstractmethod
    def step(
        self, p: Parameters, state: Array, u: Array, xi: Array | None = None, xi_input: Array | None = None
    ) -> Array:
        """One time step: the state after input ``u``."""

    @abstractmethod
    def rates(self, p: Parameters, state: Array) -> Array:
        """What the units send, (..., n_units), of states (..., n_states)."""

    def outputs(self, p: Parameters, rates: Array, xi: Array | None = None) -> Array:
        """What is read out of rates (..., n_units): (..., n_outputs)."""
        return rates @ p["W_out"].T + p["b_out"]

    def readout(self, p: Parameters, state: Array, xi: Array | None = None) -> Array:
        """The outputs, (trial, n_outputs). ``xi`` (trial, n_units) is the output noise's standard normals."""
        return self.outputs(p, self.rates(p, state), xi)

    # ------------------------------------------------------------------------------------------------- linearisation

    def jacobian(self, p: Parameters, state: Array, u: Array) -> Array:
        """d `step` / d state without noise, analytic: [k, i, j] = d new_i / d old_j, (trial, n_states, n_states).

        Row i is the i-th unit vector pulled back; a cell that can do better overrides this.
        """
        k, n = state.shape
        pullback = self.linearise(p, repeated(state, n), repeated(u, n))[1]
        return pullback(repeated_eye(state)).reshape(k, n, n)

    @abstractmethod
    def linearise(self, p: Parameters, state: Array, u: Array) -> tuple[Array, Pullback]:
        """`step` without noise, and the function v -> v^T J (both (trial, n_states)) at ``state``.

        Neither builds the Jacobian: the pair costs two products with the recurrent matrix.
        """

    def vjp(self, p: Parameters, state: Array, u: Array, v: Array) -> Array:
        """v^T J, (trial, n_states). The gradient of |F(x) - x|^2 / 2 is ``vjp(F(x) - x) - (F(x) - x)``."""
        return self.linearise(p, state, u)[1](v)


def counts_steps(cell: Cell, dt: float, kind: str) -> SpecError:
    """The error of a cell without a time constant that is asked for another time step."""
    problem = f"{kind} has no time constant; made for steps of {cell.dt:g} ms it cannot run at {dt:g} ms"
    return cell.refuse("dt", problem, remedy=f"use dt={cell.dt:g}")

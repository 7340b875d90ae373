"""`Network`: a description together with its weights, wherever they came from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np

from rnnlab.networks.arrays import Array
from rnnlab.networks.cell import Cell, Pullback
from rnnlab.networks.describe import network_html, network_text
from rnnlab.networks.given import Given
from rnnlab.networks.leaky import LeakyRNN
from rnnlab.networks.notes import recurrent_notes
from rnnlab.spec import Live
from rnnlab.spec.errors import SpecError, did_you_mean, with_article


@dataclass(frozen=True, repr=False, eq=False)
class Network:
    """A cell and its effective parameters, as float64 NumPy arrays that nobody can change.

    Attributes:
        config: the description (`LeakyRNN`, `LSTM` ...).
        parameters: name -> effective array; given raw or of another dtype they are copied, never aliased.
        name: shown in titles.

    Raises:
        ValueError: an array is missing, unknown, not finite, of the wrong shape, or breaks the config's constraints.
    """

    config: Cell
    parameters: Mapping[str, np.ndarray] = field(default_factory=dict)
    name: str = ""

    def __post_init__(self) -> None:
        arrays = {name: _frozen_array(name, value) for name, value in self.parameters.items()}
        order = _check_shapes(self.config, arrays)
        _check_constraints(self.config, arrays)
        object.__setattr__(self, "parameters", {name: arrays[name] for name in order})

    @classmethod
    def initialised(
        cls, config: Cell, n_inputs: int, n_outputs: int, rng: np.random.Generator | int = 0, name: str = ""
    ) -> Self:
        """An untrained network. ``rng`` is a generator or the seed of one."""
        raw = config.initialise(n_inputs, n_outputs, np.random.default_rng(rng))
        return cls(config, config.effective(raw), name)

    @property
    def n_units(self) -> int:
        return self.config.n_units

    @property
    def n_states(self) -> int:
        return self.config.n_states

    @property
    def n_inputs(self) -> int:
        return self.parameters["W_in"].shape[1]

    @property
    def n_outputs(self) -> int:
        return self.parameters["W_out"].shape[0]

    @property
    def dt(self) -> float:
        """Time step, ms."""
        return self.config.dt

    @property
    def equation(self) -> str:
        return self.config.equation

    @property
    def unit_signs(self) -> np.ndarray:
        """+1, -1 or 0 (free) for each unit."""
        return self.config.unit_signs

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What should be known about the recurrent weights: unbalanced signs, units that nothing leads to and back."""
        matrices = self.config.recurrent_matrices(self.parameters)
        found = {name: recurrent_notes(W, self.unit_signs) for name, W in matrices.items()}
        plain = len(matrices) == 1
        return tuple(text if plain else f"{name}: {text}" for name, texts in found.items() for text in texts)

    @property
    def citable(self) -> bool:
        """Whether it has a digest: its cell is not Python code."""
        return not isinstance(self.config, Live)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the description and every array, in hexadecimal; the name does not count.

        Raises:
            NotCitableError: the cell is Python code.
        """
        return self._hashed(self.config.digest)

    @cached_property
    def _identity(self) -> tuple[Cell | None, str]:
        """What makes networks equal: all of it as a digest, or where the cell is Python code that and the arrays'."""
        return (None, self.digest) if self.citable else (self.config, self._hashed(""))

    def _hashed(self, first: str) -> str:
        sha = hashlib.sha256(first.encode())
        for name in sorted(self.parameters):
            array = self.parameters[name]
            sha.update(f"{name}{array.shape}".encode() + array.astype("<f8").tobytes())
        return sha.hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Network) and self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)

    def __repr__(self) -> str:
        return network_text(self)

    def _repr_html_(self) -> str:
        return network_html(self)

    def as_start(self) -> LeakyRNN:
        """The description of a network that starts training from these weights, whatever the seed.

        Raises:
            ValueError: the cell's description has no place for given weights.
        """
        config, p = self.config, self.parameters
        if not isinstance(config, LeakyRNN):
            kind = with_article(type(config).__name__)
            raise ValueError(f"as_start: {kind} cannot be given its weights; give a leaky network")
        changes: dict[str, Any] = {"bias_rec": Given.of(p["b_rec"])}
        changes |= {"bias_out": Given.of(p["b_out"])} if self.n_outputs else {}
        changes |= {} if config.start == "zero" else {"start_at": Given.of(p["x0"])}
        for name in ("in", "rec", "out"):
            if p[f"W_{name}"].size:
                changes[f"weights_{name}__initial"] = Given.of(p[f"W_{name}"])
        return config.replace(**changes)

    def to_psychrnn(self, path: str | Path) -> Path:
        """Write the weights under PsychRNN's names; see `rnnlab.networks.psychrnn.to_psychrnn`."""
        from rnnlab.networks.psychrnn import to_psychrnn  # which is made of networks

        return to_psychrnn(self, path)

    # ------------------------------------------------------------- the cell's functions at these parameters

    def initial_state(self, n_trials: int) -> np.ndarray:
        """(n_trials, n_states)."""
        return self.config.initial_state(self.parameters, n_trials)

    def step(self, state: Array, u: Array, xi: Array | None = None, xi_input: Array | None = None) -> Array:
        """The state after one input; see `Cell.step`."""
        return self.config.step(self.parameters, state, u, xi, xi_input)

    def rates(self, state: Array) -> Array:
        """What the units send, (trial, n_units)."""
        return self.config.rates(self.parameters, state)

    def readout(self, state: Array, xi: Array | None = None) -> Array:
        """The outputs, (trial, n_outputs)."""
        return self.config.readout(self.parameters, state, xi)

    def jacobian(self, state: Array, u: Array) -> Array:
        """Of the one-step map, (trial, n_states, n_states)."""
        return self.config.jacobian(self.parameters, state, u)

    def linearise(self, state: Array, u: Array) -> tuple[Array, Pullback]:
        """One step and its pullback; see `Cell.linearise`."""
        return self.config.linearise(self.parameters, state, u)

    def vjp(self, state: Array, u: Array, v: Array) -> Array:
        """v^T J, (trial, n_states)."""
        return self.config.vjp(self.parameters, state, u, v)


def as_network(source: Any) -> Network:
    """The `Network` of anything that is one or has one (a run, a trajectory).

    Raises:
        ValueError: ``source`` has no weights, as a description has not.
    """
    network = source if isinstance(source, Network) else getattr(source, "network", None)
    if isinstance(network, Network):
        return network
    kind = type(source).__name__
    raise ValueError(
        f"source: {kind} has no weights; give a Network or a Run "
        "(train an Experiment first, or make an untrained one with Network.initialised)"
    )


def from_arrays(
    *,
    W_rec: Any = None,
    W_in: Any = None,
    W_out: Any = None,
    b_rec: Any = None,
    b_out: Any = None,
    x0: Any = None,
    name: str = "",
    **config: Any,
) -> Network:
    """A leaky network made from given weights, usable wherever a run is.

    Args:
        W_rec: recurrent weights (to, from). Required; the default only lets a misspelt argument be named first.
        W_in: input weights (unit, input); left out, the network has no inputs.
        W_out: read-out weights (output, unit); left out, it has no outputs.
        b_rec, b_out: biases; left out, zero.
        x0: state before the first input; left out, zero. With ``start="places"`` several (start, unit), and required.
        name: shown in titles.
        config: fields of `LeakyRNN`: ``form``, ``nonlinearity``, ``dt``, ``tau`` ...; ``noise`` is 0 unless given.

    Raises:
        ValueError: an array's shape does not fit; the message names it, its shape and the one wanted. Or there is no
            argument of a name given; the message names the closest that there is.

    Example:
        >>> import numpy as np
        >>> from_arrays(nonlinearity="tanh", dt=10, tau=100, W_rec=2 * np.eye(3), W_out=np.ones((1, 3))).n_outputs
        1
    """
    _check_names(config)
    if W_rec is None:
        raise ValueError("W_rec: is missing; give the recurrent weights (unit, unit)")
    W_rec = _number_array("W_rec", W_rec)
    if W_rec.ndim != 2 or W_rec.shape[0] != W_rec.shape[1] or not W_rec.size:
        raise ValueError(f"W_rec: has shape {W_rec.shape}, wanted (unit, unit)")
    n = len(W_rec)
    W_in = np.zeros((n, 0)) if W_in is None else _number_array("W_in", W_in)
    W_out = np.zeros((0, n)) if W_out is None else _number_array("W_out", W_out)
    if config.get("start") == "places" and x0 is None:
        remedy = "give x0 of shape (start, unit), or leave start out"
        raise SpecError("x0", 'is missing, and start="places" has a state for each place in the batch', remedy=remedy)
    defaults = {"n_units": n, "noise": 0.0, "start": "zero" if x0 is None else "trained"}
    if config.get("start") == "places" and np.ndim(x0) == 2:
        defaults["n_starts"] = len(x0)
    n_outputs = W_out.shape[0] if W_out.ndim else 0
    parameters = {
        "W_in": W_in,
        "W_rec": W_rec,
        "W_out": W_out,
        "b_rec": np.zeros(n) if b_rec is None else b_rec,
        "b_out": np.zeros(n_outputs) if b_out is None else b_out,
        "x0": np.zeros(n) if x0 is None else x0,
    }
    return Network(LeakyRNN(**(defaults | config)), parameters, name)


def _check_names(config: Mapping[str, Any]) -> None:
    arrays = set(LeakyRNN().parameter_shapes(0, 0))
    known = {f.name for f in fields(LeakyRNN)}
    for name in sorted(config.keys() - known):
        raise ValueError(f"{name}: from_arrays has no such argument; {did_you_mean(name, known | arrays | {'name'})}")


def _number_array(name: str, value: Any) -> np.ndarray:
    try:
        return np.array(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"{name}: not an array of numbers: {type(value).__name__}") from None


def _frozen_array(name: str, value: Any) -> np.ndarray:
    array = np.ascontiguousarray(_number_array(name, value)).reshape(np.shape(value))
    if not np.isfinite(array).all():
        raise ValueError(f"{name}: {int((~np.isfinite(array)).sum())} of {array.size} values are not finite")
    array.flags.writeable = False
    return array


def _check_shapes(config: Cell, arrays: Mapping[str, np.ndarray]) -> dict[str, tuple[int, ...]]:
    """The shapes that there must be, in order; ValueError where others are."""
    n_inputs = arrays["W_in"].shape[-1] if "W_in" in arrays and arrays["W_in"].ndim else 0
    n_outputs = len(arrays["W_out"]) if "W_out" in arrays and arrays["W_out"].ndim else 0
    wanted = config.parameter_shapes(n_inputs, n_outputs)
    for name in [*wanted, *arrays]:
        if name not in arrays:
            raise ValueError(f"{name}: is missing; {with_article(type(config).__name__)} has {', '.join(wanted)}")
        if name not in wanted:
            raise ValueError(f"{name}: unknown; {with_article(type(config).__name__)} has {', '.join(wanted)}")
        if arrays[name].shape != wanted[name]:
            raise ValueError(f"{name}: has shape {arrays[name].shape}, wanted {wanted[name]}")
    return wanted


def _check_constraints(config: Cell, arrays: Mapping[str, np.ndarray]) -> None:
    effective = config.effective(arrays)
    for name, array in arrays.items():
        wrong = int((effective[name] != array).sum())
        if wrong:
            raise ValueError(
                f"{name}: {wrong} of {array.size} values break the description's constraints (signs, connections, "
                "fixed weights, ranges); "
                "give effective weights, config.effective(raw)"
            )

"""`CodeCell`: a network whose equation is Python code of yours. It trains like any other, but cannot be cited."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from rnnlab.networks.arrays import Array, namespace
from rnnlab.networks.cell import NEAR, Cell, Parameters, Pullback
from rnnlab.networks.initialisers import glorot_normal
from rnnlab.networks.scaling import scale_to_radius
from rnnlab.networks.variant import gaussian
from rnnlab.spec import Live, check_arguments
from rnnlab.spec.codec import encode

REQUIRED = ("W_in", "W_out", "b_out", "x0")
"""Arrays that every network has: `Network`, the read-out and the start rely on them."""

RADIUS = 1.1
"""Spectral radius that W_rec starts with where a cell does not say how it starts."""

STEP = 6e-6
"""Relative step of central differences: about the cube root of the precision of float64."""


@dataclass(frozen=True)
class CodeCell(Cell, Live):
    """Base of networks that are Python code: a subclass with `step` is one.

    `step` gets NumPy arrays from the simulator and the analyses, torch tensors from the trainer, so it says what it
    does in operators, or with functions that take both, as ``rnnlab.networks.Tanh()`` does. Its gradient is torch's,
    its Jacobian torch's or central differences. Subclasses may define besides:

    - `initialise`, the arrays; else they are those of a leaky network (W_in, W_rec, W_out, b_rec, b_out, x0);
    - `rates`, what units send; else the first ``n_units`` numbers of the state;
    - `n_states`, where a state is more than one number a unit;
    - ``noises = frozenset({"recurrent"})``, to be given standard normals ``xi`` (trial, n_units);
    - `silenced`, what a lesion is; else columns of W_rec and W_out at zero;
    - fields (numbers, words, kinds of this package) by being a frozen dataclass. Their class's docstring is the
      equation that is shown.

    It has no JSON, digest or script: asking for one raises `rnnlab.spec.NotCitableError`. A run of it keeps arrays and
    names; hand the cell over again to go on: ``rl.load(path, network=cell)``, ``rl.resume(path, network=cell)``.

    Attributes:
        name: the class's, unless there is a field of that name.

    Example:
        >>> class Decay(CodeCell):
        ...     def step(self, p, state, u, xi=None, xi_input=None):
        ...         return 0.9 * state + 0.1 * (state @ p["W_rec"].T + u @ p["W_in"].T)
        >>> Decay(n_units=8).name
        'Decay'
    """

    plain_drive: ClassVar[bool] = False
    remedy: ClassVar[str] = "write it with a cell of rnnlab.networks to share it, or share the code beside the result"

    def __post_init__(self) -> None:
        if not any(field.name == "name" for field in fields(self)):
            object.__setattr__(self, "name", type(self).__name__)
        super().__post_init__()

    def check(self) -> None:
        """The arrays that every network has must be there, in the shape that it needs, and `step` must make states."""
        n_inputs, n_outputs = 3, 2
        raw = self.initialise(n_inputs, n_outputs, np.random.default_rng(0))
        found = {name: np.shape(array) for name, array in raw.items()}
        for name in REQUIRED:
            if name not in found:
                raise self.refuse("initialise", f"there is no array {name}", remedy="let initialise return it")
        wanted = {"W_out": (n_outputs, self.n_units), "b_out": (n_outputs,), "x0": self.start_shape(self.n_states)}
        wanted["W_in"] = (*found["W_in"][:1], n_inputs)
        for name, shape in wanted.items():
            if found[name] != shape:
                problem = f"for {n_inputs} inputs and {n_outputs} outputs {name} has shape {found[name]}"
                raise self.refuse("initialise", problem, remedy=f"give {shape}")
        super().check()
        check_arguments(self.step, ("p", "state", "u", "xi", "xi_input"), f"{type(self).__name__}.step")
        self._try_step(self.effective(raw), n_inputs)

    def _try_step(self, p: Parameters, n_inputs: int) -> None:
        """One step of two trials, as the simulator makes it."""
        state = self.initial_state(p, 2)
        try:
            new = self.step(p, state, np.zeros((2, n_inputs)), None, None)
        except Exception as error:
            remedy = (
                "it gets NumPy arrays here and torch tensors in training: write it with operators, or functions of both"
            )
            raise self.refuse("step", f"{type(error).__name__}: {error}", remedy=remedy) from error
        if np.shape(new) != state.shape:
            raise self.refuse(
                "step", f"makes {np.shape(new)} of states {state.shape}", remedy="return (trial, n_states)"
            )

    @property
    def n_noise(self) -> int:
        return self.n_units if "recurrent" in self.noises else 0

    @property
    def equation(self) -> str:
        """The docstring of the class."""
        text = inspect.cleandoc(type(self).__dict__.get("__doc__") or "")
        made_by_dataclass = text.startswith(f"{type(self).__name__}(")
        return text if text and not made_by_dataclass else f"{self.name}: Python code"

    # -------------------------------------------------------------------------------------------------- parameters

    def parameter_shapes(self, n_inputs: int, n_outputs: int) -> dict[str, tuple[int, ...]]:
        """Those of the arrays that `initialise` gives."""
        key = n_inputs, n_outputs
        if key not in self._shapes:
            made = self.initialise(n_inputs, n_outputs, np.random.default_rng(0))
            self._shapes[key] = {name: np.shape(array) for name, array in made.items()}
        return dict(self._shapes[key])

    @cached_property
    def _shapes(self) -> dict[tuple[int, int], dict[str, tuple[int, ...]]]:
        return {}

    def initialise(self, n_inputs: int, n_outputs: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """Raw parameters to start a training from: here Gaussian recurrence, Glorot inputs and outputs, no biases."""
        n = self.n_units
        W = gaussian(rng, n, n)
        return {
            "W_in": glorot_normal(rng, n, n_inputs),
            "W_rec": scale_to_radius(W, W, RADIUS),
            "W_out": glorot_normal(rng, n_outputs, n),
            "b_rec": np.zeros(n),
            "b_out": np.zeros(n_outputs),
            "x0": self.drawn_start(rng, self.n_states, NEAR),
        }

    def recurrent_matrices(self, p: Parameters) -> dict[str, Array]:
        """``W_rec``, where it is there and square."""
        square = "W_rec" in p and tuple(p["W_rec"].shape) == (self.n_units, self.n_units)
        return {"W_rec": p["W_rec"]} if square else {}

    def silenced(self, p: Parameters, kept: Array) -> dict[str, Array]:
        return dict(p) | {name: p[name] * kept for name in ("W_rec", "W_out") if name in p}

    # ----------------------------------------------------------------------------------------------------- dynamics

    def rates(self, p: Parameters, state: Array) -> Array:
        """What the units send: here the first ``n_units`` numbers of the state."""
        return state[..., : self.n_units]

    # ------------------------------------------------------------------------------------------------- linearisation

    def jacobian(self, p: Parameters, state: Array, u: Array) -> Array:
        """Exact for torch tensors, by central differences for NumPy arrays."""
        if namespace(state) is not np:
            return super().jacobian(p, state, u)
        return np.stack(list(self._slopes(p, state, u)), axis=-1)

    def linearise(self, p: Parameters, state: Array, u: Array) -> tuple[Array, Pullback]:
        """`step` without noise and v -> v^T J, exact for torch tensors, by central differences for NumPy arrays."""
        if namespace(state) is not np:
            return self._linearised_by_torch(p, state, u)

        def pullback(v: Array) -> Array:
            return np.stack([(v * slope).sum(axis=1) for slope in self._slopes(p, state, u)], axis=-1)

        return self.step(p, state, u), pullback

    def _slopes(self, p: Parameters, state: np.ndarray, u: np.ndarray) -> Iterator[np.ndarray]:
        """d `step` / d each number of the state in turn, (trial, n_states), in float64 on the way."""
        exact = state.astype(np.float64)
        for j in range(exact.shape[1]):
            high, low = exact.copy(), exact.copy()
            width = STEP * np.maximum(1.0, abs(exact[:, j]))
            high[:, j] += width
            low[:, j] -= width
            difference = self.step(p, high, u) - self.step(p, low, u)
            yield (difference / (high[:, j] - low[:, j])[:, None]).astype(state.dtype)

    def _linearised_by_torch(self, p: Parameters, state: Array, u: Array) -> tuple[Array, Pullback]:
        torch = namespace(state)
        wanted = torch.is_grad_enabled()
        with torch.enable_grad():
            start = state if state.requires_grad else state.detach().requires_grad_()
            new = self.step(p, start, u)

        def pullback(v: Array) -> Array:
            return torch.autograd.grad(
                new, start, v, retain_graph=True, create_graph=wanted, allow_unused=True, materialize_grads=True
            )[0]

        return (new if wanted else new.detach()), pullback

    # ------------------------------------------------------------------------------------------------- what is kept

    def kept(self, n_inputs: int, n_outputs: int) -> dict[str, Any]:
        """What a run's folder keeps of it: names and shapes, no code."""
        return {
            "name": self.name,
            "equation": self.equation,
            "n_units": self.n_units,
            "n_states": self.n_states,
            "settings": {field.name: _written(getattr(self, field.name)) for field in fields(self)},
            "arrays": {name: list(shape) for name, shape in self.parameter_shapes(n_inputs, n_outputs).items()},
        }


def _written(value: Any) -> Any:
    """A setting as plain data; of what cannot be written, its kind."""
    try:
        return json.loads(json.dumps(encode(value), allow_nan=False))
    except (TypeError, ValueError):
        return f"<{type(value).__name__}>"

"""`Learner`: a network's parameters, its optimiser, and one update at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from functools import partial
from math import isfinite
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rnnlab.networks import AnyNetwork, Linear
from rnnlab.runs import Training
from rnnlab.training.bptt import LeakyEngine
from rnnlab.training.carry import CarryingEngine
from rnnlab.training.devices import device_of
from rnnlab.training.engine import engine_for
from rnnlab.training.flat import FlatParameters, differentiate
from rnnlab.training.losses import judge_squares, loss_function, masked_squared_error
from rnnlab.training.noise import Noise
from rnnlab.training.optimiser import clip, optimiser_for
from rnnlab.training.penalties import Penalties
from rnnlab.training.trials import Trials


@dataclass(frozen=True)
class Step:
    """What one update found. ``failed`` names what was not finite, in which case nothing was updated; or
    ``not_finite`` does, where the update is done in another way."""

    loss: float
    gradient_norm: float
    penalty: float = 0.0
    failed: str | None = None
    penalties: tuple[float, ...] = ()
    not_finite: str = ""


HUGE = 1e10
"""Norm from which on a gradient is as bad as none, by pycog's rule."""

SHRINK = 0.02
"""Share of the recurrent weights that this rule takes for their gradient."""


class Learner:
    """Learns from the trials it is given; knows neither tasks nor files."""

    def __init__(self, network: AnyNetwork, training: Training, n_inputs: int, n_outputs: int) -> None:
        self._channels = n_inputs, n_outputs
        self._build(network, training)

    def _build(self, network: AnyNetwork, training: Training) -> None:
        n_inputs, n_outputs = self._channels
        self.network = network
        self.training = training
        self.dtype = torch.float64 if training.dtype == "float64" else torch.float32
        self.device = device_of(training)
        shapes = network.parameter_shapes(n_inputs, n_outputs)
        self.parameters = FlatParameters(shapes, network.trainable, self.dtype, self.device)
        self.optimiser = optimiser_for(training.optimiser, self.parameters)
        self.loss = loss_function(training.loss, network)
        sums = isinstance(getattr(network, "output_nonlinearity", None), Linear)
        self._descends = sums and self.loss is masked_squared_error
        self._frozen = self._positions(network.frozen(n_inputs, n_outputs))
        self._penalties = Penalties(network, training.penalties, training.protect_task) if training.penalties else None
        engine = engine_for(network, training.engine)
        self._carry = CarryingEngine(engine) if network.start == "carried" else None
        self._engine = self._carry or engine

    def _positions(self, masks: Mapping[str, NDArray]) -> Tensor | None:
        """Where in the vector of all parameters those entries are for which a mask holds."""
        if not masks:
            return None
        everywhere = {name: np.zeros(shape, dtype=bool) for name, shape in self.parameters.shapes.items()} | dict(masks)
        chosen = np.concatenate([everywhere[name].reshape(-1) for name in self.parameters.shapes])
        return torch.from_numpy(np.flatnonzero(chosen)).to(self.device)

    def adopt(self, network: AnyNetwork, training: Training, *, afresh: bool) -> None:
        """Go on with another network of the same shapes, or another training.

        Args:
            network, training: what they are from now on.
            afresh: whether the optimiser forgets what it has seen.
        """
        if network == self.network and training.replace(**_used_as_it_is(self.training)) == self.training:
            self.training = training
            return
        state, count = self.state(), 0 if afresh else self.optimiser.count
        if afresh:
            state = {name: group for name, group in state.items() if name in ("parameters", "carried")}
        self._build(network, training)
        self.restore(state, count)

    # --------------------------------------------------------------------------------------------------- learning

    def learn(
        self, trials: Trials, noise: Noise | None, pace: float = 1.0, found: tuple[float, ...] | None = None
    ) -> Step:
        """One update from one batch, the learning rate multiplied by ``pace``.

        ``found`` is what `backward` gave, where its gradient is there already.
        """
        carried = self.carried
        loss, penalty, *each = self.backward(trials, noise) if found is None else found
        norm, failed = self._judged(loss, penalty)
        if failed is not None:
            step = Step(loss, norm, penalty, failed, tuple(each))
            return step if self.training.not_finite == "stop" else self._without_gradient(step, pace, carried)
        clip(self.parameters, norm, self.training.gradient_clip, self.training.clip)
        self._move(pace)
        return Step(loss, norm, penalty, penalties=tuple(each))

    def _judged(self, loss: float, penalty: float) -> tuple[float, str | None]:
        """The norm of the gradient, and what is not finite, if anything is."""
        if not isfinite(loss + penalty):
            return float("nan"), "penalties" if isfinite(loss) else "loss"
        norm = float(torch.linalg.vector_norm(self.parameters.gradient))
        if not isfinite(norm):
            return norm, f"gradient of {self.parameters.first_non_finite() or 'all parameters'}"
        too_large = norm > HUGE and self.training.not_finite == "shrink"
        return norm, f"gradient (its norm is {norm:.2g})" if too_large else None

    def _without_gradient(self, found: Step, pace: float, carried: Tensor | None) -> Step:
        """An update without a gradient to go by. Trials go on from where they did the last time."""
        self.carried = carried
        if self.training.not_finite == "shrink":
            self._shrink()
            self._move(pace)
        else:
            self.optimiser.count += 1  # of the updates, from which a resume knows it
        numbers = [x if isfinite(x) else float("nan") for x in (found.loss, found.penalty, *found.penalties)]
        return Step(numbers[0], float("nan"), numbers[1], None, tuple(numbers[2:]), found.failed or "")

    def _shrink(self) -> None:
        """Take a share of the recurrent weights for their gradient, and nothing for that of the rest."""
        self.parameters.gradient.zero_()
        for name in self.network.recurrent:
            array = self.parameters.raw.get(name)
            if array is not None and array.grad is not None:
                torch.mul(array.detach(), SHRINK, out=array.grad)

    def _move(self, pace: float) -> None:
        """One step of the optimiser against the gradient that is there."""
        with self._constrained():
            self.optimiser.step(self.parameters.gradient, self.training.learning_rate * pace)

    @contextmanager
    def _constrained(self) -> Iterator[None]:
        """Around an optimiser's step: frozen entries stay, and constraints that act after an update do so."""
        values, raw, frozen = self.parameters.values, self.parameters.raw, self._frozen
        with torch.no_grad():
            held = None if frozen is None else values[frozen]
            yield
            if frozen is not None and held is not None:
                values.index_copy_(0, frozen, held)
            if self.network.projects:
                for name, array in self.network.project(raw).items():
                    if array is not raw[name]:
                        raw[name].copy_(array)

    def backward(self, trials: Trials, noise: Noise | None) -> tuple[float, ...]:
        """The loss on a batch, what penalties add to it, and what each of them does; the gradient of it all is left in
        ``parameters.gradient``."""
        self.parameters.gradient.zero_()
        if self._penalties is not None:
            return self._penalties.backward(self._engine, self.parameters, trials, noise, self.loss)
        p = self.network.effective(self.parameters.raw)
        if isinstance(self._engine, LeakyEngine) and self._descends:
            judge = partial(judge_squares, trials.targets, trials.mask)
            return self._engine.descend(p, trials.inputs, noise, judge), 0.0
        outputs = self._engine.outputs(p, trials.inputs, noise)
        loss = self.loss(outputs, trials.targets, trials.mask)
        differentiate(loss)
        return loss.item(), 0.0

    @property
    def joins(self) -> bool:
        """Whether its gradient can be found in one pass with those of others: see `rnnlab.training.company`."""
        return self._penalties is None and isinstance(self._engine, LeakyEngine)

    @torch.no_grad()
    def survey(self, trials: Trials, noise: Noise | None) -> tuple[NDArray, Tensor]:
        """What the network says, (trial, time, output), and its rates (time, trial, unit), good until its next run."""
        p = self.network.effective(self.parameters.raw)
        outputs, rates = self._engine.survey(p, trials.inputs, noise)
        return np.ascontiguousarray(outputs.permute(2, 1, 0).cpu().numpy()), rates

    def at(self, network: AnyNetwork) -> Learner:
        """The same parameters, now and later, in another network that has the same ones."""
        other = copy(self)
        other.network, other._engine = network, engine_for(network, self.training.engine)
        return other

    # ------------------------------------------------------------------------------------------------------ state

    def effective(self, values: Tensor | None = None) -> dict[str, NDArray[np.float64]]:
        """The parameters the network computes with, as float64 copies; those of another vector where one is given."""
        raw = self.parameters.to_arrays(self.parameters.values if values is None else values)
        return self.network.effective({name: a.astype(np.float64) for name, a in raw.items()})

    def initialise(self, raw: Mapping[str, NDArray]) -> None:
        """Start from given raw parameters."""
        self.parameters.load(self.parameters.values, raw)

    def state(self) -> dict[str, dict[str, NDArray]]:
        """Copies of everything that the next update depends on, in named groups of named arrays."""
        vectors = {"parameters": self.parameters.values, **self.optimiser.vectors}
        groups = {name: self.parameters.to_arrays(vector) for name, vector in vectors.items()}
        return groups if self.carried is None else groups | {"carried": {"states": self.carried.cpu().numpy().copy()}}

    def restore(self, state: Mapping[str, Mapping[str, NDArray]], count: int) -> None:
        """Go back to a `state` that was taken when the optimiser had done ``count`` steps."""
        self.parameters.load(self.parameters.values, state["parameters"])
        for name, vector in self.optimiser.vectors.items():
            if name in state:  # otherwise an optimiser of this kind is about to begin
                self.parameters.load(vector, state[name])
        self.optimiser.count = count
        carried = state.get("carried")
        self.carried = None if carried is None else torch.tensor(carried["states"], device=self.device)

    @property
    def carried(self) -> Tensor | None:
        """Where the next trials start, (trial, n_states), if states are carried over and there are some."""
        return None if self._carry is None else self._carry.states

    @carried.setter
    def carried(self, states: Tensor | None) -> None:
        if self._carry is not None:
            self._carry.states = states


def _used_as_it_is(training: Training) -> dict[str, Any]:
    """Fields that nothing was built from, and so may change from one update to the next."""
    names = ("learning_rate", "gradient_clip", "clip", "not_finite", "noise", "schedule", "noise_schedule")
    return {name: getattr(training, name) for name in names}

"""The gradient of a loss together with its penalties."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from rnnlab.networks import AnyNetwork
from rnnlab.runs import penalties as kinds
from rnnlab.training.engine import Engine, Passage
from rnnlab.training.flat import FlatParameters, differentiate
from rnnlab.training.losses import LossFunction
from rnnlab.training.noise import Noise
from rnnlab.training.penalties import population, rates, vanishing, weights
from rnnlab.training.penalties.seen import Seen
from rnnlab.training.trials import Trials


class Penalties:
    """What a training adds to its loss.

    Args:
        network: what is trained.
        wanted: the penalties, each with its weight.
        protect: whether the part of their gradient that opposes the loss's is left out.
    """

    def __init__(self, network: AnyNetwork, wanted: tuple[kinds.AnyPenalty, ...], protect: bool) -> None:
        self._network = network
        self._wanted = wanted
        self._plain = [penalty for penalty in wanted if not isinstance(penalty, kinds.VanishingGradient)]
        self._omegas = [penalty for penalty in wanted if isinstance(penalty, kinds.VanishingGradient)]
        self._protect = protect

    def backward(
        self, engine: Engine, parameters: FlatParameters, trials: Trials, noise: Noise | None, loss: LossFunction
    ) -> tuple[float, ...]:
        """Leave the gradient of both in ``parameters.gradient``; returns the loss, the sum of what is added to it, and
        what each penalty adds.

        One pass back does for both, unless a penalty needs the loss's own gradient.
        """
        network = self._network
        p = network.effective(parameters.raw)
        passage = engine.passage(p, trials.inputs, noise)
        value = loss(passage.outputs, trials.targets, trials.mask)
        p = p if "W_rec" in network.recurrent else {**p, **network.recurrent_matrices(p)}
        seen = Seen(
            network, p, trials.inputs, passage.outputs, trials.targets, passage.rates, passage.states, trials.lengths
        )
        terms = [penalty.weight * penalty_value(penalty, seen) for penalty in self._plain]
        added = value.new_zeros(()) + sum(terms)
        if not self._omegas and not self._protect:
            differentiate(value + added)
            return value.item(), added.item(), *self._in_order(terms, [])
        differentiate(value, again=True)
        task = parameters.gradient.clone()
        omegas = self._omega(passage, seen)
        added = added + (passage.outputs.new_zeros(()) + sum(omegas))
        parameters.gradient.zero_()
        differentiate(added)
        extra = parameters.gradient
        torch.add(task, without_opposition(extra, task) if self._protect else extra, out=parameters.gradient)
        return value.item(), added.item(), *self._in_order(terms, omegas)

    def _in_order(self, terms: list[Tensor], omegas: list[Tensor]) -> list[float]:
        """What each penalty adds, in the order in which they are wanted."""
        plain, omega = iter(terms), iter(omegas)
        found = [next(omega if isinstance(each, kinds.VanishingGradient) else plain) for each in self._wanted]
        values: list[float] = torch.stack([each.detach() for each in found]).cpu().tolist() if found else []
        return values

    def _omega(self, passage: Passage, seen: Seen) -> list[Tensor]:
        """Of the kinds that look at the loss's gradient by the states."""
        if not self._omegas:
            return []
        d, states = passage.state_gradients(), seen.states.detach()
        kept = self._network.recurrent
        # A whole W_rec beside them would stand for the arrays that it is made of, and those learn.
        there = seen.p if "W_rec" in kept else {name: array for name, array in seen.p.items() if name != "W_rec"}
        p = {name: array if name in kept else array.detach() for name, array in there.items()}
        return [
            kind.weight * vanishing.omega(self._network, p, states, seen.following, d, kind.pairing, kind.bound)
            for kind in self._omegas
        ]


def without_opposition(extra: Tensor, task: Tensor) -> Tensor:
    """``extra`` without its component against ``task``: e - min(e . t, 0) / (t . t) t.

    Where a penalty would undo what the loss asks for, that part is left out; what is orthogonal or helps stays.
    """
    against = torch.dot(extra, task)
    size = torch.dot(task, task)
    if float(against) >= 0.0 or float(size) == 0.0:
        return extra
    return extra - (against / size) * task


def penalty_value(penalty: kinds.AnyPenalty, seen: Seen) -> Tensor:
    """A penalty of this batch, not yet multiplied by its weight. (`VanishingGradient` needs more than the batch.)"""
    p = seen.p
    match penalty:
        case kinds.L1():
            return weights.mean_absolute(p[penalty.of])
        case kinds.L2():
            return weights.mean_square(p[penalty.of])
        case kinds.WeightCap():
            return weights.weight_cap(p[penalty.of], _caps(penalty, seen), penalty.power)
        case kinds.InDegree():
            return weights.in_degree(p["W_rec"], penalty.degree)
        case kinds.Orthogonality():
            return weights.orthogonality(_directions(penalty, p), penalty.size)
        case kinds.WiringCost():
            return weights.wiring_cost(p["W_rec"])
        case kinds.Rates():
            return rates.mean_power(seen.rates, penalty.power)
        case kinds.FinalRates():
            return rates.final_norm(seen.rates, penalty.power, seen.lengths)
        case kinds.RecurrentDrive():
            return rates.recurrent_drive(seen.rates, p["W_rec"])
        case kinds.RateCap():
            r = seen.rates if penalty.of == "rates" else seen.states.abs()
            return rates.rate_cap(r, penalty.cap, penalty.power, penalty.sharpness, penalty.sides, penalty.over_units)
        case kinds.Inequality():
            activity = seen.rates if penalty.of == "rates" else seen.drives
            return population.inequality(activity, penalty.index, penalty.limit)
        case kinds.SharedDrive():
            return population.shared_variance(seen.drives)
        case kinds.Dimensionality():
            return population.outside_variance(seen.rates, penalty.dimensions)
        case kinds.Clusters():
            signs = torch.as_tensor(seen.network.unit_signs, device=seen.rates.device)
            return population.clusters(seen.rates, signs, penalty.near, penalty.far)
        case kinds.TrialVariance():
            return population.trial_variance(seen.outputs, seen.targets)
        case _:
            raise TypeError(f"{type(penalty).__name__} cannot be computed from a batch alone")


def _caps(penalty: kinds.WeightCap, seen: Seen) -> Tensor:
    caps = weights.scaled_caps(penalty.cap, seen.network.unit_signs, columns_are_units=penalty.of != "W_in")
    return torch.as_tensor(caps, dtype=seen.rates.dtype, device=seen.rates.device)


def _directions(penalty: kinds.Orthogonality, p: Mapping[str, Any]) -> Tensor:
    W_in: Tensor = p["W_in"]
    return torch.cat([W_in, p["W_out"].T], dim=1) if penalty.outputs else W_in

"""The penalty on gradients that vanish on their way back; what it means is `rnnlab.runs.penalties.vanishing`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from rnnlab.networks import AnyNetwork


def omega(
    network: AnyNetwork,
    p: Mapping[str, Any],
    states: Tensor,
    following: Tensor,
    gradients: Tensor,
    pairing: str,
    bound: float,
) -> Tensor:
    """Mean of (|d J|^2 / |d|^2 - 1)^2 over the steps and trials whose |d|^2 is at least ``bound``; 0 without any.

    For the leaky network in its current form d J = (1 - alpha) d + ((alpha d) W_rec) f'(x), all noiseless.

    Args:
        network: whose step has the Jacobian J.
        p: effective parameters; what needs no gradient is best detached.
        states: (time, trial, state).
        following: the input of the step that leaves each state, (time, trial, input).
        gradients: d loss / d state, of the shape of ``states``.
        pairing: ``"next"``: d of step t + 1 goes through the step that leaves state t; ``"same"``: d of step t does.
        bound: smallest |d|^2 that counts.
    """
    if pairing == "next":
        states, following, gradients = states[:-1], following[:-1], gradients[1:]
    d = gradients.flatten(0, 1)
    # d may be so small that its square is no number; only the ratio counts.
    scale = d.abs().amax(dim=1, keepdim=True)
    d = d / scale.clamp_min(1e-38)
    counted = scale[:, 0].double().square() * d.double().square().sum(1) >= bound
    if not bool(counted.any()):
        return gradients.new_zeros(())
    d = d[counted]
    sent = network.vjp(p, states.flatten(0, 1)[counted], following.flatten(0, 1)[counted], d)
    ratios = sent.square().sum(1) / d.square().sum(1)
    mean: Tensor = torch.mean((ratios - 1.0).square())
    return mean

"""Penalties on how strongly units fire; see `rnnlab.runs.penalties.rates`. Rates are (time, trial, unit)."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def mean_power(rates: Tensor, power: float) -> Tensor:
    """Mean |r|^power."""
    return (rates.square() if power == 2 else rates.abs().pow(power)).mean()


def final_norm(rates: Tensor, power: float, lengths: Tensor | None = None) -> Tensor:
    """Mean over trials of (sum over units of |r|^power)^(1 / power), of each trial's own last step."""
    each = torch.arange(rates.shape[1], device=rates.device)
    last = rates[-1] if lengths is None else rates[lengths - 1, each]
    norms: Tensor = torch.linalg.vector_norm(last, ord=power, dim=1)
    return norms.mean()


def recurrent_drive(rates: Tensor, W_rec: Tensor) -> Tensor:
    """Sum over steps of the mean over trials and units of (W_rec r)^2."""
    return (rates @ W_rec.T).square().mean(dim=(1, 2)).sum()


def rate_cap(rates: Tensor, cap: float, power: float, sharpness: float, sides: str, over_units: str) -> Tensor:
    """Mean (or log mean exp) over units of |s / cap - 1|^power, where s is above ``cap`` or on both sides of it.

    s = sum of w r with w proportional to exp(sharpness r / cap), over steps and trials.
    """
    seen = rates.flatten(0, 1)
    largest = (torch.softmax(seen * (sharpness / cap), dim=0) * seen).sum(0)
    off = largest / cap - 1.0
    costs = (off.abs() if sides == "both" else torch.relu(off)).pow(power)
    return costs.mean() if over_units == "mean" else torch.logsumexp(costs, dim=0) - math.log(len(costs))

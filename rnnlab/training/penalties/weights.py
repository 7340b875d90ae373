"""Penalties on weights; what they mean is `rnnlab.runs.penalties.weights`. Matrices are effective ones."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

TINY = 1e-12
"""Added where a norm of nothing would be divided by."""


def mean_absolute(W: Tensor) -> Tensor:
    """Mean |W|."""
    return W.abs().mean()


def mean_square(W: Tensor) -> Tensor:
    """Mean W^2."""
    return W.square().mean()


def weight_cap(W: Tensor, caps: Tensor, power: float) -> Tensor:
    """Mean of max(|W| / c - 1, 0)^power.

    Args:
        W: (to, from).
        caps: c, of a shape that fits W.
        power: at least 1.
    """
    return torch.relu(W.abs() / caps - 1.0).pow(power).mean()


def scaled_caps(cap: float, signs: np.ndarray, columns_are_units: bool) -> np.ndarray:
    """c for each column of a matrix: cap x log(101) / log(1 + n), more from inhibitory units.

    Args:
        cap: of a network of 100 units.
        signs: +1, -1 or 0 of each unit.
        columns_are_units: or inputs, which have no sign.
    """
    scaled = cap * math.log(101.0) / math.log(1.0 + len(signs))
    excitatory, inhibitory = int((signs > 0).sum()), int((signs < 0).sum())
    if not columns_are_units or not excitatory or not inhibitory:
        return np.array(scaled)
    return np.where(signs < 0, scaled * excitatory / inhibitory, scaled)


def in_degree(W: Tensor, degree: float) -> Tensor:
    """Mean over rows of max(d - degree, 0)^2 / degree^2, with d = (sum |w|)^2 / sum w^2."""
    found = W.abs().sum(1).square() / (W.square().sum(1) + TINY)
    return torch.relu(found - degree).square().mean() / degree**2


def orthogonality(directions: Tensor, size: str) -> Tensor:
    """Norm of the cosines between different columns of ``directions``, (unit, direction), or their root mean square."""
    n = directions.shape[1]
    unit = directions / directions.norm(dim=0).clamp_min(TINY)
    cosines = (unit.T @ unit)[~torch.eye(n, dtype=torch.bool, device=unit.device)]
    norm: Tensor = torch.linalg.vector_norm(cosines)
    return norm / math.sqrt(max(len(cosines), 1)) if size == "rms" else norm


def wiring_cost(W: Tensor) -> Tensor:
    """Mean |W| (1 + distance), with units row by row on a square grid of unit spacing."""
    n = len(W)
    side = math.ceil(math.sqrt(n))
    index = torch.arange(n, device=W.device)
    places = torch.stack([index // side, index % side], dim=1).to(W.dtype)
    distances = (places[:, None] - places[None]).norm(dim=2)
    return (W.abs() * (1.0 + distances)).mean()

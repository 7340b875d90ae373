"""Penalties on how units share the work; what they mean is `rnnlab.runs.penalties.population`.

Rates and drives are (time, trial, unit).
"""

from __future__ import annotations

import torch
from torch import Tensor

TINY = 1e-12


def inequality(activity: Tensor, index: str, limit: float) -> Tensor:
    """Gini's or Herfindahl's index of mean |activity| of each unit, counted up to ``limit`` times the median.

    Gini: sum over pairs |a_i - a_j| / (2 n (n - 1) mean a); Herfindahl: (n sum a^2 / (sum a)^2 - 1) / (n - 1). 0 for
    fewer than two units, and where none is active. The median is taken as given: it has no gradient.
    """
    a = activity.abs().mean(dim=(0, 1))
    n = len(a)
    if n < 2:
        return a.sum() * 0.0
    a = torch.minimum(a, limit * a.detach().quantile(0.5))
    total = a.sum() + TINY
    if index == "herfindahl":
        return (n * a.square().sum() / total.square() - 1.0) / (n - 1)
    return (a[:, None] - a[None]).abs().sum() / (2.0 * (n - 1) * total)


def shared_variance(drives: Tensor) -> Tensor:
    """Variance over steps and trials of the mean over units, over the mean over units of the variance."""
    seen = drives.flatten(0, 1)
    return seen.mean(1).var(correction=0) / (seen.var(dim=0, correction=0).mean() + TINY)


def outside_variance(rates: Tensor, dimensions: int) -> Tensor:
    """Share of the eigenvalues of the rates' covariance (over steps and trials) beyond the first ``dimensions``."""
    seen = rates.flatten(0, 1)
    centred = seen - seen.mean(0)
    values = torch.linalg.eigvalsh(centred.T @ centred / len(seen))
    return values[: max(len(values) - dimensions, 0)].sum() / (values.sum() + TINY)


def clusters(rates: Tensor, signs: Tensor, near: float, far: float) -> Tensor:
    """Mean over pairs of units of one sign of tri(distance / 90 % quantile of all such distances).

    tri(x) = x / near below ``near``, (far - x) / (far - near) from there to ``far``, 0 above. The quantile is taken as
    given: it has no gradient. 0 where no two units have the same sign.
    """
    units = rates.flatten(0, 1).T
    first, second = torch.triu_indices(len(units), len(units), offset=1, device=units.device)
    alike = signs[first] == signs[second]
    first, second = first[alike], second[alike]
    if not len(first):
        return units.sum() * 0.0
    squares, products = units.square().sum(1), units @ units.T
    distances = (squares[first] + squares[second] - 2.0 * products[first, second]).clamp_min(TINY).sqrt()
    x = distances / (distances.detach().quantile(0.9) + TINY)
    return torch.minimum(x / near, (far - x) / (far - near)).clamp_min(0.0).mean()


def trial_variance(outputs: Tensor, targets: Tensor) -> Tensor:
    """Variance of outputs around the mean of the trials with equal targets, over the mean square of the outputs.

    Args:
        outputs, targets: (output, time, trial).
    """
    z, y = (a.flatten(0, 1).T for a in (outputs, targets))
    _, group = torch.unique(y, dim=0, return_inverse=True)
    sizes = torch.bincount(group).to(z.dtype)
    means = z.new_zeros(len(sizes), z.shape[1]).index_add(0, group, z) / sizes[:, None]
    return (z - means[group]).square().mean() / (z.square().mean() + TINY)

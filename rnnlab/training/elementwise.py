"""Nonlinearities for the hand-written passes: written into given memory, derivatives for all steps at once.

`rnnlab.networks.nonlinearity` defines them; the usual ones have a fused spelling here, the others go through their
definition.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import torch
from torch import Tensor

from rnnlab.networks import Linear, Nonlinearity, Relu, Sigmoid, Tanh

Writer: TypeAlias = Callable[[Tensor, Tensor], object]

_FUSED: dict[Nonlinearity, Writer] = {
    Relu(): lambda x, out: torch.clamp_min(x, 0.0, out=out),
    Tanh(): lambda x, out: torch.tanh(x, out=out),
    Sigmoid(): lambda x, out: torch.sigmoid(x, out=out),
    Linear(): lambda x, out: out.copy_(x),
}


def writer(f: Nonlinearity) -> Writer:
    """A function of (x, out) that writes f(x) into ``out``."""
    return _FUSED.get(f) or (lambda x, out: out.copy_(f(x)))


def slopes_into(f: Nonlinearity, x: Tensor, r: Tensor, out: Tensor) -> None:
    """Write f'(x) into ``out``, given r = f(x): where the derivative follows from the rate, that is cheaper."""
    if f == Relu():
        torch.sign(r, out=out)
    elif f == Tanh():
        torch.mul(r, r, out=out).neg_().add_(1.0)
    elif f == Sigmoid():
        torch.mul(r, r, out=out).neg_().add_(r)
    else:
        out.copy_(f.derivative(x))

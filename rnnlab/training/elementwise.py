"""Nonlinearities for the hand-written passes: written into given memory, derivatives for many steps at once.

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

_WRITERS: dict[Nonlinearity, Writer] = {
    Relu(): lambda x, out: torch.clamp_min(x, 0.0, out=out),
    Tanh(): lambda x, out: torch.tanh(x, out=out),
    Sigmoid(): lambda x, out: torch.sigmoid(x, out=out),
    Linear(): lambda x, out: out.copy_(x),
}

_SLOPES_OF_RATES: dict[Nonlinearity, Writer] = {
    Relu(): lambda r, out: torch.sign(r, out=out),
    Tanh(): lambda r, out: torch.mul(r, r, out=out).neg_().add_(1.0),
    Sigmoid(): lambda r, out: torch.mul(r, r, out=out).neg_().add_(r),
    Linear(): lambda r, out: out.fill_(1.0),
}


def writer(f: Nonlinearity) -> Writer:
    """A function of (x, out) that writes f(x) into ``out``, which may be x itself."""
    return _WRITERS.get(f) or (lambda x, out: out.copy_(f(x)))


def slopes_of_rates(f: Nonlinearity) -> Writer | None:
    """A function of (r, out) that writes f'(x) into ``out`` given r = f(x), or None where x itself is needed."""
    return _SLOPES_OF_RATES.get(f)


def slopes_of_states(f: Nonlinearity) -> Writer:
    """A function of (x, out) that writes f'(x) into ``out``."""
    return lambda x, out: out.copy_(f.derivative(x))

"""Nonlinearities for the hand-written passes: written into given memory, derivatives for many steps at once.

`rnnlab.networks.nonlinearity` defines them; the usual ones have a fused spelling here, the others go through their
definition.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import torch
from torch import Tensor

from rnnlab.networks import Linear, Nonlinearity, Relu, Sigmoid, Softplus, Tanh

Writer: TypeAlias = Callable[[Tensor, Tensor], object]
Weigher: TypeAlias = Callable[[Tensor, Tensor, Tensor], object]

_aten = torch.ops.aten
_STRAIGHT = 40.0
"""From here on softplus is x to the last bit, of float64 too."""

_WRITERS: dict[Nonlinearity, Writer] = {
    Relu(): lambda x, out: torch.clamp_min(x, 0.0, out=out),
    Tanh(): lambda x, out: torch.tanh(x, out=out),
    Sigmoid(): lambda x, out: torch.sigmoid(x, out=out),
    Softplus(): lambda x, out: _aten.softplus.out(x, 1.0, _STRAIGHT, out=out),
    Linear(): lambda x, out: out.copy_(x),
}

_WEIGHERS: dict[Nonlinearity, Weigher] = {
    Relu(): lambda g, r, out: _aten.threshold_backward.grad_input(g, r, 0.0, grad_input=out),
    Tanh(): lambda g, r, out: _aten.tanh_backward.grad_input(g, r, grad_input=out),
    Sigmoid(): lambda g, r, out: _aten.sigmoid_backward.grad_input(g, r, grad_input=out),
    Linear(): lambda g, r, out: out if g is out else out.copy_(g),
}

_SLOPES_OF_RATES: dict[Nonlinearity, Writer] = {
    Softplus(): lambda r, out: torch.neg(r, out=out).expm1_().neg_(),
}


def writer(f: Nonlinearity) -> Writer:
    """A function of (x, out) that writes f(x) into ``out``, which may be x itself."""
    return _WRITERS.get(f) or (lambda x, out: out.copy_(f(x)))


def weigher(f: Nonlinearity) -> Weigher | None:
    """A function of (g, r, out) that writes g f'(x) into ``out``, which may be g, given r = f(x).

    None where torch has no one call for it.
    """
    return _WEIGHERS.get(f)


def slopes_of_rates(f: Nonlinearity) -> Writer | None:
    """A function of (r, out) that writes f'(x) into ``out`` given r = f(x), or None where x itself is needed."""
    return _SLOPES_OF_RATES.get(f)


def slopes_of_states(f: Nonlinearity) -> Writer:
    """A function of (x, out) that writes f'(x) into ``out``."""
    return lambda x, out: out.copy_(f.derivative(x))

"""Which loops through time train a network: compiled ones where numba is installed and pays, or plain ones."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from rnnlab.networks import LeakyRNN, Linear, Nonlinearity, Relu, Sigmoid, Softplus, Tanh

LARGEST = 512
"""Units up to which compiling pays: from there on next to all of the work is in products of matrices."""

CODES: dict[Nonlinearity, int] = {Relu(): 0, Tanh(): 1, Sigmoid(): 2, Softplus(): 3, Linear(): 4}
"""The nonlinearities that compiled loops know, by the number `rnnlab.training.compiled` knows them by."""


@cache
def compiled_table_normals() -> Any:
    """The compiled way to fill an array with table normals; numba is installed."""
    return import_module("rnnlab.training.gathered").chosen()


def compiled_loops(network: LeakyRNN) -> Any:
    """The module of compiled loops, or None where the network is to go through the plain ones."""
    fits = network.n_units <= LARGEST and not network.damping and network.nonlinearity in CODES
    return import_module("rnnlab.training.compiled") if fits and find_spec("numba") is not None else None

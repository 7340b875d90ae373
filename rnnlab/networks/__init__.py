"""The equations: each cell written once, as pure functions over NumPy arrays or torch tensors.

A *cell* (`LeakyRNN`, `LSTM`) is a frozen description of a network; a `Network` is a cell with its weights. This room
needs NumPy only.
"""

from typing import TypeAlias

from rnnlab.networks.cell import Cell, Parameters
from rnnlab.networks.leaky import LeakyRNN
from rnnlab.networks.lstm import LSTM
from rnnlab.networks.network import Network, as_network, from_arrays
from rnnlab.networks.nonlinearity import (
    NONLINEARITIES,
    AnyNonlinearity,
    AnyOutputNonlinearity,
    Gelu,
    LeakyRelu,
    Linear,
    Nonlinearity,
    PowerRelu,
    RectifiedTanh,
    Relu,
    Sigmoid,
    Softmax,
    Softplus,
    Tanh,
)
from rnnlab.networks.unroll import Unrolled, unroll

AnyNetwork: TypeAlias = LeakyRNN | LSTM
"""What an experiment's description may name."""

NETWORKS: dict[str, type[Cell]] = {"LeakyRNN": LeakyRNN, "LSTM": LSTM}
"""Name -> cell."""

__all__ = [
    "LSTM",
    "NETWORKS",
    "NONLINEARITIES",
    "AnyNetwork",
    "AnyNonlinearity",
    "AnyOutputNonlinearity",
    "Cell",
    "Gelu",
    "LeakyRNN",
    "LeakyRelu",
    "Linear",
    "Network",
    "Nonlinearity",
    "Parameters",
    "PowerRelu",
    "RectifiedTanh",
    "Relu",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
    "Unrolled",
    "as_network",
    "from_arrays",
    "unroll",
]

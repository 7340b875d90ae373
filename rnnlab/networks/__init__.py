"""The equations: each cell written once, as pure functions over NumPy arrays or torch tensors.

A *cell* (`LeakyRNN`, `LSTM`) is a frozen description of a network; a `Network` is a cell with its weights. This room
needs NumPy only.
"""

from typing import TypeAlias

from rnnlab.networks.cell import Cell, Parameters
from rnnlab.networks.connections import Areas, Density
from rnnlab.networks.given import Given
from rnnlab.networks.initialisers import (
    INITIALISERS,
    BlockFeedForward,
    Chain,
    Constant,
    DaleBalanced,
    FeedForward,
    FlipFlop,
    Gamma,
    Gaussian,
    Glorot,
    Identity,
    LogNormal,
    Orthogonal,
    Uniform,
    Zero,
)
from rnnlab.networks.leaky import LeakyRNN
from rnnlab.networks.lstm import LSTM
from rnnlab.networks.network import Network, as_network, from_arrays
from rnnlab.networks.noise_shape import SharedNoise
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
from rnnlab.networks.psychrnn import from_psychrnn
from rnnlab.networks.trainrnnbrain import from_trainrnnbrain
from rnnlab.networks.unroll import Unrolled, unroll
from rnnlab.networks.weights import Weights

AnyNetwork: TypeAlias = LeakyRNN | LSTM
"""What an experiment's description may name."""

NETWORKS: dict[str, type[Cell]] = {"LeakyRNN": LeakyRNN, "LSTM": LSTM}
"""Name -> cell."""

__all__ = [
    "INITIALISERS",
    "LSTM",
    "NETWORKS",
    "NONLINEARITIES",
    "AnyNetwork",
    "AnyNonlinearity",
    "AnyOutputNonlinearity",
    "Areas",
    "BlockFeedForward",
    "Cell",
    "Chain",
    "Constant",
    "DaleBalanced",
    "Density",
    "FeedForward",
    "FlipFlop",
    "Gamma",
    "Gaussian",
    "Gelu",
    "Given",
    "Glorot",
    "Identity",
    "LeakyRNN",
    "LeakyRelu",
    "Linear",
    "LogNormal",
    "Network",
    "Nonlinearity",
    "Orthogonal",
    "Parameters",
    "PowerRelu",
    "RectifiedTanh",
    "Relu",
    "SharedNoise",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
    "Uniform",
    "Unrolled",
    "Weights",
    "Zero",
    "as_network",
    "from_arrays",
    "from_psychrnn",
    "from_trainrnnbrain",
    "unroll",
]

"""The equations: each cell written once, as pure functions over NumPy arrays or torch tensors.

A *cell* (`LeakyRNN`, `LSTM` ...) is a frozen description of a network; a `Network` is a cell with its weights. This
room needs NumPy only.
"""

from typing import TypeAlias

from rnnlab.networks.adaptation import AdaptingRNN
from rnnlab.networks.attention import AttentionRNN
from rnnlab.networks.cell import Cell, Parameters
from rnnlab.networks.code import CodeCell
from rnnlab.networks.connections import Areas, Density
from rnnlab.networks.fast_weights import FastWeightsRNN
from rnnlab.networks.feedforward import FeedForwardRNN
from rnnlab.networks.given import Given
from rnnlab.networks.gru import GRU
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
from rnnlab.networks.low_rank import LowRankRNN
from rnnlab.networks.lstm import LSTM
from rnnlab.networks.missing import MissingCell
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
from rnnlab.networks.plasticity import PlasticRNN
from rnnlab.networks.psychrnn import from_psychrnn
from rnnlab.networks.trainrnnbrain import from_trainrnnbrain
from rnnlab.networks.unroll import Unrolled, unroll
from rnnlab.networks.variant import LeakyVariant
from rnnlab.networks.weights import Weights

AnyNetwork: TypeAlias = (
    LeakyRNN
    | LowRankRNN
    | AdaptingRNN
    | PlasticRNN
    | FastWeightsRNN
    | AttentionRNN
    | FeedForwardRNN
    | LSTM
    | GRU
    | CodeCell
)
"""What an experiment may train. A file may name all but the last, which is Python code."""

NETWORKS: dict[str, type[Cell]] = {
    "LeakyRNN": LeakyRNN,
    "LowRankRNN": LowRankRNN,
    "AdaptingRNN": AdaptingRNN,
    "PlasticRNN": PlasticRNN,
    "FastWeightsRNN": FastWeightsRNN,
    "AttentionRNN": AttentionRNN,
    "FeedForwardRNN": FeedForwardRNN,
    "LSTM": LSTM,
    "GRU": GRU,
}
"""Name -> cell."""

__all__ = [
    "GRU",
    "INITIALISERS",
    "LSTM",
    "NETWORKS",
    "NONLINEARITIES",
    "AdaptingRNN",
    "AnyNetwork",
    "AnyNonlinearity",
    "AnyOutputNonlinearity",
    "Areas",
    "AttentionRNN",
    "BlockFeedForward",
    "Cell",
    "Chain",
    "CodeCell",
    "Constant",
    "DaleBalanced",
    "Density",
    "FastWeightsRNN",
    "FeedForward",
    "FeedForwardRNN",
    "FlipFlop",
    "Gamma",
    "Gaussian",
    "Gelu",
    "Given",
    "Glorot",
    "Identity",
    "LeakyRNN",
    "LeakyRelu",
    "LeakyVariant",
    "Linear",
    "LogNormal",
    "LowRankRNN",
    "MissingCell",
    "Network",
    "Nonlinearity",
    "Orthogonal",
    "Parameters",
    "PlasticRNN",
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

"""Which networks keep their state within bounds, so that the index sum over all their fixed points is known."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis._certificate import Rule
from rnnlab.networks import (
    GRU,
    LSTM,
    AdaptingRNN,
    AttentionRNN,
    FastWeightsRNN,
    LeakyRNN,
    LeakyVariant,
    Network,
    PlasticRNN,
)
from rnnlab.networks.nonlinearity import (
    Gelu,
    LeakyRelu,
    Linear,
    Nonlinearity,
    PowerRelu,
    RectifiedTanh,
    Relu,
    Sigmoid,
    Softplus,
    Tanh,
)

BOUNDED = (Tanh, Sigmoid, RectifiedTanh)
NOT_NEGATIVE = (Relu, Softplus, PowerRelu, Sigmoid, RectifiedTanh)
GELU_SLOPE = 1.1290  # largest derivative of x Phi(x), at x = sqrt(2)


def index_rule(network: Network) -> Rule:
    """The rule in force for a network, whatever its constant input."""
    cell = network.config
    if isinstance(cell, LSTM | GRU):
        return Rule(1, f"the {type(cell).__name__}'s gates bound its state")
    if isinstance(cell, LeakyRNN):
        return _of_nonlinearity(cell.nonlinearity, _recurrence(network), cell.damping)
    if isinstance(cell, LeakyVariant):
        return _variant_rule(cell, network)
    return Rule(None, f"nothing is known of the range of {type(cell).__name__}")


def largest(network: Network) -> float:
    """How large a number in a state can be that stands still; infinity where that is not known.

    A GRU's values are those of its candidates there, which lie between -1 and 1.
    """
    return 1.0 if isinstance(network.config, GRU) else np.inf


def _variant_rule(cell: LeakyVariant, network: Network) -> Rule:
    """What a variant carries besides x follows the rates and is bounded with them; where rates are bounded, so is all.

    At a fixed point what is carried can be eliminated, which leaves x = W f(x) + constant with the weights below.
    """
    f, W = cell.nonlinearity, _recurrence(network)
    if isinstance(cell, FastWeightsRNN) and cell.gate == "fixed" and not network.parameters["rate_fast"].any():
        return Rule(None, "its fast weights never change, so that any will do")
    if isinstance(cell, PlasticRNN) and isinstance(f, NOT_NEGATIVE):
        return Rule(1, "its synapses tire, which bounds what units receive")
    if isinstance(cell, PlasticRNN | FastWeightsRNN) and not isinstance(f, BOUNDED):
        return Rule(None, f"{_called(f)} is unbounded")
    if isinstance(cell, AdaptingRNN):
        W = W - cell.strength * np.diag(network.parameters["w_adapt"])
    return _of_nonlinearity(f, W, 0.0, straight=not isinstance(cell, AttentionRNN))


def _recurrence(network: Network) -> NDArray[Any]:
    return np.asarray(network.config.recurrent_matrices(network.parameters)["W_rec"], float)


def _of_nonlinearity(f: Nonlinearity, W: NDArray[Any], damping: float, straight: bool = True) -> Rule:
    """The rule of x = W f(x) + c, less ``damping`` x^3; c may follow the state, within bounds, if not ``straight``."""
    name = _called(f)
    slope = _steepest(f)
    if slope is not None and slope * np.linalg.norm(W, 2) < 1:
        return Rule(1, "the recurrent weights are too weak to amplify any state", unique=straight)
    if isinstance(f, BOUNDED):
        return Rule(1, f"{name} is bounded")
    if slope is not None and damping > 0:
        return Rule(1, f"the cubic damping outgrows {name}")
    if isinstance(f, Linear) and straight:
        return Rule(None, "the update is linear", unique=True)
    return Rule(None, f"{name} is unbounded and the recurrent weights can amplify a state without limit")


def _called(f: Nonlinearity) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(f).__name__).replace("Relu", "ReLU").replace("Gelu", "GELU")


def _steepest(f: Nonlinearity) -> float | None:
    """The largest absolute slope of a nonlinearity that is unbounded or has a kink; None where it has none."""
    if isinstance(f, Linear):
        return 1.0
    if isinstance(f, LeakyRelu):
        return max(f.slope, f.negative_slope)
    if isinstance(f, Relu | Softplus | RectifiedTanh):
        return f.slope
    return GELU_SLOPE if isinstance(f, Gelu) else None

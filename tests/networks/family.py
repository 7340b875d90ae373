"""Every kind of network, for tests that hold for all of them."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from rnnlab.networks import (
    GRU,
    LSTM,
    AdaptingRNN,
    Areas,
    AttentionRNN,
    Cell,
    Constant,
    Density,
    FastWeightsRNN,
    FeedForwardRNN,
    Given,
    LeakyRNN,
    LowRankRNN,
    PlasticRNN,
    SharedNoise,
    Uniform,
    Weights,
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
    Softmax,
    Softplus,
    Tanh,
)

SHAPES: dict[str, Nonlinearity] = {
    "linear": Linear(),
    "relu": Relu(),
    "steep relu": Relu(slope=2.0),
    "leaky relu": LeakyRelu(slope=1.5, negative_slope=0.2),
    "tanh": Tanh(),
    "steep tanh": Tanh(slope=1.5),
    "sigmoid": Sigmoid(slope=4.0, shift=0.5),
    "softplus": Softplus(slope=2.0, beta=5.0),
    "gelu": Gelu(),
    "relu squared": PowerRelu(),
    "power relu": PowerRelu(exponent=1.5),
    "rectified tanh": RectifiedTanh(slope=2.0),
}

UNEVEN = (50.0, 80.0, 100.0, 100.0, 150.0, 200.0)

PLACEMENTS: dict[str, dict[str, Any]] = {
    "noise on the state": {"noise": 0.2},
    "noise on the drive": {"noise": 0.2, "noise_at": "drive"},
    "noise per unit": {"noise": (0.0, 0.1, 0.2, 0.3, 0.4, 0.5), "tau": UNEVEN},
    "noise on rectified inputs": {"noise": 0.0, "input_noise": 0.3, "input_baseline": 0.2, "input_rectified": True},
    "noise on the outputs": {"noise": 0.0, "output_noise": 0.3, "tau": UNEVEN, "output_nonlinearity": Tanh()},
    "outputs that share": {"noise": 0.0, "output_nonlinearity": Softmax(slope=2.0)},
    "previous input, damped": {"noise": 0.1, "input_index": "previous", "damping": 0.3, "start": "zero"},
    "Dale without autapses": {"noise": 0.1, "excitatory": 0.67, "autapses": False, "train_biases": False},
}


def leaky(form: str, shape: str, placement: str) -> LeakyRNN:
    return LeakyRNN(n_units=6, form=form, nonlinearity=SHAPES[shape], **PLACEMENTS[placement])  # type: ignore[arg-type]


LEAKY: dict[str, LeakyRNN] = {", ".join(key): leaky(*key) for key in product(("current", "rate"), SHAPES, PLACEMENTS)}

CORRELATED = [[1.0, 0.5, 0.0], [0.5, 1.0, -0.2], [0.0, -0.2, 1.0]]
EYE = np.eye(6)

CONSTRAINTS: dict[str, dict[str, Any]] = {
    "rectified Dale, signed read-out": {"excitatory": 0.67, "dale": "rectify", "output_sign": "signed"},
    "projected Dale": {"excitatory": 0.67, "dale": "project", "autapses": False},
    "reflected Dale": {"excitatory": 0.67, "dale": "reflect", "output_sign": "positive"},
    "own signs": {"signs": (1, -1, 0, 1, -1, 0), "input_sign": (1, 0, -1), "output_sign": "signed"},
    "own signs, rectified": {"signs": (1, -1, 0, 1, -1, 0), "dale": "rectify", "output_sign": "free"},
    "positive without Dale": {"input_sign": "positive", "output_sign": "positive", "dale": "project"},
    "sparse": {
        "weights_in": Weights(connections=Density(0.5)),
        "weights_rec": Weights(connections=Density(0.5, seed=1)),
        "weights_out": Weights(connections=Density(0.75)),
    },
    "frozen": {"weights_rec": Weights(frozen=Density(0.3)), "weights_in": Weights(frozen=Density(0.5))},
    "fixed": {
        "weights_rec": Weights(frozen=EYE, fixed=0.3 * EYE, connections=np.maximum(EYE, Density(0.8).mask(6, 6))),  # type: ignore[arg-type]
        "excitatory": 1.0,
    },
    "two areas": {
        "areas": Areas((3, 3), between=0.5, inputs=(0,), outputs=(1,)),
        "excitatory": 0.67,
        "dale": "rectify",
    },
    "bounded biases": {"bias_rec": Uniform(-1, 1), "bias_range": (-0.2, 0.3)},
    "correlated noise": {"noise": 0.2, "noise_correlation": SharedNoise(0.4), "tau": UNEVEN},
    "correlated inputs": {
        "noise": 0.0,
        "input_noise": (0.1, 0.2, 0.3),
        "input_noise_correlation": Given.of(CORRELATED),
        "input_tau": 40.0,
    },
    "some arrays learn": {"train": ("W_rec", "b_out"), "start": "given", "start_at": Constant(0.5)},
}


CONSTRAINTS["carried over"] = {"start": "carried"}


def constrained(form: str, constraint: str) -> LeakyRNN:
    fields = {"nonlinearity": "tanh", "noise": 0.1} | CONSTRAINTS[constraint]
    return LeakyRNN(n_units=6, form=form, **fields)  # type: ignore[arg-type]


CONSTRAINED = {", ".join(key): constrained(*key) for key in product(("current", "rate"), CONSTRAINTS)}

VARIANTS: dict[str, Cell] = {
    "low rank": LowRankRNN(n_units=6, rank=2, nonlinearity="tanh"),  # type: ignore[arg-type]
    "low rank, random part": LowRankRNN(n_units=6, rank=1, random=0.8, start="zero"),
    "adapting": AdaptingRNN(n_units=6, noise=0.2),
    "adapting, sigmoid": AdaptingRNN(n_units=6, nonlinearity="sigmoid", tau_adapt=200.0, start="carried"),  # type: ignore[arg-type]
    "plastic": PlasticRNN(n_units=6, noise=0.1),
    "plastic, busy": PlasticRNN(n_units=6, nonlinearity="softplus", spikes=30.0, facilitating=1.0, noise=0.0),  # type: ignore[arg-type]
    "fast weights": FastWeightsRNN(n_units=6, nonlinearity="tanh", noise=0.1),  # type: ignore[arg-type]
    "fast weights, gated": FastWeightsRNN(n_units=6, gate="self", train_biases=False),
    "attention": AttentionRNN(n_units=6, noise=0.1),
    "attention, tanh": AttentionRNN(n_units=6, nonlinearity="tanh", tau_attention=20.0, start_at=Uniform(-1, 1)),  # type: ignore[arg-type]
    "layer in front": FeedForwardRNN(n_units=6, n_layer=4, noise=0.1),
    "layer in front, tanh": FeedForwardRNN(n_units=6, n_layer=9, layer_nonlinearity="tanh", train=("W_in",)),  # type: ignore[arg-type]
    "plastic, Dale": PlasticRNN(n_units=6, excitatory=0.67, dale="project", autapses=False),
    "fast weights, Dale": FastWeightsRNN(n_units=6, excitatory=0.67, dale="reflect", noise=0.1),
    "fast weights, gated, Dale": FastWeightsRNN(n_units=6, gate="self", excitatory=0.5, output_sign="signed"),
    "attention, signs": AttentionRNN(n_units=6, signs=(1, 1, 0, -1, -1, 1), dale="rectify"),
    "adapting, sparse, partly frozen": AdaptingRNN(
        n_units=6,
        weights_rec=Weights(connections=Density(0.8), frozen=EYE),  # type: ignore[arg-type]
    ),
    "layer in front, Dale, sparse": FeedForwardRNN(
        n_units=6, n_layer=4, excitatory=0.5, dale="project", weights_in=Weights(connections=Density(0.6))
    ),
    "GRU": GRU(n_units=6),
    "GRU, reset before": GRU(n_units=6, reset="before", train_biases=False),
}

CELLS: dict[str, Cell] = {
    **LEAKY,
    **CONSTRAINED,
    **VARIANTS,
    "LSTM": LSTM(n_units=6),
    "LSTM, sigmoid output": LSTM(n_units=6, cell_output="sigmoid", start="zero"),
    "LSTM, partly trained": LSTM(n_units=6, train=("W_out", "x0"), start_at=Uniform(-1, 1)),
}

N_TRIALS, N_INPUTS, N_OUTPUTS = 4, 3, 2


class Case:
    """A cell with random parameters, states, inputs and noise."""

    def __init__(self, cell: Cell, seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        self.cell = cell
        self.raw = cell.initialise(N_INPUTS, N_OUTPUTS, rng)
        self.raw = {name: array + 0.1 * rng.standard_normal(array.shape) for name, array in self.raw.items()}
        self.p = cell.effective(self.raw)
        self.state = rng.standard_normal((N_TRIALS, cell.n_states))
        self.u = rng.standard_normal((N_TRIALS, N_INPUTS))
        self.v = rng.standard_normal((N_TRIALS, cell.n_states))
        self.xi = rng.standard_normal((N_TRIALS, cell.n_noise))
        self.xi_input = rng.standard_normal((N_TRIALS, N_INPUTS))
        self.xi_output = rng.standard_normal((N_TRIALS, cell.n_units))

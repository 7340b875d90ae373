"""The conventions of four published systems, as fields of the leaky network.

Each names its system's equation, placement of noise, constraints and starting weights; sizes are its usual ones.
Anything may be changed by name. What belongs to a system's tasks or its optimiser is not here.
"""

from __future__ import annotations

from typing import Any

from rnnlab.networks.initialisers import Constant, DaleBalanced, Gamma, Gaussian, Glorot, Identity
from rnnlab.networks.weights import Weights


def psychrnn() -> dict[str, Any]:
    """PsychRNN's Basic model (Ehrlich et al. 2021)."""
    return {"noise": 0.0, "noise_at": "state", "dale": "abs", "output_sign": "excitatory"}


def cut_share(excitatory: float, n_units: int) -> float:
    """The fraction that leaves PsychRNN's number of excitatory units, which is cut to a whole one, if there is any."""
    return int(excitatory * n_units) / n_units or excitatory


def pycog(excitatory: float | None) -> dict[str, Any]:
    """pycog (Song, Yang & Wang 2016), as it trains."""
    fields = {
        "n_units": 100,
        "dt": 20.0,
        "noise": 0.15,
        "noise_at": "drive",
        "input_noise": 0.01,
        "input_baseline": 0.2,
        "input_rectified": True,
        "dale": "rectify",
        "output_sign": "signed",
        "autapses": False,
        "train_biases": False,
        "start_at": Constant(0.1),
        "excitatory": excitatory,
    }
    if excitatory is not None:
        fields |= {"weights_rec": Weights(initial=Gamma()), "spectral_radius": 1.5}
    return fields


def pipeline(n_units: int) -> dict[str, Any]:
    """trainRNNbrain, formerly RNN_training_pipeline (Engel lab)."""
    ends = Weights(initial=Gaussian(std=1 / n_units, mean=n_units**-0.5, per="weight"))
    return {
        "n_units": n_units,
        "dt": 1.0,
        "tau": 10.0,
        "form": "rate",
        "noise": 0.05,
        "noise_at": "state",
        "input_noise": 0.05,
        "output_noise": 0.03,
        "input_index": "previous",
        "start": "zero",
        "train_biases": False,
        "excitatory": 0.8,
        "dale": "project",
        "autapses": False,
        "spectral_radius": 1.2,
        "weights_in": ends,
        "weights_rec": Weights(initial=DaleBalanced()),
        "weights_out": ends,
    }


def multitask() -> dict[str, Any]:
    """multitask-networks, in the manner of Driscoll, Shenoy & Sussillo (2024)."""
    return {
        "n_units": 256,
        "dt": 20.0,
        "form": "rate",
        "nonlinearity": "softplus",
        "noise": 0.05,
        "noise_at": "drive",
        "start": "zero",
        "weights_in": Weights(initial=Gaussian()),
        "weights_rec": Weights(initial=Identity(0.9)),
        "weights_out": Weights(initial=Glorot("uniform")),
        "bias_out": Gaussian(),
    }

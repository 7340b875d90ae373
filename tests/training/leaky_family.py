"""Leaky networks that between them use every field the equations have."""

from __future__ import annotations

import numpy as np

from rnnlab.networks import NONLINEARITIES, LeakyRNN

N_UNITS = 9
TAUS = tuple(float(tau) for tau in np.linspace(20, 200, N_UNITS))
SIGMAS = tuple(float(sigma) for sigma in np.linspace(0.0, 0.4, N_UNITS))

VARIANTS: dict[str, dict] = {
    "plain": {},
    "noiseless": {"noise": 0.0},
    "time constant per unit": {"tau": TAUS},
    "noise per unit": {"noise": SIGMAS},
    "damped": {"damping": 0.3},
    "damped, per unit": {"damping": 0.3, "tau": TAUS, "noise": SIGMAS},
    "damped, noiseless": {"damping": 0.3, "noise": 0.0},
    "previous input": {"input_index": "previous"},
    "seen input": {"input_noise": 0.2, "input_baseline": 0.2, "input_rectified": True},
    "input noise, previous input": {"input_noise": 0.2, "input_index": "previous"},
    "output noise": {"output_noise": 0.2},
    "output noise, previous input": {"output_noise": 0.2, "input_index": "previous"},
    "Dale": {"excitatory": 0.7, "autapses": False},
    "correlated noise": {"noise_correlation": {"kind": "SharedNoise", "share": 0.5}, "noise": SIGMAS, "tau": TAUS},
    "correlated inputs": {
        "input_noise": (0.1, 0.2, 0.3),
        "input_noise_correlation": {"kind": "Given", "values": "1 0.5 0; 0.5 1 -0.2; 0 -0.2 1"},
        "input_tau": 40.0,
    },
    "Dale, rectified": {"excitatory": 0.7, "dale": "rectify", "output_sign": "signed"},
    "sparse": {"weights_rec": {"kind": "Weights", "connections": {"kind": "Density", "share": 0.4}}},
    "output sigmoid": {"output_nonlinearity": "sigmoid"},
    "output softmax": {"output_nonlinearity": {"kind": "Softmax", "slope": 1.5}},
    "zero start, fixed biases": {"start": "zero", "train_biases": False},
    "steep tanh": {"nonlinearity": {"kind": "Tanh", "slope": 1.7}},
    "steep relu": {"nonlinearity": {"kind": "Relu", "slope": 0.6}},
    "shifted sigmoid": {"nonlinearity": {"kind": "Sigmoid", "slope": 2.0, "shift": 0.3}},
} | {name: {"nonlinearity": name} for name in NONLINEARITIES}
VARIANTS["power_relu"]["spectral_radius"] = 0.1  # or its states run away

FORMS = [(form, place) for form in ("current", "rate") for place in ("state", "drive")]


def leaky(form: str, noise_at: str, variant: str) -> LeakyRNN:
    """The network of that form, noise placement and variant."""
    fields = {"n_units": N_UNITS, "noise": 0.2, "form": form, "noise_at": noise_at} | VARIANTS[variant]
    return LeakyRNN.from_data({k: list(v) if isinstance(v, tuple) else v for k, v in fields.items()})

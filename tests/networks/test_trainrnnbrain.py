"""Weights from trainRNNbrain's parameter files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnlab import analysis, simulate
from rnnlab.networks import Sigmoid, Tanh, from_trainrnnbrain

N, N_IN, N_OUT = 8, 3, 2


def parameters(*, dale: bool = True, **changes: Any) -> dict[str, Any]:
    """What `RNN_torch.get_params` returns, as JSON has it."""
    rng = np.random.default_rng(0)
    signs = np.array([1.0] * 6 + [-1.0] * 2)
    W_inp, W_rec, W_out = (rng.standard_normal(shape) for shape in ((N, N_IN), (N, N), (N_OUT, N)))
    if dale:
        W_inp, W_rec, W_out = abs(W_inp), abs(W_rec) * signs, abs(W_out) * (signs > 0)
    W_rec = 0.2 * W_rec * (1 - np.eye(N))
    return {
        "activation_args": {"name": "relu", "slope": 1.5},
        "W_inp": W_inp.tolist(),
        "W_rec": W_rec.tolist(),
        "W_out": W_out.tolist(),
        "y_init": [0.0] * N,
        "bias": None,
        "N": N,
        "dt": 1.0,
        "tau": 10.0,
        "gamma": 0.1,
        "dale_mask": signs.tolist() if dale else None,
        "input_mask": np.ones((N, N_IN)).tolist(),
        "recurrent_mask": (1 - np.eye(N)).tolist(),
        "output_mask": (np.array(W_out) != 0).astype(float).tolist(),
    } | changes


def written(folder: Path, data: dict[str, Any]) -> Path:
    path = folder / "params.json"
    path.write_text(json.dumps({key: value for key, value in data.items() if value != "absent"}))
    return path


def by_hand(p: dict[str, Any], inputs: np.ndarray, equation: str) -> np.ndarray:
    """The outputs of its NumPy twin on one trial, without noise: states 0 ... T-1, read out."""
    W_inp, W_rec, W_out = (np.array(p[key]) for key in ("W_inp", "W_rec", "W_out"))
    y, a = np.array(p["y_init"]), p["dt"] / p["tau"]
    bias = np.zeros(N) if p["bias"] is None else np.array(p["bias"])

    def f(x: np.ndarray) -> np.ndarray:
        return np.maximum(0.0, p["activation_args"]["slope"] * x)

    outputs = []
    for u in inputs:
        outputs.append(W_out @ (f(y) if equation == "h" else y))
        drive = W_rec @ (f(y) if equation == "h" else y) + W_inp @ u + bias
        y = y + a * (-y + (drive if equation == "h" else f(drive)) - p["gamma"] * y**3)
    return np.array(outputs)


@pytest.mark.parametrize("equation", ["h", "s"])
@pytest.mark.parametrize("changes", [{}, {"dale": False}, {"bias": [0.1] * N, "y_init": [0.2] * N, "gamma": 0}])
def test_an_imported_network_computes_what_its_numpy_twin_does(
    equation: str, changes: dict[str, Any], tmp_path: Path
) -> None:
    data = parameters(**changes)
    network = from_trainrnnbrain(written(tmp_path, data), form="current" if equation == "h" else "rate")
    inputs = np.random.default_rng(1).standard_normal((1, 30, N_IN))
    np.testing.assert_allclose(simulate(network, inputs).outputs[0], by_hand(data, inputs[0], equation), atol=1e-12)
    np.testing.assert_array_equal(network.unit_signs, data["dale_mask"] or [0] * N)
    assert not np.diag(network.parameters["W_rec"]).any()
    assert analysis.fixed_points(network, inputs=np.zeros(N_IN), n_starts=8).states.shape[1] == N


def test_weights_before_their_signs_are_reflected_where_asked(tmp_path: Path) -> None:
    data = parameters()
    raw = data | {"W_rec": (-np.array(data["W_rec"])).tolist(), "W_inp": (-np.array(data["W_inp"])).tolist()}
    path = written(tmp_path, raw)
    with pytest.raises(ValueError, match=r"params\.json: 56 weights of W_rec .*; give reflective=True"):
        from_trainrnnbrain(path, form="rate")
    network = from_trainrnnbrain(path, form="rate", reflective=True)
    np.testing.assert_array_equal(network.parameters["W_rec"], data["W_rec"])
    np.testing.assert_array_equal(network.parameters["W_in"], data["W_inp"])


def test_files_of_earlier_versions(tmp_path: Path) -> None:
    old = {key: parameters(dale=False)[key] for key in ("W_inp", "W_rec", "W_out", "N", "dt", "tau")}
    old |= {"activation_name": "tanh", "activation_slope": 0.5, "bias_rec": [0.5] * N}
    network = from_trainrnnbrain(written(tmp_path, old), form="rate", name="old")
    assert network.config.nonlinearity == Tanh(0.5)  # type: ignore[attr-defined]
    assert network.name == "old"
    assert (network.parameters["b_rec"] == 0.5).all()


def test_the_nonlinearity_may_be_named(tmp_path: Path) -> None:
    path = written(tmp_path, parameters(activation_args={"name": "sigmoid", "slope": 2.0, "shift": 0.5}))
    with pytest.raises(ValueError, match=r"has a shifted sigmoid; name it: nonlinearity=rl\.networks\.Sigmoid"):
        from_trainrnnbrain(path, form="rate")
    network = from_trainrnnbrain(path, form="rate", nonlinearity=Sigmoid(2.0, 0.5))
    assert network.config.nonlinearity == Sigmoid(2.0, 0.5)  # type: ignore[attr-defined]


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no weights": ({"W_inp": "absent"}, r"params\.json: holds no W_inp; give the JSON of the parameters"),
    "ragged": ({"W_rec": [[1, 2], [3]]}, r"W_rec is not an array of numbers"),
    "words": ({"W_rec": [["a"]]}, r"W_rec is not an array of numbers"),
    "a vector": ({"W_rec": [1.0]}, r"W_rec has 1 dimensions, 2 were expected"),
    "another size": ({"W_inp": [[1.0]], "input_mask": None}, r"W_in: has shape \(1, 1\)"),
    "no time": ({"tau": "absent"}, r"tau is not a number"),
    "time in words": ({"dt": "1"}, r"dt is not a number"),
    "a step too long": ({"dt": 20.0}, r"LeakyRNN\.dt: 20 ms is longer than the time constant tau of 10 ms"),
    "unknown function": ({"activation_args": {"name": "exp"}}, r"names no activation known here: 'exp'; give nonlin"),
    "no function": ({"activation_args": "absent"}, r"names no activation known here: None"),
    "odd signs": ({"dale_mask": [2.0] * N}, r"dale_mask is not 8 signs"),
    "a number too large": ({"dt": 10**400}, r"dt is not a number"),
    "weights too large": ({"W_rec": [[10**400] * N] * N}, r"W_rec is not an array of numbers"),
    "a mask of another size": ({"recurrent_mask": [[1, 0], [0, 1]]}, r"recurrent_mask is not a matrix of 0 and 1 as"),
    "half a mask": ({"input_mask": [[0.5] * N_IN] * N}, r"input_mask is not a matrix of 0 and 1 as large as"),
    "a mask in words": ({"output_mask": {}}, r"output_mask is not an array of numbers"),
    "a name that is none": ({"activation_args": {"name": ["relu"]}}, r"names no activation known here: \['relu'\]"),
    "a slope in words": ({"activation_args": {"name": "relu", "slope": "2"}}, r"slope is not a number"),
    "another equation": ({"equation_type": "h"}, r"is of the h-equation, which is form='current'; not 'rate'"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_fit_is_refused_by_name(name: str, tmp_path: Path) -> None:
    changes, message = REFUSED[name]
    with pytest.raises(ValueError, match=message):
        from_trainrnnbrain(written(tmp_path, parameters(**changes)), form="rate")


def test_the_equation_must_be_said_once(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"does not say which equation it is of; give form='rate'"):
        from_trainrnnbrain(written(tmp_path, parameters()))
    network = from_trainrnnbrain(written(tmp_path, parameters(equation_type="h")))
    assert network.config.form == "current"  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["", "[1]", '{"W_rec": NaN}', '{"dt": 1, "dt": 2}', "{" * 100_000, "[" * 100_000])
def test_files_that_are_no_parameters(text: str, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"x\.json: "):
        from_trainrnnbrain(path, form="rate")

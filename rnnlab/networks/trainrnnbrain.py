"""trainRNNbrain's parameter files (and those of RNN_training_pipeline, its earlier name), read as data."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np

from rnnlab.networks.files import UnreadableError, check_size, read_json, reading
from rnnlab.networks.given import Given
from rnnlab.networks.leaky import LeakyRNN
from rnnlab.networks.network import Network
from rnnlab.networks.nonlinearity import Gelu, LeakyRelu, Relu, Sigmoid, Softplus, Tanh
from rnnlab.networks.weights import Weights

REMEDY = "give the JSON of the parameters that its RNN_torch.get_params returns"

FORMS = {"h": "current", "s": "rate"}

BIASES = ("bias", "bias_rec", "b_rec")
"""Names the bias has had."""

MASKS = {"W_in": "input_mask", "W_rec": "recurrent_mask", "W_out": "output_mask"}

LARGEST = 1e300
"""Numbers beyond it are no settings; JSON can say whole numbers that no float holds."""


def from_trainrnnbrain(
    path: str | Path,
    *,
    form: Literal["current", "rate"] | None = None,
    nonlinearity: Any = None,
    noise: float = 0.0,
    reflective: bool = False,
    name: str = "",
) -> Network:
    """A network from a trainRNNbrain parameter file (JSON), usable wherever one of ours is.

    Args:
        path: the file.
        form: ``"rate"`` for its s-equation (the only one of RNN_training_pipeline), ``"current"`` for its h-equation;
            needed unless the file says.
        nonlinearity: instead of the file's ``activation_name`` and its arguments.
        noise: strength of the recurrent noise, which the file does not hold.
        reflective: whether signs were kept by reflection, so that the file holds weights before their signs.
        name: shown in titles; left out, the file's.

    Raises:
        ValueError: the file cannot be read, or what it holds does not fit together; the message says what.
    """
    path = Path(path)
    with reading(path, REMEDY):
        check_size(path)
        file = read_json(path)
        arrays = _arrays(path, file)
        signs = _signs(path, file, len(arrays["W_rec"]))
        arrays |= _reflected(file, arrays, signs) if reflective else {}
        _check_signs(path, arrays, signs)
        config = LeakyRNN(
            n_units=len(arrays["W_rec"]),
            form=_form(path, file, form),
            nonlinearity=_nonlinearity(path, file) if nonlinearity is None else nonlinearity,
            dt=_number(path, file, "dt"),
            tau=_number(path, file, "tau"),
            damping=_number(path, file, "gamma", 0.0),
            noise=noise,
            input_index="previous",
            train_biases=any(file.get(key) is not None for key in BIASES),
            **_start(arrays["x0"]),
            **_constraints(path, file, arrays, signs),
        )
        return Network(config, arrays, name or path.stem)


def _arrays(path: Path, file: dict[str, Any]) -> dict[str, np.ndarray]:
    W_in, W_rec, W_out = (_array(path, file, key, 2) for key in ("W_inp", "W_rec", "W_out"))
    n, bias = len(W_rec), next((key for key in BIASES if file.get(key) is not None), None)
    return {
        "W_in": W_in,
        "W_rec": W_rec,
        "W_out": W_out,
        "b_rec": np.zeros(n) if bias is None else _array(path, file, bias, 1),
        "b_out": np.zeros(len(W_out)),
        "x0": np.zeros(n) if file.get("y_init") is None else _array(path, file, "y_init", 1),
    }


def _array(path: Path, file: dict[str, Any], key: str, n_dimensions: int) -> np.ndarray:
    if key not in file:
        raise UnreadableError(path, f"holds no {key}", REMEDY)
    try:
        array = np.array(file[key], np.float64)
    except (TypeError, ValueError, OverflowError):
        raise UnreadableError(path, f"{key} is not an array of numbers", REMEDY) from None
    if array.ndim != n_dimensions:
        raise UnreadableError(path, f"{key} has {array.ndim} dimensions, {n_dimensions} were expected", REMEDY)
    return array


def _number(path: Path, file: dict[str, Any], key: str, default: float | None = None) -> float:
    value = file.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < LARGEST:
        raise UnreadableError(path, f"{key} is not a number", REMEDY)
    return float(value)


def _form(path: Path, file: dict[str, Any], asked: str | None) -> Any:
    said = file.get("equation_type")
    found = FORMS.get(said) if isinstance(said, str) else None
    if asked is None and found is None:
        remedy = "give form='rate' (its s-equation, and RNN_training_pipeline's) or form='current' (its h-equation)"
        raise UnreadableError(path, "does not say which equation it is of", remedy)
    if asked is not None and found not in (None, asked):
        raise UnreadableError(path, f"is of the {said}-equation, which is form={found!r}", f"not {asked!r}")
    return asked or found


def _nonlinearity(path: Path, file: dict[str, Any]) -> Any:
    given = file.get("activation_args") or {"name": file.get("activation_name"), "slope": file.get("activation_slope")}
    if not isinstance(given, dict):
        raise UnreadableError(path, "activation_args is no JSON object", REMEDY)
    said = {key: value for key, value in given.items() if value is not None}
    slope, kind = _number(path, said, "slope", 1.0), said.get("name")
    if kind == "sigmoid" and said.get("shift"):
        remedy = "name it: nonlinearity=rl.networks.Sigmoid(slope=..., shift=...)"
        raise UnreadableError(path, "has a shifted sigmoid", remedy)
    kinds = {
        "relu": lambda: Relu(slope),
        "leaky_relu": lambda: LeakyRelu(slope, _number(path, said, "leak_slope", 0.01)),
        "tanh": lambda: Tanh(slope),
        "sigmoid": lambda: Sigmoid(slope),
        "softplus": lambda: Softplus(slope, _number(path, said, "beta", 1.0)),
        "gelu": Gelu,
    }
    if not isinstance(kind, str) or kind not in kinds:
        remedy = f"give nonlinearity=; known: {', '.join(kinds)}"
        raise UnreadableError(path, f"names no activation known here: {kind!r}", remedy)
    return kinds[kind]()


def _signs(path: Path, file: dict[str, Any], n: int) -> np.ndarray | None:
    if file.get("dale_mask") is None:
        return None
    signs = _array(path, file, "dale_mask", 1)
    if signs.shape != (n,) or not np.isin(signs, (-1, 1)).all():
        raise UnreadableError(path, f"dale_mask is not {n} signs, 1 or -1", REMEDY)
    return signs


def _reflected(file: dict[str, Any], arrays: dict[str, np.ndarray], signs: np.ndarray | None) -> dict[str, np.ndarray]:
    found = {"W_in": abs(arrays["W_in"]), "W_out": abs(arrays["W_out"])}
    if signs is not None:
        found["W_rec"] = abs(arrays["W_rec"]) * signs
    return found


def _check_signs(path: Path, arrays: dict[str, np.ndarray], signs: np.ndarray | None) -> None:
    if signs is not None and (wrong := int((arrays["W_rec"] * signs < 0).sum())):
        remedy = "give reflective=True if signs were kept by reflection"
        raise UnreadableError(path, f"{wrong} weights of W_rec have not the sign that dale_mask gives", remedy)


def _start(x0: np.ndarray) -> dict[str, Any]:
    return {"start": "given", "start_at": Given.of(x0)} if x0.any() else {"start": "zero"}


def _constraints(
    path: Path, file: dict[str, Any], arrays: dict[str, np.ndarray], signs: np.ndarray | None
) -> dict[str, Any]:
    """Signs as the weights have them, masks; weights that a mask has missed are set to zero."""
    fields: dict[str, Any] = {"input_sign": "positive" if (arrays["W_in"] >= 0).all() else "free"}
    fields["output_sign"] = "positive" if (arrays["W_out"] >= 0).all() else "free"
    if signs is not None:
        fields |= {"signs": signs, "dale": "project"}
    for name, key in MASKS.items():
        if file.get(key) is None:
            continue
        mask = _array(path, file, key, 2)
        if mask.shape != arrays[name].shape or not np.isin(mask, (0, 1)).all():
            raise UnreadableError(path, f"{key} is not a matrix of 0 and 1 as large as the weights it masks", REMEDY)
        if not mask.all():
            fields[f"weights_{name[2:]}"] = Weights(connections=mask)  # type: ignore[arg-type]  # an array does
            arrays[name] = arrays[name] * mask
    return fields

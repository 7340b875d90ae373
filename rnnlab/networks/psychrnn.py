"""PsychRNN's weight files, both ways.

A file holds *effective* weights under the names below, masks, signs as diagonal matrices and the fraction of
excitatory units; also the optimiser's arrays and a pickled function, which are not looked at. It says neither the
transfer function nor the time constants. That of an LSTM holds besides a matrix [hidden, input] (sender, unit) and a
bias for each gate, and a start of hidden values and memories for each place in the batch.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from rnnlab.networks.files import UnreadableError, check_size, read_npz, reading, write_npz
from rnnlab.networks.leaky import LeakyRNN
from rnnlab.networks.lstm import LSTM
from rnnlab.networks.network import Network
from rnnlab.networks.nonlinearity import Linear
from rnnlab.networks.weights import Weights
from rnnlab.networks.wiring import rules_of
from rnnlab.spec import with_article

NAMES = {"W_in": "W_in", "W_rec": "W_rec", "W_out": "W_out", "b_rec": "b_rec", "b_out": "b_out", "x0": "init_state"}
"""Our name of an array -> theirs."""

MASKS = {"W_in": "input_connectivity", "W_rec": "rec_connectivity", "W_out": "output_connectivity"}

SIGNS = ("Dale_rec", "Dale_out", "dale_ratio")

GATES = "fioc"
"""Their letters of an LSTM's gates and candidate, in the order of our rows."""

OF_LSTM = (*(f"{kind}_{gate}" for kind in "Wb" for gate in GATES), "init_hidden", "init_cell", "W_out", "b_out")

UNLIKE = "it gives every unit a sign, input weights that are positive, and outputs of excitatory units or with the sign"

REMEDY = "give a file that the save method of PsychRNN's Basic, BasicScan or LSTM model wrote"


def from_psychrnn(
    path: str | Path,
    *,
    nonlinearity: Any = None,
    dt: float = 10.0,
    tau: float = 100.0,
    noise: float = 0.0,
    name: str = "",
) -> Network:
    """A network from the weights that PsychRNN saved (``model.save``), usable wherever one of ours is.

    Args:
        path: the ``.npz`` file. Nothing in it is unpickled.
        nonlinearity: the transfer function, which the file holds as code only; PsychRNN's default is ``"relu"``. To be
            left out for an LSTM, which has none.
        dt, tau, noise: of the model (its ``rec_noise``), which the file does not hold; an LSTM has ``dt`` alone.
        name: shown in titles; left out, the file's.

    Raises:
        ValueError: the file cannot be read, or what it holds does not fit together; the message says what.
    """
    path = Path(path)
    with reading(path, REMEDY):
        check_size(path)
        file = read_npz(path, (*NAMES.values(), *MASKS.values(), *SIGNS, *OF_LSTM))
        if "W_f" in file:
            return _lstm(path, file, dt, name or path.stem, nonlinearity)
        if nonlinearity is None:
            raise UnreadableError(path, "holds its transfer function as code only", "name it, nonlinearity='relu' say")
        _check_present(path, file, tuple(NAMES.values()))
        arrays = {ours: np.asarray(file[theirs]) for ours, theirs in NAMES.items()}
        if arrays["W_rec"].ndim != 2:
            raise UnreadableError(path, f"W_rec has {arrays['W_rec'].ndim} dimensions, 2 were expected", REMEDY)
        n, arrays["x0"] = len(arrays["W_rec"]), arrays["x0"].reshape(-1)
        if len(arrays["x0"]) != n:
            raise UnreadableError(path, f"init_state has {len(arrays['x0'])} numbers for {n} units", REMEDY)
        fields = _signs(path, file, n) | _masks(file)
        config = LeakyRNN.psychrnn(
            n_units=len(arrays["W_rec"]), nonlinearity=nonlinearity, dt=dt, tau=tau, noise=noise, **fields
        )
        network = Network(config, arrays, name or path.stem)
        _check_full_masks(path, file)
        return network


def _check_present(path: Path, file: dict[str, np.ndarray | None], names: tuple[str, ...]) -> None:
    if missing := [name for name in names if file.get(name) is None]:
        raise UnreadableError(path, f"holds no array {', '.join(missing)}", REMEDY)


def _lstm(path: Path, file: dict[str, np.ndarray | None], dt: float, name: str, nonlinearity: Any) -> Network:
    """An LSTM; the base class's arrays, which its file holds too, have no part in it."""
    if nonlinearity is not None:
        raise UnreadableError(path, f"holds an LSTM, which has no transfer function {nonlinearity!r}", "leave it out")
    _check_present(path, file, OF_LSTM)
    their = {key: np.asarray(file[key]) for key in OF_LSTM}
    n, shapes = their["b_f"].size, {key: array.shape for key, array in their.items()}
    n_starts, n_inputs = len(np.atleast_1d(their["init_cell"])), len(np.atleast_1d(their["W_f"])) - n
    wanted = {f"W_{gate}": (n + n_inputs, n) for gate in GATES} | {f"b_{gate}": (n,) for gate in GATES}
    for key, shape in (wanted | dict.fromkeys(("init_hidden", "init_cell"), (n_starts, n))).items():
        if shapes[key] != shape:
            raise UnreadableError(path, f"{key} has shape {shapes[key]}, {shape} was expected", REMEDY)
    gates = [their[f"W_{gate}"] for gate in GATES]
    arrays = {
        "W_in": np.concatenate([W[n:].T for W in gates]),
        "W_rec": np.concatenate([W[:n].T for W in gates]),
        "b_rec": np.concatenate([their[f"b_{gate}"] for gate in GATES]),
        "x0": np.concatenate([their["init_hidden"], their["init_cell"]], axis=1),
        "W_out": their["W_out"],
        "b_out": their["b_out"],
    }
    return Network(LSTM(n_units=n, dt=dt, cell_output="sigmoid", start="places", n_starts=n_starts), arrays, name)


def _signs(path: Path, file: dict[str, np.ndarray | None], n: int) -> dict[str, Any]:
    """Fields that say what the file says of Dale's law. A ratio that is missing, None or 0 means there is none."""
    ratio = file.get("dale_ratio")
    if ratio is None or not float(ratio.reshape(())):
        return {}
    units, read = (_diagonal(path, file.get(key), key, n) for key in ("Dale_rec", "Dale_out"))
    if not np.isin(units, (-1, 1)).all():
        raise UnreadableError(path, "Dale_rec has other signs than 1 and -1 on its diagonal", REMEDY)
    for sign, wanted in (("excitatory", units > 0), ("signed", units)):
        if np.array_equal(read, wanted):
            return {"signs": units, "output_sign": sign}
    raise UnreadableError(path, "Dale_out fits neither excitatory nor signed read-out of the units in Dale_rec", REMEDY)


def _diagonal(path: Path, matrix: np.ndarray | None, name: str, n: int) -> np.ndarray:
    if matrix is None or matrix.shape != (n, n) or not np.array_equal(matrix, np.diag(np.diag(matrix))):
        raise UnreadableError(path, f"{name} is not a diagonal matrix of {n} units", REMEDY)
    return np.diag(matrix)


def _masks(file: dict[str, np.ndarray | None]) -> dict[str, Any]:
    masks = {f"weights_{ours[2:]}": file.get(theirs) for ours, theirs in MASKS.items()}
    return {
        field: Weights(connections=mask)  # type: ignore[arg-type]  # an array does
        for field, mask in masks.items()
        if mask is not None and mask.size and not (mask == 1).all()
    }


def _check_full_masks(path: Path, file: dict[str, np.ndarray | None]) -> None:
    """A mask that leaves nothing out is no part of the description, which checks the others."""
    for ours, theirs in MASKS.items():
        mask, weights = file.get(theirs), file[ours]
        if mask is not None and weights is not None and mask.size and mask.shape != weights.shape:
            raise UnreadableError(path, f"{theirs} has shape {mask.shape}, {ours} {weights.shape}", REMEDY)


def to_psychrnn(network: Network, path: str | Path) -> Path:
    """Write a network's weights so that PsychRNN loads them (``load_weights_path``). Returns the path.

    Raises:
        ValueError: PsychRNN would compute something else with them; the message says why.
    """
    config, path = network.config, Path(path)
    if not isinstance(config, LeakyRNN):
        raise ValueError(f"to_psychrnn: {with_article(type(config).__name__)} has no counterpart; give a leaky network")
    _check_equation(config)
    p = network.parameters
    arrays = {theirs: p[ours] for ours, theirs in NAMES.items()} | {"init_state": p["x0"][None]}
    connections = config.replace(output_sign="free")  # what Dale's law leaves unread is said by its own matrix
    for ours, rules in rules_of(connections, network.n_inputs, network.n_outputs).items():
        arrays[MASKS[ours]] = np.ones_like(p[ours]) if rules.mask is None else rules.mask.astype(float)
    write_npz(path, arrays | _dale(config, p))
    return path


def _check_equation(config: LeakyRNN) -> None:
    plain = LeakyRNN()
    for name, wanted in (
        ("form", "current"),
        ("input_index", "same"),
        ("damping", 0.0),
        ("input_baseline", 0.0),
        ("input_rectified", False),
        ("output_nonlinearity", Linear()),
        ("noise_correlation", plain.noise_correlation),
    ):
        if getattr(config, name) != wanted:
            remedy = f"it has {name}={wanted!r} only"
            raise ValueError(f"to_psychrnn: {name}: PsychRNN has no counterpart of {getattr(config, name)!r}; {remedy}")
    if config.start == "places":
        raise ValueError("to_psychrnn: start: PsychRNN's leaky models have one for all trials; give start='trained'")
    if isinstance(config.tau, tuple):
        raise ValueError("to_psychrnn: tau: PsychRNN has no time constants per unit; give one for all")


def _dale(config: LeakyRNN, p: Any) -> dict[str, np.ndarray]:
    """Their matrices of signs. With a ratio of 0 PsychRNN applies none of them."""
    signs, n = config.unit_signs, config.n_units
    if not signs.any():
        return {"Dale_rec": np.eye(n), "Dale_out": np.eye(n), "dale_ratio": np.array(0.0)}
    read = np.maximum(signs, 0) if config.output_sign == "excitatory" else signs
    theirs = {"W_in": abs(p["W_in"]), "W_rec": abs(p["W_rec"]) * signs, "W_out": abs(p["W_out"]) * read}
    for name, weights in theirs.items():
        if not np.array_equal(weights, p[name]):
            raise ValueError(f"to_psychrnn: {name}: PsychRNN's Dale's law would change these weights; {UNLIKE}")
    share = np.array((signs > 0).mean())
    if not share:
        raise ValueError("to_psychrnn: signs: PsychRNN takes a network without excitatory units for one without signs")
    return {"Dale_rec": np.diag(signs.astype(float)), "Dale_out": np.diag(read.astype(float)), "dale_ratio": share}

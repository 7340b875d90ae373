"""Weights from PsychRNN's files and back."""

from __future__ import annotations

import io
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnlab import analysis, simulate
from rnnlab.networks import LSTM, LeakyRNN, Network, Weights, from_psychrnn

N, N_IN, N_OUT = 10, 3, 2


class Bomb:
    """Unpickling it would fail the test."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (pytest.fail, ("a pickle was opened",))


def saved(folder: Path, *, dale: bool = False, sparse: bool = False, **changes: Any) -> Path:
    """A file as PsychRNN's save writes it: effective weights, masks, signs, optimiser slots, a pickled function."""
    rng = np.random.default_rng(0)
    masks = [(rng.random(shape) < (0.6 if sparse else 1.0)).astype("f4") for shape in ((N, N_IN), (N, N), (N_OUT, N))]
    W_in, W_rec, W_out = (m * rng.standard_normal(m.shape).astype("f4") for m in masks)
    signs = np.array([1.0] * 8 + [-1.0] * 2, "f4")
    if dale:
        W_in, W_rec, W_out = abs(W_in), abs(W_rec) * signs, abs(W_out) * (signs > 0)
    pickled = np.empty((), object)
    pickled[()] = Bomb()
    members = {
        "W_in": W_in,
        "W_rec": 0.5 * W_rec,
        "W_out": W_out,
        "b_rec": rng.standard_normal(N).astype("f4"),
        "b_out": rng.standard_normal(N_OUT).astype("f4"),
        "init_state": 0.1 + 0.01 * rng.standard_normal((1, N)).astype("f4"),
        "input_connectivity": masks[0],
        "rec_connectivity": masks[1],
        "output_connectivity": masks[2],
        "Dale_rec": np.diag(signs) if dale else np.eye(N, dtype="f4"),
        "Dale_out": np.diag(np.maximum(signs, 0)) if dale else np.eye(N, dtype="f4"),
        "dale_ratio": np.array(0.8) if dale else pickled,
        "transfer_function": pickled,
        "W_rec/Adam": rng.standard_normal((N, N)).astype("f4"),
    } | changes
    path = folder / "weights.npz"
    np.savez(path, **{name: array for name, array in members.items() if array is not None})
    return path


def by_hand(path: Path, inputs: np.ndarray) -> np.ndarray:
    """The outputs of PsychRNN's Basic simulator on one trial, from its file; dt 10, tau 100, no noise."""
    with np.load(path) as file:
        W_in, W_rec, W_out = file["W_in"], file["W_rec"], file["W_out"]
        b_rec, b_out, x = file["b_rec"], file["b_out"], file["init_state"][0].astype(float)
    outputs = []
    for u in inputs:
        x = 0.9 * x + 0.1 * (W_rec @ np.maximum(x, 0) + W_in @ u + b_rec)
        outputs.append(W_out @ np.maximum(x, 0) + b_out)
    return np.array(outputs)


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("dale", [False, True])
def test_an_imported_network_computes_what_psychrnn_does(dale: bool, sparse: bool, tmp_path: Path) -> None:
    path = saved(tmp_path, dale=dale, sparse=sparse)
    network = from_psychrnn(path, nonlinearity="relu")
    inputs = np.random.default_rng(1).standard_normal((1, 40, N_IN))
    np.testing.assert_allclose(simulate(network, inputs).outputs[0], by_hand(path, inputs[0]), rtol=0, atol=1e-6)
    np.testing.assert_array_equal(network.unit_signs, ([1] * 8 + [-1] * 2) if dale else [0] * 10)
    assert (network.config.weights_rec.connections is not None) == sparse  # type: ignore[attr-defined]
    assert network.name == "weights"
    assert analysis.fixed_points(network, inputs=np.zeros(N_IN), n_starts=8).states.shape[1] == N


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("dale", [False, True])
def test_what_goes_out_comes_back(dale: bool, sparse: bool, tmp_path: Path) -> None:
    network = from_psychrnn(saved(tmp_path, dale=dale, sparse=sparse), nonlinearity="tanh", tau=50)
    assert from_psychrnn(network.to_psychrnn(tmp_path / "out.npz"), nonlinearity="tanh", tau=50) == network
    with np.load(tmp_path / "out.npz", allow_pickle=False) as file, np.load(tmp_path / "weights.npz") as theirs:
        for name in file.files:
            if name != "dale_ratio":
                np.testing.assert_array_equal(file[name], theirs[name])
        assert float(file["dale_ratio"]) == (0.8 if dale else 0.0)
        assert file["init_state"].shape == (1, N)


def test_a_trained_start_and_signs_of_our_own_go_out(tmp_path: Path) -> None:
    config = LeakyRNN(n_units=6, signs=(1, -1, 1, -1, 1, 1), output_sign="signed", autapses=False)
    network = Network.initialised(config, 2, 1)
    again = from_psychrnn(network.to_psychrnn(tmp_path / "w.npz"), nonlinearity="relu", noise=0.05)
    for name, array in network.parameters.items():
        np.testing.assert_array_equal(again.parameters[name], array)
    np.testing.assert_array_equal(again.unit_signs, network.unit_signs)


def test_a_ratio_of_zero_means_no_dale_there(tmp_path: Path) -> None:
    path = saved(tmp_path, dale_ratio=np.array(0.0))
    assert not from_psychrnn(path, nonlinearity="relu").unit_signs.any()
    assert not from_psychrnn(saved(tmp_path, dale_ratio=None), nonlinearity="relu").unit_signs.any()


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no weights": ({"W_rec": None}, r"weights\.npz: holds no array W_rec; give a file that the save method"),
    "another shape": ({"W_in": np.zeros((4, 3))}, r"weights\.npz: W_in: has shape \(4, 3\), wanted \(10, 3\)"),
    "not finite": ({"b_rec": np.full(N, np.nan)}, r"b_rec: 10 of 10 values are not finite"),
    "text": ({"W_rec": np.array(["a"])}, r"W_rec is no array of numbers"),
    "pickled weights": ({"W_rec": np.array([Bomb()], object)}, r"holds no array W_rec"),
    "not its signs": ({"dale_ratio": np.array(0.8)}, r"values break the description's constraints"),
    "no signs": ({"dale_ratio": np.array(0.8), "Dale_rec": None}, r"Dale_rec is not a diagonal matrix of 10 units"),
    "odd signs": ({"dale_ratio": np.array(0.8), "Dale_rec": 2 * np.eye(N)}, r"Dale_rec has other signs than 1 and -1"),
    "odd read-out": ({"dale_ratio": np.array(0.8), "Dale_out": -np.eye(N)}, r"Dale_out fits neither"),
    "masked weights": ({"rec_connectivity": np.eye(N)}, r"W_rec: 90 of 100 values break the description's constraints"),
    "half a mask": ({"rec_connectivity": np.full((N, N), 0.5)}, r"weights_rec\.connections: holds other numbers than"),
    "a number for a matrix": ({"W_rec": np.array(1.0)}, r"W_rec has 0 dimensions, 2 were expected"),
    "another mask": ({"rec_connectivity": np.tri(4)}, r"weights_rec\.connections: is 4x4; give 10 rows of 10 numbers"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_fit_is_refused_by_name(name: str, tmp_path: Path) -> None:
    changes, message = REFUSED[name]
    with pytest.raises(ValueError, match=message):
        from_psychrnn(saved(tmp_path, **changes), nonlinearity="relu")


def test_files_that_are_none(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    with pytest.raises(ValueError, match=r"x\.npz: No such file"):
        from_psychrnn(path, nonlinearity="relu")
    for content in (b"", b"not a zip", pickle.dumps({"W_rec": 1})):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=r"x\.npz: .*zip file"):
            from_psychrnn(path, nonlinearity="relu")


def test_a_damaged_file_is_refused_whatever_is_damaged(tmp_path: Path) -> None:
    whole = saved(tmp_path).read_bytes()
    rng = np.random.default_rng(0)
    for _ in range(60):
        damaged = bytearray(whole[: rng.integers(1, len(whole))] if rng.random() < 0.3 else whole)
        for i in rng.integers(0, len(damaged), 5):
            damaged[i] = rng.integers(256)
        (tmp_path / "damaged.npz").write_bytes(damaged)
        try:
            from_psychrnn(tmp_path / "damaged.npz", nonlinearity="relu")
        except ValueError as error:
            assert "damaged.npz" in str(error)


def test_a_header_that_promises_more_than_there_is_is_refused(tmp_path: Path) -> None:
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<f8", "fortran_order": False, "shape": (10**6, 10**6)})
    source = saved(tmp_path)
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(tmp_path / "big.npz", "w") as new:
        for info in old.infolist():
            new.writestr(info, header.getvalue() if info.filename == "W_rec.npy" else old.read(info))
    with pytest.raises(ValueError, match=r"big\.npz: W_rec is no array of numbers"):
        from_psychrnn(tmp_path / "big.npz", nonlinearity="relu")


ODD_HEADERS = {
    "an open bracket": "(" * 9000,
    "a shape of truths": "{'descr': '<f8', 'fortran_order': False, 'shape': (True, True)}",
    "code": "__import__('os').abort()",
    "a negative shape": "{'descr': '<f8', 'fortran_order': False, 'shape': (-1, -3)}",
}


@pytest.mark.parametrize("name", ODD_HEADERS)
def test_a_header_made_to_confuse_is_refused(name: str, tmp_path: Path) -> None:
    text = f"{ODD_HEADERS[name]}\n".encode()
    member = b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + bytes(8)
    with zipfile.ZipFile(saved(tmp_path)) as old, zipfile.ZipFile(tmp_path / "odd.npz", "w") as new:
        for info in old.infolist():
            new.writestr(info, member if info.filename == "W_rec.npy" else old.read(info))
    with pytest.raises(ValueError, match=r"odd\.npz: "):
        from_psychrnn(tmp_path / "odd.npz", nonlinearity="relu")


def test_a_damaged_compressed_file_is_refused(tmp_path: Path) -> None:
    with np.load(saved(tmp_path), allow_pickle=False) as file:
        np.savez_compressed(tmp_path / "packed.npz", **{name: file[name] for name in ("W_in", "W_rec", "W_out")})
    whole = (tmp_path / "packed.npz").read_bytes()
    for place in range(40, len(whole), 23):
        (tmp_path / "packed.npz").write_bytes(whole[:place] + bytes([whole[place] ^ 255]) + whole[place + 1 :])
        with pytest.raises(ValueError, match=r"packed\.npz: "):
            from_psychrnn(tmp_path / "packed.npz", nonlinearity="relu")


def test_what_an_argument_is_wrong_in_is_not_blamed_on_the_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"LeakyRNN\.noise: -1 is out of range; give at least 0$"):
        from_psychrnn(saved(tmp_path), nonlinearity="relu", noise=-1.0)


def test_what_is_unknown_of_a_nonlinearity_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"weights\.npz: LeakyRNN\.nonlinearity: unknown kind 'rellu'"):
        from_psychrnn(saved(tmp_path), nonlinearity="rellu")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"form": "rate"}, r"to_psychrnn: form: PsychRNN has no counterpart of 'rate'"),
        ({"damping": 0.1}, r"to_psychrnn: damping"),
        ({"input_rectified": True}, r"to_psychrnn: input_rectified"),
        ({"output_nonlinearity": "sigmoid"}, r"to_psychrnn: output_nonlinearity"),
        ({"tau": (50.0,) * 4}, r"to_psychrnn: tau: PsychRNN has no time constants per unit"),
        ({"signs": (1, -1, 0, 0)}, r"to_psychrnn: W_rec: PsychRNN's Dale's law would change these weights"),
        ({"signs": (-1,) * 4, "output_sign": "signed"}, r"to_psychrnn: signs: .* without excitatory units"),
        ({"excitatory": 0.5, "input_sign": "free"}, r"to_psychrnn: W_in: PsychRNN's Dale's law would change"),
    ],
)
def test_what_psychrnn_cannot_compute_does_not_go_out(fields: dict[str, Any], message: str, tmp_path: Path) -> None:
    network = Network.initialised(LeakyRNN(n_units=4, **fields), 2, 1)
    with pytest.raises(ValueError, match=message):
        network.to_psychrnn(tmp_path / "w.npz")
    assert not list(tmp_path.iterdir())


def test_a_sparse_network_of_ours_goes_out_with_its_masks(tmp_path: Path) -> None:
    config = LeakyRNN(n_units=4, weights_rec=Weights(connections=np.tri(4)))  # type: ignore[arg-type]
    Network.initialised(config, 2, 1).to_psychrnn(tmp_path / "w.npz")
    with np.load(tmp_path / "w.npz") as file:
        np.testing.assert_array_equal(file["rec_connectivity"], np.tri(4))


def changed(folder: Path, **arrays: Any) -> Path:
    """A file with other arrays in it; None leaves one out."""
    with np.load(saved(folder, dale=True), allow_pickle=False) as file:
        kept = {name: file[name] for name in file.files if name not in ("transfer_function", "dale_ratio")}
    kept |= {"dale_ratio": np.array(0.8), **arrays}
    np.savez(folder / "changed.npz", **{name: array for name, array in kept.items() if array is not None})
    return folder / "changed.npz"


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"init_state": np.zeros((1, N - 1))}, r"init_state has 9 numbers for 10 units; give a file that"),
        ({"rec_connectivity": np.ones((3, 3))}, r"rec_connectivity has shape \(3, 3\), W_rec \(10, 10\); give"),
        ({"W_in": np.full((N, N_IN), "a")}, r"W_in is no array of numbers; give one of real numbers"),
    ],
)
def test_what_does_not_fit_is_named_as_in_the_file(arrays: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=message):
        from_psychrnn(changed(tmp_path, **arrays), nonlinearity="relu")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    network = Network.initialised(LeakyRNN.psychrnn(), N_IN, N_OUT)
    with pytest.raises(ValueError, match=r"nowhere/w\.npz: cannot be written: its folder does not exist; make the"):
        network.to_psychrnn(tmp_path / "nowhere" / "w.npz")


def saved_lstm(folder: Path, n_starts: int = 4, **changes: Any) -> Path:
    """A file as PsychRNN's LSTM is saved: gates over [hidden, input], starts of each place in the batch, and arrays of
    the base class that its equations never use."""
    rng = np.random.default_rng(5)
    members = {f"W_{gate}": 0.1 * rng.standard_normal((N + N_IN, N)).astype("f4") for gate in "fico"}
    members |= {f"b_{gate}": 1.0 + 0.1 * rng.standard_normal(N).astype("f4") for gate in "fico"}
    members |= {name: 0.1 * rng.standard_normal((n_starts, N)).astype("f4") for name in ("init_hidden", "init_cell")}
    members |= {"W_out": rng.standard_normal((N_OUT, N)).astype("f4"), "b_out": np.ones(N_OUT, "f4")}
    members |= {"W_rec": np.eye(N), "W_in": np.ones((N, N_IN)), "b_rec": np.zeros(N), "init_state": np.zeros((1, N))}
    path = folder / "lstm.npz"
    np.savez(path, **{name: array for name, array in (members | changes).items() if array is not None})
    return path


def lstm_by_hand(path: Path, inputs: np.ndarray) -> np.ndarray:
    """The outputs (trial, time, output) of PsychRNN's LSTM for as many trials as it was trained with at a time."""
    with np.load(path) as file:
        p = {name: file[name].astype(float) for name in file.files}
    gate = {g: lambda v, g=g: 1 / (1 + np.exp(-(v @ p[f"W_{g}"] + p[f"b_{g}"]))) for g in "fio"}
    h, c, outputs = p["init_hidden"], p["init_cell"], []
    for u in inputs.swapaxes(0, 1):
        v = np.concatenate([h, u], axis=1)
        c = gate["f"](v) * c + gate["i"](v) * np.tanh(v @ p["W_c"] + p["b_c"])
        h = gate["o"](v) / (1 + np.exp(-c))
        outputs.append(h @ p["W_out"].T + p["b_out"])
    return np.stack(outputs, axis=1)


def test_an_imported_lstm_computes_what_psychrnn_does(tmp_path: Path) -> None:
    path = saved_lstm(tmp_path)
    network = from_psychrnn(path, dt=20)
    assert network.config == LSTM(n_units=N, dt=20, cell_output="sigmoid", start="places", n_starts=4)
    inputs = np.random.default_rng(1).standard_normal((4, 30, N_IN))
    np.testing.assert_allclose(simulate(network, inputs).outputs, lstm_by_hand(path, inputs), rtol=0, atol=1e-6)
    assert (network.name, network.n_inputs, network.n_outputs) == ("lstm", N_IN, N_OUT)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"W_c": None}, r"lstm\.npz: holds no array W_c; give a file that"),
        ({"W_f": np.array([None])}, r"holds no array W_f"),
        ({"W_o": np.ones((N, N))}, r"W_o has shape \(10, 10\), \(13, 10\) was expected"),
        ({"b_i": np.ones((1, N))}, r"b_i has shape \(1, 10\), \(10,\) was expected"),
        ({"init_hidden": np.ones((3, N))}, r"init_hidden has shape \(3, 10\), \(4, 10\) was expected"),
        ({"W_f": np.float64(1)}, r"W_f has shape \(\), "),
        ({"W_out": np.ones((N_OUT, 3))}, r"W_out: has shape \(2, 3\), wanted \(2, 10\)"),
    ],
)
def test_an_lstm_that_does_not_fit_is_refused(changes: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=message):
        from_psychrnn(saved_lstm(tmp_path, **changes))


def test_a_transfer_function_is_named_where_there_is_one(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"an LSTM, which has no transfer function 'relu'; leave it out"):
        from_psychrnn(saved_lstm(tmp_path), nonlinearity="relu")
    with pytest.raises(ValueError, match=r"holds its transfer function as code only; name it, nonlinearity='relu'"):
        from_psychrnn(saved(tmp_path))


def test_starts_of_each_place_do_not_go_out(tmp_path: Path) -> None:
    network = Network.initialised(LeakyRNN(n_units=4, start="places", n_starts=3), 2, 1)
    with pytest.raises(
        ValueError, match=r"start: PsychRNN's leaky models have one for all trials; give start='trained'"
    ):
        network.to_psychrnn(tmp_path / "w.npz")

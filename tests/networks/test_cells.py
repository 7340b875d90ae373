"""What must hold for every network: purity, one definition for NumPy and torch, exact derivatives."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
import torch

from rnnlab.networks import LSTM, NETWORKS, Cell, LeakyRNN, unroll
from tests.networks.family import CELLS, N_INPUTS, N_OUTPUTS, N_TRIALS, Case

EVERY_CELL = pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS)


def tensors(arrays: dict[str, np.ndarray]) -> dict[str, torch.Tensor]:
    return {name: torch.tensor(array) for name, array in arrays.items()}


def test_every_cell_of_the_catalogue_is_in_the_family() -> None:
    assert {type(cell) for cell in CELLS.values()} == set(NETWORKS.values())


@EVERY_CELL
def test_parameters_have_the_promised_shapes(cell: Cell) -> None:
    raw = cell.initialise(N_INPUTS, N_OUTPUTS, np.random.default_rng(0))
    assert {name: array.shape for name, array in raw.items()} == cell.parameter_shapes(N_INPUTS, N_OUTPUTS)
    assert {array.dtype for array in raw.values()} == {np.dtype(float)}
    assert cell.trainable <= set(raw)
    assert cell.unit_signs.shape == (cell.n_units,)


@EVERY_CELL
def test_shapes_of_state_rates_and_outputs(cell: Cell) -> None:
    case = Case(cell)
    state = cell.initial_state(case.p, N_TRIALS)
    assert state.shape == cell.step(case.p, state, case.u).shape == (N_TRIALS, cell.n_states)
    assert cell.rates(case.p, state).shape == (N_TRIALS, cell.n_units)
    assert cell.readout(case.p, state).shape == (N_TRIALS, N_OUTPUTS)
    matrices = cell.recurrent_matrices(case.p)
    assert {W.shape for W in matrices.values()} == {(cell.n_units, cell.n_units)}


@EVERY_CELL
def test_nothing_given_is_changed(cell: Cell) -> None:
    case = Case(cell)
    before = deepcopy(vars(case))
    new = cell.step(case.p, case.state, case.u, case.xi, case.xi_input)
    new *= 0.0  # nor is the result a view of an argument
    cell.readout(case.p, case.state, case.xi_output)
    cell.jacobian(case.p, case.state, case.u)
    cell.vjp(case.p, case.state, case.u, case.v)
    cell.effective(case.raw)
    cell.initial_state(case.p, N_TRIALS)[...] = 7.0
    for name, value in vars(case).items():
        np.testing.assert_equal(value, before[name], err_msg=name)


@EVERY_CELL
def test_numpy_equals_torch(cell: Cell) -> None:
    case = Case(cell)
    given = [torch.tensor(a) for a in (case.state, case.u, case.xi, case.xi_input)]
    p = cell.effective(tensors(case.raw))
    new = cell.step(case.p, case.state, case.u, case.xi, case.xi_input)
    for name, array in case.p.items():
        np.testing.assert_array_equal(p[name].numpy(), array)
    np.testing.assert_allclose(cell.step(p, *given).numpy(), new, rtol=0, atol=1e-14)
    outputs = cell.readout(case.p, new, case.xi_output)
    by_torch = cell.readout(p, torch.tensor(new), torch.tensor(case.xi_output)).numpy()
    np.testing.assert_allclose(by_torch, outputs, rtol=0, atol=1e-13)
    np.testing.assert_array_equal(cell.initial_state(p, 3).numpy(), cell.initial_state(case.p, 3))


@EVERY_CELL
def test_single_precision_stays_single(cell: Cell) -> None:
    case = Case(cell)
    p = {name: array.astype(np.float32) for name, array in case.p.items()}
    single = {
        name: getattr(case, name).astype(np.float32) for name in ("state", "u", "v", "xi", "xi_input", "xi_output")
    }
    state, u = single["state"], single["u"]
    new, pullback = cell.linearise(p, state, u)
    results = [
        new,
        pullback(single["v"]),
        cell.step(p, state, u, single["xi"], single["xi_input"]),
        cell.readout(p, state, single["xi_output"]),
        cell.jacobian(p, state, u),
        *cell.effective(p).values(),
    ]
    assert {result.dtype for result in results} == {np.dtype(np.float32)}
    np.testing.assert_allclose(new, cell.step(case.p, case.state, case.u), rtol=0, atol=3e-5)
    tensor = cell.step(
        {name: torch.tensor(array) for name, array in p.items()},
        *(torch.tensor(single[name]) for name in ("state", "u", "xi", "xi_input")),
    )
    assert tensor.dtype == torch.float32


@EVERY_CELL
def test_jacobian_equals_finite_differences(cell: Cell) -> None:
    case, h = Case(cell), 1e-6
    columns = [
        (cell.step(case.p, case.state + d, case.u) - cell.step(case.p, case.state - d, case.u)) / (2 * h)
        for d in h * np.eye(cell.n_states)
    ]
    np.testing.assert_allclose(cell.jacobian(case.p, case.state, case.u), np.stack(columns, -1), rtol=0, atol=2e-8)


@EVERY_CELL
def test_jacobian_and_pullback_equal_autograd(cell: Cell) -> None:
    case = Case(cell)
    p, u = tensors(case.p), torch.tensor(case.u)
    state = torch.tensor(case.state, requires_grad=True)
    new = cell.step(p, state, u)
    rows = [torch.autograd.grad(new[:, i].sum(), state, retain_graph=True)[0] for i in range(cell.n_states)]
    J = torch.stack(rows, 1).numpy()
    pulled = np.einsum("ki,kij->kj", case.v, J)
    np.testing.assert_allclose(cell.jacobian(case.p, case.state, case.u), J, rtol=0, atol=1e-13)
    np.testing.assert_allclose(cell.vjp(case.p, case.state, case.u, case.v), pulled, rtol=0, atol=1e-13)
    np.testing.assert_array_equal(cell.linearise(case.p, case.state, case.u)[0], cell.step(case.p, case.state, case.u))
    state = state.detach()
    np.testing.assert_allclose(cell.jacobian(p, state, u).numpy(), J, rtol=0, atol=1e-13)
    np.testing.assert_allclose(cell.vjp(p, state, u, torch.tensor(case.v)).numpy(), pulled, rtol=0, atol=1e-13)


@EVERY_CELL
def test_effective_parameters_are_a_fixed_point_of_effective(cell: Cell) -> None:
    case = Case(cell)
    again = cell.effective(case.p)
    for name, array in case.p.items():
        np.testing.assert_array_equal(again[name], array)


@EVERY_CELL
def test_noises_names_exactly_the_noises_that_matter(cell: Cell) -> None:
    case = Case(cell)
    quiet, silent = cell.step(case.p, case.state, case.u), cell.readout(case.p, case.state)
    matters = {
        "recurrent": not np.array_equal(cell.step(case.p, case.state, case.u, xi=case.xi), quiet),
        "input": not np.array_equal(cell.step(case.p, case.state, case.u, xi_input=case.xi_input), quiet),
        "output": not np.array_equal(cell.readout(case.p, case.state, case.xi_output), silent),
    }
    assert cell.noises == {name for name, does in matters.items() if does}


@EVERY_CELL
def test_descriptions_survive_json(cell: Cell) -> None:
    again = type(cell).from_json(cell.to_json())
    assert again == cell
    assert again.digest == cell.digest
    assert again.equation == cell.equation


@EVERY_CELL
def test_the_equations_say_where_a_trial_starts_and_what_does_not_learn(cell: Cell) -> None:
    (start,) = (line for line in cell.equation.splitlines() if "the first input, u[1]" in line)
    assert ("learnt" in start.replace("not learnt", "")) == ("x0" in cell.trainable)
    assert (f"[{cell.lag}] = 0" in start) == (cell.start == "zero")
    told = "; ".join(cell.equation.splitlines()).partition("not learnt: ")[2].partition(";")[0].split(", ")
    assert {name for name in told if name} == set(cell.parameter_shapes(1, 1)) - {"x0"} - cell.trainable


@EVERY_CELL
def test_gradients_reach_every_trainable_array(cell: Cell) -> None:
    case = Case(cell)
    raw = {name: array.requires_grad_() for name, array in tensors(case.raw).items()}
    inputs = torch.tensor(np.random.default_rng(1).standard_normal((N_TRIALS, 5, N_INPUTS)))
    unroll(cell, cell.effective(raw), inputs).outputs.square().sum().backward()
    for name in cell.trainable:
        gradient = raw[name].grad
        assert gradient is not None, name
        assert gradient.isfinite().all(), name
        assert gradient.abs().max() > 0, name


GOLDEN: dict[str, tuple[Cell, str]] = {
    "leaky": (LeakyRNN(), "11b0da145504a2ff"),
    "Dale": (LeakyRNN(n_units=40, excitatory=0.8, autapses=False), "cb29bfcc33852910"),
    "rate": (LeakyRNN(n_units=7, form="rate", nonlinearity="tanh", tau=(100.0,) * 7, start="zero"), "5fd07bc26a95a464"),  # type: ignore[arg-type]
    "LSTM": (LSTM(), "a5073bc2faddcef2"),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_descriptions_keep_their_digests_as_kinds_gain_fields(name: str) -> None:
    cell, digest = GOLDEN[name]
    assert cell.digest.startswith(digest)


def test_a_file_from_before_there_were_constraints_is_read() -> None:
    old = {"kind": "LeakyRNN", "n_units": 40, "dt": 10.0, "start": "trained", "train_biases": True, "excitatory": 0.8}
    assert LeakyRNN.from_data(old | {"autapses": False, "spectral_radius": 1.1}).digest.startswith("cb29bfcc33852910")


def test_unrolling_a_lagged_network_starts_with_its_initial_state() -> None:
    cell = CELLS["rate, tanh, previous input, damped"]
    case = Case(cell)
    inputs = np.random.default_rng(1).standard_normal((N_TRIALS, 5, N_INPUTS))
    states = unroll(cell, case.p, inputs).states
    np.testing.assert_array_equal(states[:, 0], cell.initial_state(case.p, N_TRIALS))
    np.testing.assert_array_equal(states[:, 1], cell.step(case.p, states[:, 0], inputs[:, 0]))
    changed = inputs.copy()
    changed[:, -1] = 9.0
    np.testing.assert_array_equal(unroll(cell, case.p, changed).states, states)


@pytest.mark.parametrize("kind", NETWORKS.values(), ids=NETWORKS)
def test_every_number_of_a_description_explains_itself(kind: type[Any]) -> None:
    """The lab builds its controls from these."""
    for f in fields(kind):
        numeric = isinstance(f.default, float | int) and not isinstance(f.default, bool)
        assert not numeric or f.metadata.get("help"), f.name

"""The simulator against the plain loop over `step`, and against what it is asked to refuse."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from rnnlab import tasks
from rnnlab.networks import Cell, LeakyRNN, Network, from_arrays, unroll
from rnnlab.simulation import Lesion, simulate
from rnnlab.simulation.noise import NormalSource, noise_of
from rnnlab.spec import SpecError
from tests.networks.family import CELLS, N_INPUTS, N_OUTPUTS, Case

EVERY_CELL = pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS)
INPUTS = np.random.default_rng(2).standard_normal((5, 12, N_INPUTS))


def network_of(cell: Cell) -> Network:
    """Random weights, small enough that rounding errors do not grow."""
    p = Case(cell).p
    name = "W_rec" if "W_rec" in p else "W_to"
    return Network(cell, cell.effective(p | {name: 0.3 * p[name]}))


def all_draws(source: NormalSource | None, n_steps: int) -> np.ndarray | None:
    return None if source is None else np.stack([source.draw().copy() for _ in range(n_steps)], axis=1)


def looped(network: Network, inputs: np.ndarray, seed: int | None) -> tuple[np.ndarray, np.ndarray]:
    """The same noise, through the plain loop."""
    (n_trials, n_steps, n_inputs), lag = inputs.shape, network.config.lag
    noise = noise_of(network.config, seed, n_trials, n_inputs, np.dtype(float))
    xi, xi_input = all_draws(noise.recurrent, n_steps), all_draws(noise.input, n_steps)
    if xi is not None and lag:
        xi = np.concatenate([xi[:, :lag], xi[:, :-lag]], axis=1)  # the first drawn goes into the first step made
    return unroll(network.config, network.parameters, inputs, xi, xi_input, all_draws(noise.output, n_steps))


@EVERY_CELL
@pytest.mark.parametrize("seed", [None, 4])
def test_simulate_equals_looping_step(cell: Cell, seed: int | None) -> None:
    network = network_of(cell)
    trajectory = simulate(network, INPUTS, seed=seed)
    states, outputs = looped(network, INPUTS, seed)
    np.testing.assert_allclose(trajectory.states, states, rtol=0, atol=1e-11)
    np.testing.assert_allclose(trajectory.outputs, outputs, rtol=0, atol=1e-11)
    rates = network.rates(states.reshape(-1, network.n_states)).reshape(*states.shape[:2], -1)
    np.testing.assert_allclose(trajectory.rates, rates, rtol=0, atol=1e-11)
    np.testing.assert_array_equal(trajectory.initial, network.initial_state(5))
    if cell.noises and seed is not None:
        assert not np.array_equal(trajectory.outputs, simulate(network, INPUTS).outputs)


@EVERY_CELL
def test_nothing_given_is_changed(cell: Cell) -> None:
    network, inputs = network_of(cell), INPUTS.copy()
    start = np.ones((5, cell.n_states))
    simulate(network, inputs, [Lesion((0, 1))], seed=1, initial_state=start)
    np.testing.assert_array_equal(inputs, INPUTS)
    np.testing.assert_array_equal(start, 1.0)


@EVERY_CELL
def test_single_precision_agrees_with_double(cell: Cell) -> None:
    network = network_of(cell)
    single, double = (simulate(network, INPUTS, seed=3, dtype=dtype) for dtype in (np.float32, np.float64))
    assert {single.states.dtype, single.rates.dtype, single.outputs.dtype} == {np.dtype(np.float32)}
    np.testing.assert_allclose(single.states, double.states, rtol=0, atol=2e-3)


def test_the_seed_decides_the_noise() -> None:
    network = network_of(LeakyRNN(n_units=6))
    a, b, other = (simulate(network, INPUTS, seed=seed).states for seed in (1, 1, 2))
    np.testing.assert_array_equal(a, b)
    assert not np.array_equal(a, other)
    quiet = simulate(network, INPUTS).states
    np.testing.assert_array_equal(quiet, simulate(network, INPUTS).states)
    assert 0.01 < (a - quiet).std() < 0.2


@pytest.mark.parametrize("scale", [1.0, 0.3, np.array([1.0, 2.0, 0.0])])
@pytest.mark.parametrize("n_trials", [1, 7, 5000])
def test_a_steps_noise_does_not_depend_on_how_it_is_asked_for(n_trials: int, scale: Any) -> None:
    """Step by step, some at a time, straight into place, or knowing how many there will be."""
    n_steps = 40

    def source(known: int | None = None) -> NormalSource:
        return NormalSource(np.random.Generator(np.random.SFC64(3)), n_trials, 3, np.dtype(np.float32), scale, known)

    wanted, apart, whole = all_draws(source(), n_steps), source(), np.empty((n_steps, n_trials, 3), np.float32)
    parts = np.concatenate([apart.draw_steps(n) for n in (1, 5, 0, 9, 25)])
    source(n_steps).fill(whole)
    for found in (parts, whole, source().draw_steps(n_steps)):
        np.testing.assert_array_equal(found.swapaxes(0, 1), wanted)


def test_noise_has_the_promised_strength() -> None:
    """Stationary variance 2 sigma^2 / (2 - a), whatever the time step and the precision."""
    for dt, dtype in ((10.0, np.float64), (50.0, np.float32)):
        network = Network(
            LeakyRNN(n_units=200, dt=dt, noise=0.2, nonlinearity="linear", start="zero"),  # type: ignore[arg-type]
            from_arrays(W_rec=np.zeros((200, 200))).parameters,
        )
        n_steps = int(600 / dt)
        last = simulate(network, np.zeros((100, n_steps, 0)), seed=0, dtype=dtype).states[:, -1]
        assert last.var() == pytest.approx(2 * 0.2**2 / (2 - dt / 100), rel=4 * np.sqrt(2 / last.size))


# ------------------------------------------------------------------------------------------------------- odd shapes


@pytest.mark.parametrize(
    ("n_trials", "n_steps", "n_inputs", "n_outputs", "n_units"), [(1, 1, 1, 1, 1), (1, 7, 0, 0, 3)]
)
@pytest.mark.parametrize("seed", [None, 0])
def test_the_smallest_shapes_keep_their_axes(
    n_trials: int, n_steps: int, n_inputs: int, n_outputs: int, n_units: int, seed: int | None
) -> None:
    network = Network.initialised(LeakyRNN(n_units=n_units), n_inputs, n_outputs)
    trajectory = simulate(network, np.zeros((n_trials, n_steps, n_inputs)), seed=seed)
    assert trajectory.states.shape == (n_trials, n_steps, n_units)
    assert trajectory.outputs.shape == (n_trials, n_steps, n_outputs)
    assert np.isfinite(trajectory.states).all()


def test_zero_inputs_leave_a_network_at_rest_at_rest() -> None:
    network = Network.initialised(LeakyRNN(start="zero"), 2, 1)
    assert not simulate(network, np.zeros((3, 20, 2))).states.any()


# ---------------------------------------------------------------------------------------------- time step and start


def test_another_time_step_is_the_same_network_in_finer_steps() -> None:
    network = network_of(LeakyRNN(n_units=6, nonlinearity="tanh", dt=10))  # type: ignore[arg-type]
    hold = np.random.default_rng(0).standard_normal((3, 1, N_INPUTS))
    coarse = simulate(network, np.repeat(hold, 50, axis=1))
    fine = simulate(network, np.repeat(hold, 5000, axis=1), dt=0.1)
    assert fine.dt == fine.network.dt == 0.1
    assert fine.network.parameters["W_rec"] is not None
    np.testing.assert_allclose(fine.time[99::100], coarse.time)
    assert coarse.time[0] == 10
    np.testing.assert_allclose(fine.states[:, 99::100], coarse.states, atol=0.05)


def test_a_batch_brings_its_time_step() -> None:
    network = network_of(LeakyRNN(n_units=6, dt=10))
    batch = SimpleNamespace(inputs=INPUTS, dt=5.0)
    trajectory = simulate(network, batch)
    assert trajectory.dt == 5.0
    assert trajectory.batch is batch
    np.testing.assert_array_equal(trajectory.states, simulate(network, INPUTS, dt=5.0).states)
    assert simulate(network, INPUTS).batch is None
    with pytest.raises(ValueError, match=r"dt: 10 ms, but the batch has steps of 5 ms; sample it with dt=10"):
        simulate(network, batch, dt=10)


def test_trials_of_a_task() -> None:
    batch = tasks.get("flip_flop").sample(n_trials=4, dt=20, seed=0)
    trajectory = simulate(Network.initialised(LeakyRNN(dt=20), 3, 3), batch)
    assert trajectory.outputs.shape == batch.targets.shape
    np.testing.assert_allclose(trajectory.time, batch.time + 20)
    part = trajectory[1:3]
    np.testing.assert_array_equal(part.batch.targets, batch.targets[1:3])
    assert 0 <= batch.task.score(trajectory.outputs, batch).accuracy <= 1


def test_a_trajectory_can_be_continued() -> None:
    network = network_of(LeakyRNN(n_units=6))
    whole = simulate(network, INPUTS)
    first = simulate(network, INPUTS[:, :7])
    rest = simulate(network, INPUTS[:, 7:], initial_state=first.states[:, -1])
    np.testing.assert_allclose(rest.states, whole.states[:, 7:], rtol=0, atol=1e-13)
    one = simulate(network, INPUTS, initial_state=np.full(6, 0.5))
    np.testing.assert_array_equal(one.initial, np.full((5, 6), 0.5))


@pytest.mark.parametrize("name", ["current, relu, noise on the state", "rate, tanh, previous input, damped", "LSTM"])
def test_carried_over_each_trial_starts_where_the_one_before_ended(name: str) -> None:
    network = network_of(CELLS[name])
    carried = simulate(network, INPUTS, carry=True)
    np.testing.assert_array_equal(carried.initial[1:], carried.states[:-1, -1])
    if not network.config.lag:  # the state of a lagged network does not hold the last input
        one = simulate(network, INPUTS.reshape(1, -1, N_INPUTS))
        np.testing.assert_allclose(carried.states.reshape(one.states.shape), one.states, rtol=0, atol=1e-12)
    noisy = simulate(network, INPUTS, [Lesion((1,), trials=(2, 3), stop=50)], seed=4, carry=True)
    apart = simulate(network, INPUTS, noisy.interventions, seed=4, initial_state=noisy.initial)
    np.testing.assert_allclose(noisy.states, apart.states, rtol=0, atol=1e-12)


def test_padding_is_not_carried_over() -> None:
    network = network_of(LeakyRNN(n_units=6))
    batch = SimpleNamespace(inputs=INPUTS, dt=10.0, lengths=np.array([3, 12, 7, 12, 12]))
    carried = simulate(network, batch, carry=True)
    np.testing.assert_array_equal(carried.initial[1], carried.states[0, 2])
    np.testing.assert_array_equal(carried.initial[3], carried.states[2, 6])


# ----------------------------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"batch": INPUTS[0]}, r"batch: inputs have shape \(12, 3\), this network wants \(trial, time, 3\)"),
        ({"batch": INPUTS[..., :2]}, r"batch: inputs have shape \(5, 12, 2\), this network wants"),
        ({"batch": INPUTS[:, :0]}, r"give at least one trial and one step"),
        ({"batch": "trials"}, r"batch: 'trials' is neither a Batch nor an array of inputs"),
        ({"batch": np.full_like(INPUTS, np.nan)}, r"batch: inputs are not all finite"),
        ({"dtype": int}, r"dtype: got int64; give float64 or float32"),
        ({"seed": -1}, r"seed: got -1; give None \(no noise\) or a whole number from 0"),
        ({"seed": 0.5}, r"seed: got 0\.5"),
        ({"initial_state": np.zeros(5)}, r"initial_state: has shape \(5,\), wanted \(6,\) or \(5, 6\)"),
        ({"initial_state": np.array([0, np.nan, np.inf, 0, 0, 0])}, r"initial_state: 2 of 6 numbers are not finite"),
        ({"dt": 500}, r"LeakyRNN\.dt: 500 ms is longer than the time constant"),
        ({"dt": 0}, r"LeakyRNN\.dt: 0 ms is out of range"),
        ({"interventions": Lesion((0,))}, r"interventions: Lesion\(.* is one; give a list, \[Lesion\(\.\.\.\)\]"),
        ({"interventions": [3]}, r"interventions\[0\]: 3 is not an intervention such as Lesion"),
        (
            {"interventions": [Lesion((0,)), Lesion((2, 6))]},
            r"interventions\[1\]\.units\[1\]: 6 is not a unit of a network of 6; give 0 to 5",
        ),
    ],
)
def test_what_does_not_fit_is_refused(arguments: dict[str, Any], message: str) -> None:
    network = network_of(LeakyRNN(n_units=6))
    with pytest.raises(ValueError, match=message):
        simulate(network, **({"batch": INPUTS} | arguments))


def test_a_description_cannot_be_simulated() -> None:
    with pytest.raises(ValueError, match="LeakyRNN has no weights"):
        simulate(LeakyRNN(), INPUTS)
    with pytest.raises(SpecError, match="an LSTM has no time constant"):
        simulate(network_of(CELLS["LSTM"]), INPUTS, dt=5)


def test_an_exploding_network_is_reported_not_raised() -> None:
    network = from_arrays(nonlinearity="squared_relu", W_rec=[[50.0]], x0=[5.0])
    trajectory = simulate(network, np.zeros((1, 100, 0)))
    assert not trajectory.finite
    assert "activity is not finite" in repr(trajectory)


def test_simulation_does_not_load_torch() -> None:
    code = """
import sys
sys.modules["torch"] = None
import numpy as np
from rnnlab.networks import LeakyRNN, Network
from rnnlab.simulation import simulate
simulate(Network.initialised(LeakyRNN(nonlinearity="gelu"), 2, 1), np.zeros((2, 5, 2)), seed=0)
print(sorted({"panel", "bokeh", "pandas"} & set(sys.modules)))
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == "[]"


def test_the_families_inputs_and_outputs_are_used() -> None:
    network = network_of(CELLS["LSTM"])
    assert simulate(network, INPUTS).outputs.shape == (5, 12, N_OUTPUTS)


def test_the_precision_is_that_of_the_inputs_unless_asked_for() -> None:
    network = network_of(CELLS["LSTM"])
    assert simulate(network, INPUTS.astype(np.float32)).states.dtype == np.float32
    assert simulate(network, INPUTS.astype(np.float64)).states.dtype == np.float64
    assert simulate(network, INPUTS.astype(np.float32), dtype=np.float64).states.dtype == np.float64
    assert simulate(network, np.zeros((1, 3, N_INPUTS), int)).states.dtype == np.float64

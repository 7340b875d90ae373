"""A network stepped on demand is the one that `simulate` runs, whatever is done to it on the way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnnlab.networks import LSTM, Cell, LeakyRNN, Network, from_arrays
from rnnlab.simulation import Clamp, InputOverride, Kick, Lesion, ScaleWeights, Simulator, StateNoise, simulate
from rnnlab.spec import SpecError

N = 6
CELLS: dict[str, Cell] = {
    "current": LeakyRNN(n_units=N, noise=0.2, input_noise=0.1, output_noise=0.1),
    "rate": LeakyRNN(n_units=N, noise=0.2, form="rate", nonlinearity="tanh", noise_at="drive", tau=50),  # type: ignore[arg-type]
    "lagged": LeakyRNN(n_units=N, noise=0.2, input_index="previous", output_noise=0.1),
    "LSTM": LSTM(n_units=N),
}
INPUTS = np.random.default_rng(0).standard_normal((3, 15, 2))
EVERY_CELL = pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS)
EVERY_SIZE = pytest.mark.parametrize("n_trials", [1, 3])


def network_of(cell: Cell) -> Network:
    return Network.initialised(cell, 2, 2, rng=1)


def agree(live: Simulator, **arguments: Any) -> None:
    """The live run is `simulate` on what it was given and what was done to it."""
    made = live.trajectory()
    wanted = simulate(live.network, made.inputs, live.interventions, **arguments)
    for name in ("states", "rates", "outputs", "initial", "inputs"):
        np.testing.assert_array_equal(getattr(made, name), getattr(wanted, name), err_msg=name)


@EVERY_CELL
@EVERY_SIZE
@pytest.mark.parametrize("seed", [None, 7])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_step_by_step_is_the_whole(cell: Cell, n_trials: int, seed: int | None, dtype: Any) -> None:
    network, inputs = network_of(cell), INPUTS[:n_trials].astype(dtype)
    whole = simulate(network, inputs, seed=seed)
    live = Simulator(network, n_trials, seed=seed, dtype=dtype)
    for t in range(15):
        outputs = live.step(inputs[:, t])
        np.testing.assert_array_equal(outputs, whole.outputs[:, t])
        np.testing.assert_array_equal(live.state, whole.states[:, t])
        np.testing.assert_array_equal(live.rates, whole.rates[:, t])
        assert live.time == whole.time[t]
    agree(live, seed=seed)


@EVERY_CELL
@EVERY_SIZE
def test_what_is_done_while_it_runs_is_what_simulate_would_have_done(cell: Cell, n_trials: int) -> None:
    live = Simulator(network_of(cell), n_trials, [Kick((4,), start=20)], seed=3)
    live.step([1.0, -1.0])
    lesion = live.apply(Lesion((0, 1)))
    live.step()
    clamp = live.apply(Clamp((2,), 0.5, trials=(0,)))
    scaled = live.apply(ScaleWeights(0.5, start=40, stop=80))
    for t in range(5):
        live.step(INPUTS[:n_trials, t])
    live.release(lesion)
    live.apply(StateNoise((3, 5), 0.4, start=10))
    live.apply(InputOverride(0.0, channels=(1,)))
    live.step()
    live.release(clamp)
    live.step([0.0, 2.0])
    ends = {type(i).__name__: (i.start, i.stop) for i in live.interventions}
    assert ends["Lesion"] == (10, 70)
    assert ends["Clamp"] == (20, 80)
    assert ends["StateNoise"] == (70, None)
    assert scaled in live.interventions
    agree(live, seed=3)


def test_a_lesioned_unit_comes_back() -> None:
    live = Simulator(from_arrays(W_rec=[[0.0]], W_in=[[1.0]], W_out=[[1.0]], dt=10, tau=20))
    assert live.step([1.0]) == 0.5
    lesion = live.apply(Lesion((0,)))
    assert live.step() == 0.0
    assert live.rates == 0.0
    live.release(lesion)
    assert live.step() == 0.5
    assert live.n_steps == 3


def test_what_has_not_begun_can_be_called_off() -> None:
    live = Simulator(network_of(CELLS["current"]))
    live.release(live.apply(Lesion((0,), start=500)))
    live.release(live.apply(Kick((0,))))
    assert live.interventions == ()


def test_another_time_step_and_start() -> None:
    live = Simulator(network_of(CELLS["rate"]), 2, seed=1, dt=5, initial_state=np.full(N, 0.3))
    for t in range(4):
        live.step(INPUTS[:2, t])
    agree(live, seed=1, dt=5, initial_state=np.full(N, 0.3))


def test_what_it_refuses() -> None:
    live = Simulator(network_of(CELLS["current"]), 2)
    with pytest.raises(ValueError, match=r"u: has shape \(3,\), wanted \(2,\) or \(2, 2\)"):
        live.step([1, 2, 3])
    with pytest.raises(ValueError, match="u: not all finite"):
        live.step([np.nan, 0])
    with pytest.raises(ValueError, match="no step was made"):
        live.trajectory()
    with pytest.raises(SpecError, match=r"units\[0\]: 9 is not a unit of a network of 6"):
        live.apply(Lesion((9,)))
    live.step()
    with pytest.raises(SpecError, match="5 ms is not after the start at 10 ms"):
        live.apply(Lesion((0,), stop=5))
    with pytest.raises(ValueError, match="this Lesion is not in force"):
        live.release(Lesion((0,)))
    kick = live.apply(Kick((0,)))
    live.step()
    with pytest.raises(ValueError, match="this Kick is not in force"):
        live.release(kick)
    with pytest.raises(ValueError, match="n_trials: got 0; give at least 1"):
        Simulator(live.network, 0)

"""Pairs of trials, and protocols that make them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnnlab import tasks
from rnnlab.networks import LeakyRNN, Network, from_arrays
from rnnlab.simulation import Clamp, InputNoise, Kick, Lesion, Protocol, pairs, simulate
from rnnlab.spec import SpecError

NETWORK = Network.initialised(LeakyRNN(n_units=5), 2, 1)
INPUTS = np.random.default_rng(0).standard_normal((4, 10, 2))


def test_a_kicks_difference_decays_as_the_leak_says_whatever_the_noise() -> None:
    """x' - x = (1 - a)^n in a linear network without recurrence."""
    network = from_arrays(W_rec=np.zeros((2, 2)), W_out=[[1.0, 0.0]], nonlinearity="linear", dt=10, tau=50, noise=0.5)
    both = pairs(
        simulate(network, np.zeros((3, 8, 0)), seed=1),
        simulate(network, np.zeros((3, 8, 0)), [Kick((0,), 2.0, start=20, trials=(1,))], seed=1),
    )
    decay = np.concatenate([np.zeros(2), 2 * 0.8 ** np.arange(6)])
    np.testing.assert_allclose(both.states[1, :, 0], decay, atol=1e-14)
    np.testing.assert_allclose(both.outputs[1, :, 0], decay, atol=1e-14)
    np.testing.assert_allclose(both.distance[1], decay, atol=1e-14)
    np.testing.assert_array_equal(both.rates[1], both.states[1])
    assert both.touched.tolist() == [False, True, False]
    assert len(both) == 3
    assert both.time[-1] == 80


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"seed": 2}, r"not the same noise \(the seed\); simulate both on the same batch"),
        ({"batch": INPUTS + 1}, "not the same inputs"),
        ({"dt": 5}, "not the same network, time step"),
        ({"source": Network.initialised(LeakyRNN(n_units=5), 2, 1, rng=1)}, "not the same network"),
        ({"dtype": np.float32}, "not the same precision, inputs"),
    ],
)
def test_what_is_no_pair_is_refused(arguments: dict[str, Any], message: str) -> None:
    usual = {"source": NETWORK, "batch": INPUTS, "seed": 1}
    with pytest.raises(ValueError, match=message):
        pairs(simulate(**usual), simulate(**(usual | arguments)))


TASK = tasks.get("perceptual_discrimination")


def test_a_protocol_is_the_simulation_it_describes() -> None:
    protocol = Protocol((Clamp((0,), 0.5), InputNoise(0.2)), n_trials=3, trial_seed=4, seed=5, dt=5, carry=True)
    again = Protocol.from_json(protocol.to_json())
    assert again == protocol
    assert again.digest == protocol.digest != protocol.replace(seed=6).digest
    batch = TASK.sample(3, dt=5, seed=4)
    wanted = simulate(NETWORK, batch, protocol.interventions, seed=5, carry=True)
    made, both = protocol.run(NETWORK, TASK), protocol.pairs(NETWORK, TASK)
    for found in (made, both.perturbed):
        np.testing.assert_array_equal(found.states, wanted.states)
    np.testing.assert_array_equal(both.intact.states, simulate(NETWORK, batch, seed=5, carry=True).states)


@pytest.mark.parametrize("n_rows", [1, 3])
def test_a_protocol_keeps_where_trials_start(n_rows: int) -> None:
    start = np.random.default_rng(0).normal(size=(n_rows, NETWORK.n_states))
    protocol = Protocol(n_trials=3, seed=None, initial_state=start)  # type: ignore[arg-type]
    again = Protocol.from_json(protocol.to_json())
    assert (again, again.digest) == (protocol, protocol.digest)
    assert again.digest != Protocol(n_trials=3, seed=None).digest
    made = again.run(NETWORK, TASK)
    np.testing.assert_array_equal(made.initial, np.broadcast_to(start, made.initial.shape).astype(np.float32))
    np.testing.assert_array_equal(again.pairs(NETWORK, TASK).intact.states, made.states)
    with pytest.raises(ValueError, match="initial_state: has shape"):
        Protocol(n_trials=4, initial_state=np.zeros((2, NETWORK.n_states))).run(NETWORK, TASK)  # type: ignore[arg-type]


def test_a_protocol_says_what_is_wrong_and_where() -> None:
    data = Protocol((Lesion((0,)),)).to_data()
    data["interventions"][0]["units"] = [0.5]
    with pytest.raises(SpecError, match=r"protocol\.interventions\[0\]\.units\[0\]: expected a whole number"):
        Protocol.from_data(data)
    with pytest.raises(ValueError, match="task: none given, and the source has none"):
        Protocol().run(NETWORK)

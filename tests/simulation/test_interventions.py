"""Lesions: units that are really gone, for as long as they are; and interventions in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnnlab.networks import LSTM, Cell, LeakyRNN, Network, Weights
from rnnlab.simulation import Clamp, Group, InputPulse, Kick, Lesion, simulate
from rnnlab.simulation.interventions import Intervention
from rnnlab.simulation.interventions.told import told
from rnnlab.simulation.plan import segments
from rnnlab.spec import SpecError
from tests.networks.family import CELLS, N_INPUTS
from tests.simulation.test_simulate import network_of

GONE = (1, 4)
KEPT = [0, 2, 3, 5]
INPUTS = np.random.default_rng(2).standard_normal((4, 20, N_INPUTS))
EVERY_CELL = pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS)


FROM_UNITS = ("W_rec", "W_out", "W_fast", "W_gate", "W_att", "W_random")
"""Arrays whose columns belong to units that send."""


def disconnected(network: Network) -> Network:
    """The network with the units' outgoing weights removed."""
    p = {name: array.copy() for name, array in network.parameters.items()}
    for name in set(FROM_UNITS) & set(p):
        p[name][:, list(GONE)] = 0.0
    if "W_from" in p:
        p["W_from"][list(GONE)] = 0.0
    config = network.config
    return Network(config.replace(weights_rec=Weights()) if isinstance(config, LeakyRNN) else config, p)


@EVERY_CELL
@pytest.mark.parametrize("seed", [None, 5])
def test_a_lesion_of_the_whole_trial_equals_the_network_without_the_units(cell: Cell, seed: int | None) -> None:
    network = network_of(cell)
    lesioned = simulate(network, INPUTS, [Lesion(GONE)], seed=seed)
    without = simulate(disconnected(network), INPUTS, seed=seed)
    np.testing.assert_allclose(lesioned.outputs, without.outputs, rtol=0, atol=1e-12)
    np.testing.assert_allclose(lesioned.rates[..., KEPT], without.rates[..., KEPT], rtol=0, atol=1e-12)
    assert not lesioned.rates[..., list(GONE)].any()
    gone = np.tile(np.isin(np.arange(cell.n_units), GONE), cell.n_states // cell.n_units)
    assert not lesioned.states[..., gone].any()


def test_a_smaller_network_is_the_same_as_a_lesioned_one() -> None:
    network = network_of(LeakyRNN(n_units=6, nonlinearity="sigmoid"))  # type: ignore[arg-type]
    p = network.parameters
    small = Network(
        LeakyRNN(n_units=4, nonlinearity="sigmoid"),  # type: ignore[arg-type]
        {
            "W_in": p["W_in"][KEPT],
            "W_rec": p["W_rec"][np.ix_(KEPT, KEPT)],
            "W_out": p["W_out"][:, KEPT],
            "b_rec": p["b_rec"][KEPT],
            "b_out": p["b_out"],
            "x0": p["x0"][KEPT],
        },
    )
    lesioned = simulate(network, INPUTS, [Lesion(GONE)])
    np.testing.assert_allclose(lesioned.outputs, simulate(small, INPUTS).outputs, rtol=0, atol=1e-12)


@EVERY_CELL
@pytest.mark.parametrize("seed", [None, 5])
def test_a_lesion_acts_in_its_window_only(cell: Cell, seed: int | None) -> None:
    network = network_of(cell)
    whole = simulate(network, INPUTS, seed=seed)
    lesioned = simulate(network, INPUTS, [Lesion(GONE, start=50, stop=120)], seed=seed)
    np.testing.assert_allclose(lesioned.states[:, :5], whole.states[:, :5], rtol=0, atol=1e-13)
    assert not lesioned.rates[:, 5:12, GONE].any()
    assert lesioned.states[:, 12:, GONE].any()  # back again
    assert not np.array_equal(lesioned.outputs[:, 5], whole.outputs[:, 5])


@pytest.mark.parametrize("cell", [LeakyRNN(n_units=6, noise=0.2), LSTM(n_units=6)])
def test_what_happens_after_a_lesion_follows_from_the_state_it_leaves(cell: Cell) -> None:
    network = network_of(cell)
    lesioned = simulate(network, INPUTS, [Lesion(GONE, stop=100)])
    after = simulate(network, INPUTS[:, 10:], initial_state=lesioned.states[:, 9])
    np.testing.assert_allclose(lesioned.states[:, 10:], after.states, rtol=0, atol=1e-13)


@EVERY_CELL
def test_interventions_do_not_shift_the_noise(cell: Cell) -> None:
    """A lesion of nothing, cut anywhere, changes nothing."""
    network = network_of(cell)
    plain = simulate(network, INPUTS, seed=6)
    cut = simulate(network, INPUTS, [Lesion((), start=30, stop=110), Lesion((), start=70)], seed=6)
    np.testing.assert_allclose(cut.states, plain.states, rtol=0, atol=1e-14)
    np.testing.assert_allclose(cut.outputs, plain.outputs, rtol=0, atol=1e-14)


def test_lesions_add_up() -> None:
    network = network_of(LeakyRNN(n_units=6))
    together = simulate(network, INPUTS, [Lesion(GONE)])
    apart = simulate(network, INPUTS, [Lesion((1,)), Lesion((4,))])
    np.testing.assert_array_equal(together.outputs, apart.outputs)


def test_a_lesion_from_the_start_reaches_a_lagged_networks_first_state() -> None:
    network = network_of(LeakyRNN(n_units=6, input_index="previous"))
    lesioned = simulate(network, INPUTS, [Lesion(GONE)])
    assert not lesioned.states[:, 0, GONE].any()
    np.testing.assert_array_equal(lesioned.states[:, 0, KEPT], network.initial_state(4)[:, KEPT])


def test_trials_are_cut_where_something_begins_or_ends() -> None:
    a, b = Lesion((0,), start=20, stop=60), Lesion((1,), start=40)
    cut = segments([a, b], stop=10, dt=10)
    assert [(s.start, s.stop, s.active) for s in cut] == [(0, 2, ()), (2, 4, (a,)), (4, 6, (a, b)), (6, 10, (b,))]
    assert [(s.start, s.stop) for s in segments([Lesion((0,), start=500)], 10, 10)] == [(0, 10)]


def test_windows_are_rounded_to_steps() -> None:
    assert Lesion((0,), start=24, stop=46).window(100, 10) == (2, 5)
    assert Lesion((0,)).window(100, 10) == (0, 100)
    assert Lesion((0,), stop=5000).window(100, 10) == (0, 100)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"units": (0, -1)}, r"Lesion\.units\[1\]: -1 is out of range; give at least 0"),
        ({"units": (0.5,)}, r"Lesion\.units\[0\]: expected a whole number"),
        ({"units": 3}, r"Lesion\.units: 3 does not fit; give a list of a whole number or Group"),
        ({"units": (0,), "start": 50, "stop": 50}, r"Lesion\.stop: 50 ms is not after the start at 50 ms"),
        ({"units": (0,), "start": -10}, r"Lesion\.start: -10 ms is out of range"),
    ],
)
def test_senseless_lesions_are_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(SpecError, match=message):
        Lesion(**fields)


def test_lesions_survive_json() -> None:
    lesion = Lesion(np.array([3, 1]), start=100)  # type: ignore[arg-type]
    assert Lesion.from_json(lesion.to_json()) == lesion
    assert lesion.units == (3, 1)


@pytest.mark.parametrize(
    ("intervention", "words"),
    [
        (Lesion((3,)), "unit 3 silenced"),
        (Lesion(tuple(range(5, 18)), stop=40), "13 units silenced until 40 ms"),
        (Lesion(Group(areas=(0, 2), sign="inhibitory")), "all inhibitory units of areas 0 and 2 silenced"),
        (Clamp((1, 2, 4), value=(0.1, 0.2, 0.3), start=50), "units 1, 2 and 4 clamped at 3 values from 50 ms on"),
        (Clamp((0,), value=-0.25, of="state", trials=(1, 5)), "unit 0 held in state -0.25, in 2 trials"),
        (Kick((0,), amount=2), "unit 0 pushed by 2 at the beginning"),
        (InputPulse(0.3, start=10, stop=20), "input pulse from 10 to 20 ms"),
    ],
)
def test_it_is_told_in_words(intervention: Intervention, words: str) -> None:
    assert told(intervention) == words

"""The network that runs live: it does what a simulation does, is changed as it goes, and says how to do it again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import rnnlab as rl
from rnnlab.networks import LeakyRNN, Network
from rnnlab.session.running import MOST, WINDOW, Live


@pytest.fixture(scope="module")
def network() -> Network:
    cell = LeakyRNN(n_units=6)
    return Network(cell, cell.effective(cell.initialise(2, 1, np.random.default_rng(0))))


def driven(network: Network) -> Live:
    live = Live(network)
    live.advance(3)
    live.input = np.array([1.0, -0.5])
    live.advance(2)
    live.advance(2)
    live.silence([4, 1])
    live.advance(5)
    live.silence(())
    live.advance(1)
    return live


def test_it_does_what_a_simulation_of_the_same_does(network: Network) -> None:
    live = driven(network)
    inputs = np.zeros((1, 13, 2))
    inputs[0, 3:] = [1.0, -0.5]
    lesion = rl.Lesion(units=(1, 4), start=7 * network.dt, stop=12 * network.dt)
    course = rl.simulate(network, inputs, [lesion])
    time, rates, given, outputs = live.window
    np.testing.assert_allclose(outputs, course.outputs[0], atol=1e-12)
    np.testing.assert_allclose(rates, course.rates[0], atol=1e-12)
    np.testing.assert_array_equal(given, inputs[0])
    assert time[-1] == 13 * network.dt
    assert not rates[7:12, [1, 4]].any()


def test_its_script_does_the_same_again(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    live = driven(network)
    script = live.script("runs/mine")
    assert script.count("(4, [1, -0.5])") == 1, "steps with one input are one stretch"
    monkeypatch.setattr(rl, "load", lambda _: network)
    names: dict[str, Any] = {}
    exec(script, names)  # it is ours
    np.testing.assert_array_equal(names["trajectory"].outputs, live.simulator.trajectory().outputs)


def test_it_keeps_a_window_in_sight_and_ends_where_its_memory_does(network: Network) -> None:
    live = Live(network)
    live.advance(WINDOW + 5)
    assert len(live.window[0]) == WINDOW
    live.advance(MOST)
    assert live.full
    assert live.simulator.n_steps == MOST

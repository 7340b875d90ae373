"""Results: computed when asked, once, for the network and trials shown; and None with a reason where they cannot be."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import rnnlab as rl
from rnnlab.networks import Network
from rnnlab.session import Results
from rnnlab.session.examples import Trials
from rnnlab.tasks import Batch, Task
from rnnlab.tasks.exemplars import exemplars
from tests.session.helpers import seconds_until

TASK = rl.tasks.get("perceptual_discrimination")


def network(seed: int = 0, task: Task = TASK, **config: Any) -> Network:
    return Network.initialised(rl.networks.LeakyRNN(n_units=12, **config), task.n_inputs, task.n_outputs, seed)


def sampler(task: Task, seed: int = 0) -> Any:
    return lambda n_trials, dt, noise=True: task.sample(n_trials, dt=dt, seed=seed, noise=noise)


def shown(results: Results, net: Network, task: Task = TASK, seed: int = 0) -> Batch:
    sample = sampler(task, seed)
    example = sample(6, 10)
    results.show(net, example, sample)
    return example


@pytest.fixture
def results() -> Iterator[Results]:
    results = Results()
    yield results
    results.close()


def taken(results: Results, name: str) -> Any:
    found: dict[str, Any] = {}
    seconds_until(lambda: found.update(results.take()) or name in found, 60)
    return found[name]


def test_quick_results_are_those_of_the_functions_they_call(results: Results) -> None:
    net = network()
    example = shown(results, net)
    trajectory = rl.simulate(net, example)
    np.testing.assert_array_equal(results.trajectory.states, trajectory.states)
    np.testing.assert_array_equal(results.spectra["W_rec"].eigenvalues, rl.analysis.spectrum(net).eigenvalues)
    components = rl.analysis.principal_components(trajectory.states, n_components=2)
    np.testing.assert_allclose(results.components.axes[:2], components.axes, atol=1e-9)


def test_they_are_computed_once(results: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    monkeypatch.setattr("rnnlab.session.results.simulate", lambda *a: calls.append(a) or rl.simulate(*a))
    net = network()
    example = shown(results, net)
    assert calls == [], "nothing before it is asked for"
    assert results.trajectory is results.trajectory and results.components is results.components
    results.show(net, example, sampler(TASK))
    assert results.trajectory is not None and len(calls) == 1
    spectra = results.spectra
    shown(results, net, seed=1)
    assert results.trajectory is not None and len(calls) == 2
    assert results.spectra is spectra, "the trials are nothing to the weights"
    shown(results, network(seed=1))
    assert results.spectra is not spectra


def test_a_network_that_does_not_fit_the_task_is_no_error(results: Results) -> None:
    shown(results, network(), rl.tasks.get("flip_flop"))
    results.ask("points")
    results.ask("psychometric")
    assert (results.trajectory, results.components, results.constant_input) == (None, None, None)
    assert results.computing == frozenset()
    for name in ("trajectory", "points", "psychometric"):
        assert "2 inputs and 2 outputs, this task has 3 and 3" in results.why(name)
    assert results.spectra is not None and results.why("spectra") == results.mismatch
    shown(results, network())
    assert results.trajectory is not None and results.why("trajectory") == ""


def test_the_network_is_run_at_its_own_time_step(results: Results) -> None:
    shown(results, network(dt=20))
    assert results.probe.dt == results.trajectory.dt == 20


def test_a_time_step_too_long_for_the_task_is_said(results: Results) -> None:
    shown(results, network(dt=100), rl.tasks.get("perceptual_discrimination", stimulus=(50, 50)))
    assert results.trajectory is None
    assert "50 ms" in results.why("probe")


def test_the_constant_input_is_the_median_of_the_epoch(results: Results) -> None:
    task = rl.tasks.get("perceptual_discrimination", baseline=0.75, coherences=(0.5,), noise=0.3)
    shown(results, network(), task)
    assert results.constant_input.tolist() == [0, 0]
    results.choose_epoch("stimulus")
    assert set(results.constant_input.tolist()) <= {0.75, 1.0, 1.25}
    results.choose_epoch("no such epoch")
    assert results.constant_input.tolist() == [0, 0]


def test_pulses_count_as_zero(results: Results) -> None:
    task = rl.tasks.get("flip_flop")
    shown(results, network(task=task), task)
    assert results.constant_input.tolist() == [0, 0, 0]


def test_fixed_points_are_found_and_followed(results: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[dict[str, Any]] = []
    real = rl.analysis.fixed_points

    @functools.wraps(real)
    def recorded(*arguments: Any, **options: Any) -> Any:
        calls.append(options)
        return real(*arguments, **options)

    monkeypatch.setattr("rnnlab.session.results.fixed_points", recorded)
    net = network(nonlinearity="tanh", spectral_radius=1.6)
    shown(results, net)
    results.ask("points")
    results.ask("points")
    points = taken(results, "points")
    assert points.network is net and points.n_points >= 1
    assert (points.q < 1e-18).all()
    results.ask("points")
    assert len(calls) == 1 and calls[0]["guesses"] is None
    moved = Network(net.config, {**net.parameters, "W_rec": net.parameters["W_rec"] * 1.01})
    shown(results, moved)
    results.ask("points")
    assert taken(results, "points").network is moved
    np.testing.assert_array_equal(calls[1]["guesses"], points.states)


def test_the_psychometric_curve_is_the_function_s(results: Results) -> None:
    net = network()
    shown(results, net)
    results.ask("psychometric")
    found = taken(results, "psychometric")
    assert set(np.abs(found.levels).round(6)) == {0.1, 0.3, 0.5, 0.7}
    assert found.counts.sum() == 512


def test_the_psychometric_curve_is_drawn_against_the_factor_chosen(results: Results) -> None:
    shown(results, network())
    found = []
    for factor in ("direction", "", "of another task"):
        results.choose_factor(factor)
        results.ask("psychometric")
        found.append(taken(results, "psychometric").factor if factor != "of another task" else found[-1])
    assert found == ["direction", "signed_coherence", "signed_coherence"]


def test_the_psychometric_curve_includes_the_network_s_noise(results: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    outputs = []

    def simulate(*arguments: Any, **options: Any) -> rl.Trajectory:
        outputs.append(rl.simulate(*arguments, **options).outputs)
        return rl.simulate(*arguments, **options)

    monkeypatch.setattr("rnnlab.session.results.simulate", simulate)
    for noise in (0.0, 0.5):
        shown(results, network(noise=noise))
        results.ask("psychometric")
        taken(results, "psychometric")
    assert np.abs(outputs[0] - outputs[1]).mean() > 0.01


def test_a_task_without_a_psychometric_curve_says_so(results: Results) -> None:
    task = rl.tasks.get("flip_flop")
    shown(results, network(task=task), task)
    results.ask("psychometric")
    assert taken(results, "psychometric") is None
    assert "no single choice" in results.why("psychometric")


def test_the_checks_are_of_the_task_as_edited_for_the_network_that_is_wanted(results: Results) -> None:
    task = rl.tasks.get("parametric_memory")
    example = task.sample(6, 20)
    results.show(network(), example, sampler(task), rl.networks.LeakyRNN(tau=500))
    assert results.mismatch == "" and results.why("design") == ""
    results.ask("design")
    found = taken(results, "design")
    assert found.checks == rl.analysis.design(task, 20, rl.networks.LeakyRNN(tau=500)).checks
    results.ask("design")
    assert "design" not in results.computing, "nothing has changed"
    results.show(network(), example, sampler(task), rl.networks.LeakyRNN(tau=50))
    results.ask("design")
    assert taken(results, "design")["memory"].verdict != found["memory"].verdict


def test_the_checks_need_no_network_that_fits(results: Results) -> None:
    shown(results, network(), rl.tasks.get("flip_flop"))
    assert results.mismatch
    results.ask("design")
    assert taken(results, "design").task == "flip_flop"
    assert results.why("design") == ""


def test_a_glimpse_shows_some_trials_as_the_whole_trajectory_does(results: Results) -> None:
    shown(results, network())
    second = Trials(3, first=2)
    glimpse = results.glimpse(second)
    assert glimpse is not None and glimpse.n_trials == 3
    assert results.glimpse(second) is glimpse
    whole = results.trajectory
    assert whole is not None
    np.testing.assert_allclose(glimpse.outputs, whole.outputs[2:5], rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(results.glimpse(second).outputs, whole.outputs[2:5])
    np.testing.assert_array_equal(results.choice(second).inputs, glimpse.batch.inputs)


def test_one_trial_of_each_condition_is_run_at_the_network_s_time_step(results: Results) -> None:
    net, sample = network(dt=5), sampler(TASK)
    results.show(net, sample(6, 10), sample, each=lambda: exemplars(TASK))
    later = Trials(5, first=5, of_conditions=True)
    glimpse, choice = results.glimpse(later), results.choice(later)
    assert glimpse is not None and glimpse.n_trials == choice.n_trials == 3, "the last three of eight"
    assert (glimpse.dt, choice.dt) == (5, 10)
    for name in ("coherence", "direction"):
        np.testing.assert_array_equal(glimpse.batch.factors[name], choice.factors[name])


def test_a_task_without_conditions_shows_its_trials_as_they_come(results: Results) -> None:
    example = shown(results, network())
    assert results.exemplars is None
    np.testing.assert_array_equal(results.choice(Trials(2, of_conditions=True)).inputs, example.inputs[:2])

"""A cell of one's own: the leaky network written by a user trains and simulates as the built-in one does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from rnnlab import analysis, tasks
from rnnlab.events import Evaluated, Updated
from rnnlab.networks import AnyNetwork, CodeCell, LeakyRNN, MissingCell, Network
from rnnlab.runs import Change, Experiment, RunError, Training, VanishingGradient, load
from rnnlab.session.intent import Intent
from rnnlab.simulation import Lesion, simulate
from rnnlab.spec import NotCitableError, SpecError, quantity
from rnnlab.training import resume, train

LEAKY = LeakyRNN(n_units=6, dt=20, nonlinearity="tanh", noise=0.1, start="zero")  # type: ignore[arg-type]


@dataclass(frozen=True)
class Mine(CodeCell):
    """My equation."""

    tau: float = quantity(100.0, help="time constant")
    noises = frozenset({"recurrent"})

    def initialise(self, n_inputs: int, n_outputs: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        return LEAKY.replace(n_units=self.n_units).initialise(n_inputs, n_outputs, rng)

    def rates(self, p: Any, state: Any) -> Any:
        return torch.tanh(state) if isinstance(state, torch.Tensor) else np.tanh(state)

    def step(self, p: Any, state: Any, u: Any, xi: Any = None, xi_input: Any = None) -> Any:
        alpha = self.dt / self.tau
        drive = self.rates(p, state) @ p["W_rec"].T + u @ p["W_in"].T + p["b_rec"]
        new = state + alpha * (drive - state)
        return new if xi is None else new + (2 * alpha) ** 0.5 * 0.1 * xi


class Plain(CodeCell):
    def step(self, p: Any, state: Any, u: Any, xi: Any = None, xi_input: Any = None) -> Any:
        return 0.9 * state + 0.1 * (u @ p["W_in"].T)


MINE = Mine(n_units=6, dt=20, start="zero")


def experiment(network: AnyNetwork, **training: Any) -> Experiment:
    fields = {"updates": 4, "batch_size": 4, "validation_trials": 4, "evaluate_every": 2, "save_every": 2}
    fields |= {"dtype": "float64", "engine": "autograd"}
    return Experiment(tasks.get("delayed_discrimination"), network, Training(**(fields | training)))


def losses(of: Experiment) -> list[float]:
    return [event.loss for event in train(of) if isinstance(event, Updated | Evaluated)]


@pytest.mark.parametrize("penalties", [(), (VanishingGradient(),)])
def test_it_trains_as_the_built_in_network(penalties: Any) -> None:
    own, built_in = losses(experiment(MINE, penalties=penalties)), losses(experiment(LEAKY, penalties=penalties))
    np.testing.assert_allclose(own, built_in, rtol=1e-9)


def test_its_linearisation_is_that_of_the_equation() -> None:
    rng = np.random.default_rng(0)
    p = MINE.initialise(3, 1, rng)
    state, u, v = (rng.standard_normal((4, n)) for n in (6, 3, 6))
    wanted = LEAKY.jacobian(p, state, u)
    np.testing.assert_allclose(MINE.jacobian(p, state, u), wanted, atol=1e-9)
    np.testing.assert_allclose(MINE.vjp(p, state, u, v), LEAKY.vjp(p, state, u, v), atol=1e-8)
    tensors = {name: torch.tensor(array) for name, array in p.items()}
    exact = MINE.jacobian(tensors, torch.tensor(state), torch.tensor(u)).detach().numpy()
    np.testing.assert_allclose(exact, wanted, atol=1e-13)


def test_it_simulates_is_lesioned_and_searched_like_others() -> None:
    own, built_in = (Network.initialised(cell, 3, 1, rng=1) for cell in (MINE, LEAKY))
    inputs = np.random.default_rng(1).standard_normal((2, 30, 3))
    for plan in ((), [Lesion((2,))]):
        found, wanted = (simulate(network, inputs, plan, seed=3) for network in (own, built_in))
        np.testing.assert_allclose(found.outputs, wanted.outputs, atol=1e-12)
    assert len(analysis.fixed_points(own, inputs=[0.0, 0.0, 0.0], n_starts=8)) > 0
    assert own.equation == "My equation."
    assert Plain().equation == "Plain: Python code"
    assert own == Network(MINE, own.parameters)
    assert own != Network(MINE.replace(tau=50.0), own.parameters)


def test_a_run_keeps_its_arrays_and_takes_the_cell_again(tmp_path: Path) -> None:
    whole = experiment(MINE)
    list(train(whole, tmp_path / "whole"))
    list(train(whole.replace(training__updates=2), tmp_path / "half"))
    bare = load(tmp_path / "half")
    assert isinstance(bare.experiment.network, MissingCell)
    assert (bare.experiment.network.name, bare.network.n_units, bare.update) == ("Mine", 6, 2)
    with pytest.raises(ValueError, match=r"'Mine' was Python code .* rl\.resume\(path, network=cell\)"):
        list(resume(tmp_path / "half", updates=4))
    with pytest.raises(ValueError, match=r"rl\.load\(path, network=cell\)"):
        simulate(bare, bare.task.sample(2, dt=20))
    list(resume(tmp_path / "half", network=MINE, updates=4))
    one, other = (load(tmp_path / name, network=MINE) for name in ("whole", "half"))
    for name, array in one.parameters.items():
        np.testing.assert_array_equal(array, other.parameters[name])
    assert simulate(one, one.task.sample(2, dt=20)).outputs.shape[0] == 2
    for another in (MINE.replace(tau=50.0), Plain(n_units=6, dt=20)):
        with pytest.raises(RunError, match="was trained with another network: 'Mine'"):
            load(tmp_path / "whole", network=another)


def test_a_run_of_a_described_network_takes_none(tmp_path: Path) -> None:
    list(train(experiment(LEAKY, updates=1), tmp_path))
    with pytest.raises(RunError, match="holds its network already"):
        load(tmp_path, network=MINE)


def test_it_cannot_be_cited() -> None:
    own = experiment(MINE)
    assert not own.citable
    for forbidden in (own.to_json, lambda: own.digest, own.script, MINE.to_json, lambda: MINE.digest):
        with pytest.raises(NotCitableError, match="'Mine' is Python code"):
            forbidden()
    with pytest.raises(SpecError, match="'Mine' is Python code, and the lab trains in a process of its own"):
        Intent.of(own)


@pytest.mark.parametrize("kind", ["CodeCell", "MissingCell", "Mine"])
def test_no_file_can_name_it(kind: str) -> None:
    data = experiment(LEAKY).to_data()
    data["network"] = {"kind": kind, "n_units": 6}
    with pytest.raises(SpecError, match="unknown kind"):
        Experiment.from_data(data)


@pytest.mark.parametrize("damage", [{"arrays": 3}, {"n_units": "many"}, {"settings": None}])
def test_a_damaged_record_is_refused(damage: dict[str, Any]) -> None:
    with pytest.raises(SpecError, match="is no record of a cell"):
        MissingCell.of(MINE.kept(3, 1) | damage)


def test_arrays_that_every_network_has_must_be_there() -> None:
    class Odd(Plain):
        def initialise(self, n_inputs: int, n_outputs: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
            return {"W_in": np.zeros((self.n_units, n_inputs))}

    with pytest.raises(SpecError, match=r"Odd\.initialise: there is no array W_out; let initialise return it"):
        Odd()


class Short(Plain):
    def step(self, p: Any, state: Any, u: Any) -> Any:  # type: ignore[override]
        return state


class Narrow(Plain):
    def step(self, p: Any, state: Any, u: Any, xi: Any = None, xi_input: Any = None) -> Any:
        return state[:, :2]


class Tensors(Plain):
    def step(self, p: Any, state: Any, u: Any, xi: Any = None, xi_input: Any = None) -> Any:
        return torch.tanh(state)


class Typo(Plain):
    def step(self, p: Any, state: Any, u: Any, xi: Any = None, xi_input: Any = None) -> Any:
        return state @ p["W_recc"].T


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        (Short, r"Short\.step: takes \(p: .*, state: .*, u: .*\) .*; let it take \(p, state, u, xi, xi_input\)"),
        (Narrow, r"Narrow\.step: makes \(2, 2\) of states \(2, 5\); return \(trial, n_states\)"),
        (Tensors, r"Tensors\.step: TypeError: .*; it gets NumPy arrays here and torch tensors in training"),
        (Typo, r"Typo\.step: KeyError: 'W_recc'"),
    ],
)
def test_a_step_that_makes_no_states_is_refused_where_it_is_made(cell: type[CodeCell], message: str) -> None:
    with pytest.raises(SpecError, match=message):
        cell(n_units=5)


class Arrays(Plain):
    def step(self, p: Any, state: Any, u: Any, xi: Any = None, xi_input: Any = None) -> Any:
        return np.maximum(state, 0.0)


def test_a_step_for_arrays_alone_is_told_what_training_gives_it() -> None:
    with pytest.raises((RuntimeError, TypeError, DeprecationWarning)) as caught:
        list(train(experiment(Arrays(n_units=5, dt=20))))
    assert any("'Arrays' is Python code of yours: in training its step gets torch" in n for n in caught.value.__notes__)


def test_without_a_recurrent_matrix_health_says_so() -> None:
    class Open(Plain):
        def initialise(self, n_inputs: int, n_outputs: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
            made = super().initialise(n_inputs, n_outputs, rng)
            return {name: array for name, array in made.items() if name not in ("W_rec", "b_rec")}

    events = list(train(experiment(Open(n_units=4, dt=20), updates=1)))
    health = [event.health for event in events if isinstance(event, Evaluated)][-1]
    assert health is not None
    assert np.isnan(health.spectral_radius)


class Wide(Plain):
    """One number a unit, and one for all of them."""

    @property
    def n_states(self) -> int:
        return self.n_units + 1

    def step(self, p: Any, state: Any, u: Any, xi: Any = None, xi_input: Any = None) -> Any:
        return 0.5 * state + (u @ p["W_in"].T).sum(1)[:, None]


def test_a_lesion_of_a_state_of_any_width() -> None:
    network = Network.initialised(Wide(n_units=4, dt=20), 2, 1)
    states = simulate(network, np.ones((1, 5, 2)), [Lesion((0,))], seed=None).states
    assert not states[:, :, 0].any() and not states[:, :, 4].any() and states[:, :, 1:4].any()


def test_what_changed_on_the_way_is_kept_without_the_cell(tmp_path: Path) -> None:
    steered = experiment(MINE).replace(steering=(Change(2, "network.tau", 50.0),))
    list(train(steered, tmp_path))
    bare, whole = load(tmp_path), load(tmp_path, network=MINE)
    assert bare.experiment.steering == steered.steering
    assert whole.network.config == MINE.replace(tau=50.0)

"""A start of trials that is trained for each place in the batch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnlab import simulate, tasks
from rnnlab.events import Updated
from rnnlab.networks import GRU, LSTM, CodeCell, LeakyRNN, LowRankRNN, Network, PlasticRNN, Uniform, unroll
from rnnlab.networks.given import Given
from rnnlab.runs import SGD, Change, Experiment, Rates, Training, store, stream
from rnnlab.spec import SpecError
from rnnlab.training import resume, train, train_ensemble
from rnnlab.training.trainer import Trainer
from tests.training.small import same

SIZE = 5
FIELDS: dict[str, Any] = {"dt": 20, "start": "places", "n_starts": SIZE}


class Decay(CodeCell):
    """x[t] = 0.9 x[t-1] + 0.1 tanh(W_rec x[t-1] + W_in u[t])"""

    def step(self, p: Any, state: Any, u: Any, xi: Any = None, xi_input: Any = None) -> Any:
        drive = state @ p["W_rec"].T + u @ p["W_in"].T
        return 0.9 * state + 0.1 * (drive / (1.0 + drive * drive) ** 0.5)


NETWORKS: dict[str, Any] = {
    "current": LeakyRNN(n_units=6, noise=0.0, nonlinearity="tanh", **FIELDS),
    "rate": LeakyRNN(n_units=6, noise=0.0, form="rate", nonlinearity="softplus", **FIELDS),
    "lagged": LeakyRNN(n_units=6, noise=0.0, input_index="previous", nonlinearity="tanh", excitatory=0.67, **FIELDS),
    "lstm": LSTM(n_units=4, cell_output="sigmoid", **FIELDS),
    "gru": GRU(n_units=4, **FIELDS),
    "low rank": LowRankRNN(n_units=6, noise=0.0, nonlinearity="tanh", **FIELDS),
    "plastic": PlasticRNN(n_units=6, noise=0.0, nonlinearity="tanh", **FIELDS),
    "code": Decay(n_units=4, **FIELDS),
}
LEAKY = ("current", "rate", "lagged")


def experiment(network: str = "current", **training: Any) -> Experiment:
    fields = {"updates": 8, "batch_size": SIZE, "validation_trials": 7, "evaluate_every": 3, "learning_rate": 0.01}
    return Experiment(tasks.get("delayed_discrimination"), NETWORKS[network], Training(**(fields | training)), seed=2)


def loss_by_hand(described: Experiment, p: dict[str, np.ndarray], batch: Any) -> float:
    """Mean masked squared error of trials, the k-th of which starts in row k of x0."""
    z = unroll(described.network, p, batch.inputs.astype(float), state=started(described.network, p["x0"])).outputs
    mask = batch.mask.astype(float)
    return float((mask * (z - batch.targets) ** 2).sum() / mask.sum())


def started(network: Any, x0: np.ndarray) -> np.ndarray:
    """Whole states: what a cell carries besides the values of x0 is at rest."""
    return np.stack([network.initial_state({"x0": row}, 1)[0] for row in x0])


@pytest.mark.parametrize("network", NETWORKS)
def test_each_row_goes_down_the_gradient_of_the_trial_in_its_place(network: str) -> None:
    """By central differences of a loss written out here; a plain step is the gradient times the rate."""
    described = experiment(network, dtype="float64", optimiser=SGD(), learning_rate=0.5, gradient_clip=0.0)
    trainer = Trainer(described)
    before = trainer.learner.effective()
    batch = described.task.sample(SIZE, dt=20, seed=stream(described.seed, "batch", 0))
    assert trainer.advance().failed is None
    found = (before["x0"] - trainer.learner.effective()["x0"]) / 0.5
    assert found.shape == before["x0"].shape == (SIZE, before["x0"].shape[1])
    for k, unit in ((0, 0), (2, 1), (SIZE - 1, before["x0"].shape[1] - 1)):
        width = np.zeros_like(before["x0"])
        width[k, unit] = 1e-5
        high, low = (loss_by_hand(described, before | {"x0": before["x0"] + s * width}, batch) for s in (1, -1))
        np.testing.assert_allclose(found[k, unit], (high - low) / 2e-5, rtol=1e-5, atol=1e-10)


@pytest.mark.parametrize("penalties", [(), (Rates(0.1),)])
@pytest.mark.parametrize("network", LEAKY)
def test_both_engines_learn_alike(network: str, penalties: tuple[Any, ...]) -> None:
    fields = {"dtype": "float64", "penalties": penalties}
    fast, slow = (Trainer(experiment(network, engine=engine, **fields)) for engine in ("fast", "autograd"))
    for _ in range(4):
        assert abs(fast.advance().loss - slow.advance().loss) < 1e-10
    assert fast.measure().loss == pytest.approx(slow.measure().loss, rel=1e-9)
    a, b = fast.learner.effective(), slow.learner.effective()
    for name in a:
        np.testing.assert_allclose(a[name], b[name], rtol=0, atol=1e-9)


@pytest.mark.parametrize("network", ["current", "lstm"])
def test_stopped_at_any_update_it_goes_on_bit_for_bit(network: str, tmp_path: Path) -> None:
    described = experiment(network)
    list(train(described, tmp_path / "whole"))
    for event in train(described, tmp_path / "stopped"):
        if isinstance(event, Updated) and event.update == 4:
            break
    list(resume(tmp_path / "stopped"))
    assert same(store.read(tmp_path / "stopped"), store.read(tmp_path / "whole"))
    state = store.read(tmp_path / "whole").state
    assert state["parameters"]["x0"].shape == (SIZE, described.network.n_states)
    assert len(np.unique(state["parameters"]["x0"][:, 0])) == SIZE


def test_side_by_side_they_learn_as_alone() -> None:
    described = experiment("current", updates=4)
    runs = train_ensemble(described, seeds=(3, 4))
    for seed, run in zip((3, 4), runs, strict=True):
        alone = Trainer(described.replace(seed=seed))
        for _ in range(4):
            alone.advance()
        np.testing.assert_allclose(run.network.parameters["x0"], alone.learner.effective()["x0"], rtol=0, atol=1e-6)


@pytest.mark.parametrize("network", NETWORKS)
def test_a_simulation_takes_the_starts_by_turns(network: str) -> None:
    """Trial k of any number starts where the trial in place k mod n does."""
    made = Network.initialised(NETWORKS[network], 3, 1)
    states = made.initial_state(2 * SIZE + 2)
    for k, state in enumerate(states):
        np.testing.assert_array_equal(state, started(made.config, made.parameters["x0"])[k % SIZE])
    np.testing.assert_array_equal(made.initial_state(1), states[:1])
    whole = simulate(made, np.zeros((SIZE + 2, 3, 3)))
    again = simulate(made, np.zeros((2, 3, 3)))
    np.testing.assert_array_equal(whole.states[SIZE:], whole.states[:2])
    np.testing.assert_array_equal(again.states, whole.states[:2])


@pytest.mark.parametrize("change", [{"network.n_starts": 4}, {"training.batch_size": 64}])
def test_there_must_be_as_many_as_places(change: dict[str, Any]) -> None:
    n, size = change.get("network.n_starts", SIZE), change.get("training.batch_size", SIZE)
    told = f"network.n_starts: {n} starts for batches of {size} trials; give n_starts={size}, or batch_size={n}"
    with pytest.raises(SpecError, match=told):
        experiment().replace(**{name.replace(".", "__"): value for name, value in change.items()})


def test_their_number_does_not_change_on_the_way() -> None:
    with pytest.raises(SpecError, match=r"arrays of other shapes|starts for batches"):
        experiment().replace(steering=(Change(2, "network.n_starts", 4),))
    with pytest.raises(SpecError, match="arrays of other shapes"):
        experiment().replace(steering=(Change(2, "network.start", "trained"),))


def test_where_they_begin_is_drawn_for_each_place_or_given() -> None:
    drawn = NETWORKS["current"].replace(start_at=Uniform(-1, 1)).initialise(2, 1, np.random.default_rng(0))["x0"]
    assert drawn.shape == (SIZE, 6) and len(np.unique(drawn)) == drawn.size and abs(drawn).max() > 0.5
    near = LeakyRNN(n_units=200, **FIELDS).initialise(2, 1, np.random.default_rng(0))["x0"]
    np.testing.assert_allclose((near.mean(), near.std()), (0.1, 0.01), rtol=0.1)
    wide = LSTM(n_units=100, **FIELDS).initialise(2, 1, np.random.default_rng(0))["x0"]
    np.testing.assert_allclose((wide.mean(), wide.std()), (0.0, 0.1), atol=0.01)
    row, rows = np.arange(6.0), np.arange(30.0).reshape(SIZE, 6)
    for given in (row, rows):
        config = NETWORKS["current"].replace(start_at=Given.of(given))
        np.testing.assert_array_equal(config.initialise(2, 1, np.random.default_rng(0))["x0"], given + 0 * rows)
    with pytest.raises(SpecError, match=r"LeakyRNN.start_at: is 2x6; give 5 rows of 6 numbers"):
        NETWORKS["current"].replace(start_at=Given.of(rows[:2])).initialise(2, 1, np.random.default_rng(0))


def test_a_network_can_start_from_anothers_starts() -> None:
    made = Network.initialised(NETWORKS["current"], 3, 1)
    begun = made.as_start().initialise(3, 1, np.random.default_rng(9))
    np.testing.assert_array_equal(begun["x0"], made.parameters["x0"])


def test_only_what_learns_changes() -> None:
    described = experiment().replace(network__train=("W_rec",))
    trainer = Trainer(described)
    before = trainer.learner.effective()["x0"]
    trainer.advance()
    np.testing.assert_array_equal(trainer.learner.effective()["x0"], before)
    assert "x0[k mod 5], not learnt, in trial k" in described.network.equation

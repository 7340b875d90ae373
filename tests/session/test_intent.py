"""What is wanted: every change gives a new intent, and what cannot be changes nothing."""

from __future__ import annotations

import pytest

import rnnlab as rl
from rnnlab.runs import Cosine, Ramp, Steps
from rnnlab.session.intent import Intent
from rnnlab.spec import SpecError
from rnnlab.tasks import TASKS


@pytest.fixture
def intent() -> Intent:
    task = rl.tasks.get("perceptual_discrimination")
    return Intent.of(rl.Experiment(task=task, network=rl.networks.LeakyRNN(n_units=20)))


def test_a_task_made_with_the_defaults_is_recognised(intent: Intent) -> None:
    assert intent.task_name == "perceptual_discrimination"
    assert intent.settings["trial"] == 2000


@pytest.mark.parametrize("name", [name for name, preset in TASKS.items() if "noise" in preset.settings()])
def test_a_task_made_with_other_settings_is_recognised(intent: Intent, name: str) -> None:
    noisy = intent.with_task(name).with_setting("noise", 0.123)
    assert Intent.of(noisy.experiment) == noisy


def test_a_task_from_elsewhere_has_no_settings(intent: Intent) -> None:
    own = intent.with_own_task(rl.tasks.get("flip_flop").replace(name="mine"))
    assert (own.task_name, dict(own.settings)) == ("", {})
    with pytest.raises(rl.SpecError, match="choose a task first"):
        own.with_setting("trial", 1000)


@pytest.mark.parametrize("name", TASKS)
def test_every_task_can_be_chosen_and_every_setting_set_to_its_default(intent: Intent, name: str) -> None:
    chosen = intent.with_task(name)
    assert chosen.experiment.task == rl.tasks.get(name)
    for setting, facts in TASKS[name].settings().items():
        assert chosen.with_setting(setting, facts.default) == chosen


def test_a_setting_makes_the_task_that_get_makes(intent: Intent) -> None:
    changed = intent.with_setting("noise", 0.1).with_setting("coherences", [0.2, 0.4])
    assert changed.experiment.task == rl.tasks.get("perceptual_discrimination", noise=0.1, coherences=(0.2, 0.4))
    assert changed.settings["coherences"] == (0.2, 0.4)
    assert intent.experiment.task == rl.tasks.get("perceptual_discrimination")


def test_the_kind_of_network_changes_and_what_both_have_stays(intent: Intent) -> None:
    lstm = intent.with_network("dt", 5).with_network("kind", "LSTM")
    assert lstm.experiment.network == rl.networks.LSTM(n_units=20, dt=5)
    assert lstm.with_network("kind", "LSTM").experiment.network is lstm.experiment.network


def test_training_and_seed_change(intent: Intent) -> None:
    changed = intent.with_training("updates", 7).with_seed(3)
    assert (changed.experiment.training.updates, changed.experiment.seed) == (7, 3)


def test_what_is_unknown_is_named_with_a_remedy(intent: Intent) -> None:
    with pytest.raises(rl.SpecError, match="did you mean 'flip_flop'"):
        intent.with_task("flipflop")
    with pytest.raises(rl.SpecError, match="did you mean 'noise'"):
        intent.with_setting("nois", 1)
    with pytest.raises(rl.SpecError, match="LeakyRNN"):
        intent.with_network("kind", "LeakRNN")


def test_the_script_of_an_intent_makes_its_experiment(intent: Intent) -> None:
    changed = intent.with_setting("noise", 0.1).with_network("nonlinearity", "tanh").with_seed(5)
    script = changed.script()
    trained: list[rl.Experiment] = []
    spoken = script.replace("rl.train(", "collect(")
    assert spoken != script

    def collect(experiment: rl.Experiment, **_: object) -> list[object]:
        trained.append(experiment)
        return []

    exec(compile(spoken, "script", "exec"), {"collect": collect, "__name__": "__main__"})
    assert trained == [changed.experiment]


def test_a_network_too_large_for_the_page_is_refused_and_opened_all_the_same(intent: Intent) -> None:
    with pytest.raises(
        rl.SpecError, match=r"network.n_units: 1025 units .* 1024 .*; train larger ones with rnnlab train"
    ):
        intent.with_network("n_units", 1025)
    assert intent.with_network("n_units", 1024).experiment.network.n_units == 1024
    large = intent.experiment.replace(network__n_units=2000)
    assert Intent.of(large).experiment == large


def test_what_was_steered_stands_in_nobodys_way(intent: Intent) -> None:
    """Another task lacks the factor, another cell the field: those changes are left out, the others stay."""
    rate = rl.Change(4, "training.learning_rate", 1e-4)
    factor = rl.Change(5, "task.factors.coherence.rule.values", (0.2, 0.4))
    noise = rl.Change(6, "network.nonlinearity", "tanh")
    task = rl.tasks.get("perceptual_discrimination")
    steered = Intent.of(intent.experiment.replace(task=task, steering=(rate, factor, noise)))
    other = steered.with_task("delayed_logic")
    assert [change.path for change in other.experiment.steering] == [rate.path, noise.path]
    own = steered.with_own_task(rl.tasks.get("delay_go"))
    assert [change.path for change in own.experiment.steering] == [rate.path, noise.path]
    lstm = steered.with_network("kind", "LSTM")
    assert [change.path for change in lstm.experiment.steering] == [rate.path, factor.path]
    assert steered.with_setting("noise", 0.2).experiment.steering == steered.experiment.steering
    with pytest.raises(SpecError, match="out of range"):
        steered.with_training("learning_rate", -1.0)


def test_starts_of_places_are_as_many_as_trials_per_update(intent: Intent) -> None:
    """Neither could be changed without the other."""
    small = intent.with_training("batch_size", 24)
    found = small.with_whole_network(small.experiment.network.replace(start="places"))
    assert found.experiment.network.n_starts == 24
    assert found.with_training("batch_size", 32).experiment.network.n_starts == 32
    training = found.experiment.training.replace(batch_size=40)
    assert found.with_whole_training(training).experiment.network.n_starts == 40
    assert small.with_training("batch_size", 32).experiment.network == small.experiment.network
    with pytest.raises(SpecError, match="8 starts for batches of 24 trials; give n_starts=24"):
        found.with_whole_network(found.experiment.network.replace(n_starts=8))


def test_a_schedule_that_is_chosen_lasts_as_long_as_the_training(intent: Intent) -> None:
    """It lasted 1000 updates whatever the training's were: nothing was learnt after them, and nothing said so."""
    long = intent.with_training("updates", 5000)
    training = long.experiment.training
    found = long.with_whole_training(training.replace(schedule=Cosine(), noise_schedule=Ramp()))
    chosen = found.experiment.training
    assert (chosen.schedule, chosen.noise_schedule) == (Cosine(updates=5000), Ramp(updates=5000))
    shorter = found.with_whole_training(chosen.replace(schedule=Cosine(updates=300))).experiment.training
    assert (shorter.schedule, shorter.noise_schedule) == (Cosine(updates=300), Ramp(updates=5000))
    assert long.with_whole_training(training.replace(schedule=Steps())).experiment.training.schedule == Steps()

"""Steered while it trains: every change is data, and what was made is made again bit for bit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnlab import tasks
from rnnlab.events import Evaluated, Event, Steered, Updated
from rnnlab.networks import GRU, AdaptingRNN, AnyNetwork, LeakyRNN
from rnnlab.runs import L2, SGD, AdamW, Change, Experiment, Ramp, Rates, Snapshot, branch, load, rewind, store
from rnnlab.runs.steering import in_force, last_restart
from rnnlab.spec import SpecError
from rnnlab.tasks import Choice, Curriculum, MultitaskSet, Remainder, Stage
from rnnlab.training import resume, train
from tests.training.small import same, tiny

Order = tuple[int, str, Any, int]
PENALISED = {"penalties": (L2(weight=0.01),)}

WAYS: dict[str, tuple[Order, ...]] = {
    "learning rate": ((5, "training.learning_rate", 0.1, 0),),
    "learning rate, slowly": ((3, "training.learning_rate", 0.1, 6),),
    "noise": ((4, "network.noise", 0.7, 0),),
    "a penalty's weight": ((7, "training.penalties[0].weight", 2.0, 0),),
    "a factor of the task": ((2, "task.factors.coherence.rule.values", (0.9,), 0),),
    "a duration, slowly": ((0, "task.epochs.stimulus.duration.high", 300.0, 8),),
    "what is trained": ((3, "network.train", ("W_out",), 0), (9, "network.train", ("W_out", "W_rec"), 0)),
    "the optimiser": ((5, "training.optimiser", SGD(momentum=0.9), 0), (8, "training.optimiser", AdamW(), 0)),
    "a schedule": ((4, "training.schedule", Ramp(updates=8), 0), (4, "training.clip", "array", 0)),
    "over and over": ((2, "training.learning_rate", 0.1, 8), (4, "training.learning_rate", 0.01, 2)),
}


def drain(events: Any, orders: tuple[Order, ...], until: int = 10**9) -> list[Event]:
    """Steer where the orders say, at the first event there."""
    seen, waiting = [], list(orders)
    for event in events:
        seen.append(event)
        while waiting and waiting[0][0] == event.update:
            _, path, value, over = waiting.pop(0)
            events.steer(path, value, over)
        if event.update == until:
            break
    events.close()
    return seen


def steered(way: str, folder: Path, **training: Any) -> Snapshot:
    drain(train(tiny(**PENALISED, **training), folder), WAYS[way])
    return store.read(folder)


@pytest.mark.parametrize("way", WAYS)
def test_what_was_steered_by_hand_is_made_again_by_its_experiment(way: str, tmp_path: Path) -> None:
    by_hand = steered(way, tmp_path / "hand")
    list(train(tiny(**PENALISED), tmp_path / "plain"))
    assert not np.array_equal(store.read(tmp_path / "plain").history.losses, by_hand.history.losses)
    assert [(c.update, c.path, c.over) for c in by_hand.experiment.steering] == [(u, p, o) for u, p, _, o in WAYS[way]]
    list(train(by_hand.experiment, tmp_path / "again"))
    assert same(store.read(tmp_path / "again"), by_hand)
    assert Experiment.from_json(by_hand.experiment.to_json()) == by_hand.experiment


@pytest.mark.parametrize("way", WAYS)
def test_stopped_at_every_second_update(way: str, tmp_path: Path) -> None:
    whole = steered(way, tmp_path / "whole", keep="best")
    experiment = tiny(**PENALISED, keep="best")
    for stop in range(1, 12, 2):
        folder = tmp_path / f"stopped-{stop}"
        drain(train(experiment, folder), WAYS[way], until=stop)
        later = tuple(order for order in WAYS[way] if order[0] > stop)
        drain(train(experiment, folder, resume=True), later)
        assert same(store.read(folder), whole), f"stopped at {stop}"
        assert store.read(folder).experiment == whole.experiment


@pytest.mark.parametrize("way", WAYS)
def test_the_script_makes_it_again(way: str, tmp_path: Path) -> None:
    by_hand = steered(way, tmp_path / "hand")
    found: dict[str, Any] = {}
    exec(load(tmp_path / "hand").script().partition("\nfor event")[0], found)
    assert found["experiment"] == by_hand.experiment


def test_a_change_is_an_event_of_its_update() -> None:
    seen = drain(train(tiny()), ((0, "training.learning_rate", 0.1, 0), (4, "network.noise", 0.5, 2)))
    told = [(i, e) for i, e in enumerate(seen) if isinstance(e, Steered)]
    assert [(e.update, e.path, e.value, e.over) for _, e in told] == [
        (0, "training.learning_rate", 0.1, 0),
        (4, "network.noise", 0.5, 2),
    ]
    for i, event in told:
        assert isinstance(seen[i + 1], Updated) and seen[i + 1].update == event.update + 1


@pytest.mark.parametrize("kind", ["Updated", "Evaluated"])
def test_it_does_not_matter_at_which_event_of_an_update(kind: str, tmp_path: Path) -> None:
    """The evaluation there is still without the change."""
    events = train(tiny(), tmp_path / "run")
    for event in events:
        if event.update == 4 and type(event).__name__ == kind:
            events.steer("task.factors.coherence.rule.values", (0.9,))
    whole = tiny().replace(steering=(Change(4, "task.factors.coherence.rule.values", (0.9,)),))
    list(train(whole, tmp_path / "whole"))
    assert same(store.read(tmp_path / "run"), store.read(tmp_path / "whole"))


def test_until_a_change_and_after_it(tmp_path: Path) -> None:
    """Losses before it are those of the run without, updates after it those of a fresh learner at that point."""
    plain = [e.loss for e in train(tiny()) if isinstance(e, Updated)]
    changed = [
        e.loss
        for e in train(tiny().replace(steering=(Change(5, "training.learning_rate", 0.1),)))
        if isinstance(e, Updated)
    ]
    assert plain[:6] == changed[:6]
    assert plain[6] != changed[6]
    faster = tiny(learning_rate=0.1).replace(steering=(Change(0, "training.learning_rate", 0.001),))
    assert [e.loss for e in train(faster) if isinstance(e, Updated)] == plain


def test_a_number_goes_in_a_straight_line() -> None:
    line = tiny().replace(steering=(Change(4, "training.learning_rate", 0.009, over=8),))
    rates = [in_force(line, u).training.learning_rate for u in (0, 4, 6, 8, 12, 20)]
    assert rates == pytest.approx([0.001, 0.001, 0.003, 0.005, 0.009, 0.009])
    assert rates[-1] == 0.009
    twice = line.replace(steering=(*line.steering, Change(8, "training.learning_rate", 0.001, over=4)))
    assert in_force(twice, 10).training.learning_rate == pytest.approx(0.003)
    pairs = tiny().replace(steering=(Change(0, "task.factors.coherence.rule.values", (0.5,) * 4, over=10),))
    start = tiny().described_task.factors[0].rule.values  # type: ignore[union-attr]
    found = in_force(pairs, 5).described_task.factors[0].rule.values  # type: ignore[union-attr]
    assert found == pytest.approx([(a + 0.5) / 2 for a in start])


def test_what_is_not_trained_stands_still_bit_for_bit() -> None:
    """Also though the optimiser was in motion."""
    events = train(tiny(evaluate_every=1, learning_rate=0.05))
    seen: dict[int, dict[str, np.ndarray]] = {}
    for event in events:
        if isinstance(event, Evaluated):
            seen[event.update] = dict(event.parameters)
        if isinstance(event, Updated) and event.update == 4:
            events.steer("network.train", ("W_out",))
        if isinstance(event, Updated) and event.update == 8:
            events.steer("network.train", ("W_rec",))
    for name, still, moved in [("W_rec", (4, 8), (8, 9)), ("W_out", (8, 12), (4, 5)), ("b_rec", (4, 12), (3, 4))]:
        assert np.array_equal(seen[still[0]][name], seen[still[1]][name]), name
        assert not np.array_equal(seen[moved[0]][name], seen[moved[1]][name]), name


def test_the_optimiser_starts_afresh_when_others_are_trained() -> None:
    changes = Change(3, "network.train", ("W_out",)), Change(5, "network.noise", 0.0), Change(9, "network.train", None)
    some = tiny().replace(steering=changes)
    assert [last_restart(some, u) for u in (0, 3, 4, 9, 10)] == [0, 0, 3, 3, 9]


def test_a_run_is_its_network_as_it_was_last(tmp_path: Path) -> None:
    drain(train(tiny(), tmp_path), ((4, "network.nonlinearity", "tanh", 0), (12, "network.noise", 9.0, 0)))
    run = load(tmp_path)
    assert type(run.network.config.nonlinearity).__name__ == "Tanh"  # type: ignore[union-attr]
    assert run.network.config.noise == 0.1  # type: ignore[union-attr]
    assert type(run.at(0).network.config.nonlinearity).__name__ == "Relu"  # type: ignore[union-attr]


def test_sets_and_curricula_are_steered_too(tmp_path: Path) -> None:
    both = MultitaskSet("both", (tiny().described_task, tasks.get("delayed_discrimination")))
    course = Curriculum("course", (Stage(both, threshold=1, updates=4), Stage(both)))
    experiment = tiny().replace(task=course, network=LeakyRNN(n_units=3, dt=20))
    path = "task.stages[1].task.odds"
    seen = drain(train(experiment, tmp_path / "run"), ((2, path, (1.0, 0.0), 0), (2, "task.stages[0].updates", 6, 0)))
    assert [e.update for e in seen if type(e).__name__ == "StageBegan"] == [0, 6]
    list(train(store.read(tmp_path / "run").experiment, tmp_path / "again"))
    assert same(store.read(tmp_path / "run"), store.read(tmp_path / "again"))


def test_a_branch_with_changes(tmp_path: Path) -> None:
    whole = steered("noise", tmp_path / "run", save_every=3)
    twig = branch(tmp_path / "run", tmp_path / "twig", 6, {"training.learning_rate": 0.1, "training.updates": 15})
    assert [c.update for c in twig.experiment.steering] == [4, 6]
    assert twig.experiment.training.updates == 15
    list(resume(tmp_path / "twig"))
    list(train(twig.experiment, tmp_path / "again"))
    assert same(store.read(tmp_path / "twig"), store.read(tmp_path / "again"))
    assert not np.array_equal(store.read(tmp_path / "twig").history.losses[:12], whole.history.losses)


def test_later_changes_are_made_again_by_a_branch_and_forgotten_by_a_rewind(tmp_path: Path) -> None:
    whole = steered("a penalty's weight", tmp_path / "run", save_every=3)
    branch(tmp_path / "run", tmp_path / "twig", 6)
    list(resume(tmp_path / "twig"))
    assert same(store.read(tmp_path / "twig"), whole)
    assert branch(tmp_path / "run", tmp_path / "other", 6, keep_steering=False).experiment.steering == ()
    assert rewind(tmp_path / "run", 9).experiment.steering == whole.experiment.steering
    assert rewind(tmp_path / "run", 6).experiment.steering == ()


@pytest.mark.parametrize(
    ("path", "value", "over", "problem"),
    [
        (
            "training.learning_rate",
            -1,
            0,
            r"experiment\.training\.learning_rate: -1 is out of range; give more than 0",
        ),
        ("training.learnin_rate", 1, 0, r"'training.learnin_rate' cannot change on the way; of training give learning"),
        ("training.batch_size", 3, 0, r"'training.batch_size' cannot change on the way"),
        ("network.n_units", 9, 0, r"experiment\.network: a change on the way would make .* start a new run"),
        ("network.nois", 9, 0, r"has no field 'nois'; did you mean 'noise'"),
        (
            "task.coherences",
            (0.1,),
            0,
            r"Task has no field 'coherences'; did you mean 'task.factors.coherence.rule.values'",
        ),
        ("task.fixation", 50, 0, r"Task has no field 'fixation'; did you mean 'task.epochs.fixation.duration.value'"),
        ("task.zzz", 50, 0, r"known: description.*; a part is given by its name, 'task.epochs.fixation.dura"),
        ("task.epochs.stimulos.duration", 9, 0, r"no item 'stimulos' in a list of .*; did you mean 'stimulus'"),
        ("seed", 9, 0, r"'seed' is nothing that can change on the way"),
        ("", 9, 0, r"'' is nothing that can change on the way"),
        ("network.nonlinearity", "tanh", 5, r"does not go to .* in a straight line; give over=0"),
        ("training.learning_rate.x", 1, 0, r"which has no fields"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(path: str, value: Any, over: int, problem: str) -> None:
    events = train(tiny())
    next(events)
    with pytest.raises(SpecError, match=problem):
        events.steer(path, value, over)
    assert events.experiment == tiny()
    assert not [event for event in events if isinstance(event, Steered)]
    with pytest.raises(ValueError, match=r"the training has ended; go on with rl.resume or rl.branch"):
        events.steer("network.noise", 0.0)


def test_a_change_within_what_another_has_just_put_there(tmp_path: Path) -> None:
    """Two penalties where one was; then the weight of the second; both before the same update."""
    orders: tuple[Order, ...] = (
        (4, "training.penalties", (L2(weight=0.01), Rates(weight=0.1)), 0),
        (4, "training.penalties[1].weight", 0.5, 0),
    )
    drain(train(tiny(**PENALISED), tmp_path / "hand"), orders)
    made = load(tmp_path / "hand")
    assert in_force(made.experiment, 3).training.penalties == (L2(weight=0.01),)
    assert in_force(made.experiment, 4).training.penalties == (L2(weight=0.01), Rates(weight=0.5))
    list(train(made.experiment, tmp_path / "again"))
    assert same(store.read(tmp_path / "hand"), store.read(tmp_path / "again"))


def test_a_change_within_another_s_value_does_not_part_those_that_fit_only_together() -> None:
    """A longer stimulus needs the longer trial; one of its two durations is another from the beginning on."""
    values = "task.epochs.stimulus.duration.values"
    steering = (
        Change(1, "task.epochs.stimulus.duration", Choice((100.0, 200.0)), over=0),
        Change(2, values, (500.0, 700.0), over=4),
        Change(2, f"{values}[1]", 150.0),
        Change(2, "task.epochs.response.duration.total", 800.0, over=4),
    )
    experiment = tiny().replace(steering=steering)
    for update, first, total in ((2, 100.0, 400.0), (4, 300.0, 600.0), (6, 500.0, 800.0)):
        found = in_force(experiment, update).described_task
        assert found.epochs[1].duration == Choice((first, 150.0))
        assert found.epochs[2].duration == Remainder(total)
    whole = Change(2, values, (50.0, 60.0))
    found = in_force(tiny().replace(steering=(*steering, whole)), 6).described_task
    assert found.epochs[1].duration == Choice((50.0, 60.0)), "the last one is in force, and whole"


NOTHING_LEARNS: dict[str, AnyNetwork] = {
    "gates": GRU(n_units=3, dt=50, train=()),
    "adaptation": AdaptingRNN(n_units=3, dt=50, train=()),
    "no start": LeakyRNN(n_units=3, dt=50, start="zero", train=("x0",)),
    "starts from trial to trial": LeakyRNN(n_units=3, dt=50, start="carried", train=("x0",)),
}
ADDED: dict[str, dict[str, Any]] = {
    "": {},
    "penalty": {"penalties": (L2(weight=0.1),)},
    "protected": {"penalties": (L2(weight=0.1), Rates(weight=0.1)), "protect_task": True},
}


@pytest.mark.parametrize("added", ADDED)
@pytest.mark.parametrize("engine", ["fast", "autograd"])
@pytest.mark.parametrize("name", NOTHING_LEARNS)
def test_where_nothing_learns_nothing_changes(name: str, engine: str, added: str) -> None:
    experiment = tiny(updates=3, engine=engine, **ADDED[added]).replace(network=NOTHING_LEARNS[name])
    seen = list(train(experiment))
    first, last = (event for event in seen if isinstance(event, Evaluated))
    assert all(np.array_equal(array, last.parameters[each]) for each, array in first.parameters.items())
    losses = [(event.loss, event.gradient_norm) for event in seen if isinstance(event, Updated)]
    assert len(losses) == 3 and all(loss > 0 and norm == 0 for loss, norm in losses)


def test_a_training_whose_learning_is_switched_off_on_the_way_goes_on(tmp_path: Path) -> None:
    experiment = tiny().replace(network=GRU(n_units=3, dt=50))
    drain(train(experiment, tmp_path), ((5, "network.train", (), 0), (8, "network.train", ("W_out",), 0)))
    run = load(tmp_path)
    still = run.history.gradient_norms == 0
    assert run.update == 12 and run.history.updates[still].tolist() == [6, 7, 8]

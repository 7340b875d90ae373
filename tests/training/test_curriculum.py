"""Curricula and sets of tasks are trained with one call, and go on exactly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnlab import simulate, tasks
from rnnlab.events import Evaluated, Event, Finished, StageBegan, StageEnded, Updated
from rnnlab.networks import LeakyRNN
from rnnlab.runs import Experiment, History, Training, load, store, stream
from rnnlab.runs.stages import judged, of_stage, stage_end
from rnnlab.spec import SpecError
from rnnlab.tasks import Curriculum, MultitaskSet, Stage
from rnnlab.training import resume, train
from tests.training.small import names, same

EASY, HARD = (tasks.get("perceptual_discrimination", coherences=c) for c in [(0.5,), (0.02, 0.5)])
PAIR = MultitaskSet("pair", (EASY, tasks.get("delayed_discrimination")))


def made(task: Any, **training: Any) -> Experiment:
    fields = {"updates": 16, "batch_size": 6, "validation_trials": 12, "evaluate_every": 2, "save_every": 3}
    return Experiment(
        task=task, network=LeakyRNN(n_units=6, dt=20, noise=0.1), training=Training(**(fields | training))
    )


def course(*stages: Stage) -> Curriculum:
    return Curriculum("course", stages)


LADDER = course(Stage(EASY, threshold=1, updates=5), Stage(HARD, threshold=0.0), Stage(EASY, threshold=1, updates=3))


def ladder(events: list[Event]) -> list[tuple[str, int, int]]:
    return [(type(e).__name__, e.update, e.stage) for e in events if isinstance(e, StageBegan | StageEnded)]


def test_stages_come_one_after_the_other() -> None:
    """The first ends by its limit; the second at its first own evaluation, at 6; the third after 3 updates."""
    events = list(train(made(LADDER)))
    assert ladder(events) == [
        ("StageBegan", 0, 0),
        ("StageEnded", 5, 0),
        ("StageBegan", 5, 1),
        ("StageEnded", 6, 1),
        ("StageBegan", 6, 2),
    ]
    assert [e.reason for e in events if isinstance(e, StageEnded)] == ["updates", "threshold"]
    assert isinstance(events[-1], Finished)
    assert (events[-1].reason, events[-1].update) == ("curriculum", 9)


def test_each_stage_trains_and_is_scored_on_its_own_task() -> None:
    """Until the first stage ends, and from then on, losses are those of trainings on that task alone."""
    two = made(course(Stage(EASY, threshold=1, updates=4), Stage(HARD)), updates=4)
    alone = made(EASY, updates=4)
    pick = [[e.loss for e in train(x) if isinstance(e, Updated | Evaluated)] for x in (two, alone)]
    assert pick[0] == pick[1]
    later = [e for e in train(made(LADDER)) if isinstance(e, Evaluated) and e.update == 6]
    assert list(later[0].tasks) == ["perceptual_discrimination"]


@pytest.mark.parametrize("task", [LADDER, PAIR, course(Stage(PAIR, metric="worst_task", threshold=0), Stage(PAIR))])
def test_stopped_at_every_event(task: Any, tmp_path: Path) -> None:
    experiment = made(task, updates=8, keep="best")
    whole = list(train(experiment, tmp_path / "whole"))
    end = store.read(tmp_path / "whole")
    for n in range(1, len(whole)):
        folder = tmp_path / f"stopped-{n}"
        events = train(experiment, folder)
        for _ in range(n):
            next(events)
        events.close()
        list(train(experiment, folder, resume=True))
        found = store.read(folder)
        assert same(found, end), f"stopped after event {n}"
        assert found.progress.stages == end.progress.stages


def test_a_longer_budget_goes_on_in_the_stage(tmp_path: Path) -> None:
    list(train(made(LADDER, updates=6), tmp_path / "run"))
    assert load(tmp_path / "run").stages == (0, 5)
    list(resume(tmp_path / "run", updates=16))
    list(train(made(LADDER), tmp_path / "whole"))
    assert same(store.read(tmp_path / "run"), store.read(tmp_path / "whole"))
    assert names(list(resume(tmp_path / "run"))) == ["Started", "Saved", "Finished"]


def test_rules_of_stopping_hold_in_the_last_stage() -> None:
    events = list(train(made(course(Stage(EASY, threshold=1, updates=5), Stage(HARD, threshold=1)), stop_accuracy=0.0)))
    assert events[-1].update == 6 and isinstance(events[-1], Finished) and events[-1].reason == "accuracy"


def test_the_script_makes_the_curriculum_again(tmp_path: Path) -> None:
    list(train(made(LADDER), tmp_path / "run"))
    run = load(tmp_path / "run")
    source = run.script("again")
    assert "rl.tasks.get(" in source and "coherences=(0.5,)" in source
    found: dict[str, Any] = {}
    exec(source.partition("\nfor event")[0], found)
    assert found["experiment"] == run.experiment == made(LADDER)
    list(train(found["experiment"], tmp_path / "again"))
    assert same(store.read(tmp_path / "again"), store.read(tmp_path / "run"))


def test_a_set_is_scored_task_by_task(tmp_path: Path) -> None:
    """Also where every batch is of one task."""
    experiment = made(PAIR.replace(mixing="batches"), updates=2)
    scored = [e for e in train(experiment, tmp_path) if isinstance(e, Evaluated)]
    run = load(tmp_path)
    assert experiment.task_names == ("perceptual_discrimination", "delayed_discrimination")
    assert run.history.task_accuracies.shape == (2, 2)
    assert run.history.task_accuracies[-1].tolist() == [scored[-1].tasks[name] for name in experiment.task_names]
    assert scored[-1].accuracy == pytest.approx(np.mean(list(scored[-1].tasks.values())))
    batch = PAIR.sample(8, dt=20, seed=0)
    assert PAIR.score(simulate(run, batch, seed=0).outputs, batch).parts.keys() == {*experiment.task_names}


def test_batches_of_a_set_are_its_own(tmp_path: Path) -> None:
    experiment = made(PAIR)
    batch = PAIR.sample(6, dt=20, seed=stream(0, "batch", 0))
    assert experiment.network.parameter_shapes(PAIR.n_inputs, PAIR.n_outputs)["W_in"] == (6, batch.inputs.shape[2])


def history(accuracies: list[float], tables: list[list[float]] | None = None) -> History:
    """Evaluated every 2 updates."""
    n = len(accuracies)
    return History(
        evaluated_at=2 * np.arange(n),
        accuracies=np.array(accuracies),
        validation_losses=1 - np.array(accuracies),
        worst_accuracies=np.array(accuracies) / 2,
        task_accuracies=np.array(tables) if tables else np.zeros((n, 0)),
    )


RISING = [0.2, 0.5, 0.9, 0.7, 0.8]


@pytest.mark.parametrize(
    ("stage", "begun", "after"),
    [
        (Stage(EASY, threshold=0.5), (0,), 2),
        (Stage(EASY, threshold=0.75, last=2), (0,), 6),  # (0.9 + 0.7) / 2
        (Stage(EASY, threshold=0.75, last=2), (0, 4), 8),  # the evaluation at 4 was of the stage before
        (Stage(EASY, threshold=0.45, metric="worst_condition"), (0,), 4),
        (Stage(EASY, threshold=0.11, metric="loss"), (0,), 4),
        (Stage(EASY, threshold=1.0), (0,), None),
        (Stage(EASY, threshold=1.0, updates=3), (0, 4), 7),
    ],
)
def test_when_a_stage_is_over(stage: Stage, begun: tuple[int, ...], after: int | None) -> None:
    found = next(
        (u for u in range(begun[-1], 9) if stage_end(stage, history(RISING).until(u), begun, u, every=2)), None
    )
    assert found == after


def test_the_worst_task_counts() -> None:
    table = [[0.1, np.nan], [0.9, 0.4], [0.6, 0.8], [0.9, 0.9], [0.9, 0.9]]
    stage = Stage(PAIR, threshold=0.6, metric="worst_task")
    found = [stage_end(stage, history(RISING, table).until(u), (0,), u, every=2) for u in (0, 2, 4)]
    assert found == [None, None, "threshold"]


def test_what_rules_look_at() -> None:
    some = history(RISING)
    assert of_stage(some, (0,)).evaluated_at.tolist() == [0, 2, 4, 6, 8]
    assert of_stage(some, (0, 4)).evaluated_at.tolist() == [6, 8]
    assert judged(LADDER, some, (0, 4)).evaluated_at.tolist() == []
    assert judged(LADDER, some, (0, 2, 4)).evaluated_at.tolist() == [6, 8]
    assert judged(EASY, some, (0,)).evaluated_at.tolist() == [0, 2, 4, 6, 8]


@pytest.mark.parametrize(
    ("make", "path"),
    [
        (lambda: Stage(EASY, metric="worst_task"), "Stage.metric"),
        (lambda: Stage(EASY, threshold=1.5), "Stage.threshold"),
        (lambda: made(course(Stage(EASY), Stage(HARD)), batch_size=0), "Training.batch_size"),
        (
            lambda: made(course(Stage(EASY))).replace(network=LeakyRNN(dt=5000, tau=1e4)),
            "Experiment.task.stages[0].task",
        ),
        (lambda: made(PAIR).replace(network=LeakyRNN(dt=5000, tau=1e4)), "Experiment.task.tasks["),
    ],
)
def test_what_cannot_be_is_refused(make: Any, path: str) -> None:
    with pytest.raises(SpecError) as error:
        make()
    assert error.value.path.startswith(path)


def test_the_lab_says_that_it_composes_single_tasks(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"Experiment.task: is a Curriculum, and one task is wanted"):
        made(LADDER).described_task  # noqa: B018

"""Networks laid beside the one shown: read from the disk, a run at a time or a folder of them, and compared."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import rnnlab as rl
from rnnlab.analysis import SimilarityQuestion, TopologyQuestion, ask
from rnnlab.session import Session


@pytest.fixture(scope="module")
def ensemble(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three short trainings of one task, each in a folder of its own."""
    folder = tmp_path_factory.mktemp("ensemble")
    task = rl.tasks.get("perceptual_discrimination", stimulus=100.0, fixation=50.0)
    training = rl.Training(updates=1, batch_size=4, validation_trials=8)
    for seed in range(3):
        network = rl.networks.LeakyRNN(n_units=5 + seed)
        experiment = rl.Experiment(task=task, network=network, training=training, seed=seed)
        for _ in rl.train(experiment, out=folder / f"seed-{seed}"):
            pass
    return folder


@pytest.fixture
def session(ensemble: Path) -> Iterator[Session]:
    made = Session(rl.load(ensemble / "seed-0"))
    yield made
    made.close()


def test_a_folder_of_runs_is_compared_without_the_one_shown(session: Session, ensemble: Path) -> None:
    assert session.compare(ensemble)
    assert [each.name for each in session.compared] == ["seed-1", "seed-2"]
    session.compare_no_more("seed-1")
    assert session.compare(str(ensemble / "seed-1" / "run.json"))
    assert [each.name for each in session.compared] == ["seed-2", "seed-1"]
    assert "compare" not in session.errors


def test_what_cannot_be_compared_is_answered_at_its_field(session: Session, ensemble: Path, tmp_path: Path) -> None:
    assert not session.compare(tmp_path)
    assert str(tmp_path) in session.errors["compare"]
    assert not session.compare(ensemble / "seed-0")
    assert "nothing in it that is not compared already" in session.errors["compare"]
    assert session.compared == ()


def test_its_questions_know_the_networks_and_its_script_reads_them(session: Session, ensemble: Path) -> None:
    session.compare(ensemble)
    question = SimilarityQuestion(n_trials=8, between="networks")
    session.inquire(question)
    while not session.replies:
        session.drain()
    found = session.replies[""].result
    assert found is not None
    assert found.names == ("shown", "seed-1", "seed-2", "before training")
    names: dict[str, object] = {}
    exec(session.question_script(), names)  # its own words
    assert names["result"].values == pytest.approx(found.values)  # type: ignore[attr-defined]
    reply = session.replies[""]
    session.compare_no_more("seed-2")
    assert session.inquiries.outdated(reply)


def test_topology_is_compared_under_one_input(ensemble: Path) -> None:
    runs = {name: rl.load(ensemble / name) for name in ("seed-1", "seed-2")}
    question = TopologyQuestion(n_trials=4, between="networks", n_starts=16)
    found = ask(rl.load(ensemble / "seed-0"), question, others=runs)
    assert found.names == ("shown", "seed-1", "seed-2", "before training")


def test_networks_of_another_task_are_refused_and_so_is_nothing(ensemble: Path) -> None:
    other = rl.networks.Network.initialised(rl.networks.LeakyRNN(n_units=4), 3, 1, 0)
    question = SimilarityQuestion(n_trials=4, between="networks")
    with pytest.raises(ValueError, match="others: it has 3 inputs and 1 outputs, the one shown 2 and 2"):
        ask(rl.load(ensemble / "seed-0"), question, others={"it": other})
    run = rl.load(ensemble / "seed-0")
    with pytest.raises(ValueError, match="others: there is no other network to compare with; name one or more runs"):
        ask(run.network, question, run.task)
    dynamics = rl.analysis.DynamicalSimilarityQuestion(n_trials=4, between="networks")
    with pytest.raises(ValueError, match="others: there is no other network to compare with"):
        ask(run.network, dynamics, run.task)

"""The lab as a value: what it opens, how it is shown, and that nothing out of sight is built."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import panel as pn
import pytest
from bokeh.document import Document

import rnnlab as rl
from rnnlab.analysis import AccuracyQuestion
from rnnlab.app.lab import Lab, LabPage, helps
from rnnlab.app.workspaces import IN_SIGHT, IN_TURN, OF_ALL, OF_THE_EDITOR, OF_THE_NETWORK, OF_THE_TASK
from rnnlab.figures.theme import THEMES
from rnnlab.views import VIEWS


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    made = Lab()
    yield made
    made.session.close()


def test_without_a_source_the_example_is_there(lab: Lab) -> None:
    assert lab.session.history.accuracy is not None
    assert lab.session.history.accuracy > 0.95
    assert lab.session.network_update > 0
    assert "perceptual_discrimination" in repr(lab)


def test_every_view_has_its_place() -> None:
    assert sorted((*IN_SIGHT, *OF_ALL, *IN_TURN, *OF_THE_TASK, *OF_THE_EDITOR, *OF_THE_NETWORK)) == sorted(VIEWS)


@pytest.mark.parametrize("theme", THEMES)
def test_a_page_is_built_anew_for_every_showing(lab: Lab, theme: str) -> None:
    lab.theme = theme
    first, second = (pn.panel(lab).get_root(Document()) for _ in range(2))
    assert not set(first.references()) & set(second.references())
    assert f"rl-{theme}" in first.css_classes
    first.document and first.document.validate()


def test_views_out_of_sight_are_not_built(lab: Lab) -> None:
    page = LabPage(lab.session, "light")
    assert list(page.deck.built) == ["Activity"]
    page.deck.choose("Weights")
    assert list(page.deck.built) == ["Activity", "Weights"]
    assert not page.deck.built["Activity"].layout.visible
    assert page.deck.built["Weights"].layout.visible
    lab.session.deal()
    page.frame.draw("prompt", "steady", "patient")
    assert page.deck.built["Activity"].stale == {"example"}
    page.deck.choose("Activity")
    assert page.deck.built["Activity"].stale == set()


def test_the_lab_opens_with_the_training_and_builds_the_task_when_it_is_looked_at(lab: Lab) -> None:
    page = LabPage(lab.session, "light")
    assert (page.place, list(page.workspaces)) == ("Training", ["Training"])
    page.go("Task")
    assert list(page.workspaces) == ["Training", "Task"]
    assert page.task.gallery is None, "the gallery waits until it is opened"
    page.go("Training")
    page.go("Task")
    assert len(page.workspaces) == 2


def test_what_is_in_the_other_workspace_is_not_drawn_and_is_current_when_it_is_shown(lab: Lab) -> None:
    page = LabPage(lab.session, "light")
    page.go("Task")
    hidden = page.workspaces["Training"].contents
    for part in (*hidden, *page.deck.built.values()):
        part.refresh = lambda changed, part=part: pytest.fail(f"{part} is drawn although hidden")  # type: ignore[method-assign]
    lab.session.deal()
    page.frame.draw("prompt", "steady", "patient")
    assert not page.workspaces["Training"].layout.visible and page.task.layout.visible
    for part in (*hidden, *page.deck.built.values()):
        del part.refresh
    page.go("Training")
    assert [part for part in hidden if part.stale] == []
    assert page.deck.part.stale == set()
    assert page.workspaces["Training"].layout.visible and not page.task.layout.visible
    lab.session.deal()
    page.frame.draw("prompt", "steady", "patient")
    assert any("example" in part.stale for part in page.task.contents)


def test_the_gallery_takes_the_place_of_the_task_until_one_is_chosen(lab: Lab) -> None:
    page = LabPage(lab.session, "dark")
    page.open_gallery()
    task = page.task
    assert page.place == "Task" and task.gallery is not None
    assert task.composing is None and task.shelves.visible, "the gallery does not wait for the board"
    assert [part for part in task.contents if part.shown] == [task.head, task.gallery]
    task.gallery.cards.picked = ["echo", 1]
    assert lab.session.task_name == "echo"
    assert (task.composing.visible, task.shelves.visible) == (True, False)
    assert [part for part in task.contents if not part.shown] == [task.gallery]
    assert [part for part in task.contents if part.shown and part.stale - {"design"}] == []
    lab.session.set_task("perceptual_discrimination")


def test_a_workspace_built_later_is_kept_up_to_date_and_has_the_page_s_theme(lab: Lab) -> None:
    page = LabPage(lab.session, "light")
    page.frame.toggle_theme()
    page.go("Task")
    assert {part.theme.name for part in page.task.contents} == {"dark"}
    lab.session.set_task("flip_flop")
    page.frame.draw("prompt", "steady", "patient")
    assert "Sussillo" in page.task.head.words.object
    page.frame.toggle_theme()
    assert {part.theme.name for part in page.task.contents} == {"light"}
    lab.session.set_task("perceptual_discrimination")


def test_an_experiment_a_folder_and_a_file_can_be_opened(example_run: Path, tmp_path: Path) -> None:
    experiment = rl.load(example_run).experiment
    file = tmp_path / "experiment.json"
    file.write_text(experiment.to_json())
    for source in (experiment, example_run, str(example_run), file):
        made = Lab(source)
        assert made.session.experiment == experiment
        made.session.close()


def test_a_task_s_file_can_be_opened(tmp_path: Path) -> None:
    task = rl.tasks.get("flip_flop", n_bits=2)
    file = tmp_path / "mine.json"
    file.write_text(task.to_json())
    made = Lab(file)
    assert made.session.experiment == rl.Experiment(task=task, network=rl.networks.LeakyRNN())
    assert made.session.network_update == 0
    made.session.close()


def test_a_set_s_file_can_be_opened(tmp_path: Path) -> None:
    two = rl.tasks.MultitaskSet("two", (rl.tasks.get("xor"), rl.tasks.get("half_adder")))
    file = tmp_path / "two.json"
    file.write_text(two.to_json())
    made = Lab(file)
    assert made.session.experiment.task == two and made.session.task == rl.tasks.get("xor")
    made.session.close()


def test_what_cannot_be_opened_is_refused_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(rl.RunError, match=re.escape(str(tmp_path))):
        Lab(tmp_path)
    with pytest.raises(ValueError, match="theme: unknown theme 'blue'; give one of: light, dark"):
        Lab(theme="blue")


def test_the_lab_is_saved_to_a_page_that_needs_no_network(lab: Lab, tmp_path: Path) -> None:
    file = tmp_path / "lab.html"
    lab.save(file)
    page = file.read_text()
    assert re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="https?:', page) == []
    assert '"name":"ImportedStyleSheet"' not in page
    assert "<title>rnnlab</title>" in page


def test_every_help_belongs_to_a_label_of_the_task_that_is_chosen(lab: Lab) -> None:
    lab.session.set_task("perceptual_discrimination")
    frame = lab.build()
    known = frame.steward.helps
    assert known == helps(lab.session)
    assert known["Coherences"].startswith("How much stronger")
    assert all(label and sentence.strip() for label, sentence in known.items())
    lab.session.set_task("random_dots")
    assert frame.steward.helps["Coherences"].startswith("Strength of the evidence")
    assert frame.steward.helps == helps(lab.session)


def test_neither_the_lab_nor_its_page_imports_torch(example_run: Path) -> None:
    code = (
        f"import sys; from rnnlab.app.lab import Lab; Lab({str(example_run)!r}).build(); print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_dissection_is_built_when_it_is_looked_at_and_remembers_what_was_set(lab: Lab) -> None:
    page = LabPage(lab.session, "light")
    page.go("Dissection")
    assert list(page.workspaces) == ["Training", "Dissection"]
    part = page.workspaces["Dissection"].contents[0]
    part.choose("accuracy")
    part.cards["accuracy"].form.root.fields["n_trials"].control.box.value = 64
    assert lab.session.question == AccuracyQuestion(n_trials=64)
    part.choose("spectrum")
    part.choose("accuracy")
    assert lab.session.question == AccuracyQuestion(n_trials=64)
    page.go("Training")
    assert not part.shown


def test_answers_come_with_the_controls_that_are_ticked_and_say_whose_they_are(lab: Lab) -> None:
    page = LabPage(lab.session, "light")
    page.go("Dissection")
    part = page.workspaces["Dissection"].contents[0]
    part.choose("spectrum")
    part.cards["spectrum"].ticks.value = ["untrained network"]
    deadline = time.monotonic() + 60
    while set(lab.session.replies) != {"", "untrained"}:
        assert time.monotonic() < deadline
        page.frame.tick()
        time.sleep(0.02)
    page.frame.tick()
    card = part.cards["spectrum"]
    assert card.answer.figure is not None
    assert card.beside["untrained"].figure is not None
    assert "spectral radius" in card.answer.facts.object
    assert "Of the network after" in part.state.object
    assert "rl.analysis.SpectrumQuestion()" in part.script.tags[0]

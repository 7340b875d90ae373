"""The lab as a value: what it opens, how it is shown, and that nothing out of sight is built."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import panel as pn
import pytest
from bokeh.document import Document

import rnnlab as rl
from rnnlab.app.lab import IN_SIGHT, IN_TURN, Lab, LabPage, helps
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
    assert sorted((*IN_SIGHT, *IN_TURN)) == sorted(VIEWS)


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


def test_an_experiment_a_folder_and_a_file_can_be_opened(example_run: Path, tmp_path: Path) -> None:
    experiment = rl.load(example_run).experiment
    file = tmp_path / "experiment.json"
    file.write_text(experiment.to_json())
    for source in (experiment, example_run, str(example_run), file):
        made = Lab(source)
        assert made.session.experiment == experiment
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

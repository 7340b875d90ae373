"""What holds for every view: shown twice, saved, hidden, in another theme, and with names nobody should trust."""

from __future__ import annotations

import re
import time
from html import unescape
from pathlib import Path
from typing import Any

import panel as pn
import pytest
from bokeh.document import Document
from bokeh.model import Model

from rnnlab.figures.theme import DARK, LIGHT
from rnnlab.session import Session
from rnnlab.tasks import Task
from rnnlab.views import VIEWS, Part, View


def shown_in(document: Document, view: View) -> Model:
    root = pn.panel(view).get_root(document)
    document.add_root(root)
    return root


def settle(part: Part) -> None:
    """Wait for slow results that the part has asked for."""
    deadline = time.monotonic() + 120
    while part.stale:
        assert time.monotonic() < deadline
        time.sleep(0.02)
        part.session.drain()
        part.bring_up_to_date()


def plots(root: Model) -> list[Any]:
    return [model for model in root.references() if model.__class__.__name__ == "Figure"]


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_can_be_shown_in_two_documents(name: str, session: Session) -> None:
    view = VIEWS[name](session)
    first, second = Document(), Document()
    one, other = shown_in(first, view), shown_in(second, view)
    assert not set(one.references()) & set(other.references())
    assert len(plots(one)) == len(plots(other))
    first.validate()
    second.validate()


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_is_saved_to_a_page_that_needs_no_network(name: str, session: Session, tmp_path: Path) -> None:
    file = tmp_path / "view.html"
    VIEWS[name](session).save(file)
    page = file.read_text()
    assert len(page) > 100_000
    assert re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="https?:', page) == []
    assert '"name":"ImportedStyleSheet"' not in page


@pytest.mark.parametrize("name", VIEWS)
def test_what_nobody_sees_is_not_drawn(name: str, session: Session) -> None:
    part = VIEWS[name](session).show()
    part.refresh = lambda changed: pytest.fail("drawn although hidden")  # type: ignore[method-assign]
    part.shown = False
    part.note(part.watches)
    part.bring_up_to_date()
    assert part.stale == set(part.watches)


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_draws_only_what_it_watches(name: str, session: Session) -> None:
    part = VIEWS[name](session).show()
    settle(part)
    part.note({"no such parameter"})
    assert part.stale == set()
    part.note({part.watches[0]})
    assert part.stale == {part.watches[0]}


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_changes_its_theme_in_place(name: str, session: Session) -> None:
    part = VIEWS[name](session).show(LIGHT)
    document = Document()
    root = part.layout.get_root(document)
    models = set(root.references())
    part.restyle(DARK)
    assert set(root.references()) == models
    axes = [model for model in models if hasattr(model, "major_label_text_color")]
    assert {axis.major_label_text_color for axis in axes} <= {DARK.muted, DARK.text}
    words = ("script", "gallery", "members", "composer", "exchange", "network", "steering", "marked")
    late = ("psychometric", "design", "dissection")
    assert bool(axes) == (name not in (*words, *late))


@pytest.mark.parametrize("name", VIEWS)
def test_names_are_shown_as_text(name: str, session: Session, hostile_task: Task) -> None:
    assert session.set_own_task(hostile_task), session.errors
    root = shown_in(Document(), VIEWS[name](session))
    markup = [unescape(m.text) for m in root.references() if m.__class__.__name__ == "HTML"]
    assert not [text for text in markup if "<img" in text]
    if name == "trial":
        assert any("&lt;img" in text for text in markup)


def test_the_script_is_the_session_s(session: Session) -> None:
    part = VIEWS["script"](session).show()
    assert unescape(part.code.object.split(">", 1)[1].removesuffix("</pre>")) == session.script()
    session.set_setting("noise", 0.3)
    part.note({"experiment"})
    part.bring_up_to_date()
    assert "noise=0.3" in part.code.object

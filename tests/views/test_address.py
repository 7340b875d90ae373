"""The address of a page: what it names, and when it names nothing."""

from __future__ import annotations

from collections.abc import Iterator

import panel as pn
import pytest

from rnnlab.figures.theme import THEMES
from rnnlab.session import Session
from rnnlab.tasks import Channel, Hold, Task, edit
from rnnlab.views.address import AddressPart, asked_for


@pytest.fixture
def session() -> Iterator[Session]:
    made = Session()
    yield made
    made.close()


def enlarge(task: Task) -> Task:
    channels = (Channel(f"c{i}", (Hold(i * 0.7123 % 1),)) for i in range(1500))
    return task.replace(inputs=tuple(channels))


def test_the_address_follows_the_task(session: Session) -> None:
    part = AddressPart(session, THEMES["light"], session.experiment.task)
    seen = []
    for act in (
        lambda: True,
        lambda: session.set_task("xor"),
        lambda: session.edit(lambda task: edit.add_epoch(task, 0), "add an epoch"),
        lambda: session.edit(enlarge, "enlarge"),  # too large for an address
        lambda: session.undo() and session.undo(),
        lambda: session.undo(),
    ):
        assert act()
        part.note(["experiment"])
        part.bring_up_to_date()
        seen.append(part.layout.query)
    assert [query.partition("=")[0] for query in seen] == ["", "preset", "task", "", "preset", ""]
    assert seen[1] == seen[4] == "preset=xor"


def test_a_page_is_told_what_it_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked_for() == ""
    monkeypatch.setattr(type(pn.state), "session_args", {"preset": [b"delay_go"], "delay": [b"300,400"], "x": [b"&="]})
    assert asked_for() == "preset=delay_go&delay=300%2C400&x=%26%3D"

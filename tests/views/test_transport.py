"""The bar: what can be pressed when, and what it says."""

from __future__ import annotations

from functools import partial

import pytest

from rnnlab.figures.theme import DARK, LIGHT
from rnnlab.session import Progress, Session
from rnnlab.views.transport import Transport, readout


@pytest.fixture
def bar(session: Session) -> Transport:
    made = Transport(session, LIGHT, lambda: None)
    made.bring_up_to_date()
    return made


def test_before_anything_is_trained_only_train_can_be_pressed(bar: Transport) -> None:
    assert bar.train.visible and not bar.train.disabled
    assert not bar.pause.visible and not bar.resume.visible
    assert bar.stop.disabled
    assert bar.afresh.disabled
    assert "Ready" in bar.phase.object


def test_pressing_train_is_answered_at_once(bar: Transport, session: Session) -> None:
    bar.train.clicks += 1
    assert session.phase == "starting"
    assert "Starting" in bar.phase.object
    assert bar.pause.visible and not bar.train.visible
    assert not bar.stop.disabled
    bar.stop.clicks += 1
    assert session.phase in ("stopping", "stopped")


def test_the_readout_names_every_number() -> None:
    progress = Progress(1234, 5000, 1, 2.0, 34567.8, 30.0, 125.0, 0.012345, 0.9612)
    shown = readout(progress, 5000)
    for words in ("1234 / 5000", "34 568", "2 min 05 s", "0.0123", "96.1 %", "width:24.7%"):
        assert words in shown.replace("\u00a0", " ")


def test_speed_and_time_left_are_silent_when_nothing_runs() -> None:
    progress = Progress(10, 50, 1, 2.0, 100.0, 30.0, 125.0, 0.1, None)
    assert readout(progress, 50, "finished").count("–") == 3


def test_what_went_wrong_is_said_in_full_as_text(bar: Transport, session: Session) -> None:
    session.param.update(phase="failed", message="the <b>process</b> ended")
    bar.note({"phase", "message"})
    bar.bring_up_to_date()
    assert bar.alarm.visible
    assert "&lt;b&gt;process" in bar.alarm.object
    assert "<b>process" not in bar.phase.object


def test_what_has_changed_since_is_said_in_two_words_and_the_remedy_where_there_is_room(
    bar: Transport, session: Session
) -> None:
    session.param.update(phase="stopped", stale=True, message="after <b>3</b> updates")
    bar.note({"phase", "message", "stale"})
    bar.bring_up_to_date()
    assert "<span>Settings changed<i>; Train trains them.</i> After &lt;b&gt;3" in bar.phase.object
    assert 'title="Settings changed; Train trains them. After &lt;b&gt;3' in bar.phase.object


def test_what_is_said_to_train_the_settings_is_a_button_in_sight(bar: Transport, session: Session) -> None:
    for phase, button in (("finished", bar.train), ("training", bar.afresh)):
        session.param.update(phase=phase, stale=True)
        bar.note({"phase", "stale"})
        bar.bring_up_to_date()
        assert button.visible and f"{button.label} trains them." in bar.phase.object


def test_a_trained_example_is_said_to_give_way_when_train_is_pressed() -> None:
    opened = Session()
    made = Transport(opened, LIGHT)
    made.bring_up_to_date()
    assert "in place of this trained one" in made.phase.object and made.train.visible
    opened.close()


def test_the_theme_button_names_the_other_theme(bar: Transport) -> None:
    assert bar.theme_button.label == "Dark"
    bar.restyle(DARK)
    assert bar.theme_button.label == "Light"


def test_the_workspaces_have_tabs_of_which_one_is_marked(session: Session) -> None:
    gone: list[str] = []
    places = {name: partial(gone.append, name) for name in ("Task", "Training")}
    bar = Transport(session, LIGHT, places=places)
    bar.places["Task"].clicks += 1
    assert gone == ["Task"]
    bar.mark("Task")
    assert {name: "rl-chosen" in tab.css_classes for name, tab in bar.places.items()} == {
        "Task": True,
        "Training": False,
    }
    assert Transport(session, LIGHT).places == {}

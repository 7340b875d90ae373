"""State space by hand: a point opened, activity released beside it and from where one clicks, and the script of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnnlab.figures.theme import LIGHT
from rnnlab.session import Session
from rnnlab.views import VIEWS, Frame
from tests.views.test_family import settle
from tests.views.test_marking import point
from tests.views.test_questions import settle as answered


@pytest.fixture
def part(session: Session) -> Any:
    made = VIEWS["fixed_points"](session).show(LIGHT)
    Frame([made], session)
    settle(made)
    return made


def test_a_click_on_a_point_opens_it_and_releases_activity_on_both_sides(session: Session, part: Any) -> None:
    points = session.points
    kind = str(points.stability[0])
    data = part.figure.sources[kind].data
    point(part.figure, data["x"][0], data["y"][0])
    number = session.opened_point()
    assert number == data["number"][0]
    assert part.figure.sources["chosen"].data["x"][0] == pytest.approx(data["x"][0])
    assert len(part.figure.sources["courses"].data["xs"]) == 2
    assert f"Point {number}, {kind}" in part.opened.said.object
    shown = part.opened.figure.sources["0 dots"].data
    assert sorted(shown["x"]) == pytest.approx(sorted(points.eigenvalues[number].real))
    session.open_point(None)
    part.note({"explored"})
    part.bring_up_to_date()
    assert not part.opened.layout.visible
    assert part.figure.sources["courses"].data["xs"] == []


def test_clicks_elsewhere_release_activity_from_there_until_it_is_cleared(session: Session, part: Any) -> None:
    ends = part.figure.root.x_range.reset_end, part.figure.root.y_range.reset_end
    places = [(0.9 * ends[0], 0.9 * ends[1]), (0.9 * ends[0], 0.5 * ends[1])]
    for place in places:
        point(part.figure, *place)
    starts = part.figure.sources["releases"].data
    np.testing.assert_allclose(list(zip(starts["x"], starts["y"], strict=True)), places, rtol=1e-5)
    script = session.explored_script("runs/mine")
    compile(script, "script", "exec")
    assert script.count("lifted") == 1
    part.clear.clicks += 1
    assert not session.explored.states
    assert not part.script.layout.visible


def test_what_was_opened_is_forgotten_with_another_size(session: Session, part: Any) -> None:
    session.release_at(0.0, 0.0)
    assert len(session.explored.starts) == 1
    session.set_network("n_units", 20)
    assert not session.explored.starts


@pytest.mark.parametrize(("name", "courses"), [("state_space", "released"), ("fixed_points", "courses")])
def test_a_click_on_a_point_of_an_answer_opens_it(session: Session, name: str, courses: str) -> None:
    part: Any = VIEWS["dissection"](session).show(LIGHT)
    Frame([part], session)
    part.choose(name)
    answered(part)
    answer = part.cards[name].answer
    points = answer._points
    kind = str(points.stability[0])
    data = answer.figure.sources[kind].data
    answer.figure.on_pick(answer._picked)
    assert not answer.opened.layout.visible
    point(answer.figure, data["x"][0], data["y"][0])
    number = session.opened_asked(points)
    assert number == data["number"][0]
    assert answer.opened.layout.visible and f"Point {number}, {kind}" in answer.opened.said.object
    shown = answer.opened.figure.sources["0 dots"].data
    assert sorted(shown["x"]) == pytest.approx(sorted(points.eigenvalues[number].real))
    assert len(answer.figure.sources[courses].data["xs"]) == 2 and answer.forget.visible
    released = session.released_beside(points)
    assert released is not None
    away = np.linalg.norm(released.initial - points.states[number], axis=1)
    np.testing.assert_allclose(away, 0.05, rtol=1e-5)
    answer._close()
    assert not answer.opened.layout.visible and len(answer.figure.sources[courses].data["xs"]) == 0

"""What is marked in one view is marked in all: with the pointer, with the keyboard, and cleared again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnnlab.analysis import Condition, Marked
from rnnlab.figures.picks import Pick
from rnnlab.figures.theme import LIGHT
from rnnlab.session import Session
from rnnlab.views import VIEWS, Frame, Part
from rnnlab.views.marking import take


def point(figure: Any, x: float, y: float, plot: int = 0, *, add: bool = False) -> None:
    """What the browser does when a person clicks there."""
    pointed = figure.pointed[plot]
    where = {"x0": [x], "x1": [x], "y0": [y], "y1": [y]}
    pointed.data = where | {"add": [add], "n": [pointed.data["n"][0] + 1]}


@pytest.fixture
def page(session: Session) -> dict[str, Part]:
    """Some views on one page."""
    names = ("marked", "trial", "activity", "weights", "fixed_points")
    shown = {name: VIEWS[name](session).show(LIGHT) for name in names}
    Frame(list(shown.values()), session)
    return shown


def test_a_click_in_one_view_marks_in_all(session: Session, page: dict[str, Part]) -> None:
    weights, activity, space = (page[name].figure for name in ("weights", "activity", "fixed_points"))  # type: ignore[attr-defined]
    point(weights, -0.1, 1 - 3.5 / 12)  # W_in, the row of unit 3
    assert session.marked == Marked((3,))
    assert len(weights.sources["marked"].data["left"]) == 2
    assert activity.order[::-1][int(activity.sources["chosen"].data["y"][0])] == 3
    assert space.sources["units"].data["text"] == ["3"]
    assert "unit 3" in page["marked"].said.object  # type: ignore[attr-defined]
    point(weights, 5.5 / 12, -0.1, add=True)  # W_out, the column of unit 5
    assert session.marked.units == (3, 5)
    assert page["marked"].units.value == "3, 5"  # type: ignore[attr-defined]
    page["marked"].clear.clicks += 1  # type: ignore[attr-defined]
    assert not session.marked
    assert len(weights.sources["marked"].data["left"]) == 0


def test_views_follow_a_condition(session: Session, page: dict[str, Part]) -> None:
    values = session.example.factors["coherence"]
    condition = Condition("coherence", float(values.max()))
    page["marked"].condition.value = condition  # type: ignore[attr-defined]
    assert session.marked.condition == condition
    of = np.flatnonzero(values == values.max())
    assert page["trial"]._numbers == tuple(of[:3].tolist())  # type: ignore[attr-defined]
    activity: Any = page["activity"]
    assert (activity.trial.value, activity.factor.value) == (of[0], "coherence")
    bright = activity.figure.sources["traces"].data["alpha"]
    assert (bright == 1).tolist() == [False] * (len(bright) - 1) + [True]
    lines: Any = page["fixed_points"].figure.sources["trajectories"].data  # type: ignore[attr-defined]
    assert {alpha > 0.5 for alpha, place in zip(lines["alpha"], lines["place"], strict=True) if place == 0} == {False}


def test_a_trial_is_marked_where_it_is_clicked_and_its_heading_means_its_condition(
    session: Session, page: dict[str, Part]
) -> None:
    figure: Any = page["trial"].figure  # type: ignore[attr-defined]
    second = figure._shown[2][1][1]
    point(figure, second + 10, 0.5)
    assert session.marked == Marked(trial=1)
    assert page["activity"].trial.value == 1  # type: ignore[attr-defined]
    assert figure.sources["marked"].data["left"] == [second]
    point(figure, 10, figure._shown[1].top + 0.9 * figure._shown[1].head)
    assert session.marked.condition is not None
    assert session.marked.condition.trials(session.example)[0]


@pytest.mark.parametrize(("typed", "units"), [("3, 7-9", (3, 7, 8, 9)), ("", ()), ("11;2", (2, 11))])
def test_units_are_typed(session: Session, page: dict[str, Part], typed: str, units: tuple[int, ...]) -> None:
    session.mark_units([1])
    page["marked"].units.value = typed  # type: ignore[attr-defined]
    assert session.marked.units == units


@pytest.mark.parametrize(("typed", "said"), [("3, x", "no unit"), ("12", "no unit 12 in a network of 12")])
def test_what_cannot_be_read_is_said_and_changes_nothing(
    session: Session, page: dict[str, Part], typed: str, said: str
) -> None:
    session.mark_units([1])
    bar: Any = page["marked"]
    bar.units.value = typed
    assert session.marked.units == (1,)
    assert said in bar.problem.object


def test_what_is_clicked_again_is_marked_no_more(session: Session) -> None:
    for pick in (Pick(units=(3,)), Pick(trial=2), Pick(condition=Condition("coherence", 0.0, 9.0))):
        take(session, pick)
        assert session.marked
        take(session, pick)
        assert not session.marked


def test_a_unit_that_is_marked_sends_no_picture_anew(session: Session, page: dict[str, Part]) -> None:
    sources = page["activity"].figure.sources  # type: ignore[attr-defined]
    before = {name: source.data for name, source in sources.items()}
    session.mark_units([4])
    assert {name for name, source in sources.items() if source.data is not before[name]} == {"chosen", "traces"}


def test_clicks_that_come_together_are_all_heard(session: Session, page: dict[str, Part]) -> None:
    figure: Any = page["weights"].figure  # type: ignore[attr-defined]
    n = figure.pointed[0].data["n"][-1]
    beside, rows = [-0.1, -0.1, -0.1], [1 - (unit + 0.5) / 12 for unit in (3, 5, 7)]
    where = {"x0": beside, "x1": beside, "y0": rows, "y1": rows}
    figure.pointed[0].data = where | {"add": [True] * 3, "n": [n + 1, n + 2, n + 3]}
    assert session.marked.units == (3, 5, 7)
    figure.pointed[0].data = where | {"add": [True] * 3, "n": [n + 1, n + 2, n + 3]}
    assert session.marked.units == (3, 5, 7), "what was heard is not heard again"

"""The card of every analysis: its form, its controls, its answer, and what it says when there is none."""

from __future__ import annotations

import dataclasses
import time
from html import escape
from typing import Any

import pytest
from bokeh.document import Document
from bokeh.models import Plot

from rnnlab.analysis import CONTROLS, AccuracyQuestion, LesionsQuestion, Result, TuningQuestion
from rnnlab.figures.theme import DARK, LIGHT
from rnnlab.session import Session
from rnnlab.tasks import Task
from rnnlab.views import DissectionView
from rnnlab.views.answer import table
from rnnlab.views.dissection import ASKED, KEPT, DissectionPart
from rnnlab.views.marking import every as every_condition

every = pytest.mark.parametrize("name", ASKED)


def opened(session: Session, name: str) -> DissectionPart:
    part: Any = DissectionView(session).show()
    part.choose(name)
    return part


def settle(part: DissectionPart) -> None:
    deadline = time.monotonic() + 60
    while part.session.inquiries.busy:
        assert time.monotonic() < deadline
        time.sleep(0.01)
        part.session.drain()
    part.note({"replies"})
    part.bring_up_to_date()


@every
def test_every_setting_and_every_control_has_its_place(name: str, session: Session) -> None:
    part = opened(session, name)
    part.session.give_up()
    card, kind = part.cards[name], ASKED[name].question
    assert set(card.form.root.fields) == {field.name for field in dataclasses.fields(kind)}
    assert list(card.ticks.options) == [CONTROLS[each].title for each in kind.controls]
    card.restyle(DARK)


def test_a_problem_is_said_in_place_of_the_figure_and_goes_with_it(session: Session) -> None:
    part = opened(session, "tuning")
    settle(part)
    card = part.cards["tuning"]
    assert card.answer.figure is not None
    session.inquire(session.question.replace(factor="trial"))
    settle(part)
    assert "No factor &#x27;trial&#x27;; the trials have" in card.answer.problem.object
    assert not card.answer._picture.visible
    session.inquire(session.question.replace(factor=""))
    settle(part)
    assert card.answer.problem.object == ""
    assert card.answer._picture.visible


def test_an_answer_of_another_task_says_so_and_is_asked_again(session: Session) -> None:
    part = opened(session, "spectrum")
    settle(part)
    assert not part.again.visible
    session.set_network("n_units", 9)
    part.note({"network"})
    part.bring_up_to_date()
    settle(part)
    assert session.replies[""].result.eigenvalues.shape == (9,)  # quick: asked again by itself


def test_cancelling_leaves_what_was_there_and_offers_to_ask_again(session: Session) -> None:
    part = opened(session, "lesions")
    part._give_up()
    assert not session.inquiries.busy
    assert part.again.visible
    assert "Given up; there is no answer." in part.state.object
    session.inquire(LesionsQuestion(n_trials=16))
    settle(part)
    session.inquire(LesionsQuestion(n_trials=4096))
    part.note({"question"})
    part.bring_up_to_date()
    part._give_up()
    assert "Given up; what is shown is an earlier answer." in part.state.object


def test_names_in_a_question_are_shown_as_text(session: Session, hostile_task: Task) -> None:
    part = opened(session, "condition_rates")
    assert session.set_own_task(hostile_task), session.errors
    part.note({"example", "network"})
    part.bring_up_to_date()
    settle(part)
    assert "<img" not in part.cards["condition_rates"].answer.facts.object
    part.restyle(LIGHT)


def test_what_is_marked_and_not_drawn_is_said_and_can_be_drawn_instead(session: Session) -> None:
    part = opened(session, "tuning")
    settle(part)
    answer = part.cards["tuning"].answer
    assert not answer._note.visible
    direction = next(each for each in every_condition(session.example) if each.factor == "direction")
    session.mark_condition(direction)
    part.note({"marked"})
    part.bring_up_to_date()
    assert "the conditions drawn are those of signed coherence" in answer.missing.object
    assert answer.instead.label == "Draw direction here"
    answer.instead.clicks += 1
    part.note({"question"})
    settle(part)
    assert session.question.factor == "direction"
    assert not answer._note.visible
    assert len(answer.figure.sources["0 marked"].data["left"]) == 1


def test_rates_by_condition_are_those_of_the_unit_that_is_marked(session: Session) -> None:
    part = opened(session, "condition_rates")
    session.mark_units((5, 7))
    part.note({"marked"})
    part.bring_up_to_date()
    assert session.question.unit == 5
    session.mark_units((7, 5))
    part.note({"marked"})
    part.bring_up_to_date()
    assert session.question.unit == 5


def test_fields_that_mean_nothing_are_not_shown(session: Session) -> None:
    part = opened(session, "perturbation")
    session.give_up()
    level = part.cards["perturbation"].form.root.fields["level"].layout
    assert not level.visible, "silenced units have no level"
    session.inquire(session.question.replace(how="clamp"))
    settle(part)
    assert level.visible


def test_a_matrix_is_chosen_by_name_where_there_are_several(session: Session) -> None:
    part = opened(session, "spectrum")
    session.give_up()
    assert not part.cards["spectrum"].form.root.fields["matrix"].layout.visible, "there is one matrix"
    assert not part.cards["spectrum"]._settings.visible, "so there is nothing to set"
    session.set_network("kind", "GRU")
    part = opened(session, "spectrum")
    session.give_up()
    matrix = part.cards["spectrum"].form.root.fields["matrix"]
    assert matrix.layout.visible
    several = list(session.network.config.recurrent_matrices(session.network.parameters))
    assert len(several) == 3 and set(several) <= set(text_of(matrix))


def text_of(field: Any) -> list[str]:
    """The names that a field offers."""
    return [str(option) for each in field.layout.select() for option in getattr(each, "options", None) or ()]


def test_the_page_holds_the_figures_of_few_analyses(session: Session) -> None:
    part, document = opened(session, "psychometric"), Document()
    document.add_root(part.layout.get_root(document))
    settle(part)

    def plots() -> set[Plot]:
        return {each for each in document.models if isinstance(each, Plot)}

    seen = list[set[Plot]]()
    for name in ("accuracy", "spectrum", "degrees", "populations", "accuracy", "spectrum", "degrees", "populations"):
        part.choose(name)
        settle(part)
        assert name in part.cards and len(part.cards) <= KEPT
        assert [card.layout.visible for card in part.cards.values()] == [each == name for each in part.cards]
        seen.append(plots())
    assert len(seen[3]) == len(seen[7])
    assert not seen[3] & seen[7], "none of what was there is there still"
    assert len(part.place.objects) == KEPT


def test_every_analysis_in_turn_leaves_few_on_the_page(session: Session) -> None:
    part = opened(session, "psychometric")
    for name in ASKED:
        part.choose(name)
        session.give_up()
        assert list(part.cards)[-1] == name
        assert f"<h2>{escape(ASKED[name].title)}</h2>" == part.title.object
    assert list(part.cards) == list(ASKED)[-KEPT:]


def test_who_comes_back_finds_settings_controls_marks_and_answer_as_they_were(session: Session) -> None:
    part = opened(session, "tuning")
    session.inquire(TuningQuestion(n_trials=96), ("shuffled",))
    part.note({"question"})
    settle(part)
    answer, control = session.replies[""].result, session.replies["shuffled"].result
    put_away = part.cards["tuning"]
    for name in ("spectrum", "degrees", "populations"):
        part.choose(name)
        settle(part)
    assert put_away not in part.cards.values()
    session.mark_units((2, 5))
    part.note({"marked"})
    part.bring_up_to_date()
    part.choose("tuning")
    assert not session.inquiries.busy, "it was answered before"
    card = part.cards["tuning"]
    assert card is not put_away
    assert session.replies[""].result is answer and session.replies["shuffled"].result is control
    assert card.question == card.form.value == TuningQuestion(n_trials=96)
    assert card.ticks.value == ["shuffled labels"]
    assert card.answer._picture.visible and card.beside["shuffled"]._picture.visible
    assert card.answer.figure.marked.units == (2, 5)
    drawn, before = (each.answer.figure.sources for each in (card, put_away))
    assert drawn.keys() == before.keys()


def test_an_answer_from_before_is_shown_until_the_network_of_now_has_one(session: Session) -> None:
    part = opened(session, "accuracy")
    settle(part)
    before = session.replies[""].result
    part.choose("spectrum")
    settle(part)
    session.set_network("n_units", 9)
    part.note({"network"})
    part.choose("accuracy")
    assert session.question == AccuracyQuestion()
    assert session.inquiries.busy, "it is asked of the network of now"
    assert session.replies[""].result is before
    settle(part)
    assert session.replies[""].result is not before


def test_numbers_have_minus_signs_and_words_hyphens() -> None:
    class Found(Result):
        def facts(self) -> dict[str, str]:
            return {"range": "-0.7 to 0.7 (-1e-13)", "units": "3-7, low-rank, 1.0e-07", "spec": '{"kind": "Lesion"}'}

    shown = table(Found())
    assert "−0.7 to 0.7 (−1e-13)" in shown
    assert "3-7, low-rank, 1.0e-07" in shown
    assert "Lesion" not in shown, "the script says it"

"""What was trained may not be what is edited: the page says so beside the numbers and sets them back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rnnlab.figures.theme import LIGHT
from rnnlab.session import Session
from rnnlab.views.activity import ActivityPart
from rnnlab.views.learning import LearningPart
from rnnlab.views.origin import PAST, PRESENT, origin
from rnnlab.views.transport import Transport
from rnnlab.views.weights import WeightsPart


@pytest.fixture
def opened() -> Iterator[Session]:
    """The example run: perceptual discrimination, trained to its end."""
    made = Session()
    yield made
    made.close()


def test_what_is_untrained_belongs_to_what_is_edited(session: Session) -> None:
    session.set_task("flip_flop")
    assert origin(session) == ""


def test_another_task_other_settings_and_another_cell_are_told_apart(opened: Session) -> None:
    assert origin(opened) == ""
    opened.set_training("updates", 1234)
    assert origin(opened) == "", "the length of a training makes no other network"
    opened.set_setting("noise", 0.3)
    assert origin(opened) == "trained on other settings of perceptual discrimination"
    opened.set_task("flip_flop")
    assert origin(opened) == "trained on perceptual discrimination"
    opened.set_network("kind", "GRU")
    assert origin(opened) == "trained on perceptual discrimination, with a leaky network"


def test_the_numbers_and_the_curve_name_their_task_and_step_back(opened: Session) -> None:
    bar, learning = Transport(opened, LIGHT), LearningPart(opened, LIGHT)
    weights = WeightsPart(opened, LIGHT)
    parts = (bar, learning, weights)
    for part in parts:
        part.bring_up_to_date()
    assert "rained on" not in bar.numbers.object + learning.caption.object + weights.caption.object
    opened.set_task("flip_flop")
    for part in parts:
        part.note({"experiment", "stale"})
        part.bring_up_to_date()
    assert "<p>Trained on perceptual discrimination:</p>" in bar.numbers.object
    assert 'class="numbers past"' in bar.numbers.object
    assert "Trained on perceptual discrimination, not what is set now" in learning.caption.object
    assert learning.picture.styles == PAST
    assert "trained on perceptual discrimination" in weights.caption.object
    assert opened.set_experiment(opened.trained)
    for part in parts:
        part.note({"experiment", "stale"})
        part.bring_up_to_date()
    assert learning.picture.styles == PRESENT
    assert "past" not in bar.numbers.object


def test_controls_of_activity_that_cannot_be_shown_are_not_there(opened: Session) -> None:
    part = ActivityPart(opened, LIGHT)
    part.bring_up_to_date()
    assert part.controls.visible and part.factor.visible
    opened.set_task("flip_flop")
    part.note({"example"})
    part.bring_up_to_date()
    assert not part.controls.visible


def test_a_factor_is_asked_for_only_where_there_is_one(session: Session) -> None:
    session.set_task("sine_wave")
    drawn = session.example.factors
    part = ActivityPart(session, LIGHT)
    part.bring_up_to_date()
    assert part.factor.visible == any(len(set(values.tolist())) > 1 for values in drawn.values() if values.ndim == 1)


def test_both_losses_are_named(opened: Session) -> None:
    learning, bar = LearningPart(opened, LIGHT), Transport(opened, LIGHT)
    learning.bring_up_to_date()
    bar.bring_up_to_date()
    last, validation = opened.history.losses[-1], opened.history.validation_losses[-1]
    assert f"Loss of the last batch {last:.3g}; of the validation trials {validation:.3g}," in learning.caption.object
    assert "<dt>batch loss</dt>" in bar.numbers.object


def test_trials_are_counted_from_0_like_units(opened: Session) -> None:
    part = ActivityPart(opened, LIGHT)
    part.bring_up_to_date()
    assert (part.trial.value, part.trial.start, part.unit.value, part.unit.start) == (0, 0, 0, 0)
    assert part.trial.end == opened.results.trajectory.n_trials - 1
    part.trial.value = 2
    image = part.figure.sources["heat"].data["image"][0]
    trajectory = opened.results.trajectory
    assert image.shape[1] == trajectory.batch.lengths[2]
    assert "in trial 2 of the" in part.caption.object

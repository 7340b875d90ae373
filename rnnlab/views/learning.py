"""How the training goes: loss and accuracy against updates."""

from __future__ import annotations

from typing import ClassVar

from rnnlab.figures.learning import LearningFigure
from rnnlab.figures.theme import Theme
from rnnlab.session import Session
from rnnlab.views import parts, text
from rnnlab.views.origin import PAST, origin
from rnnlab.views.view import Pace, Part, View


class LearningPart(Part):
    """The course of the training shown, live."""

    watches: ClassVar[tuple[str, ...]] = ("history", "trained", "phase", "experiment")
    pace: ClassVar[Pace] = "steady"

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__(session, theme)
        self.figure = LearningFigure(session.history, theme=theme, height=372)
        self.figure.lift()
        self.caption = text.paragraph()
        self.picture = parts.column(parts.picture(self.figure.root, "Loss and accuracy against updates"))
        self.layout = parts.card(parts.heading("Learning"), self.picture, self.caption)

    def refresh(self, changed: set[str]) -> None:
        if changed - {"experiment"}:
            self._draw()
        styles = PAST if origin(self.session) else {}
        if self.picture.styles != styles:
            self.picture.styles = styles
        text.say(self.caption, describe(self.session))

    def _draw(self) -> None:
        trained = self.session.trained
        size, stop = (None, None) if trained is None else (trained.training.batch_size, trained.training.stop_accuracy)
        self.figure.update(self.session.history, size, stop_accuracy=stop)

    def restyle(self, theme: Theme) -> None:
        super().restyle(theme)
        self.figure.restyle(theme)


class LearningView(View):
    """Loss and accuracy."""

    title: ClassVar[str] = "Learning"
    part: ClassVar[type[Part]] = LearningPart


def describe(session: Session) -> str:
    """Where the training stands, in a sentence."""
    history = session.history
    if session.phase == "starting" or (session.phase == "training" and not len(history.updates)):
        return "Waiting for the first update …"
    if session.trained is None or not len(history.updates):
        return "Nothing trained yet. Press Train and watch loss and accuracy here."
    done, size = int(history.updates[-1]), session.trained.training.batch_size
    of = origin(session)
    of = f"{of[:1].upper() + of[1:]}, not what is set now: " if of else ""
    said = f"{of}{text.count(done)} updates, {text.count(done * size)} trials. Loss of the last batch "
    said += text.decimal(float(history.losses[-1]))
    if history.accuracy is None:
        return f"{said}."
    validation = text.decimal(float(history.validation_losses[-1]))
    return f"{said}; of the validation trials {validation}, {text.percent(history.accuracy)} of them correct."

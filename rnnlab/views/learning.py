"""How the training goes: loss and accuracy against updates."""

from __future__ import annotations

from typing import ClassVar

from rnnlab.analysis import Vitals, vitals
from rnnlab.figures.learning import LearningFigure
from rnnlab.figures.learning_names import learning_names
from rnnlab.figures.theme import Theme
from rnnlab.runs import History
from rnnlab.session import Session
from rnnlab.tasks import Curriculum
from rnnlab.views import bare, parts, text
from rnnlab.views.origin import PAST, PRESENT, origin
from rnnlab.views.view import Pace, Part, View


class LearningPart(Part):
    """The course of the training shown, live."""

    watches: ClassVar[tuple[str, ...]] = ("history", "trained", "phase", "experiment", "others", "parent")
    pace: ClassVar[Pace] = "steady"

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__(session, theme)
        self.figure = LearningFigure(session.history, theme=theme, height=372)
        self.figure.lift()
        self.caption = text.paragraph()
        self.picture = parts.column(parts.picture(self.figure.root, "Loss and accuracy against updates"))
        self.light = bare.Html("", margin=0, stylesheets=[LAMP])
        head = parts.row(parts.heading("Learning"), self.light, css=HEAD)
        self.layout = parts.card(head, self.picture, self.caption)

    def refresh(self, changed: set[str]) -> None:
        if changed - {"experiment"}:
            self._draw()
            self._judge()
        styles = PAST if origin(self.session) else PRESENT
        if self.picture.styles != styles:
            self.picture.styles = styles
        text.say(self.caption, describe(self.session))

    def _draw(self) -> None:
        session, trained = self.session, self.session.trained
        if trained is None:
            self.figure.update(session.history, others=session.others)
            return
        training = trained.training
        self.figure.update(
            session.history,
            training.batch_size,
            stop_accuracy=training.stop_accuracy,
            others=session.others,
            **learning_names(
                trained, session.history, session.progress.update, session.progress.stages, session.parent
            ),
        )

    def _judge(self) -> None:
        found = vitals(self.session.history)
        self.light.object = lamp(found, diverged=self.session.phase == "diverged")

    def restyle(self, theme: Theme) -> None:
        super().restyle(theme)
        self.figure.restyle(theme)


class LearningView(View):
    """Loss and accuracy."""

    title: ClassVar[str] = "Learning"
    part: ClassVar[type[Part]] = LearningPart


LIGHTS = {"unknown": "Health: not known yet", "ok": "Healthy", "watch": "To be watched", "trouble": "In trouble"}
"""The health of a training, in a word or two."""


def lamp(found: Vitals, diverged: bool = False) -> str:
    """The health light as markup: a dot, a word, and what is wrong; all numbers where the pointer rests on it.

    The numbers are those of the last evaluation, which may be from before a training diverged.
    """
    light, word = ("trouble", "Diverged") if diverged else (found.light, LIGHTS[found.light])
    numbers = "; ".join(f"{name}: {value}" for name, value in found.facts().items() if name != "light")
    said = f"<b>{word}</b>" + (f" <span>{text.escape(found.sentence)}</span>" if found.sentence else "")
    return f'<p class="{light}" role="status" title="{text.escape(numbers)}"><i></i>{said}</p>'


def describe(session: Session) -> str:
    """Where the training stands, in a sentence."""
    history = session.history
    if session.phase == "starting" or (session.phase == "training" and not len(history.updates)):
        return "Waiting for the first update …"
    if session.trained is not None and session.can_resume and not len(history.updates):
        return f"At its beginning: the network has learned nothing yet. Resume trains it.{branched(session)}"
    if session.trained is None or not len(history.updates):
        return "Nothing trained yet. Press Train and watch loss and accuracy here."
    done, size = int(history.updates[-1]), session.trained.training.batch_size
    of = origin(session)
    of = f"{of[:1].upper() + of[1:]}, not what is set now: " if of else ""
    task, stages = session.trained.task, session.progress.stages
    stage = f" (stage {len(stages)} of {len(task.stages)})" if isinstance(task, Curriculum) else ""
    said = f"{of}{text.count(done)} updates{stage}, {text.count(done * size)} trials. Loss of the last batch "
    said += text.decimal(float(history.losses[-1]))
    if history.accuracy is None:
        return f"{said}.{lost(history)}"
    validation = text.decimal(float(history.validation_losses[-1]))
    said += f"; of the validation trials {validation}, {text.percent(history.accuracy)} of them correct."
    return said + lost(history) + branched(session)


def lost(history: History) -> str:
    """That updates had no finite gradient to go by, and when the last time."""
    updates = history.lost_updates
    if not len(updates):
        return ""
    return f" {text.count(len(updates))} without a finite gradient, the last of them update {text.count(updates[-1])}."


def branched(session: Session) -> str:
    """That the run shown is a branch, and where it began."""
    if session.parent is None:
        return ""
    other = " (in grey)" if session.others else ""
    return f" A branch: up to update {text.count(session.parent.update)} it is another training{other}."


HEAD = ":host { gap: 0 16px; flex-wrap: wrap; justify-content: space-between; }"

LAMP = """
:host { min-width: 0; flex: 0 1 auto; }
p { margin: 0; font: 12px/18px var(--rl-font); color: var(--rl-muted); }
b { font-weight: 600; color: var(--rl-text); }
i { display: inline-block; width: 9px; height: 9px; border-radius: 50%; margin-right: 6px; background: var(--rl-edge); }
p.ok i { background: #2a9d6f; }
p.watch i { background: #d39a1e; }
p.trouble i { background: var(--rl-alarm); }
"""

"""Example trials of the task as it is edited, with what the network makes of them."""

from __future__ import annotations

from typing import ClassVar

from rnnlab.figures.theme import Theme
from rnnlab.figures.trial import TrialFigure
from rnnlab.session import Session
from rnnlab.tasks import Batch
from rnnlab.views import parts, text
from rnnlab.views.view import Pace, Part, View

N_SHOWN = 3
"""Trials side by side."""


class TrialPart(Part):
    """Inputs, targets and outputs of a few trials, and a button that deals others."""

    watches: ClassVar[tuple[str, ...]] = ("example", "network")
    pace: ClassVar[Pace] = "prompt"

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__(session, theme)
        self.figure = TrialFigure(session.example, range(N_SHOWN), theme=theme)
        self.figure.lift()
        self.caption = text.paragraph()
        self.deal = parts.button("Deal other trials", session.deal, kind="small")
        head = parts.row(parts.heading("Trial"), self.deal, css=parts.SPREAD)
        self.layout = parts.card(head, parts.picture(self.figure.root, "Example trials"), self.caption)

    def refresh(self, changed: set[str]) -> None:
        trajectory = self.session.results.glimpse(N_SHOWN)
        if trajectory is None:
            self.figure.update(self.session.example, range(N_SHOWN))
        else:
            score = trajectory.batch.task.score(trajectory.outputs, trajectory.batch)
            self.figure.update(trajectory.batch, range(N_SHOWN), trajectory.outputs, score.correct)
        text.say(self.caption, describe(self.session.example, self.session.results.mismatch))

    def restyle(self, theme: Theme) -> None:
        super().restyle(theme)
        self.figure.restyle(theme)


class TrialView(View):
    """Example trials."""

    title: ClassVar[str] = "Trial"
    part: ClassVar[type[Part]] = TrialPart


def describe(example: Batch, mismatch: str = "") -> str:
    """The trials in a sentence or two."""
    longest = int(example.lengths.max()) * example.dt
    epochs = ", ".join(example.task.epoch_names)
    said = f"{example.task.description} Epochs: {epochs}; up to {longest:g} ms in steps of {example.dt:g} ms."
    said += "" if mismatch else " Outputs are those without the network's own noise."
    return f"{said} {mismatch}".strip().replace("_", " ")

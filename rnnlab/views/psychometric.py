"""How the network's choices depend on the stimulus."""

from __future__ import annotations

from typing import ClassVar

from rnnlab.analysis import Psychometric
from rnnlab.figures.psychometric import PsychometricFigure
from rnnlab.figures.theme import Theme
from rnnlab.session import Session
from rnnlab.views import parts, text
from rnnlab.views.marking import link, varying
from rnnlab.views.view import Part, View

NONE = "This task has no psychometric curve: its trials do not end in one choice that depends on one quantity."

AUTOMATIC = "automatic"
"""The factor that a task says is its evidence."""


class PsychometricPart(Part):
    """The share of trials with one of the choices, against the stimulus. Many trials are run for it, so it takes a
    moment: the view asks, the session answers when it can."""

    watches: ClassVar[tuple[str, ...]] = ("network", "example", "psychometric", "marked")

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__(session, theme)
        self.figure: PsychometricFigure | None = None
        self.caption = text.paragraph()
        self.picture = parts.column()
        self.factor = parts.select("Against", {AUTOMATIC: ""}, self._choose)
        self.layout = parts.column(self.factor, self.picture, self.caption)

    def refresh(self, changed: set[str]) -> None:
        if changed == {"marked"}:
            if self.figure is not None:
                self.figure.mark(self.session.marked)
            return
        self._offer_factors()
        self.session.ask("psychometric")
        curve = self.session.psychometric
        self.picture.visible = curve is not None
        if curve is None:
            text.say(self.caption, self._why())
            self.look_again("psychometric")
            return
        self._draw(curve)
        text.say(self.caption, describe(curve))

    def _offer_factors(self) -> None:
        names = {name.replace("_", " "): name for name in varying(self.session.example)}
        options = {AUTOMATIC: "", **names}
        self.factor.visible = bool(names)
        if self.factor.options != options:
            self.factor.param.update(options=options, value="")

    def _choose(self, factor: str) -> None:
        self.session.results.choose_factor(factor)
        self.stale |= set(self.watches)
        self.bring_up_to_date()

    def _why(self) -> str:
        results = self.session.results
        return results.why("psychometric") or ("Running trials …" if "psychometric" in results.computing else NONE)

    def _draw(self, curve: Psychometric) -> None:
        choice = self.session.example.task.output_names[curve.choice]
        if self.figure is not None:
            self.figure.update(curve, choice)
            return
        self.figure = PsychometricFigure(curve, choice, theme=self.theme, height=340)
        self.figure.mark(self.session.marked)
        link(self.figure, self.session)
        self.picture.append(parts.picture(self.figure.root, "Psychometric curve"))

    def restyle(self, theme: Theme) -> None:
        super().restyle(theme)
        if self.figure is not None:
            self.figure.restyle(theme)


class PsychometricView(View):
    """Choices against the stimulus."""

    title: ClassVar[str] = "Psychometric"
    part: ClassVar[type[Part]] = PsychometricPart


def describe(curve: Psychometric) -> str:
    """The curve in a sentence."""
    trials = f"{text.count(int(curve.counts.sum()))} trials; bars are 95 % confidence intervals (Wilson)."
    return f"{trials} Click a point to mark its condition in every view."

"""All analyses by family, and the one that was chosen: asked, answered, followed while the network learns."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import Any, ClassVar

from rnnlab.analysis import ANALYSES, ConditionRatesQuestion, Film, PerturbationQuestion, Question
from rnnlab.figures.theme import Theme
from rnnlab.session import Session
from rnnlab.views import bare, film, look, parts, push, text
from rnnlab.views.questions import QuestionCard
from rnnlab.views.script import COPY
from rnnlab.views.view import Pace, Part, View

FIRST = "psychometric"
"""The analysis that is shown first."""

SLOW_S = 0.5
"""From so many seconds on a person is told how far an answer is."""

KEPT = 3
"""Analyses whose figures are on the page: the one in sight, and those that were in sight before it. The page is laid
out with all of them whenever anything comes or goes."""

ASKED = {name: each for name, each in ANALYSES.items() if each.question is not None}
"""Analyses that are asked of a network."""


class DissectionPart(Part):
    """The list at the left, the chosen analysis beside it.

    Attributes:
        main: what stands beside the list.
        cards: of the analyses looked at last, the newest at the end. The answer to an earlier one is the session's; its
            card is built anew.
    """

    pace: ClassVar[Pace] = "steady"
    watches: ClassVar[tuple[str, ...]] = (
        "network",
        "network_update",
        "example",
        "question",
        "controls",
        "replies",
        "phase",
        "marked",
        "explored",
        "compared",
    )

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__(session, theme)
        self.cards: dict[str, QuestionCard] = {}
        self.asked: dict[str, Question] = {}
        self.chosen = ""
        self.marked = session.marked.units
        self.buttons = {
            name: parts.button(each.title, partial(self.choose, name), kind="tab") for name, each in ASKED.items()
        }
        self.title = parts.heading("")
        self.state = text.paragraph(role="status")
        self.bar = bare.Html("", margin=0, sizing_mode="stretch_width", stylesheets=[BAR])
        self.again = parts.button("Ask again", session.inquire, kind="small")
        self.cancel = parts.button("Cancel", self._give_up, kind="small")
        self.script = bare.Html("", margin=0, sizing_mode="stretch_width", stylesheets=[look.CODE])
        self.copy = parts.button("Copy", kind="small")
        self.copy.js_on_click(args={"code": self.script}, code=COPY)
        self.place = parts.column()
        self.main = self._main()
        self.layout = parts.column(self._list(), self.main, css=look.BODY)

    def _list(self) -> Any:
        families: dict[str, list[Any]] = {}
        for name, each in ASKED.items():
            families.setdefault(each.family, []).append(self.buttons[name])
        shown = [[parts.heading(family.capitalize(), 3), *buttons] for family, buttons in families.items()]
        return parts.column(*(item for each in shown for item in each), css=look.SIDE + LIST, css_classes=["rl-side"])

    def _main(self) -> Any:
        status = parts.row(self.title, self.state, self.bar, self.cancel, self.again, css=STATUS)
        said = text.paragraph("The same answer from Python:")
        script = parts.column(parts.row(said, self.copy, css=parts.SPREAD), self.script)
        answer = parts.card(status, self.place, wide=True)
        return parts.column(answer, parts.card(script, wide=True), css=look.MAIN)

    # ----------------------------------------------------------------------------------------- said by a person

    def choose(self, name: str) -> None:
        """Ask this one; the settings that it had last are kept."""
        kind = ASKED[name].question
        assert kind is not None
        if self.session.question is not None:
            self.asked[name_of(self.session.question)] = self.session.question
        self.session.inquire(self.asked.get(name) or self._begin(kind()))
        self.note({"question"})
        self.bring_up_to_date()

    def _begin(self, question: Question) -> Question:
        """A question about units begins with those that are marked."""
        return of_units(question, self.session.marked.units)

    def _follow_marks(self) -> None:
        """Silence the units that were marked now, or show the rate of the first of them."""
        question, units = self.session.question, self.session.marked.units
        if question is not None and units != self.marked and of_units(question, units) != question:
            self.session.inquire(of_units(question, units))
        self.marked = units

    def _give_up(self) -> None:
        self.session.give_up()
        self.note({"replies"})
        self.bring_up_to_date()

    # ------------------------------------------------------------------------------------------------- showing

    def refresh(self, changed: set[str]) -> None:
        if changed <= {"marked", "explored"} and self.chosen:
            asked = self.session.question
            self._follow_marks()
            self.cards[self.chosen].mark()
            if asked is self.session.question:
                return
        if self.session.question is None:
            self.session.inquire(getattr(ASKED[FIRST], "question")())  # noqa: B009
        name = name_of(self.session.question)
        self._follow_marks()
        if changed & {"network", "example"}:
            self.session.follow()
        self._turn_to(name)
        self.cards[name].show()
        self.cards[name].mark()
        self._tell()
        if self.session.inquiries.busy or self.cards[name].restless:
            self.stale.add("replies")  # look again with the next tick: how far is it?

    def _turn_to(self, name: str) -> None:
        if name == self.chosen:
            return
        with push.batch(self.layout):
            if name not in self.cards:
                self._take_out(QuestionCard(name, self.session, self.theme))
            self.cards[name] = self.cards.pop(name)
            self.title.object = parts.headed(ASKED[name].title)
            self.chosen = name
            for each, card in self.cards.items():
                card.layout.visible = each == name
            for each, button in self.buttons.items():
                button.css_classes = ["rl-tab", "rl-chosen"] if each == name else ["rl-tab"]

    def _take_out(self, card: QuestionCard) -> None:
        """Put a card on the page, in the place of the one that nobody has looked at for longest."""
        kept = list(self.cards.values())[1 - KEPT :]
        layouts = [each.layout for each in kept]
        self.cards = {each.name: each for each in (*kept, card)}
        self.place[:] = [*(each for each in self.place if each in layouts), card.layout]

    def _tell(self) -> None:
        """How far the answer is, or of which update it is."""
        inquiries, reply = self.session.inquiries, self.session.replies.get("")
        waiting = inquiries.busy and inquiries.waited > SLOW_S
        self.cancel.visible = self.bar.visible = waiting
        outdated = reply is not None and inquiries.outdated(reply)
        self.again.visible = not inquiries.busy and (reply is None or outdated)
        share = f"{100 * inquiries.share:.0f}"
        bar = f'<progress max="100" value="{share}" aria-label="How far the answer is">{share} %</progress>'
        if waiting and self.bar.object != bar:
            self.bar.object = bar
        text.say(self.state, self._state(reply, outdated, waiting))
        script = self.session.question_script()
        if self.script.tags != [script]:
            self.script.tags = [script]
            self.script.object = f'<pre tabindex="0" aria-label="The question as a script">{escape(script)}</pre>'

    def _state(self, reply: Any, outdated: bool, waiting: bool) -> str:
        if waiting:
            return "Working it out …"
        if reply is None:
            return "" if self.session.inquiries.busy else self._given_up()
        if isinstance(reply.result, Film):
            return film.said(reply.result, self.session, outdated and not self.session.inquiries.busy)
        said = f"Of the network after {text.count(reply.update)} updates"
        if not outdated:
            return f"{said}."
        return f"{said}; {self._changed_since(reply)}."

    def _changed_since(self, reply: Any) -> str:
        """Which of the things that an answer depends on is another by now."""
        asked, now = reply.subject, self.session.inquiries.subject
        if now is None or asked.task != now.task:
            return "its task has changed since"
        if reply.question.of_states:
            return "more of its states were saved since"
        if asked.network is now.network:
            return "it is compared with others by now"
        seen = self.session.network_update
        return "another one is shown now" if seen == reply.update else f"the one shown has seen {text.count(seen)}"

    def _given_up(self) -> str:
        earlier = self.cards[self.chosen].answer.figure is not None
        return f"Given up; {'what is shown is an earlier answer' if earlier else 'there is no answer'}."

    def restyle(self, theme: Theme) -> None:
        super().restyle(theme)
        for card in self.cards.values():
            card.restyle(theme)


def of_units(question: Question, units: tuple[int, ...]) -> Question:
    """The same question of these units, where it is about some and there are any."""
    if units and isinstance(question, PerturbationQuestion):
        return question.replace(units=units)
    if units and isinstance(question, ConditionRatesQuestion) and question.unit not in units:
        return question.replace(unit=units[0])
    return question


class DissectionView(View):
    """Every analysis of the catalogue, over the network as it is now."""

    title: ClassVar[str] = "Dissection"
    part: ClassVar[type[Part]] = DissectionPart


def name_of(question: Question) -> str:
    """The entry of the catalogue that asks this."""
    return next(name for name, each in ASKED.items() if each.question is type(question))


LIST = """
:host .rl-tab { align-self: start; }
"""

STATUS = """
:host { min-height: 32px; }
:host > * { flex: 0 1 auto !important; width: auto !important; }
"""

BAR = """
:host { min-width: 120px; }
progress { width: 160px; height: 6px; accent-color: var(--rl-accent); vertical-align: middle; }
"""

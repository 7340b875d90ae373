"""The editor of the network: every field of its description in a form, and the equations that these make."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any, ClassVar

from rnnlab.figures.theme import Theme
from rnnlab.networks import AnyNetwork, Cell, LeakyRNN
from rnnlab.session import Session
from rnnlab.spec import Spec, codec
from rnnlab.views import bare, look, parts, text
from rnnlab.views.facts import label_of, title_of
from rnnlab.views.form import SpecForm
from rnnlab.views.form.places import below
from rnnlab.views.view import Pace, Part, View

CHOOSE = "choose …"

PRESETS: dict[str, Callable[[], LeakyRNN]] = {
    "PsychRNN": LeakyRNN.psychrnn,
    "pycog": LeakyRNN.pycog,
    "pycog with Dale's law": lambda: LeakyRNN.pycog(excitatory=0.8),
    "trainRNNbrain (pipeline)": LeakyRNN.pipeline,
    "multitask-networks": LeakyRNN.multitask,
}
"""Conventions of published systems, by name."""


class NetworkPart(Part):
    """Undo and redo, the presets, and the form of the network with its equations beside it.

    Attributes:
        form: of the whole network.
        editor, beside: the form with its buttons, and the equations.
    """

    pace: ClassVar[Pace] = "prompt"
    watches: ClassVar[tuple[str, ...]] = (
        "experiment", "errors", "undoable", "redoable", "trained", "network_update",
    )  # fmt: skip

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__(session, theme)
        self.undo = parts.button("Undo", session.undo, kind="small")
        self.redo = parts.button("Redo", session.redo, kind="small")
        self.last = text.paragraph()
        self.preset = parts.select("As published:", [CHOOSE, *PRESETS], self._choose)
        self.form = SpecForm(AnyNetwork, self.network, counted(session), self._wish, "Kind", self._tell_draft)
        self.equation = bare.Html("", margin=0, sizing_mode="stretch_width", stylesheets=[look.CODE, EQUATION])
        self.notes = text.paragraph()
        self.waiting = text.paragraph(css_class="error", role="status")
        self.drop = parts.button("Discard this change", self._drop, kind="small")
        self.draft = parts.column(self.waiting, self.drop, visible=False)
        tools = parts.row(parts.heading("Network"), parts.row(self.undo, self.redo, css=TIGHT), css=parts.SPREAD)
        editor = parts.column(tools, self.last, self.preset, self.draft, self.form.layout, css=FORM)
        equation = parts.column(parts.heading("Equations in force", 3), self.equation, self.notes)
        self.editor, self.beside = editor, parts.card(equation, wide=True)
        self.layout = parts.column(self.editor, self.beside)

    @property
    def network(self) -> Cell:
        """What is edited."""
        return self.session.experiment.network

    def refresh(self, changed: set[str]) -> None:
        trained = self.session.trained
        same = trained is not None and type(trained.network) is type(self.network)
        if changed != {"network_update"}:
            self._show()
        self.form.steered(below(self.session.steered, "network") if same else {})

    def _show(self) -> None:
        session = self.session
        self.form.show(self.network, counted(session))
        equation = f'<pre tabindex="0" aria-label="The equations in force">{escape(self.network.equation)}</pre>'
        if self.equation.object != equation:
            self.equation.object = equation
        self.undo.disabled, self.redo.disabled = not session.undoable, not session.redoable
        text.say(self.last, f"Last: {session.undoable}" if session.undoable else "")
        self._tell_draft()

    # --------------------------------------------------------------------------------------- said by a person

    def _wish(self, network: Any) -> bool:
        granted = self.session.edit_network(lambda _: network, what_changed(self.network, network))
        if not granted:
            explain(self.form, self.session.errors["network"], network, "Experiment.network", "network")
        return granted

    def _choose(self, name: str) -> None:
        if name == CHOOSE:
            return
        self.form.forget()
        if self.session.edit_network(lambda _: PRESETS[name](), f"choose the network of {name}"):
            text.say(self.last, f"Last: {self.session.undoable}")
        else:
            self.form.complain("", self.session.errors["network"])
        self.preset.value = CHOOSE

    def _drop(self) -> None:
        self.form.forget()
        self._tell_draft()

    def _tell_draft(self) -> None:
        waits = self.form.draft is not None
        text.say(self.waiting, "Not accepted yet; the network is as it was." if waits else "")
        if self.draft.visible != waits:
            self.draft.visible = waits


def counted(session: Session) -> dict[str, list[str]]:
    """What there may be a number for each of: the units of the network, the inputs of the task."""
    experiment = session.experiment
    return {"unit": [str(i) for i in range(experiment.network.n_units)], "input": list(experiment.task.input_names)}


class NetworkView(View):
    """The network's description, to edit."""

    title: ClassVar[str] = "Network"
    part: ClassVar[type[Part]] = NetworkPart


def what_changed(before: Spec, after: Spec) -> str:
    """A change of a description in words, for undo.

    >>> what_changed(LeakyRNN(), LeakyRNN(tau=50.0))
    'change Time constant'
    """
    if type(before) is not type(after):
        return f"choose {title_of(type(after))}"
    old, new = codec.encode(before), codec.encode(after)
    labels = [label_of(type(after), name) for name in new if new[name] != old[name]]
    return f"change {', '.join(labels[:2])}" + (" and more" if len(labels) > 2 else "")


def explain(form: SpecForm, sentence: str, value: Spec, *places: str) -> None:
    """Show a refusal at its field, whatever its author calls the place: by the kind of thing, or from the outside."""
    known = [*places, type(value).__name__]
    form.explain(sentence, next((place for place in known if sentence.lower().startswith(place.lower())), ""))


FORM = ":host { --rl-labels: 124px; }"

TIGHT = ":host { width: auto !important; flex: none; gap: 4px 6px; }"

EQUATION = """
pre { max-height: none; font-size: 13px; white-space: pre-wrap; }
@container rnnlab (max-width: 1180px) { pre { font-size: 12px; letter-spacing: -0.01em; } }
"""

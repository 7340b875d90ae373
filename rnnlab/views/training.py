"""The rest of the training: what the sliders leave out, in a form under headings."""

from __future__ import annotations

from typing import Any, ClassVar

from rnnlab.figures.theme import Theme
from rnnlab.runs import Training
from rnnlab.session import Session
from rnnlab.views import parts, text
from rnnlab.views.form import SpecForm
from rnnlab.views.form.groups import Grouped
from rnnlab.views.form.places import below
from rnnlab.views.network import explain, what_changed
from rnnlab.views.view import Pace, Part


class TrainingForm(Part):
    """Ends, loss, penalties, optimiser, schedules, engine: every field of `rnnlab.runs.Training` that has no slider.

    Attributes:
        form: of the whole training; its fields in sight are those of the sliders, and left out.
    """

    pace: ClassVar[Pace] = "prompt"
    watches: ClassVar[tuple[str, ...]] = ("experiment", "trained", "network_update")

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__(session, theme)
        self.form = SpecForm(Training, self.training, {}, self._wish, "Training", self._tell_draft)
        if isinstance(self.form.root, Grouped):
            self.form.root.in_sight.visible = False
        self.waiting = text.paragraph("Not accepted yet; the training is as it was.", css_class="error", role="status")
        self.drop = parts.button("Discard this change", self._drop, kind="small")
        self.draft = parts.column(self.waiting, self.drop, visible=False)
        self.layout = parts.column(self.draft, self.form.layout, css=NARROW)

    @property
    def training(self) -> Training:
        """What is edited."""
        return self.session.experiment.training

    def refresh(self, changed: set[str]) -> None:
        if changed != {"network_update"}:
            self.form.show(self.training)
        self.form.steered(below(self.session.steered, "training"))
        self._tell_draft()

    def _wish(self, training: Any) -> bool:
        before = self.training
        granted = self.session.edit_training(lambda _: training, what_changed(before, training))
        if not granted:
            explain(self.form, self.session.errors["training"], training, "Experiment.training", "training")
        return granted

    def _drop(self) -> None:
        self.form.forget()
        self._tell_draft()

    def _tell_draft(self) -> None:
        waits = self.form.draft is not None
        if self.draft.visible != waits:
            self.draft.visible = waits


NARROW = ":host { --rl-labels: 96px; }"

"""The weights as they are now, and the eigenvalues of the recurrent ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from rnnlab.analysis import Spectrum
from rnnlab.figures.theme import Theme
from rnnlab.figures.weights import WeightsFigure, matrices
from rnnlab.session import Session
from rnnlab.views import parts, text
from rnnlab.views.activity import OWN, PEAK, SELECTIVITY, order
from rnnlab.views.marking import link
from rnnlab.views.origin import origin
from rnnlab.views.view import Part, View


class WeightsPart(Part):
    """Matrices side by side and the spectrum; one gate at a time where there are several."""

    watches: ClassVar[tuple[str, ...]] = ("network", "experiment", "marked")

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__(session, theme)
        self.figure: WeightsFigure | None = None
        self._said = ""
        self.gate = parts.select("Recurrent matrix", ["W_rec"], self._redraw)
        self.sort = parts.select("Sort units by", [OWN, PEAK, SELECTIVITY], self._redraw)
        self.caption = text.paragraph()
        self.picture = parts.column()
        self.layout = parts.column(parts.row(self.gate, self.sort), self.picture, self.caption)

    def refresh(self, changed: set[str]) -> None:
        if changed <= {"experiment", "marked"} and self.figure is not None:
            self.figure.mark(self.session.marked)
            text.say(self.caption, self._said + self._of())
            return
        network = self.session.network
        gates = list(network.config.recurrent_matrices(network.parameters))
        if list(self.gate.options) != gates:
            self.gate.param.update(options=gates, value=gates[0])
        self.gate.visible = len(gates) > 1
        shown = matrices(network, self.gate.value)
        if not network.config.inputs_reach_units:
            del shown["W_in"]
        spectrum = (self.session.results.spectra or {}).get(self.gate.value)
        self._draw(shown, spectrum)
        self._said = describe(shown, spectrum, self.session.network_update) + odd(network.notes)
        text.say(self.caption, self._said + self._of())

    def _of(self) -> str:
        of = origin(self.session)
        return f" This network was {of}." if of else ""

    def _draw(self, shown: dict[str, Any], spectrum: Spectrum | None) -> None:
        trajectory = self.session.results.trajectory
        units = None if trajectory is None else order(trajectory, self.sort.value)
        known: dict[str, Any] = {} if spectrum is None else _circles(spectrum)
        if self.figure is not None:
            self.figure.marked = self.session.marked
            self.figure.update(shown, units, **known)
            return
        self.figure = WeightsFigure(shown, units, theme=self.theme, marked=self.session.marked, **known)
        self.figure.lift()
        link(self.figure, self.session)
        self.picture.append(parts.picture(self.figure.root, "Weight matrices and eigenvalues"))

    def _redraw(self, _value: Any) -> None:
        self.stale |= set(self.watches)
        self.bring_up_to_date()

    def restyle(self, theme: Theme) -> None:
        super().restyle(theme)
        if self.figure is not None:
            self.figure.restyle(theme)


class WeightsView(View):
    """Weight matrices and spectrum."""

    title: ClassVar[str] = "Weights"
    part: ClassVar[type[Part]] = WeightsPart


def describe(parameters: dict[str, Any], spectrum: Spectrum | None, update: int) -> str:
    """The recurrent weights in a sentence or two."""
    recurrent = np.asarray(parameters["W_rec"])
    share = float((recurrent > 0).mean())
    units = f"{len(recurrent)} units, {text.percent(share, 0)} of their weights positive"
    said = f"After {text.count(update)} updates: {units}"
    if spectrum is None:
        return f"{said}."
    radius, beyond = text.decimal(spectrum.radius), int((abs(spectrum.eigenvalues) > spectrum.disc).sum())
    return (
        f"{said}. Spectral radius {radius}. Of {len(recurrent)} eigenvalues {beyond} lie outside the grey disc that "
        f"a random matrix with these variances fills, and {int(spectrum.outside.sum())} outside the dotted circle, "
        "farther than chance takes them in a matrix of this size."
    )


def odd(notes: Sequence[str]) -> str:
    """What is odd about the weights, as sentences after others."""
    return "".join(f" {note[:1].upper()}{note[1:]}." for note in notes)


def _circles(spectrum: Spectrum) -> dict[str, Any]:
    return {"eigenvalues": spectrum.eigenvalues, "disc": spectrum.disc, "edge": spectrum.edge}

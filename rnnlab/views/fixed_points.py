"""The fixed points of the network as it is now, with the trajectories they organise."""

from __future__ import annotations

from typing import Any, ClassVar

from rnnlab.figures.fixed_points import FixedPointsFigure
from rnnlab.figures.picks import Pick
from rnnlab.figures.theme import Theme
from rnnlab.session import Session
from rnnlab.views import parts, text
from rnnlab.views.opened import BESIDE, Opened, OpenedScript
from rnnlab.views.view import Part, View

WHOLE = "the whole trial"

ALL = {
    True: "Nothing says that one is missing.",
    False: "At least one more exists that was not found.",
    None: "There may be others.",
}
"""What the index sum means, by `rnnlab.analysis.FixedPoints.balanced`."""

SOLVED = "There are no others."


HINT = (
    "Click a point for its eigenvalues; activity is released on both sides of it, along its slowest mode. Click "
    "elsewhere to release activity from there, under the same input: of the states visited, the one nearest in this "
    "plane is moved within the plane to where you clicked, and runs for 2 s without noise."
)


class FixedPointsPart(Part):
    """States that stay where they are under a constant input, in the plane of two principal components.

    They take a while: the view asks, the session answers when it can. Until then the old ones stay.
    """

    watches: ClassVar[tuple[str, ...]] = ("network", "example", "points", "marked", "explored")

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__(session, theme)
        self.figure = FixedPointsFigure(None, theme=theme, height=430)
        self._epochs: dict[str, str] = {WHOLE: ""}
        self.epoch = parts.select("Typical input of", [WHOLE], self._hold)
        self.plane = parts.select("Components", {"1 and 2": (0, 1), "1 and 3": (0, 2), "2 and 3": (1, 2)}, self._redraw)
        self.caption = text.paragraph()
        self.figure.on_pick(self._picked)
        self.opened = Opened(theme, lambda: session.open_point(None))
        self.script = OpenedScript(session)
        self.clear = parts.button("Clear what was released", session.clear_explored, kind="small")
        self.clear.visible = False
        picture = parts.picture(self.figure.root, "Fixed points and trajectories in principal-component space")
        self.body = parts.column(picture, self.opened.layout, css=BESIDE)
        controls = parts.row(self.epoch, self.plane, self.clear)
        self.layout = parts.column(controls, self.body, self.caption, text.paragraph(HINT), self.script.layout)

    def refresh(self, changed: set[str]) -> None:
        marked, results = self.session.marked, self.session.results
        if changed <= {"marked", "explored"} and marked.condition == self.figure.marked.condition:
            self.figure.mark(marked)
            self._open()
            return
        self.figure.marked = marked
        self._offer_epochs()
        results.choose_condition(marked.condition)
        self.session.ask("points")
        trajectory, components = results.trajectory, results.components
        points = self.session.points if self._fits() else None
        factor = None if marked.condition is None else marked.condition.factor
        self.figure.update(points, trajectory, components, factor, self._axes)
        self._open()
        text.say(self.caption, self._describe(points))
        if points is None:
            self.look_again("points")

    def _open(self) -> None:
        """Show what was opened: a point, and activity released from where it was clicked."""
        starts = self.session.explored.states
        self.figure.open(self.session.results.released(starts), self.session.opened_point())
        self.opened.show(self.session.points, self.session.opened_point())
        self.body.css_classes = self.opened.beside
        self.script.show()
        self.clear.visible = bool(starts)

    @property
    def _axes(self) -> tuple[int, int]:
        chosen: tuple[int, int] = self.plane.value if self._has_third() else (0, 1)
        return chosen

    def _picked(self, pick: Pick) -> None:
        self.note({"explored"})
        if pick.point is not None:
            self.session.open_point(pick.point)
        elif pick.place is not None:
            self.session.release_at(*pick.place, self._axes)
        self.bring_up_to_date()

    def _fits(self) -> bool:
        """Whether the points found last can be shown beside the network now (it may have another size)."""
        points, network = self.session.points, self.session.network
        return points is not None and points.states.shape[1] == network.n_states

    def _has_third(self) -> bool:
        components = self.session.results.components
        return components is not None and len(components.axes) > 2

    def _offer_epochs(self) -> None:
        names = {name.replace("_", " "): name for name in self.session.example.task.epoch_names}
        options = self._epochs = {WHOLE: "", **names}
        if self.epoch.options != options:
            self.epoch.param.update(options=options, value="")

    def _hold(self, epoch: str) -> None:
        self.session.results.choose_epoch(epoch)
        self._redraw(epoch)

    def _redraw(self, _value: Any) -> None:
        self.stale |= set(self.watches)
        self.bring_up_to_date()

    def _describe(self, points: Any) -> str:
        why = self.session.results.why("points")
        if points is None:
            return why or "Searching for fixed points …"
        where = next((shown for shown, name in self._epochs.items() if name == self.epoch.value), WHOLE)
        condition = self.session.marked.condition
        where += "" if condition is None else f" in trials with {condition}"
        return describe(points, where) + ("" if not why else f" {why}")

    def restyle(self, theme: Theme) -> None:
        super().restyle(theme)
        self.figure.restyle(theme)
        self.opened.restyle(theme)


class FixedPointsView(View):
    """Fixed points in principal-component space."""

    title: ClassVar[str] = "Fixed points"
    part: ClassVar[type[Part]] = FixedPointsPart


def describe(points: Any, where: str = WHOLE) -> str:
    """What was found, under which input, and how sure it is; ``where`` the input is typical of."""
    n = len(points.states)
    if n == 0:
        return f"No fixed point found. {points.note}".strip()
    kinds = [str(kind) for kind in points.stability]
    named = ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))
    inputs = ", ".join(f"{value:g}" for value in points.inputs)
    found = f"{n} fixed point{'s' if n != 1 else ''} ({named}) under the constant input ({inputs})"
    found += f", the median over {where}."
    every = SOLVED if points.certificate.startswith("complete") else ALL[points.balanced]
    return f"{found} {every} (Check: {points.certificate.rstrip('.')}.)"

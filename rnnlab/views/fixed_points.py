"""The fixed points of the network as it is now, with the trajectories they organise."""

from __future__ import annotations

from typing import Any, ClassVar

from rnnlab.figures.fixed_points import FixedPointsFigure
from rnnlab.figures.theme import Theme
from rnnlab.session import Session
from rnnlab.views import parts, text
from rnnlab.views.view import Part, View

WHOLE = "the whole trial"

ALL = {
    True: "Nothing says that one is missing.",
    False: "At least one more exists that was not found.",
    None: "There may be others.",
}
"""What the index sum means, by `rnnlab.analysis.FixedPoints.balanced`."""

SOLVED = "There are no others."


class FixedPointsPart(Part):
    """States that stay where they are under a constant input, in the plane of two principal components.

    They take a while: the view asks, the session answers when it can. Until then the old ones stay.
    """

    watches: ClassVar[tuple[str, ...]] = ("network", "example", "points")

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__(session, theme)
        self.figure = FixedPointsFigure(None, theme=theme, height=430)
        self._epochs: dict[str, str] = {WHOLE: ""}
        self.epoch = parts.select("Typical input of", [WHOLE], self._hold)
        self.plane = parts.select("Components", {"1 and 2": (0, 1), "1 and 3": (0, 2), "2 and 3": (1, 2)}, self._redraw)
        self.caption = text.paragraph()
        picture = parts.picture(self.figure.root, "Fixed points and trajectories in principal-component space")
        self.layout = parts.column(parts.row(self.epoch, self.plane), picture, self.caption)

    def refresh(self, changed: set[str]) -> None:
        results = self.session.results
        self._offer_epochs()
        self.session.ask("points")
        trajectory, components = results.trajectory, results.components
        points = self.session.points if self._fits() else None
        axes = self.plane.value if self._has_third() else (0, 1)
        self.figure.update(points, trajectory, components, axes=axes)
        text.say(self.caption, self._describe(points))
        if points is None:
            self.look_again("points")

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
        return describe(points, where) + ("" if not why else f" {why}")

    def restyle(self, theme: Theme) -> None:
        super().restyle(theme)
        self.figure.restyle(theme)


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

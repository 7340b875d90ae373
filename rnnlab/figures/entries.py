"""A legend with one entry for each of some things, such as conditions: a click on an entry chooses its thing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from bokeh.core.properties import value
from bokeh.models import ColumnDataSource, CustomJS, GlyphRenderer, Legend, LegendItem
from numpy.typing import NDArray

from rnnlab.figures.conditions import Conditions
from rnnlab.figures.picks import EntryReader, Listener

MOST = 20
"""Entries of a legend; what comes after has none."""

POINTER = ".bk-item { cursor: pointer; }"

PRESS = "pressed.data = {entry: [items.indexOf(cb_obj.item)], n: [pressed.data.n[0] + 1]}"


class Entries:
    """A legend whose entries are those of the rows of a source.

    Args:
        drawn: what draws the rows; an entry looks like its row.
        more: entries that stand behind them.
        layout: passed to Bokeh's legend.

    Attributes:
        legend: the legend.
    """

    def __init__(self, drawn: GlyphRenderer, *more: LegendItem, **layout: Any) -> None:
        self._items = [LegendItem(label=value(""), renderers=[drawn], index=i) for i in range(MOST)]
        self._more = list(more)
        # all entries belong to the legend from the start, those that are not shown by being among its tags
        self.legend = Legend(items=list(more), tags=list(self._items), **layout)

    def show(self, labels: Sequence[str], title: str = "", order: Sequence[int] | None = None) -> None:
        """Have an entry for each row that has a label.

        Args:
            labels: (row,) of each row; "" for none.
            title: of the legend.
            order: rows in the order of their entries.
        """
        rows = range(len(labels)) if order is None else order
        named = [self._items[i] for i in rows if i < MOST and labels[i]]
        for i, label in enumerate(labels[:MOST]):
            if self._items[i].label != value(label):
                self._items[i].label = value(label)
        if self.legend.items != [*named, *self._more]:
            self.legend.items = [*named, *self._more]
        self.legend.title = title or None

    def listen(self, reader: EntryReader, listener: Listener) -> ColumnDataSource:
        """Have ``listener`` told what a click on an entry chooses, by the number of its row.

        Returns:
            What was pressed last, as data.
        """
        pressed = ColumnDataSource({"entry": [-1], "n": [0]}, name="pressed")

        def tell(_attr: str, _old: Any, new: Any) -> None:
            entry = int(new["entry"][0])
            pick = reader(entry) if 0 <= entry < MOST else None
            if pick is not None:
                listener(pick)

        code = CustomJS(args={"pressed": pressed, "items": self._items}, code=PRESS)
        self.legend.js_on_event("legend_item_click", code)
        self.legend.stylesheets = [POINTER]
        pressed.on_change("data", tell)
        return pressed


def group_data(groups: Conditions | None) -> dict[str, list[Any]]:
    """Rows for the entries of a legend alone: it need not be drawn anew when what it names changes."""
    labels = () if groups is None else groups.labels
    nowhere: list[NDArray[np.float64]] = [np.full(2, np.nan)] * len(labels)
    return {"xs": nowhere, "ys": nowhere, "place": list(range(len(labels))), "label": list(labels)}

"""The one place that touches documents."""

from __future__ import annotations

import panel as pn
import pytest
from bokeh.document import Document
from panel.reactive import Syncable

from rnnlab.views import bare, push


def test_a_slider_waits_less_than_panel_s_own() -> None:
    """The wait is a private attribute: where Panel renames it this fails, and `quick` does nothing."""
    assert isinstance(Syncable._debounce, int)
    assert bare.FloatSlider._debounce == push.DEBOUNCE_MS < Syncable._debounce
    assert pn.widgets.FloatSlider._debounce == Syncable._debounce


def test_without_that_attribute_a_slider_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(Syncable, "_debounce")
    assert push.quick(pn.widgets.IntSlider) is pn.widgets.IntSlider


def test_pages_are_those_that_show_the_layout() -> None:
    layout = pn.Column("words")
    assert push.pages_of(layout) == []
    first, second = Document(), Document()
    layout.get_root(first)
    layout.get_root(second)
    assert push.pages_of(layout) == [(first, None), (second, None)]


def test_bare_parts_bring_no_style_sheet_of_panel_s() -> None:
    button = bare.Button(label="Go", stylesheets=["b { color: red }"])
    model = button.get_root(Document())
    assert [getattr(sheet, "css", sheet) for sheet in model.stylesheets] == ["b { color: red }"]

"""The one place that touches documents."""

from __future__ import annotations

import json

import numpy as np
import panel as pn
import pytest
from bokeh.core.serialization import Deserializer, Serializer
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


@pytest.mark.parametrize("dtype", ["float64", "float32", "int32", "uint8", "bool"])
def test_small_arrays_travel_within_their_message(dtype: str) -> None:
    small = (np.arange(12).reshape(3, 4) % 5).astype(dtype)
    sent = Serializer().serialize({"xs": [small, small[0]], "n": np.array(3)})
    assert sent.buffers == []
    back = Deserializer().decode(json.loads(json.dumps(sent.content)))
    np.testing.assert_array_equal(back["xs"][0], small)
    np.testing.assert_array_equal(back["xs"][1], small[0])
    assert back["n"] == 3


def test_large_arrays_travel_behind_it() -> None:
    large = np.zeros(push.SMALL_BYTES // 8 + 1)
    assert [len(buffer.to_bytes()) for buffer in Serializer().serialize(large).buffers] == [large.nbytes]
    assert Serializer(deferred=False).serialize(large).buffers == [], "a page that is saved has all in one piece"

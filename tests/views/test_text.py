"""Words and numbers on the screen."""

from __future__ import annotations

import pytest

from rnnlab.views import text


@pytest.mark.parametrize(
    ("duration", "words"),
    [(None, "–"), (0.4, "0 s"), (59.4, "59 s"), (60, "1 min 00 s"), (125, "2 min 05 s"), (4320, "1 h 12 min")],
)
def test_stretches_of_time(duration: float | None, words: str) -> None:
    assert text.seconds(duration).replace("\u00a0", " ") == words


def test_numbers() -> None:
    assert text.count(1999.6) == "2000"
    assert text.count(1234567) == "1\u00a0234\u00a0567"
    assert text.percent(0.5) == "50.0\u00a0%"
    assert text.percent(None) == text.percent(float("nan")) == "–"
    assert text.decimal(float("inf")) == "–"
    assert text.decimal(0.0001234) == "0.000123"
    assert text.number((1.0, 2.5)) == "1–2.5"


def test_a_paragraph_shows_markup_as_text() -> None:
    pane = text.paragraph("<script>alert(1)</script>")
    assert "<script" not in pane.object
    text.say(pane, 'a "quoted" & <b>')
    assert pane.object == '<p class="note">a &quot;quoted&quot; &amp; &lt;b&gt;</p>'

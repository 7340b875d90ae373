"""Numbers in sentences and on axes."""

from __future__ import annotations

THIN = "\u202f"
"""A thin space at which no line breaks."""

LONG = 10_000
"""From here on a number's thousands stand apart, as the rules of the SI have it: four figures are read at once."""


def grouped(number: float) -> str:
    """A whole number as it is written everywhere: ``1200``, ``12 500``.

    >>> grouped(1200.4)
    '1200'
    >>> grouped(1234567).split(THIN)
    ['1', '234', '567']
    """
    text = f"{number:,.0f}"
    return text.replace(",", THIN if abs(number) >= LONG else "")

"""Numbers in sentences and on axes."""

from __future__ import annotations

GAP = "\u00a0"
"""A space at which no line breaks. Thinner ones cannot be seen in some fonts."""

LONG = 10_000
"""From here on a number's thousands stand apart, as the rules of the SI have it: four figures are read at once."""


def grouped(number: float) -> str:
    """A whole number as it is written everywhere: ``1200``, ``12 500``.

    >>> grouped(1200.4)
    '1200'
    >>> grouped(1234567).split(GAP)
    ['1', '234', '567']
    """
    whole = round(number, 0) + 0  # of minus nothing nothing
    return f"{whole:,.0f}".replace(",", GAP if abs(whole) >= LONG else "")

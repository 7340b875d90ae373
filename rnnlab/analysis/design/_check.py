"""The answer of one check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["good", "note", "problem"]


@dataclass(frozen=True)
class Check:
    """What one check found.

    Attributes:
        name: of the check, e.g. ``"answerable"``.
        title: what it asks, in a few words.
        verdict: ``"good"``; ``"note"``: worth knowing, and right where it is meant so; ``"problem"``: a network cannot
            learn what is asked, or need not.
        sentence: what was found.
        remedy: what to change; "" where nothing needs to be.
    """

    name: str
    title: str
    verdict: Verdict
    sentence: str
    remedy: str = ""


def ms(time: float) -> str:
    """``"1 750 ms"``, with a thin gap between thousands."""
    return f"{time:,.0f} ms".replace(",", "\u202f")


def per_cent(share: float) -> str:
    """``"12 %"``; small shares with a decimal."""
    return f"{100 * share:.1f} %" if 0 < share < 0.095 else f"{100 * share:.0f} %"

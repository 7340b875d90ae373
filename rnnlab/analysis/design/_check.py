"""The answer of one check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rnnlab.analysis.numbers import grouped

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
    """``"1750 ms"``."""
    return f"{grouped(time)} ms"


def per_cent(share: float) -> str:
    """``"12 %"``; small shares with a decimal."""
    return f"{100 * share:.1f} %" if 0 < share < 0.095 else f"{100 * share:.0f} %"

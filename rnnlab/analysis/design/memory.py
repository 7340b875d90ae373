"""How long must something be remembered?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnnlab.analysis.design._case import Case
from rnnlab.analysis.design._check import Check, ms

NAME, TITLE = "memory", "Memory span"

LONG = 20.0
"""Time constants over which a memory is hard to learn: what a single unit keeps of it is below 1e-8."""

TOO_LONG = 100.0
"""Time constants over which it is hopeless without a help: a curriculum, slower units, gates."""

LONG_STEPS = 300
"""Time steps over which it is hard where a network has no time constant."""


@dataclass(frozen=True)
class Span:
    """The longest time over which something must be kept in mind.

    Attributes:
        time: from the last input that tells two trials apart to a scored step in which they ask for different
            outputs, ms. 0 where every answer can be read from the inputs at that moment.
        shown: the epoch in which that was seen.
        needed: the epoch in which it is still needed.
    """

    time: float
    shown: str = ""
    needed: str = ""


def memory_span(case: Case) -> Span:
    """Compare pairs of trials: at a scored step at which their targets differ, the last step at which their inputs did
    is what must be remembered at least; the longest of all pairs, also at the longest timing."""
    pairs, wanted = case.histories.pairs, case.histories.wanted
    if not len(pairs.one):
        return Span(0.0)
    both = case.histories.scored[pairs.one] & case.histories.scored[pairs.other]
    differ = (wanted[pairs.one] != wanted[pairs.other]) & both & (pairs.last >= 0)
    spans = np.where(differ, np.arange(case.pool.batch.n_steps, dtype=np.int32) - pairs.last, 0)
    pair, step = np.unravel_index(int(spans.argmax()), spans.shape)
    if spans[pair, step] == 0:
        return Span(0.0)
    trial = int(pairs.one[pair])
    shown, needed = case.epoch_at(trial, int(pairs.last[pair, step])), case.epoch_at(trial, int(step))
    return Span(float(spans[pair, step] * case.dt), shown, needed)


def check_memory(case: Case, span: Span) -> Check:
    """The memory span against the slowest time constant."""
    if span.time == 0:
        return Check(
            NAME,
            TITLE,
            "good",
            "Nothing must be remembered: at every scored step the inputs of that moment say the answer.",
        )
    where = f"from {span.shown} to {span.needed}" if span.shown != span.needed else f"within {span.shown}"
    what = f"Something seen must be kept for up to {ms(span.time)}"
    if case.taus is None:
        steps = span.time / case.dt
        sentence = f"{what}, {steps:.0f} time steps ({where})."
        return _judged(sentence, "long" if steps > LONG_STEPS else "")
    ratio = span.time / case.tau
    sentence = f"{what}, {ratio:.3g} time constants of {ms(case.tau)} ({where})."
    return _judged(sentence, "too long" if ratio > TOO_LONG else "long" if ratio > LONG else "")


def _judged(sentence: str, verdict: str) -> Check:
    if verdict == "too long":
        remedy = "Shorten the delay, or take slower units or an LSTM, and begin with short delays."
        return Check(NAME, TITLE, "problem", sentence, remedy)
    if verdict == "long":
        remedy = "It is hard to learn at once: begin with short delays and lengthen them, or take slower units."
        return Check(NAME, TITLE, "note", sentence, remedy)
    return Check(NAME, TITLE, "good", sentence)

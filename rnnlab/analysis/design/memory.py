"""How long must something be remembered?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis.design._case import Case
from rnnlab.analysis.design._check import Check, ms
from rnnlab.analysis.design._histories import Pairs
from rnnlab.analysis.design._naming import conditions, merged
from rnnlab.tasks import Choice

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
            outputs, ms. 0 where no such pair was found.
        shown: the epoch in which that was seen.
        needed: the epoch in which it is still needed.
        momentary: whether the inputs of every scored moment say its answer.
    """

    time: float
    shown: str = ""
    needed: str = ""
    momentary: bool = False


def memory_span(case: Case) -> Span:
    """Compare pairs of trials: at a scored step at which their targets differ, the last step at which their inputs did
    is what must be remembered at least; the longest of all pairs, also at the longest timing.

    Nothing is asked of memory where the inputs leave the target open: what is never shown cannot be kept.

    Pairs are compared at the same time in the trial, and at the same time in the same epoch: looking back from there,
    the inputs of two trials that differ in their timing differ later than by the clock, or the shorter trial begins.
    """
    histories, batch = case.histories, case.pool.batch
    if histories.momentary:
        return Span(0.0, momentary=True)
    pairs = histories.pairs
    found = [_longest(case, pairs, np.zeros(len(pairs.one), dtype=np.intp), pairs.last)]
    apart = histories.timing[pairs.one] != histories.timing[pairs.other]
    for name, edges in batch.epochs.items():
        shift = edges[pairs.other, 0] - edges[pairs.one, 0]
        moved = apart & (shift != 0) & (np.diff(edges, axis=1)[pairs.one, 0] > 0)
        moved &= np.diff(edges, axis=1)[pairs.other, 0] > 0
        if (histories.scored & batch.window(name)).any() and moved.any():
            part = Pairs(histories, pairs.one[moved], pairs.other[moved], pairs.last[:0])
            found.append(_longest(case, part, shift[moved], None, batch.window(name)))
    return max(found, key=lambda span: span.time)


def _longest(
    case: Case,
    pairs: Pairs,
    shift: NDArray[np.intp],
    last: NDArray[np.int32] | None,
    window: NDArray[np.bool_] | None = None,
) -> Span:
    """The longest of these pairs, each step of the one set against the step of the other that is ``shift`` later."""
    histories, n_steps = case.histories, case.pool.batch.n_steps
    if not len(pairs.one):
        return Span(0.0)
    steps = np.arange(n_steps, dtype=np.int32)
    there = steps + shift[:, None]
    inside = (there >= 0) & (there < n_steps)
    there = np.clip(there, 0, n_steps - 1)
    one, other = pairs.one[:, None], pairs.other[:, None]
    judged = histories.scored if window is None else histories.scored & window
    if last is None:
        differ = (histories.shown[pairs.one] != histories.shown[other, there]) | ~inside
        last = np.maximum.accumulate(np.where(differ, steps, np.int32(-1)), axis=1)
    asked = judged[pairs.one] & judged[other, there] & inside
    asked &= ~(histories.hidden[pairs.one] | histories.hidden[other, there])
    asked &= (histories.wanted[pairs.one] != histories.wanted[other, there]) & (last >= 0)
    spans = np.where(asked, steps - last, 0)
    pair, step = np.unravel_index(int(spans.argmax()), spans.shape)
    if spans[pair, step] == 0:
        return Span(0.0)
    trial = int(one[pair, 0])
    shown, needed = case.epoch_at(trial, int(last[pair, step])), case.epoch_at(trial, int(step))
    return Span(float(spans[pair, step] * case.dt), shown, needed)


def check_memory(case: Case, span: Span) -> Check:
    """The memory span against the slowest time constant."""
    if span.time == 0 and case.histories.hidden.any():
        sentence = "Nothing that is shown earlier says more than the inputs of the moment, which leave the answer open."
        return Check(NAME, TITLE, "good", sentence)
    if span.time == 0 and not span.momentary:
        sentence = "No earlier input, but the time that has passed: the inputs of a moment alone do not say its answer."
        return Check(NAME, TITLE, "good", sentence)
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
    lost = ratio * (1.0 - case.kept)  # a unit's own weight slows its decay so
    long = "too long" if lost > TOO_LONG else "long" if lost > LONG else ""
    some = _conditions(case, span) if long else ""
    sentence = f"{what}, {ratio:.3g} time constants of {ms(case.tau)} ({where}{some and f'; where {some}'})."
    if not long and ratio > LONG:
        sentence += " Units that drive themselves keep it from the first update on."
    return _judged(sentence, long, "" if case.kept else case.to_keep)


def _conditions(case: Case, span: Span) -> str:
    """The values of one chosen factor with which something must be kept for so long, where with others half as long
    does; "" where there is no such factor."""
    pairs, batch = case.histories.pairs, case.pool.batch
    chosen = [factor.name for factor in case.task.factors if isinstance(factor.rule, Choice)]
    longest: dict[str, dict[float, float]] = {}
    for values, rows in conditions(batch, chosen):
        (name, value), *more = values.items()
        if more:
            break
        if not (rows & case.counted).any():
            continue
        both = rows[pairs.one] & rows[pairs.other]
        part = Pairs(pairs.histories, pairs.one[both], pairs.other[both], pairs.last[both])
        found = _longest(case, part, np.zeros(len(part.one), dtype=np.intp), part.last)
        longest.setdefault(name, {})[value] = found.time
    for name, times in longest.items():
        most = [value for value, time in times.items() if time == span.time]
        others = [time for value, time in times.items() if value not in most]
        if most and others and max(others) <= span.time / 2:
            return "; ".join(merged([{name: value} for value in most]))
    return ""


def _judged(sentence: str, verdict: str, to_keep: str = "") -> Check:
    """The check; ``to_keep``: how the network could begin with keeping activity, and does not."""
    start = f"{to_keep}, " if to_keep else ""
    if verdict == "too long":
        remedy = f"Shorten the delay, {start}or take slower units or an LSTM, and begin with short delays."
        return Check(NAME, TITLE, "problem", sentence, remedy)
    if verdict == "long":
        remedy = f"It is hard to learn at once: {start}begin with short delays and lengthen them, or take slower units."
        return Check(NAME, TITLE, "note", sentence, remedy)
    return Check(NAME, TITLE, "good", sentence)

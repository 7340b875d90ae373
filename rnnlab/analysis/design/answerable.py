"""Is the answer determined by the inputs seen so far?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis.design._case import Case, scorings
from rnnlab.analysis.design._check import Check, ms, per_cent
from rnnlab.analysis.design._continua import continuous
from rnnlab.analysis.design._naming import in_brackets, named
from rnnlab.analysis.design._noise import at_best, told_apart
from rnnlab.analysis.design.giveaway import Answers

NAME, TITLE = "answerable", "The inputs determine the answer"

TRANSITION = 2.0
"""In time constants: a target that changes at a time nobody can know costs no more than this around the change."""

SOME = 0.25
"""Part of the trials of which no more may be undecidable: that can be meant so (a coherence of 0)."""

GUESSED, HARDLY = 0.55, 0.65
"""An ideal observer who tells no more trials from those with another answer guesses, or hardly does better."""

LOST = 0.05
"""Part of the score of a task without choices that such changes may cost."""


def check_answerable(case: Case, found: Answers) -> Check:
    """Whether trials that look the same up to a scored step ask for the same there.

    All trials with the same inputs (without noise) up to and including a step form a group. Where their targets in that
    step differ, nothing that has seen the inputs can give them all. That is a problem where it makes trials wrong:
    where an observer who answers with the mean target of the group is not right under the task's own scoring. Where
    the answer is right all the same and only the time of a change cannot be known (an edge that is jittered and has no
    cue), it is worth a note as long as it does not last.

    What the inputs determine without noise can drown in it: then it can only be guessed as well.
    """
    histories = case.histories
    if not histories.open.any():
        return _under_noise(case, found)
    trial, step = _example(case)
    who, where = _difference(case, trial, step), case.epoch_at(trial, step)
    longest = _longest(histories.open) * case.dt
    when = f"at {ms(step * case.dt)} ({where})"
    wrong = _wrong(case)
    if 0 < wrong <= SOME:
        which = f"{per_cent(wrong)} of the trials{_guessed(case)}"
        sentence = f"{who} look the same {when}: {which} can only be guessed."
        remedy = (
            "Show on an input what decides; where it is meant so, let these trials not count (the scoring's `only`)."
        )
        return Check(NAME, TITLE, "note", sentence, remedy)
    if wrong > 0 or longest > TRANSITION * case.tau or histories.hidden.any():
        sentence = (
            f"{who} look the same up to their targets {when}, yet ask for different outputs, for up to {ms(longest)}"
            + (f" in {per_cent(wrong)} of the trials{_guessed(case)}." if SOME < wrong < 1 else ".")
        )
        remedy = "Show on an input what decides (or a cue where it changes), or score only where it is known."
        return Check(NAME, TITLE, "problem", sentence, remedy)
    sentence = f"{who} look the same {when}: when the target changes cannot be known, for up to {ms(longest)}."
    remedy = "Give a cue on an input at that edge, a grace after it, or a fixed duration."
    return Check(NAME, TITLE, "note", sentence, remedy)


def _under_noise(case: Case, found: Answers) -> Check:
    distance = told_apart(found.batch, found.answer, case.dt) if len(found.batch) else None
    best = 1.0 if distance is None else at_best(distance, found.odds)
    if distance is not None and best < HARDLY:
        sentence = (
            f"The noise hides the answer: from all that is shown in a trial even an ideal observer tells it from the "
            f"next best one in {per_cent(best)} of the trials only (d' = {float(np.median(distance)):.2g})."
        )
        remedy = "Lower the noise of the inputs, or let what they show be stronger or last longer."
        return Check(NAME, TITLE, "problem" if best < GUESSED else "note", sentence, remedy)
    return Check(NAME, TITLE, "good", "Trials that have shown the same so far ask for the same, at every scored step.")


def _wrong(case: Case) -> float:
    """Share of the trials, as often as they come, that the best informed answer does not get right for certain.

    Where only the time of a change cannot be known and the scoring knows no right trials, 1 if it costs more than
    `LOST`, else 0.
    """
    rows, hidden = case.pool.usual & case.counted, case.histories.hidden.any(axis=1)
    odds = case.odds(case.pool.batch)
    wrong = 0.0
    outputs = (case.histories.expected, case.pool.batch.targets)
    for scoring in scorings(case.task.scoring):
        answer, perfect = (scoring.score(each, case.pool.batch) for each in outputs)
        cost = np.where(case.counted, perfect.correct - answer.correct, 0.0)
        if perfect.choices is None and not hidden.any():
            wrong = max(wrong, float((cost * odds).sum() > LOST * odds[case.counted].sum()))
        elif (cost > 1e-6).any():
            unsure = _unsure(case)
            share = case.odds(case.pool.batch[rows])[unsure[rows]].sum() if rows.any() else 0.0
            wrong = max(wrong, float(share) or float(odds[unsure].sum()))
    return wrong


def _unsure(case: Case) -> NDArray[np.bool_]:
    """Trials that count and whose answer the inputs leave open, (trial,)."""
    hidden = case.histories.hidden.any(axis=1)
    return np.asarray((hidden if hidden.any() else case.histories.open.any(axis=1)) & case.counted)


def _guessed(case: Case) -> str:
    """The conditions of these trials in brackets, among those of the usual timing."""
    rows = case.pool.usual & case.counted
    unsure = _unsure(case)[rows]
    any_value = {factor.name for factor in case.task.factors if continuous(factor)}
    names = tuple(name for name in case.task.condition_factors if name not in any_value)
    return in_brackets(named(case.pool.batch[rows], unsure, names)) if unsure.any() else ""


def _longest(flags: NDArray[np.bool_]) -> int:
    """Length of the longest run of True along the rows."""
    steps = np.arange(flags.shape[1])
    before = np.maximum.accumulate(np.where(flags, -1, steps), axis=1)
    return int(np.where(flags, steps - before, 0).max(initial=0))


def _example(case: Case) -> tuple[int, int]:
    """An open step of a trial that is much open: (trial, step)."""
    still_open = case.histories.hidden if case.histories.hidden.any() else case.histories.open
    trial = int(still_open.sum(axis=1).argmax())
    return trial, int(still_open[trial].argmax())


def _difference(case: Case, trial: int, step: int) -> str:
    """In what the trials differ that look the same there, in words."""
    batch, group = case.pool.batch, case.histories.group[:, step]
    same = np.flatnonzero((group == group[trial]) & case.histories.scored[:, step])
    gap = np.abs(batch.targets[same, step] - batch.targets[trial, step])
    apart = ((gap > case.histories.tolerance) & (batch.mask[same, step] > 0)).any(axis=1)
    others = same[apart]
    if not len(others):
        return "Some trials"
    names = [name for name in case.task.condition_factors if name in batch.factors]
    table = np.stack(
        [batch.factors[name][others] != batch.factors[name][trial] for name in names] or [others < 0], axis=1
    )
    other = others[int(table.sum(axis=1).argmin())]
    unlike = [name for name in names if batch.factors[name][other] != batch.factors[name][trial]]
    if not unlike:
        return "Trials that differ in their timing" if _timed_apart(case, trial, other) else "Trials of one condition"
    pairs = ", ".join(
        f"{name} = {batch.factors[name][trial]:.4g} or {batch.factors[name][other]:.4g}" for name in unlike
    )
    return f"Trials with {pairs}"


def _timed_apart(case: Case, one: int, other: int) -> bool:
    return bool(case.histories.timing[one] != case.histories.timing[other])

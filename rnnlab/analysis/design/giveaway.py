"""Is the answer given away before the evidence for it is shown?"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis.design._case import Case, scorings
from rnnlab.analysis.design._check import Check, ms, per_cent
from rnnlab.analysis.design._continua import continuous, only_shown
from rnnlab.analysis.design._histories import Histories, grain, numbered
from rnnlab.analysis.design._naming import MOST_GROUPS, conditions, in_brackets, merged, named
from rnnlab.tasks import Batch, Choice
from rnnlab.tasks.scoring.base import narrowed

NAME, TITLE = "early", "Nothing gives the answer away early"

ALMOST_ALL = 0.95
"""A giveaway in so many of the trials makes the later evidence pointless."""


@dataclass(frozen=True, eq=False)
class Answers:
    """When the answer of each trial can be known.

    Attributes:
        batch: the trials that count, of the usual timing.
        answer: (trial,) which answer is asked for, numbered.
        known: (trial,) the first step at which all trials that have shown the same ask for the same answer.
        odds: (trial,) how often such trials come, with sum 1.
    """

    batch: Batch
    answer: NDArray[np.intp]
    known: NDArray[np.intp]
    odds: NDArray[np.float64]

    def share(self, which: NDArray[np.bool_]) -> float:
        """Share of these trials, (trial,), in a training."""
        return float(self.odds[which].sum())

    def part(self, which: NDArray[np.bool_]) -> Answers:
        """Some of the trials, with what is known of them among all."""
        return Answers(self.batch[which], self.answer[which], self.known[which], self.odds[which])


def answers(case: Case) -> Answers:
    """The trials of the usual timing, with their answers: the course of the targets where the scoring looks."""
    histories = case.histories
    rows = case.pool.usual & case.counted
    usual = np.bincount(histories.timing[rows]).argmax() if rows.any() else -1
    batch = case.pool.batch[(histories.timing == usual) & rows]
    if not len(batch):
        return Answers(batch, np.zeros(0, np.intp), np.zeros(0, np.intp), np.zeros(0))
    part = Histories(batch)
    answer = _asked(case, batch, histories.tolerance)
    n_groups = int(part.group.max()) + 1
    which = part.group.ravel()
    spread = np.repeat(answer, batch.n_steps)
    low, high = np.full(n_groups, len(batch)), np.full(n_groups, -1)
    np.minimum.at(low, which, spread)
    np.maximum.at(high, which, spread)
    pure = (low == high)[part.group]
    known = np.where(pure.any(axis=1), pure.argmax(axis=1), batch.n_steps)
    return Answers(batch, answer, known, case.odds(batch))


def _asked(case: Case, batch: Batch, tolerance: NDArray[np.float64]) -> NDArray[np.intp]:
    scoring = scorings(case.task.scoring)[0]
    choices = case.task.score(batch.targets, batch).choices
    if choices is not None:
        return np.unique(choices, return_inverse=True)[1].ravel()
    weights = narrowed(batch.mask, batch, getattr(scoring, "epochs", ()))
    course = np.round(np.where(weights > 0, batch.targets, 0.0) / tolerance).astype(np.int64)
    return np.unique(course.reshape(len(batch), -1), axis=0, return_inverse=True)[1].ravel()


# ---------------------------------------------------------------------------------------------------------- the check


def check_early(case: Case, found: Answers) -> Check:
    """When the inputs so far determine the answer, against when the evidence for it is shown.

    The answer of a trial is known from the step on at which all trials that have shown the same ask for the same. That
    is early where inputs that come on only later would determine it alone (then nobody needs them), or where in other
    trials the answer is decided only by a later epoch. Trials count as often as they come. Where nothing is shown in
    the later epoch either, whatever was shown before (catch trials), nothing was given away. All this is looked for
    among all trials and in each condition by itself.

    Where something follows from a value of a continuum, trials of the few values that are compared may show what no
    other one of them does, and then seem to be known. Only what trials of several values have in common is taken for
    knowledge there.
    """
    if len(np.unique(found.answer)) < 2:
        choices = case.perfect.choices
        if choices is not None and len(np.unique(choices[case.pool.usual & case.counted])) > 1:
            sentence = "Not examined: trials that differ in their answer differ in timing."
            return Check(NAME, TITLE, "note", sentence, "To have it examined, let the conditions share their timing.")
        return Check(NAME, TITLE, "good", "There is no answer that could be given away: targets follow the inputs.")
    if not case.pool.crossed:
        sentence = "Not examined: too many factors are drawn to compare all combinations."
        return Check(NAME, TITLE, "note", sentence, "To have it examined, hold some factors constant.")
    if not only_shown(case.task) and found.known.max() > 0:
        return _of_continua(case, found)
    hidden = _unmarked(found)
    if hidden:
        sentence = f"The answer is on the inputs from the first step on: nothing tells {hidden[1]} from {hidden[0]}."
        remedy = f"Let what shows it begin with {hidden[1]}: name its epochs in the signal."
        return Check(NAME, TITLE, "problem", sentence, remedy)
    settled = _settled_twice(found)
    if found.share(settled) >= ALMOST_ALL:
        return _given_away(case, found)
    told = _told_where(case, found)
    if told:
        twice, names = told
        step = int(np.median(found.known[twice]))
        sentence = (
            f"Where {names} ({per_cent(found.share(twice))} of the trials) the answer is known from "
            f"{ms(step * case.dt)} on ({_epoch(found, step)}), before it is shown again."
        )
        remedy = "Take away what tells it early in these trials; leave it where they are meant to be easy."
        return Check(NAME, TITLE, "note", sentence, remedy)
    if case.pool.listed:
        early, where = _before_others(found)
        if early.any():
            name = named(found.batch, early, case.task.condition_factors)
            which = f"{per_cent(found.share(early))} of the trials{in_brackets(name)}"
            sentence = f"In {which} the answer is known in epoch {where[0]}, before epoch {where[1]} shows the rest."
            remedy = (
                f"Let both answers follow what these trials show in epoch {where[0]}, or make them rarer; leave them "
                f"where a network may ignore epoch {where[1]}."
            )
            return Check(NAME, TITLE, "note", sentence, remedy)
    return Check(NAME, TITLE, "good", _all_well(case, found))


def _given_away(case: Case, found: Answers) -> Check:
    step = int(np.median(found.known))
    sentence = f"The answer is known from {ms(step * case.dt)} on ({_epoch(found, step)}), before it is shown again."
    remedy = "Take away what tells it early, or the later evidence that nobody needs."
    return Check(NAME, TITLE, "problem", sentence, remedy)


def _of_continua(case: Case, found: Answers) -> Check:
    """What can be said where the answer follows from values of which only some are compared."""
    settled = _settled_twice(found)
    if found.share(settled & _shared_by_values(case, found)) >= ALMOST_ALL:
        return _given_away(case, found)
    if found.share(settled) >= ALMOST_ALL:
        step = int(np.median(found.known[settled]))
        sentence = (
            f"Not examined: from {ms(step * case.dt)} on ({_epoch(found, step)}) trials of the few values that are "
            "compared look different, before the answer is shown again."
        )
        remedy = "Where that is the value itself, take it away or the later evidence; else choose among a few values."
        return Check(NAME, TITLE, "note", sentence, remedy)
    sentence = "Not known before it is shown, in trials of the few values that are compared of a continuum."
    return Check(NAME, TITLE, "good", sentence)


def _shared_by_values(case: Case, found: Answers) -> NDArray[np.bool_]:
    """Trials whose answer is known from what trials of several values of every continuum have shown too, (trial,)."""
    rows = np.arange(len(found.batch))
    alike = Histories(found.batch).group[rows, np.minimum(found.known, found.batch.n_steps - 1)]
    several = found.known < found.batch.n_steps
    for factor in case.task.factors:
        values = found.batch.factors[factor.name] if continuous(factor) else rows[:0]
        if len(np.unique(values)) > 1:
            pairs = np.unique(np.stack([alike, np.unique(values, return_inverse=True)[1].ravel()]), axis=1)
            several &= (np.bincount(pairs[0]) > 1)[alike]
    return several


def _all_well(case: Case, found: Answers) -> str:
    certain = found.known < found.batch.n_steps
    if not certain.any():
        return "The answer is never certain from the inputs."
    steps = np.unique(found.known[certain])
    step = int(max(steps, key=lambda step: found.share(found.known == step)))
    since = f"known from {ms(step * case.dt)} on ({_epoch(found, step)})"
    return f"The answer is {since} and not before." if len(steps) == 1 else f"Mostly, the answer is {since}."


def _epoch(found: Answers, step: int) -> str:
    return next((name for name, e in found.batch.epochs.items() if e[0, 0] <= step < e[0, 1]), "")


def _edges(found: Answers) -> list[tuple[str, int]]:
    """Epochs that are there, with their first steps."""
    return [(name, int(e[0, 0])) for name, e in found.batch.epochs.items() if e[0, 1] > e[0, 0]]


def _unmarked(found: Answers) -> tuple[str, str] | None:
    """Where all answers are known at the first step: two epochs between which nothing changes, in no trial."""
    if found.known.max() > 0:
        return None
    batch, edges = found.batch, _edges(found)
    for (before, _), (name, step) in itertools.pairwise(edges):
        parts = (batch.inputs, batch.targets, batch.mask > 0)
        if all(np.array_equal(part[:, step], part[:, step - 1]) for part in parts):
            return before, name
    return None


def _settled_twice(found: Answers) -> NDArray[np.bool_]:
    """Trials whose answer is known, and told once more by inputs that come on in a later epoch, (trial,)."""
    twice = np.zeros(len(found.batch), dtype=bool)
    for _, start in _edges(found)[1:]:
        before = found.known < start
        if not before.any():
            continue
        fresh = _coming_on(found.batch.inputs, start)
        if fresh.any():
            twice |= before & _telling(found, found.batch.inputs[:, start:, fresh])
    return twice


def _told_where(case: Case, found: Answers) -> tuple[NDArray[np.bool_], str] | None:
    """Trials of the conditions in which the answer is known and then told once more, (trial,), and the conditions.

    A condition is a value of a factor that is chosen, or of two, with trials that differ in their answer.
    """
    chosen = [factor.name for factor in case.task.factors if isinstance(factor.rule, Choice)]
    which = np.zeros(len(found.batch), dtype=bool)
    told: list[dict[str, float]] = []
    for values, rows in conditions(found.batch, chosen):
        if which[rows].all() or len(np.unique(found.answer[rows])) < 2:
            continue
        part = found.part(rows)
        if part.share(_settled_twice(part)) >= ALMOST_ALL * part.odds.sum():
            told.append(values)
            which |= rows
    return (which, "; ".join(merged(told)[:MOST_GROUPS])) if told else None


def _coming_on(inputs: NDArray[np.float32], start: int) -> NDArray[np.bool_]:
    """Inputs that move away from where they were at the start of the trial, at or after a step, (input,)."""
    away = np.abs(inputs - inputs[:, :1])
    return np.asarray((np.diff(away[:, start - 1 :], axis=1) > grain(inputs)).any(axis=(0, 1)))


def _telling(found: Answers, inputs: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Trials whose answer these inputs determine, (trial,)."""
    whole = np.round(inputs / grain(inputs)).astype(np.int64)
    shown = numbered(whole.reshape(len(inputs), 1, -1))[:, 0]
    alike = shown[:, None] == shown[None, :]
    return np.asarray(~(alike & (found.answer[:, None] != found.answer[None, :])).any(axis=1))


def _before_others(found: Answers) -> tuple[NDArray[np.bool_], tuple[str, str]]:
    """Trials whose answer is known in an epoch before the last one that decides in other trials, and in which that one
    shows something all the same, (trial,), and both epochs."""
    edges = _edges(found)
    starts = np.array([start for _, start in edges])
    in_time = found.known < found.batch.n_steps
    epoch = np.searchsorted(starts, found.known, side="right") - 1
    last = int(epoch[in_time].max(initial=0))
    early = in_time & (epoch < last) & _shown_later(found, edges[last][1])
    first = int(epoch[early].min()) if early.any() else 0
    return early, (edges[first][0], edges[last][0])


def _shown_later(found: Answers, start: int) -> NDArray[np.bool_]:
    """Trials whose inputs may move, from a step on, where those of trials differ, (trial,).

    They may where they do in any trial that has shown the same until its answer is known: a second stimulus may well be
    silence. In catch trials nothing is shown whatever the other factors are.
    """
    inputs = found.batch.inputs
    least = grain(inputs)
    away = np.abs(inputs[:, start:] - inputs[:, :1])
    telling = np.ptp(inputs[:, start:], axis=0).max(axis=0) > least
    moves = ((away > least) & telling).any(axis=(1, 2))
    rows = np.arange(len(inputs))
    alike = Histories(found.batch).group[rows, np.minimum(found.known, found.batch.n_steps - 1)]
    return np.isin(alike, alike[moves])

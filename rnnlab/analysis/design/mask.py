"""Do mask, target and scoring agree?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis.design._case import Case, scorings
from rnnlab.analysis.design._check import Check, per_cent
from rnnlab.analysis.design._naming import in_brackets, named
from rnnlab.tasks import Batch, Task
from rnnlab.tasks.scoring import Scoring
from rnnlab.tasks.scoring.base import narrowed
from rnnlab.tasks.scoring.choices import Choosing

NAME, TITLE = "mask", "Mask, target and scoring agree"

ALL_RIGHT = 0.999
"""A score above it is full marks but for rounding."""

SLIGHT = 1e-3
"""An error of no importance, in parts of the range of the targets."""

N_DRAWS = 3
"""Random signs of such errors that are tried, each with its opposite."""

DEPENDS = 0.05
"""A trial whose score changes by more than this with the sign of such an error hangs on it."""


def check_mask(case: Case) -> Check:
    """Full marks for the targets themselves, one largest target where a choice is read, a scored step in every trial.

    A network that does exactly as it is told must be counted right. It is not where the scoring asks for a level that
    the targets do not reach, or reads the answer from steps in which two targets are equal. No network does exactly as
    it is told: a target that lies on the boundary between two answers is missed by half of all errors, however small.
    """
    batch = case.pool.batch
    empty = ~(batch.mask > 0).any(axis=(1, 2))
    if empty.any():
        sentence = f"Nothing is scored in {per_cent(empty.mean())} of the kinds of trials."
        return Check(NAME, TITLE, "problem", sentence, "Score an epoch that is in every trial.")
    tied = _tied(case)
    if tied:
        sentence = (
            f"Two targets are equally large in {per_cent(tied)} of the kinds of trials, so that no choice is right."
        )
        remedy = "Let one target be larger in the scored epochs, or leave such trials out with the scoring's `only`."
        return Check(NAME, TITLE, "problem", sentence, remedy)
    unasked = [s for s in scorings(case.task.scoring) if not s.asks(batch).any()]
    if unasked:
        threshold = f"a threshold of {unasked[0].threshold:g}"  # type: ignore[attr-defined]
        sentence = f"No target reaches {threshold} in any trial, so that to keep still is always right."
        remedy = "Bring the scoring's threshold below the highest target."
        return Check(NAME, TITLE, "problem", sentence, remedy)
    if case.perfect.accuracy < ALL_RIGHT:
        sentence = f"Outputs equal to the targets are right in {per_cent(case.perfect.accuracy)} of the trials only."
        remedy = "Bring the scoring's threshold, tolerance and epochs in line with the levels of the targets."
        return Check(NAME, TITLE, "problem", sentence, remedy)
    fragile = on_edge(case.task, batch) & case.counted & (case.perfect.correct > ALL_RIGHT)
    if fragile.any():
        return _on_edge(case, fragile)
    sentence = f"Outputs equal to the targets, or slightly off them, get full marks; {_scored(case.drawn)}."
    return Check(NAME, TITLE, "good", sentence)


def on_edge(task: Task, batch: Batch) -> NDArray[np.bool_]:
    """Trials whose score depends on the sign of a slight error of outputs that are else the targets, (trial,).

    The error is the same at all times of a trial. All outputs err to the same side, then each trial and output to a
    side of its own, several times; each error is set against its opposite.
    """
    judged = batch.targets[batch.mask > 0]
    size = SLIGHT * (float(np.ptp(judged)) or float(np.abs(judged).max(initial=0.0)) or 1.0)
    n_trials, _, n_outputs = batch.targets.shape
    signs = np.random.default_rng(0).choice((-1.0, 1.0), (N_DRAWS, n_trials, 1, n_outputs))
    fragile = np.zeros(n_trials, dtype=bool)
    for sign in (np.ones((n_trials, 1, n_outputs)), *signs):
        error = (size * sign).astype(np.float32)
        above, below = (task.score(batch.targets + e, batch).correct for e in (error, -error))
        fragile |= np.abs(above - below) > DEPENDS
    return fragile


def _on_edge(case: Case, fragile: NDArray[np.bool_]) -> Check:
    batch, usual = case.pool.batch, case.pool.usual & case.counted
    odds = case.odds(batch[usual])
    share = float(odds[fragile[usual]].sum() / (odds.sum() or 1.0))
    how_many = f"{per_cent(share)} of the trials" if share > 0 else "a few trials"
    what = in_brackets(named(batch[case.counted], fragile[case.counted], case.task.condition_factors))
    sentence = (
        f"In {how_many}{what} the target in {_read_in(case, fragile)} lies on the boundary between right and wrong: "
        "the least error of an output to one side makes them wrong."
    )
    remedy = "Give these trials a target away from the boundary, or leave them out with the scoring's `only`."
    return Check(NAME, TITLE, "problem", sentence, remedy)


def _read_in(case: Case, trials: NDArray[np.bool_]) -> str:
    """The epochs in which the scoring looks at these trials."""
    batch = case.pool.batch[trials]
    told = {name for scoring in scorings(case.task.scoring) for name in getattr(scoring, "epochs", ())}
    scored = (batch.mask > 0).any(axis=2)
    names = [n for n in batch.epochs if (not told or n in told) and (batch.window(n) & scored).any()]
    return " and ".join(names) or "the scored steps"


def _scored(batch: Batch) -> str:
    scored, lengths = (batch.mask > 0).any(axis=2).sum(), batch.lengths.sum()
    return f"{per_cent(float(scored / lengths))} of the time is scored"


def _tied(case: Case) -> float:
    """Share of the trials that count in which the two largest targets are equal where the choice is read."""
    batch = case.pool.batch
    tied = [_ties(scoring, batch) for scoring in scorings(case.task.scoring) if isinstance(scoring, Choosing)]
    return float(max((t[case.counted].mean() for t in tied if case.counted.any()), default=0.0))


def _ties(scoring: Scoring, batch: Batch) -> NDArray[np.bool_]:
    assert isinstance(scoring, Choosing)
    names = batch.task.output_names
    columns = [names.index(name) for name in scoring.outputs or names]
    weights = narrowed(batch.mask[:, :, columns], batch, scoring.epochs)
    values = np.sort(scoring.values(batch.targets[:, :, columns], weights), axis=1)
    if values.shape[1] < 2:
        return np.zeros(batch.n_trials, dtype=bool)
    tied = np.isclose(values[:, -1], values[:, -2], rtol=1e-4, atol=1e-6)
    silent = np.zeros_like(tied) if scoring.threshold is None else values[:, -1] < scoring.threshold
    left_out = batch.factors[scoring.only] == 0 if scoring.only else np.zeros_like(tied)
    return np.asarray(tied & ~silent & ~left_out)

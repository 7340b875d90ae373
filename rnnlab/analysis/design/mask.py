"""Do mask, target and scoring agree?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis.design._case import Case, scorings
from rnnlab.analysis.design._check import Check, per_cent
from rnnlab.tasks import Batch
from rnnlab.tasks.scoring import Scoring
from rnnlab.tasks.scoring.base import narrowed
from rnnlab.tasks.scoring.choices import Choosing

NAME, TITLE = "mask", "Mask, target and scoring agree"

ALL_RIGHT = 0.999
"""A score above it is full marks but for rounding."""


def check_mask(case: Case) -> Check:
    """Full marks for the targets themselves, one largest target where a choice is read, a scored step in every trial.

    A network that does exactly as it is told must be counted right. It is not where the scoring asks for a level that
    the targets do not reach, or reads the answer from steps in which two targets are equal.
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
    if case.perfect.accuracy < ALL_RIGHT:
        sentence = f"Outputs equal to the targets are right in {per_cent(case.perfect.accuracy)} of the trials only."
        remedy = "Bring the scoring's threshold, tolerance and epochs in line with the levels of the targets."
        return Check(NAME, TITLE, "problem", sentence, remedy)
    return Check(NAME, TITLE, "good", f"Outputs equal to the targets get full marks; {_scored(batch)}.")


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

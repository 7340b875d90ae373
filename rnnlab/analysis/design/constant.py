"""How far does an answer that never changes get?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis.design._case import Case, scorings
from rnnlab.analysis.design._check import Check, per_cent
from rnnlab.tasks import Batch, FirstCrossing, RSquared, WithinTolerance
from rnnlab.tasks.scoring.choices import Choosing

NAME, TITLE = "constant", "A constant answer does not get far"

MARGIN = 0.05
"""A constant answer so much better than chance is worth knowing."""

NEARLY_ALL = 0.95
"""From here on nothing is left to learn."""

N_LEVELS = 7
"""Levels of an output that are tried where outputs are judged by their value."""

MOST_OUTPUTS = 8
"""Outputs whose levels are tried one by one."""

MOST_ANSWERS = 12
"""Targets that are tried as answers."""

BESIDE = 1e-3
"""As far beside a level another one is tried, in parts of the range of the targets: on each side of a boundary."""

MOST_STEPS = 2000
"""Steps among which these are looked for."""


@dataclass(frozen=True, eq=False)
class Constant:
    """The constant outputs that score best.

    Attributes:
        levels: (output,) what each output holds.
        accuracy: their score.
        chance: the task's own chance level.
    """

    levels: NDArray[np.float32]
    accuracy: float
    chance: float


def best_constant(case: Case) -> Constant:
    """The best of: silence, each output alone, the commonest answers, the mean and the median target, and what lies
    slightly beside these; where outputs are not compared with each other, then with each output's level improved in
    turn, among levels on both sides of all that are likely to be a boundary.

    It is chosen on some trials and scored on others: the best of many guesses is better than chance where it was found.
    """
    parts = scorings(case.task.scoring)
    tolerances = [part.tolerance for part in parts if isinstance(part, WithinTolerance)]
    best, accuracy = np.zeros(case.task.n_outputs, dtype=np.float32), -1.0
    by_level = any(not isinstance(part, Choosing | FirstCrossing | RSquared) for part in parts)
    mean_only = all(isinstance(part, RSquared) for part in parts)
    for levels in _answers(case.drawn, mean_only=mean_only, by_level=by_level):
        found = _score(case, levels)
        if found > accuracy + 1e-9:
            best, accuracy = levels, found
    if by_level and case.task.n_outputs <= MOST_OUTPUTS:
        best = _improved(case, best, accuracy, tolerances[:1])
    score = case.task.score(np.broadcast_to(best, case.others.targets.shape), case.others)
    return Constant(best, score.accuracy, score.chance)


def _score(case: Case, levels: NDArray[np.float32]) -> float:
    return case.task.score(np.broadcast_to(levels, case.drawn.targets.shape), case.drawn).accuracy


def _answers(batch: Batch, *, mean_only: bool, by_level: bool) -> Iterator[NDArray[np.float32]]:
    n_outputs = batch.targets.shape[2]
    judged = batch.targets[(batch.mask > 0).any(axis=2)]
    yield judged.mean(axis=0) if len(judged) else np.zeros(n_outputs, dtype=np.float32)
    if mean_only or not len(judged):
        return
    beside = BESIDE * (float(np.ptp(judged)) or 1.0)
    highest = float(np.abs(judged).max()) or 1.0
    yield from (highest + beside) * np.eye(n_outputs, dtype=np.float32)
    some = judged[:: max(1, len(judged) // MOST_STEPS)]
    coarse = np.round(some / (float(np.ptp(some)) or 1.0), 2)
    _, first, counts = np.unique(coarse, axis=0, return_index=True, return_counts=True)
    common = some[first[np.argsort(-counts)][:MOST_ANSWERS]]
    for levels in (np.zeros(n_outputs, dtype=np.float32), judged.mean(axis=0), np.median(some, axis=0), *common):
        yield from (levels, levels - beside, levels + beside) if by_level else (levels,)


def _improved(
    case: Case, best: NDArray[np.float32], accuracy: float, tolerances: Sequence[float]
) -> NDArray[np.float32]:
    """Change one output after the other to levels of its target, and to what lies beside them."""
    judged = case.drawn.targets[(case.drawn.mask > 0).any(axis=2)]
    for i in range(len(best)):
        for level in _levels(judged[:, i], tolerances):
            levels = best.copy()
            levels[i] = level
            found = _score(case, levels)
            if found > accuracy + 1e-9:
                best, accuracy = levels, found
    return best


def _levels(targets: NDArray[np.float32], tolerances: Sequence[float]) -> NDArray[np.float64]:
    """Levels of an output to try: some of its targets with the lowest and the highest, their mean, and 0; where values
    are judged by a tolerance, as much above these as is still right, since the best level is right for a target at the
    lower end of its reach; else slightly below and above each, since any of them may be a boundary."""
    some = np.quantile(targets, np.linspace(0, 1, N_LEVELS), method="nearest")
    levels = np.unique([*some, targets.mean(), 0.0])
    beside = BESIDE * (float(np.ptp(targets)) or 1.0)
    apart = [0.98 * each for each in tolerances] or [-beside, beside]
    return np.unique(np.concatenate([levels, *(levels + each for each in apart)]))


def _error(case: Case, accuracy: float) -> float:
    """Standard error of a share of trials; none where all conditions came in their exact shares."""
    return 0.0 if case.exact else math.sqrt(max(accuracy * (1 - accuracy), 0.0) / len(case.others))


def check_constant(case: Case, best: Constant) -> Check:
    """The score of the best outputs that are the same at all times and in all trials, against the chance level."""
    error = 2 * _error(case, best.accuracy)
    score = f"{100 * best.accuracy:.0f} ± {math.ceil(100 * error)} %" if error else per_cent(best.accuracy)
    facts = f"chance is {per_cent(best.chance)}, and the best constant answer scores {score}"
    if best.accuracy >= NEARLY_ALL:
        sentence = f"Nothing has to be learned: {facts}."
        remedy = "Let each answer be right in its share of the trials, or score the steps in which answers differ."
        return Check(NAME, TITLE, "problem", sentence, remedy)
    if best.accuracy > best.chance + MARGIN + error:
        sentence = f"{facts[0].upper()}{facts[1:]}: only a score above that shows that something was learned."
        remedy = "Make the answers equally frequent, or state the chance level in the scoring."
        return Check(NAME, TITLE, "note", sentence, remedy)
    stated = any(getattr(part, "chance", None) is not None for part in scorings(case.task.scoring)[:1])
    if stated and best.chance > best.accuracy + MARGIN + error:
        sentence = f"{facts[0].upper()}{facts[1:]}: less than the chance level that is stated."
        remedy = "State a lower chance level in the scoring, or none."
        return Check(NAME, TITLE, "note", sentence, remedy)
    return Check(NAME, TITLE, "good", f"{facts[0].upper()}{facts[1:]}.")

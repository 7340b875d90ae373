"""Is anything in the task there for nothing?"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from rnnlab.analysis.design._case import Case
from rnnlab.analysis.design._check import Check
from rnnlab.analysis.design._lost import lost
from rnnlab.tasks import Task
from rnnlab.tasks.draws import Draw
from rnnlab.tasks.references import references

NAME, TITLE = "unused", "Everything is used"


def check_unused(case: Case, later: Collection[str] = ()) -> Check:
    """Factors that are drawn and decide nothing, inputs that never show anything, outputs that are always asked for 0,
    and signals of which a part never shows: levels and pulses that do not fit their epoch, a past before the trial.

    Nothing of this keeps a network from learning; it is left over, or a signal is missing. A factor that is derived
    and decides nothing labels the trials for the analyses. Factors that decide something in ``later`` trials are named
    there.
    """
    drawn, labels = _idle_factors(case.task, later)
    found = [f"No part of the task refers to the {_listed('factor', drawn)}."] if drawn else []
    remedies = ["Remove the factor, or name it where it should decide something."] if drawn else []
    if silent := silent_inputs(case):
        found.append(f"The {_listed('input', silent)} {_is(silent)} 0 in all trials.")
        remedies.append("Give the input a signal, or remove it.")
    if idle := idle_outputs(case):
        found.append(f"The {_listed('output', idle)} {_is(idle)} asked for 0 at every scored step.")
        remedies.append("Give the output a target, or remove it.")
    if cut := lost(case.task):
        found += cut
        remedies.append("Make the epoch longer, or the times of the signal shorter.")
    if found:
        return Check(NAME, TITLE, "note", " ".join(found), " ".join(remedies))
    sentence = "Every drawn factor decides something, and every channel carries something."
    labelled = f" The {_listed('factor', labels)} only {'label' if len(labels) > 1 else 'labels'} the trials."
    return Check(NAME, TITLE, "good", sentence + (labelled if labels else ""))


def _idle_factors(task: Task, later: Collection[str]) -> tuple[list[str], list[str]]:
    """The factors that nothing refers to: those that are drawn and those that are derived."""
    used = {*later, *(name for _, name in references(task, "factor"))}
    idle = [factor for factor in task.factors if factor.name not in used]
    drawn = [factor.name for factor in idle if isinstance(factor.rule, Draw)]
    return drawn, [factor.name for factor in idle if factor.name not in drawn]


def silent_inputs(case: Case) -> list[str]:
    """Inputs without noise that are 0 in every trial compared."""
    inputs = case.pool.batch.inputs
    channels = enumerate(case.task.inputs)
    return [c.name for i, c in channels if not inputs[:, :, i].any() and not any(s.noise for s in c.signals)]


def idle_outputs(case: Case) -> list[str]:
    """Outputs whose target is 0 at every scored step of every trial compared, and of those drawn at random."""
    compared, drawn = ((batch.targets * (batch.mask > 0)).any(axis=(0, 1)) for batch in (case.pool.batch, case.drawn))
    return [
        name
        for name, asked in zip(case.task.output_names, np.logical_or(compared, drawn).tolist(), strict=True)
        if not asked
    ]


def _listed(kind: str, names: list[str]) -> str:
    return f"{kind}{'s' if len(names) > 1 else ''} {' and '.join(names)}"


def _is(names: list[str]) -> str:
    return "are" if len(names) > 1 else "is"

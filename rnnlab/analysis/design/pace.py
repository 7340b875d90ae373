"""Do the time constants of the network leave it time?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from rnnlab.analysis.design._case import Case
from rnnlab.analysis.design._check import Check, ms

NAME, TITLE = "time_constants", "The network has the time"

JUMP = 0.25
"""A change of a target by more than this part of its range, from one step to the next, is a jump."""

ENOUGH, TOO_SHORT = 1.0, 0.1
"""Time constants that a target should be held after a jump, and up to which nothing can follow it."""

MANY_STEPS = 1000
"""Time steps through which gradients are carried back before training becomes slow and fragile."""


@dataclass(frozen=True)
class Held:
    """The shortest time for which a scored target stays where it jumped.

    Attributes:
        time: ms; infinite where no target jumps while it is scored.
        epoch: where it jumps.
    """

    time: float
    epoch: str = ""


def shortest_held(case: Case) -> Held:
    """Looks at every jump of a target from one scored step to the next, up to its next change or the end of scoring.
    What the end of the trial cuts short does not count."""
    batch = case.pool.batch
    scored = batch.mask > 0
    change = np.abs(np.diff(batch.targets, axis=1))
    size = JUMP * (float(np.ptp(batch.targets[scored])) if scored.any() else 0.0)
    jumps = (change > max(size, 1e-6)) & scored[:, 1:] & scored[:, :-1]
    if not jumps.any():
        return Held(math.inf)
    n_steps = batch.n_steps
    ends = np.ones(batch.targets.shape, dtype=bool)
    ends[:, 1:] = (change > 1e-6) | ~scored[:, 1:]
    steps = np.arange(n_steps)[None, :, None]
    ahead = np.minimum.accumulate(np.where(ends, steps, n_steps)[:, ::-1], axis=1)[:, ::-1]
    following = np.concatenate([ahead[:, 1:], np.full_like(ahead[:, :1], n_steps)], axis=1)
    whole = (following < batch.lengths[:, None, None])[:, 1:] & jumps
    if not whole.any():
        return Held(math.inf)
    held = np.where(whole, (following - steps)[:, 1:], n_steps + 1)
    trial, step, _ = np.unravel_index(int(held.argmin()), held.shape)
    return Held(float(held.min() * case.dt), case.epoch_at(int(trial), int(step) + 1))


def check_pace(case: Case) -> Check:
    """Whether targets that jump while they are scored stay long enough to be reached, and whether trials are so long
    that gradients hardly come back."""
    n_steps, held = case.pool.batch.n_steps, shortest_held(case)
    longest = ms(n_steps * case.dt)
    fast = case.taus[0] if case.taus else None
    if fast is not None and held.time < ENOUGH * fast:
        reached = 1 - math.exp(-held.time / fast)
        sentence = (
            f"After a jump in {held.epoch} a target is scored for as little as {ms(held.time)}, in which a unit with a "
            f"time constant of {ms(fast)} goes {100 * reached:.0f} % of the way."
        )
        remedy = "Leave a grace after the jump, hold the target longer, or take faster units."
        return Check(NAME, TITLE, "problem" if held.time <= TOO_SHORT * fast else "note", sentence, remedy)
    if n_steps > MANY_STEPS:
        sentence = f"Trials last up to {longest}, {n_steps} time steps through which gradients have to come back."
        return Check(NAME, TITLE, "note", sentence, "Shorten the trial or take a longer time step.")
    return Check(NAME, TITLE, "good", _all_well(case, longest))


def _all_well(case: Case, longest: str) -> str:
    steps = case.pool.batch.n_steps
    if case.taus is None:
        return f"Trials last up to {longest}, {steps} time steps."
    ratio = steps * case.dt / case.tau
    return f"Trials last up to {longest}, {steps} time steps or {ratio:.3g} time constants of {ms(case.tau)}."

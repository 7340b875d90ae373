"""Do the time constants of the network leave it time?"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis.design._case import Case
from rnnlab.analysis.design._check import Check, ms
from rnnlab.analysis.design.giveaway import Answers

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

    Of holds that the end of the trial ends, the longest counts: where jumps come at random times, some come late.
    """
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
    lengths = batch.lengths[:, None, None]
    held = (np.minimum(following, lengths) - steps)[:, 1:]
    last = jumps & (following >= lengths)[:, 1:]
    held = np.where(last, held[last].max(initial=0), np.where(jumps, held, n_steps + 1))
    trial, step, _ = np.unravel_index(int(held.argmin()), held.shape)
    return Held(float(held.min() * case.dt), case.epoch_at(int(trial), int(step) + 1))


def time_to_answer(case: Case, found: Answers) -> float:
    """The longest time, over trials, from the input that decides to the end of what is scored, ms; infinite where
    nothing decides."""
    scored: NDArray[np.bool_] = np.asarray((found.batch.mask > 0).any(axis=2))
    in_time = (found.known < found.batch.n_steps) & scored.any(axis=1)
    if not in_time.any() or len(np.unique(found.answer)) < 2:
        return math.inf
    end = found.batch.n_steps - scored[:, ::-1].argmax(axis=1)
    return float((end - found.known)[in_time].max() * case.dt)


def check_pace(case: Case, found: Answers) -> Check:
    """Whether targets that jump while they are scored stay long enough to be reached, whether there is time to answer
    and trials last long enough for the network to do anything, and whether trials are so long that gradients hardly
    come back."""
    n_steps = case.pool.batch.n_steps
    longest = ms(n_steps * case.dt)
    if case.taus is not None:
        hurried = [check for check in _hurried(case, found, case.taus[0]) if check is not None]
        if hurried:
            return next((check for check in hurried if check.verdict == "problem"), hurried[0])
    if n_steps > MANY_STEPS:
        sentence = f"Trials last up to {longest}, {n_steps} time steps through which gradients have to come back."
        return Check(NAME, TITLE, "note", sentence, "Shorten the trial or take a longer time step.")
    return Check(NAME, TITLE, "good", _all_well(case, longest))


def _hurried(case: Case, found: Answers, tau: float) -> Iterator[Check | None]:
    """What units with this time constant (ms) have too little time for."""
    jump, time, whole = shortest_held(case), time_to_answer(case, found), case.pool.batch.n_steps * case.dt
    held = jump.time
    yield _too_short(
        held,
        tau,
        f"After a jump in {jump.epoch} a target is scored for as little as {ms(held)}, {_reached(held, tau)}.",
        "Leave a grace after the jump, hold the target longer, or take faster units.",
    )
    yield _too_short(
        time,
        tau,
        f"From the input that decides to the end of what is scored it is {ms(time)} at most, {_reached(time, tau)}.",
        "Make what is scored last longer, or take faster units.",
    )
    yield _too_short(
        whole,
        tau,
        f"Trials last up to {ms(whole)}, {_reached(whole, tau)}.",
        "Make the epochs longer, or take faster units.",
    )


def _reached(time: float, tau: float) -> str:
    share = 1 - math.exp(-time / tau)
    return f"in which a unit with a time constant of {ms(tau)} goes {100 * share:.0f} % of the way"


def _too_short(time: float, tau: float, sentence: str, remedy: str) -> Check | None:
    if time >= ENOUGH * tau:
        return None
    return Check(NAME, TITLE, "problem" if time <= TOO_SHORT * tau else "note", sentence, remedy)


def _all_well(case: Case, longest: str) -> str:
    steps = case.pool.batch.n_steps
    if case.taus is None:
        return f"Trials last up to {longest}, {steps} time steps."
    ratio = steps * case.dt / case.tau
    return f"Trials last up to {longest}, {steps} time steps or {ratio:.3g} time constants of {ms(case.tau)}."

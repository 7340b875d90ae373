"""Schedules against torch's own, update by update, and against their own words."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch.optim import lr_scheduler

from rnnlab.runs import Cosine, Exponential, OnPlateau, Ramp, Steady, Steps
from rnnlab.runs.schedules import Schedule

Theirs = Callable[[torch.optim.Optimizer], Any]

CASES: dict[str, tuple[Schedule, Theirs]] = {
    "steady": (Steady(), lambda o: lr_scheduler.ConstantLR(o, factor=1.0)),
    "ramp": (
        Ramp(start=0.8, end=0.2, updates=30),
        lambda o: lr_scheduler.LinearLR(o, start_factor=0.8, end_factor=0.2, total_iters=30),
    ),
    "exponential": (Exponential(half_life=10), lambda o: lr_scheduler.ExponentialLR(o, gamma=0.5**0.1)),
    "steps": (Steps(every=7, by=0.3), lambda o: lr_scheduler.StepLR(o, step_size=7, gamma=0.3)),
    "cosine": (Cosine(updates=50, lowest=0.1), lambda o: lr_scheduler.CosineAnnealingLR(o, T_max=50, eta_min=0.1)),
    "warm-up": (
        Steady(warmup=10),
        lambda o: lr_scheduler.LinearLR(o, start_factor=0.1, end_factor=1.0, total_iters=9),
    ),
}


def optimiser() -> torch.optim.Optimizer:
    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)


@pytest.mark.parametrize("case", CASES)
def test_same_course_as_torch(case: str) -> None:
    ours, theirs = CASES[case]
    inner = optimiser()
    scheduler = theirs(inner)
    for update in range(50):
        assert ours.factor(update) == pytest.approx(inner.param_groups[0]["lr"], rel=1e-9, abs=1e-12)
        inner.step()
        scheduler.step()


@pytest.mark.parametrize(("patience", "by", "lowest"), [(0, 0.5, 0.0), (2, 0.1, 0.0), (1, 0.5, 0.2)])
def test_on_a_plateau_as_torch(patience: int, by: float, lowest: float) -> None:
    rng = np.random.default_rng(0)
    losses = (1.0 / np.arange(1, 40) + 0.05 * rng.standard_normal(39)).tolist()
    inner = optimiser()
    theirs = lr_scheduler.ReduceLROnPlateau(inner, factor=by, patience=patience, threshold=1e-4, min_lr=lowest, eps=0.0)
    ours = OnPlateau(patience=patience, by=by, lowest=lowest)
    factors = []
    for n in range(len(losses)):
        theirs.step(losses[n])
        factors.append(ours.factor(123, losses[: n + 1]))
        assert factors[-1] == pytest.approx(inner.param_groups[0]["lr"], rel=1e-12)
    assert len(set(factors)) > 2


def test_what_is_over_stays() -> None:
    assert Cosine(updates=50, lowest=0.1).factor(5000) == 0.1
    assert Ramp(start=0, end=1, updates=10).factor(5000) == 1.0
    assert Exponential(half_life=1, lowest=0.25).factor(5000) == 0.25


def test_warm_up_multiplies_the_course() -> None:
    one, other = Exponential(half_life=10, warmup=4), Exponential(half_life=10)
    shares = [one.factor(k) / other.factor(k) for k in range(6)]
    assert shares == pytest.approx([0.25, 0.5, 0.75, 1.0, 1.0, 1.0])
    assert math.isclose(other.factor(0), 1.0)

"""Small tasks for the tests of the language."""

from __future__ import annotations

from typing import Any

import numpy as np

from rnnlab.tasks import Batch, Channel, Constant, Epoch, Factor, Hold, Task, WithinTolerance


def small_task(*signals: Any, factors: tuple[Factor, ...] = (), **changes: Any) -> Task:
    """One input with these signals, one output of zero; epochs a (100 ms), b (50 ms) and a scored end (50 ms)."""
    parts: dict[str, Any] = {
        "name": "small",
        "factors": factors,
        "epochs": (Epoch("a", Constant(100)), Epoch("b", Constant(50)), Epoch("end", Constant(50), scored=True)),
        "inputs": (Channel("in", signals),),
        "outputs": (Channel("out", (Hold(0.0),)),),
        "scoring": WithinTolerance(),
    }
    return Task(**(parts | changes))


def trace(*signals: Any, factors: tuple[Factor, ...] = (), n_trials: int = 1, dt: float = 10) -> np.ndarray:
    """What the input of `small_task` shows, (trial, time)."""
    return small_task(*signals, factors=factors).sample(n_trials, dt).inputs[:, :, 0]


def factor_values(*factors: Factor, n_trials: int = 2000) -> dict[str, np.ndarray]:
    batch: Batch = small_task(factors=factors).sample(n_trials)
    return batch.factors

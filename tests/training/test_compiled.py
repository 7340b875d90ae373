"""Compiled loops on their own: noise to the bit, and nothing on disk that a change of the code would leave stale."""

from __future__ import annotations

import inspect
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numba.core.registry import CPUDispatcher
from numpy.random import PCG64, Generator

from rnnlab.normals import fill_table_normals
from rnnlab.runs import stream
from rnnlab.training import compiled, gathered
from rnnlab.training.noise import Noise


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 7, 65_535, 65_537])
def test_gathered_normals_are_table_normals(n: int, dtype: str) -> None:
    ours, theirs = stream(3, "noise", n), stream(3, "noise", n)
    found, wanted = np.full((2, n), np.nan, dtype), np.full((2, n), np.nan, dtype)
    assert np.array_equal(gathered.fill_gathered_normals(ours, found, 0.3), fill_table_normals(theirs, wanted, 0.3))
    assert np.array_equal(ours.bit_generator.random_raw(3), theirs.bit_generator.random_raw(3))


def test_other_generators_go_the_plain_way() -> None:
    found, wanted = np.empty(9), np.empty(9)
    gathered.fill_gathered_normals(Generator(PCG64(1)), found)
    fill_table_normals(Generator(PCG64(1)), wanted)
    assert np.array_equal(found, wanted)


def test_what_numpy_keeps_elsewhere_is_not_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    assert gathered.chosen() is gathered.fill_gathered_normals
    monkeypatch.setattr(gathered, "_state", lambda rng: np.arange(4, dtype=np.uint64))
    assert gathered.chosen() is fill_table_normals


def test_noise_is_the_same_drawn_by_a_compiled_loop() -> None:
    found, wanted = (np.empty((8, 3, 5), np.float32) for _ in range(2))
    draws = Noise("table", 2, "noise", 4, 0.7).draws("recurrent", 8, compiled=True)
    for start in range(0, 8, 4):
        draws.fill(found[start : start + 4], 1.3)
    Noise("table", 2, "noise", 4, 0.7).fill("recurrent", wanted, 1.3)
    assert np.array_equal(found, wanted)


@pytest.mark.parametrize("module", [compiled, gathered])
def test_loops_on_disk_hold_nothing_of_other_files(module: ModuleType) -> None:
    """What is kept of a loop is good until its file changes."""
    loops = [loop for _, loop in inspect.getmembers(module, _is_loop) if loop.__module__ == module.__name__]
    used = [(loop, module.__dict__.get(name)) for loop in loops for name in loop.py_func.__code__.co_names]
    assert loops
    for loop, other in used:
        assert not _is_loop(other) or other.__module__ == module.__name__, (loop, other)


def _is_loop(thing: Any) -> bool:
    return isinstance(thing, CPUDispatcher)

"""Noise: its distribution, and what decides it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kstest

from rnnlab.training.noise import Noise


def drawn(
    noise: Noise, part: str = "recurrent", n: int = 200_000, scale: float = 1.0, dtype: str = "float32"
) -> np.ndarray:
    out = np.full(n, np.nan, dtype)
    noise.fill(part, out, scale)
    return out


@pytest.mark.parametrize("kind", ["table", "normal"])
def test_standard_normal_of_the_asked_strength(kind: str) -> None:
    values = drawn(Noise(kind, 0, "noise"), scale=0.3)
    assert abs(values.mean()) < 4 * 0.3 / np.sqrt(values.size)
    assert abs(values.std() / 0.3 - 1) < 4 / np.sqrt(2 * values.size)
    assert kstest(values[::7] / 0.3, "norm").pvalue > 1e-3
    lagged = np.corrcoef(values[:-1], values[1:])[0, 1]
    assert abs(lagged) < 5 / np.sqrt(values.size)


@pytest.mark.parametrize("kind", ["table", "normal"])
def test_a_pure_function_of_seed_purpose_index_and_part(kind: str) -> None:
    base = drawn(Noise(kind, 1, "noise", 5), n=100)
    assert np.array_equal(base, drawn(Noise(kind, 1, "noise", 5), n=100))
    others = [
        drawn(Noise(kind, 2, "noise", 5), n=100),
        drawn(Noise(kind, 1, "validation-noise", 5), n=100),
        drawn(Noise(kind, 1, "noise", 6), n=100),
        drawn(Noise(kind, 1, "noise", 5), "input", n=100),
        drawn(Noise(kind, 1, "noise", 5), "output", n=100),
    ]
    assert all(abs(np.corrcoef(base, other)[0, 1]) < 0.5 for other in others)


@pytest.mark.parametrize("n", [1, 3, 65_535, 65_536, 65_537, 200_003])
def test_every_sample_is_filled(n: int) -> None:
    values = drawn(Noise("table", 0, "noise"), n=n)
    assert np.isfinite(values).all()
    assert np.array_equal(values, drawn(Noise("table", 0, "noise"), n=200_003)[:n])


def test_both_precisions_draw_the_same_noise() -> None:
    single, double = (drawn(Noise("table", 0, "noise"), n=1000, dtype=d) for d in ("float32", "float64"))
    assert np.allclose(single, double, atol=1e-6)

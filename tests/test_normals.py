"""Table normals: exact moments, the right distribution, a function of the generator alone."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.random import SFC64, Generator
from scipy import stats

from rnnlab.normals import fill_normals, fill_table_normals, fill_table_normals_by_column, quantile_table


def generator(seed: int = 0) -> Generator:
    return Generator(SFC64(seed))


def test_the_table_has_mean_zero_and_variance_one() -> None:
    table = quantile_table()
    assert len(table) == 65_536
    assert abs(table.mean()) < 1e-15
    assert abs(table.var() - 1.0) < 1e-12
    assert 4.0 < table.max() < 4.4
    assert (np.diff(table) > 0).all()
    assert not table.flags.writeable


def test_draws_are_normal_and_uncorrelated() -> None:
    draws = fill_table_normals(generator(), np.empty(400_000))
    assert stats.kstest(draws, "norm").pvalue > 0.01
    assert abs(stats.kurtosis(draws)) < 0.05
    for lag in (1, 2, 3, 4, 5):
        assert abs(np.corrcoef(draws[:-lag], draws[lag:])[0, 1]) < 4 / np.sqrt(draws.size)


@pytest.mark.parametrize("shape", [(1,), (3,), (5, 7), (128, 101), (0, 3)])
def test_any_shape_in_either_precision(shape: tuple[int, ...]) -> None:
    double = fill_table_normals(generator(), np.full(shape, np.nan))
    single = fill_table_normals(generator(), np.full(shape, np.nan, np.float32))
    assert np.isfinite(double).all()
    np.testing.assert_array_equal(single, double.astype(np.float32))


def test_scaled_and_in_pieces_the_draws_are_the_same() -> None:
    size = 3 * 65_536 + 8
    whole = fill_table_normals(generator(), np.empty(size))
    np.testing.assert_array_equal(fill_table_normals(generator(), np.empty(size), 0.5), 0.5 * whole)
    pieces, rng = np.empty(size), generator()
    for start in range(0, size, 4):
        fill_table_normals(rng, pieces[start : start + 4])
        if start > 2000:
            break
    np.testing.assert_array_equal(pieces[:2000], whole[:2000])


@pytest.mark.parametrize("shape", [(1, 1), (3, 5), (128, 200), (1000, 301), (70_000, 6)])
def test_by_column_the_draws_are_the_same_in_another_order(shape: tuple[int, int]) -> None:
    by_row = fill_table_normals(generator(), np.empty(shape[::-1]), 0.5)
    np.testing.assert_array_equal(fill_table_normals_by_column(generator(), np.empty(shape), 0.5), by_row.T)


def test_other_seeds_give_other_draws() -> None:
    a, b = (fill_table_normals(generator(seed), np.empty(1000)) for seed in (0, 1))
    assert abs(np.corrcoef(a, b)[0, 1]) < 0.15


def test_numpys_own_normals() -> None:
    out = np.empty((3, 5), np.float32)
    assert fill_normals(generator(), out) is out
    np.testing.assert_array_equal(out, generator().standard_normal((3, 5), dtype=np.float32))

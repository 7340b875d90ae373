"""Which connections there are: densities, areas, and patterns given."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnnlab.networks import Areas, Density, LeakyRNN, Network, Weights
from rnnlab.spec import SpecError


@pytest.mark.parametrize(("share", "n_wanted"), [(0.0, 0), (0.1, 20), (0.333, 67), (1.0, 200)])
def test_a_density_is_exact_and_repeatable(share: float, n_wanted: int) -> None:
    mask = Density(share, seed=4).mask(20, 10)
    assert mask.sum() == n_wanted
    np.testing.assert_array_equal(mask, Density(share, seed=4).mask(20, 10))
    if 0 < share < 1:
        assert (mask != Density(share, seed=5).mask(20, 10)).any()


def test_missing_connections_are_zero_whatever_the_seed_of_the_run() -> None:
    sparse = Weights(connections=Density(0.3))
    config = LeakyRNN(n_units=20, weights_in=sparse, weights_rec=sparse, weights_out=sparse)
    one, other = (Network.initialised(config, 4, 3, seed).parameters for seed in (0, 1))
    for name, n in (("W_in", 80), ("W_rec", 400), ("W_out", 60)):
        assert (one[name] != 0).sum() == round(0.3 * n)
        np.testing.assert_array_equal(one[name] != 0, other[name] != 0)
        assert (one[name] != other[name]).any()


def areas(**fields: Any) -> LeakyRNN:
    return LeakyRNN(n_units=50, areas=Areas((20, 30), **fields), excitatory=0.8)


def test_areas_have_the_densities_asked_for() -> None:
    config = areas(within=0.5, between=((1.0, 0.1), (0.2, 1.0)), long_range="all")
    W = Network.initialised(config, 2, 1).parameters["W_rec"]
    blocks = {(to, source): W[s, c] != 0 for to, s in enumerate(SLICES) for source, c in enumerate(SLICES)}
    wanted = {(0, 0): 0.5, (1, 1): 0.5, (0, 1): 0.1, (1, 0): 0.2}
    assert {key: round(float(block.mean()), 3) for key, block in blocks.items()} == wanted


SLICES = (slice(0, 20), slice(20, 50))


def test_each_area_has_its_share_of_excitatory_units_and_only_those_project_far() -> None:
    config = areas(between=0.5)
    np.testing.assert_array_equal(config.unit_signs, [1] * 16 + [-1] * 4 + [1] * 24 + [-1] * 6)
    W = Network.initialised(config, 2, 1).parameters["W_rec"]
    assert (W[20:, 16:20] == 0).all()
    assert (W[:20, 44:] == 0).all()
    assert (W[20:, :16] != 0).mean() == 0.5
    assert (W[:20, :20] != 0).all()


def test_inputs_and_outputs_of_areas() -> None:
    p = Network.initialised(areas(inputs=(0,), outputs=(1,)), 2, 3).parameters
    np.testing.assert_array_equal((p["W_in"] != 0).all(1), [True] * 20 + [False] * 30)
    np.testing.assert_array_equal((p["W_out"] != 0).all(0), [False] * 20 + [True] * 24 + [False] * 6)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Areas(()), r"Areas\.sizes: no areas"),
        (lambda: Areas((2, 0)), r"Areas\.sizes\[1\]: 0 is out of range"),
        (lambda: Areas((2, 2), between=((1.0,), (1.0,))), r"Areas\.between: is not 2 rows of 2 numbers"),
        (lambda: Areas((2, 2), inputs=(0, 2)), r"Areas\.inputs\[1\]: 2 is not one of 2 areas; give 0 to 1"),
        (
            lambda: LeakyRNN(n_units=5, areas=Areas((2, 2))),
            r"LeakyRNN\.areas\.sizes: 4 units in areas, but 5 in",
        ),
        (
            lambda: LeakyRNN(n_units=3, weights_rec=Weights(connections=[[1, 0], [0, 1]])),  # type: ignore[arg-type]
            r"LeakyRNN\.weights_rec\.connections: is 2x2; give 3 rows of 3 numbers",
        ),
        (
            lambda: LeakyRNN(n_units=2, weights_rec=Weights(connections=[[1, 0], [0, 0.5]])),  # type: ignore[arg-type]
            r"LeakyRNN\.weights_rec\.connections: holds other numbers than 0 and 1",
        ),
        (lambda: Density(1.5), r"Density\.share: 1\.5 is out of range"),
    ],
)
def test_what_cannot_be_is_refused(make: Any, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        make()


def test_arrays_for_inputs_must_fit_their_number() -> None:
    config = LeakyRNN(n_units=2, weights_in=Weights(connections=np.ones((2, 3))))  # type: ignore[arg-type]
    with pytest.raises(SpecError, match=r"LeakyRNN\.weights_in\.connections: is 2x3; give 2 rows of 4 numbers"):
        config.check_channels(4, 1)
    config.check_channels(3, 1)

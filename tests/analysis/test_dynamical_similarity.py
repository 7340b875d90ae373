"""Dynamical similarity by the package of its authors: linear systems, whose operators are known."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from rnnlab.analysis import CancelledError, _dsa, dynamical_similarity
from tests.analysis.planted import rotation


def system(eigenvalues: list[complex], seed: int) -> np.ndarray:
    """(trial, time, unit) x[t + 1] = A x[t] from random states; a complex eigenvalue stands for a pair."""
    rng = np.random.default_rng(seed)
    blocks = [[[z.real, -z.imag], [z.imag, z.real]] if z.imag else [[z.real]] for z in map(complex, eigenvalues)]
    size = sum(map(len, blocks))
    A, at = np.zeros((size, size)), 0
    for block in blocks:
        A[at : at + len(block), at : at + len(block)] = block
        at += len(block)
    turn = np.linalg.qr(rng.normal(size=(size, size)))[0]
    states = [rng.normal(size=(30, size))]
    for _ in range(25):
        states.append(states[-1] @ (turn @ A @ turn.T).T)
    return np.stack(states, axis=1)


FAST, SLOW = [0.5, 0.3, 0.7 + 0.2j], [0.95, 0.8, 0.6 + 0.6j]


def between(first: list[complex], second: list[complex]) -> float:
    """Mean squared distance of the eigenvalues, paired as well as can be."""
    one, other = (np.array([*z, *(v.conjugate() for v in map(complex, z) if v.imag)]) for z in (first, second))
    squares = np.abs(one[:, None] - other) ** 2
    return float(squares[linear_sum_assignment(squares)].mean())


@pytest.fixture(scope="module")
def here() -> None:
    """PyTorch is loaded, so the package is called in this process."""
    import torch  # noqa: F401


@pytest.mark.usefixtures("here")
def test_eigenvalues_are_as_far_apart_as_they_are() -> None:
    slow = system(SLOW, 0)
    given = {"slow": slow, "turned": 3 * slow @ rotation(4), "slow too": system(SLOW, 1), "fast": system(FAST, 2)}
    found = dynamical_similarity(given, n_delays=1, rank=4)
    assert found.values[:3, :3] == pytest.approx(0, abs=1e-5)
    assert found.values[3, :3] == pytest.approx(between(SLOW, FAST), rel=1e-3)
    np.testing.assert_array_equal(found.values, found.values.T)


@pytest.mark.usefixtures("here")
def test_operators_are_alike_where_only_the_coordinates_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_dsa, "ITERATIONS", 100)
    slow = system(SLOW, 0)
    given = {"slow": slow, "turned": slow @ rotation(4), "fast": system(FAST, 2)}
    found = dynamical_similarity(given, n_delays=1, rank=4, compared="operators").values
    assert found[0, 1] < 0.5 * found[0, 2]


@pytest.mark.usefixtures("here")
def test_the_search_for_coordinates_depends_on_its_seed_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_dsa, "ITERATIONS", 5)
    given = {"slow": system(SLOW, 0), "fast": system(FAST, 1)}
    first, again, other = (
        dynamical_similarity(given, 1, 4, compared="operators", seed=seed).values[0, 1] for seed in (0, 0, 1)
    )
    assert first == again != other


@pytest.mark.usefixtures("here")
def test_a_process_of_its_own_finds_the_same() -> None:
    systems = [system(SLOW, 0), system(FAST, 1)]
    settings = (2, 4, "wasserstein", 0)
    np.testing.assert_allclose(
        _dsa._apart(systems, settings, lambda share: None), _dsa._here(systems, *settings), atol=1e-7
    )


def test_the_process_is_given_up_when_it_is_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_dsa, "LOOK_S", 0.01)
    processes = []
    start = _dsa._process
    monkeypatch.setattr(_dsa, "_process", lambda *given: processes.append(start(*given)) or processes[-1])

    def unwanted(share: float) -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        _dsa._apart([system(SLOW, 0), system(FAST, 1)], (1, 4, "wasserstein", 0), unwanted)
    assert processes[0].returncode is not None


def test_a_fault_of_the_package_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    start = _dsa._process
    fault = [sys.executable, "-c", "raise ValueError('singular')"]
    monkeypatch.setattr(_dsa, "_process", lambda command, said: start(fault, said))
    with pytest.raises(ValueError, match=r"the package dsa-metric failed on them \(ValueError: singular\)"):
        _dsa._apart([np.ones((2, 2, 2))] * 2, (3, 2, "wasserstein", 0), lambda share: None)


def test_without_the_package_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_dsa, "find_spec", lambda name: None)
    with pytest.raises(ValueError, match=r'not installed; pip install "rnnlab\[dsa\]"'):
        dynamical_similarity({"a": system(SLOW, 0), "b": system(FAST, 1)})


@pytest.mark.parametrize(
    ("given", "arguments", "message"),
    [
        ({"a": np.ones((2, 30, 2))}, {}, "activities: 1 given"),
        ({"a": np.ones((2, 30, 2)), "b": np.ones((2, 30, 2))}, {}, "a: it never changes"),
        ({"a": np.ones((2, 30)), "b": np.ones((2, 30))}, {}, r"a: shape \(2, 30\); give \(trial, time, unit\)"),
        ({"a": np.eye(4)[None], "b": np.eye(4)[None]}, {"n_delays": 5}, "a: 4 time steps; 5 delays need 7"),
        ({"a": np.full((1, 9, 1), np.nan), "b": np.eye(4)[None]}, {}, "a: some are not finite"),
        ({"a": np.eye(4)[None], "b": np.eye(4)[None]}, {"rank": 0}, "rank=0; give at least 1"),
        ({"a": np.eye(4)[None], "b": np.eye(4)[None]}, {"compared": "shape"}, "compared: 'shape'; choose one of"),
    ],
)
def test_wrong_arguments_are_named(given: dict, arguments: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        dynamical_similarity(given, **arguments)

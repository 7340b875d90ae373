"""One thread for small products, whoever asks and however they overlap."""

from __future__ import annotations

import sys
import threading

import numpy as np
import pytest
from threadpoolctl import ThreadpoolController

from rnnlab.networks import from_arrays
from rnnlab.simulation import simulate
from rnnlab.threads import SMALL_NETWORK, one_thread


def n_threads() -> set[int]:
    return {info["num_threads"] for info in ThreadpoolController().info() if info["user_api"] == "blas"}


@pytest.fixture(autouse=True)
def _several_threads() -> object:
    with ThreadpoolController().limit(limits=2, user_api="blas"):
        yield


def test_small_networks_get_one_thread_and_large_ones_keep_theirs() -> None:
    before = n_threads()
    assert before == {2}
    with one_thread(SMALL_NETWORK):
        assert n_threads() == {1}
        with one_thread(10):
            assert n_threads() == {1}
        assert n_threads() == {1}
    assert n_threads() == before
    with one_thread(SMALL_NETWORK + 1):
        assert n_threads() == before


def test_the_limit_holds_until_the_last_thread_has_left() -> None:
    seen = []

    def work() -> None:
        with one_thread(10):
            seen.append(n_threads())

    with one_thread(10):
        worker = threading.Thread(target=work)
        worker.start()
        worker.join()
        assert seen == [{1}]
        assert n_threads() == {1}
    assert n_threads() == {2}


def test_a_simulation_runs_on_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr(sys.modules["rnnlab.simulation.simulate"], "_run", lambda *_: seen.append(n_threads()))
    simulate(from_arrays(W_rec=[[0.0]]), np.zeros((1, 2, 0)))
    assert seen == [{1}]
    assert n_threads() == {2}

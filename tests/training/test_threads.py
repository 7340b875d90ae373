"""How many threads the process happens to have is no part of an experiment; how many it asks for is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from threadpoolctl import ThreadpoolController

from rnnlab.events import Event
from rnnlab.networks import LeakyRNN
from rnnlab.runs import Experiment, Training, load, stream
from rnnlab.training import train
from tests.training.small import small


@pytest.fixture(autouse=True)
def _given_back() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def large(**training: int) -> Experiment:
    fields = {"updates": 2, "batch_size": 64, "validation_trials": 8} | training
    return Experiment(task=small().task, network=LeakyRNN(n_units=300, dt=20), training=Training(**fields))


def weights(experiment: Experiment, ambient: int, folder: Path) -> np.ndarray:
    """W_rec after training in a process whose linear algebra has ``ambient`` threads."""
    torch.set_num_threads(ambient)
    with ThreadpoolController().limit(limits=ambient):
        torch.set_num_threads(ambient)
        list(train(experiment, folder))
    return load(folder).parameters["W_rec"]


def test_weights_do_not_depend_on_the_threads_around(tmp_path: Path) -> None:
    one, two = (weights(large(), n, tmp_path / str(n)) for n in (1, 2))
    assert np.array_equal(one, two)


def test_first_weights_do_not_depend_on_the_threads_around() -> None:
    """Scaling them takes eigenvalues, whose last bits do where nobody sees to it."""
    found = []
    for ambient in (1, 2):
        with ThreadpoolController().limit(limits=ambient, user_api="blas"):
            found.append(LeakyRNN(n_units=300).initialise(2, 2, stream(0, "initialise"))["W_rec"])
    assert np.array_equal(*found)


def test_work_is_done_on_the_threads_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    from rnnlab.training.learner import Learner

    backward, inside, outside = Learner.backward, [], []

    def noting(self: Learner, *args: object) -> float:
        inside.append(torch.get_num_threads())
        return backward(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(Learner, "backward", noting)
    torch.set_num_threads(3)
    event: Event
    for event in train(small(updates=2, threads=2)):
        outside.append(torch.get_num_threads())
        torch.set_num_threads(3 + event.update)
    assert inside == [2, 2]
    assert set(outside) <= {3, 4, 5}, "between two events the caller has its own"


def test_an_experiment_on_one_thread_keeps_its_digest() -> None:
    described = small().to_data()
    described["training"].pop("threads")
    assert Experiment.from_data(described).digest == small().digest == small(threads=1).digest
    assert small(threads=2).digest != small().digest

"""One trial of every condition: all of them, each once, and catch trials as one."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from rnnlab.tasks import TASKS, Choice, Factor, get
from rnnlab.tasks.catch import with_catch
from rnnlab.tasks.exemplars import exemplars


@pytest.mark.parametrize(
    ("name", "factors", "levels"),
    [
        ("perceptual_discrimination", ("coherence", "direction"), [(0.1, 0.3, 0.5, 0.7), (0, 1)]),
        ("delayed_match_to_sample", ("first", "second"), [(0, 1), (0, 1)]),
    ],
)
def test_each_combination_comes_once(name: str, factors: tuple[str, ...], levels: list[tuple[float, ...]]) -> None:
    found = exemplars(get(name))
    assert found is not None
    batch = found.sample(0, len(found), 10)
    seen = sorted(zip(*(batch.factors[factor] for factor in factors), strict=True))
    assert seen == sorted(itertools.product(*levels))


def test_a_page_of_them_goes_on_where_the_last_one_ended() -> None:
    found = exemplars(get("perceptual_discrimination"))
    assert found is not None
    whole = found.sample(0, 8, 10).factors["coherence"]
    pages = [found.sample(first, 3, 10).factors["coherence"] for first in (0, 3, 6)]
    np.testing.assert_array_equal(np.concatenate(pages), whole)
    assert [len(page) for page in pages] == [3, 3, 2]


def test_catch_trials_are_one_condition_and_come_last() -> None:
    found = exemplars(with_catch(get("delay_go"), 0.2, 500))
    assert found is not None and len(found) == 3
    batch = found.sample(0, 3, 10)
    assert batch.factors["catch"].tolist() == [0, 0, 1]
    assert sorted(batch.factors["side"][:2]) == [0, 1]


def test_what_no_signal_depends_on_makes_no_condition() -> None:
    task = get("delay_go")
    told_apart = task.replace(factors=(*task.factors, Factor("label", Choice((1, 2, 3)))))
    assert len(exemplars(told_apart) or ()) == len(exemplars(task) or ()) == 2


def test_a_comparison_of_a_drawn_number_makes_two_conditions() -> None:
    found = exemplars(get("go_nogo"))
    assert found is not None
    assert sorted(found.sample(0, 9, 10).factors["go"]) == [0, 1]


def test_a_task_of_one_condition_has_none() -> None:
    assert exemplars(get("sine_wave")) is None


@pytest.mark.parametrize("name", TASKS)
def test_every_task_of_the_catalogue_can_be_asked(name: str) -> None:
    found = exemplars(TASKS[name]())
    if found is not None:
        batch = found.sample(0, 4, 10)
        assert 2 <= batch.n_trials <= 4
        assert batch.task == TASKS[name]()

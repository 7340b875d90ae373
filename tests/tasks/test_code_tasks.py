"""Tasks that are Python code: trials, checks, scores, and that nothing calls them citable."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import rnnlab as rl
from rnnlab.spec import NotCitableError
from rnnlab.tasks import Batch, TaskSource
from rnnlab.tasks.adapters import FunctionTask

NAMES: dict[str, Any] = {"inputs": ["side", "rule"], "outputs": ["answer"]}


def pro_or_anti(n_trials: int, dt: float, rng: np.random.Generator, noise: bool = True) -> dict[str, Any]:
    """The answer is the product of two inputs; the second half of 500 ms is judged."""
    side, rule = rng.choice([-1.0, 1.0], size=(2, n_trials))
    n_steps = round(500 / dt)
    clean = np.repeat(np.stack([side, rule], axis=1)[:, None], n_steps, axis=1)
    mask = np.zeros((n_trials, n_steps))
    mask[:, n_steps // 2 :] = 1
    return {
        "inputs": clean + noise * rng.normal(size=clean.shape),
        "targets": np.repeat((side * rule)[:, None, None], n_steps, axis=1),
        "mask": mask,
        "factors": {"rule": rule},
        "epochs": {"look": (0, n_steps // 2), "answer": (n_steps // 2, n_steps)},
    }


def made(function: Any = pro_or_anti, **settings: Any) -> FunctionTask:
    return rl.tasks.from_function("pro or anti", function, **(NAMES | settings))


def returning(**changes: Any) -> FunctionTask:
    """A task whose function returns something else in places; None leaves a part out."""

    def function(n_trials: int, dt: float, rng: np.random.Generator) -> dict[str, Any]:
        parts = pro_or_anti(n_trials, dt, rng) | changes
        return {name: value for name, value in parts.items() if value is not None}

    return made(function)


def test_trials_are_a_batch_as_any_other() -> None:
    task = made(epochs=["look", "answer"])
    batch = task.sample(n_trials=6, dt=10, seed=3)
    assert isinstance(batch, Batch) and isinstance(task, TaskSource)
    assert batch.inputs.shape == (6, 50, 2) and batch.targets.shape == batch.mask.shape == (6, 50, 1)
    assert all(a.dtype == np.float32 and a.flags.c_contiguous for a in (batch.inputs, batch.targets, batch.mask))
    assert batch.mask.sum() == 6 * 25
    assert batch.epochs["answer"].tolist() == [[25, 50]] * 6
    assert set(batch.factors["rule"]) <= {-1.0, 1.0}
    assert batch[2].n_trials == 1 and "pro or anti" in repr(batch)


def test_a_catalogue_task_is_a_source_too() -> None:
    assert isinstance(rl.tasks.get("flip_flop"), TaskSource)


def test_seeds_decide_the_trials() -> None:
    task = made()
    one, again, other = (task.sample(8, 10, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.inputs, again.inputs)
    assert not np.array_equal(one.inputs, other.inputs)
    generator = np.random.default_rng(0)
    assert not np.array_equal(task.sample(8, 10, generator).inputs, task.sample(8, 10, generator).inputs)


def test_noise_can_be_left_out_where_the_function_knows_how() -> None:
    clean = made().sample(8, 10, seed=0, noise=False)
    assert set(np.unique(clean.inputs)) == {-1.0, 1.0}
    with pytest.raises(ValueError, match=r"noise.*cannot leave noise out; give it a keyword"):
        returning().sample(8, 10, noise=False)


def test_what_comes_after_a_trial_is_padding() -> None:
    batch = returning(lengths=np.array([50, 30, 40])).sample(3, 10)
    assert batch.lengths.tolist() == [50, 30, 40]
    assert not batch.inputs[1, 30:].any() and not batch.mask[1, 30:].any() and batch.inputs[0, 49].all()


def test_arrays_of_the_function_are_left_alone() -> None:
    kept = np.ones((2, 50, 2), dtype=np.float32)
    returning(inputs=kept, lengths=np.array([50, 30])).sample(2, 10)
    assert kept.all()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"inputs": None}, "inputs are missing; give .* = \\(4, any, 2\\)"),
        ({"inputs": np.zeros((4, 50, 3))}, "inputs have shape \\(4, 50, 3\\)"),
        ({"targets": np.zeros((4, 49, 1))}, "targets have shape"),
        ({"inputs": np.full((4, 50, 2), np.nan)}, "inputs has values that are not finite"),
        ({"inputs": [["a"]]}, "not an array of numbers"),
        ({"mask": np.zeros((4, 50))}, "mask judges no step of trial 0"),
        ({"mask": np.ones((4, 7))}, "mask has shape"),
        ({"mask": -np.ones((4, 50))}, "negative"),
        ({"factors": {"rule": [1.0]}}, "factor 'rule' has shape"),
        ({"factors": {"rule": ["a"] * 4}}, "factor 'rule' is not numbers"),
        ({"epochs": {"look": (0, 51)}}, "epoch 'look' leaves the trial"),
        ({"epochs": {"look": (0.5, 3.5)}}, "in whole steps"),
        ({"lengths": [0, 1, 2, 3]}, "lengths are no lengths"),
        ({"target": 1}, "'target' is no part of a batch; did you mean 'targets'"),
    ],
)
def test_what_makes_no_trials_is_refused_by_name(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        returning(**changes).sample(4, 10)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"function": 3}, "cannot be called"),
        ({"outputs": []}, "without outputs"),
        ({"inputs": ["a", "a"]}, "inputs: .* are not names that differ"),
        ({"chance": 0.5}, "goes with a scoring function"),
        ({"chance": 2, "scoring": lambda outputs, batch: 1}, "no share of trials"),
    ],
)
def test_definitions_that_cannot_be_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        made(**settings)


@pytest.mark.parametrize("arguments", [{"n_trials": 0}, {"n_trials": True}, {"n_trials": 2, "dt": 0}])
def test_arguments_that_cannot_be_are_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"n_trials|dt"):
        made().sample(**arguments)


def test_scoring_by_a_kind_of_the_language() -> None:
    task = made()
    batch = task.sample(16, 10)
    assert task.score(batch.targets, batch).accuracy == 1
    assert task.score(-batch.targets, batch).accuracy == 0
    with pytest.raises(ValueError, match="does not fit the batch"):
        task.score(batch.targets[:, :-1], batch)


def sign_at_the_end(outputs: NDArray, batch: Batch) -> NDArray:
    return np.sign(outputs[:, -1, 0]) == np.sign(batch.targets[:, -1, 0])


def test_scoring_by_a_function() -> None:
    task = made(scoring=sign_at_the_end)
    batch = task.sample(16, 10)
    score = task.score(batch.targets, batch)
    assert score.accuracy == 1 and score.choices is None and score.chance == 0
    assert made(scoring=sign_at_the_end, chance=0.5).score(batch.targets, batch).chance == 0.5
    with pytest.raises(ValueError, match="gave shape"):
        made(scoring=lambda outputs, batch: [0.5]).score(batch.targets, batch)


def test_it_is_not_citable_and_says_so() -> None:
    task = made()
    for ask in (task.to_json, lambda: task.digest):
        with pytest.raises(NotCitableError, match=r"'pro or anti' is Python code.*compose it as an rnnlab Task"):
            ask()
    assert "not citable" in repr(task) and "not citable" in task._repr_html_()

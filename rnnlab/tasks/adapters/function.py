"""`from_function`: a function of a whole batch as a task."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnlab.tasks.batch import Batch
from rnnlab.tasks.code import CodeTask
from rnnlab.tasks.scoring import AnyScoring, LargestMean, Score, WithinTolerance

Trials = Callable[..., Mapping[str, Any]]
Judge = Callable[[NDArray[np.floating], Batch], ArrayLike]


def from_function(
    name: str,
    function: Trials,
    *,
    inputs: Sequence[str],
    outputs: Sequence[str],
    epochs: Sequence[str] = (),
    scoring: AnyScoring | Judge | None = None,
    chance: float | None = None,
    description: str = "",
) -> FunctionTask:
    """A task that is a function of yours, for what the task language cannot say.

    It trains, is simulated and scored like any other task, but no file can hold it: it has no JSON and no digest.

    Args:
        name: a short name.
        function: called as ``function(n_trials, dt, rng)``, draws a whole batch with the generator ``rng`` (and with
            nothing else, so that trials can be repeated) and returns a dict of arrays: ``inputs`` (trial, time, input)
            and ``targets`` (trial, time, output); where wanted ``mask``, ``factors``, ``epochs`` and ``lengths``, see
            `rnnlab.tasks.assemble.assemble`. ``dt`` is the time step in ms. If it takes a keyword ``noise``, it is
            called with ``noise=False`` where trials without noise on their inputs are wanted.
        inputs, outputs: names of the channels.
        epochs: names of the stretches of a trial.
        scoring: how answers are judged: one of the kinds a `Task` has, or a function of ``(outputs, batch)`` that
            returns how right each trial is, in [0, 1], (trial,). By default `LargestMean` where there are several
            outputs, else `WithinTolerance`.
        chance: accuracy of a network that knows nothing, for a scoring function; by default what silence scores.
        description: what the animal does.

    Raises:
        ValueError: an argument is not usable.

    Example:
        >>> def pro_or_anti(n_trials, dt, rng):
        ...     side, rule = rng.choice([-1.0, 1.0], size=(2, n_trials))
        ...     inputs = np.repeat(np.stack([side, rule], axis=1)[:, None], int(500 / dt), axis=1)
        ...     return {"inputs": inputs, "targets": inputs[:, :, :1] * inputs[:, :, 1:], "factors": {"rule": rule}}
        >>> task = from_function("pro or anti", pro_or_anti, inputs=["side", "rule"], outputs=["answer"])
        >>> task.sample(n_trials=8, dt=10, seed=0).targets.shape
        (8, 50, 1)
    """
    if not callable(function):
        raise ValueError(f"function: {function!r} cannot be called; give a function of (n_trials, dt, rng)")
    if scoring is None:
        scoring = LargestMean() if not isinstance(outputs, str) and len(outputs) > 1 else WithinTolerance()
    if chance is not None and not callable(scoring):
        raise ValueError("chance: goes with a scoring function; the kinds of scoring know theirs")
    if chance is not None and not 0 <= chance <= 1:
        raise ValueError(f"chance: {chance!r} is no share of trials; give a number from 0 to 1")
    return FunctionTask(name, function, inputs, outputs, epochs, scoring, chance, description)


class FunctionTask(CodeTask):
    """What `from_function` makes."""

    def __init__(
        self,
        name: str,
        function: Trials,
        inputs: Sequence[str],
        outputs: Sequence[str],
        epochs: Sequence[str],
        scoring: AnyScoring | Judge,
        chance: float | None,
        description: str,
    ) -> None:
        super().__init__(name, inputs, outputs, epochs, description)
        self._function = function
        self._scoring = scoring
        self._chance = chance
        self._knows_noise = _takes(function, "noise")

    def draw(self, n_trials: int, dt: float, rng: np.random.Generator, *, noise: bool) -> Mapping[str, Any]:
        if self._knows_noise:
            return self._function(n_trials, dt, rng, noise=noise)
        if not noise:
            problem = f"the function of task {self.name!r} cannot leave noise out"
            raise ValueError(f"noise: {problem}; give it a keyword argument 'noise' to heed")
        return self._function(n_trials, dt, rng)

    def judge(self, outputs: NDArray[np.floating], batch: Batch) -> Score:
        if not callable(self._scoring):
            return self._scoring.score(outputs, batch)
        correct = self._shares(self._scoring, outputs, batch)
        silence = np.zeros_like(outputs)
        chance = float(self._shares(self._scoring, silence, batch).mean()) if self._chance is None else self._chance
        return Score(float(correct.mean()), correct, None, chance)

    def _shares(self, judge: Judge, outputs: NDArray[np.floating], batch: Batch) -> NDArray[np.float64]:
        correct = np.asarray(judge(outputs, batch), dtype=np.float64)
        if correct.shape != (batch.n_trials,) or not ((correct >= 0) & (correct <= 1)).all():
            wanted = f"({batch.n_trials},) numbers from 0 to 1"
            raise ValueError(f"scoring: of task {self.name!r} gave shape {correct.shape}; return {wanted}")
        return correct


def _takes(function: Trials, keyword: str) -> bool:
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):  # some callables written in C do not tell
        return False
    return keyword in parameters or any(p.kind is p.VAR_KEYWORD for p in parameters.values())

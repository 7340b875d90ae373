"""`from_psychrnn`: a task class written for PsychRNN, run as it is (Ehrlich et al., eNeuro 2021)."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnlab.tasks.adapters.legacy_random import seeded
from rnnlab.tasks.batch import Batch
from rnnlab.tasks.code import CodeTask
from rnnlab.tasks.scoring import LargestMean, Score, WithinTolerance

BATCH = 1
"""The number of the batch that `generate_trial_params` is told: trials depend on the seed alone."""


class SlowTaskWarning(UserWarning):
    """A task calls Python once for every step of every trial."""


def from_psychrnn(task: Any, name: str = "") -> PsychRNNTask:
    """A PsychRNN task as a task source, unchanged. It is slow, and warns of it once: a Python call per time step.

    Needed are the methods ``generate_trial_params(batch, trial)`` and ``trial_function(time, params)``, and the
    attributes ``dt`` and ``T`` (ms) or ``N_steps``; a subclass of ``psychrnn.tasks.task.Task`` has them. Random numbers
    come from NumPy's (and Python's) global generators, seeded for each batch and put back afterwards. The time step is
    the object's own: a network for it has the same ``dt``. Numbers among the parameters of a trial are its factors.

    Where there is an ``accuracy_function`` it is asked trial by trial; otherwise the largest mean output counts, or for
    a single output the share of steps within 0.5 of the target. Chance is what silence scores on the same trials. A
    trial that is over before its mask begins, as some of PsychRNN's are, is kept and never right.

    Args:
        task: the object.
        name: a short name; by default that of its class.

    Raises:
        ValueError: something needed is missing, or a trial is not what it should be.

    Example:
        >>> import warnings
        >>> class Copy:
        ...     dt, T = 10, 200
        ...     def generate_trial_params(self, batch, trial):
        ...         return {"side": np.random.choice([-1, 1])}
        ...     def trial_function(self, time, params):
        ...         return [params["side"]], [params["side"]], [time >= 100]
        >>> with warnings.catch_warnings():
        ...     warnings.simplefilter("ignore")
        ...     copy = from_psychrnn(Copy())
        >>> copy.sample(n_trials=4, dt=10, seed=0).mask.sum(axis=(1, 2))
        array([10., 10., 10., 10.], dtype=float32)
    """
    converted = PsychRNNTask(task, name or type(task).__name__)
    calls = f"{converted.n_steps} Python calls a trial"
    warnings.warn(
        f"{converted.name}: {calls} make it slow; the same task composed in rnnlab is drawn some hundred times faster",
        SlowTaskWarning,
        stacklevel=2,
    )
    return converted


class PsychRNNTask(CodeTask):
    """What `from_psychrnn` makes.

    Attributes:
        task: the object from PsychRNN.
        dt: its time step, ms.
        n_steps: steps of a trial.
    """

    def __init__(self, task: Any, name: str) -> None:
        self.task = task
        for method in ("generate_trial_params", "trial_function"):
            if not callable(getattr(task, method, None)):
                raise ValueError(f"task: {type(task).__name__} has no method {method}; give an object, as PsychRNN has")
        self.dt = _positive(task, "dt")
        self.n_steps = int(_positive(task, "N_steps")) if hasattr(task, "N_steps") else self._steps()
        with seeded(np.random.default_rng(0)):
            step = self._step(0, task.generate_trial_params(BATCH, 0))
        n_inputs, n_outputs = len(step[0]), len(step[1])
        super().__init__(
            name,
            [f"input_{i}" for i in range(n_inputs)],
            [f"output_{i}" for i in range(n_outputs)],
            description=(type(task).__doc__ or "").strip().split("\n")[0],
        )

    def _steps(self) -> int:
        return math.ceil(_positive(self.task, "T") / self.dt)

    def _step(self, step: int, params: Any) -> list[NDArray[np.float64]]:
        """Input, target and mask of one step."""
        given = self.task.trial_function(step * self.dt, params)
        if not isinstance(given, Sequence) or len(given) != 3:
            raise ValueError(f"trial_function: of {type(self.task).__name__} returned no (input, target, mask)")
        return [np.atleast_1d(np.asarray(part, dtype=np.float64)) for part in given]

    unjudged = True

    def check_time_step(self, dt: float) -> None:
        if dt != self.dt:
            remedy = f"give dt={self.dt:g} (a network's dt, too) or make the object with dt={dt:g}"
            raise ValueError(f"dt: {dt:g} ms, but {self.name!r} has steps of {self.dt:g} ms; {remedy}")

    def draw(self, n_trials: int, dt: float, rng: np.random.Generator, *, noise: bool) -> Mapping[str, Any]:
        if not noise:
            problem = "its noise is inside trial_function and cannot be left out"
            raise ValueError(f"noise: {self.name!r}: {problem}; make the object without noise, and give noise=True")
        with seeded(rng):
            trials = [self._trial(trial) for trial in range(n_trials)]
        inputs, targets, mask = (np.array([trial[i] for trial in trials]) for i in range(3))
        return {"inputs": inputs, "targets": targets, "mask": mask, "factors": numbers([t[3] for t in trials])}

    def _trial(self, trial: int) -> tuple[NDArray, NDArray, NDArray, Any]:
        params = self.task.generate_trial_params(BATCH, trial)
        inputs = np.empty((self.n_steps, self.n_inputs))
        targets, mask = np.empty((2, self.n_steps, self.n_outputs))
        for i in range(self.n_steps):
            inputs[i], targets[i], mask[i] = self._step(i, params)
        return inputs, targets, mask, params

    def judge(self, outputs: NDArray[np.floating], batch: Batch) -> Score:
        correct = self._shares(outputs, batch)
        if correct is None:
            fallback = LargestMean() if self.n_outputs > 1 else WithinTolerance()
            return fallback.score(outputs, batch)
        silence = self._shares(np.zeros_like(outputs), batch)
        chance = 0.0 if silence is None else float(silence.mean())
        return Score(float(correct.mean()), correct, None, chance)

    def _shares(self, outputs: NDArray[np.floating], batch: Batch) -> NDArray[np.float64] | None:
        """What `accuracy_function` says of each trial alone; None where the class has none (or it says nothing)."""
        judge = getattr(self.task, "accuracy_function", None)
        if not callable(judge):
            return None
        rows = [slice(i, i + 1) for i in range(batch.n_trials)]
        shares = [judge(batch.targets[row], outputs[row], batch.mask[row]) for row in rows]
        if all(share is None for share in shares):
            return None
        correct = np.array(shares, dtype=np.float64)
        if correct.shape != (batch.n_trials,) or not ((correct >= 0) & (correct <= 1)).all():
            raise ValueError(f"accuracy_function: of {type(self.task).__name__} must return a number from 0 to 1")
        return correct * (batch.mask > 0).any(axis=(1, 2))


def numbers(trials: Sequence[Any]) -> dict[str, NDArray[np.float64]]:
    """The single numbers among the parameters of trials, name -> (trial,); not a number where a trial lacks one."""
    tables = [trial if isinstance(trial, Mapping) else {} for trial in trials]
    names = dict.fromkeys(name for table in tables for name, value in table.items() if _is_number(value))
    return {str(name): np.array([_number(table.get(name)) for table in tables]) for name in names}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.integer | np.floating | np.bool_)


def _number(value: Any) -> float:
    return float(value) if _is_number(value) else np.nan


def _positive(task: Any, attribute: str) -> float:
    value = getattr(task, attribute, None)
    if not 0 < _number(value) < math.inf:
        wanted = "ms" if attribute in ("dt", "T") else "steps"
        raise ValueError(f"task: {type(task).__name__}.{attribute} is {value!r}; give a positive number of {wanted}")
    return _number(value)

"""`CodeTask`: a task that is Python code. It trains and is scored like any other, but cannot be cited."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnlab.spec import Live
from rnnlab.tasks.assemble import assemble
from rnnlab.tasks.batch import Batch, facts_table
from rnnlab.tasks.scoring import Score
from rnnlab.tasks.streams import Seed, Streams


class CodeTask(Live):
    """Base of tasks that are Python code: a function of yours, a class from PsychRNN, an environment of NeuroGym.

    Such a task gives trials, trains a network (`rnnlab.Experiment` takes it) and scores it. It has no JSON, digest or
    script: asking for one raises `rnnlab.spec.NotCitableError`. A run trained on it keeps its name and channels only;
    give the task again to draw new trials: ``rl.load(path, task=task)``.

    Attributes:
        name, description: as in a `Task`.
        input_names, output_names: of the channels.
        epoch_names: of the stretches of a trial, as far as they are known before one is drawn.
    """

    unjudged = False
    """Whether single trials may have an empty mask; they can be neither learned from nor right."""

    def __init__(
        self,
        name: str,
        inputs: Sequence[str],
        outputs: Sequence[str],
        epochs: Sequence[str] = (),
        description: str = "",
    ) -> None:
        self.name = name
        self.description = description
        self.input_names = _distinct("inputs", inputs)
        self.output_names = _distinct("outputs", outputs)
        self.epoch_names = _distinct("epochs", epochs)
        if not self.output_names:
            raise ValueError("outputs: a task without outputs cannot be learned; name at least one")

    # ------------------------------------------------------------------------------------------- for subclasses

    @abstractmethod
    def draw(self, n_trials: int, dt: float, rng: np.random.Generator, *, noise: bool) -> Mapping[str, Any]:
        """Arrays of fresh trials by the names of `Batch`'s attributes; see `rnnlab.tasks.assemble.assemble`."""

    @abstractmethod
    def judge(self, outputs: NDArray[np.floating], batch: Batch) -> Score:
        """Score outputs that have the shape of the batch's targets."""

    def check_time_step(self, dt: float) -> None:
        """Raise ValueError where trials cannot be drawn in steps of ``dt`` ms."""

    # ------------------------------------------------------------------------------------------------ for users

    @property
    def n_inputs(self) -> int:
        return len(self.input_names)

    @property
    def n_outputs(self) -> int:
        return len(self.output_names)

    def sample(self, n_trials: int, dt: float = 10, seed: Seed = 0, *, noise: bool = True) -> Batch:
        """Trials as arrays; the arguments are those of `Task.sample`.

        Raises:
            ValueError: an argument is not usable, or the task's code gave arrays that make no trials.
        """
        if not isinstance(n_trials, int | np.integer) or isinstance(n_trials, bool) or n_trials < 1:
            raise ValueError(f"n_trials: {n_trials!r} is no number of trials; give a whole number from 1")
        if not isinstance(dt, int | float | np.number) or not 0 < dt < math.inf:
            raise ValueError(f"dt: {dt!r} is no time step; give a positive number of ms")
        self.check_time_step(float(dt))
        given = self.draw(int(n_trials), float(dt), Streams(seed)["trials"], noise=noise)
        return assemble(self, given, int(n_trials), float(dt), unjudged=self.unjudged)

    def score(self, outputs: NDArray[np.floating], batch: Batch) -> Score:
        """Which trials ``outputs``, (trial, time, output), got right.

        Raises:
            ValueError: ``outputs`` has not the shape of the batch's targets.
        """
        outputs = np.asarray(outputs)
        if outputs.shape != batch.targets.shape:
            wanted = f"give (trial, time, output) = {batch.targets.shape}"
            raise ValueError(f"outputs: shape {outputs.shape} does not fit the batch; {wanted}")
        return self.judge(outputs, batch)

    def to_json(self, indent: int | None = 2) -> str:
        """There is none: raises `NotCitableError`."""
        raise self.not_citable()

    @property
    def digest(self) -> str:
        """There is none: raises `NotCitableError`."""
        raise self.not_citable()

    def _facts(self) -> dict[str, str]:
        return {
            "inputs": ", ".join(self.input_names),
            "outputs": ", ".join(self.output_names),
            "epochs": " > ".join(self.epoch_names),
            "note": "Python code, not citable",
        }

    def __repr__(self) -> str:
        facts = "; ".join(f"{name}: {text}" for name, text in self._facts().items() if text)
        return f"{type(self).__name__}({self.name}; {facts})"

    def _repr_html_(self) -> str:
        return facts_table(self.name, self._facts())


class MissingTask(CodeTask):
    """What a saved run keeps of the `CodeTask` it was trained on: its names. It has no trials."""

    def draw(self, n_trials: int, dt: float, rng: np.random.Generator, *, noise: bool) -> Mapping[str, Any]:
        raise self._gone()

    def judge(self, outputs: NDArray[np.floating], batch: Batch) -> Score:
        raise self._gone()

    def _gone(self) -> ValueError:
        return ValueError(
            f"task: {self.name!r} was Python code and is not in the run's folder; make it again and hand it over: "
            "rl.load(path, task=task), rl.resume(path, task=task)"
        )

    def names(self) -> dict[str, Any]:
        """What a run's folder keeps."""
        return {
            "name": self.name,
            "description": self.description,
            "inputs": list(self.input_names),
            "outputs": list(self.output_names),
            "epochs": list(self.epoch_names),
        }

    @classmethod
    def of(cls, task: CodeTask) -> MissingTask:
        """The names of a task."""
        return cls(task.name, task.input_names, task.output_names, task.epoch_names, task.description)


def _distinct(argument: str, names: Sequence[str]) -> tuple[str, ...]:
    found = (names,) if isinstance(names, str) else tuple(names)
    wrong = not all(isinstance(name, str) and name for name in found)
    if wrong or len(set(found)) < len(found):
        raise ValueError(f"{argument}: {found!r} are not names that differ; give a list of different words")
    return found

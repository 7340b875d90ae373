"""`Agenda`: what of an experiment is carried out at one moment of its training."""

from __future__ import annotations

from rnnlab.runs.experiment import Experiment
from rnnlab.runs.steering import in_force
from rnnlab.tasks import Curriculum

REMEMBERED = 4
"""Moments whose experiments are held: an evaluation looks one update back."""


class Agenda:
    """Says what is trained at each update: the experiment as steered by then, with the task of the stage.

    The same object is returned for the same state of affairs, so that a change is noticed by ``is``.
    """

    def __init__(self, experiment: Experiment) -> None:
        self._experiment = experiment
        self._made: dict[tuple[float, ...], Experiment] = {}

    def at(self, update: int, stage: int) -> Experiment:
        """What the update that follows ``update`` done ones carries out; its task is no curriculum."""
        moment = (float(stage), *self._reached(update))
        if moment not in self._made:
            self._made[moment] = _staged(in_force(self._experiment, update), stage)
            while len(self._made) > REMEMBERED:
                del self._made[next(iter(self._made))]
        return self._made[moment]

    def _reached(self, update: int) -> list[float]:
        """How far each change is; below 0 before it begins."""
        return [-1.0 if update < change.update else change.reached(update) for change in self._experiment.steering]


def _staged(experiment: Experiment, stage: int) -> Experiment:
    task = experiment.task
    return experiment.replace(task=task.stages[stage].task) if isinstance(task, Curriculum) else experiment

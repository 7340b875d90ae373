"""`Agenda`: what of an experiment is carried out at one moment of its training."""

from __future__ import annotations

from rnnlab.runs.experiment import Experiment
from rnnlab.tasks import Curriculum


class Agenda:
    """Says, for each stage, what is trained: the experiment with the task of that stage.

    The same object is returned for the same moment, so that a change is noticed by ``is``.
    """

    def __init__(self, experiment: Experiment) -> None:
        self._experiment = experiment
        self._made: dict[int, Experiment] = {}

    def at(self, stage: int) -> Experiment:
        """The experiment of the moment; its task is no curriculum."""
        if stage not in self._made:
            self._made = {stage: self._staged(stage)}
        return self._made[stage]

    def _staged(self, stage: int) -> Experiment:
        experiment, task = self._experiment, self._experiment.task
        return experiment.replace(task=task.stages[stage].task) if isinstance(task, Curriculum) else experiment

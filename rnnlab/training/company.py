"""Networks of one description that are trained side by side: one pass finds the gradients of all.

At small batches a training spends its time on calling products of small matrices, one step after the other. Several
networks share these calls: a batched product costs little more than a single one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import torch
from torch import Tensor

from rnnlab.networks import LeakyRNN
from rnnlab.runs import Experiment
from rnnlab.training.bptt import NAMES, LeakyEngine
from rnnlab.training.flat import differentiate
from rnnlab.training.learner import Learner
from rnnlab.training.noise import JointNoise
from rnnlab.training.trainer import Lesson, Trainer


class SideBySide:
    """Trainers that go from update to update together.

    The first of them to come to an update has the gradients of all that stand there found at once, with the parameters
    they have; each takes its own step when it comes there itself. Nothing of one reaches another, and one that cannot
    go along (a penalty, another engine, other settings by now) learns alone.
    """

    def __init__(self) -> None:
        self._members: list[Trainer] = []
        self._found: dict[int, tuple[Experiment, int, Lesson]] = {}
        self._engine: LeakyEngine | None = None
        self._network: LeakyRNN | None = None

    @contextmanager
    def with_(self, trainer: Trainer) -> Iterator[None]:
        """Have a trainer among them for as long as the context lasts."""
        self._members.append(trainer)
        trainer.company = self
        try:
            yield
        finally:
            trainer.company = None
            self._members.remove(trainer)
            self._found.pop(id(trainer), None)

    def lesson(self, trainer: Trainer) -> Lesson:
        """What the trainer's update to come learns from."""
        if not self._is_found(trainer):
            self._find(trainer)
        found = self._found.pop(id(trainer), None)
        return trainer.lesson() if found is None else found[2]

    def _is_found(self, trainer: Trainer) -> bool:
        experiment, update, _ = self._found.get(id(trainer), (None, -1, None))
        return experiment is trainer.settled and update == trainer.update

    def _find(self, first: Trainer) -> None:
        """The gradients of all that stand where ``first`` does and learn as it does."""
        self._found.clear()
        others = [member for member in self._members if member is not first and _go_along(first, member)]
        network = first.learner.network
        if not others or not first.learner.joins or not isinstance(network, LeakyRNN):
            return
        members = [first, *others]
        lessons = [member.lesson() for member in members]
        found = find_together(self._engine_of(network), [member.learner for member in members], lessons)
        for member, lesson, losses in zip(members, lessons, found, strict=True):
            if member.settled is not None:
                self._found[id(member)] = member.settled, member.update, replace(lesson, found=(losses, 0.0))

    def _engine_of(self, network: LeakyRNN) -> LeakyEngine:
        if self._engine is None or self._network != network:
            self._engine, self._network = LeakyEngine(network), network
        return self._engine


def _go_along(one: Trainer, other: Trainer) -> bool:
    """Whether two trainers stand at the same update of the same network and training."""
    a, b = one.settled, other.settled
    if a is None or b is None or one.update != other.update or not other.learner.joins:
        return False
    return a.network == b.network and a.training == b.training


def find_together(engine: LeakyEngine, learners: Sequence[Learner], lessons: Sequence[Lesson]) -> list[float]:
    """Leave in each learner's ``parameters.gradient`` that of its own loss; returns the losses.

    Trials of different lengths are filled up at their end with steps that nothing looks at.
    """
    for learner in learners:
        learner.parameters.gradient.zero_()
    effective = [learner.network.effective(learner.parameters.raw) for learner in learners]
    p = {name: torch.stack([arrays[name] for arrays in effective]) for name in NAMES}
    inputs, missing = _stacked([lesson.trials.inputs for lesson in lessons])
    noise = JointNoise(tuple(lesson.noise for lesson in lessons), missing)
    losses = [
        learner.loss(engine.ends(_first_steps(own, lesson.trials.n_steps)), lesson.trials.targets, lesson.trials.mask)
        for learner, own, lesson in zip(learners, engine.sums(p, inputs, noise), lessons, strict=True)
    ]
    differentiate(torch.stack(losses).sum())
    return [loss.item() for loss in losses]


def _first_steps(sums: Tensor, n_steps: int) -> Tensor:
    """Of (output, time, trial), in memory as they would be alone: what follows then comes to the same bits."""
    return sums if sums.shape[1] == n_steps else sums[:, :n_steps].clone()


def _stacked(inputs: Sequence[Tensor]) -> tuple[Tensor, tuple[int, ...]]:
    """Inputs (time, network, trial, input), and by how many steps each network's are shorter than the longest."""
    longest = max(map(len, inputs))
    first = inputs[0]
    whole = first.new_zeros(longest, len(inputs), *first.shape[1:])
    for k, own in enumerate(inputs):
        whole[: len(own), k] = own
    return whole, tuple(longest - len(own) for own in inputs)

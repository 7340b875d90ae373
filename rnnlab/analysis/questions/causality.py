"""Questions about causes: what is lost without a part of the network, and when it is needed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from rnnlab.analysis.lesions import Lesions, groups_of, lesions
from rnnlab.analysis.perturbation import Perturbation, perturbation
from rnnlab.analysis.questions import settings
from rnnlab.analysis.questions.question import Question
from rnnlab.analysis.questions.subject import Subject
from rnnlab.analysis.questions.units import TaskVarianceQuestion
from rnnlab.simulation import AnyIntervention, Clamp, Kick, Lesion, Protocol, Trajectory, pairs, simulate
from rnnlab.spec import quantity
from rnnlab.tasks import TaskSource


@dataclass(frozen=True)
class LesionsQuestion(Question):
    """What does behaviour lose without each part?"""

    controls = ("seed", "half_step", "no_noise", "untrained")

    of: Literal["units", "clusters", "areas", "signs"] = "units"
    """What is silenced, one after the other: each unit, each cluster by variance over epochs, each area, each sign."""
    n_trials: int = settings.trials(128)
    start: float | None = quantity(
        None, unit="ms", low=0, soft=(0, 2000), step=10, empty="the trial's start", help="When silence begins."
    )
    stop: float | None = quantity(
        None, unit="ms", above=0, soft=(0, 2000), step=10, empty="the trial's end", help="When it ends."
    )

    def check(self) -> None:
        if self.stop is not None and self.stop <= (self.start or 0.0):
            problem = f"{self.stop:g} ms is not after the start at {self.start or 0:g} ms"
            raise self.refuse("stop", problem, remedy="give a later stop")

    def ask(self, subject: Subject) -> Lesions:
        clusters = None
        if self.of == "clusters":
            clusters = np.asarray(TaskVarianceQuestion(n_trials=self.n_trials).ask(subject).cluster)
        return lesions(
            subject.network,
            groups_of(subject.network, self.of, clusters),
            subject.required_task(),
            self.n_trials,
            subject.seed,
            subject.noise,
            self.start,
            self.stop,
            subject.dt,
            subject.tell,
        )


@dataclass(frozen=True)
class PerturbationQuestion(Question):
    """What does behaviour become when something is done to some units for a while?"""

    controls = ("seed", "half_step", "no_noise", "untrained")
    cited = "protocol"

    how: Literal["silence", "clamp", "kick"] = "silence"
    """What is done: units are silenced, what they send is held at a level, or their state is pushed once, at the
    window's start."""
    units: tuple[int, ...] = field(default=(0,), metadata={"low": 0, "help": "Which units, counted from 0."})
    start: float = quantity(0.0, unit="ms", low=0, soft=(0, 2000), step=10, help="Where the window begins.")
    stop: float = quantity(500.0, unit="ms", above=0, soft=(0, 2000), step=10, help="Where it ends.")
    level: float = field(
        default=1.0,
        metadata={
            "soft": (-2, 2),
            "step": 0.1,
            "help": "What a clamped unit sends, or how far the state of one is pushed.",
            "only": {"how": ("clamp", "kick")},
        },
    )
    factor: str = settings.factor("What the curves are drawn against.")
    n_trials: int = settings.trials(512)

    def check(self) -> None:
        if not self.units:
            raise self.refuse("units", "none is given", remedy="name at least one, such as 0")
        if self.stop <= self.start:
            problem = f"{self.stop:g} ms is not after the start at {self.start:g} ms"
            raise self.refuse("stop", problem, remedy="give a later stop")

    def intervention(self) -> AnyIntervention:
        """What is done, as a description."""
        if self.how == "silence":
            return Lesion(self.units, start=self.start, stop=self.stop)
        if self.how == "clamp":
            return Clamp(self.units, value=self.level, start=self.start, stop=self.stop)
        return Kick(self.units, amount=self.level, start=self.start)

    def ask(self, subject: Subject) -> Perturbation:
        task = subject.required_task()
        protocol = Protocol(
            (self.intervention(),),
            n_trials=self.n_trials,
            trial_seed=subject.seed,
            trial_noise=subject.noise,
            seed=subject.seed if subject.noise else None,
            dt=subject.dt,
        )
        units = tuple(unit for unit in self.units if unit < subject.network.n_units)
        window = (self.start, self.stop)
        intact = self._intact(subject, protocol.replace(interventions=()), task)
        perturbed = simulate(subject.network, intact.batch, protocol.interventions, protocol.seed)
        return perturbation(pairs(intact, perturbed), protocol, units, window, self.factor)

    def _intact(self, subject: Subject, protocol: Protocol, task: TaskSource) -> Trajectory:
        """The trials without the intervention, which stay the same while a window moves."""
        key = (subject.network, protocol)
        known = subject.memo.get(("intact", self.n_trials))
        if known is None or known[0] != key:
            known = subject.memo["intact", self.n_trials] = key, protocol.run(subject.network, task)
        trajectory: Trajectory = known[1]
        return trajectory

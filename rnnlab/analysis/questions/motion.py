"""Questions about how states move: the flow, what drives slow directions, and whether differences grow."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis._grouped import levels
from rnnlab.analysis.fixed_points import fixed_points
from rnnlab.analysis.flow import Flow, flow, plane_of_modes, plane_through
from rnnlab.analysis.lyapunov import Lyapunov, lyapunov
from rnnlab.analysis.marked import Condition
from rnnlab.analysis.paths import typical_input
from rnnlab.analysis.questions import settings
from rnnlab.analysis.questions.question import Question
from rnnlab.analysis.questions.subject import Subject, Trials
from rnnlab.analysis.selection import Selection, selection
from rnnlab.spec import quantity
from rnnlab.tasks.references import names

MOST_STATES = 5000
"""States that a plane is laid through."""


@dataclass(frozen=True)
class FlowQuestion(Question):
    """Where does activity go, and how fast?"""

    controls = ("half_step", "untrained")

    n_trials: int = settings.trials(64)
    epoch: str = settings.epoch("Whose median input is held constant.")
    plane: Literal["components", "modes"] = "components"
    """Through state space: that of the first two principal components, or of the two slowest modes of the fixed point
    that is most stable."""
    n: int = quantity(24, low=2, high=200, soft=(8, 48), step=4, help="Grid points along each side.")

    def ask(self, subject: Subject) -> Flow:
        trials = replace(subject, noise=False).trials(self.n_trials)
        network, held = trials.trajectory.network, typical_input(trials.batch, self.epoch)
        states = trials.activity.states[:, : int(trials.batch.lengths.min())]
        if self.plane == "components":
            flat = states.reshape(-1, states.shape[2])
            plane = plane_through(flat[:: -(-len(flat) // MOST_STATES)])
        else:
            points = fixed_points(network, held, starts=trials.trajectory, n_starts=128, seed=subject.seed)
            if not points.n_points:
                raise ValueError("plane: no fixed point was found whose modes could span it; take components")
            plane = plane_of_modes(points)
        return flow(network, plane, held, spread=states, factors=trials.batch.factors, n=self.n)


@dataclass(frozen=True)
class SelectionQuestion(Question):
    """Which inputs move the state along its slow direction?"""

    controls = ("half_step", "untrained")

    n_trials: int = settings.trials(64)
    epoch: str = settings.epoch("Whose median input is held constant.")
    factor: str = names("factor", "", help="What makes contexts, each with its own input.", empty="one context")
    slow: float = settings.slow(0.01)
    n_starts: int = settings.starts(help="Starts of each search.")

    def ask(self, subject: Subject) -> Selection:
        trials = replace(subject, noise=False).trials(self.n_trials)
        network, found = trials.trajectory.network, {}
        contexts = self._contexts(trials)
        for name, (held, _) in subject.each(list(contexts.items())):
            found[name] = fixed_points(
                network, held, starts=trials.trajectory, n_starts=self.n_starts, slow=self.slow, seed=subject.seed
            )
        of = tuple(condition for _, condition in contexts.values() if condition is not None)
        return selection(found, conditions=of)

    def _contexts(self, trials: Trials) -> dict[str, tuple[NDArray[np.float64], Condition | None]]:
        """Name -> the input that is held, and which trials it is typical of; None for all."""
        if not self.factor:
            return {"": (typical_input(trials.batch, self.epoch), None)}
        name = settings.chosen_factor(trials.batch, self.factor)
        values = trials.batch.factors[name]
        groups = levels(name, values)
        found: dict[str, tuple[NDArray[np.float64], Condition | None]] = {}
        for k, level in enumerate(groups.names):
            of = groups.of == k
            held = typical_input(trials.batch, self.epoch, of)
            found[f"{settings.words(name)} {level}"] = held, Condition.spanning(name, values[of])
        return found


@dataclass(frozen=True)
class LyapunovQuestion(Question):
    """Do small differences grow or die?"""

    controls = ("seed", "half_step", "untrained")

    n_trials: int = settings.trials(16)
    given: Literal["trials", "constant"] = "trials"
    """The input: that of trials, one after the other, or the median over an epoch, held."""
    epoch: str = settings.epoch("Whose median input is held, where it is constant.")
    n_steps: int = quantity(1000, low=10, high=100_000, soft=(200, 5000), step=100, help="Steps that are measured.")
    n_exponents: int = quantity(10, low=1, high=10_000, soft=(1, 100), step=1, help="Exponents, at most.")

    def ask(self, subject: Subject) -> Lyapunov:
        trials = subject.trials(self.n_trials)
        batch = trials.batch
        network, settle = trials.trajectory.network, self.n_steps // 4
        count = min(self.n_exponents, network.n_states)
        if self.given == "constant":
            held = typical_input(trials.batch, self.epoch)
            return lyapunov(network, held, n_steps=self.n_steps, n_settle=settle, n_exponents=count)
        course = np.asarray(batch.inputs[trials.inside], float)
        repeated = np.resize(course, (self.n_steps + settle, course.shape[1]))
        return lyapunov(network, repeated, n_settle=settle, n_exponents=count)

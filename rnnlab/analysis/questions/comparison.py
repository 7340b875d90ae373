"""Questions that lay things side by side: activity beside activity, fixed points beside fixed points."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis.dynamical_similarity import Compared, DynamicalSimilarity, dynamical_similarity
from rnnlab.analysis.fixed_points import FixedPoints, fixed_points
from rnnlab.analysis.paths import typical_input
from rnnlab.analysis.questions import settings
from rnnlab.analysis.questions.lined_up import LinedUp, lined_up
from rnnlab.analysis.questions.question import Question
from rnnlab.analysis.questions.subject import Subject, Trials
from rnnlab.analysis.similarity import Measure, Similarity, similarity
from rnnlab.analysis.topology import Topology, topology
from rnnlab.networks import Network
from rnnlab.simulation import simulate
from rnnlab.spec import quantity

MOST_SAMPLES = 4000
"""Steps that are compared, evenly chosen among all."""


@dataclass(frozen=True)
class SimilarityQuestion(Question):
    """How alike is the activity to what goes in, to what comes out, and to what it was before training?

    Or else: how alike is the activity of several networks?
    """

    controls = ("seed", "no_noise")

    n_trials: int = settings.trials(64)
    epoch: str = settings.epoch()
    between: Literal["stages", "networks"] = "stages"
    """What is compared: inputs, activity before and after training, outputs; or the activity of several networks."""
    measure: Measure = "procrustes"
    """Of likeness: the angle left after the best rotation; centred kernel alignment, plain or without the bias of few
    samples; or the correlation of distances."""

    def ask(self, subject: Subject) -> Similarity:
        trials = subject.trials(self.n_trials)
        where = trials.inside & trials.batch.window(self.epoch) if self.epoch else trials.inside
        samples = np.flatnonzero(where.ravel())
        if len(samples) < 4:
            raise ValueError(f"epoch: {len(samples)} steps in {settings.words(self.epoch)}; choose another")
        kept = samples[:: -(-len(samples) // MOST_SAMPLES)]
        shown = _of_networks(subject, trials) if self.of_several else _stages(subject, trials)
        flat = {name: array.reshape(-1, array.shape[2])[kept] for name, array in shown.items() if array.shape[2]}
        return similarity(flat, self.measure)

    @property
    def of_several(self) -> bool:
        return self.between == "networks"


def _stages(subject: Subject, trials: Trials) -> dict[str, NDArray[Any]]:
    """(trial, time, channel) what goes in, the activity before and after training, and what comes out."""
    before = _before(subject, trials)
    shown = {"inputs": trials.batch.inputs, "activity": trials.activity.rates}
    shown |= {} if before is None else {"before training": before}
    return shown | {"outputs": trials.activity.outputs}


def _of_networks(subject: Subject, trials: Trials) -> dict[str, NDArray[Any]]:
    """(trial, time, unit) the rates of each of several networks on the same trials."""
    seed = subject.seed if subject.noise else None
    rates = {"shown": trials.activity.rates}
    for name, network in beside(subject).items():
        rates[name] = simulate(network, trials.batch, seed=seed).lasting(name).rates
    before = _before(subject, trials)
    return rates | ({} if before is None else {"before training": before})


def beside(subject: Subject) -> dict[str, Network]:
    """The networks that a subject is compared with.

    Raises:
        ValueError: there are none, or one was made for another task.
    """
    wanted = subject.network.n_inputs, subject.network.n_outputs
    for name, network in subject.others.items():
        if (network.n_inputs, network.n_outputs) != wanted:
            has = (
                f"{network.n_inputs} inputs and {network.n_outputs} outputs, the one shown {wanted[0]} and {wanted[1]}"
            )
            raise ValueError(f"others: {name} has {has}; compare networks of one task")
    if not subject.others and (subject.untrained is None or subject.untrained == subject.network):
        raise ValueError("others: there is no other network to compare with; name one or more runs")
    return dict(subject.others)


def _before(subject: Subject, trials: Trials) -> NDArray[Any] | None:
    """(trial, time, unit) what the untrained network did on the same trials, where that is known."""
    if subject.untrained is None or subject.untrained == subject.network:
        return None
    seed = subject.seed if subject.noise else None
    return simulate(subject.untrained, trials.batch, seed=seed).lasting("before training").rates


@dataclass(frozen=True)
class DynamicalSimilarityQuestion(Question):
    """How alike are the dynamics of the activity to those of other trials, of what goes in, and to before training?

    Or else: how alike are the dynamics of several networks?
    """

    controls = ("seed", "no_noise")

    n_trials: int = settings.trials(64)
    epoch: str = settings.epoch("From whose start on trials are lined up.")
    between: Literal["stages", "networks"] = "stages"
    """What is compared: inputs, outputs and activity, also of other trials and before training; or several networks."""
    compared: Compared = "eigenvalues"
    """Of the linear fits: their eigenvalues, or the operators up to an orthogonal change of coordinates (slower)."""
    n_delays: int = quantity(10, low=1, high=200, soft=(1, 30), step=1, unit="steps", help="What a fit sees at a time.")
    rank: int = quantity(10, low=1, high=200, soft=(2, 50), step=1, help="Dimensions of the fits, at most.")

    def ask(self, subject: Subject) -> DynamicalSimilarity:
        trials = subject.trials(self.n_trials)
        lined = lined_up(trials, self.epoch)
        shown = self._networks(subject, trials, lined) if self.of_several else self._stages(subject, trials, lined)
        moving = {name: array for name, array in shown.items() if len(array) and np.ptp(array) > 0}
        return dynamical_similarity(moving, self.n_delays, self.rank, self.compared, subject.seed, subject.tell)

    @property
    def of_several(self) -> bool:
        return self.between == "networks"

    def _networks(self, subject: Subject, trials: Trials, lined: LinedUp) -> dict[str, NDArray[Any]]:
        return {name: lined.of(rates) for name, rates in _of_networks(subject, trials).items()}

    def _stages(self, subject: Subject, trials: Trials, lined: LinedUp) -> dict[str, NDArray[Any]]:
        half = max(len(lined.kept) // 2, 1)
        shown = {"activity": lined.rates[:half], "other trials": lined.rates[half:]}
        before = _before(subject, trials)
        whole = {"before training": before, "inputs": trials.batch.inputs, "outputs": trials.activity.outputs}
        for name, array in whole.items():
            if array is not None and array.shape[2]:
                shown[name] = lined.of(array)
        return shown


@dataclass(frozen=True)
class TopologyQuestion(Question):
    """Which fixed points are there in each epoch, or in each of several networks, and how are they linked?"""

    controls = ("seed", "untrained")

    n_trials: int = settings.trials(64)
    between: Literal["epochs", "networks"] = "epochs"
    """What is compared: one network under the input of each epoch, or several networks under that of one."""
    epoch: str = settings.epoch("Whose median input is held, where networks are compared.")
    n_starts: int = settings.starts(help="Starts of each search.")

    def ask(self, subject: Subject) -> Topology:
        trials = replace(subject, noise=False).trials(self.n_trials)
        if self.of_several:
            return topology(self._of_networks(subject, trials))
        epochs = [name for name in trials.batch.epochs if (trials.inside & trials.batch.window(name)).any()]
        found = {}
        for name in subject.each(epochs):
            held = typical_input(trials.batch, name)
            found[settings.words(name)] = fixed_points(
                trials.trajectory.network, held, starts=trials.activity, n_starts=self.n_starts, seed=subject.seed
            )
        return topology(found)

    @property
    def of_several(self) -> bool:
        return self.between == "networks"

    def _of_networks(self, subject: Subject, trials: Trials) -> dict[str, FixedPoints]:
        """The fixed points of each network under the same input."""
        held, found = typical_input(trials.batch, self.epoch), {}
        networks = {"shown": trials.trajectory.network} | beside(subject)
        if subject.untrained is not None and subject.untrained != subject.network:
            networks["before training"] = subject.untrained
        for name in subject.each(list(networks)):
            shown = simulate(networks[name], trials.batch).lasting(name)
            found[name] = fixed_points(shown.network, held, starts=shown, n_starts=self.n_starts, seed=subject.seed)
        return found

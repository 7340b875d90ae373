"""Questions that lay things side by side: activity beside activity, fixed points beside fixed points."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis.fixed_points import fixed_points
from rnnlab.analysis.paths import typical_input
from rnnlab.analysis.questions import settings
from rnnlab.analysis.questions.question import Question
from rnnlab.analysis.questions.subject import Subject, Trials
from rnnlab.analysis.similarity import Measure, Similarity, similarity
from rnnlab.analysis.topology import Topology, topology
from rnnlab.simulation import simulate
from rnnlab.spec import quantity

MOST_SAMPLES = 4000
"""Steps that are compared, evenly chosen among all."""


@dataclass(frozen=True)
class SimilarityQuestion(Question):
    """How alike is the activity to what goes in, to what comes out, and to what it was before training?"""

    controls = ("seed", "no_noise")

    n_trials: int = settings.trials(64)
    epoch: str = settings.epoch()
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
        shown = {"inputs": trials.batch.inputs, "activity": trials.trajectory.rates}
        shown |= self._before(subject, trials) | {"outputs": trials.trajectory.outputs}
        flat = {name: array.reshape(-1, array.shape[2])[kept] for name, array in shown.items() if array.shape[2]}
        return similarity(flat, self.measure)

    def _before(self, subject: Subject, trials: Trials) -> dict[str, NDArray]:
        if subject.untrained is None or subject.untrained == subject.network:
            return {}
        seed = subject.seed if subject.noise else None
        return {"before training": simulate(subject.untrained, trials.batch, seed=seed).rates}


@dataclass(frozen=True)
class TopologyQuestion(Question):
    """Which fixed points are there in each epoch, and how are they linked?"""

    controls = ("seed", "untrained")

    n_trials: int = settings.trials(64)
    n_starts: int = quantity(256, low=1, high=16384, soft=(64, 1024), step=64, help="Starts of each search.")

    def ask(self, subject: Subject) -> Topology:
        trials = replace(subject, noise=False).trials(self.n_trials)
        epochs = [name for name in trials.batch.epochs if (trials.inside & trials.batch.window(name)).any()]
        found = {}
        for name in subject.each(epochs):
            held = typical_input(trials.batch, name)
            found[settings.words(name)] = fixed_points(
                trials.trajectory.network, held, starts=trials.trajectory, n_starts=self.n_starts, seed=subject.seed
            )
        return topology(found)

"""Controls: the same question asked where the answer should not change, or should be gone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from rnnlab.analysis.questions.subject import Subject


@dataclass(frozen=True)
class Control:
    """One way to vary a subject.

    Attributes:
        title: a few words.
        sentence: what it shows.
        vary: the subject to ask instead.
    """

    title: str
    sentence: str
    vary: Callable[[Subject], Subject]


def _untrained(subject: Subject) -> Subject:
    if subject.untrained is None:
        raise ValueError("untrained: it is not known how the training of this network began; give a run")
    return replace(subject, network=subject.untrained)


CONTROLS: dict[str, Control] = {
    "seed": Control(
        "another seed", "Other trials and other noise: what changes is chance.", lambda s: replace(s, seed=s.seed + 1)
    ),
    "half_step": Control(
        "half the time step",
        "What changes is the integration, not the network.",
        lambda s: replace(s, dt=s.time_step / 2),
    ),
    "no_noise": Control("without noise", "What is left does not come from noise.", lambda s: replace(s, noise=False)),
    "untrained": Control("untrained network", "What is there already was not learned.", _untrained),
    "shuffled": Control("shuffled labels", "What is left is what chance gives.", lambda s: replace(s, shuffled=True)),
}
"""Every control by name."""

OF_TRIALS = ("seed", "half_step", "no_noise", "untrained", "shuffled")
"""Controls of an answer that comes from labelled trials."""

OF_ACTIVITY = ("seed", "half_step", "no_noise", "untrained")
"""Controls of an answer that comes from activity and looks at no labels."""

OF_WEIGHTS = ("untrained",)
"""Controls of an answer that comes from the network alone."""

"""What the figure of a training has to be told beside its history: names, marks and learning rates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from rnnlab.runs import Change, Experiment, History
from rnnlab.runs.conditions import measured_conditions
from rnnlab.runs.kept import Parent
from rnnlab.runs.rates import learning_rates
from rnnlab.spec import Spec
from rnnlab.spec.paths import keys
from rnnlab.tasks import Curriculum

SILENT = {"training", "network", "task", "factors", "epochs", "inputs", "outputs", "rule", "signals"}
"""Steps of a path that say nothing to a reader."""

COUNTED = {"stages": "stage", "tasks": "task", "penalties": "penalty"}
"""Lists whose items are told by their number, from 1."""

LONGEST = 34
"""Characters of a mark; the list of changes has the rest."""


def learning_names(
    experiment: Experiment,
    history: History,
    update: int | None = None,
    stages: Sequence[int] = (0,),
    parent: Parent | None = None,
) -> dict[str, Any]:
    """Arguments of `LearningFigure` that speak of what was trained.

    Args:
        experiment: with the changes that were made on the way.
        history: how it went.
        update: how far it is; left out, where the history ends.
        stages: updates at which the stages of a curriculum began, ``run.stages``.
        parent: where it branched off another run, ``run.parent``.

    Example:
        >>> import rnnlab as rl
        >>> experiment = rl.Experiment(task=rl.tasks.get("delay_go"), network=rl.networks.LeakyRNN(n_units=10))
        >>> learning_names(experiment, History())["conditions"]
        ('side 0', 'side 1')
    """
    last = max((int(at[-1]) for at in (history.updates, history.evaluated_at) if len(at)), default=0)
    done = last if update is None else update
    return {
        "marks": [*([(parent.update, "branched off")] if parent else []), *marks(experiment, done, stages)],
        "tasks": experiment.task_names,
        "conditions": measured_conditions(experiment, done),
        "penalties": [penalty_words(penalty) for penalty in experiment.training.penalties],
        "rates": learning_rates(experiment, history),
    }


def marks(trained: Experiment, update: int, stages: Sequence[int] = (0,)) -> list[tuple[int, str]]:
    """The stages of a curriculum and the changes that were made on the way, by update."""
    begun = [(at, f"stage {i + 1}") for i, at in enumerate(stages)] if isinstance(trained.task, Curriculum) else []
    made = [(change.update, change_words(change)) for change in trained.steering if change.update <= update]
    return sorted([*begun, *made], key=lambda mark: mark[0])


def penalty_words(penalty: Any) -> str:
    """A penalty in a few words.

    >>> from rnnlab.runs.penalties import L2, VanishingGradient
    >>> penalty_words(L2(1e-4, "W_rec")), penalty_words(VanishingGradient())
    ('L2 of W_rec', 'Vanishing gradient')
    """
    of = getattr(penalty, "of", "")
    return f"{kind_words(type(penalty).__name__)}{f' of {of}' if of else ''}"


def kind_words(name: str) -> str:
    """The name of a kind, apart."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize() if not name.isupper() else name


def change_words(change: Change) -> str:
    """A change in a few words.

    >>> change_words(Change(400, "training.learning_rate", 1e-4))
    'learning rate 0.0001'
    >>> change_words(Change(0, "task.epochs.stimulus.duration.high", 300))
    'stimulus duration high 300'
    >>> change_words(Change(0, "task.factors.coherence.rule.values", (0.05, 0.1, 0.2, 0.4, 0.8)))
    'coherence values 0.05, 0.1, 0.2 …'
    >>> change_words(Change(0, "network.train", ("W_out",))), change_words(Change(0, "training.penalties[0].weight", 2))
    ('learning: W_out', 'penalty 1 weight 2')
    """
    if change.path == "network.train":
        return f"learning: {_value_words(change.value, LONGEST - 10)}"
    name = " ".join(_path_words(keys(change.path)))
    return f"{name} {_value_words(change.value, LONGEST - len(name))}".strip()


def _path_words(path: Sequence[str]) -> Iterator[str]:
    """Its steps, as far as they say something."""
    before = ""
    for key in path:
        if key.isdecimal():
            if before in COUNTED:
                yield f"{COUNTED[before]} {int(key) + 1}"
        elif key not in SILENT and key not in COUNTED:
            yield key.replace("_", " ")
        before = key


def _value_words(value: Any, room: int) -> str:
    """A value in so many characters, or little more."""
    if value is None:
        return "all"
    if not isinstance(value, tuple | list):
        return kind_words(type(value).__name__) if isinstance(value, Spec) else _word(value)
    words = [_word(each) for each in value]
    shown = len(words)
    while shown > 1 and len(", ".join(words[:shown])) > room:
        shown -= 1
    return ", ".join(words[:shown]) + (" …" if shown < len(words) else "")


def _word(value: Any) -> str:
    return f"{value:g}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)

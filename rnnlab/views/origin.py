"""Which task and network the numbers on the page belong to, where those are not the ones that are edited."""

from __future__ import annotations

from rnnlab.runs import Experiment
from rnnlab.session import Session
from rnnlab.views.facts import title_of

PAST = {"opacity": "0.45"}
"""How a picture looks that belongs to something else than what is edited."""

PRESENT = {"opacity": "1"}
"""How others look: said, since a browser keeps what it was told before."""


def origin(session: Session) -> str:
    """``"trained on perceptual discrimination"``, or "" where what was trained is the task and network edited.

    Other settings of the training (how long, how fast) do not make it another network.
    """
    trained, edited = session.trained, session.experiment
    if trained is None:
        return ""
    task, cell = _task(trained, edited), _cell(trained, edited)
    if task and cell:
        return f"trained on {task}, with {cell}"
    return f"trained on {task}" if task else f"trained with {cell}" if cell else ""


def _task(trained: Experiment, edited: Experiment) -> str:
    if trained.task == edited.task:
        return ""
    name = trained.task.name.replace("_", " ")
    return name if trained.task.name != edited.task.name else f"other settings of {name}"


def _cell(trained: Experiment, edited: Experiment) -> str:
    if trained.network == edited.network:
        return ""
    kind = title_of(type(trained.network))
    article, name = ("", kind) if kind.isupper() else ("a ", kind[:1].lower() + kind[1:])
    if type(edited.network) is not type(trained.network):
        return article + name
    return f"other settings of {'the ' if article else ''}{name}"

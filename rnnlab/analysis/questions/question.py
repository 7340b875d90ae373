"""`Question`: what is asked, as a description; `ask` answers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from rnnlab.analysis._result import Result
from rnnlab.analysis.questions.controls import CONTROLS, OF_TRIALS
from rnnlab.analysis.questions.subject import Subject, Tell, silent
from rnnlab.networks import as_network
from rnnlab.spec import Spec, did_you_mean, shown
from rnnlab.tasks import TaskSource


@dataclass(frozen=True)
class Question(Spec):
    """Base of the questions: a frozen description whose fields are the settings of an analysis.

    Add one: subclass, declare the settings with `rnnlab.spec.quantity` and `rnnlab.tasks.references.names` (the lab
    makes their controls), name the controls that mean something, give `ask`, and list it in `rnnlab.analysis.ANALYSES`.
    """

    controls: ClassVar[tuple[str, ...]] = OF_TRIALS
    """Names of `CONTROLS` that can be asked beside it."""

    of_states: ClassVar[bool] = False
    """Whether it is asked of the saved states of a training, and again when there is one more."""

    cited: ClassVar[str] = ""
    """Attribute of the answer that cites what was done: a spec, printed by the question's script."""

    @property
    def of_several(self) -> bool:
        """Whether it compares several networks."""
        return False

    def ask(self, subject: Subject) -> Result:
        """The answer. Pure: the same question of the same subject has the same answer.

        Raises:
            ValueError: the subject is none of which this can be asked; the message says why and what to do.
        """
        raise NotImplementedError


def ask(
    source: Any,
    question: Question,
    task: TaskSource | None = None,
    *,
    control: str = "",
    seed: int = 0,
    tell: Tell = silent,
    others: Mapping[str, Any] | None = None,
) -> Any:
    """Ask a question of a network: the frozen result of its analysis.

    Args:
        source: a Run (its own task and its untrained network are then known), a Network, or a `Subject`.
        question: what is asked.
        task: whose trials the network is shown; a run's own if not given.
        control: ask a control instead: one of `CONTROLS`.
        seed: of trials and noise.
        others: name -> run or network, for questions that compare several.
        tell: called with the share that is done; it may raise `CancelledError`.

    Raises:
        ValueError: the question cannot be asked of this source, or there is no such control.
        TypeError: it is no question.

    Example:
        >>> import rnnlab as rl
        >>> network = rl.networks.from_arrays(W_rec=[[0.0, -1.0], [1.0, 0.0]])
        >>> rl.analysis.ask(network, rl.analysis.SpectrumQuestion()).radius
        1.0
    """
    if not isinstance(question, Question):
        remedy = "give one of rl.analysis, such as rl.analysis.FixedPointsQuestion()"
        raise TypeError(f"ask: question: {shown(question)} is none; {remedy}")
    subject = Subject.of(source, task, seed, tell)
    if others is not None:
        subject = replace(subject, others={name: as_network(each) for name, each in others.items()})
    return question.ask(varied(subject, control))


def varied(subject: Subject, control: str) -> Subject:
    """The subject as a control wants it; "" leaves it as it is."""
    if not control:
        return subject
    if control not in CONTROLS:
        raise ValueError(f"control: no control {control!r}; {did_you_mean(control, CONTROLS)}")
    return replace(CONTROLS[control].vary(subject), tell=subject.tell)

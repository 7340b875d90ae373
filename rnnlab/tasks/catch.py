"""Catch trials: trials in which nothing is shown and nothing should be done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnlab.spec import SpecError, shown
from rnnlab.tasks.channels import Channel
from rnnlab.tasks.draws import Choice, Constant
from rnnlab.tasks.epochs import Epoch
from rnnlab.tasks.factors import Factor, Gate
from rnnlab.tasks.scoring import AnyScoring, Several, WorstCondition
from rnnlab.tasks.signals import AnySignal, Hold
from rnnlab.tasks.task import Task

_LONGEST = 45
"""Letters of a factor's name that are kept where more is added to it."""


def with_catch(task: Task, probability: float, duration: float, targets: Mapping[str, float] | float = 0.0) -> Task:
    """The same task with some catch trials among its trials.

    A catch trial is one long epoch ``catch`` in place of all others: no stimulus, targets held, everything judged. It
    does not count in the accuracy. What stays on the inputs is what tells nothing: noise, and a level that is a plain
    number and on in the whole of every trial (a baseline, a constant). Everything else that is on in whole trials, such
    as pulses, a rule, or a target that follows the inputs, is left out. The factor ``catch`` tells such trials, the
    factor ``shown`` the others; an epoch, a signal or a score that goes by a factor of its own goes by that one *and*
    ``shown``.

    Args:
        task: the task.
        probability: of a catch trial, from 0 (the task as it is) to below 1.
        duration: length of a catch trial, ms.
        targets: what the outputs should hold in it: one number, or output -> number.

    Raises:
        SpecError: an argument is out of range, the task has catch trials already, or its inputs show nothing, so that
            nothing can be left out.
    """
    if not 0 <= probability < 1:
        raise SpecError("catch", f"{probability:g} is no probability of catch trials", remedy="give 0 to below 1")
    if probability == 0:
        return task
    _check_shows(task)
    held = _held(task, targets)
    both = _Both(task)
    return task.replace(
        factors=(
            Factor("catch", Choice((0, 1), weights=(1 - probability, probability))),
            Factor("shown", Gate("not", ("catch",))),
            *task.factors,
            *both.factors(),
        ),
        epochs=(
            *(epoch.replace(when=both.name(epoch.when)) for epoch in task.epochs),
            Epoch("catch", Constant(duration), scored=True, when="catch"),
        ),
        inputs=tuple(_silenced(channel, both) for channel in task.inputs),
        outputs=tuple(_holding(output, held[output.name], both) for output in task.outputs),
        scoring=_leaving_out(task.scoring, both),
    )


def levels_at_rest(task: Task) -> dict[str, float]:
    """Output -> what it is to hold where nothing is shown: the low one of its targets.

    An output that follows the inputs rests where it stays without any (a compass at its first angle). Others rest at
    the level nearest to 0 among targets of one sign; at 0 where there are targets of both signs, or of any size.

    >>> from rnnlab.tasks import get
    >>> levels_at_rest(get("perceptual_discrimination"))
    {'choice_0': 0.2, 'choice_1': 0.2}
    """
    silent = task.replace(inputs=tuple(channel.replace(signals=()) for channel in task.inputs))
    batch = silent.sample(256, noise=False)
    judged = np.where(batch.mask > 0, batch.targets, np.nan)
    return {name: _at_rest(judged[:, :, i]) for i, name in enumerate(task.output_names)}


def _at_rest(targets: NDArray[np.floating]) -> float:
    """From the targets of one output, (trial, time), NaN where they are not judged."""
    lowest, highest = np.nanmin(targets, axis=1), np.nanmax(targets, axis=1)
    if lowest.min() < 0 < highest.max():
        return 0.0
    nearest = lowest if lowest.min() >= 0 else -highest
    # A level comes in several trials; the smallest number of a continuum does not.
    level = float(nearest.min()) if np.count_nonzero(nearest == nearest.min()) > 1 else 0.0
    return round(level if lowest.min() >= 0 else -level, 6)


def _held(task: Task, targets: Mapping[str, float] | float) -> dict[str, float]:
    if not isinstance(targets, Mapping):
        return dict.fromkeys(task.output_names, float(targets))
    wrong = sorted(targets.keys() ^ set(task.output_names))
    if wrong:
        problem = f"output {shown(wrong[0])} " + ("has no target" if wrong[0] in task.output_names else "is not there")
        raise SpecError("catch.targets", problem, remedy=f"give {', '.join(task.output_names)}")
    return dict(targets)


def _check_shows(task: Task) -> None:
    """Refuse a task of which a trial without stimulus is like any other."""
    if all(_tells_nothing(signal) for channel in task.inputs for signal in channel.signals):
        problem = f"the inputs of {task.name!r} show nothing that a catch trial could leave out"
        reason = "no network could tell catch trials from the others, which want something else"
        raise SpecError("catch", f"{problem}: {reason}", remedy="give an input a stimulus or a cue first")


def _tells_nothing(signal: AnySignal) -> bool:
    """Whether an input signal is the same in all trials at all times, but for noise."""
    constant = isinstance(signal, Hold) and not isinstance(signal.level, str) and not signal.when
    return signal.noise or (constant and not signal.epochs)


@dataclass(frozen=True)
class _Both:
    """Names of the factors that are true where another one is and it is no catch trial."""

    task: Task

    def name(self, factor: str) -> str:
        return self._names[factor] if factor else "shown"

    def factors(self) -> tuple[Factor, ...]:
        return tuple(Factor(name, Gate("and", (factor, "shown"))) for factor, name in self._names.items())

    @property
    def _names(self) -> dict[str, str]:
        taken = {"catch", "shown", *self.task.factor_names}
        found: dict[str, str] = {}
        for factor in self._wanted():
            options = (f"{factor[:_LONGEST]} and shown{suffix}" for suffix in ("", *(f" {i}" for i in range(2, 999))))
            found[factor] = next(name for name in options if name not in taken)
            taken.add(found[factor])
        return found

    def _wanted(self) -> Iterable[str]:
        whole = [signal for channel in (*self.task.inputs, *self.task.outputs) for signal in channel.signals]
        whens = [epoch.when for epoch in self.task.epochs]
        whens += [signal.when for signal in whole if not signal.epochs and not signal.noise]
        return dict.fromkeys(name for name in (*whens, *_counted_by(self.task.scoring)) if name)


def _silenced(channel: Channel, both: _Both) -> Channel:
    """An input without what it shows in whole trials, in those of catch."""
    return channel.replace(
        signals=tuple(signal if _tells_nothing(signal) else _outside(signal, both) for signal in channel.signals)
    )


def _holding(output: Channel, level: float, both: _Both) -> Channel:
    """An output that is at ``level`` in catch trials, and at nothing else."""
    return output.replace(
        signals=(*(_outside(signal, both) for signal in output.signals), Hold(level, epochs=("catch",)))
    )


def _outside(signal: AnySignal, both: _Both) -> AnySignal:
    """A signal that is not there in catch trials; one with epochs is not, as these are not."""
    return signal if signal.epochs else signal.replace(when=both.name(signal.when))


def _counted_by(scoring: AnyScoring) -> Iterator[str]:
    """The factors that say which trials count."""
    yield scoring.only
    if isinstance(scoring, Several):
        for part in scoring.of:
            yield from _counted_by(part)
    elif isinstance(scoring, WorstCondition):
        yield from _counted_by(scoring.of)


def _leaving_out(scoring: AnyScoring, both: _Both) -> AnyScoring:
    """The scoring with catch trials left out."""
    if isinstance(scoring, Several):
        return scoring.replace(of=tuple(_leaving_out(part, both) for part in scoring.of))
    if isinstance(scoring, WorstCondition) and any(_counted_by(scoring.of)):
        scoring = scoring.replace(of=_leaving_out(scoring.of, both))
    return scoring.replace(only=both.name(scoring.only))

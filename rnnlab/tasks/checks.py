"""Checks at design time: everything that can be known to be wrong with a task before a trial is drawn."""

from __future__ import annotations

import dataclasses
import functools
import math
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from rnnlab.spec import Spec, SpecError, did_you_mean, shown
from rnnlab.tasks import timing
from rnnlab.tasks.conditions import conditions, in_order, needed
from rnnlab.tasks.derived import Derived, Support
from rnnlab.tasks.epochs import Epoch
from rnnlab.tasks.factors import Factor
from rnnlab.tasks.history import Markov
from rnnlab.tasks.references import Named, references
from rnnlab.tasks.signals import Signal

if TYPE_CHECKING:
    from rnnlab.tasks.task import Task

_NAME = re.compile(r"[^\W_][\w .,()+-]{0,59}")


def check_task(task: Task) -> None:
    """Raise `SpecError` at the first contradiction."""
    check_name("Task.name", task.name)
    for what in ("factors", "epochs", "inputs", "outputs"):
        _check_names(f"Task.{what}", [part.name for part in getattr(task, what)])
    _check_references(task)
    _check_factors(task)
    timing.check_epochs(task)
    _check_judged(task)
    _check_weights(task)
    _check_outputs(task)
    _check_history(task)
    _check_levels(task)
    task.scoring.check_task(task)


# ------------------------------------------------------------------------------------------------------- names


def check_name(path: str, name: str) -> None:
    """Names are shown in many places: keep them short and plain."""
    if not _NAME.fullmatch(name):
        raise SpecError(
            path,
            f"{shown(name)} is no name",
            value=name,
            remedy="give 1 to 60 letters, digits, spaces or _ . , ( ) + -, beginning with a letter or digit",
        )


def _check_names(path: str, names: list[str]) -> None:
    first: dict[str, int] = {}
    for i, name in enumerate(names):
        check_name(f"{path}[{i}].name", name)
        if first.setdefault(name, i) != i:
            raise SpecError(
                f"{path}[{i}].name",
                f"{shown(name)} is taken by {path.removeprefix('Task.')}[{first[name]}]",
                value=name,
                remedy="give every one a name of its own",
            )


def _check_references(task: Task) -> None:
    known: dict[Named, dict[str, None]] = {
        "factor": dict.fromkeys(factor.name for factor in task.factors),
        "epoch": dict.fromkeys(epoch.name for epoch in task.epochs),
        "input": dict.fromkeys(channel.name for channel in task.inputs),
        "output": dict.fromkeys(channel.name for channel in task.outputs),
    }
    for place, spec in _parts(task):
        for what, names in known.items():
            for path, name in references(spec, what):
                if name not in names:
                    raise SpecError(
                        f"{place}.{path}",
                        f"unknown {what} {shown(name)}",
                        value=name,
                        remedy=did_you_mean(name, names) if names else f"the task has no {what}s",
                    )


def _parts(task: Task) -> Iterator[tuple[str, Spec]]:
    """Every part of a task that may refer to others, with its path."""
    for what in ("factors", "epochs"):
        for i, part in enumerate(getattr(task, what)):
            yield f"Task.{what}[{i}]", part
    for side in ("inputs", "outputs"):
        for i, channel in enumerate(getattr(task, side)):
            yield f"Task.{side}[{i}]", channel
    yield "Task.scoring", task.scoring


# ----------------------------------------------------------------------------------------------------- factors


def _check_factors(task: Task) -> None:
    place = {factor.name: i for i, factor in enumerate(task.factors)}
    supports: dict[str, Support] = {}
    for factor in in_order(task.factors):
        rule = factor.rule
        if isinstance(rule, Derived | Markov):
            try:
                rule.check_sources(supports)
            except SpecError as error:
                raise error.moved(type(rule).__name__, f"Task.factors[{place[factor.name]}].rule") from None
        supports[factor.name] = rule.support(supports) if isinstance(rule, Derived) else rule.support


@functools.lru_cache(maxsize=8)
def counting(factors: tuple[Factor, ...]) -> tuple[str, ...]:
    """Names of the factors that count 0, 1, 2 ..., of valid ones."""
    supports: dict[str, Support] = {}
    for factor in in_order(factors):
        rule = factor.rule
        supports[factor.name] = rule.support(supports) if isinstance(rule, Derived) else rule.support
    counts = {name for name, values in supports.items() if values and all(v >= 0 and v.is_integer() for v in values)}
    return tuple(factor.name for factor in factors if factor.name in counts)


def _check_weights(task: Task) -> None:
    for i, channel in enumerate(task.inputs):
        if channel.weight != 1:
            raise SpecError(
                f"Task.inputs[{i}].weight",
                f"input {channel.name!r} is not judged",
                value=channel.weight,
                remedy="leave it at 1; weigh an output",
            )
    for i, epoch in enumerate(task.epochs):
        if isinstance(epoch.weight, str):
            found = conditions(task.factors, [epoch.weight])
            if found is None or (found[epoch.weight] <= 0).any():
                raise SpecError(
                    f"Task.epochs[{i}].weight",
                    f"factor {epoch.weight!r} may be 0 or less",
                    value=epoch.weight,
                    remedy="name a factor with finitely many values, all above 0",
                )


def _check_judged(task: Task) -> None:
    """Where epochs may be skipped, something is scored in every condition all the same."""
    scored = [epoch.when for epoch in task.epochs if epoch.scored]
    if "" in scored:
        return
    found = conditions(task.factors, scored)
    empty = np.ones(1, dtype=bool) if found is None else ~np.any([found[name] != 0 for name in scored], axis=0)
    if not empty.any():
        return
    exact = conditions(needed(in_order(task.factors), scored))
    if found is None or exact is None or not set(scored) <= set(exact):
        raise SpecError(
            "Task.epochs",
            "every scored epoch may be skipped, by factors that can take any value",
            remedy="skip by Choice factors, or score an epoch that is in all trials",
        )
    facts = ", ".join(f"{name} = {values[empty.argmax()]:g}" for name, values in found.items())
    raise SpecError("Task.epochs", f"nothing is scored in trials with {facts}", remedy="score another epoch in them")


# ---------------------------------------------------------------------------------------------------- channels


def _check_levels(task: Task) -> None:
    """Factors stay within what a number that stands in their place may be."""
    lowest = _lowest(task.factors)
    for place, part in _parts(task):
        for i, signal in enumerate(getattr(part, "signals", ())):
            for f in dataclasses.fields(signal):
                name = getattr(signal, f.name)
                if f.metadata.get("refers") == "factor" and isinstance(name, str) and name:
                    _check_level(f"{place}.signals[{i}].{f.name}", name, lowest[name], f.metadata)


def _check_level(path: str, factor: str, lowest: float, facts: Mapping[str, Any]) -> None:
    low, above = facts.get("low"), facts.get("above")
    if (low is None or lowest >= low) and (above is None or lowest > above):
        return
    can_be = "any number" if lowest == -math.inf else f"{lowest:g}"
    wanted = f"more than {above:g}" if low is None else f"at least {low:g}"
    remedy = f"name a factor that is drawn or looked up and is {wanted} in all trials"
    raise SpecError(path, f"factor {shown(factor)} can be {can_be}", value=factor, remedy=remedy)


def _lowest(factors: tuple[Factor, ...]) -> dict[str, float]:
    """The least that each factor can be, as far as is known."""
    supports: dict[str, Support] = {}
    lowest: dict[str, float] = {}
    for factor in in_order(factors):
        rule = factor.rule
        supports[factor.name] = rule.support(supports) if isinstance(rule, Derived) else rule.support
        bounds = (-math.inf,) if isinstance(rule, Derived) else rule.bounds
        lowest[factor.name] = min(supports[factor.name] or bounds)
    return lowest


def _check_outputs(task: Task) -> None:
    if not task.outputs:
        raise SpecError("Task.outputs", "there is no output", remedy="add a Channel with a target")
    for i, channel in enumerate(task.outputs):
        for j, signal in enumerate(channel.signals):
            if signal.noise:
                raise SpecError(
                    f"Task.outputs[{i}].signals[{j}]", "a target cannot be noise", remedy="put it on an input"
                )
        for epoch in task.epochs:
            if epoch.scored and not any(_in_all_trials(task, signal, epoch) for signal in channel.signals):
                raise SpecError(
                    f"Task.outputs[{i}].signals",
                    f"{channel.name!r} has no target in the scored epoch {epoch.name!r}",
                    remedy=f"add a signal that is there in all its trials, e.g. a Hold of level 0 in {epoch.name!r}",
                )


def _in_all_trials(task: Task, signal: Signal, epoch: Epoch) -> bool:
    """Whether a signal gives a target in every trial that has the epoch."""
    if defines(signal, epoch):
        return True
    if not signal.when or not epoch.when or (signal.epochs and epoch.name not in signal.epochs):
        return False
    found = conditions(task.factors, {signal.when, epoch.when})
    return found is not None and not ((found[epoch.when] != 0) & (found[signal.when] == 0)).any()


def defines(signal: Signal, epoch: Epoch) -> bool:
    """Whether a signal gives a target in ``epoch``; one that is there in some trials only does not in the others."""
    return signal.when in ("", epoch.when) and (not signal.epochs or epoch.name in signal.epochs)


def _check_history(task: Task) -> None:
    """Only outputs may look back at inputs."""
    for i, channel in enumerate(task.inputs):
        for j, signal in enumerate(channel.signals):
            if list(references(signal, "input")):
                raise SpecError(
                    f"Task.inputs[{i}].signals[{j}]",
                    f"{type(signal).__name__} looks back at an input and is for outputs only",
                    remedy="move it to an output",
                )

"""When the networks of an ensemble are trained side by side in one process, and how (`rnnlab.training.company`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TypeAlias

from rnnlab.events import Diverged, Event, Finished, Updated
from rnnlab.networks import LeakyRNN, Sigmoid, Softplus
from rnnlab.runs import Experiment
from rnnlab.training.company import SideBySide
from rnnlab.training.loop import Beginning, Events, found_or_new
from rnnlab.training.loops import compiled_loops

SMALL = 32
"""Trials a batch up to which one pass for all networks is faster than a pass for each."""

TINY = 400
"""Multiplications below which torch has another routine for several products than for one, with other last bits."""

LANES = 32
"""Numbers that torch may take at once through a function. What is left at the end of an array goes through one by one:
of sigmoid and softplus that gives other last bits, and arrays of several networks end elsewhere."""

Heard: TypeAlias = Callable[[int, int], object]
"""Told of each seed how many updates are done."""


def goes_together(experiment: Experiment) -> bool:
    """Whether one pass for several networks is there and faster."""
    network, training = experiment.network, experiment.training
    if not isinstance(network, LeakyRNN) or network.start == "carried" or training.engine != "fast":
        return False
    on_processor = training.dtype == "float32" and training.device == "cpu"
    compiled = on_processor and compiled_loops(network) is not None  # alone they are as fast
    fast = not compiled and not training.penalties and training.batch_size <= SMALL
    return fast and _same_bits(experiment, network)


def _same_bits(experiment: Experiment, network: LeakyRNN) -> bool:
    """Whether a pass for several networks gives each what it would get alone."""
    task, n = experiment.task, experiment.training.batch_size * network.n_units
    if n * min(task.n_outputs, network.n_units) < TINY:
        return False
    return n % LANES == 0 or not isinstance(network.nonlinearity, Sigmoid | Softplus)


def train_together(members: Sequence[Experiment], paths: Sequence[Path], heard: Heard | None = None) -> None:
    """Train experiments that differ in their seed alone side by side."""
    company = SideBySide()
    with ExitStack() as stack:
        going = []
        for member, path in zip(members, paths, strict=True):
            events = Events(beginning(member, path), path, company)
            stack.callback(events.close)
            going.append((member.seed, events))
            next(events)  # it has started, and is in company
        first = 0
        while going:
            first = (first + 1) % len(going)  # the first one's clock counts the pass that it makes for all
            going = [pair for pair in (*going[first:], *going[:first]) if _to_next_update(*pair, heard)]


def beginning(member: Experiment, path: Path) -> Beginning:
    """Where there is a run of it already, that goes on."""
    return lambda: found_or_new(member, path, True)


def _to_next_update(seed: int, events: Events, heard: Heard | None) -> bool:
    """Go on until one more update is done; False at the end."""
    for event in events:
        say(event, seed, heard)
        if isinstance(event, Updated):
            return True
    return False


def say(event: Event, seed: int, heard: Heard | None) -> None:
    """Tell how far a run is."""
    if heard is not None and isinstance(event, Updated | Diverged | Finished):
        heard(seed, event.update)

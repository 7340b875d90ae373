"""`train_ensemble`: one experiment with many seeds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from operator import index
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any, TypeAlias

from rnnlab.events import Diverged, Event, Finished, Updated
from rnnlab.networks import LeakyRNN, Sigmoid, Softplus
from rnnlab.runs import Experiment, Run, RunError, store
from rnnlab.spec import shown
from rnnlab.training.company import SideBySide
from rnnlab.training.loop import Beginning, Events, check_experiment, found_or_new
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


def train_ensemble(
    experiment: Experiment,
    seeds: Iterable[int],
    out: str | Path | None = None,
    *,
    processes: int | None = None,
    resume: bool = False,
    heard: Heard | None = None,
) -> list[Run]:
    """Train one experiment with many seeds; each run is the one that `rnnlab.train` gives for its seed.

    Leaky networks with batches of up to 32 trials are trained side by side in this process, all in one pass. Where a
    pass of each alone is as fast (larger batches, compiled loops, other cells), or would end in other bits, they are
    spread over processes. With PyTorch as it is built for x86 processors the weights are the same bit for bit.

    Args:
        experiment: what to train; its own seed does not count.
        seeds: of the runs.
        out: folder in which each run gets one of its own, ``seed-0`` ...; None keeps nothing on disk.
        processes: how many to spread over; None: one where they go side by side, else one for each processor core.
        resume: go on with the runs that are in ``out`` already.
        heard: called with a seed and its number of updates, again and again.

    Returns:
        The runs, in the order of ``seeds``. One that diverged says so in ``progress.reason``.

    Raises:
        ValueError: there are no seeds, one is no whole number, or one comes twice.
        TypeError: it is no experiment.
        RunError: ``out`` holds runs already and ``resume`` is False, or a process failed.

    Example:
        >>> import rnnlab as rl
        >>> experiment = rl.Experiment(
        ...     task=rl.tasks.get("perceptual_discrimination"),
        ...     network=rl.networks.LeakyRNN(n_units=10),
        ...     training=rl.Training(updates=2, batch_size=8, validation_trials=8),
        ... )
        >>> [run.experiment.seed for run in rl.train_ensemble(experiment, seeds=range(3), processes=1)]
        [0, 1, 2]
    """
    check_experiment(experiment, "train_ensemble")
    chosen = _distinct(seeds)
    if processes is not None and processes < 1:
        raise ValueError(f"processes: {processes} is none; give at least 1, or None")
    members = [experiment.replace(seed=seed) for seed in chosen]
    n = min(_processes(experiment) if processes is None else processes, len(members))
    if n > 1 and not experiment.citable:
        raise ValueError("processes: Python code cannot be handed to another process; give processes=1")
    with _folder(out) as folder:
        paths = [run_folder(folder, seed) for seed in chosen]
        for path in paths:
            if not resume and store.is_run(path):
                raise RunError(path, "holds a run already", remedy="resume it, or choose another folder")
        if n == 1:
            train_here(members, paths, heard)
        else:
            _spread(members, folder, n, heard)
        kept = None if out is None else folder
        return [Run.from_snapshot(store.read(path), kept and path) for path in paths]


def _distinct(seeds: Any) -> list[int]:
    try:
        chosen = [index(seed) for seed in seeds]
    except TypeError:  # a number alone, or what is no whole number
        chosen = []
    if not chosen or len(set(chosen)) < len(chosen):
        raise ValueError(f"seeds: {shown(seeds)}: not one or more whole numbers that differ; give range(8), say")
    return chosen


def run_folder(folder: Path, seed: int) -> Path:
    """Where the run of one seed is."""
    return folder / f"seed-{seed}"


def train_here(members: Sequence[Experiment], paths: Sequence[Path], heard: Heard | None = None) -> None:
    """Train experiments that differ in their seed alone in this process: together where that pays, else in turn."""
    if not _together(members[0]):
        for member, path in zip(members, paths, strict=True):
            _tell(Events(_beginning(member, path), path), member.seed, heard)
        return
    company = SideBySide()
    with ExitStack() as stack:
        going = []
        for member, path in zip(members, paths, strict=True):
            events = Events(_beginning(member, path), path, company)
            stack.callback(events.close)
            going.append((member.seed, events))
            next(events)  # it has started, and is in company
        first = 0
        while going:
            first = (first + 1) % len(going)  # the first one's clock counts the pass that it makes for all
            going = [pair for pair in (*going[first:], *going[:first]) if _to_next_update(*pair, heard)]


def _beginning(member: Experiment, path: Path) -> Beginning:
    """Where there is a run of it already, that goes on."""
    return lambda: found_or_new(member, path, True)


def _to_next_update(seed: int, events: Events, heard: Heard | None) -> bool:
    """Go on until one more update is done; False at the end."""
    for event in events:
        _say(event, seed, heard)
        if isinstance(event, Updated):
            return True
    return False


def _tell(events: Iterator[Event], seed: int, heard: Heard | None) -> None:
    for event in events:
        _say(event, seed, heard)


def _say(event: Event, seed: int, heard: Heard | None) -> None:
    if heard is not None and isinstance(event, Updated | Diverged | Finished):
        heard(seed, event.update)


def _together(experiment: Experiment) -> bool:
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


def _processes(experiment: Experiment) -> int:
    if _together(experiment) or not experiment.citable:
        return 1
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(cores // experiment.training.threads, 1)


@contextmanager
def _folder(out: str | Path | None) -> Iterator[Path]:
    if out is not None:
        yield Path(out)
        return
    with TemporaryDirectory(prefix="rnnlab-") as made:
        yield Path(made)


# ------------------------------------------------------------------------------------------------- other processes


def _spread(members: Sequence[Experiment], folder: Path, n: int, heard: Heard | None) -> None:
    """Give each of ``n`` processes its share of the members."""
    with ThreadPoolExecutor(n) as pool:
        for done in [pool.submit(_train_elsewhere, members[i::n], folder, heard) for i in range(n)]:
            done.result()


def _train_elsewhere(members: Sequence[Experiment], folder: Path, heard: Heard | None) -> None:
    """Train in a process of its own, and pass on what it says: a seed and its updates a line."""
    asked = {"experiments": [member.to_data() for member in members], "folder": str(folder.resolve())}
    command = [sys.executable, "-P", "-m", "rnnlab.training.ensemble_worker"]  # nothing from where one happens to be
    home = str(Path(__file__).resolve().parents[2])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [home, os.environ.get("PYTHONPATH", "")]))}
    with TemporaryFile("w+") as errors:
        pipe = subprocess.PIPE
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=errors, text=True, env=environment) as process:
            assert process.stdin is not None and process.stdout is not None
            process.stdin.write(json.dumps(asked))
            process.stdin.close()
            for line in process.stdout:
                seed, update = map(int, line.split())
                if heard is not None:
                    heard(seed, update)
        errors.seek(0)
        said = errors.read().strip()
    if process.returncode:
        seeds = ", ".join(str(member.seed) for member in members)
        reason = said.splitlines()[-1] if said else f"it ended with {process.returncode}"
        raise RunError(
            folder, f"the process that trained seeds {seeds} failed: {reason}", remedy="resume what is there"
        )

"""`train_ensemble`: one experiment with many seeds."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from operator import index
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rnnlab.runs import Experiment, Run, store
from rnnlab.runs.ending import last_update
from rnnlab.spec import shown
from rnnlab.training.loop import check_experiment, found_or_new
from rnnlab.training.spread import train_spread
from rnnlab.training.together import Heard, goes_together
from rnnlab.training.turns import Seeds, Turns, run_folder, train_in_turns


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
        processes: how many to spread over, this one among them; None: one where they go side by side, else one for
            each processor core.
        resume: go on with the runs that are in ``out`` already.
        heard: called with a seed and its number of updates, again and again; not by two threads at a time.

    Returns:
        The runs, in the order of ``seeds``. One that diverged says so in ``progress.reason``.

    Raises:
        ValueError: there are no seeds, one is no whole number, or one comes twice.
        TypeError: it is no experiment.
        RunError: ``out`` holds runs already and ``resume`` is False, or other runs than these, or a process failed.

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
    n = min(_processes(experiment) if processes is None else processes, len(chosen))
    if n > 1 and not experiment.citable:
        raise ValueError("processes: Python code cannot be handed to another process; give processes=1")
    with _folder(out) as folder:
        paths = [run_folder(folder, seed) for seed in chosen]
        for seed, path in zip(chosen, paths, strict=True):
            found_or_new(experiment.replace(seed=seed), path, resume)  # what can be refused is refused at once
        done = {seeds: _done(seeds, folder) for seeds in _shares(experiment, chosen, n)}
        turns = Turns(done, last_update(experiment.training), n)
        if n == 1:
            train_in_turns(experiment, folder, turns, heard)
        else:
            train_spread(experiment, folder, turns, n, heard)
        kept = None if out is None else folder
        return [Run.from_snapshot(store.read(path), kept and path) for path in paths]


def _distinct(seeds: Any) -> list[int]:
    try:
        given = list(seeds)
        chosen = [] if any(isinstance(seed, bool) for seed in given) else [index(seed) for seed in given]
    except TypeError:  # a number alone, or what is no whole number
        chosen = []
    if not chosen or len(set(chosen)) < len(chosen):
        raise ValueError(f"seeds: {shown(seeds)}: not one or more whole numbers that differ; give range(8), say")
    return chosen


def _shares(experiment: Experiment, seeds: list[int], n: int) -> list[Seeds]:
    """What is trained at a time: one after the other, or all that a process is to train side by side."""
    return [tuple(seeds[i::n]) for i in range(n)] if goes_together(experiment) else [(seed,) for seed in seeds]


def _done(seeds: Seeds, folder: Path) -> int:
    """Updates that are done in the runs that are there already."""
    there = [path for path in (run_folder(folder, seed) for seed in seeds) if store.is_run(path)]
    return sum(store.read(path).progress.update for path in there)


def _processes(experiment: Experiment) -> int:
    if goes_together(experiment) or not experiment.citable:
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

"""`Run`: a training's result, read from its folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rnnlab.networks import CodeCell, Network
from rnnlab.runs import store
from rnnlab.runs.ending import ENDINGS, due_end, kept_update, seconds_allowed
from rnnlab.runs.errors import RunError
from rnnlab.runs.experiment import Experiment
from rnnlab.runs.history import History
from rnnlab.runs.kept import Parent
from rnnlab.runs.recorded import same
from rnnlab.runs.script import script
from rnnlab.runs.stages import judged
from rnnlab.runs.store import Progress, Snapshot
from rnnlab.spec import Live, SpecError
from rnnlab.tasks import AnyTask, CodeTask


@dataclass(frozen=True, repr=False, eq=False)
class Run:
    """What a training has come to. It holds arrays and descriptions only: no torch is needed to read or use it.

    Attributes:
        experiment: task, network description, training and seed.
        progress: updates and trials done, seconds spent, and why it ended (None: it has not).
        history: losses and accuracies along the way.
        network: the trained `rnnlab.networks.Network`, usable wherever a network is: the last one, or the best
            (``training.keep``).
        path: the folder it was read from, or None.
        states: updates whose states are kept there: `at`, `rnnlab.rewind` and `rnnlab.branch` go back to them.
        parent: where it branched off another run, or None.
    """

    experiment: Experiment
    progress: Progress
    history: History
    network: Network
    path: Path | None = None
    states: tuple[int, ...] = ()
    parent: Parent | None = None

    @classmethod
    def from_snapshot(cls, snapshot: Snapshot, path: Path | None = None) -> Run:
        """The run as a snapshot of a training shows it."""
        experiment = snapshot.experiment
        raw = {name: a.astype(np.float64) for name, a in _kept(snapshot).items()}
        config = snapshot.network
        network = Network(config, config.effective(raw), name=experiment.task.name)
        return cls(experiment, snapshot.progress, snapshot.history, network, path, snapshot.states, snapshot.parent)

    @property
    def task(self) -> AnyTask | CodeTask:
        """The task it learned."""
        return self.experiment.task

    @property
    def parameters(self) -> Mapping[str, NDArray[np.float64]]:
        """Effective arrays by name: signs and masks applied."""
        return self.network.parameters

    @property
    def update(self) -> int:
        """Number of updates done."""
        return self.progress.update

    @property
    def accuracy(self) -> float | None:
        """Share of the fixed validation trials that its network had right when it was last scored, in [0, 1]; None
        before the first evaluation."""
        return self.history.until(self.kept_update).accuracy

    @property
    def kept_update(self) -> int:
        """The update that its network is of: the last one or, where its training says so, the best one's."""
        return kept_update(self.experiment.training, self.history, self.stages, self.update)

    @property
    def stages(self) -> tuple[int, ...]:
        """The update at which each stage of its curriculum so far began; (0,) without one."""
        return self.progress.stages

    def at(self, update: int) -> Run:
        """The run as it was after some updates: one of `states`.

        Raises:
            RunError: there is no such state.
            ValueError: the run was not read from a folder.
        """
        if self.path is None:
            raise ValueError("at: this run is not kept in a folder; give one that rl.load has read")
        return Run.from_snapshot(store.read(self.path, update), self.path)

    def script(self, out: str | None = None) -> str:
        """A short Python file that makes this run again, bit for bit; see `rnnlab.runs.script.script`.

        For a run that was stopped early, or goes on still, it does the updates that were done and no more; where the
        best network is kept, it does those up to that one (at an end of its own it would be scored once more, and could
        keep another).
        """
        training, update = self.experiment.training, self.update
        if self.progress.reason == "diverged":
            note = f"It diverged soon after update {update} of {training.updates}, whose weights were kept."
            return script(self.experiment, out, note=note)
        timed = seconds_allowed(training) < float("inf")  # another machine would get elsewhere in that time
        seen = judged(self.task, self.history, self.progress.stages)
        ended = self.progress.reason == "curriculum" or due_end(training, seen) == update
        if ended and not timed:
            return script(self.experiment, out)
        kept, note = self.kept_update, f"The run was stopped at update {update} of {training.updates}."
        if kept < update:
            note = f"{note[:-1]}; its network is that of update {kept}, the best."
        steering = tuple(change for change in self.experiment.steering if change.update < kept or kept == update)
        ends = {"training__stop_accuracy": None, "training__stop": (), "training__keep": "last"}
        done = self.experiment.replace(training__updates=kept, **ends, steering=steering)
        return script(done, out, note=note)

    @cached_property
    def _facts(self) -> dict[str, str]:
        progress, network = self.progress, self.experiment.network
        task, experiment = _digests(self.experiment)
        kind = getattr(network, "name", type(network).__name__)
        ended = f"finished: {ENDINGS.get(progress.reason, progress.reason)}" if progress.reason else "not finished"
        return {
            "task": f"{self.task.name} ({task})",
            "network": f"{kind}, {network.n_units} units, dt {network.dt:g} ms",
            "trained": f"{progress.update} updates, {progress.n_trials} trials, {progress.seconds:.1f} s, {ended}",
            "accuracy": "not measured" if self.accuracy is None else f"{self.accuracy:.1%}{self._which()}",
            "seed": str(self.experiment.seed),
            "experiment": experiment,
            "path": "" if self.path is None else str(self.path),
        }

    def _which(self) -> str:
        return "" if self.kept_update == self.update else f" (the network of update {self.kept_update}, the best)"

    def __repr__(self) -> str:
        return "Run\n" + "\n".join(f"  {name:<11} {text}" for name, text in self._facts.items() if text)

    def _repr_html_(self) -> str:
        rows = (f"<tr><th>{name}</th><td>{escape(text)}</td></tr>" for name, text in self._facts.items() if text)
        return f"<table><caption>Run</caption>{''.join(rows)}</table>"


def _kept(snapshot: Snapshot) -> Mapping[str, NDArray]:
    """Raw parameters of the network that the run holds: the last one, or where its training says so the best."""
    training, progress = snapshot.experiment.training, snapshot.progress
    kept = kept_update(training, snapshot.history, progress.stages, progress.update)
    return snapshot.state["parameters" if kept == progress.update else "best"]


def _digests(experiment: Experiment) -> tuple[str, str]:
    """Short digests of its task and of all of it."""
    task = "Python code, not citable" if isinstance(experiment.task, CodeTask) else experiment.task.digest[:8]
    return task, experiment.digest[:8] if experiment.citable else "not citable"


def load(path: str | Path, task: CodeTask | None = None, network: CodeCell | None = None) -> Run:
    """Read a run from the folder that a training wrote.

    Args:
        path: the folder given as ``out``. It may still be training: what was last saved is read.
        task: for a run whose task was Python code: that task, made again. Without it the network, its parameters and
            the history are there, but no new trials can be drawn.
        network: for a run whose network was Python code: that cell, made again. Without it the parameters and the
            history are there, but nothing can be simulated.

    Raises:
        RunError: the folder is no run, one of its files is missing, damaged or of a newer format, or ``task`` or
            ``network`` is not the one it was trained with, as far as names, settings and shapes tell.
    """
    folder = Path(path)
    return Run.from_snapshot(with_code(store.read(folder), folder, task, network), folder)


def with_code(snapshot: Snapshot, folder: Path, task: CodeTask | None, network: CodeCell | None) -> Snapshot:
    """The snapshot with a task and a network that are Python code put back, where they are given."""
    held = snapshot.experiment
    for name, given in {"task": task, "network": network}.items():
        if given is not None and not isinstance(getattr(held, name), Live):
            raise RunError(folder, f"holds its {name} already", remedy=f"leave {name} out")
    if task is not None and not same(held.replace(task=task), held):
        raise RunError(folder, f"was trained on another task: {held.task!r}", remedy="give that one")
    if network is not None and not _is_same_network(held, network):
        known = getattr(held.network, "name", "")
        raise RunError(folder, f"was trained with another network: {known!r}", remedy="give that one, as it was")
    handed = {name: given for name, given in {"task": task, "network": network}.items() if given is not None}
    return replace(snapshot, experiment=held.replace(**handed)) if handed else snapshot


def _is_same_network(held: Experiment, network: CodeCell) -> bool:
    """Whether a cell is the one that was trained, as far as names, settings and shapes tell."""
    try:
        return same(held.replace(network=network), held)
    except SpecError:  # it does not even fit what the run changed on the way
        return False

"""`train` and `resume`: training as an iterator of events.

The caller's loop is the loop. To stop is to stop iterating, to pause is not to ask for the next event; nothing runs
between two of them.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from rnnlab.events import Diverged, Evaluated, Event, Finished, Saved, Started, Updated
from rnnlab.runs import Experiment, RunError, Snapshot, store
from rnnlab.runs.recorded import same
from rnnlab.runs.run import with_task
from rnnlab.tasks import CodeTask
from rnnlab.threads import SMALL_NETWORK
from rnnlab.training.trainer import Trainer

REMEDY = "lower the learning rate or the gradient clip, or start from a smaller spectral radius"


def train(experiment: Experiment, out: str | Path | None = None, *, resume: bool = False) -> Iterator[Event]:
    """Train, yielding events as they happen.

    Args:
        experiment: what to train. The same experiment gives the same weights, bit for bit, on the same machine.
        out: folder to write the run to; nothing is written where there is none.
        resume: where ``out`` already holds a run of this experiment, go on from its last saved state.

    Yields:
        `rnnlab.events.Started`; then `Updated`, `Evaluated`, `Saved`; at the end `Finished`. If loss or gradient stop
        being finite, `Diverged` comes before it. A caller that stops earlier leaves a run that can be resumed.

    Raises:
        RunError: ``out`` holds a run already and ``resume`` is False, holds another one, or cannot be read.

    Example:
        >>> import rnnlab as rl
        >>> experiment = rl.Experiment(
        ...     task=rl.tasks.get("perceptual_discrimination"),
        ...     network=rl.networks.LeakyRNN(n_units=10),
        ...     training=rl.Training(updates=2, batch_size=8, validation_trials=8),
        ... )
        >>> [type(event).__name__ for event in rl.train(experiment)]
        ['Started', 'Evaluated', 'Updated', 'Updated', 'Evaluated', 'Finished']
    """
    folder = None if out is None else Path(out)
    if folder is None or not store.is_run(folder):
        return _events(experiment, None, folder)
    if not resume:
        raise RunError(folder, "holds a run already", remedy="resume it, or choose another folder")
    snapshot = store.read(folder)
    if not same(snapshot.experiment, experiment):
        raise RunError(folder, "holds a run of another experiment", remedy="choose another folder")
    return _events(experiment, snapshot, folder)


def resume(path: str | Path, task: CodeTask | None = None, **changes: Any) -> Iterator[Event]:
    """Go on with a run from its last saved state, exactly as if it had never stopped.

    Args:
        path: the run's folder.
        task: for a run whose task was Python code: that task, made again.
        changes: fields of its `rnnlab.runs.Training` to change first, such as ``updates=2000`` to train longer.

    Raises:
        RunError: the folder cannot be read as a run.
        SpecError: a change is not possible.
    """
    snapshot = store.read(path)
    if task is not None:
        snapshot = with_task(snapshot, task, Path(path))
    experiment = snapshot.experiment
    if changes:
        experiment = experiment.replace(training=experiment.training.replace(**changes))
    return _events(experiment, snapshot, Path(path))


def _events(experiment: Experiment, snapshot: Snapshot | None, folder: Path | None) -> Iterator[Event]:
    with _threads(experiment.network.n_units):
        trainer = Trainer(experiment)
        clock = _Clock()
        if snapshot is not None:
            trainer.restore(snapshot)
            clock.seconds = snapshot.progress.seconds
        yield from _Session(trainer, clock, folder).events(fresh=snapshot is None)


@contextmanager
def _threads(n_units: int) -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1 if n_units <= SMALL_NETWORK else before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@dataclass
class _Clock:
    """Time spent working: what passes while the caller holds an event does not count."""

    seconds: float = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds += time.perf_counter() - start


class _Session:
    """One stretch of training, from a start or a resume to a stop."""

    def __init__(self, trainer: Trainer, clock: _Clock, folder: Path | None) -> None:
        self._trainer = trainer
        self._clock = clock
        self._folder = folder
        self._saved_at: int | None = None

    def events(self, *, fresh: bool) -> Iterator[Event]:
        trainer = self._trainer
        digest = trainer.experiment.digest if trainer.experiment.citable else ""
        yield Started(*self._now(), digest, trainer.learner.parameters.values.numel())
        self._saved_at = None if fresh else trainer.update
        try:
            reason = yield from self._until_stopped()
        except GeneratorExit:  # the caller stops here; no update is half done
            self._save(None)
            raise
        yield from self._ending(reason)

    def _until_stopped(self) -> Generator[Event, None, str]:
        """Work until a reason to stop comes up, and return it.

        What is due follows from the update and the record alone, so it does not matter where a resume begins.
        """
        trainer, training = self._trainer, self._trainer.experiment.training
        while True:
            last = trainer.update >= training.updates
            if (last or trainer.update % training.evaluate_every == 0) and self._accuracy() is None:
                evaluated = self._evaluate()
                yield evaluated
                if isinstance(evaluated, Diverged):
                    return "diverged"
            if training.stop_accuracy is not None and (self._accuracy() or 0.0) >= training.stop_accuracy:
                return "accuracy"
            if last:
                return "updates"
            if trainer.update % training.save_every == 0 and self._save(None):
                yield Saved(*self._now(), str(self._folder))
            updated = self._update()
            yield updated
            if isinstance(updated, Diverged):
                return "diverged"

    def _update(self) -> Updated | Diverged:
        with self._clock.running():
            step = self._trainer.advance()
        if step.failed:
            return Diverged(*self._now(), step.failed, REMEDY)
        return Updated(*self._now(), step.loss, step.gradient_norm)

    def _evaluate(self) -> Evaluated | Diverged:
        with self._clock.running():
            measured = self._trainer.measure()
        if self._accuracy() is None:
            return Diverged(*self._now(), "validation loss", REMEDY)
        return Evaluated(*self._now(), measured.accuracy, measured.loss, self._trainer.learner.effective())

    def _ending(self, reason: str) -> Iterator[Event]:
        if reason == "diverged":
            self._trainer.back_to_good()
        self._saved_at = None  # the reason must be written even where the state already is
        if self._save(reason):
            yield Saved(*self._now(), str(self._folder))
        yield Finished(*self._now(), reason, self._accuracy())

    def _accuracy(self) -> float | None:
        return self._trainer.record.accuracy_at(self._trainer.update)

    def _save(self, reason: str | None) -> bool:
        """Write the state unless there is no folder or it is already there; says whether it wrote."""
        if self._folder is None or self._saved_at == self._trainer.update:
            return False
        with self._clock.running():
            store.write(self._folder, self._trainer.snapshot(self._clock.seconds, reason))
        self._saved_at = self._trainer.update
        return True

    def _now(self) -> tuple[int, int, float]:
        return self._trainer.update, self._trainer.n_trials, self._clock.seconds

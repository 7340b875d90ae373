"""`train` and `resume`: training as an iterator of events.

The caller's loop is the loop. To stop is to stop iterating, to pause is not to ask for the next event; nothing runs
between two of them.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import torch

from rnnlab.events import Diverged, Evaluated, Event, Finished, Saved, StageBegan, StageEnded, Started, Steered, Updated
from rnnlab.runs import Change, Experiment, History, RunError, Snapshot, Training, lock, store
from rnnlab.runs.ending import budget_reason, due_end, last_update, reason_to_stop, seconds_allowed
from rnnlab.runs.losses import CodeLoss, MissingLoss
from rnnlab.runs.recorded import same
from rnnlab.runs.run import with_task
from rnnlab.runs.stages import judged
from rnnlab.runs.training import MAY_CHANGE
from rnnlab.tasks import CodeTask
from rnnlab.training.trainer import Trainer

Beginning: TypeAlias = Callable[[], tuple[Experiment, Snapshot | None]]
"""Says what is to be trained and where it goes on, or raises."""


class Events(Iterator[Event]):
    """A training: the iterator of its events, and what its caller may do to it between two of them.

    Attributes:
        experiment: what is trained, with every change made so far in its ``steering``.
    """

    def __init__(self, begin: Beginning, folder: Path | None) -> None:
        self.experiment, snapshot = begin()  # what can be refused is refused now
        if folder is not None:
            lock.refuse_if_held(folder)
        self._update = 0 if snapshot is None else snapshot.progress.update
        self._orders: deque[Change] = deque()
        self._events: Generator[Event, None, None] | None = _events(begin, folder, self._orders)

    def __next__(self) -> Event:
        try:
            event = next(self._events or iter(()))
        except StopIteration:
            self._events = None
            raise
        self._update = event.update
        return event

    def steer(self, path: str, value: Any, over: int = 0) -> None:
        """Change a field of the experiment, from the update to come on.

        Args:
            path: the field, e.g. ``"training.learning_rate"``, ``"network.noise"``, ``"training.penalties[0].weight"``,
                ``"network.train"``, ``"task.factors.coherence.rule.values"``.
            value: what it is from then on.
            over: updates over which a number gets there in a straight line; 0: at once.

        Raises:
            SpecError: there is no such field, it cannot change on the way, or the value does not fit. Nothing changes.
            ValueError: the training has ended.
        """
        if self._events is None:
            raise ValueError(f"steer: {path}: the training has ended; go on with rl.resume or rl.branch")
        change = Change(self._update, path, value, over)
        self.experiment = self.experiment.replace(steering=(*self.experiment.steering, change))
        self._orders.append(change)

    def close(self) -> None:
        """Stop here; the run, where there is one, is saved."""
        if self._events is not None:
            self._events.close()
            self._events = None


def train(experiment: Experiment, out: str | Path | None = None, *, resume: bool = False) -> Events:
    """Train, yielding events as they happen.

    Args:
        experiment: what to train. The same experiment gives the same weights, bit for bit, on the same machine.
        out: folder to write the run to; nothing is written where there is none.
        resume: where ``out`` already holds a run of this experiment, go on from its last saved state.

    Returns:
        The events, one after the other: `rnnlab.events.Started`; then `Updated`, `Evaluated`, `Saved`; at the end
        `Finished`. If loss or gradient stop being finite, `Diverged` comes before it. A caller that stops earlier
        leaves a run that can be resumed. Between two events the training can be steered (`Events.steer`).

    Raises:
        RunError: ``out`` holds a run already and ``resume`` is False, holds another one, cannot be read, or is being
            trained by somebody else.
        TypeError: ``experiment`` is none.

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
    if not isinstance(experiment, Experiment):
        got = type(experiment).__name__
        remedy = "give rl.Experiment(task=..., network=..., training=..., seed=...)"
        raise TypeError(f"train: experiment: expected an Experiment, got a {got}; {remedy}")
    folder = None if out is None else Path(out)
    return Events(lambda: _found(experiment, folder, resume), folder)


def resume(path: str | Path, task: CodeTask | None = None, **changes: Any) -> Events:
    """Go on with a run from its last saved state, exactly as if it had never stopped.

    Args:
        path: the run's folder.
        task: for a run whose task was Python code: that task, made again.
        changes: fields of its `rnnlab.runs.Training` to change first: ``updates`` (to train longer), ``stop_accuracy``,
            ``stop``, ``save_every``, ``states`` or ``states_at``. What the weights so far were made with stays. For a
            run whose loss was Python code also ``loss``: that function, in a `rnnlab.runs.CodeLoss` of the same name.

    Raises:
        RunError: the folder cannot be read as a run, or is being trained by somebody else.
        ValueError: a change would make the run another one than its experiment says.
    """
    folder = Path(path)
    return Events(lambda: _continued(folder, task, changes), folder)


# ---------------------------------------------------------------------------------------------------- beginning


def _found(experiment: Experiment, folder: Path | None, resume: bool) -> tuple[Experiment, Snapshot | None]:
    """The experiment, and what of it is in its folder; there it may have been steered besides."""
    if folder is None or not store.is_run(folder):
        return experiment, None
    if not resume:
        raise RunError(folder, "holds a run already", remedy="resume it, or choose another folder")
    snapshot = store.read(folder)
    steering = snapshot.experiment.steering
    if set(experiment.steering) <= set(steering):
        experiment = experiment.replace(steering=steering)
    if not same(snapshot.experiment, experiment):
        raise RunError(folder, "holds a run of another experiment", remedy="choose another folder")
    return experiment, snapshot


def _continued(folder: Path, task: CodeTask | None, changes: Mapping[str, Any]) -> tuple[Experiment, Snapshot]:
    snapshot = store.read(folder)
    if task is not None:
        snapshot = with_task(snapshot, task, folder)
    before, done = snapshot.experiment.training, snapshot.progress.update
    after = before.replace(**changes)
    for name in changes:
        old, new = getattr(before, name), getattr(after, name)
        if name not in MAY_CHANGE and new != old and not _is_handed_over(old, new):
            allowed = ", ".join(MAY_CHANGE)
            problem = f"the weights so far were made with {old!r}, and a run that goes on can change only {allowed}"
            raise ValueError(f"resume: {name}={new!r}: {problem}; for another {name} start a new run")
    if changes and (end := _due_end(after, snapshot)) < done:
        name, remedy = _culprit(after, changes, end, done)
        problem = f"would have ended the run after {end} updates, and {done} are done"
        raise ValueError(f"resume: {name}={getattr(after, name)!r}: {problem}; give {remedy}, or start a new run")
    return snapshot.experiment.replace(training=after), snapshot


def _due_end(training: Training, snapshot: Snapshot) -> int:
    return due_end(training, judged(snapshot.experiment.task, snapshot.history, snapshot.progress.stages))


def _culprit(training: Training, changes: Mapping[str, Any], end: int, done: int) -> tuple[str, str]:
    """Which change would have ended a run too early, and what to give instead."""
    if end == training.updates:
        return "updates", f"at least {done}"
    return ("stop_accuracy", "more, or None") if "stop_accuracy" in changes else ("stop", "later ends, or none")


def _is_handed_over(old: Any, new: Any) -> bool:
    """Whether a loss that was Python code comes back."""
    return isinstance(old, MissingLoss) and isinstance(new, CodeLoss) and new.name == old.name


def _events(begin: Beginning, folder: Path | None, orders: deque[Change]) -> Generator[Event, None, None]:
    with nullcontext() if folder is None else lock.held(folder):
        experiment, snapshot = begin()  # once more, now that nobody else can change the folder
        bench = _Bench(experiment.training.threads)
        with bench.working():
            trainer = Trainer(experiment)
            if snapshot is not None:
                trainer.restore(snapshot)
        bench.seconds = 0.0 if snapshot is None else snapshot.progress.seconds
        yield from _Session(trainer, bench, folder, orders).events(fresh=snapshot is None)


# ----------------------------------------------------------------------------------------------------- training


@dataclass
class _Bench:
    """Where work is done: on the experiment's number of threads, and timed.

    What happens while the caller holds an event does not count, and has the caller's number of threads.
    """

    threads: int
    seconds: float = 0.0

    @contextmanager
    def working(self) -> Iterator[None]:
        start, before = time.perf_counter(), torch.get_num_threads()
        torch.set_num_threads(self.threads)
        try:
            yield
        finally:
            torch.set_num_threads(before)
            self.seconds += time.perf_counter() - start


class _Session:
    """One stretch of training, from a start or a resume to a stop."""

    def __init__(self, trainer: Trainer, bench: _Bench, folder: Path | None, orders: deque[Change]) -> None:
        self._trainer = trainer
        self._orders = orders
        self._bench = bench
        self._folder = folder
        self._saved_at: int | None = None

    def events(self, *, fresh: bool) -> Iterator[Event]:
        trainer = self._trainer
        digest = trainer.experiment.digest if trainer.experiment.citable else ""
        yield Started(*self._now(), digest, trainer.learner.parameters.values.numel())
        self._saved_at = None if fresh else trainer.update
        try:
            if fresh and trainer.stage is not None:
                yield self._stage_began()
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
        end, seconds = last_update(training), seconds_allowed(training)
        while True:
            over = self._bench.seconds >= seconds
            last = over or trainer.update >= end
            due = last or trainer.update % training.evaluate_every == 0
            if due and self._accuracy() is None:
                evaluated = self._evaluate()
                yield evaluated
                if isinstance(evaluated, Diverged):
                    return "diverged"
            if due and (reason := reason_to_stop(training, self._judged())) is not None:
                return reason
            ended = trainer.stage_end()
            if ended is not None and trainer.in_last_stage:
                return "curriculum"
            if last:
                return "seconds" if over else budget_reason(training)
            if ended is not None:
                yield from self._next_stage(ended)
            to_save = trainer.update % training.save_every == 0 or trainer.update in training.states_at
            if to_save and self._save(None):
                yield Saved(*self._now(), str(self._folder))
            yield from self._steer()
            updated = self._update()
            yield updated
            if isinstance(updated, Diverged):
                return "diverged"

    def _judged(self) -> History:
        trainer = self._trainer
        return judged(trainer.experiment.task, trainer.record.history(), trainer.stages)

    def _next_stage(self, reason: str) -> Iterator[Event]:
        over = len(self._trainer.stages) - 1, self._stage_name()
        self._trainer.next_stage()
        yield StageEnded(*self._now(), *over, reason)
        yield self._stage_began()

    def _stage_began(self) -> StageBegan:
        return StageBegan(*self._now(), len(self._trainer.stages) - 1, self._stage_name())

    def _stage_name(self) -> str:
        return "" if self._trainer.stage is None else self._trainer.stage.task.name

    def _obey(self) -> None:
        """Put what the caller has ordered into the experiment."""
        changes = [self._orders.popleft().replace(update=self._trainer.update) for _ in range(len(self._orders))]
        if changes:
            self._trainer.steer(changes)
            self._saved_at = None  # the changes must be written even where the state already is

    def _steer(self) -> Iterator[Event]:
        """Tell of the changes that act from here on; whoever is told of one may make another."""
        told = 0
        self._obey()
        while told < len(here := self._trainer.begins()):
            change, told = here[told], told + 1
            yield Steered(*self._now(), change.path, change.value, change.over)
            self._obey()

    def _update(self) -> Updated | Diverged:
        with self._bench.working():
            step = self._trainer.advance()
        if step.failed:
            return Diverged(*self._now(), step.failed, self._trainer.diagnosis.remedy, self._trainer.diagnosis.began)
        return Updated(*self._now(), step.loss, step.gradient_norm, step.penalty)

    def _evaluate(self) -> Evaluated | Diverged:
        with self._bench.working():
            measured = self._trainer.measure()
        if self._accuracy() is None:
            found = self._trainer.diagnosis
            return Diverged(*self._now(), "validation loss", found.remedy, found.began)
        parameters, health = self._trainer.learner.effective(), self._trainer.health(measured)
        tasks = measured.tasks if self._trainer.experiment.task_names else {}
        return Evaluated(*self._now(), measured.accuracy, measured.loss, parameters, measured.worst, health, tasks)

    def _ending(self, reason: str) -> Iterator[Event]:
        if reason == "diverged":
            self._trainer.back_to_good()
        self._saved_at = None  # the reason must be written even where the state already is
        if self._save(reason):
            yield Saved(*self._now(), str(self._folder))
        kept, parameters = self._trainer.kept()
        shown = {} if kept == self._trainer.update else parameters
        yield Finished(*self._now(), reason, self._accuracy(), kept, shown)

    def _accuracy(self) -> float | None:
        return self._trainer.record.accuracy_at(self._trainer.update)

    def _save(self, reason: str | None) -> bool:
        """Write the state unless there is no folder or it is already there; says whether it wrote."""
        self._obey()
        if self._folder is None or self._saved_at == self._trainer.update:
            return False
        with self._bench.working():
            store.write(self._folder, self._trainer.snapshot(self._bench.seconds, reason))
        self._saved_at = self._trainer.update
        return True

    def _now(self) -> tuple[int, int, float]:
        return self._trainer.update, self._trainer.n_trials, self._bench.seconds

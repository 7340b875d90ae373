"""One stretch of training, from a start or a resume to a stop: what is done when, and what is told of it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch

from rnnlab.events import Diverged, Evaluated, Event, Finished, Saved, StageBegan, StageEnded, Started, Steered, Updated
from rnnlab.runs import Change, History, store
from rnnlab.runs.ending import budget_reason, last_update, reason_to_stop, seconds_allowed
from rnnlab.runs.stages import judged
from rnnlab.training.trainer import Trainer


@dataclass
class Bench:
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


class Stretch:
    """One stretch of training, from a start or a resume to a stop."""

    def __init__(self, trainer: Trainer, bench: Bench, folder: Path | None, orders: deque[Change]) -> None:
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
        return Updated(*self._now(), step.loss, step.gradient_norm, step.penalty, step.penalties, step.not_finite)

    def _evaluate(self) -> Evaluated | Diverged:
        with self._bench.working():
            measured = self._trainer.measure()
        if self._accuracy() is None:
            found = self._trainer.diagnosis
            return Diverged(*self._now(), "validation loss", found.remedy, found.began)
        parameters, health = self._trainer.learner.effective(), self._trainer.health(measured)
        tasks = measured.tasks if self._trainer.experiment.task_names else {}
        m, each = measured, measured.conditions
        return Evaluated(*self._now(), m.accuracy, m.loss, parameters, m.worst, health, tasks, each)

    def _ending(self, reason: str) -> Iterator[Event]:
        if reason == "diverged":
            self._trainer.back_to_good()
        self._saved_at = None  # the reason must be written even where the state already is
        if self._save(reason):
            yield Saved(*self._now(), str(self._folder))
        kept, parameters = self._trainer.kept()
        shown = {} if kept == self._trainer.update else parameters
        yield Finished(*self._now(), reason, self._trainer.record.accuracy_at(kept), kept, shown)

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

"""`train` and `resume`: training as an iterator of events, which can be steered.

The caller's loop is the loop. To stop is to stop iterating, to pause is not to ask for the next event; nothing runs
between two of them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any, TypeAlias

from rnnlab.events import Event
from rnnlab.networks import CodeCell
from rnnlab.runs import Change, Experiment, RunError, Snapshot, lock, store
from rnnlab.runs.going_back import refuse_past_end
from rnnlab.runs.losses import CodeLoss, MissingLoss
from rnnlab.runs.recorded import same
from rnnlab.runs.run import with_code
from rnnlab.runs.training import MAY_CHANGE
from rnnlab.tasks import CodeTask
from rnnlab.training.company import SideBySide
from rnnlab.training.stretch import Bench, Stretch
from rnnlab.training.trainer import Trainer

Beginning: TypeAlias = Callable[[], tuple[Experiment, Snapshot | None]]
"""Says what is to be trained and where it goes on, or raises."""


class Events(Iterator[Event]):
    """A training: the iterator of its events, and what its caller may do to it between two of them.

    Attributes:
        experiment: what is trained, with every change made so far in its ``steering``.
    """

    def __init__(self, begin: Beginning, folder: Path | None, company: SideBySide | None = None) -> None:
        self.experiment, snapshot = begin()  # what can be refused is refused now
        if folder is not None:
            lock.refuse_if_held(folder)
        self._update = 0 if snapshot is None else snapshot.progress.update
        self._orders: deque[Change] = deque()
        self._events: Generator[Event, None, None] | None = _events(begin, folder, self._orders, company)

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
    check_experiment(experiment, "train")
    folder = None if out is None else Path(out)
    return Events(lambda: found_or_new(experiment, folder, resume), folder)


def resume(path: str | Path, task: CodeTask | None = None, network: CodeCell | None = None, **changes: Any) -> Events:
    """Go on with a run from its last saved state, exactly as if it had never stopped.

    Args:
        path: the run's folder.
        task: for a run whose task was Python code: that task, made again.
        network: for a run whose network was Python code: that cell, made again.
        changes: fields of its `rnnlab.runs.Training` to change first: ``updates`` (to train longer), ``stop_accuracy``,
            ``stop``, ``save_every``, ``states`` or ``states_at``. What the weights so far were made with stays. For a
            run whose loss was Python code also ``loss``: that function, in a `rnnlab.runs.CodeLoss` of the same name.

    Raises:
        RunError: the folder cannot be read as a run, or is being trained by somebody else.
        ValueError: a change would make the run another one than its experiment says.
    """
    folder = Path(path)
    return Events(lambda: _continued(folder, task, network, changes), folder)


# ---------------------------------------------------------------------------------------------------- beginning


def found_or_new(experiment: Experiment, folder: Path | None, resume: bool) -> tuple[Experiment, Snapshot | None]:
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


def _continued(
    folder: Path, task: CodeTask | None, network: CodeCell | None, changes: Mapping[str, Any]
) -> tuple[Experiment, Snapshot]:
    snapshot = with_code(store.read(folder), folder, task, network)
    before = snapshot.experiment.training
    after = before.replace(**changes)
    for name in changes:
        old, new = getattr(before, name), getattr(after, name)
        if name not in MAY_CHANGE and new != old and not _is_handed_over(old, new):
            allowed = ", ".join(MAY_CHANGE)
            problem = f"the weights so far were made with {old!r}, and a run that goes on can change only {allowed}"
            raise ValueError(f"resume: {name}={new!r}: {problem}; for another {name} start a new run")
    if changes:
        refuse_past_end(after, snapshot, changes, "resume", "start a new run")
    return snapshot.experiment.replace(training=after), snapshot


def _is_handed_over(old: Any, new: Any) -> bool:
    """Whether a loss that was Python code comes back."""
    return isinstance(old, MissingLoss) and isinstance(new, CodeLoss) and new.name == old.name


def _events(
    begin: Beginning, folder: Path | None, orders: deque[Change], company: SideBySide | None
) -> Generator[Event, None, None]:
    with nullcontext() if folder is None else lock.held(folder):
        experiment, snapshot = begin()  # once more, now that nobody else can change the folder
        bench = Bench(experiment.training.threads)
        with bench.working():
            trainer = Trainer(experiment)
            if snapshot is not None:
                trainer.restore(snapshot)
        bench.seconds = 0.0 if snapshot is None else snapshot.progress.seconds
        with nullcontext() if company is None else company.with_(trainer):
            yield from Stretch(trainer, bench, folder, orders).events(fresh=snapshot is None)


def check_experiment(experiment: Any, caller: str) -> None:
    """Raise `TypeError` for anything that is no experiment."""
    if not isinstance(experiment, Experiment):
        got = type(experiment).__name__
        remedy = "give rl.Experiment(task=..., network=..., training=..., seed=...)"
        raise TypeError(f"{caller}: experiment: expected an Experiment, got a {got}; {remedy}")

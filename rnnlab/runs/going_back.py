"""Going back: a run put back to one of its kept states, or another run that goes on from there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from rnnlab.runs import lock, store
from rnnlab.runs.ending import due_end
from rnnlab.runs.errors import RunError
from rnnlab.runs.experiment import Experiment
from rnnlab.runs.kept import Parent
from rnnlab.runs.run import Run, load
from rnnlab.runs.stages import judged
from rnnlab.runs.steering import Change
from rnnlab.runs.store import Snapshot
from rnnlab.runs.training import MAY_CHANGE, Training
from rnnlab.spec.paths import keys, with_values


def branch(
    path: str | Path,
    out: str | Path,
    at: int | None = None,
    changes: Mapping[str, Any] | None = None,
    *,
    keep_steering: bool = True,
) -> Run:
    """A run of its own that begins as another one was after some updates. `rnnlab.resume` trains it on.

    Without any change it becomes what the other one did, bit for bit. It says where it came from (`Run.parent`).

    Args:
        path: folder of the run to branch off; it is only read.
        out: folder for the new run.
        at: updates done there: one of ``rl.load(path).states``; left out, the newest.
        changes: path of a field -> what it is from there on, e.g. ``{"training.learning_rate": 1e-4}``: they become
            part of the new run's steering. Ends and saving (``training.updates``, ``training.stop`` ...) are changed in
            its training itself.
        keep_steering: whether the other run's changes at ``at`` and later are made again.

    Raises:
        SpecError: a change cannot be.
        ValueError: with an end that is changed the training would have been over before ``at``.
        RunError: there is no such state, or ``out`` holds a run already.

    Example:
        >>> import rnnlab as rl
        >>> experiment = rl.Experiment(
        ...     task=rl.tasks.get("perceptual_discrimination"),
        ...     network=rl.networks.LeakyRNN(n_units=10),
        ...     training=rl.Training(updates=4, batch_size=8, validation_trials=8, save_every=2),
        ... )
        >>> _ = list(rl.train(experiment, out="runs/trunk"))
        >>> rl.load("runs/trunk").states
        (0, 2, 4)
        >>> rl.branch("runs/trunk", "runs/twig", at=2).parent.update
        2
    """
    target = Path(out)
    snapshot = store.read(path, at)
    experiment = snapshot.experiment if keep_steering else _unsteered(snapshot)
    experiment = _changed(experiment, snapshot.progress.update, changes or {})
    if ends := [keys(path)[1] for path in changes or {} if _is_free(keys(path))]:
        refuse_past_end(experiment.training, snapshot, ends, "branch", "branch off earlier")
    with lock.held(target):
        if store.is_run(target):
            raise RunError(target, "holds a run already", remedy="choose another folder")
        store.write(target, replace(_going_on(snapshot), experiment=experiment, parent=_parent(snapshot)))
    return load(target)


def rewind(path: str | Path, at: int, *, keep_steering: bool = False) -> Run:
    """Put a run back to one of its kept states; what came after it is gone. `rnnlab.resume` trains it on.

    Args:
        path: the run's folder.
        at: updates done there: one of ``rl.load(path).states``.
        keep_steering: whether changes at ``at`` and later are made again.

    Raises:
        RunError: there is no such state, or the run is being trained.
    """
    folder = Path(path)
    store.read(folder, at)  # refused before the folder is touched
    with lock.held(folder):
        snapshot = store.read(folder, at)
        experiment = snapshot.experiment if keep_steering else _unsteered(snapshot)
        store.write(folder, replace(_going_on(snapshot), experiment=experiment))
    return load(folder)


def redirect(path: str | Path, change: Change) -> Run:
    """Have a run that stands still go on with a change, from where it stands. `rnnlab.resume` trains it on.

    From Python `rnnlab.training.loop.Events.steer` does the same, before the first event.

    Raises:
        SpecError: the change cannot be.
        RunError: there is no run, or it is being trained.
    """
    folder = Path(path)
    store.read(folder)  # refused before the folder is touched
    with lock.held(folder):
        snapshot = store.read(folder)
        here = change.replace(update=snapshot.progress.update)
        experiment = snapshot.experiment.replace(steering=(*snapshot.experiment.steering, here))
        store.write(folder, replace(_going_on(snapshot), experiment=experiment))
    return load(folder)


def refuse_past_end(training: Training, snapshot: Snapshot, changed: Collection[str], who: str, instead: str) -> None:
    """Raise ValueError where a training with other ends than it had would have ended before what is done already.

    Args:
        training: with the new ends.
        snapshot: what is done.
        changed: names of the fields that are new.
        who, instead: who asks, and what else could be done.
    """
    done = snapshot.progress.update
    end = due_end(training, judged(snapshot.experiment.task, snapshot.history, snapshot.progress.stages))
    if end >= done:
        return
    name, remedy = ("stop_accuracy", "more, or None") if "stop_accuracy" in changed else ("stop", "later ends, or none")
    if end == training.updates:
        name, remedy = "updates", f"at least {done}"
    problem = f"would have ended the run after {end} updates, and {done} are done"
    raise ValueError(f"{who}: {name}={getattr(training, name)!r}: {problem}; give {remedy}, or {instead}")


def _going_on(snapshot: Snapshot) -> Snapshot:
    """The same, not at its end."""
    return replace(snapshot, progress=replace(snapshot.progress, reason=None))


def _unsteered(snapshot: Snapshot) -> Experiment:
    """The experiment with only the changes that were made before."""
    steering = snapshot.experiment.steering
    return snapshot.experiment.replace(steering=tuple(c for c in steering if c.update < snapshot.progress.update))


def _changed(experiment: Experiment, update: int, changes: Mapping[str, Any]) -> Experiment:
    free = {path: value for path, value in changes.items() if _is_free(keys(path))}
    steered = (Change(update, path, value) for path, value in changes.items() if path not in free)
    return with_values(experiment, {**free, "steering": (*experiment.steering, *steered)})


def _is_free(path: tuple[str, ...]) -> bool:
    return path[:1] == ("training",) and path[1:2] != () and path[1] in MAY_CHANGE


def _parent(snapshot: Snapshot) -> Parent:
    digest = snapshot.experiment.digest if snapshot.experiment.citable else ""
    return Parent(digest, snapshot.digest, snapshot.progress.update)

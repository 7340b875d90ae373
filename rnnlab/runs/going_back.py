"""Going back: a run put back to one of its kept states, or another run that goes on from there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rnnlab.runs import lock, store
from rnnlab.runs.errors import RunError
from rnnlab.runs.kept import Parent
from rnnlab.runs.run import Run, load
from rnnlab.runs.store import Snapshot


def branch(path: str | Path, out: str | Path, at: int | None = None) -> Run:
    """A run of its own that begins as another one was after some updates. `rnnlab.resume` trains it on.

    Without any change it becomes what the other one did, bit for bit. It says where it came from (`Run.parent`).

    Args:
        path: folder of the run to branch off; it is only read.
        out: folder for the new run.
        at: updates done there: one of ``rl.load(path).states``; left out, the newest.

    Raises:
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
    with lock.held(target):
        if store.is_run(target):
            raise RunError(target, "holds a run already", remedy="choose another folder")
        store.write(target, replace(_going_on(snapshot), parent=_parent(snapshot)))
    return load(target)


def rewind(path: str | Path, at: int) -> Run:
    """Put a run back to one of its kept states; what came after it is gone. `rnnlab.resume` trains it on.

    Args:
        path: the run's folder.
        at: updates done there: one of ``rl.load(path).states``.

    Raises:
        RunError: there is no such state, or the run is being trained.
    """
    folder = Path(path)
    store.read(folder, at)  # refused before the folder is touched
    with lock.held(folder):
        store.write(folder, _going_on(store.read(folder, at)))
    return load(folder)


def _going_on(snapshot: Snapshot) -> Snapshot:
    """The same, not at its end."""
    return replace(snapshot, progress=replace(snapshot.progress, reason=None))


def _parent(snapshot: Snapshot) -> Parent:
    digest = snapshot.experiment.digest if snapshot.experiment.citable else ""
    return Parent(digest, snapshot.digest, snapshot.progress.update)

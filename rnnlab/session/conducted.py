"""Train, pause, resume, stop and keep: what a session can do with a training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import param

from rnnlab.runs import Change, Experiment, History, Run, RunError, load
from rnnlab.runs.beginning import untrained
from rnnlab.runs.going_back import redirect
from rnnlab.runs.steering import steered
from rnnlab.session.folder import Folder, copy_run
from rnnlab.session.progress import Course
from rnnlab.session.transport import PHASES, Transport
from rnnlab.session.wanted import Wanted
from rnnlab.spec.codec import encode

MOST_OTHERS = 6
"""More trainings than this are not compared with."""


RUNNING = ("starting", "training", "paused")

HELD = ("stopped", "failed", "diverged")
"""Phases in which a training stands still before its end: what it goes on with can be changed."""


class Conducted(Wanted):
    """The training of a `rnnlab.session.Session`: where it stands, and the buttons that move it."""

    phase: Any = param.Selector(default="idle", objects=list(PHASES), doc="Where the training stands.")
    message = param.String("", doc="A sentence about it, or ''.")
    trained = param.Parameter(doc="The Experiment `network` and `history` come from; None before any training.")
    parent = param.Parameter(doc="Where the run shown branched off another: a `rnnlab.runs.kept.Parent`, or None.")
    others = param.Parameter((), doc="Histories of other trainings to compare with: those shown before, its siblings.")
    stale = param.Boolean(False, doc="Whether what is edited differs from what was or is being trained.")

    def __init__(self, **params: Any) -> None:
        super().__init__(**params)
        self._transport = Transport()
        self._folder = Folder()
        self._run_folder: Path | None = None
        self._course = Course()
        self._steering_of: tuple[Any, int, dict[tuple[str | int, ...], Any]] = None, 0, {}

    def _set(self, changes: dict[str, Any]) -> None:
        """Set parameters, all at once."""
        raise NotImplementedError

    def _heard(self) -> dict[str, Any]:
        """What is known of the training, as parameters."""
        raise NotImplementedError

    def _tell(self) -> None:
        self.param.update(**self._phase())

    def _phase(self) -> dict[str, Any]:
        return {"phase": self._transport.phase, "message": self._transport.message}

    @property
    def can_train(self) -> bool:
        """Whether `train` would do something."""
        return not self._transport.active or self.phase == "paused"

    @property
    def can_pause(self) -> bool:
        """Whether there is something to hold."""
        return self.phase == "training"

    @property
    def can_stop(self) -> bool:
        """Whether there is something to end."""
        return self.phase in ("starting", "training", "paused")

    @property
    def can_resume(self) -> bool:
        """Whether there is a training to go on with: one that is held, one that was stopped and is written down, or
        one that came to its end and is now wanted longer."""
        if self.phase == "paused":
            return True
        if self._transport.active or self.run_folder is None:
            return False
        return self.phase in ("stopped", "failed") or "updates" in self._longer()

    def _longer(self) -> dict[str, int]:
        """The change of training that is wanted, where it is only a larger number of updates."""
        trained, wanted = self.trained, self.experiment.training.updates
        if trained is None or wanted <= self._course.update:
            return {}
        return {"updates": wanted} if self.experiment == trained.replace(training__updates=wanted) else {}

    @property
    def run_folder(self) -> Path | None:
        """Where the training shown is written, once something is."""
        folder = self._run_folder
        return folder if folder is not None and (folder / "run.json").exists() else None

    def train(self) -> None:
        """Train what is wanted now from its beginning; a training that is held goes on instead."""
        if self.phase == "paused":
            self.resume()
        elif not self._transport.active:
            self.start_afresh()

    def start_afresh(self) -> None:
        """Train what is wanted now from its beginning, whatever is under way."""
        others = self._compared_with(self.experiment)
        self._run_folder = self._folder.fresh()
        self._course = Course()
        self._transport.begin({"experiment": self.experiment.to_data(), "out": str(self._run_folder), "resume": None})
        with param.parameterized.batch_call_watchers(self):
            self.param.update(trained=self.experiment, stale=False, others=others, parent=None)
            self._set({"network": untrained(self.experiment), "network_update": 0, **self._heard()})

    def _compared_with(self, experiment: Experiment) -> tuple[History, ...]:
        """What a training of ``experiment`` is compared with: what is shown now, where that was of the same task."""
        history = self._course.history
        if self.trained is None or self.trained.task.name != experiment.task.name or not len(history.updates):
            return self.others if self.trained is None else ()
        return (*self.others, history)[-MOST_OTHERS:]

    def pause(self) -> None:
        """Hold the training after the update in hand."""
        self._transport.pause()

    def resume(self) -> None:
        """Go on: with the training that is held, or from what was last written of one that was stopped.

        A run that was opened from elsewhere is copied, and never changed.
        """
        if self.phase == "paused":
            self._transport.resume()
        elif self.can_resume and self._run_folder is not None:
            changes = self._longer()
            self._run_folder = self._folder.own(self._run_folder)
            self._transport.begin({"resume": str(self._run_folder), "changes": changes})
            if changes:
                self.param.update(trained=self.experiment, stale=False)
        self._tell()

    @property
    def can_steer(self) -> bool:
        """Whether there is a training whose fields can be changed: one that goes on, or one that can go on."""
        return self.trained is not None and (self.phase in RUNNING or self._stands_still)

    @property
    def _stands_still(self) -> bool:
        return self.phase in HELD and self.run_folder is not None

    def steer(self, path: str, value: Any, over: int = 0) -> bool:
        """Change a field of what is being trained, after the update in hand; see `rnnlab.training.loop.Events.steer`.

        Of a training that stands still: from where it stands, once it goes on. Once it is done `trained` has the change
        in its steering. What cannot be is put into ``errors["steer"]``.
        """
        try:
            if not self.can_steer:
                raise ValueError("nothing is being trained; press Train first")
            change = Change(self._course.update, path, value, over)
            self.trained.replace(steering=(*self.trained.steering, change))
            if self._stands_still:
                self._redirect(change)
            else:
                self._transport.steer(path, encode(value), over)
        except (ValueError, OSError) as error:
            self._wishes.complain("steer", error)
        else:
            self._wishes.settle()
        self._tell_wishes()
        return "steer" not in self.errors

    def _redirect(self, change: Change) -> None:
        """Write a change into the run that stands still, and follow with what is wanted where that was the same."""
        assert self.run_folder is not None
        follows = self.experiment == self.trained or bool(self._longer())
        self._run_folder = self._folder.own(self.run_folder)
        run = redirect(self._run_folder, change)
        done, steering = run.progress, run.experiment.steering
        self._course = Course(run.history, done.update, done.n_trials, done.seconds, done.stages)
        self._transport.opened(finished=False, update=done.update)
        wanted = self.experiment.replace(steering=steering) if follows else self.experiment
        with param.parameterized.batch_call_watchers(self):
            self.param.update(trained=run.experiment)
            self._adopt(replace(self.intent, experiment=wanted))
            self._set(self._heard())

    def _steered(self, words: Sequence[Mapping[str, Any]]) -> None:
        """Take in what was changed, and what could not be."""
        for word in words:
            if word["kind"] == "refused":
                self._wishes.complain("steer", ValueError(word["problem"]))
                self._tell_wishes()
            elif word["kind"] == "steered" and self.trained is not None:
                self._note(Change(word["update"], word["path"], word["value"], word["over"]))

    def _note(self, change: Change) -> None:
        """A change was made. It is new unless it was planned, or told already."""
        before = self.trained
        known = [(c.update, c.path, c.over, encode(c.value)) for c in before.steering]
        if (change.update, change.path, change.over, change.value) in known:
            return
        after = before.replace(steering=(*before.steering, change))
        with param.parameterized.batch_call_watchers(self):
            self.param.update(trained=after)
            if self.experiment == before:
                self._adopt(replace(self.intent, experiment=after))

    @property
    def steered(self) -> dict[tuple[str | int, ...], Any]:
        """What steering has made of fields of the training shown: field -> value in force, where that is another."""
        asked = self.trained, self._course.update
        if asked[0] is not self._steering_of[0] or asked[1] != self._steering_of[1]:
            self._steering_of = (*asked, {} if self.trained is None else steered(*asked))
        return self._steering_of[2]

    def stop(self) -> None:
        """End the training; what was written of it stays."""
        self._transport.stop()
        self._tell()

    def warm(self) -> None:
        """Have a training process ready, so that a first training starts at once."""
        self._transport.warm()

    @property
    def worker_pid(self) -> int | None:
        """The training process, where one is running."""
        return self._transport.pid

    @property
    def worker_ready(self) -> bool:
        """Whether a training process waits that would start at once."""
        return self._transport.ready

    def save(self, path: str | Path) -> Path:
        """Copy the training shown to a folder that stays.

        Raises:
            ValueError: nothing of it was written yet, or the folder holds something else already.
            RunError: the folder cannot be written.
        """
        if self.run_folder is None:
            raise ValueError("save: nothing was trained and written yet; press Train first")
        target = Path(path).expanduser()
        if not _may_hold(target, load(self.run_folder)):
            raise ValueError(f"{target}: holds something already; give a new folder")
        return copy_run(self.run_folder, target)


def _may_hold(target: Path, run: Run) -> bool:
    """Whether writing a run there loses nothing: nothing is there, or an earlier state of the same training."""
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return True
    try:
        there = load(target)
    except (RunError, OSError):
        return False
    return there.experiment == run.experiment and there.progress.update <= run.progress.update

"""``rnnlab train``: the loop of a script, with a progress bar."""

from __future__ import annotations

import signal
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from tqdm import tqdm

from rnnlab.app.settings import apply_settings
from rnnlab.events import Diverged, Evaluated, Event, Finished, StageBegan, Started, Updated
from rnnlab.runs import Experiment, load
from rnnlab.runs.described import described
from rnnlab.runs.ending import ENDINGS
from rnnlab.spec import SpecError, did_you_mean

DIVERGED = 1
"""Exit code of a training whose loss stopped being finite."""

INTERRUPTED = 130


def train(options: Namespace) -> int:
    """Train what the options name, or go on with a run."""
    if options.resume is not None:
        return _resume(options)
    if options.seeds is not None:
        return _train_ensemble(options)
    if options.what is None or options.out is None:
        missing = "TASK or FILE.json" if options.what is None else "--out DIR"
        raise ValueError(f"train: {missing} is missing; for example: rnnlab train flip_flop --out runs/first")
    out = Path(options.out)
    if (out / "run.json").exists():
        raise ValueError(
            f"--out {out}: holds a run already; go on with it (rnnlab train --resume {out}) or name another"
        )
    experiment = read_experiment(options.what, options.settings, options.seed)
    _say_notes(experiment)
    from rnnlab.training import train as events_of  # torch is loaded here, after all that can be refused without it

    return _drain(events_of(experiment, out=out), experiment.training.updates, out)


def _say_notes(experiment: Experiment) -> None:
    for note in experiment.notes:
        print(f"note: {note}", file=sys.stderr)


def _train_ensemble(options: Namespace) -> int:
    """A run for each seed; those that are there already go on."""
    if options.what is None or options.out is None or options.seed is not None:
        raise ValueError("--seeds: give TASK or EXPERIMENT.json and --out DIR, and leave out --seed and --resume")
    experiment, updates = read_experiment(options.what, options.settings), dict.fromkeys(options.seeds, 0)
    _say_notes(experiment)
    from rnnlab.training import train_ensemble

    each = experiment.training.updates
    with _bar(each * len(updates), f"{len(updates)} network{'s' * (len(updates) > 1)} x {each} updates") as bar:

        def show(seed: int, update: int) -> None:
            updates[seed] = update
            bar.update(sum(updates.values()) - bar.n)

        try:
            runs = train_ensemble(experiment, options.seeds, options.out, resume=True, heard=show)
        except KeyboardInterrupt:
            bar.close()
            print(f"stopped; the same command goes on with what is in {options.out}")
            return INTERRUPTED
    for run in runs:
        correct = _scored(run.accuracy, run.kept_update, run.update)
        reason = ENDINGS.get(run.progress.reason or "", run.progress.reason)
        print(f"{run.path}: {correct}after {run.update} updates ({reason})")
    return DIVERGED if any(run.progress.reason == "diverged" for run in runs) else 0


def _bar(total: int, of: str | None = None) -> tqdm:
    """On stderr; of what the total is made stands before it. A file gets a line every ten seconds."""
    interval = 0.2 if sys.stderr.isatty() else 10.0
    return tqdm(desc=of, total=total, unit="update", dynamic_ncols=True, mininterval=interval, file=sys.stderr)


def _resume(options: Namespace) -> int:
    out = Path(options.resume)
    if any(getattr(options, name) is not None for name in ("what", "out", "seed", "seeds")):
        raise ValueError("--resume: goes on with the run as it is; leave out TASK, --out, --seed and --seeds")
    changes = dict(_of_training(path, value) for path, value in options.settings)
    training = load(out).experiment.training.replace(**changes)
    from rnnlab.training import resume

    events = resume(out, **changes)
    return _drain(events, training.updates, out)


def _of_training(path: str, value: Any) -> tuple[str, Any]:
    head, _, field = path.removeprefix("experiment.").partition(".")
    if head != "training" or not field:
        raise ValueError(f"--set {path}: a run that goes on keeps its task and network; give training.NAME=VALUE")
    return field, value


# ------------------------------------------------------------------------------------------------ what to train


def read_experiment(what: str, settings: list[tuple[str, Any]], seed: int | None = None) -> Experiment:
    """The experiment that a task's name or a file says (of an experiment, a task, a set of tasks or a curriculum), with
    settings and seed applied.

    For a task of the catalogue ``task.NAME`` sets the task's own settings (``task.coherences=0.1,0.3``) as well as
    the fields of its description.
    """
    if _is_file(what):
        experiment = described(Path(what).read_bytes())
    else:
        experiment, settings = _from_catalogue(what, settings)
    if seed is not None:
        settings = [*settings, ("seed", seed)]
    return apply_settings(experiment, settings)


def _is_file(what: str) -> bool:
    """Whether a file is meant: a path is one, a plain word only where the catalogue does not know it."""
    from rnnlab import tasks

    if what.endswith(".json") or Path(what).name != what:
        return True
    return what not in {*tasks.TASKS, *tasks.COLLECTIONS} and Path(what).is_file()


def _from_catalogue(name: str, settings: list[tuple[str, Any]]) -> tuple[Experiment, list[tuple[str, Any]]]:
    from rnnlab import tasks
    from rnnlab.networks import LeakyRNN
    from rnnlab.tasks.catalogue import unknown_task

    if name in tasks.COLLECTIONS:
        return Experiment(task=tasks.collection(name), network=LeakyRNN()), settings
    if name not in tasks.TASKS:  # before anything else is looked at
        raise unknown_task(name, {**tasks.TASKS, **tasks.COLLECTIONS})
    task = tasks.get(name)
    known = {*tasks.TASKS[name].settings(), *task.to_data()} - {"kind"}
    own, rest = {}, []
    for path, value in settings:
        head, _, field = path.partition(".")
        if head == "task" and field in tasks.TASKS[name].settings():
            own[field] = value
        elif head == "task" and field.isidentifier() and field not in known:
            raise SpecError(path, f"this task has no setting {field!r}", remedy=did_you_mean(field, known))
        else:
            rest.append((path, value))
    return Experiment(task=tasks.get(name, **own), network=LeakyRNN()), rest


# --------------------------------------------------------------------------------------------------- the loop


class Progress:
    """A progress bar fed with events: updates, loss, and the share of validation trials that were correct."""

    def __init__(self, total: int) -> None:
        self.bar = _bar(total)
        self.facts: dict[str, str] = {}
        self.lost = 0

    def show(self, event: Event) -> None:
        """Move the bar to where the event is."""
        match event:
            case Started():
                self.bar.update(event.update - self.bar.n)
            case Updated():
                self.facts["loss"] = f"{event.loss:.4f}"
                if event.not_finite:
                    self.lost += 1
                    from rnnlab.analysis.numbers import grouped  # analyses take a moment to load

                    self.facts["not finite"] = grouped(self.lost)
                self.bar.set_postfix(self.facts, refresh=False)
                self.bar.update(event.update - self.bar.n)
            case Evaluated():
                self.facts["correct"] = f"{event.accuracy:.1%}"
            case StageBegan():
                self.facts["stage"] = f"{event.stage + 1} ({event.task})"

    def close(self) -> None:
        """Leave the bar as it stands."""
        self.bar.close()


@contextmanager
def interrupted() -> Iterator[list[int]]:
    """A list that is not empty once Ctrl-C was pressed, so that an update is never cut in two. A second one kills."""
    pressed: list[int] = []
    before = signal.getsignal(signal.SIGINT)

    def note(number: int, frame: FrameType | None) -> None:
        pressed.append(number)
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, note)
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, before)


def _drain(events: Iterator[Event], updates: int, out: Path) -> int:
    """Show every event; on Ctrl-C leave the loop, which saves the run."""
    progress = Progress(updates)
    code = 0
    event: Event | None = None
    with interrupted() as pressed:
        try:
            for event in events:
                progress.show(event)
                if isinstance(event, Diverged):
                    code = DIVERGED
                if pressed:
                    break
        finally:
            progress.close()
            close = getattr(events, "close", None)
            if close is not None:
                close()
    if pressed and not isinstance(event, Finished):
        print(f"stopped after {event.update if event else 0} updates; go on with: rnnlab train --resume {out}")
        return INTERRUPTED
    _say_how_it_ended(event, out)
    return code


def _say_how_it_ended(event: Event | None, out: Path) -> None:
    if not isinstance(event, Finished):
        return
    kept = event.update if event.kept_update is None else event.kept_update
    correct = _scored(event.accuracy, kept, event.update)
    reason = ENDINGS.get(event.reason, event.reason)
    print(f"{out}: {correct}after {event.update} updates in {event.seconds:.0f} s ({reason})")
    print(f"look inside: rnnlab lab {out}")


def _scored(accuracy: float | None, kept: int, update: int) -> str:
    """How well the network does that is kept, and which it is where it is not the last."""
    which = "" if kept == update else f"by the network of update {kept}, the best, "
    return "" if accuracy is None else f"{accuracy:.1%} correct {which}"

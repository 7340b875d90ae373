"""`Session`: one person's open lab."""

from __future__ import annotations

import functools
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import param

from rnnlab.networks import Network
from rnnlab.runs import Experiment, History, Run, load
from rnnlab.runs.outbox import PICTURES, RATE
from rnnlab.runs.streams import stream
from rnnlab.session.folder import Folder, copy_run
from rnnlab.session.intent import Intent
from rnnlab.session.mailbox import News
from rnnlab.session.opening import example_run
from rnnlab.session.progress import Course, Progress
from rnnlab.session.results import Results, Sample
from rnnlab.session.transport import PHASES, Transport
from rnnlab.session.viewers import Viewers
from rnnlab.session.wishes import Change, Wishes
from rnnlab.tasks import Batch, Task

N_EXAMPLES = 24
"""Example trials shown and run through the network."""

HIDDEN_RATE = 1.0
"""Messages in a second while the page is not in sight."""


class Session(param.Parameterized):
    """What one person wants, and how things stand.

    Read the parameters and watch them; change them through the methods alone. A wish that cannot be leaves everything
    as it is and puts a sentence into `errors`; it is remembered and fulfilled once another change makes it possible.

    Args:
        source: a `Run` to open, an `Experiment` to begin with, or nothing for the example run of the package.

    Example:
        >>> session = Session()
        >>> session.set_training("updates", 200), session.experiment.training.updates
        (True, 200)
        >>> session.set_network("dt", -1), session.experiment.network.dt
        (False, 10.0)
        >>> "network.dt" in session.errors
        True
        >>> session.close()
    """

    experiment = param.Parameter(doc="What a training would train: a frozen Experiment.")
    task_name = param.String("", doc="The catalogue's name of its task, or '' for a task from elsewhere.")
    settings = param.Dict({}, doc="That task's settings, all of them.")
    errors = param.Dict({}, doc="Field -> why the last wish about it cannot be; e.g. 'task.noise', 'network.dt'.")
    example = param.Parameter(doc="Example trials of the experiment's task: a Batch with held random numbers.")

    phase: Any = param.Selector(default="idle", objects=list(PHASES), doc="Where the training stands.")
    message = param.String("", doc="A sentence about it, or ''.")
    network = param.Parameter(doc="The network as it is now.")
    network_update = param.Integer(0, doc="How many updates it has seen.")
    trained = param.Parameter(doc="The Experiment `network` and `history` come from; None before any training.")
    history = param.Parameter(doc="How the training went so far: a History.")
    progress = param.Parameter(doc="How far it is: a frozen Progress.")
    stale = param.Boolean(False, doc="Whether what is edited differs from what was or is being trained.")
    points = param.Parameter(doc="The newest FixedPoints, or None; see `ask`.")
    psychometric = param.Parameter(doc="The newest Psychometric curve, or None; see `ask`.")
    design = param.Parameter(doc="The newest Design (the checks of the task), or None; see `ask`.")

    visible = param.Boolean(True, doc="Whether the page is in sight; a hidden one is told little.")
    grace = param.Number(60.0, bounds=(0, None), doc="Seconds that a training goes on after the last viewer left.")

    def __init__(self, source: Run | Experiment | None = None, **params: Any) -> None:
        super().__init__(history=History(), progress=Progress(), **params)
        self._transport = Transport()
        self._folder = Folder()
        self._run_folder: Path | None = None
        self._course = Course()
        self._wishes = Wishes()
        self._example_seed = 0
        self._viewers = Viewers(self._transport.abandon)
        self.results = Results()
        self._finalizer = weakref.finalize(self, _end, self._transport, self._folder, self.results)
        self._open(example_run() if source is None else source)

    @classmethod
    def from_path(cls, path: str | Path, **params: Any) -> Self:
        """Open a run's folder, or an experiment's JSON file.

        Raises:
            RunError, SpecError, OSError: what is there cannot be read.
        """
        return cls(_read(path), **params)

    def open(self, path: str | Path) -> bool:
        """Open a run's folder, or an experiment's file, instead of what is open.

        What cannot be read leaves everything as it is and puts a sentence into ``errors["open"]``.
        """
        try:
            if self._transport.active:
                raise ValueError("a training is under way; stop it first")
            source = _read(path)
            Intent.of(source.experiment if isinstance(source, Run) else source)  # refuses a task that is code
        except (ValueError, OSError) as error:
            self.errors = {**self.errors, "open": str(error)}
            return False
        self._wishes = Wishes()
        with param.parameterized.batch_call_watchers(self):
            self._open(source)
            self.errors = {}
        return True

    def keep(self, path: str | Path) -> bool:
        """Copy the training shown to a folder that stays; why that cannot be is put into ``errors["keep"]``."""
        rest = {field: problem for field, problem in self.errors.items() if field != "keep"}
        try:
            self.save(path)
        except (ValueError, OSError) as error:
            self.errors = {**rest, "keep": str(error)}
            return False
        self.errors = rest
        return True

    def _open(self, source: Run | Experiment) -> None:
        if isinstance(source, Experiment):
            self._adopt(Intent.of(source))
            return
        self._run_folder = None if source.path is None else Path(source.path)
        done = source.progress
        self._course = Course(source.history, done.update, done.n_trials, done.seconds)
        self._transport.opened(finished=done.reason is not None, update=done.update)
        with param.parameterized.batch_call_watchers(self):
            self.param.update(trained=source.experiment, network=source.network, network_update=done.update)
            self._adopt(Intent.of(source.experiment))
            self.param.update(**self._heard())

    # --------------------------------------------------------------------------------------------------- intent

    def set_task(self, name: str) -> bool:
        """Choose a task of the catalogue; its settings become the defaults."""
        return self._wish("task", lambda intent: intent.with_task(name))

    def set_own_task(self, task: Task) -> bool:
        """Choose a task from elsewhere."""
        return self._wish("task", lambda intent: intent.with_own_task(task))

    def set_setting(self, name: str, value: Any) -> bool:
        """Change one setting of the task."""
        return self._wish(f"task.{name}", lambda intent: intent.with_setting(name, value))

    def set_network(self, name: str, value: Any) -> bool:
        """Change one field of the network; ``kind`` chooses another kind ("LeakyRNN", "LSTM")."""
        return self._wish(f"network.{name}", lambda intent: intent.with_network(name, value))

    def set_training(self, name: str, value: Any) -> bool:
        """Change one field of the training."""
        return self._wish(f"training.{name}", lambda intent: intent.with_training(name, value))

    def set_seed(self, seed: int) -> bool:
        """Change the seed, which decides every random number of a training."""
        return self._wish("seed", lambda intent: intent.with_seed(seed))

    def set_experiment(self, experiment: Experiment) -> bool:
        """Replace everything."""
        self._wishes = Wishes()
        return self._wish("experiment", lambda _: Intent.of(experiment))

    def deal(self) -> None:
        """Show other example trials."""
        self._example_seed += 1
        self._adopt(self.intent)

    @property
    def intent(self) -> Intent:
        """What is wanted now, frozen."""
        return Intent(self.experiment, self.task_name, self.settings)

    def script(self, out: str | None = None) -> str:
        """A short Python file that trains what is wanted now, bit for bit."""
        return self.intent.script(out)

    def _wish(self, field: str, change: Change) -> bool:
        with param.parameterized.batch_call_watchers(self):
            granted = self._wishes.make(field, change, lambda: self.intent, self._adopt)
            self.errors = dict(self._wishes.errors)
        return granted

    def _adopt(self, intent: Intent) -> None:
        """Put an intent in force, all at once or (where its trials or its network cannot be made) not at all."""
        changes: dict[str, Any] = {
            "experiment": intent.experiment,
            "task_name": intent.task_name,
            "settings": dict(intent.settings),
            "example": self._sampler(intent.experiment)(N_EXAMPLES, intent.experiment.network.dt),
            "stale": self.trained is not None and intent.experiment != self.trained,
        }
        if self.trained is None:
            changes |= {"network": _untrained(intent.experiment), "network_update": 0}
        self._set(changes)

    def _sampler(self, experiment: Experiment) -> Sample:
        """Trials of an experiment's task with held random numbers: a slider moves them, it does not shuffle them.

        Made without a reference to this session, which its results would otherwise keep alive.
        """
        return functools.partial(_sample, experiment.described_task, (experiment.seed, self._example_seed))

    # ------------------------------------------------------------------------------------------------- transport

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
        longer = trained is not None and self.experiment == trained.replace(training__updates=wanted)
        return {"updates": wanted} if longer and wanted > self._course.update else {}

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
        self._run_folder = self._folder.fresh()
        self._course = Course()
        self._transport.begin({"experiment": self.experiment.to_data(), "out": str(self._run_folder), "resume": None})
        with param.parameterized.batch_call_watchers(self):
            self.param.update(trained=self.experiment, stale=False)
            self._set({"network": _untrained(self.experiment), "network_update": 0, **self._heard()})

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
            ValueError: nothing of it was written yet.
            RunError: the folder cannot be written.
        """
        if self.run_folder is None:
            raise ValueError("save: nothing was trained and written yet; press Train first")
        return copy_run(self.run_folder, path)

    # --------------------------------------------------------------------------------------------------- reality

    def on_mail(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Have ``listener`` called, from any thread, when there is something to `drain`; returns what ends it."""
        return self._transport.on_mail(listener)

    def drain(self) -> frozenset[str]:
        """Show what arrived since the last time, all at once. Called by the page's periodic callback.

        Returns:
            Names of the parameters that were set.
        """
        news = self._transport.hear()
        self._course.hear(news)
        changes = (self._heard() if news else self._phase()) | self._pictured(news) | self.results.take()
        changes = {name: value for name, value in changes.items() if _differ(getattr(self, name), value)}
        if changes:
            self._set(changes)
        return frozenset(changes)

    def _heard(self) -> dict[str, Any]:
        """What is known of the training, as parameters."""
        budget = self.trained.training.updates if self.trained is not None else 0
        progress = self._course.progress(budget, self._transport.active)
        return {"history": self._course.history, "progress": progress, **self._phase()}

    def _phase(self) -> dict[str, Any]:
        return {"phase": self._transport.phase, "message": self._transport.message}

    def _set(self, changes: dict[str, Any]) -> None:
        """Set parameters; who watches them hears of all at once, with the results already speaking of them."""
        with param.parameterized.batch_call_watchers(self):
            self.param.update(**changes)
            self.results.show(self.network, self.example, self._sampler(self.experiment), self.experiment.network)
            if self.results.mismatch or (self.points is not None and self.points.network.config != self.network.config):
                self.param.update(points=None, psychometric=None)

    def _pictured(self, news: News) -> dict[str, Any]:
        if news.picture is None or self.trained is None:
            return {}
        network = Network(self.trained.network, news.picture, self.trained.task.name)
        return {"network": network, "network_update": news.picture_update}

    def _tell(self) -> None:
        self.param.update(**self._phase())

    def ask(self, name: str) -> None:
        """Have `points`, `psychometric` or `design` computed for what is shown; `drain` sets the parameter when it is
        there.

        Called by the view that shows it, whenever what it shows has changed; asking again costs nothing.
        """
        self.results.ask(name)

    def wait(self, *phases: str, timeout: float = 60.0) -> str:
        """For scripts: drain until the training is in one of these phases (or, with none given, at an end).

        Raises:
            TimeoutError: it was not, in ``timeout`` seconds.
        """
        deadline = time.monotonic() + timeout
        self.drain()
        while self._transport.active if not phases else self.phase not in phases:
            if time.monotonic() > deadline:
                wanted = " or ".join(phases) or "its end"
                raise TimeoutError(f"the training is {self.phase} after {timeout:g} s; waited for {wanted}")
            time.sleep(0.01)
            self.drain()
        return self.phase

    # --------------------------------------------------------------------------------------------------- viewers

    @property
    def viewers(self) -> int:
        """How many pages show this session."""
        return self._viewers.n

    def attach(self) -> None:
        """Somebody looks: a page was opened, or came back."""
        self._viewers.attach()

    def detach(self) -> None:
        """Somebody left. When nobody has looked for `grace` seconds the training is stopped and its process ended."""
        self._viewers.detach(self.grace)

    @param.depends("visible", watch=True)
    def _tell_rates(self) -> None:
        rates = (RATE, PICTURES) if self.visible else (HIDDEN_RATE, 0.0)
        self._transport.stream(*rates)

    def close(self) -> None:
        """End the training process and remove the session's own folder. Nothing can be trained after that."""
        self._viewers.close()
        self._finalizer()
        self._tell()


def _read(path: str | Path) -> Run | Experiment:
    path = Path(path).expanduser()
    if path.suffix == ".json" and path.name != "run.json":
        return Experiment.from_json(path.read_text(encoding="utf-8"))
    return load(path.parent if path.name == "run.json" else path)


def _untrained(experiment: Experiment) -> Network:
    """The network a training of this experiment begins with."""
    task, rng = experiment.task, stream(experiment.seed, "initialise")
    return Network.initialised(experiment.network, task.n_inputs, task.n_outputs, rng, task.name)


def _differ(old: Any, new: Any) -> bool:
    return old is not new and not (isinstance(new, str | int) and old == new)


def _sample(task: Task, seed: tuple[int, int], n_trials: int, dt: float, noise: bool = True) -> Batch:
    return task.sample(n_trials, dt=dt, seed=seed, noise=noise)


def _end(transport: Transport, folder: Folder, results: Results) -> None:
    results.close()
    transport.close(then=folder.close)  # not before: a training that ends still writes itself down

"""`Session`: one person's open lab."""

from __future__ import annotations

import functools
import time
import weakref
from collections.abc import Callable, Hashable, Sequence
from math import inf
from pathlib import Path
from typing import Any, Self

import param

from rnnlab.analysis import Question, Result, Structure, Subject, ask, structure
from rnnlab.analysis.questions import script as question_script
from rnnlab.networks import Network
from rnnlab.runs import Experiment, History, Run, RunError, branch, load, rewind
from rnnlab.runs.beginning import untrained
from rnnlab.runs.described import described
from rnnlab.runs.ending import last_update, seconds_allowed
from rnnlab.runs.expression import expression
from rnnlab.runs.outbox import PICTURES, RATE
from rnnlab.runs.steering import in_force
from rnnlab.session.compared import Comparing
from rnnlab.session.conducted import MOST_OTHERS, Conducted
from rnnlab.session.examples import N_EXAMPLES, check_size, sample
from rnnlab.session.exploring import Exploring
from rnnlab.session.folder import Folder
from rnnlab.session.inquiries import Inquiries
from rnnlab.session.intent import Intent
from rnnlab.session.mailbox import News
from rnnlab.session.marking import Marking
from rnnlab.session.opening import EXAMPLE_RUN, example_run, siblings
from rnnlab.session.past import Past
from rnnlab.session.progress import Course, Progress
from rnnlab.session.results import Each, Results, Sample
from rnnlab.session.running import Running
from rnnlab.session.transport import Transport
from rnnlab.session.viewers import Viewers
from rnnlab.session.wishes import Wishes
from rnnlab.tasks import Batch
from rnnlab.tasks.exemplars import exemplars

N_GLANCE = 64
"""Trials of an answer that follows a hand: 100 units run them within 20 ms."""

HIDDEN_RATE = 1.0
"""Messages in a second while the page is not in sight."""


class Session(Conducted, Marking, Exploring, Running, Comparing):
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

    example = param.Parameter(doc="Example trials of the task looked at: a Batch with held random numbers.")

    network = param.Parameter(doc="The network as it is now.")
    network_update = param.Integer(0, doc="How many updates it has seen.")
    history = param.Parameter(doc="How the training went so far: a History.")
    progress = param.Parameter(doc="How far it is: a frozen Progress.")
    points = param.Parameter(doc="The newest FixedPoints, or None; see `ask`.")
    psychometric = param.Parameter(doc="The newest Psychometric curve, or None; see `ask`.")
    design = param.Parameter(doc="The newest Design (the checks of the task), or None; see `ask`.")

    question = param.Parameter(doc="The Question that is looked at, or None; see `inquire`.")
    controls = param.Parameter(default=(), doc="Names of the controls that are asked beside it.")
    replies = param.Dict(default={}, doc='Its Replies by control; "" is the network itself.')

    visible = param.Boolean(True, doc="Whether the page is in sight; a hidden one is told little.")
    grace = param.Number(60.0, bounds=(0, None), doc="Seconds that a training goes on after the last viewer left.")

    def __init__(self, source: Run | Experiment | None = None, **params: Any) -> None:
        super().__init__(history=History(), progress=Progress(), **params)
        self.draining = False
        self._beginning: tuple[Experiment, Network] | None = None
        self._example_seed = 0
        self._structure: tuple[Network, Structure] | None = None
        self._fresh: tuple[Any, Network] | None = None
        self._memo: dict[Hashable, Any] = {}
        self._states_of: tuple[Any, Path | None] = (None, None)
        self._viewers = Viewers(self._transport.abandon)
        self.results, self.inquiries = Results(), Inquiries()
        self._finalizer = weakref.finalize(
            self, _end, self._transport, self._folder, self.results.close, self.inquiries.close
        )
        self._open(example_run() if source is None else source)

    @classmethod
    def from_path(cls, path: str | Path, **params: Any) -> Self:
        """Open a run's folder, or the JSON file of an experiment or of a task.

        Raises:
            RunError, SpecError, OSError: what is there cannot be read.
        """
        return cls(_read(path), **params)

    def open(self, path: str | Path) -> bool:
        """Open a run's folder, or the file of an experiment or of a task, instead of what is open.

        What cannot be read leaves everything as it is and puts a sentence into ``errors["open"]``.
        """
        try:
            if self._transport.active:
                raise ValueError("a training is under way; stop it first")
            source = _read(path)
            experiment = source.experiment if isinstance(source, Run) else source
            check_size(Intent.of(experiment).experiment)  # which refuses a task that is code
        except (ValueError, OSError) as error:
            self._wishes.complain("open", error)
            self._tell_wishes()
            return False
        before, self._wishes = self.intent, Wishes()
        with param.parameterized.batch_call_watchers(self):
            self._open(source)
            self._done(before, f"open {self.experiment.task.name}")
        return True

    def keep(self, path: str | Path) -> bool:
        """Copy the training shown to a folder that stays; why that cannot be is put into ``errors["keep"]``."""
        try:
            self.save(path)
        except (ValueError, OSError) as error:
            self._wishes.complain("keep", error)
        else:
            self._wishes.settle()
        self._tell_wishes()
        return "keep" not in self.errors

    def _open(self, source: Run | Experiment) -> None:
        if isinstance(source, Experiment):
            self._adopt(Intent.of(source))
            return
        self._run_folder = None if source.path is None else Path(source.path)
        done = source.progress
        self._course = Course(source.history, done.update, done.n_trials, done.seconds, done.stages)
        self._transport.opened(finished=done.reason is not None, update=done.update)
        with param.parameterized.batch_call_watchers(self):
            self.param.update(trained=source.experiment, network=source.network, network_update=source.kept_update)
            self.param.update(others=self._beside(source), parent=source.parent)
            self._adopt(Intent.of(source.experiment))
            self.param.update(**self._heard())

    def _beside(self, run: Run) -> tuple[History, ...]:
        """What lies in the folder of a run, to compare with."""
        if run.path is None or Path(run.path) == EXAMPLE_RUN:
            return ()
        return siblings(Path(run.path), run.experiment.task.name, MOST_OTHERS)

    def _here(self) -> Path | None:
        return None if self.run_folder is None else self.run_folder.resolve()

    def _complain(self, field: str, error: Exception | None) -> None:
        if error is None:
            self._wishes.settle()
        else:
            self._wishes.complain(field, error)
        self.inquiries.show(self._subject(), self.network_update)
        self._tell_wishes()

    # --------------------------------------------------------------------------------------------- going back

    @property
    def states(self) -> tuple[int, ...]:
        """Updates of the states kept of the training shown, to which it can be put back; none while it goes on."""
        if self._transport.active or self.run_folder is None:
            return ()
        try:
            return load(self.run_folder).states
        except (RunError, OSError):
            return ()

    def rewind(self, at: int) -> bool:
        """Put the training shown back to a kept state; what came after it is gone. `resume` goes on from there.

        Why that cannot be is put into ``errors["go_back"]``. A run that was opened from elsewhere is copied first.
        """
        return self._go_back(at, branching=False)

    def branch(self, at: int) -> bool:
        """Show another training that begins as this one was after ``at`` updates; `resume` trains it.

        What is shown now stays in grey. Why that cannot be is put into ``errors["go_back"]``.
        """
        return self._go_back(at, branching=True)

    def _go_back(self, at: int, *, branching: bool) -> bool:
        before, trunk = self.intent, self._course.history
        try:
            if self._transport.active:
                raise ValueError("a training is under way; stop it first")
            if self.run_folder is None:
                raise ValueError("nothing was trained and written yet; press Train first")
            run = self._branched(at) if branching else rewind(self._folder.own(self.run_folder), at)
        except (ValueError, OSError) as error:
            self._wishes.complain("go_back", error)
            self._tell_wishes()
            return False
        others = (*self.others, trunk)[-MOST_OTHERS:] if branching else self.others
        with param.parameterized.batch_call_watchers(self):
            self._open(run)
            self.param.update(others=others)
            self._wishes.settle()
            self._done(before, f"{'branch from' if branching else 'go back to'} update {at}")
        return True

    def _branched(self, at: int) -> Run:
        assert self.run_folder is not None
        return branch(self.run_folder, self._folder.fresh(), at, keep_steering=False)

    # --------------------------------------------------------------------------------------------------- intent

    def deal(self) -> None:
        """Show other example trials."""
        self._example_seed += 1
        self._adopt(self.intent)

    def _adopt(self, intent: Intent) -> None:
        """Put an intent in force, all at once or (where its trials or its network cannot be made) not at all."""
        check_size(intent.experiment)
        changes: dict[str, Any] = {
            "experiment": intent.experiment,
            "place": intent.place,
            "task_name": intent.task_name,
            "settings": dict(intent.settings),
            "example": self._sampler(intent)(N_EXAMPLES, intent.experiment.network.dt),
            "stale": self.trained is not None and intent.experiment != self.trained,
        }
        if self.trained is None:
            changes |= {"network": self._untrained(intent.experiment), "network_update": 0}
        self._set(changes)

    def _untrained(self, experiment: Experiment) -> Network:
        """The network that its training would begin with; an edge that is dragged leaves it as it is."""
        task = experiment.task
        key = (experiment.network, task.n_inputs, task.n_outputs, task.name, experiment.seed)
        if self._fresh is None or self._fresh[0] != key:
            self._fresh = key, untrained(experiment)
        return self._fresh[1]

    def _sampler(self, intent: Intent) -> Sample:
        """Trials of the task looked at with held random numbers: a slider moves them, it does not shuffle them.

        Made without a reference to this session, which its results would otherwise keep alive.
        """
        return functools.partial(sample, intent.seen, (intent.experiment.seed, self._example_seed))

    def _each(self, intent: Intent) -> Each:
        """The conditions of that task, with held random numbers too."""
        task, seed = intent.seen, (intent.experiment.seed, self._example_seed)
        return lambda: exemplars(task, seed)

    @property
    def structure(self) -> Structure:
        """How the network is built that a training of what is wanted now begins with; computed at most once for it."""
        fresh = self._untrained(self.experiment)
        if self._structure is None or self._structure[0] is not fresh:
            self._structure = fresh, structure(fresh)
        return self._structure[1]

    # --------------------------------------------------------------------------------------------------- reality

    def on_mail(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Have ``listener`` called, from any thread, when there is something to `drain`; returns what ends it."""
        return self._transport.on_mail(listener)

    def drain(self) -> frozenset[str]:
        """Show what arrived since the last time, all at once. Called by the pages: see `on_mail`.

        Returns:
            Names of the parameters that were set.
        """
        news = self._transport.hear()
        self._course.hear(news)
        self._steered(news.words)
        changes = (self._heard() if news else self._phase()) | self._pictured(news) | self.results.take()
        replies = self.inquiries.take()
        changes |= {} if replies is None else {"replies": replies}
        changes = {name: value for name, value in changes.items() if _differ(getattr(self, name), value)}
        if changes:
            self.draining = True
            try:
                self._set(changes)
            finally:
                self.draining = False
        return frozenset(changes)

    def _heard(self) -> dict[str, Any]:
        """What is known of the training, as parameters."""
        training = None if self.trained is None else self.trained.training
        budget, seconds = (0, inf) if training is None else (last_update(training), seconds_allowed(training))
        progress = self._course.progress(budget, self._transport.active, seconds)
        return {"history": self._course.history, "progress": progress, **self._phase()}

    def _set(self, changes: dict[str, Any]) -> None:
        """Set parameters; who watches them hears of all at once, with the results already speaking of them."""
        with param.parameterized.batch_call_watchers(self):
            self.param.update(**changes)
            intent = self.intent
            sampler, cell = self._sampler(intent), self.experiment.network
            self.results.show(self.network, self.example, sampler, cell, self._each(intent), intent.task)
            self.inquiries.show(self._subject(), self.network_update)
            self._mark(self.marked)
            self._explore_again(self.network.n_states)
            self._run_again()
            if self.results.mismatch or (self.points is not None and self.points.network.config != self.network.config):
                self.param.update(points=None, psychometric=None)

    def _pictured(self, news: News) -> dict[str, Any]:
        if news.picture is None or self.trained is None:
            return {}
        config = in_force(self.trained, news.picture_update - 1).network
        network = Network(config, news.picture, self.trained.task.name)
        return {"network": network, "network_update": news.picture_update}

    def ask(self, name: str) -> None:
        """Have `points`, `psychometric` or `design` computed for what is shown; `drain` sets the parameter when it is
        there.

        Called by the view that shows it, whenever what it shows has changed; asking again costs nothing.
        """
        self.results.ask(name)

    def _marked_in(self) -> tuple[int, Batch]:
        return self.network.n_units, self.example

    # ------------------------------------------------------------------------------------------------- questions

    def inquire(self, question: Question | None = None, controls: Sequence[str] | None = None) -> None:
        """Have a question answered, and controls beside it; `drain` sets `replies` when there is something.

        Args:
            question: what is asked; the one asked before if not given.
            controls: names of controls; those asked before if not given. What is meaningless for it is left out.
        """
        asked = self.question if question is None else question
        beside = self.controls if controls is None else tuple(controls)
        if asked is None:
            return
        self.inquiries.ask(asked, beside, again=True)
        self.param.update(question=asked, controls=beside, replies=self.inquiries.replies)

    def glance(self, question: Question) -> Result | None:
        """The answer to a question at once, from few trials, for what follows a hand; None where it has none."""
        n_trials = min(getattr(question, "n_trials", N_GLANCE), N_GLANCE)
        try:
            found: Result = ask(self._subject(), question.replace(n_trials=n_trials))
        except (ValueError, ArithmeticError):
            return None
        return found

    def follow(self) -> None:
        """Ask again what is quick to answer, where the network has changed since; what is asked of the saved states,
        where one more was saved."""
        reply = self.replies.get("")
        if reply is None or self.inquiries.busy or not self.inquiries.outdated(reply):
            return
        if self.question.of_states or reply.quick:
            self.inquiries.ask(self.question, self.controls, again=True)

    def give_up(self) -> None:
        """Ask no more of what is on its way."""
        self.inquiries.cancel()

    def _subject(self) -> Subject:
        """Who is asked: the network shown, on the task looked at as edited."""
        task = self.intent.seen
        if self._states_of != (task, self.run_folder):
            self._states_of, self._memo = (task, self.run_folder), {}
        others = {each.name: each.network for each in self.compared}
        past = Past.of(self.run_folder, self._before(), self.network, self.network_update)
        return Subject(self.network, task, self._before(), past=past, memo=self._memo, others=others)

    def _before(self) -> Network:
        """The network as its training began."""
        if self.trained is None:
            return self.network
        if self._beginning is None or self._beginning[0] is not self.trained:
            self._beginning = (self.trained, untrained(self.trained))
        return self._beginning[1]

    def question_script(self) -> str:
        """A short Python file that asks the question of the run whose network is shown; the training first, where
        nothing of it is written yet."""
        if self.question is None:
            return ""
        if self.run_folder is None or self.trained is None:
            train = self.script("runs/mine").rstrip().splitlines()
            asked = question_script(self.question, "runs/mine").splitlines()[2:]
            return "\n".join([*train, "", *asked]) + "\n"
        other = self.place or self.experiment.task != self.trained.task
        task = expression(self.intent.seen, used=len("task = ")) if other else ""
        beside = {each.name: str(each.path) for each in self.compared} if self.question.of_several else {}
        return question_script(self.question, str(self.run_folder), task=task, others=beside)

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
    if path.suffix == ".json" and path.name != "run.json" and not path.is_dir():
        return described(path.read_bytes())
    return load(path.parent if path.name == "run.json" else path)


def _differ(old: Any, new: Any) -> bool:
    return old is not new and not (isinstance(new, str | int) and old == new)


def _end(transport: Transport, folder: Folder, *close: Callable[[], None]) -> None:
    for each in close:
        each()
    transport.close(then=folder.close)  # not before: a training that ends still writes itself down

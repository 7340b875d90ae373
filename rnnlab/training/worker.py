"""The process that trains beside an open lab: ``python rnnlab/training/worker.py``.

It is run by its path, not with ``-m``: that would import the whole room, and torch with it, before the first line here
can see to it that the process ends with its parent.

The process drains the same iterator a script would. Commands come on stdin as frames (`rnnlab.runs.frames`), what the
training says goes out on stdout; frames out carry the ``token`` of the training they speak of.

=============  ======================================================================================================
command        meaning
=============  ======================================================================================================
``train``      ``token``, ``experiment`` (data) and ``out`` (folder or None); or ``token``, ``resume`` (folder) and
               ``changes`` (fields of its training)
``pause``      keep the training where it is after the update in hand
``resume``     go on
``steer``      ``token``, ``path``, ``value`` (data) and ``over``: change a field of what that training trains
``stop``       ``token``: end that training; the process stays, warm, for the next one
``stream``     ``rate`` (messages per second) and ``pictures`` (networks per second); 0 gathers and sends nothing
``quit``       end the process
=============  ======================================================================================================

Said: ``ready`` (torch is imported), ``started``, ``news`` (points gathered since the last one, perhaps a picture: the
network's parameters), ``paused``, ``resumed``, ``steered``, ``refused`` (a change that cannot be), ``stage_began``,
``stage_ended``, ``saved``, ``diverged``, ``stopping``, ``stopped``, ``finished``, ``failed``. The process ends when
stdin does, so nothing is left when the one that started it is gone.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn

from rnnlab.events import Diverged, Evaluated, Event, Finished, Saved, StageBegan, StageEnded, Started, Steered
from rnnlab.runs import frames
from rnnlab.runs.outbox import Outbox
from rnnlab.spec.codec import encode

if TYPE_CHECKING:
    from rnnlab.training.loop import Events

NICE = 10
AUTOGROUP = Path("/proc/self/autogroup")
"""Where Linux keeps how nice the session of a process is, if it shares the processor out between sessions."""

LAST_WORDS = 1.0
"""Seconds a training has to come to its end once nobody listens any more."""


class Control:
    """What the other side wants, as the training loop asks for it. Fed by the thread that reads stdin."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._changed = threading.Condition()
        self._orders: deque[dict[str, Any]] = deque()
        self._changes: deque[dict[str, Any]] = deque()
        self._current = 0
        self._stopped = False
        self.paused = False
        self.quitting = False

    def listen(self, stream: BinaryIO) -> NoReturn:
        """Obey until the stream ends; then end the process."""
        try:
            while not self.quitting and (message := frames.read(stream)) is not None:
                self._obey(message[0])
        finally:
            self._quit()
            if self._current:
                time.sleep(LAST_WORDS)
            os._exit(0)

    def _obey(self, command: dict[str, Any]) -> None:
        kind = command.get("kind")
        with self._changed:
            if kind == "train":
                self._orders.append(command)
            elif kind in ("pause", "resume"):
                self.paused = kind == "pause"
            elif kind == "steer" and command["token"] == self._current:
                self._changes.append(command)
            elif kind == "stop":
                self._stop(command["token"])
            elif kind == "stream":
                self._outbox.set_rates(command["rate"], command["pictures"])
            elif kind == "quit":
                self._quit()
            self._changed.notify_all()

    def _quit(self) -> None:
        with self._changed:
            self.quitting = self._stopped = True
            self._changed.notify_all()

    def _stop(self, token: int) -> None:
        waiting = [order for order in self._orders if order["token"] == token]
        if token == self._current:
            self._stopped = True
            self._outbox.say("stopping", token)
        for order in waiting:
            self._orders.remove(order)
            self._outbox.say("stopped", token)

    def next_order(self) -> dict[str, Any] | None:
        """Wait for a training to do; None when the process is to end."""
        with self._changed:
            self._current = 0
            self._changed.wait_for(lambda: self._orders or self.quitting)
            if self.quitting:
                return None
            order = self._orders.popleft()
            self._current, self._stopped, self.paused = order["token"], False, False
            self._changes.clear()
            return order

    def wait_while_paused(self) -> None:
        """Return when the training may go on, or must stop."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopped or not self.paused)

    def changes(self) -> list[dict[str, Any]]:
        """What the training in hand is to change, each told once."""
        with self._changed:
            changes = list(self._changes)
            self._changes.clear()
            return changes

    @property
    def stopped(self) -> bool:
        """Whether the training in hand must end."""
        return self._stopped


def train(order: Mapping[str, Any], control: Control, outbox: Outbox) -> None:
    """Do one training, and say how it went. Whatever goes wrong is said, not raised."""
    outbox.open(order["token"])
    try:
        events = _events(order)
        outbox.open(order["token"], events.experiment.task_names)
        _drain(events, control, outbox)
    except Exception as error:
        tail = traceback.format_exception(error)[-4:]
        name = "" if isinstance(error, ValueError) else f"{type(error).__name__}: "
        outbox.conclude("failed", problem=f"{name}{error}", traceback="".join(tail))


def _events(order: Mapping[str, Any]) -> Events:
    import rnnlab.training as training
    from rnnlab.runs import Experiment

    if order.get("resume") is not None:
        return training.resume(order["resume"], **order["changes"])
    return training.train(Experiment.from_data(order["experiment"]), out=order["out"])


def _drain(events: Events, control: Control, outbox: Outbox) -> None:
    from rnnlab.runs.conditions import measured_conditions

    update = 0
    for event in events:
        update = event.update
        if isinstance(event, Evaluated):
            outbox.conditions = measured_conditions(events.experiment, update)
        outbox.add(event)
        _announce(event, outbox)
        if control.paused and not control.stopped:
            outbox.conclude("paused", update=update)
            control.wait_while_paused()
            outbox.say("resumed", update=update)
        _steer(events, control, outbox)
        if control.stopped:
            break
    else:
        return
    events.close()
    outbox.conclude("stopped", update=update)


def _steer(events: Events, control: Control, outbox: Outbox) -> None:
    for change in control.changes():
        try:
            events.steer(change["path"], change["value"], change["over"])
        except ValueError as error:
            outbox.say("refused", path=change["path"], problem=str(error))


def _announce(event: Event, outbox: Outbox) -> None:
    match event:
        case Started():
            outbox.say("started", update=event.update, n_trials=event.n_trials, n_parameters=event.n_parameters)
        case Steered():
            outbox.say("steered", update=event.update, path=event.path, value=encode(event.value), over=event.over)
        case StageBegan():
            outbox.say("stage_began", update=event.update, stage=event.stage, task=event.task)
        case StageEnded():
            outbox.say("stage_ended", update=event.update, stage=event.stage, task=event.task, reason=event.reason)
        case Saved():
            outbox.say("saved", update=event.update, path=str(event.path))
        case Diverged():
            outbox.conclude("diverged", update=event.update, where=_where(event), remedy=event.remedy)
        case Finished():
            outbox.conclude(
                "finished", update=event.update, reason=event.reason, accuracy=event.accuracy, kept=event.kept_update
            )


def _where(event: Diverged) -> str:
    return f"{event.where} was not finite; it began at {event.began}" if event.began else event.where


def _take_the_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The two pipes, out of reach of anything that prints or reads: stdout is stderr from here on."""
    commands, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    answers.write(frames.GREETING)
    return commands, answers


def _end_with(parent: int) -> None:
    """On Linux, be killed when the parent is, even while stopped or in the middle of an update."""
    if sys.platform != "linux":
        return
    set_death_signal = 1
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(set_death_signal, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)  # it died before we asked


def _step_aside() -> None:
    """Leave the processor to the page, and the interrupt key to whoever started us."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        with suppress(OSError):
            os.nice(NICE)
    if AUTOGROUP.exists():
        _stand_apart()


def _stand_apart() -> None:
    """Be a session by itself, and that a nice one.

    Where Linux shares the processor out between sessions first, a nice process makes room for those of its own session
    alone: together with its training the server of the page waited for the browser, a tenth of a second at a time.
    """
    with suppress(OSError):
        os.setsid()
    for _ in range(3):  # the kernel takes one such wish in a tenth of a second
        try:
            AUTOGROUP.write_text(str(NICE))
            return
        except BlockingIOError:
            time.sleep(0.11)
        except OSError:  # it takes none here
            return


def main(parent: int | None = None) -> None:
    """Serve trainings until told to quit."""
    commands, answers = _take_the_pipes()
    _step_aside()
    if parent is not None:
        _end_with(parent)
    outbox = Outbox(answers)
    control = Control(outbox)
    threading.Thread(target=control.listen, args=(commands,), name="commands", daemon=True).start()
    import rnnlab.training  # noqa: F401  (torch, which a first training would otherwise wait for)

    outbox.say("ready", token=0)
    while (order := control.next_order()) is not None:
        train(order, control, outbox)
    os._exit(0)  # torch's own end takes a second and says nothing


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else None)

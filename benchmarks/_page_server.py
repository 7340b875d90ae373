"""The server that `page.py` measures: the lab, and the bare pair it is compared with, in one process.

``/lab`` is the lab with a network of 100 units to train, ``/long`` one with a tiny network that does 50 000 updates in
no time. ``/bare`` is one Panel slider and one plot, with the same training process behind it whose loss streams into a
second plot; nothing else. Commands are lines on stdin, ``PAGE COMMAND``, for the page opened last.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource
from bokeh.plotting import figure

import rnnlab as rl
from rnnlab.app.serve import keep_what_is_loaded
from rnnlab.runs.outbox import PICTURES, RATE
from rnnlab.session import Session
from rnnlab.session import worker as processes
from rnnlab.views import push

sessions: dict[str, Session] = {}


def experiment() -> rl.Experiment:
    training = rl.Training(updates=100_000, batch_size=64, save_every=100_000)
    task = rl.tasks.get("perceptual_discrimination")
    return rl.Experiment(task=task, network=rl.networks.LeakyRNN(n_units=100), training=training)


def tiny() -> rl.Experiment:
    task = rl.tasks.get("perceptual_discrimination", fixation=(0, 10), stimulus=(20, 40), trial=100)
    training = rl.Training(updates=200_000, batch_size=1, evaluate_every=500, validation_trials=16, save_every=200_000)
    return rl.Experiment(task=task, network=rl.networks.LeakyRNN(n_units=4), training=training)


def page(name: str, begin_with: rl.Experiment) -> Any:
    lab = rl.Lab(begin_with)
    sessions[name] = lab.session
    return lab.page()


def bare() -> Any:
    """What a careful person would write in a few lines: sources changed in place, news as soon as it is there."""
    session = sessions["bare"] = Session(experiment())
    session.attach()
    slider = pn.widgets.FloatSlider(name="Bare", start=0, end=10, step=0.05, value=1)
    x = np.linspace(0, 10, 1206)
    inputs = ColumnDataSource({"x": x, "y": np.sin(x)}, name="inputs")
    training = ColumnDataSource({"x": [], "y": []}, name="training")
    wave, loss = figure(width=600, height=300), figure(width=600, height=300)
    wave.line("x", "y", source=inputs)
    loss.line("x", "y", source=training)

    def moved(event: Any) -> None:
        inputs.data = {"x": x, "y": np.sin(event.new * x)}

    def tick() -> None:
        session.drain()
        history, shown = session.history, len(training.data["x"])
        if history.n_updates > shown:
            training.stream({"x": history.updates[shown:], "y": history.losses[shown:]})

    slider.param.watch(moved, "value")
    session.on_mail(push.knocker(tick))
    return pn.Column(slider, wave, loss)


def obey(line: str) -> None:
    name, command = line.split()
    session = sessions[name]
    if command in ("silent", "stream"):
        session._transport.stream(*((0, 0) if command == "silent" else (RATE, PICTURES)))
    elif "," in command:
        session._transport.stream(*map(float, command.split(",")))
    else:
        getattr(session, command)()


def listen(loop: Any) -> None:
    for line in sys.stdin:
        loop.add_callback(obey, line)


def spawn(complaints: Any) -> subprocess.Popen[bytes]:
    """The training process, with a clock."""
    return subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("_page_worker.py")), str(os.getpid())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=complaints,
    )


def main() -> None:
    processes._spawn = spawn
    apps = {"/lab": lambda: page("lab", experiment()), "/long": lambda: page("long", tiny()), "/bare": bare}
    server = pn.serve(apps, port=int(sys.argv[1]), show=False, start=False, verbose=False)
    keep_what_is_loaded()
    print(f"serving http://localhost:{sys.argv[1]}/", flush=True)
    threading.Thread(target=listen, args=(server.io_loop,), daemon=True).start()
    server.io_loop.start()


if __name__ == "__main__":
    main()

"""Small and large experiments, waiting, and looking at processes."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

import psutil

import rnnlab as rl

MS = 1e-3


def small(**training: object) -> rl.Experiment:
    """An experiment whose updates take a few milliseconds."""
    task = rl.tasks.get("perceptual_discrimination", fixation=(0, 100), stimulus=(100, 200), trial=500)
    settings = {"updates": 100_000, "batch_size": 8, "validation_trials": 16, "evaluate_every": 10} | training
    return rl.Experiment(task=task, network=rl.networks.LeakyRNN(n_units=16), training=rl.Training(**settings))


def heavy() -> rl.Experiment:
    """An experiment one update of which takes many seconds."""
    task = rl.tasks.get("perceptual_discrimination", fixation=(0, 500), stimulus=(250, 500), trial=2000)
    network = rl.networks.LeakyRNN(n_units=1000, dt=0.1)  # twenty thousand steps
    training = rl.Training(updates=10, batch_size=4, validation_trials=2, evaluate_every=1000)
    return rl.Experiment(task=task, network=network, training=training)


def seconds_until(condition: Callable[[], object], limit: float) -> float:
    """How long a condition took to come true; fails after ``limit`` seconds."""
    start = time.monotonic()
    while not condition():
        waited = time.monotonic() - start
        assert waited < limit, f"still not so after {waited:.1f} s"
        time.sleep(MS)
    return time.monotonic() - start


def gone(pid: int) -> bool:
    """Whether a process has ended (a zombie that nobody has waited for yet has)."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def in_a_fresh_interpreter(code: str, **names: object) -> subprocess.Popen[str]:
    """Another Python that runs ``code`` and prints to a pipe."""
    return subprocess.Popen(
        [sys.executable, "-c", code.format(**names)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )

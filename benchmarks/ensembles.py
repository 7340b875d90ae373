"""How many times faster networks of an ensemble train together than one after another.

Compiled loops, where numba is installed, are left out: with them each network alone is as fast as all together.

One iteration is what each network's training repeats, `rnnlab.training.learner.Learner` with its defaults, from NumPy
batch to updated parameters, for all networks of the ensemble. *Alone* does them in turn; *together* finds all gradients
in one pass (`rnnlab.training.company`). One thread, interleaved, process CPU time; the median counts.

    python benchmarks/ensembles.py [--networks 8] [--repeats 30] [--check]
    python benchmarks/ensembles.py --processes [--check]

The second is by the clock and of whole trainings: spread over processes against one after another, with compiled loops
if they are there.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from statistics import median

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import torch

import rnnlab as rl
from rnnlab.networks import LeakyRNN
from rnnlab.runs import Training
from rnnlab.training import kernel
from rnnlab.training.bptt import LeakyEngine
from rnnlab.training.company import find_together
from rnnlab.training.learner import Learner
from rnnlab.training.noise import Noise
from rnnlab.training.trainer import Lesson
from rnnlab.training.trials import Trials

N_UNITS, N_STEPS, N_CHANNELS = 50, 200, 2
BATCHES = (8, 16, 32, 64, 128)
BATCH = 16
WANTED = {BATCH: 1.8}
"""Batch size -> how many times faster is asked for: S5 of `training_speed.py`."""


def learners(n_networks: int) -> list[Learner]:
    """Networks of one description that start at different weights."""
    network, made = LeakyRNN(n_units=N_UNITS), []
    for seed in range(n_networks):
        learner = Learner(network, Training(), N_CHANNELS, N_CHANNELS)
        learner.initialise(network.initialise(N_CHANNELS, N_CHANNELS, np.random.default_rng(seed)))
        made.append(learner)
    return made


def iterations(n_networks: int, batch_size: int) -> tuple[Callable[[], None], Callable[[], None]]:
    """One iteration of all networks, alone and together."""
    rng, shape = np.random.default_rng(0), (batch_size, N_STEPS, N_CHANNELS)
    inputs, targets = (rng.standard_normal(shape).astype(np.float32) for _ in range(2))
    one, other, engine = learners(n_networks), learners(n_networks), LeakyEngine(LeakyRNN(n_units=N_UNITS))

    def lessons() -> list[Lesson]:
        ones = np.ones(shape, np.float32)
        batches = [Trials.from_arrays(inputs, targets, ones, torch.float32) for _ in range(n_networks)]
        return [Lesson(trials, Noise("table", seed, "noise", 0)) for seed, trials in enumerate(batches)]

    def alone() -> None:
        for learner, lesson in zip(one, lessons(), strict=True):
            learner.learn(lesson.trials, lesson.noise)

    def together() -> None:
        given = lessons()
        for learner, lesson, loss in zip(other, given, find_together(engine, other, given), strict=True):
            learner.learn(lesson.trials, lesson.noise, found=(loss, 0.0))

    return alone, together


def seconds(work: Callable[[], None]) -> float:
    """Of the processor."""
    start = time.process_time()
    work()
    return time.process_time() - start


def over_processes(n_networks: int) -> float:
    """How many times faster whole trainings are, by the clock, spread over processes than in one."""
    task = rl.tasks.get("perceptual_discrimination")
    training = Training(updates=1000, batch_size=BATCH)
    experiment = rl.Experiment(task=task, network=LeakyRNN(n_units=N_UNITS), training=training)
    for _ in rl.train(experiment.replace(training=training.replace(updates=1))):  # loads what this process needs
        pass
    took = []
    for processes in (1, None):
        start = time.perf_counter()
        rl.train_ensemble(experiment, seeds=range(n_networks), processes=processes)
        took.append(time.perf_counter() - start)
    print(f"{n_networks} trainings of 1000 updates: in one process {took[0]:.1f} s, over processes {took[1]:.1f} s")
    return took[0] / took[1]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--networks", type=int, default=8)
    parser.add_argument("--repeats", type=int, default=30)
    parser.add_argument("--check", action="store_true", help="fail where a ratio is below what is asked for")
    parser.add_argument("--processes", action="store_true", help="time whole trainings spread over processes instead")
    options = parser.parse_args()
    if options.processes:
        faster = over_processes(options.networks)
        print(f"{faster:.2f} times faster")
        return int(options.check and faster < WANTED[BATCH])
    kernel.compiled_loops = lambda network: None
    torch.set_num_threads(1)
    missed = False
    print(f"{options.networks} networks of {N_UNITS} units, {N_STEPS} steps; ms for one update of all")
    for batch_size in BATCHES:
        alone, together = iterations(options.networks, batch_size)
        times = [(seconds(alone), seconds(together)) for _ in range(options.repeats + 3)][3:]
        a, b = (median(column) for column in zip(*times, strict=True))
        missed |= a / b < WANTED.get(batch_size, 0.0)
        print(f"batch {batch_size:>3}: alone {1e3 * a:6.1f}, together {1e3 * b:6.1f}, {a / b:.2f} times faster")
    return int(options.check and missed)


if __name__ == "__main__":
    sys.exit(main())

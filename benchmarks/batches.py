"""Drawing trials: rnnlab against PsychRNN's own generator, interleaved in one run, one thread, CPU time.

    python benchmarks/batches.py            all tasks; with PsychRNN importable, the ratio on the shared task
    python benchmarks/batches.py --check    also fail where a bound is missed

Bounds: perceptual discrimination, 128 trials x 200 steps, under 3 ms median, and at least 100 times PsychRNN's rate.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial

from rnnlab import tasks

N_TRIALS, DT, TRIAL = 128, 10.0, 2000.0
MOST_MS, LEAST_RATIO = 3.0, 100.0

HOW_TO_COMPARE = """PsychRNN cannot be imported here. To compare, in an environment to throw away afterwards:
    python -m venv peers && peers/bin/pip install psychrnn tensorflow numpy
    PYTHONPATH=. peers/bin/python benchmarks/batches.py"""


def milliseconds(work: Callable[[], object]) -> float:
    """CPU time of this process: what other programs do meanwhile does not count."""
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000


def psychrnn_generator() -> Callable[[], object] | None:
    """PsychRNN's perceptual discrimination with the same trials, or None where it is not installed."""
    try:
        from psychrnn.tasks.perceptual_discrimination import PerceptualDiscrimination
    except ImportError:
        return None
    batches = PerceptualDiscrimination(dt=DT, tau=100.0, T=TRIAL, N_batch=N_TRIALS).batch_generator()
    return lambda: next(batches)


def catalogue(repeats: int) -> None:
    for name in tasks.TASKS:
        task = tasks.get(name)
        times = [milliseconds(partial(task.sample, N_TRIALS, DT, seed)) for seed in range(repeats)]
        steps = task.sample(N_TRIALS, DT).n_steps
        print(f"{name:30s} {N_TRIALS} trials x {steps} steps: median {statistics.median(times):.2f} ms")


def against_psychrnn(rounds: int) -> tuple[float, float | None]:
    """Median ms of ours, and the median over rounds of PsychRNN's time divided by ours."""
    task = tasks.perceptual_discrimination(trial=TRIAL)
    peer = psychrnn_generator()
    ours, theirs, ratios = [], [], []
    for i in range(rounds):
        mine = statistics.median(milliseconds(partial(task.sample, N_TRIALS, DT, (i, k))) for k in range(40))
        ours.append(mine)
        if peer is not None:
            theirs.append(milliseconds(peer))
            ratios.append(theirs[-1] / mine)
    print(f"perceptual discrimination, {rounds} interleaved rounds: rnnlab median {statistics.median(ours):.2f} ms")
    if peer is None:
        print(HOW_TO_COMPARE)
        return statistics.median(ours), None
    print(f"PsychRNN median {statistics.median(theirs):.0f} ms; rnnlab is {statistics.median(ratios):.0f} times faster")
    return statistics.median(ours), statistics.median(ratios)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="fail where a bound is missed")
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    catalogue(repeats=100)
    mine, ratio = against_psychrnn(arguments.rounds)
    missed = mine > MOST_MS or (ratio is not None and ratio < LEAST_RATIO)
    if missed:
        print(f"missed: at most {MOST_MS:g} ms and at least {LEAST_RATIO:g} times faster")
    return int(arguments.check and missed)


if __name__ == "__main__":
    sys.exit(main())

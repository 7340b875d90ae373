"""Drawing trials: rnnlab against PsychRNN's own generator, interleaved in one run, one thread, CPU time.

    python benchmarks/batches.py            all tasks; with PsychRNN importable, the ratio on the shared task
    python benchmarks/batches.py --check    also fail where a bound is missed

Bounds: every task of the library under 3 ms median for 128 trials x 200 steps (tasks of other lengths at the time steps
that give them about 200 steps on average), perceptual discrimination at least 100 times PsychRNN's rate, and twice the
trials or twice the steps at most 2.6 times the time.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial

from rnnlab import tasks
from rnnlab.spec import SpecError

N_TRIALS, N_STEPS, DT, TRIAL = 128, 200, 10.0, 2000.0
MOST_MS, LEAST_RATIO, MOST_GROWTH = 3.0, 100.0, 2.6

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


def median_ms(task: tasks.Task, n_trials: int, dt: float, repeats: int) -> float:
    task.sample(n_trials, dt)
    return statistics.median(milliseconds(partial(task.sample, n_trials, dt, seed)) for seed in range(repeats))


def step_for(task: tasks.Task, n_steps: int) -> float:
    """The time step at which the longest of 128 trials has about that many steps."""
    return task.sample(N_TRIALS, 1.0).n_steps / n_steps


def catalogue(repeats: int) -> list[str]:
    """Time every task; the names of those over the bound."""
    slow = []
    for name in tasks.TASKS:
        task = tasks.get(name)
        dt = step_for(task, N_STEPS)
        try:
            took = median_ms(task, N_TRIALS, dt, repeats)
        except SpecError:  # an epoch is shorter than such a step
            dt = min(dt, DT)
            took = median_ms(task, N_TRIALS, dt, repeats) * N_STEPS / task.sample(N_TRIALS, dt).n_steps
        slow += [name] if took > MOST_MS else []
        channels = f"{task.n_inputs} in, {task.n_outputs} out"
        print(f"{name:34s} {channels:16s} dt {dt:5.2f} ms: {took:6.2f} ms{'  over' if took > MOST_MS else ''}")
    return slow


def scaling(repeats: int) -> float:
    """The worst over a few tasks of how the time grows where trials or steps double (from 512 x 200)."""
    worst = 0.0
    for name in ("perceptual_discrimination", "flip_flop", "context_decision", "delay_go", "eye_sequences"):
        task = tasks.get(name)
        dt = step_for(task, N_STEPS)
        base = median_ms(task, 512, dt, repeats)
        more_trials, more_steps = (
            median_ms(task, 1024, dt, repeats) / base,
            median_ms(task, 512, dt / 2, repeats) / base,
        )
        print(f"{name:34s} twice the trials: {more_trials:.2f} times; twice the steps: {more_steps:.2f} times")
        worst = max(worst, more_trials, more_steps)
    return worst


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
    slow = catalogue(repeats=30)
    growth = scaling(repeats=9)
    mine, ratio = against_psychrnn(arguments.rounds)
    missed = bool(slow) or growth > MOST_GROWTH or mine > MOST_MS or (ratio is not None and ratio < LEAST_RATIO)
    if slow:
        print(f"over {MOST_MS:g} ms: {', '.join(slow)}")
    if growth > MOST_GROWTH:
        print(f"time grows {growth:.2f} times where trials or steps double; at most {MOST_GROWTH:g}")
    if mine > MOST_MS or (ratio is not None and ratio < LEAST_RATIO):
        print(f"missed: at most {MOST_MS:g} ms and at least {LEAST_RATIO:g} times faster")
    return int(arguments.check and missed)


if __name__ == "__main__":
    sys.exit(main())

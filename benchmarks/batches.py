"""Drawing trials: rnnlab against PsychRNN's own generator, interleaved in one run, one thread, CPU time.

    python benchmarks/batches.py            all tasks; with PsychRNN importable, the ratios on the shared tasks
    python benchmarks/batches.py --check    also fail where a bound is missed

Bounds: every task of the library, those of the sets and curricula among them (with all channels of their set, and each
trial with durations of its own or all with the same), under 3 ms median for 128 trials x 200 steps (tasks of other
lengths at the time steps at which the longest trial has about 200 steps), the tasks shared with PsychRNN at least 100
times its rate, and twice the trials or twice the steps at most 2.6 times the time.
"""

from __future__ import annotations

import argparse
import importlib
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial

from rnnlab import tasks
from rnnlab.spec import SpecError

N_TRIALS, N_STEPS, DT, TRIAL = 128, 200, 10.0, 2000.0
MOST_MS, LEAST_RATIO, MOST_GROWTH = 3.0, 100.0, 2.6

HOW_TO_COMPARE = """PsychRNN cannot be imported here. To compare, in an environment to throw away afterwards:
    python -m venv peers && peers/bin/pip install psychrnn tensorflow numpy scipy safetensors threadpoolctl
    PYTHONPATH=. peers/bin/python benchmarks/batches.py"""


def milliseconds(work: Callable[[], object]) -> float:
    """CPU time of this process: what other programs do meanwhile does not count."""
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000


SHARED = {
    "perceptual_discrimination": ("perceptual_discrimination", "PerceptualDiscrimination"),
    "delayed_discrimination": ("delayed_discrim", "DelayedDiscrimination"),
    "match_to_category": ("match_to_category", "MatchToCategory"),
}
"""The tasks that PsychRNN has too: its module and class."""


def psychrnn_generator(name: str) -> Callable[[], object] | None:
    """PsychRNN's task of that name, with as many trials and steps, or None where it is not installed."""
    module, kind = SHARED[name]
    try:
        theirs = getattr(importlib.import_module(f"psychrnn.tasks.{module}"), kind)
    except ImportError:
        return None
    batches = theirs(dt=DT, tau=100.0, T=TRIAL, N_batch=N_TRIALS).batch_generator()
    return lambda: next(batches)


def median_ms(task: tasks.Task | tasks.MultitaskSet, n_trials: int, dt: float, repeats: int) -> float:
    task.sample(n_trials, dt)
    return statistics.median(milliseconds(partial(task.sample, n_trials, dt, seed)) for seed in range(repeats))


def step_for(task: tasks.Task | tasks.MultitaskSet, n_steps: int) -> float:
    """The time step at which the longest of 128 trials has about that many steps, of any batch where batches differ."""
    n_batches = 12 if isinstance(task, tasks.Task) and any(epoch.shared for epoch in task.epochs) else 1
    return max(task.sample(N_TRIALS, 1.0, seed).n_steps for seed in range(n_batches)) / n_steps


def library() -> Iterator[tuple[str, tasks.Task]]:
    """Every task, under the name it has on the screen, and every distinct task of a set or a curriculum."""
    yield from ((name, tasks.get(name)) for name in tasks.TASKS)
    seen: set[tasks.Task] = set()
    for name in tasks.COLLECTIONS:
        for task in _members(tasks.collection(name)):
            for kind, each in (("", task), (", shared durations", tasks.share_durations(task))):
                if each not in seen:
                    yield f"{name}: {task.name}{kind}", each
                seen.add(each)


def _members(whole: tasks.MultitaskSet | tasks.Curriculum | tasks.Task) -> Iterator[tasks.Task]:
    """The tasks of a set or a curriculum as a network sees them: with all channels of the set."""
    if isinstance(whole, tasks.Task):
        yield whole
    if isinstance(whole, tasks.MultitaskSet):
        yield from whole.members
    if isinstance(whole, tasks.Curriculum):
        for stage in whole.stages:
            yield from _members(stage.task)


ROUNDS, DRAWS = 12, 3
"""Times that the whole catalogue is gone through, and draws of a task each time: other programs on the machine slow it
down for a second or so, and then all tasks alike."""


def catalogue() -> list[str]:
    """Time every task; the names of those over the bound."""
    timed = [(name, task, *_as_long(task)) for name, task in library()]
    took: list[list[float]] = [[] for _ in timed]
    for turn in range(ROUNDS):
        for (_, task, dt, _), found in zip(timed, took, strict=True):
            task.sample(N_TRIALS, dt)  # finds the caches as another task left them
            seeds = range(turn * DRAWS, (turn + 1) * DRAWS)
            found += [milliseconds(partial(task.sample, N_TRIALS, dt, seed)) for seed in seeds]
    times = [statistics.median(found) * part for found, (*_, part) in zip(took, timed, strict=True)]
    for (name, task, dt, _), ms in zip(timed, times, strict=True):
        channels = f"{task.n_inputs} in, {task.n_outputs} out"
        print(f"{name:52s} {channels:16s} dt {dt:5.2f} ms: {ms:6.2f} ms{'  over' if ms > MOST_MS else ''}")
    print(f"{len(times)} tasks: {min(times):.2f} to {max(times):.2f} ms, median {statistics.median(times):.2f} ms")
    return [name for (name, *_), ms in zip(timed, times, strict=True) if ms > MOST_MS]


def _as_long(task: tasks.Task) -> tuple[float, float]:
    """The time step with trials of so many steps, or the usual one where an epoch is shorter than that step; and the
    part of the time that so many steps would take."""
    dt = step_for(task, N_STEPS)
    try:
        task.sample(N_TRIALS, dt)
    except SpecError:
        dt = min(dt, DT)
        return dt, N_STEPS / task.sample(N_TRIALS, dt).n_steps
    return dt, 1.0


def sets(repeats: int) -> None:
    """Time sets as a whole, whose trials are of all their tasks: told, not bounded."""
    for name in tasks.COLLECTIONS:
        whole = tasks.collection(name)
        if isinstance(whole, tasks.MultitaskSet):
            dt = step_for(whole, N_STEPS)
            took = median_ms(whole, N_TRIALS, dt, repeats)
            print(f"{name:52s} {len(whole.tasks)} tasks in one batch, dt {dt:5.2f} ms: {took:6.2f} ms")


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


def against_psychrnn(rounds: int) -> float | None:
    """The least, over the shared tasks, of the median of PsychRNN's time divided by ours; None without PsychRNN."""
    least = []
    for name in SHARED:
        task, peer = tasks.get(name), psychrnn_generator(name)
        if peer is None:
            print(HOW_TO_COMPARE)
            return None
        dt, ratios, theirs = step_for(task, N_STEPS), [], []
        for i in range(rounds):
            mine = statistics.median(milliseconds(partial(task.sample, N_TRIALS, dt, (i, k))) for k in range(40))
            theirs.append(milliseconds(peer))
            ratios.append(theirs[-1] / mine)
        least.append(statistics.median(ratios))
        print(f"{name}: PsychRNN {statistics.median(theirs):.0f} ms; rnnlab is {least[-1]:.0f} times faster")
    return min(least)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="fail where a bound is missed")
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    slow = catalogue()
    sets(repeats=15)
    growth = scaling(repeats=9)
    ratio = against_psychrnn(arguments.rounds)
    missed = bool(slow) or growth > MOST_GROWTH or (ratio is not None and ratio < LEAST_RATIO)
    if slow:
        print(f"over {MOST_MS:g} ms: {', '.join(slow)}")
    if growth > MOST_GROWTH:
        print(f"time grows {growth:.2f} times where trials or steps double; at most {MOST_GROWTH:g}")
    if ratio is not None and ratio < LEAST_RATIO:
        print(f"missed: at least {LEAST_RATIO:g} times faster")
    return int(arguments.check and missed)


if __name__ == "__main__":
    sys.exit(main())

"""Drawing trials: rnnlab against NeuroGym on tasks both have, interleaved in one run, one thread, CPU time.

    python benchmarks/neurogym_batches.py            the rates in steps per second, and their ratio
    python benchmarks/neurogym_batches.py --check    also fail where rnnlab is less than 4 times as fast

NeuroGym's side is its own `neurogym.Dataset`, which fills a batch with trials end to end; rates are per step, as its
trials differ in length. A third row is the same environment through `rnnlab.tasks.from_neurogym`.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
import warnings
from collections.abc import Callable

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

from rnnlab import tasks

N_TRIALS, N_STEPS, DT, LEAST_RATIO = 128, 200, 10.0, 4.0
SHARED = {
    "perceptual_discrimination": "PerceptualDecisionMaking-v0",
    "delayed_discrimination": "DelayComparison-v0",
    "context_decision": "ContextDecisionMaking-v0",
    "multisensory": "MultiSensoryIntegration-v0",
    "delayed_match_to_sample": "DelayMatchSample-v0",
    "go_nogo": "GoNogo-v0",
}
"""Our task -> NeuroGym's environment of the same kind, with as many channels; timings differ, so rates are per step."""


def rate(work: Callable[[], int]) -> float:
    """Steps per second of CPU time, of work that says how many steps it made."""
    start = time.process_time()
    steps = work()
    return steps / (time.process_time() - start)


def ours(name: str) -> Callable[[], int]:
    task, seeds = tasks.get(name), iter(range(10**9))
    dt = DT * task.sample(N_TRIALS, DT, 0).n_steps / N_STEPS  # trials of as many steps as NeuroGym's sequences

    def work() -> int:
        batches = [task.sample(N_TRIALS, dt, next(seeds)) for _ in range(10)]
        return int(sum(batch.lengths.sum() for batch in batches))

    return work


def theirs(env_id: str) -> Callable[[], int]:
    import neurogym

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # Without Gymnasium's wrappers, which would warn at every trial: that time is not NeuroGym's.
        env = neurogym.make(env_id, dt=DT).unwrapped
    dataset = neurogym.Dataset(env, batch_size=N_TRIALS, seq_len=N_STEPS)
    dataset()

    def work() -> int:
        inputs, _ = dataset()
        return int(inputs.shape[0] * inputs.shape[1])

    return work


def adapted(env_id: str) -> Callable[[], int]:
    task, seeds = tasks.from_neurogym(env_id), iter(range(10**9))
    return lambda: int(task.sample(N_TRIALS, DT, next(seeds)).lengths.sum())


def compare(name: str, env_id: str, rounds: int) -> float:
    """Median over rounds of our rate divided by NeuroGym's."""
    works = {"rnnlab": ours(name), "neurogym.Dataset": theirs(env_id), "from_neurogym": adapted(env_id)}
    rates: dict[str, list[float]] = {label: [] for label in works}
    for _ in range(rounds):
        for label, work in works.items():
            rates[label].append(rate(work))
    ratio = statistics.median(a / b for a, b in zip(rates["rnnlab"], rates["neurogym.Dataset"], strict=True))
    print(f"{name} / {env_id}, {rounds} interleaved rounds, million steps per second:")
    for label, values in rates.items():
        print(f"  {label:18s} {statistics.median(values) / 1e6:7.2f}")
    print(f"  rnnlab is {ratio:.1f} times as fast as NeuroGym")
    return ratio


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="fail where a bound is missed")
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    try:
        ratios = [compare(name, env_id, arguments.rounds) for name, env_id in SHARED.items()]
    except ImportError as error:
        print(f'NeuroGym cannot be imported here ({error}): pip install "rnnlab[neurogym]"')
        return 0
    missed = min(ratios) < LEAST_RATIO
    if missed:
        print(f"missed: at least {LEAST_RATIO:g} times as fast")
    return int(arguments.check and missed)


if __name__ == "__main__":
    sys.exit(main())

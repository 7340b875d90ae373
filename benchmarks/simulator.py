"""Running a network with NumPy: rnnlab's simulator against the textbook loop and against PsychRNN's simulator.

All run the same leaky ReLU network on the same inputs with recurrent noise, give all states and outputs, and, with the
noise off, must agree. Everything is interleaved on one thread and timed as process CPU time. Two ratios are given: the
median over rounds of one run of each, and that of the least times, which is what counts for the bounds, because a busy
machine only ever adds.

    python benchmarks/simulator.py [--rounds 15]
    python benchmarks/simulator.py --check      also fail where a bound is missed

Bounds, at 128 trials x 200 steps x 100 units: in float32, the precision of trained weights, at least 5 times faster
than PsychRNN given the same weights (`simulate` runs a batch in float32 unless told otherwise); in float64 at least
2 times faster than the textbook loop.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import TypeAlias

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from rnnlab.networks import LeakyRNN, Network
from rnnlab.simulation import simulate

SIZES = {
    "128 trials x 200 steps x 100 units": (128, 200, 100),
    "16 x 200 x 50": (16, 200, 50),
    "1 x 200 x 50": (1, 200, 50),
}
N_INPUTS = N_OUTPUTS = 2
Result: TypeAlias = tuple[np.ndarray, np.ndarray]
Runner: TypeAlias = Callable[[bool], Result]

HOW_TO_COMPARE = """PsychRNN cannot be imported here. To compare, in an environment to throw away afterwards:
    python -m venv peers && peers/bin/pip install psychrnn tensorflow numpy scipy safetensors threadpoolctl
    PYTHONPATH=. peers/bin/python benchmarks/simulator.py"""


def rnnlab(network: Network, inputs: np.ndarray, dtype: type) -> Runner:
    """Ours, as a script would call it."""

    def run(noisy: bool) -> Result:
        trajectory = simulate(network, inputs, seed=0 if noisy else None, dtype=dtype)
        return trajectory.outputs, trajectory.states

    return run


def textbook(network: Network, inputs: np.ndarray, dtype: type) -> Runner:
    """The loop everyone writes."""
    p = {name: array.astype(dtype) for name, array in network.parameters.items()}
    u, alpha, sigma = inputs.astype(dtype), 0.1, 0.1

    def run(noisy: bool) -> Result:
        rng, x = np.random.default_rng(0), np.repeat(p["x0"][None], len(u), axis=0)
        states, outputs = [], []
        for t in range(u.shape[1]):
            drive = np.maximum(x, 0) @ p["W_rec"].T + u[:, t] @ p["W_in"].T + p["b_rec"]
            x = (1 - alpha) * x + alpha * drive
            if noisy:
                x = x + np.sqrt(2 * alpha) * sigma * rng.standard_normal(x.shape, dtype)
            states.append(x)
            outputs.append(np.maximum(x, 0) @ p["W_out"].T + p["b_out"])
        return np.stack(outputs, axis=1), np.stack(states, axis=1)

    return run


def psychrnn(network: Network, inputs: np.ndarray, dtype: type) -> Runner | None:
    """PsychRNN's `BasicSimulator` with the same weights, or None where it is not installed."""
    try:
        from psychrnn.backend.simulation import BasicSimulator
    except ImportError:
        return None
    names = {"W_in": "W_in", "W_rec": "W_rec", "W_out": "W_out", "b_rec": "b_rec", "b_out": "b_out", "init_state": "x0"}
    weights = {theirs: network.parameters[ours].astype(dtype) for theirs, ours in names.items()}
    weights["init_state"] = weights["init_state"][None]
    noisy, quiet = (BasicSimulator(params={"alpha": 0.1, "rec_noise": s}, weights=weights) for s in (0.1, 0.0))
    trials = inputs.astype(dtype)
    return lambda with_noise: (noisy if with_noise else quiet).run_trials(trials)


def cpu_ms(runner: Runner) -> float:
    start = time.process_time()
    runner(True)
    return (time.process_time() - start) * 1000


def compare(size: tuple[int, int, int], rounds: int) -> dict[str, float]:
    """Prints a table; returns each runner's time divided by ours in the same precision."""
    n_trials, n_steps, n_units = size
    network = Network.initialised(LeakyRNN(n_units=n_units, noise=0.1, spectral_radius=0.9), N_INPUTS, N_OUTPUTS)
    inputs = np.random.default_rng(0).standard_normal((n_trials, n_steps, N_INPUTS))
    runners: dict[str, Runner] = {}
    for make in (rnnlab, textbook, psychrnn):
        for dtype in (np.float64, np.float32):
            runner = make(network, inputs, dtype)
            if runner is not None and not (make is psychrnn and n_trials == 1):  # it loses the trial axis
                runners[f"{make.__name__} {dtype.__name__}"] = runner
    check_agreement(runners)
    times: dict[str, list[float]] = {name: [] for name in runners}
    for _ in range(rounds):
        for name, runner in runners.items():
            times[name].append(cpu_ms(runner))
    ratios = {}
    for name, taken in times.items():
        ours = times[f"rnnlab {name.split()[1]}"]
        paired = median(t / mine for t, mine in zip(taken, ours, strict=True))
        ratios[name] = min(taken) / min(ours)
        print(f"    {name:18s} {median(taken):8.1f} {min(taken):8.1f} {paired:10.2f} {ratios[name]:6.2f}")
    return ratios


def check_agreement(runners: dict[str, Runner]) -> None:
    """Without noise all give the same states and outputs, or the comparison means nothing."""
    reference = runners["textbook float64"](False)
    for name, runner in runners.items():
        tolerance = 1e-10 if name.endswith("64") else 1e-3
        for got, wanted in zip(runner(False), reference, strict=True):
            np.testing.assert_allclose(got, wanted, rtol=0, atol=tolerance, err_msg=name)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="fail where a bound is missed")
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    tables = {}
    for title, size in SIZES.items():
        print(f"{title}: CPU ms (median, least), times slower than rnnlab in the same precision (paired, least)")
        tables[title] = compare(size, arguments.rounds)
    main_table = next(iter(tables.values()))
    missed = main_table["textbook float64"] < 2.0
    if "psychrnn float32" in main_table:
        missed |= main_table["psychrnn float32"] < 5.0
    else:
        print(HOW_TO_COMPARE)
    if missed:
        print("a bound is missed")
    return int(arguments.check and missed)


if __name__ == "__main__":
    sys.exit(main())

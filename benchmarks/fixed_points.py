"""All fixed points of a trained 3-bit flip-flop: the finder against what other programs do with the same starts.

    python benchmarks/fixed_points.py [--starts 1024] [--units 100] [--seed 0]

Trains the network first (a minute or two, kept in the system's temporary folder). Then all get the same starts, states
visited on trials and on the way from random ones, and the same tolerance on q, in float64:

- descent: Adam on the q of all starts at once until all are below the tolerance, with the step size lowered wherever
  the mean q has stopped falling, as fixed-point-finder does by default (its settings; gradients here are analytic);
- root per start: `scipy.optimize.root` (MINPACK's hybrid Powell method with the analytic Jacobian), which is fsolve.

All end with the eigenvalues at the points found. CPU time on one thread; the finder runs beside every quarter of the
others' work, so that all see the same machine. Last, by the clock, a fresh search after a small change of input, with
the points known as guesses.
"""

from __future__ import annotations

import os

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_variable] = "1"  # before NumPy is imported

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import root

import rnnlab as rl
from rnnlab.analysis._distinct import distinct
from rnnlab.analysis._starts import default_starts
from rnnlab.analysis._update import Update, half_square
from rnnlab.analysis.fixed_points import FixedPoints, fixed_points

SLICES = 4
N_WARM, WARM_INPUT = 0, 0.002
"""Starts beside the guesses of a warm-started search (it looks between the points all the same), and how much the
input changes."""
TOLERANCE = 1e-12
"""Of q = |F(x) - x|^2 / 2, for both."""
WANTED_RATIO, WANTED_WARM = 10.0, 0.1
"""Times faster than both others together; seconds of a search that is warm-started, of a network of ``UNITS``."""
UNITS = 100
DESCENT_STEPS, DESCENT_RATE, PATIENCE, LOWERED = 5000, 1.0, 5, 0.95


def main() -> int:
    """Print both methods' counts and times; exit 0 if the finder found 27 points and is fast enough."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--starts", type=int, default=1024)
    parser.add_argument("--units", type=int, default=UNITS)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    run = trained(options.units, options.seed)
    print(f"network: {options.units} units, accuracy {rl.analysis.accuracy(run).accuracy:.3f}")
    found, times, counts = compare(run, options.starts, options.seed)
    warm, n_warm = warm_started(run, found)
    ratios = {name: seconds / times["finder"] for name, seconds in times.items()}
    ratio = ratios["descent"] + ratios["root per start"]
    print(f"finder:             {found.n_points} points {found.counts()} in {times['finder']:.2f} s CPU")
    for name in ("descent", "root per start"):
        print(f"{name + ':':<20}{counts[name]} points in {times[name]:.2f} s CPU, {ratios[name]:.1f} times as long")
    print(f"both together:      {ratio:.1f} times as long (wanted: at least {WANTED_RATIO:g}, and 27 points)")
    wanted = f" (wanted: at most {1000 * WANTED_WARM:g})" if options.units <= UNITS else ""
    print(f"warm-started:       {n_warm} points in {1000 * warm:.0f} ms{wanted}")
    print(f"certificate:        {found.certificate}")
    quick = warm <= WANTED_WARM or options.units > UNITS
    return 0 if found.n_points == n_warm == 27 and ratio >= WANTED_RATIO and quick else 1


def trained(n_units: int, seed: int) -> rl.runs.Run:
    """A trained flip-flop, from the last time if there was one."""
    experiment = rl.Experiment(
        # Pulses half a second apart: with shorter memories the bits may be held by slow rotation, without fixed points.
        task=rl.tasks.get("flip_flop", trial=3000, gap=500, grace=50),
        network=rl.networks.LeakyRNN(n_units=n_units, form="rate", nonlinearity="tanh", dt=50),
        training=rl.Training(updates=1500, batch_size=64, learning_rate=2e-3),
        seed=seed,
    )
    folder = Path(tempfile.gettempdir()) / "rnnlab-benchmarks" / experiment.digest[:16]
    if not (folder / "run.json").exists():
        print(f"training into {folder} ...")
        for _ in rl.train(experiment, out=folder):
            pass
    return rl.load(folder)


def compare(run: rl.runs.Run, n_starts: int, seed: int) -> tuple[FixedPoints, dict[str, float], dict[str, int]]:
    """The finder's last result, the CPU time of each (the finder's mean), and how many points the others found."""
    network, inputs = run.network, np.zeros(run.network.n_inputs)
    update = Update(network, inputs)
    starts = default_starts(run, network, update, n_starts, np.random.default_rng(seed))
    finder, times, ends = [], dict.fromkeys(("descent", "root per start"), 0.0), []
    descent = Descent(update, starts)
    for part in np.array_split(starts, SLICES):
        seconds, found = timed(fixed_points, network, inputs, starts=starts, seed=seed, tolerance=TOLERANCE)
        finder.append(seconds)
        seconds, some = timed(lambda part=part: [search_root(update, start) for start in part])
        times["root per start"] += seconds
        ends += some
        times["descent"] += timed(descent.run, DESCENT_STEPS // SLICES)[0]
    counts = {}
    for name, states in (("root per start", np.array(ends)), ("descent", descent.x)):
        seconds, roots = timed(distinct_roots, update, states)
        times[name] += seconds + timed(lambda roots=roots: np.linalg.eigvals(update.jacobian(roots)))[0]
        counts[name] = len(roots)
    return found, times | {"finder": float(np.mean(finder))}, counts


def timed(function: Callable[..., Any], *arguments: Any, **options: Any) -> tuple[float, Any]:
    """CPU seconds, and the result."""
    began = time.process_time()
    result = function(*arguments, **options)
    return time.process_time() - began, result


def warm_started(run: rl.runs.Run, found: FixedPoints) -> tuple[float, int]:
    """Seconds of a search after a small change of input, the median of several; and how many points it found."""
    times = []
    for k in range(9):
        inputs = np.full(run.network.n_inputs, WARM_INPUT * (-1) ** k)
        began = time.perf_counter()
        points = fixed_points(run.network, inputs, guesses=found.states, n_starts=N_WARM)
        times.append(time.perf_counter() - began)
    return float(np.median(times)), points.n_points


class Descent:
    """Adam on the mean of q over all starts, in float64, until all are below the tolerance."""

    def __init__(self, update: Update, starts: np.ndarray) -> None:
        self.update, self.x = update, starts.copy()
        self.first, self.second = np.zeros_like(starts), np.zeros_like(starts)
        self.step, self.rate, self.best, self.waited, self.done = 0, DESCENT_RATE, np.inf, 0, False

    def run(self, n_steps: int) -> None:
        for _ in range(n_steps):
            if self.done:
                return
            residual, pull = self.update.linearise(self.x)
            q = half_square(residual)
            self.done = bool((q < TOLERANCE).all()) or self.rate < 1e-9
            self._move((pull(residual) - residual) / len(q))
            self._lower(float(q.mean()))

    def _move(self, gradient: np.ndarray) -> None:
        self.step += 1
        self.first += 0.1 * (gradient - self.first)
        self.second += 0.001 * (gradient**2 - self.second)
        mean, square = self.first / (1 - 0.9**self.step), self.second / (1 - 0.999**self.step)
        self.x -= self.rate * mean / (np.sqrt(square) + 1e-8)

    def _lower(self, loss: float) -> None:
        """The step size falls where the loss has not, for a while."""
        self.waited = 0 if loss < self.best * (1 - 1e-4) else self.waited + 1
        self.best = min(self.best, loss)
        if self.waited > PATIENCE:
            self.rate, self.waited = self.rate * LOWERED, 0


def search_root(update: Update, start: np.ndarray) -> np.ndarray:
    """Where one root search ends."""
    eye = np.eye(update.n_states)
    return root(
        lambda x: update.residual(x[None])[0], start, jac=lambda x: update.jacobian(x[None])[0] - eye, tol=1e-10
    ).x


def distinct_roots(update: Update, ends: np.ndarray) -> np.ndarray:
    """The different states among the ends that stand still."""
    q = half_square(update.residual(ends))
    roots, q = ends[q < TOLERANCE], q[q < TOLERANCE]
    return roots[distinct(roots, q, 1e-3)]


if __name__ == "__main__":
    sys.exit(main())

"""All fixed points of a trained 100-unit 3-bit flip-flop: the finder against one root search per start.

    python benchmarks/fixed_points.py [--starts 1024] [--units 100] [--seed 0]

Trains the network first (a minute or two, kept in the system's temporary folder). Then both methods get the same
starts, states visited on trials and on the way from random ones; the yardstick is `scipy.optimize.root` (MINPACK's
hybrid Powell method with the analytic Jacobian) from each of them. Both end with the eigenvalues at the points found.
CPU time on one thread; the finder runs once before every quarter of the root searches, so that both see the same
machine.
"""

from __future__ import annotations

import os

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_variable] = "1"  # before NumPy is imported

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from scipy.optimize import root

import rnnlab as rl
from rnnlab.analysis._distinct import distinct
from rnnlab.analysis._starts import default_starts
from rnnlab.analysis._update import Update, half_square
from rnnlab.analysis.fixed_points import FixedPoints, fixed_points

SLICES = 4
TOLERANCE = 1e-12
"""Of q = |F(x) - x|^2 / 2, for both."""
WANTED_RATIO = 5.0


def main() -> int:
    """Print both methods' counts and times; exit 0 if the finder found 27 points and is fast enough."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--starts", type=int, default=1024)
    parser.add_argument("--units", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    run = trained(options.units, options.seed)
    print(f"network: {options.units} units, accuracy {rl.analysis.accuracy(run).accuracy:.3f}")
    found, finder_seconds, roots, root_seconds = compare(run, options.starts, options.seed)
    ratio = root_seconds / finder_seconds
    print(f"finder:             {found.n_points} points {found.counts()} in {finder_seconds:.2f} s CPU")
    print(f"root per start:     {len(roots)} points in {root_seconds:.2f} s CPU")
    print(f"times faster:       {ratio:.1f} (wanted: at least {WANTED_RATIO:g}, and 27 points)")
    print(f"certificate:        {found.certificate}")
    return 0 if found.n_points == 27 and ratio >= WANTED_RATIO else 1


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


def compare(run: rl.runs.Run, n_starts: int, seed: int) -> tuple[FixedPoints, float, np.ndarray, float]:
    """The finder's last result, its mean CPU time, the distinct roots of the searches, and their CPU time in all."""
    network, inputs = run.network, np.zeros(run.network.n_inputs)
    update = Update(network, inputs)
    starts = default_starts(run, network, update, n_starts, np.random.default_rng(seed))
    finder_times, root_time, ends = [], 0.0, []
    for part in np.array_split(starts, SLICES):
        began = time.process_time()
        found = fixed_points(network, inputs, starts=starts, seed=seed, tolerance=TOLERANCE)
        finder_times.append(time.process_time() - began)
        began = time.process_time()
        ends.extend(search_root(update, start) for start in part)
        root_time += time.process_time() - began
    began = time.process_time()
    roots = distinct_roots(update, np.array(ends))
    np.linalg.eigvals(update.jacobian(roots))
    return found, float(np.mean(finder_times)), roots, root_time + time.process_time() - began


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

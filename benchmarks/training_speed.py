"""How many times faster than a plain eager loop the default training engine is, and how far from its floor.

One iteration is what training repeats: forward, masked squared error, backward, clipping, Adam; recurrent noise is on,
drawn fresh each time; two inputs, two outputs. Everything runs on one thread, is interleaved (one iteration of each in
turn, so that what else the machine does hits all alike) and is timed as process CPU time; the median counts.

- *eager*: the loop everyone writes, with ``torch.optim.Adam`` and ``clip_grad_norm_``.
- *engine*: `rnnlab.training.learner.Learner` with its defaults, from NumPy batch to updated parameters.
- *floor*: what no engine on these libraries gets around: the 2T matrix products that must follow one another, one
  product for the weights' gradient, one pass of the nonlinearity, one fill of noise.

    python benchmarks/training_speed.py [S1 S2 ...] [--repeats 30] [--plain] [--check]
    python benchmarks/training_speed.py S1 --variants      constraints and nonlinearities, as multiples of the default

``--plain`` leaves out compiled loops, as where numba is not installed.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import torch
from torch import Tensor, nn

from rnnlab.networks import LeakyRNN
from rnnlab.normals import fill_table_normals
from rnnlab.runs import Training
from rnnlab.training import kernel
from rnnlab.training.learner import Learner
from rnnlab.training.noise import Noise
from rnnlab.training.trials import Trials


@dataclass(frozen=True)
class Size:
    """Units, trials a batch, steps a trial; how many times faster than the eager loop, and at most how many times the
    floor, is asked for."""

    n_units: int
    n_trials: int
    n_steps: int
    wanted: float
    at_most: float


SIZES = {
    "S1": Size(50, 128, 200, 2.8, 1.6),
    "S2": Size(100, 64, 200, 2.6, 1.5),
    "S3": Size(256, 64, 200, 1.9, 1.2),
    "S4": Size(50, 128, 50, 2.7, 1.9),
    "S5": Size(50, 16, 200, 4.5, 3.0),
}
N_INPUTS = N_OUTPUTS = 2
ALPHA, SIGMA, LEARNING_RATE, CLIP = 0.1, 0.05, 1e-3, 1.0

Iteration = Callable[[], float]


def batch(size: Size) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Inputs, targets and mask, (trial, time, channel) float32."""
    rng = np.random.default_rng(0)
    shape = (size.n_trials, size.n_steps, N_INPUTS)
    inputs, targets = (rng.standard_normal(shape).astype(np.float32) for _ in range(2))
    return inputs, targets, np.ones(shape, np.float32)


class EagerNetwork(nn.Module):
    """The leaky network as one writes it in an afternoon."""

    def __init__(self, n_units: int) -> None:
        super().__init__()
        self.W_in = nn.Parameter(torch.randn(n_units, N_INPUTS) / math.sqrt(N_INPUTS))
        self.W_rec = nn.Parameter(torch.randn(n_units, n_units) / math.sqrt(n_units))
        self.b_rec = nn.Parameter(torch.zeros(n_units))
        self.W_out = nn.Parameter(torch.randn(N_OUTPUTS, n_units) / n_units)
        self.b_out = nn.Parameter(torch.zeros(N_OUTPUTS))
        self.x0 = nn.Parameter(torch.full((n_units,), 0.1))

    def forward(self, inputs: Tensor) -> Tensor:
        """Outputs (trial, time, output)."""
        x = self.x0.expand(inputs.shape[0], -1)
        states = []
        for t in range(inputs.shape[1]):
            drive = torch.relu(x) @ self.W_rec.T + inputs[:, t] @ self.W_in.T + self.b_rec
            x = (1 - ALPHA) * x + ALPHA * drive + math.sqrt(2 * ALPHA) * SIGMA * torch.randn_like(x)
            states.append(x)
        return torch.relu(torch.stack(states, 1)) @ self.W_out.T + self.b_out


def eager(size: Size) -> Iteration:
    """The plain loop."""
    network = EagerNetwork(size.n_units)
    optimiser = torch.optim.Adam(network.parameters(), lr=LEARNING_RATE)
    arrays = batch(size)

    def iteration() -> float:
        inputs, targets, mask = (torch.from_numpy(a) for a in arrays)
        optimiser.zero_grad()
        loss = (mask * (network(inputs) - targets) ** 2).sum() / mask.sum()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), CLIP)
        optimiser.step()
        return loss.item()

    return iteration


VARIANTS: dict[str, dict[str, Any]] = {
    "default": {},
    "Dale, masks": {
        "excitatory": 0.8,
        "autapses": False,
        "weights_rec": {"kind": "Weights", "connections": {"kind": "Density", "share": 0.5}},
        "weights_in": {"kind": "Weights", "connections": {"kind": "Density", "share": 0.5}},
        "weights_out": {"kind": "Weights", "connections": {"kind": "Density", "share": 0.5}},
    },
    "tanh": {"nonlinearity": "tanh"},
    "softplus": {"nonlinearity": "softplus"},
    "sigmoid": {"nonlinearity": "sigmoid"},
}


def engine(size: Size, variant: str = "default") -> Iteration:
    """The default engine."""
    fields = {"n_units": size.n_units, "dt": 10, "tau": 10 / ALPHA, "noise": SIGMA} | VARIANTS[variant]
    network = LeakyRNN.from_data(fields)
    learner = Learner(network, Training(learning_rate=LEARNING_RATE, gradient_clip=CLIP), N_INPUTS, N_OUTPUTS)
    learner.initialise(network.initialise(N_INPUTS, N_OUTPUTS, np.random.default_rng(0)))
    arrays, count = batch(size), iter(range(10**9))

    def iteration() -> float:
        trials = Trials.from_arrays(*arrays, dtype=torch.float32)
        return learner.learn(trials, Noise("table", 0, "noise", next(count))).loss

    return iteration


def floor(size: Size) -> Iteration:
    """What has to be done in any case, by calls of torch and NumPy."""
    W = torch.randn(size.n_units, size.n_units) / math.sqrt(size.n_units)
    r, new = torch.randn(size.n_trials, size.n_units), torch.empty(size.n_trials, size.n_units)
    states, rates = (torch.randn(size.n_steps * size.n_trials, size.n_units) for _ in range(2))
    rng = np.random.Generator(np.random.SFC64(0))

    def iteration() -> float:
        for _ in range(2 * size.n_steps):
            torch.mm(r, W, out=new)
        torch.mm(states.t(), rates)
        torch.clamp_min(states, 0.0, out=rates)
        fill_table_normals(rng, states.numpy())
        return 0.0

    return iteration


def interleaved(iterations: dict[str, Iteration], repeats: int) -> dict[str, float]:
    """Median CPU seconds of each, after a warm-up."""
    times: dict[str, list[float]] = {name: [] for name in iterations}
    for repeat in range(repeats + 3):
        for name, iteration in iterations.items():
            start = time.process_time()
            iteration()
            if repeat >= 3:
                times[name].append(time.process_time() - start)
    return {name: median(values) for name, values in times.items()}


def compare_variants(sizes: list[str], repeats: int) -> int:
    """Print how long each takes, and as a multiple of the default."""
    for name in sizes:
        found = interleaved({variant: engine(SIZES[name], variant) for variant in VARIANTS}, repeats)
        for variant, seconds in found.items():
            print(f"{name} {variant:12s} {seconds * 1e3:7.1f} ms {seconds / found['default']:6.2f}", flush=True)
    return 0


def main() -> int:
    """Print the table; with ``--check`` fail where the engine is not as fast as asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", metavar="SIZE", help=f"of {', '.join(SIZES)}; all if none is named")
    parser.add_argument("--repeats", type=int, default=30)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--plain", action="store_true", help="without compiled loops")
    parser.add_argument("--variants", action="store_true", help="constraints and nonlinearities instead")
    options = parser.parse_args()
    torch.set_num_threads(1)
    if options.plain:
        kernel.compiled_loops = lambda network: None
    if options.variants:
        return compare_variants(options.sizes or list(SIZES), options.repeats)
    print("      N  batch  steps |  eager ms  engine ms  floor ms | times faster (wanted)  times the floor (at most)")
    slow = []
    for name in options.sizes or SIZES:
        size = SIZES[name]
        found = interleaved({"eager": eager(size), "engine": engine(size), "floor": floor(size)}, options.repeats)
        faster, above = found["eager"] / found["engine"], found["engine"] / found["floor"]
        shape = f"{name} {size.n_units:4d} {size.n_trials:6d} {size.n_steps:6d}"
        times = f"{found['eager'] * 1e3:9.1f} {found['engine'] * 1e3:10.1f} {found['floor'] * 1e3:9.2f}"
        print(f"{shape} | {times} | {faster:12.2f} ({size.wanted:.1f}) {above:15.2f} ({size.at_most:.1f})", flush=True)
        if faster < size.wanted or above > size.at_most:
            slow.append(name)
    if slow and options.check:
        print(f"slower than wanted: {', '.join(slow)}")
    return 1 if slow and options.check else 0


if __name__ == "__main__":
    sys.exit(main())

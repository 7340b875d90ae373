"""Memory of a value: lines, rings, and where the readout sees them."""

from __future__ import annotations

from typing import Any

import numpy as np

import rnnlab as rl
from scripts.truths.claim import Claim, Runs, Values

TOLMACHEV = "Tolmachev & Engel 2025 (RNN_training_pipeline, now trainRNNbrain)"
SLOW = 0.02


def _experiment(name: str, seed: int, **settings: Any) -> rl.Experiment:
    return rl.Experiment(
        task=rl.tasks.get(name, onset=(20, 300), recall_onset=800, recall=600, **settings),
        network=rl.networks.LeakyRNN(n_units=50, form="rate", nonlinearity="tanh", dt=20, noise=0.03),
        training=rl.Training(updates=2500, batch_size=64, learning_rate=2e-3, evaluate_every=250),
        seed=seed,
    )


def number(seed: int) -> dict[str, rl.Experiment]:
    return {"number": _experiment("memory_anti_number", seed, limits=(-1, 1))}


def direction(seed: int) -> dict[str, rl.Experiment]:
    return {"direction": _experiment("memory_anti_direction", seed, amplitude=1)}


def longest(run: rl.runs.Run, recall: bool) -> rl.analysis.SlowManifold | None:
    """The longest slow set without the recall cue, or with it."""
    inputs = [float(recall and name == "recall") for name in run.task.input_names]
    found = rl.analysis.fixed_points(run, inputs, n_starts=256, slow=SLOW).manifolds
    return found[0] if found else None


def extent(run: rl.runs.Run, manifold: rl.analysis.SlowManifold | None) -> float:
    """How far the outputs go along it."""
    return np.nan if manifold is None else float(np.ptp(run.network.readout(manifold.states), axis=0).max())


def line(runs: Runs) -> Values:
    run = runs["number"]
    memory = longest(run, recall=False)
    return {
        "r_squared": rl.analysis.accuracy(run).accuracy,
        "dimension": np.nan if memory is None else memory.dimension,
        "closed": np.nan if memory is None else float(memory.closed),
        "covered": np.nan if memory is None else covered(run, memory, "value"),
    }


def ring(runs: Runs) -> Values:
    run = runs["direction"]
    memory = longest(run, recall=False)
    return {
        "accuracy": rl.analysis.accuracy(run).accuracy,
        "dimension": np.nan if memory is None else memory.dimension,
        "closed": np.nan if memory is None else float(memory.closed),
        "covered": np.nan if memory is None else covered(run, memory, "angle"),
    }


def remembered(run: rl.runs.Run) -> tuple[np.ndarray, rl.tasks.Batch]:
    """(trial, state) at the end of the delay of noiseless trials."""
    batch = run.task.sample(200, dt=run.network.dt, seed=1, noise=False)
    states = rl.simulate(run, batch).states
    return states[np.arange(200), batch.epochs["delay"][:, 1] - 1], batch


def covered(run: rl.runs.Run, memory: rl.analysis.SlowManifold, factor: str) -> float:
    """Share of the spread of remembered states that the nearest states of the slow set account for."""
    states, _ = remembered(run)
    nearest = np.array([memory.states[((memory.states - x) ** 2).sum(axis=1).argmin()] for x in states])
    return float(1 - ((states - nearest) ** 2).sum() / ((states - states.mean(axis=0)) ** 2).sum())


def null_space(runs: Runs) -> Values:
    values: Values = {}
    for name, run in runs.items():
        for cue in (False, True):
            values[f"{name}_{'recall' if cue else 'memory'}"] = extent(run, longest(run, cue))
    return values


def both(seed: int) -> dict[str, rl.Experiment]:
    return number(seed) | direction(seed)


HERE = (
    "Tanh networks of 50 units in the rate form (dt 20 ms, tau 100 ms, recurrent noise), 2500 updates of 64 trials: {} "
    "shown for 100 ms, at least 400 ms of memory, 600 ms of recall."
)
SETS = {
    "dimension": "dimension of the longest slow set without input",
    "closed": "whether it is closed (1) or not (0)",
    "covered": "share of the variance of remembered states that it accounts for",
}

CLAIMS = {
    "memory_line": Claim(
        title="A number is remembered on a line",
        says="The memory of a continuous number is a line attractor.",
        paper=TOLMACHEV,
        here=HERE.format("a number between -1 and 1") + f" States slower than {SLOW:g} per step without input.",
        shows={"r_squared": "R² of the outputs", **SETS},
        criterion="one dimension, open, and 90 % of the variance of the remembered states lie along it",
        holds=lambda v: v["dimension"] == 1 and v["closed"] == 0 and v["covered"] > 0.9,
        measures=line,
        trains=number,
    ),
    "memory_ring": Claim(
        title="A direction is remembered on a ring",
        says="The memory of an angle is a ring attractor.",
        paper=TOLMACHEV,
        here=HERE.format("one of 36 directions") + f" States slower than {SLOW:g} per step without input.",
        shows={"accuracy": "share of trials within 0.3 rad", **SETS},
        criterion="one dimension, closed, and 90 % of the variance of the remembered states lie along it",
        holds=lambda v: v["dimension"] == 1 and v["closed"] == 1 and v["covered"] > 0.9,
        measures=ring,
        trains=direction,
    ),
    "memory_null_space": Claim(
        title="The readout does not see the memory until it is asked for",
        says="The attractor of memory lies in the null space of W_out, that of recall does not.",
        paper=TOLMACHEV,
        here="The networks of the last two: outputs along the longest slow set, with and without the cue.",
        shows={
            f"{name}_{cue}": f"range of the outputs, {name}, {cue} (targets: {2 if cue == 'recall' else 0})"
            for name in ("number", "direction")
            for cue in ("memory", "recall")
        },
        criterion="in both tasks, less than a tenth of the targets' range in memory and more than half of it in recall",
        holds=lambda v: all(v[f"{n}_memory"] < 0.2 and v[f"{n}_recall"] > 1 for n in ("number", "direction")),
        measures=null_space,
        trains=both,
    ),
}

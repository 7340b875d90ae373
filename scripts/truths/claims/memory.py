"""Memory of a value: lines, rings, and where the readout sees them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

import rnnlab as rl
from scripts.truths.attractor import SHOWS, Held, held
from scripts.truths.claim import Claim, Runs, Values

TOLMACHEV = "Tolmachev & Engel 2025 (RNN_training_pipeline, now trainRNNbrain)"
N_TRIALS = 400


def _experiment(name: str, seed: int, **settings: Any) -> rl.Experiment:
    return rl.Experiment(
        task=rl.tasks.get(name, onset=(50, 1000), recall_onset=1400, recall=600, **settings),
        network=rl.networks.LeakyRNN(
            n_units=50, form="rate", nonlinearity="tanh", dt=50, noise=0.1, spectral_radius=0.8
        ),
        training=rl.Training(updates=2500, batch_size=64, learning_rate=2e-3, evaluate_every=500),
        seed=seed,
    )


def number(seed: int) -> dict[str, rl.Experiment]:
    return {"number": _experiment("memory_anti_number", seed, limits=(-1, 1))}


def direction(seed: int) -> dict[str, rl.Experiment]:
    return {"direction": _experiment("memory_anti_direction", seed, amplitude=1)}


def both(seed: int) -> dict[str, rl.Experiment]:
    return number(seed) | direction(seed)


def at_end_of(run: rl.runs.Run, epoch: str) -> NDArray[np.float64]:
    """(trial, state) of trials without noise, in the order of what is remembered."""
    batch = run.task.sample(N_TRIALS, dt=run.network.dt, seed=1, noise=False)
    ends = rl.simulate(run, batch).states[np.arange(N_TRIALS), batch.epochs[epoch][:, 1] - 1]
    what = batch.factors["value" if "value" in batch.factors else "angle"]
    return np.asarray(ends[np.argsort(what, kind="stable")], float)


def cue(run: rl.runs.Run, on: bool) -> NDArray[np.float64]:
    """The input of the recall, or of the memory."""
    return np.array([float(on and name == "recall") for name in run.task.input_names])


def memory(run: rl.runs.Run) -> Held:
    return held(run.network, at_end_of(run, "delay"), cue(run, on=False))


def line(runs: Runs) -> Values:
    return {"r_squared": rl.analysis.accuracy(runs["number"]).accuracy, **numbers(memory(runs["number"]))}


def ring(runs: Runs) -> Values:
    return {"accuracy": rl.analysis.accuracy(runs["direction"]).accuracy, **numbers(memory(runs["direction"]))}


def numbers(found: Held) -> Values:
    """What is said of an attractor; whether it is open is told by states in order, neighbours first."""
    return {"left": found.left, "moved": found.moved, "ends_apart": ends_apart(found)}


def ends_apart(found: Held) -> float:
    """Distance between the means of the first and the last tenth, over the largest between two of them."""
    tenths = np.stack([part.mean(axis=0) for part in np.array_split(found.before, 10)])
    distances = np.linalg.norm(tenths[:, None] - tenths, axis=2)
    return float(distances[0, -1] / distances.max())


def null_space(runs: Runs) -> Values:
    """Ranges of the outputs along what is held, one second after the trial's own memory and recall have ended."""
    values: Values = {}
    for name, run in runs.items():
        for epoch, on in (("delay", False), ("recall", True)):
            after = held(run.network, at_end_of(run, epoch), cue(run, on)).after
            values[f"{name}_{epoch}"] = float(np.ptp(run.network.readout(after), axis=0).max())
    return values


HERE = (
    "Tanh networks of 50 units in the rate form (dt 50 ms, tau 100 ms, recurrent noise 0.1), 2500 updates of 64 trials:"
    " "
    "{} shown for 100 ms, 300 to 1250 ms of memory, 600 ms of recall. States at the end of the memory, without noise, "
    "are left to themselves for 1 s, and so are others beside them, pushed by a fifth of their spread in any direction."
)
ENDS = {"ends_apart": "distance between the first and the last tenth of the states, over the largest (a ring: small)"}

CLAIMS = {
    "memory_line": Claim(
        title="A number is remembered on a line",
        says="The memory of a continuous number is a line attractor.",
        paper=TOLMACHEV,
        here=HERE.format("a number between -1 and 1"),
        shows={"r_squared": "R² of the outputs", **SHOWS, **ENDS},
        criterion="less than a third of a push is left, states move by less than 0.35 of their spread, and the ends "
        "are furthest apart (0.8 at least)",
        holds=lambda v: v["left"] < 1 / 3 and v["moved"] < 0.35 and v["ends_apart"] > 0.8,
        measures=line,
        trains=number,
    ),
    "memory_ring": Claim(
        title="A direction is remembered on a ring",
        says="The memory of an angle is a ring attractor.",
        paper=TOLMACHEV,
        here=HERE.format("one of 36 directions"),
        shows={"accuracy": "share of trials within 0.3 rad", **SHOWS, **ENDS},
        criterion="less than a third of a push is left, states move by less than 0.35 of their spread, and the ends "
        "are close (0.5 at most; neighbouring tenths of a circle: 0.31)",
        holds=lambda v: v["left"] < 1 / 3 and v["moved"] < 0.35 and v["ends_apart"] < 0.5,
        measures=ring,
        trains=direction,
    ),
    "memory_null_space": Claim(
        title="The readout does not see the memory until it is asked for",
        says="The attractor of memory lies in the null space of W_out, that of recall does not.",
        paper=TOLMACHEV,
        here="The networks of the last two: the range of the outputs over the states that are held, 1 s after the "
        "memory and the recall of the trials end, under the same inputs.",
        shows={
            f"{name}_{epoch}": f"range of the outputs, {name}, {'recall' if epoch == 'recall' else 'memory'} "
            f"(targets: {2 if epoch == 'recall' else 0})"
            for name in ("number", "direction")
            for epoch in ("delay", "recall")
        },
        criterion="in both tasks, less than a tenth of the targets' range in memory and more than half of it in recall",
        holds=lambda v: all(v[f"{n}_delay"] < 0.2 and v[f"{n}_recall"] > 1 for n in ("number", "direction")),
        measures=null_space,
        trains=both,
    ),
}

"""Context-dependent decisions: line attractors and selection vectors."""

from __future__ import annotations

import numpy as np

import rnnlab as rl
from scripts.truths.attractor import held
from scripts.truths.claim import Claim, Runs, Values

MANTE = "Mante, Sussillo, Shenoy & Newsome 2013, Nature 503"
CONTEXTS = ("motion", "colour")
SLOW = 0.05
"""State units per step, below which a state counts as slow."""
HOLD = 300.0
"""ms for which states are left to themselves."""


def integrator(seed: int) -> dict[str, rl.Experiment]:
    experiment = rl.Experiment(
        task=rl.tasks.get("signed_context_integration", context=300, stimulus=1200, decision=200, noise=0.1),
        network=rl.networks.LeakyRNN(n_units=100, nonlinearity="tanh", dt=50, noise=0.1, spectral_radius=0.8),
        training=rl.Training(updates=1500, batch_size=64, evaluate_every=500),
        seed=seed,
    )
    return {"context": experiment}


def cue(run: rl.runs.Run, context: str) -> np.ndarray:
    """The input of a context without evidence."""
    return np.array([float(name == f"context_{context}") for name in run.task.input_names])


def lines(runs: Runs) -> Values:
    run = runs["context"]
    batch = run.task.sample(400, dt=run.network.dt, seed=1, noise=False)
    states = rl.simulate(run, batch).states[np.arange(400), batch.epochs["stimulus"][:, 1] - 1]
    left, kept = [], []
    for k, context in enumerate(CONTEXTS):
        found = held(run.network, np.asarray(states[batch.factors["context"] == k], float), cue(run, context), HOLD)
        before, after = (run.network.readout(x)[:, 0] for x in (found.before, found.after))
        left.append(found.left)
        kept.append(float(np.corrcoef(before, after)[0, 1] ** 2))
    return {"accuracy": rl.analysis.accuracy(run).accuracy, "left": max(left), "kept": min(kept)}


def points_in(run: rl.runs.Run) -> dict[str, rl.analysis.FixedPoints]:
    """Points, slow ones included, under each context's cue and no evidence."""
    return {c: rl.analysis.fixed_points(run, cue(run, c), n_starts=256, slow=SLOW) for c in CONTEXTS}


def selection(runs: Runs) -> Values:
    run = runs["context"]
    found = rl.analysis.selection(points_in(run))
    gains = {c: np.abs(found.gain[found.context == i]).mean(axis=0) for i, c in enumerate(CONTEXTS)}
    place = {c: run.task.input_names.index(c) for c in CONTEXTS}
    ratios = [gains[c][place[c]] / gains[c][place[other]] for c, other in zip(CONTEXTS, CONTEXTS[::-1], strict=True)]
    return {"ratio": float(min(ratios)), "turn": float(found.turn[0, 1]), "line_turn": mode_turn(found)}


def mode_turn(found: rl.analysis.Selection) -> float:
    """Degrees between the mean directions of the line in the two contexts."""
    first, second = (found.mode[found.context == i].mean(axis=0) for i in (0, 1))
    cosine = first @ second / (np.linalg.norm(first) * np.linalg.norm(second))
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


HERE = (
    "Tanh networks of 100 units (dt 50 ms, tau 100 ms, recurrent noise 0.1, input noise 0.1), 1500 updates of 64 "
    "trials: a cue of 300 ms, 1200 ms of motion and colour, 200 ms in which the sign of the relevant one is reported."
)

CLAIMS = {
    "context_lines": Claim(
        title="A line attractor for each context",
        says="In each context the network integrates along an approximate line attractor.",
        paper=MANTE,
        here=f"{HERE} States at the end of the evidence, without noise, are left for {HOLD:g} ms (three time "
        "constants) with the cue alone, and so are others beside them, pushed any way by a fifth of their spread.",
        shows={
            "accuracy": "share of trials that are right",
            "left": f"share of a push that is left after {HOLD:g} ms (the worse context)",
            "kept": "share of the variance of the output that is still there then, R² (the worse context)",
        },
        criterion="less than a third of a push is left, and 90 % of what was integrated",
        holds=lambda v: v["left"] < 1 / 3 and v["kept"] > 0.9,
        measures=lines,
        trains=integrator,
    ),
    "context_selection": Claim(
        title="The selection vector turns with the context",
        says=(
            "The line attractors of the two contexts are nearly parallel; the left eigenvectors (selection vectors) "
            "turn, so that only the relevant evidence moves the state along the line."
        ),
        paper=MANTE,
        here="The networks above, at the fixed points under the cue alone and where states move by less than "
        f"{SLOW:g} a step.",
        shows={
            "ratio": "effect along the line of relevant over irrelevant evidence (the worse context)",
            "turn": "°, between the contexts' selection vectors",
            "line_turn": "°, between the contexts' lines",
        },
        criterion="relevant evidence counts three times as much as irrelevant, and selection turns more than the line",
        holds=lambda v: v["ratio"] > 3 and v["turn"] > v["line_turn"],
        measures=selection,
        trains=integrator,
    ),
}

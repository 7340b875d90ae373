"""Context-dependent decisions: line attractors and selection vectors."""

from __future__ import annotations

import numpy as np

import rnnlab as rl
from scripts.truths.claim import Claim, Runs, Values

MANTE = "Mante, Sussillo, Shenoy & Newsome 2013, Nature 503"
CONTEXTS = ("motion", "colour")
SLOW = 0.02
"""State units per step, below which a state counts as slow."""


def integrator(seed: int) -> dict[str, rl.Experiment]:
    task = rl.tasks.get(
        "signed_context_integration",
        context=300,
        stimulus=700,
        decision=200,
        noise=0.05,
        coherences=(-0.5, -0.15, -0.04, 0.04, 0.15, 0.5),
    )
    experiment = rl.Experiment(
        task=task,
        network=rl.networks.LeakyRNN(n_units=100, nonlinearity="tanh", dt=20, noise=0.05),
        training=rl.Training(updates=1200, batch_size=64, learning_rate=1e-3, evaluate_every=200),
        seed=seed,
    )
    return {"context": experiment}


def points_in(run: rl.runs.Run) -> dict[str, rl.analysis.FixedPoints]:
    """Points, slow ones included, under each context's cue and no evidence."""
    names = run.task.input_names
    cues = {context: [float(name == f"context_{context}") for name in names] for context in CONTEXTS}
    return {c: rl.analysis.fixed_points(run, cue, n_starts=256, slow=SLOW) for c, cue in cues.items()}


def lines(runs: Runs) -> Values:
    run = runs["context"]
    found = points_in(run)
    accuracy = rl.analysis.accuracy(run).accuracy
    slowest, second, span = zip(*(line_of(points) for points in found.values()), strict=True)
    return {"accuracy": accuracy, "slowest": min(slowest), "second": max(second), "span": min(span)}


def line_of(points: rl.analysis.FixedPoints) -> tuple[float, float, float]:
    """Time constants (ms) of the slowest two modes along the slow states, and how far the output goes along them."""
    states = np.concatenate([points.states, points.slow_states, *(m.states for m in points.manifolds)])
    outputs = points.network.readout(states)[:, 0]
    inside = states[np.abs(outputs) < 1]
    if not len(inside):
        return np.nan, np.nan, np.nan
    held = np.broadcast_to(points.inputs, (len(inside), len(points.inputs)))
    sizes = np.sort(np.abs(np.linalg.eigvals(points.network.jacobian(inside, held))), axis=1)[:, ::-1]
    constants = points.network.dt / np.abs(np.log(sizes[:, :2]))
    return (*np.median(constants, axis=0).tolist(), float(np.ptp(outputs)))


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
    "Tanh networks of 100 units (dt 20 ms, tau 100 ms, recurrent and input noise), 1200 updates of 64 trials: a cue of "
    "300 ms, 700 ms of motion and colour, 200 ms in which the sign of the relevant one is reported. Slow states (below "
    f"{SLOW:g} per step) and fixed points under the cue alone."
)

CLAIMS = {
    "context_lines": Claim(
        title="A line attractor for each context",
        says="In each context the network integrates along an approximate line attractor.",
        paper=MANTE,
        here=HERE,
        shows={
            "accuracy": "share of trials that are right",
            "slowest": "ms, time constant of the slowest mode along the line (median; the faster context)",
            "second": "ms, of the mode after it (the slower context)",
            "span": "range of the output along slow states (the shorter context; the targets are 2 apart)",
        },
        criterion="one mode slower than 500 ms (5 tau) and three times the next, over half of the targets' range",
        holds=lambda v: v["slowest"] > 500 and v["slowest"] > 3 * v["second"] and v["span"] > 1,
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
        here="The networks above, at the same states.",
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

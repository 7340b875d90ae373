"""Memories of bits: fixed points of trained flip-flops."""

from __future__ import annotations

import numpy as np

import rnnlab as rl
from scripts.truths.claim import Claim, Runs, Values

SUSSILLO = "Sussillo & Barak 2013, Neural Computation 25"
GOLUB = "Golub & Sussillo 2018, JOSS 3(31)"
TRAINED = (
    "Tanh networks of 100 units in the rate form (dt 50 ms, tau 100 ms), 1000 updates of 64 trials of 3 s with pulses "
    "half a second apart on average."
)


def flip_flop(n_bits: int, seed: int) -> rl.Experiment:
    """A network that holds so many bits."""
    return rl.Experiment(
        task=rl.tasks.get("flip_flop", n_bits=n_bits, trial=3000, gap=500, grace=50),
        network=rl.networks.LeakyRNN(n_units=100, form="rate", nonlinearity="tanh", dt=50),
        training=rl.Training(updates=1000, batch_size=64, learning_rate=2e-3, evaluate_every=200),
        seed=seed,
    )


def three_bits(seed: int) -> dict[str, rl.Experiment]:
    return {"3 bits": flip_flop(3, seed)}


def corners(points: rl.analysis.FixedPoints) -> int:
    """How many sign patterns the outputs have at the stable points."""
    stable = np.array(points.stability) == "stable"
    return len({tuple(signs) for signs in np.sign(points.outputs[stable]).astype(int).tolist()})


def memories(runs: Runs) -> Values:
    run = runs["3 bits"]
    points = rl.analysis.fixed_points(run)
    return {
        "accuracy": rl.analysis.accuracy(run).accuracy,
        "stable": points.counts().get("stable", 0),
        "corners": corners(points),
    }


def saddles(runs: Runs) -> Values:
    points = rl.analysis.fixed_points(runs["3 bits"])
    by_index = np.bincount(points.n_unstable, minlength=4)
    return {
        "points": len(points),
        "index_sum": int(points.index.sum()),
        **{f"unstable_{k}": int(by_index[k]) for k in range(4)},
    }


def several_bits(seed: int) -> dict[str, rl.Experiment]:
    return {f"{n} bits": flip_flop(n, seed) for n in (1, 2, 4)}


def stable_points(runs: Runs) -> Values:
    found = {name: rl.analysis.fixed_points(run).counts().get("stable", 0) for name, run in runs.items()}
    return {f"stable_{name[0]}": count for name, count in found.items()}


CLAIMS = {
    "flip_flop_memories": Claim(
        title="Eight memories at the corners of a cube",
        says="A trained 3-bit flip-flop has 8 stable fixed points, one for each pattern of bits.",
        paper=f"{SUSSILLO}; {GOLUB}",
        here=f"{TRAINED} All fixed points without input.",
        shows={
            "accuracy": "share of judged time in which the outputs are right",
            "stable": "stable points",
            "corners": "sign patterns of the outputs at them",
        },
        criterion="8 stable points, with all 8 sign patterns",
        holds=lambda v: v["stable"] == 8 and v["corners"] == 8,
        measures=memories,
        trains=three_bits,
    ),
    "flip_flop_saddles": Claim(
        title="27 fixed points in all",
        says=(
            "In tanh networks the cube of memories has a saddle on every edge and face and one point in its middle: "
            "8, 12, 6 and 1 points with 0, 1, 2 and 3 unstable directions, 27 in all."
        ),
        paper=f"{SUSSILLO}; {GOLUB}",
        here="The networks above. The counts by unstable directions are given; the claim is about their sum and index.",
        shows={
            "points": "fixed points",
            "index_sum": "sum of their indices",
            **{f"unstable_{k}": f"points with {k} unstable directions" for k in range(4)},
        },
        criterion="27 points whose indices sum to +1",
        holds=lambda v: v["points"] == 27 and v["index_sum"] == 1,
        measures=saddles,
        trains=three_bits,
    ),
    "flip_flop_bits": Claim(
        title="Two memories for each bit",
        says="A trained N-bit flip-flop has 2ᴺ stable fixed points.",
        paper=SUSSILLO,
        here=f"{TRAINED} One, two and four bits.",
        shows={f"stable_{n}": f"stable points, {n} bit{'s' if n > 1 else ''}" for n in (1, 2, 4)},
        criterion="2, 4 and 16 stable points",
        holds=lambda v: (v["stable_1"], v["stable_2"], v["stable_4"]) == (2, 4, 16),
        measures=stable_points,
        trains=several_bits,
    ),
}

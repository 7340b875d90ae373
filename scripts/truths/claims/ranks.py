"""The smallest rank of recurrent connectivity with which a task can be learned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import rnnlab as rl
from scripts.truths.claim import Claim, Runs, Values

DUBREUIL = "Dubreuil, Valente, Beiran, Mastrogiuseppe & Ostojic 2022, Nature Neuroscience 25"
LEVEL = 0.9
"""Share of correct trials at which a task counts as learned."""


def of_ranks(
    ranks: tuple[int, ...], task: str, settings: dict[str, Any], overlap: float = 0.0
) -> Callable[[int], dict[str, rl.Experiment]]:
    """Networks of each rank on a task, until they have learned it or 1500 updates are done."""

    def trains(seed: int) -> dict[str, rl.Experiment]:
        return {f"rank_{rank}": of_rank(rank, rl.tasks.get(task, **settings), seed, overlap) for rank in ranks}

    return trains


def of_rank(rank: int, task: rl.tasks.Task, seed: int, overlap: float) -> rl.Experiment:
    network = rl.networks.LowRankRNN(n_units=128, rank=rank, overlap=overlap, nonlinearity="tanh", dt=20, noise=0.05)
    return rl.Experiment(
        task=task,
        network=network,
        training=rl.Training(
            updates=1500,
            batch_size=32,
            learning_rate=5e-3,
            evaluate_every=25,
            stop=(rl.runs.AccuracyReached(level=0.97, last=2),),
            keep="best",
        ),
        seed=seed,
    )


def accuracies(runs: Runs) -> Values:
    """On fresh trials."""
    return {name: rl.analysis.accuracy(run, n_trials=1024).accuracy for name, run in runs.items()}


def rank_claim(
    title: str,
    rank: int,
    task: str,
    settings: dict[str, Any],
    shown: str,
    right: str = "share of trials that are right",
    overlap: float = 0.0,
) -> Claim:
    """A task that needs a rank: it is learned with it, and not with one less."""
    ranks = tuple(r for r in (rank - 1, rank) if r > 0)
    below = f", and less than that with rank {rank - 1}" if rank > 1 else ""
    return Claim(
        title=f"{title}: rank {rank}",
        says=f"{title} can be learned with recurrent connectivity of rank {rank}"
        + (f" and not of rank {rank - 1}." if rank > 1 else "."),
        paper=DUBREUIL,
        here=(
            f"Tanh networks of 128 units (dt 20 ms, tau 100 ms); {shown}. At most 1500 updates of 32 trials with Adam "
            "at 5e-3, ended at 97 % right; the best on validation is kept, and asked 1024 fresh trials."
        ),
        shows={f"rank_{r}": f"{right}, rank {r}" for r in ranks},
        criterion=f"at least {100 * LEVEL:g} % right with rank {rank}{below}",
        holds=lambda v: v[f"rank_{rank}"] >= LEVEL and all(v[f"rank_{r}"] < LEVEL for r in ranks if r < rank),
        measures=accuracies,
        trains=of_ranks(ranks, task, settings, overlap),
    )


def gated(runs: Runs) -> Values:
    groups = rl.analysis.populations(runs["rank_1"].network)
    return {
        "accuracy": rl.analysis.accuracy(runs["rank_1"], n_trials=1024).accuracy,
        "populations": groups.n_populations,
    }


CONTEXT = {"context": 200, "stimulus": 600, "decision": 200, "coherences": (-0.5, -0.25, 0.25, 0.5), "noise": 0.02}

CLAIMS = {
    "rank_perceptual": rank_claim(
        "Perceptual decision", 1, "signed_random_dots",
        {"fixation": (100, 100), "delay": (100, 100), "response": 200, "stimulus": (800, 800),
         "coherences": (0.1, 0.2, 0.4)},
        "signed random dots of 800 ms",
    ),
    "rank_parametric_memory": rank_claim(
        "Parametric working memory", 2, "parametric_memory",
        {"stimulus_1": (300, 300), "delay": (500, 1000), "stimulus_2": (300, 300), "decision": 200, "catch": 0},
        "five pairs of frequencies, 500 to 1000 ms apart",
        "share of trials that are right in the worst condition",
    ),
    "rank_multisensory": rank_claim(
        "Multisensory integration", 1, "multisensory", {"stimulus": (600, 600), "catch": 0},
        "flashes, clicks or both for 600 ms",
    ),
    "rank_context": rank_claim(
        "Context-dependent decision", 1, "signed_context_integration", CONTEXT, "600 ms of motion and colour, signed"
    ),
    "rank_context_populations": Claim(
        title="Context-dependent decision: two populations or more",
        says="With rank 1 the context-dependent decision takes two to three populations of units.",
        paper=DUBREUIL,
        here="The networks above; populations by a mixture of Gaussians over the connectivity's vectors (lowest BIC).",
        shows={"accuracy": "share of trials that are right", "populations": "populations"},
        criterion=f"at least {100 * LEVEL:g} % right, and two or three populations",
        holds=lambda v: v["accuracy"] >= LEVEL and v["populations"] in (2, 3),
        measures=gated,
        trains=of_ranks((1,), "signed_context_integration", CONTEXT),
    ),
    "rank_match_to_sample": rank_claim(
        "Delayed match to sample", 2, "uncued_match_to_sample", {"noise": 0.02},
        "samples and tests of 300 ms, 150 ms apart; connectivity begins with eigenvalues near 1 (without, nothing is "
        "learned; near 2, a pilot with rank 1 learned it too)", overlap=1.0,
    ),
}  # fmt: skip

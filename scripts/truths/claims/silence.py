"""ReLU networks on context-dependent integration: how well they do, and how many of their units do nothing."""

from __future__ import annotations

import rnnlab as rl
from scripts.truths.claim import Claim, Runs, Values

TRAINRNNBRAIN = "trainRNNbrain (Tolmachev & Engel 2025), its notebooks and study of silent units"


def integrator(seed: int) -> dict[str, rl.Experiment]:
    experiment = rl.Experiment(
        task=rl.tasks.get("context_integration"),
        network=rl.networks.LeakyRNN.pipeline(n_units=500, dt=30, tau=100),
        training=rl.Training(updates=2000, batch_size=64, learning_rate=3e-3, gradient_clip=50, evaluate_every=250),
        seed=seed,
    )
    return {"integrator": experiment}


def r_squared(run: rl.runs.Run, network: rl.networks.Network) -> tuple[float, float]:
    """R² over judged steps and outputs, and the share of units whose rate never leaves zero."""
    batch = run.task.sample(450, dt=network.dt, seed=1, balanced=True)
    trajectory = rl.simulate(network, batch, seed=1)
    judged = batch.mask > 0
    targets, missed = batch.targets[judged], (batch.targets - trajectory.outputs)[judged]
    silent = rl.analysis.silent_units(trajectory.rates).silent.mean()
    return float(1 - (missed**2).sum() / ((targets - targets.mean()) ** 2).sum()), float(silent)


def measured(runs: Runs) -> Values:
    run = runs["integrator"]
    before = rl.networks.Network(run.experiment.network, run.at(0).parameters)
    explained, silent = r_squared(run, run.network)
    return {"r_squared": explained, "silent": silent, "silent_before": r_squared(run, before)[1]}


HERE = (
    "trainRNNbrain's equation, noise, signs (80:20) and starting weights, 500 ReLU units where the study has 1000, dt "
    "30 ms of a tau of 100; 2000 updates of 64 trials, Adam at 3e-3, no penalties. 450 fresh trials, balanced."
)

CLAIMS = {
    "silence_r_squared": Claim(
        title="Context-dependent integration is learned",
        says="R² on context-dependent integration is about 0.85.",
        paper=TRAINRNNBRAIN,
        here=HERE,
        shows={"r_squared": "R² over judged steps"},
        criterion="at least 0.8",
        holds=lambda v: v["r_squared"] >= 0.8,
        measures=lambda runs: {"r_squared": measured(runs)["r_squared"]},
        trains=integrator,
    ),
    "silence_units": Claim(
        title="Training silences about half of the units",
        says="In trained ReLU networks 42 to 46 % of the units are silent (at most a few before training).",
        paper=TRAINRNNBRAIN,
        here=f"The networks above. Silent: a rate that never exceeds a hundredth of the largest. {HERE}",
        shows={"silent": "share of silent units", "silent_before": "the same before training"},
        criterion="30 to 60 % silent after training, and fewer than 10 % before",
        holds=lambda v: 0.3 <= v["silent"] <= 0.6 and v["silent_before"] < 0.1,
        measures=lambda runs: {k: v for k, v in measured(runs).items() if k.startswith("silent")},
        trains=integrator,
    ),
}

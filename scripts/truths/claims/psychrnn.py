"""What the notebooks of PsychRNN print."""

from __future__ import annotations

import numpy as np

import rnnlab as rl
from scripts.truths.claim import Claim, Runs, Values

EHRLICH = "Ehrlich, Stone, Brandfonbrener, Atanasov & Murray 2021, eNeuro 8(1), with the notebooks of PsychRNN 1.0"
EARLY, LATE = 10, 390
"""Updates of 128 trials: 1 280 and 49 920 trials, where the notebook prints its loss."""


def learner(seed: int) -> dict[str, rl.Experiment]:
    experiment = rl.Experiment(
        task=rl.tasks.get("perceptual_discrimination"),
        network=rl.networks.LeakyRNN.psychrnn(n_units=50),
        training=rl.Training(updates=LATE, batch_size=128, clip="array", states_at=(EARLY,), evaluate_every=LATE),
        seed=seed,
    )
    return {"learner": experiment}


def loss(run: rl.runs.Run) -> float:
    """Mean squared error over all steps, those that are not judged counted as right, as PsychRNN has it."""
    batch = run.task.sample(512, dt=run.network.dt, seed=1)
    outputs = rl.simulate(run, batch, seed=1).outputs
    return float(np.mean((batch.mask * (outputs - batch.targets)) ** 2))


def losses(runs: Runs) -> Values:
    run = runs["learner"]
    return {"early": loss(run.at(EARLY)), "late": loss(run), "accuracy": rl.analysis.accuracy(run).accuracy}


def _stage(coherence: float) -> rl.tasks.Stage:
    return rl.tasks.Stage(rl.tasks.get("perceptual_discrimination", coherences=(coherence,)), threshold=0.9)


def courses(seed: int) -> dict[str, rl.Experiment]:
    courses = {"curriculum": (0.7, 0.5, 0.3, 0.1), "direct": (0.1,)}
    return {name: course(name, coherences, seed) for name, coherences in courses.items()}


def course(name: str, coherences: tuple[float, ...], seed: int) -> rl.Experiment:
    """Coherences one after the other, each until 90 % are right; asked after every update."""
    return rl.Experiment(
        task=rl.tasks.Curriculum(name, tuple(map(_stage, coherences))),
        network=rl.networks.LeakyRNN.psychrnn(n_units=50),
        training=rl.Training(updates=1000, batch_size=50, clip="array", evaluate_every=1),
        seed=seed,
    )


def trials(runs: Runs) -> Values:
    done = {name: float(run.progress.reason == "curriculum") for name, run in runs.items()}
    return {name: run.progress.n_trials if done[name] else np.inf for name, run in runs.items()}


CLAIMS = {
    "psychrnn_loss": Claim(
        title="Perceptual discrimination is learned in 50 000 trials",
        says="The loss falls from 0.17 after 1 280 trials to 0.017 after 49 920.",
        paper=EHRLICH,
        here=(
            "PsychRNN's equation and starting weights, 50 ReLU units, 128 trials an update, Adam at 1e-3, gradients "
            "clipped array by array. The loss is PsychRNN's, over judged and other steps alike, on 512 fresh trials. "
            "PsychRNN's task asks for both outputs to be zero in the first 20 ms of the answer, which costs it 0.005."
        ),
        shows={
            "early": "loss after 1 280 trials",
            "late": "loss after 49 920 trials",
            "accuracy": "share of trials that are right at the end",
        },
        criterion="a loss of at most 0.017 in the end, a tenth of 0.17",
        holds=lambda v: v["late"] <= 0.017 < v["early"],
        measures=losses,
        trains=learner,
    ),
    "psychrnn_curriculum": Claim(
        title="A curriculum is faster than the hard task alone",
        says=(
            "From a coherence of 0.7 by way of 0.5 and 0.3 to 0.1, each until 90 % are right, takes 1 450 trials; "
            "training on 0.1 from the start takes 2 950."
        ),
        paper=EHRLICH,
        here=(
            "PsychRNN's equation and starting weights, 50 ReLU units, 50 trials an update, Adam at 1e-3; after every "
            "update 256 validation trials, where the notebook takes a fresh batch of 50. At most 50 000 trials."
        ),
        shows={"curriculum": "trials, by stages", "direct": "trials, on 0.1 alone"},
        criterion="fewer trials by stages than without",
        holds=lambda v: v["curriculum"] < v["direct"],
        measures=trials,
        trains=courses,
    ),
}

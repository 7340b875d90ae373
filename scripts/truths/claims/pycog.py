"""The models of Song, Yang & Wang (2016), each trained until the rule by which they stopped theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import rnnlab as rl
from scripts.truths.claim import Claim, Runs, Values

SONG = "Song, Yang & Wang 2016, PLoS Computational Biology 12(2)"
MOST = 3000
"""Updates after which a training that has not reached its criterion is given up."""


def trained_to(
    stop: Any, task: str, settings: dict[str, Any], **network: Any
) -> Callable[[int], dict[str, rl.Experiment]]:
    """The experiments of a seed: pycog's network on a task, until ``stop`` or `MOST` updates."""

    def trains(seed: int) -> dict[str, rl.Experiment]:
        experiment = rl.Experiment(
            task=rl.tasks.get(task, **settings),
            network=rl.networks.LeakyRNN.pycog(**{"excitatory": 0.8, **network}),
            training=rl.Training(
                updates=MOST, batch_size=32, learning_rate=2e-3, validation="balanced", evaluate_every=20, stop=(stop,)
            ),
            seed=seed,
        )
        return {"model": experiment}

    return trains


def reached(level: float, last: int, of: str) -> Callable[[Runs], Values]:
    """Whether the mean of the last validations is at the level, on how many trials, and what it is."""

    def measures(runs: Runs) -> Values:
        run = runs["model"]
        seen = run.history.accuracies if of == "all" else run.history.worst_accuracies
        return {
            "trials": run.progress.n_trials,
            "accuracy": float(seen[-last:].mean()),
            "reached": float(len(seen) >= last and seen[-last:].mean() >= level),
        }

    return measures


def accuracy_claim(
    title: str,
    task: str,
    level: float,
    note: str,
    settings: dict[str, Any] | None = None,
    last: int = 5,
    of: str = "all",
    **network: Any,
) -> Claim:
    """A model that stops at a share of correct trials."""
    where = "in the worst condition" if of == "worst" else "of all trials"
    rule = f"{100 * level:g} % right {where}" + (f", mean of the last {last} validations" if last > 1 else "")
    return Claim(
        title=title,
        says=f"The model learns its task to {rule}.",
        paper=SONG,
        here=f"{note} Adam at 2e-3, 32 trials an update, at most {MOST} updates; validated every 20 on 256 trials.",
        shows={
            "trials": "trials until then",
            "accuracy": "what the rule looks at, at the end",
            "reached": "1 if it was reached",
        },
        criterion=rule,
        holds=lambda v: v["reached"] == 1,
        measures=reached(level, last, of),
        trains=trained_to(rl.runs.AccuracyReached(level=level, last=last, of=of), task, settings or {}, **network),
    )


def error_claim(title: str, task: str, note: str, **network: Any) -> Claim:
    """A model that stops at a root mean squared error of 0.05."""

    def measures(runs: Runs) -> Values:
        run = runs["model"]
        return {"trials": run.progress.n_trials, "rmse": float(np.sqrt(run.history.validation_losses[-1]))}

    return Claim(
        title=title,
        says="The model learns its task to a root mean squared error of 0.05.",
        paper=SONG,
        here=f"{note} Adam at 2e-3, 32 trials an update, at most {MOST} updates.",
        shows={"trials": "trials until then", "rmse": "root mean squared error at the end"},
        criterion="an error of at most 0.05",
        holds=lambda v: v["rmse"] <= 0.05,
        measures=measures,
        trains=trained_to(rl.runs.LossReached(level=0.0025), task, {}, **network),
    )


EI = "Excitatory and inhibitory units (80:20), pycog's equation, noise and starting weights"

CLAIMS = {
    "pycog_random_dots": accuracy_claim(
        "Perceptual decision", "random_dots", 0.85,
        "pycog's equation, noise and starting weights, 100 units without signs.",
        excitatory=None,
    ),
    "pycog_random_dots_signs": accuracy_claim(
        "Perceptual decision, with Dale's law", "random_dots", 0.85, f"{EI}, 100 units."
    ),
    "pycog_variable_stimulus": accuracy_claim(
        "Perceptual decision, stimulus of random length", "random_dots_variable", 0.85, f"{EI}, 100 units."
    ),
    "pycog_reaction_time": accuracy_claim(
        "Perceptual decision, reaction time", "random_dots_reaction_time", 0.85, f"{EI}, 100 units."
    ),
    "pycog_context": accuracy_claim(
        "Context-dependent decision", "context_decision", 0.90, f"{EI}, 150 units.", n_units=150
    ),
    "pycog_multisensory": accuracy_claim(
        "Multisensory integration", "multisensory", 0.90,
        f"{EI}, 150 units; each sense reaches all units, where the paper has a third of them for each.", n_units=150,
    ),
    "pycog_parametric_memory": accuracy_claim(
        "Parametric working memory", "parametric_memory", 0.85,
        f"{EI}, 100 units with all connections, where the paper has 500 with few.", last=1, of="worst",
    ),
    "pycog_eye_sequences": error_claim(
        "Sequences of eye movements", "eye_sequences", f"{EI}, 200 units, tau 50 ms, recurrent noise 0.01.",
        n_units=200, tau=50, dt=10, noise=0.01,
    ),
    "pycog_sine_wave": error_claim(
        "Sine wave", "sine_wave", f"{EI}, 100 units, recurrent noise 0.05, trained biases; two periods from the start "
        "of a trial, where the paper has the network run on.", noise=0.05, train_biases=True,
    ),
}  # fmt: skip

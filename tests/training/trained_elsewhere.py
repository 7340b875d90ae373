"""Trains a number of experiments on the processor and on a device that is none, in a process of its own.

Says as JSON how far apart their weights end, by what was tried, or why one could not be trained. A process of its own,
because torch keeps a device that was made known to it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args

import numpy as np
import torch

import rnnlab as rl
from rnnlab.networks import NETWORKS, LeakyRNN
from rnnlab.runs import SGD, AdamW, BinaryCrossEntropy, CrossEntropy, Experiment, MeanSquaredError, Training
from rnnlab.runs.penalties import AnyPenalty, FinalRates
from rnnlab.training import learner
from tests.training.elsewhere import Elsewhere, elsewhere
from tests.training.leaky_family import VARIANTS, leaky

OF_THE_PROCESSOR = learner.device_of
PENALTIES = get_args(AnyPenalty)
TRAININGS: dict[str, dict[str, Any]] = {
    "plain engine": {"engine": "autograd"},
    "double precision": {"dtype": "float64"},
    "all entries": {"loss": MeanSquaredError(over="all")},
    "binary cross entropy": {"loss": BinaryCrossEntropy()},
    "cross entropy": {"loss": CrossEntropy()},
    "momentum": {"optimiser": SGD(momentum=0.9)},
    "decay": {"optimiser": AdamW(), "gradient_clip": 0.01, "clip": "array"},
    "protected task": {"penalties": (PENALTIES[0](), PENALTIES[1]()), "protect_task": True},
    "half step, normal noise, the best": {"half_step": True, "noise": "normal", "keep": "best"},
}


def experiment(network: Any, **training: Any) -> Experiment:
    few = {"updates": 2, "batch_size": 3, "validation_trials": 3, "evaluate_every": 2, "learning_rate": 0.01}
    return Experiment(rl.tasks.get("perceptual_discrimination"), network.replace(dt=20), Training(**few | training))


def experiments() -> Iterator[tuple[str, Experiment]]:
    dale = LeakyRNN(n_units=8, excitatory=0.75)
    for kind in NETWORKS.values():
        yield kind.__name__, experiment(kind(n_units=8))
    for k, variant in enumerate(VARIANTS):
        if variant != "correlated inputs":  # of three inputs; the task has another number
            yield variant, experiment(leaky(("current", "rate")[k % 2], ("state", "drive")[k // 2 % 2], variant))
    yield "carried over", experiment(dale.replace(start="carried"))
    yield "a start for each place", experiment(dale.replace(start="places", n_starts=3))
    uneven = rl.tasks.get("delayed_discrimination")
    yield "trials that differ in length", experiment(dale, penalties=(FinalRates(),)).replace(task=uneven)
    for penalty in PENALTIES:
        yield penalty.__name__, experiment(dale, penalties=(penalty(),))
    for name, training in TRAININGS.items():
        yield name, experiment(dale, **training)


def on(device: torch.device | None) -> AbstractContextManager[object]:
    """Have trainings be computed there; None: on the processor."""
    learner.device_of = OF_THE_PROCESSOR if device is None else lambda training: device
    return nullcontext() if device is None else Elsewhere()


def weights(of: Experiment, device: torch.device | None) -> dict[str, np.ndarray]:
    with on(device):
        return next(dict(e.parameters) for e in reversed(list(rl.train(of))) if isinstance(e, rl.events.Evaluated))


def resumed(of: Experiment, device: torch.device | None) -> dict[str, np.ndarray]:
    with TemporaryDirectory() as folder, on(device):
        list(rl.train(of.replace(training=of.training.replace(updates=1)), Path(folder) / "run"))
        list(rl.resume(Path(folder) / "run", updates=2))
        return dict(rl.load(Path(folder) / "run").parameters)


def side_by_side(of: Experiment, device: torch.device | None) -> dict[str, np.ndarray]:
    with on(device):
        runs = rl.train_ensemble(of, range(3), processes=1)
    return {str(run.experiment.seed): run.parameters["W_rec"] for run in runs}


def apart(tried: Experiment, how: Callable[..., dict[str, np.ndarray]] = weights) -> float | str:
    """The largest difference of a weight, or what was wrong."""
    try:
        wanted, found = how(tried, None), how(tried, elsewhere())
    except RuntimeError as error:
        return str(error)
    return max(float(np.abs(found[name] - array).max()) for name, array in wanted.items())


def divergence() -> str:
    """What is said of one that diverges."""
    with on(elsewhere()):
        events = list(rl.train(experiment(LeakyRNN(n_units=8), learning_rate=1e30, gradient_clip=0.0, updates=4)))
    return next(event.began for event in events if isinstance(event, rl.events.Diverged))


def meeting() -> str:
    """What is said where a tensor was made here by mistake."""
    with on(elsewhere()):
        try:
            torch.zeros(2, device=elsewhere()) + torch.ones(2)
        except RuntimeError as error:
            return str(error)
    return ""


def main() -> None:
    torch.set_num_threads(1)
    found = {name: apart(tried) for name, tried in experiments()}
    found["resumed"] = apart(experiment(LeakyRNN(n_units=8, start="carried")), resumed)
    found["side by side"] = apart(experiment(LeakyRNN(n_units=8, nonlinearity="gelu")), side_by_side)
    print(json.dumps({"apart": found, "diverged": divergence(), "met": meeting()}))


if __name__ == "__main__":
    main()

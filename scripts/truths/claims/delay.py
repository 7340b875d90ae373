"""Several delay tasks in one network: shared memories, and how they come about as the input changes."""

from __future__ import annotations

import numpy as np

import rnnlab as rl
from scripts.truths.claim import Claim, Runs, Values

DRISCOLL = "Driscoll, Shenoy & Sussillo 2024, Nature Neuroscience 27"
TASKS = ("delay_go", "delay_anti")


def two_tasks(seed: int) -> dict[str, rl.Experiment]:
    timing = {
        "fixation": (200, 400),
        "stimulus": (200, 600),
        "delay": (200, 1600),
        "go": (300, 500),
        "smoothing": (20, 60),
    }
    members = tuple(rl.tasks.get(name, **timing) for name in TASKS)
    experiment = rl.Experiment(
        task=rl.tasks.MultitaskSet("delay tasks", members),
        network=rl.networks.LeakyRNN(
            n_units=100, form="rate", nonlinearity="tanh", dt=50, noise=0.1, spectral_radius=0.8
        ),
        training=rl.Training(updates=800, batch_size=64, learning_rate=2e-3, evaluate_every=200),
        seed=seed,
    )
    return {"delay": experiment}


def held(run: rl.runs.Run, task: str, epoch: str, side: int = 0) -> np.ndarray:
    """The constant input of an epoch of one task."""
    on = {f"rule {task}", *(() if epoch == "go" else ("fixation",))}
    if epoch == "stimulus":
        on.add(f"stimulus_{side + 1}")
    return np.array([float(name in on) for name in run.task.input_names])


def remembered(run: rl.runs.Run, task: str) -> np.ndarray:
    """(side, state) where the network is at rest in the delay after each stimulus."""
    network = run.network
    parts = [("delay", 400, None), ("stimulus", 500, "side"), ("delay", 4000, None)]
    ends = []
    for side in (0, 1):
        steps = [np.tile(held(run, task, name, side), (int(ms / network.dt), 1)) for name, ms, _ in parts]
        ends.append(rl.simulate(run, np.concatenate(steps)[None]).states[0, -1])
    return np.array(ends)


def shared(runs: Runs) -> Values:
    run = runs["delay"]
    go, anti = (remembered(run, task) for task in TASKS)
    apart = np.mean([np.linalg.norm(states[0] - states[1]) for states in (go, anti)])
    between = np.linalg.norm(go - anti, axis=1).mean()
    path = rl.analysis.between_inputs(run, held(run, "delay_go", "delay"), held(run, "delay_anti", "delay"), 9)
    along = rl.analysis.fixed_points_along(path, n_starts=64)
    stable = [b for b in along.branches if set(b.stability) == {"stable"} and len(b.steps) == len(along.values)]
    return {
        "accuracy": rl.analysis.accuracy(run).accuracy,
        "stable": along.points[0].counts().get("stable", 0),
        "through": len(stable),
        "ratio": float(between / apart),
    }


def born(runs: Runs) -> Values:
    run = runs["delay"]
    values: Values = {}
    for first, last in (("stimulus", "delay"), ("delay", "go")):
        path = rl.analysis.between_inputs(run, held(run, "delay_go", first), held(run, "delay_go", last), 9)
        along = rl.analysis.fixed_points_along(path, n_starts=64)
        name = f"{first}_{last}"
        values[f"{name}_born"] = sum(len(event.branches) for event in along.of_kind("birth"))
        values[f"{name}_gone"] = sum(len(event.branches) for event in along.of_kind("death"))
        values[f"{name}_moved"] = max(float(np.linalg.norm(b.states[-1] - b.states[0])) for b in along.branches)
    return values


HERE = (
    "Tanh networks of 100 units in the rate form (dt 50 ms, tau 100 ms, recurrent noise 0.1) trained on delayed go and "
    "delayed anti together, each with its rule input, 800 updates of 64 trials with delays of 200 to 1600 ms."
)

CLAIMS = {
    "delay_shared": Claim(
        title="Tasks that remember the same thing share the memory",
        says="Tasks of one network that remember the same variable use the same attractor.",
        paper=DRISCOLL,
        here=f"{HERE} Where the state rests in a long delay after each stimulus, and the fixed points on the way from "
        "one task's delay input to the other's.",
        shows={
            "accuracy": "share of trials that are right",
            "stable": "stable points in the delay of delayed go",
            "through": "stable points that last all the way to the delay of delayed anti",
            "ratio": "distance between the tasks' memories of one stimulus, over that between the memories of two",
        },
        criterion="two stable points last all the way; memories differ less than half as much by task as by stimulus",
        holds=lambda v: v["through"] >= 2 and v["ratio"] < 0.5,
        measures=shared,
        trains=two_tasks,
    ),
    "delay_born": Claim(
        title="Fixed points move and are born as the input changes",
        says="Between the input of one period of a task and that of the next, fixed points move, appear and disappear.",
        paper=DRISCOLL,
        here="The networks above, delayed go: the input interpolated from stimulus to delay, and from delay to go.",
        shows={
            f"{a}_{b}_{what}": f"{'furthest a point moves' if what == 'moved' else f'points {what}'}, {a} to {b}"
            for a, b in (("stimulus", "delay"), ("delay", "go"))
            for what in ("born", "gone", "moved")
        },
        criterion="points are born from stimulus to delay, and points are born or disappear from delay to go",
        holds=lambda v: v["stimulus_delay_born"] > 0 and v["delay_go_born"] + v["delay_go_gone"] > 0,
        measures=born,
        trains=two_tasks,
    ),
}

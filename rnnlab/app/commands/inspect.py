"""``rnnlab info``, ``script`` and ``fixed-points``: what a finished run can tell without torch."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rnnlab.runs import Run, RunError, load, store
from rnnlab.runs.ending import ENDINGS
from rnnlab.spec import SpecError

if TYPE_CHECKING:
    from rnnlab.analysis import FixedPoints


def info(options: Namespace) -> int:
    """Print what a run is and how far it came; of an ensemble's folder, how its runs did."""
    if not store.is_run(options.run) and (folders := store.runs_in(options.run)):
        print("\n".join(_rows([_row(folder) for folder in folders])))
        return 0
    run = load(options.run)
    facts = _facts(run)
    width = max(map(len, facts))
    for name, value in facts.items():
        print(f"{name:<{width}}  " + value.replace("\n", "\n" + " " * (width + 2)))
    return 0


def _facts(run: Run) -> dict[str, str]:
    experiment, network, history = run.experiment, run.network, run.history
    training = experiment.training
    accuracy = "not measured" if run.accuracy is None else f"{run.accuracy:.1%} of the validation trials"
    loss = f"{history.losses[-1]:.5g} in the last batch" if history.n_updates else "no update yet"
    return {
        "run": str(run.path),
        "task": f"{experiment.task.name} ({experiment.task.n_inputs} inputs, {experiment.task.n_outputs} outputs)",
        "network": f"{type(experiment.network).__name__}, {network.n_units} units, dt {network.dt:g} ms",
        "equation": experiment.network.equation,
        **({"notes": "\n".join(network.notes)} if network.notes else {}),
        "training": f"{training.batch_size} trials per update, learning rate {training.learning_rate:g}",
        "seed": str(experiment.seed),
        "updates": f"{run.update} of {training.updates}, {_ended(run)}",
        "loss": loss,
        "correct": accuracy,
        **({} if run.kept_update == run.update else {"kept": f"the network of update {run.kept_update}, the best"}),
        **_story(run),
        "digest": experiment.digest if experiment.citable else "none: a part of it is Python code",
    }


def _row(folder: Path) -> tuple[str, ...]:
    """One run of several: folder, seed, score, updates, end. One that cannot be read says why."""
    try:
        run = load(folder)
    except RunError as error:
        return folder.name, "", "", "", error.problem
    correct = "not measured" if run.accuracy is None else f"{run.accuracy:.1%}"
    updates = f"{run.update} of {run.experiment.training.updates}"
    return folder.name, str(run.experiment.seed), correct, updates, _ended(run)


def _rows(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """A table with its head."""
    table = [("run", "seed", "correct", "updates", "ended"), *rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in table]


def _ended(run: Run) -> str:
    reason = run.progress.reason
    return "not finished" if reason is None else ENDINGS.get(reason, reason)


def _story(run: Run) -> dict[str, str]:
    """Where it came from, what changed on the way, and where it can go back to; nothing of what there is not."""
    parent = run.parent and f"branched at update {run.parent.update} off {run.parent.experiment or 'Python code'}"
    ways = {change: f" over {change.over} updates" if change.over else "" for change in run.experiment.steering}
    steered = "\n".join(f"{c.path} = {c.value} from update {c.update}{way}" for c, way in ways.items())
    stages = ", ".join(map(str, run.stages)) if len(run.stages) > 1 else ""
    states = ", ".join(map(str, run.states))
    facts = {"parent": parent, "stages": stages and f"began at {stages}", "steered": steered, "states": states}
    return {name: text for name, text in facts.items() if text}


def script(options: Namespace) -> int:
    """Print the Python file that makes this run again."""
    print(load(options.run).script(), end="")
    return 0


def fixed_points(options: Namespace) -> int:
    """Search and print, as a table or as JSON."""
    from rnnlab import analysis

    run = load(options.run)
    points = analysis.fixed_points(run, inputs=_inputs(options, run), n_starts=_starts(options))
    print(
        json.dumps(_as_data(points), indent=1) if options.json else _as_table(points, run.experiment.task.input_names)
    )
    return 0


def _starts(options: Namespace) -> int:
    if options.starts < 1:
        raise SpecError("--starts", f"{options.starts} is out of range", remedy="give at least 1")
    return int(options.starts)


def _inputs(options: Namespace, run: Run) -> np.ndarray:
    n_inputs = run.experiment.task.n_inputs
    if options.inputs is None:
        return np.zeros(n_inputs)
    if len(options.inputs) != n_inputs:
        names = ", ".join(run.experiment.task.input_names)
        raise SpecError("--inputs", f"{len(options.inputs)} numbers for {n_inputs} inputs", remedy=f"give {names}")
    return np.array(options.inputs)


def _as_data(points: FixedPoints) -> dict[str, Any]:
    return {
        "inputs": np.asarray(points.inputs).tolist(),
        "certificate": points.certificate,
        "note": points.note,
        "points": [
            {
                "stability": str(points.stability[i]),
                "n_unstable": int(points.n_unstable[i]),
                "n_unstable_flow": int(points.n_unstable_flow[i]),
                "q": float(points.q[i]),
                "state": points.states[i].tolist(),
                "outputs": points.outputs[i].tolist(),
                "eigenvalues": _pairs(points.eigenvalues[i]),
                "leading_right": _pairs(points.leading[i].right[0]),
                "leading_left": _pairs(points.leading[i].left[0]),
            }
            for i in range(len(points.states))
        ],
    }


def _pairs(values: np.ndarray) -> list[list[float]]:
    """Complex numbers as JSON has them: real and imaginary parts."""
    return [[float(z.real), float(z.imag)] for z in values]


def _as_table(points: FixedPoints, names: Sequence[str] = ()) -> str:
    n = len(points.states)
    held = ", ".join(f"{name} = {value:g}" for name, value in zip(names, points.inputs, strict=False))
    under = f" with the input held at {held} (another: --inputs)" if held else ""
    rows = [f"{n} fixed point{'' if n == 1 else 's'}{under}"]
    rows.append(f"check that none is missing: {points.certificate}")
    if points.note:
        rows.append(points.note)
    if len(points.states):
        rows.append(f"{'':>3} {'stability':<9} {'unstable':>8} {'q':>9} {'growth (1/s)':>12}  outputs")
    for i, eigenvalues in enumerate(points.eigenvalues):
        growth = float(np.max(eigenvalues.real))
        outputs = " ".join(f"{value: .3f}" for value in points.outputs[i])
        stability, unstable = points.stability[i], points.n_unstable[i]
        strayed = int(points.n_unstable_by_step[i])
        remark = f"  (the time step is too long for {strayed} of its modes)" if strayed else ""
        rows.append(f"{i:>3} {stability:<9} {unstable:>8} {points.q[i]:>9.1e} {growth:>12.3g}  {outputs}{remark}")
    return "\n".join(rows)

#!/usr/bin/env python
"""How long training takes: every task of the catalogue at its default network, and experiments of the literature.

A training ends when an evaluation reaches the task's level (`level_of`) or its time is up. Times are those of the
processor, on one thread. What is done already is kept in a file of results and not done again; a training that ran out
of time goes on where a longer one is asked for.

    python scripts/train_tasks.py tasks --runs DIR [--seconds 60] [--seeds 0 1 2] [NAME ...]
    python scripts/train_tasks.py named --runs DIR [NAME ...]
    python scripts/train_tasks.py write          docs/criterion.md from the results
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import rnnlab as rl
from rnnlab.events import Evaluated
from rnnlab.runs import Experiment
from rnnlab.tasks import TASKS, MultitaskSet
from rnnlab.tasks.scoring import RSquared, Scoring

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "measured" / "tasks.json"
PAGE = ROOT / "docs" / "criterion.md"

COMMAND = (sys.executable, "-c", "import sys; from rnnlab.app.cli import main; sys.exit(main())")
"""``rnnlab``, wherever it is installed."""

Row = dict[str, Any]

LEVEL = 0.9
PUBLISHED = {
    "random_dots": 0.85,
    "random_dots_variable": 0.85,
    "random_dots_reaction_time": 0.85,
    "parametric_memory": 0.85,
}
"""Where evidence is so weak that nobody gets 90 %: the level that the paper trained to."""


def level_of(task: str) -> float:
    """The score at which a task counts as learned."""
    return PUBLISHED.get(task, LEVEL)


# ------------------------------------------------------------------------------------------- the catalogue's tasks


def train_tasks(names: list[str], seeds: list[int], seconds: float, runs: Path) -> None:
    """Every task with one seed, then with the next; the results are written after each training."""
    for seed in seeds:
        for name in names or TASKS:
            before = read().get("tasks", {}).get(name, {}).get(str(seed))
            if before is not None and (before["reached"] or before["limit"] >= seconds):
                continue
            row = trained(name, seed, seconds, runs / f"{name}-{seed}", before)
            note(lambda results, n=name, s=seed, row=row: results["tasks"].setdefault(n, {}).update({str(s): row}))
            print(name, seed, row, flush=True)


def trained(name: str, seed: int, seconds: float, folder: Path, before: Row | None) -> Row:
    """A training from its beginning, or on from where its time was up."""
    from rnnlab.training import resume, train

    level, spent = level_of(name), 0.0
    if before is not None and (folder / "run.json").exists():
        events, spent = resume(folder), before["seconds"]
    else:
        shutil.rmtree(folder, ignore_errors=True)
        training = rl.Training(updates=1_000_000, stop_accuracy=level, states=0)
        experiment = Experiment(task=rl.tasks.get(name), network=rl.networks.LeakyRNN(), training=training, seed=seed)
        events = train(experiment, out=folder)
    row: Row = {"updates": 0, "trials": 0, "seconds": 0.0, "score": None, "reached": False, "limit": seconds}
    start = time.process_time()
    for event in events:
        used = spent + time.process_time() - start
        if isinstance(event, Evaluated):
            row |= {"updates": event.update, "trials": event.n_trials, "seconds": round(used, 2)}
            row |= {"score": round(event.accuracy, 4), "reached": event.accuracy >= level}
            if used >= seconds:
                break
    events.close()
    return row


# --------------------------------------------------------------------------------------------------------- named


def _of_pycog(task: str, level: float, seconds: float, last: int = 1, **network: Any) -> Experiment:
    """A task of Song, Yang & Wang (2016) in their network: time constants, noise, rectified inputs and Dale's law."""
    stop = (rl.runs.AccuracyReached(level, last=last), rl.runs.TimeBudget(seconds))
    training = rl.Training(updates=100_000, stop=stop, batch_size=64)
    return Experiment(
        task=rl.tasks.get(task, baseline=0.0, noise=0.0),
        network=rl.networks.LeakyRNN.pycog(excitatory=0.8, output_sign="excitatory", train_biases=True, **network),
        training=training,
    )


def _delays() -> Experiment:
    """The four delay tasks of multitask-networks in one network."""
    names = ("delay_go", "delay_anti", "delay_match", "delay_antimatch")
    four = MultitaskSet(name="delays", tasks=tuple(rl.tasks.get(name) for name in names))
    return Experiment(task=four, network=rl.networks.LeakyRNN(), training=_until(0.9))


def _until(level: float, seconds: float = 300.0) -> rl.Training:
    stop = (rl.runs.AccuracyReached(level), rl.runs.TimeBudget(seconds))
    return rl.Training(updates=100_000, stop=stop)


def _of_catalogue(task: str, level: float, scoring: Scoring | None = None, **network: Any) -> Experiment:
    found = rl.tasks.get(task)
    if scoring is not None:
        found = found.replace(scoring=scoring)
    return Experiment(task=found, network=rl.networks.LeakyRNN(**network), training=_until(level))


NAMED: dict[str, tuple[str, Callable[[], Experiment]]] = {
    "perceptual_discrimination": (
        "perceptual discrimination, 95 % correct",
        lambda: _of_catalogue("perceptual_discrimination", 0.95),
    ),
    "context_integration": (
        "context-dependent decision, R² 0.85",
        lambda: _of_catalogue("context_integration", 0.85, RSquared()),
    ),
    "delayed_match_to_sample": (
        "delayed match to sample, 90 % correct",
        lambda: _of_catalogue("delayed_match_to_sample", 0.9),
    ),
    "flip_flop": (
        "3-bit flip-flop, 64 units, 90 % of the time",
        lambda: _of_catalogue("flip_flop", 0.9, n_units=64),
    ),
    "delays": ("the four delay tasks in one network, 90 % correct", _delays),
    "rdm": (
        "random dots as in pycog, Dale's law, 85 % correct over five evaluations",
        lambda: _of_pycog("random_dots", 0.85, 300.0, last=5),
    ),
    "mante": (
        "context-dependent decision as in pycog, 150 units, Dale's law, 90 % correct over five evaluations",
        lambda: _of_pycog("context_decision", 0.9, 300.0, last=5, n_units=150),
    ),
    "romo": (
        "parametric working memory as in pycog, 500 units, Dale's law, 85 % correct in the worst condition",
        lambda: _of_pycog("parametric_memory", 0.85, 1800.0, n_units=500),
    ),
}
"""Name -> what is trained, and to what; the experiment."""


def train_named(names: list[str], runs: Path) -> None:
    """Each from the command line, in a process of its own; its processor time is that of the whole command."""
    runs.mkdir(parents=True, exist_ok=True)
    for name in names or NAMED:
        described, folder = runs / f"{name}.json", runs / f"named-{name}"
        shutil.rmtree(folder, ignore_errors=True)
        described.write_text(NAMED[name][1]().to_json())
        start = os.times()
        subprocess.run([*COMMAND, "train", described, "--out", folder], check=True, stdout=subprocess.DEVNULL)
        end = os.times()
        used = end.children_user + end.children_system - start.children_user - start.children_system
        run = rl.load(folder)
        row = {"updates": run.update, "trials": run.progress.n_trials, "seconds": round(used, 1)}
        row |= {"score": run.accuracy, "reached": run.progress.reason == "accuracy"}
        note(lambda results, n=name, row=row: results["named"].update({n: row}))
        print(name, row, flush=True)


# ------------------------------------------------------------------------------------------------------- results


def read() -> dict[str, Any]:
    """What was measured so far."""
    return json.loads(RESULTS.read_text()) if RESULTS.exists() else {"tasks": {}, "named": {}}


def note(change: Callable[[dict[str, Any]], None]) -> None:
    """Change the file of results."""
    results = read()
    change(results)
    RESULTS.parent.mkdir(exist_ok=True)
    partial = RESULTS.with_suffix(".new")
    partial.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n")
    partial.replace(RESULTS)


# ---------------------------------------------------------------------------------------------------------- page

HEADING = """# Tasks to criterion

How long networks take to learn, on one core of the small virtual machine of [performance.md](performance.md) while
other programs kept it busy. `scripts/train_tasks.py` trains and writes this page from `benchmarks/measured/tasks.json`;
seconds are those of the processor, scores those of the fixed validation trials.
"""
NAMED_SAYS = """## From the command line

Each is one command, `rnnlab train EXPERIMENT.json --out DIR`, its time that of the whole process, loading included. The
command ended after 300 s by the clock (the last one 1800 s), of which other programs took most.
"""
TASKS_SAYS = """## Every task of the catalogue

At the default network (`LeakyRNN()`: 50 units, ReLU) and the default training, until an evaluation (every 20 updates)
scores at least the level. Median over three seeds, or two where the third was not run, with the range.
"""


def page() -> str:
    """The document."""
    results = read()
    parts = [HEADING, NAMED_SAYS, *_named_rows(results["named"]), "", TASKS_SAYS, *_task_rows(results["tasks"]), ""]
    return "\n".join(parts)


def _named_rows(rows: dict[str, Row]) -> Iterator[str]:
    yield "| what, until | reached | updates | trials | seconds | score |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for name, (says, _) in NAMED.items():
        if name not in rows:
            yield f"| {says} | not measured yet | | | | |"
            continue
        row = rows[name]
        reached = "yes" if row["reached"] else "no"
        yield f"| {says} | {reached} | {row['updates']} | {row['trials']} | {row['seconds']:.0f} | {row['score']:.2f} |"


def _task_rows(rows: dict[str, dict[str, Row]]) -> Iterator[str]:
    yield "| task | level | reached | updates | trials | seconds | score |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for name in TASKS:
        found = list(rows.get(name, {}).values())
        if not found:
            yield f"| {name} | {level_of(name):g} | not run | | | | |"
            continue
        reached = f"{sum(row['reached'] for row in found)} of {len(found)}"
        cells = (_spread([row[key] for row in found], form) for key, form in COLUMNS.items())
        yield f"| {name} | {level_of(name):g} | {reached} | {' | '.join(cells)} |"
    short = {row["limit"] for found in rows.values() for row in found.values() if not row["reached"]}
    if short:
        yield ""
        yield f"Where the level was not reached, the training was ended after {min(short):g} s of the processor's time."


COLUMNS = {"updates": "{:.0f}", "trials": "{:.0f}", "seconds": "{:.1f}", "score": "{:.2f}"}


def _spread(values: list[float], form: str) -> str:
    """Median, and the range where there is one."""
    shown = [form.format(value) for value in (median(values), min(values), max(values))]
    return shown[0] if shown[1] == shown[2] else f"{shown[0]} ({shown[1]} to {shown[2]})"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("tasks", "named", "write"))
    parser.add_argument("names", nargs="*", metavar="NAME", help="all if none is named")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="folder for the runs")
    parser.add_argument("--seconds", type=float, default=60.0, help="of the processor, for each training")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    options = parser.parse_args()
    if options.what == "tasks":
        train_tasks(options.names, options.seeds, options.seconds, options.runs)
    elif options.what == "named":
        train_named(options.names, options.runs)
    else:
        PAGE.write_text(page())
    return 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python
"""How long training takes: every task of the catalogue at its default network, and experiments of the literature.

A training ends when an evaluation reaches the task's level (`level_of`) or its time is up. Times are those of the
processor, on one thread. What is done already is kept in a file of results and not done again; a training that ran out
of time goes on where a longer one is asked for.

    python scripts/train_tasks.py tasks --runs DIR [--seconds 60] [--seeds 0 1 2] [NAME ...]
    python scripts/train_tasks.py identity --runs DIR [--seconds 60] [--seeds 0 1 2] [NAME ...]
    python scripts/train_tasks.py named --runs DIR [NAME ...]
    python scripts/train_tasks.py write          docs/criterion.md from the results
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import NormalDist, median
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import rnnlab as rl
from rnnlab.events import Evaluated
from rnnlab.networks import Identity, LeakyRNN, Weights
from rnnlab.runs import AccuracyReached, Experiment, TimeBudget
from rnnlab.tasks import TASKS, Curriculum, Stage, Task
from rnnlab.tasks.library.settings import STEP_NOISE
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

SHARE = 0.8
"""Of the way from chance to an ideal observer: what 90 % is where chance is one half and nothing hides the answer."""


def level_of(task: str) -> float:
    """The score at which a task counts as learned."""
    if task == "evidence_pulse":
        return round(0.5 + SHARE * (ideal_pulse() - 0.5), 2)
    return PUBLISHED.get(task, LEVEL)


def ideal_pulse(height: float = 0.2, pulse: float = 50.0, noise: float = 0.4 * STEP_NOISE) -> float:
    """Share correct of an observer of ``evidence_pulse`` who knows when the pulse comes.

    It sums the difference of the two inputs over the pulse: ``height`` at each of pulse / dt steps, with noise of
    standard deviation noise √(2τ/dt) on either input (τ = 100 ms); dt drops out.
    """
    return NormalDist().cdf(height * math.sqrt(pulse) / (noise * math.sqrt(2 * 200.0)))


# ------------------------------------------------------------------------------------------- the catalogue's tasks

FROM_IDENTITY = Weights(initial=Identity())
NETWORKS = {"tasks": LeakyRNN(), "identity": LeakyRNN(weights_rec=FROM_IDENTITY)}
"""What the tasks of each section of the results are trained in."""


IDENTITY = ("parametric_memory", "delay_match", "delay_antimatch", "delay_anti_angle", "memory_anti_angle", "n_back")
"""Tasks that are trained from the identity too: those that are slow to learn at the default network."""


def train_tasks(names: list[str], seeds: list[int], seconds: float, runs: Path, section: str = "tasks") -> None:
    """Every task with one seed, then with the next; the results are written after each training."""
    for seed in seeds:
        for name in names or (TASKS if section == "tasks" else IDENTITY):
            before = read()[section].get(name, {}).get(str(seed))
            if before is not None and (before["reached"] or before["limit"] >= seconds):
                continue
            row = trained(name, seed, seconds, runs / f"{section}-{name}-{seed}", before, NETWORKS[section])
            note(lambda results, n=name, s=seed, row=row: results[section].setdefault(n, {}).update({str(s): row}))
            print(section, name, seed, row, flush=True)


def trained(name: str, seed: int, seconds: float, folder: Path, before: Row | None, network: LeakyRNN) -> Row:
    """A training from its beginning, or on from where its time was up."""
    from rnnlab.training import resume, train

    level, spent = level_of(name), 0.0
    if before is not None and (folder / "run.json").exists():
        events, spent = resume(folder), before["seconds"]
    else:
        shutil.rmtree(folder, ignore_errors=True)
        training = rl.Training(updates=1_000_000, stop_accuracy=level, states=0)
        experiment = Experiment(task=rl.tasks.get(name), network=network, training=training, seed=seed)
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


def _pycog(units: int = 100) -> LeakyRNN:
    """The network of Song, Yang & Wang (2016): time constants, noise, rectified inputs and Dale's law."""
    return LeakyRNN.pycog(excitatory=0.8, output_sign="excitatory", train_biases=True, n_units=units)


def _like_pycog(task: str, **settings: Any) -> Task:
    """A task of theirs; baseline and noise of its inputs are the network's."""
    return rl.tasks.get(task, baseline=0.0, noise=0.0, **settings)


def _romo() -> Curriculum:
    """Their parametric memory, with the delay growing to its 2.5 to 3.5 s; judged in the worst condition."""
    delays = ((200.0, 500.0), (1000.0, 1500.0), (2500.0, 3500.0))
    tasks = (_like_pycog("parametric_memory", delay=delay) for delay in delays)
    return Curriculum("romo", tuple(Stage(task, threshold=0.85, last=3) for task in tasks))


def _until(level: float, last: int = 1, seconds: float = 1800.0, **changes: Any) -> rl.Training:
    stop = (AccuracyReached(level, last=last), TimeBudget(seconds))
    return rl.Training(updates=100_000, stop=stop, **changes)


def _as_pycog(level: float, last: int = 1) -> rl.Training:
    """Validated on as many trials as theirs, so that luck with few does not end it."""
    return _until(level, last, batch_size=64, validation="balanced", validation_trials=1024)


def _of_catalogue(task: str, level: float, scoring: Scoring | None = None, **network: Any) -> Experiment:
    found = rl.tasks.get(task)
    if scoring is not None:
        found = found.replace(scoring=scoring)
    return Experiment(task=found, network=LeakyRNN(**network), training=_until(level))


def _delays() -> Experiment:
    """The four delay tasks of multitask-networks in one network, with its time step."""
    network = LeakyRNN(dt=20.0, weights_rec=FROM_IDENTITY)
    return Experiment(rl.tasks.collection("delay_tasks"), network, _until(0.95, learning_rate=3e-3))


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
    "delays": ("the four delay tasks in one network, W_rec from the identity, dt 20 ms, 95 % correct", _delays),
    "rdm": (
        "random dots as in pycog, Dale's law, 85 % correct over five evaluations",
        lambda: Experiment(_like_pycog("random_dots"), _pycog(), _as_pycog(0.85, last=5)),
    ),
    "mante": (
        "context-dependent decision as in pycog, 150 units, Dale's law, 90 % correct over five evaluations",
        lambda: Experiment(_like_pycog("context_decision"), _pycog(150), _as_pycog(0.9, last=5)),
    ),
    "romo": (
        "parametric working memory as in pycog, 500 units, Dale's law, 85 % correct in the worst condition "
        "over three evaluations",
        lambda: Experiment(_romo(), _pycog(500), _as_pycog(0.85, last=3)),
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
        reached = run.progress.reason in ("accuracy", "curriculum")
        row |= {"score": counted(run), "tested": tested(run), "reached": reached}
        note(lambda results, n=name, row=row: results["named"].update({n: row}))
        print(name, row, flush=True)


def counted(run: rl.runs.Run) -> float:
    """The mean of the evaluations that the stopping rule looked at."""
    last = max(rule.last for rule in run.experiment.training.stop if isinstance(rule, AccuracyReached))
    return float(run.history.accuracies[-last:].mean())


def tested(run: rl.runs.Run, n_trials: int = 1000) -> float:
    """The score on trials that played no part in when to stop, with the network's noise."""
    batch = run.task.sample(n_trials, dt=run.experiment.network.dt, seed=12345)
    return float(batch.task.score(rl.simulate(run, batch, seed=12345).outputs, batch).accuracy)


# ------------------------------------------------------------------------------------------------------- results


def read() -> dict[str, Any]:
    """What was measured so far."""
    empty: dict[str, Any] = {"tasks": {}, "identity": {}, "named": {}}
    return empty | (json.loads(RESULTS.read_text()) if RESULTS.exists() else {})


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
score is that of the evaluations that ended it; the last column is that of 1000 trials that had no part in when to stop.
"""
NAMED_NOTE = """
The four delay tasks and the parametric memory have a help, which the next section is about. *Parametric working memory*
is a curriculum: the delay grows from 0.2 to 0.5 s over 1 to 1.5 s to the 2.5 to 3.5 s of the original, and each stage
ends as the last one does. Without it the score was still 0 after 313 s (1141 updates).
"""
IDENTITY_SAYS = """## When a delay task does not learn

A network that has to keep something for seconds gets no gradient for it until it keeps something: the loss falls at
once to what the rest of the trial is worth, and the score stays at chance for hundreds of updates. Three things help.

* **Start W_rec as the identity:** `LeakyRNN(weights_rec=Weights(initial=Identity()))`. Each unit then keeps what it was
  given from the first update on. The table below has the same tasks, networks and trainings otherwise. It is in the way
  where what is kept must be replaced all the time (*n_back*), so it is not the default.
* **Short delays first:** a `Curriculum` of the same task, as in *parametric working memory* above. Dale's law leaves no
  identity to start from, so there it is the way.
* **Longer steps**, of time (dt a fifth of τ instead of a tenth: half of the work) and of learning (3e-3 for 50 units),
  as *the four delay tasks* above have them.
"""
TASKS_SAYS = """## Every task of the catalogue

At the default network (`LeakyRNN()`: 50 units, ReLU) and the default training, until an evaluation (every 20 updates)
scores at least the level. Median over three seeds, with the range.
"""
PULSE_SAYS = """
The level is 90 % where nothing hides the answer, what the paper trained to where it does (random dots, parametric
memory). In *evidence_pulse* noise hides the pulse: an observer who knows when it comes and sums over it is right in
{ideal:.1%} of the trials, so the level is {share:.0%} of the way from chance to that, as 90 % is elsewhere.
"""


def page() -> str:
    """The document."""
    results = read()
    named, identity, tasks = results["named"], results["identity"], results["tasks"]
    parts = [HEADING, NAMED_SAYS, *_named_rows(named), NAMED_NOTE, IDENTITY_SAYS, *_identity_rows(identity, tasks), ""]
    says = PULSE_SAYS.format(ideal=ideal_pulse(), share=SHARE)
    return "\n".join([*parts, TASKS_SAYS, *_task_rows(tasks), *_ended_after(tasks), says])


def _table(*columns: str) -> Iterator[str]:
    yield f"| {' | '.join(columns)} |"
    yield f"|{' --- |' * len(columns)}"


def _named_rows(rows: dict[str, Row]) -> Iterator[str]:
    yield from _table("what, until", "reached", "updates", "trials", "seconds", "score", "new trials")
    for name, (says, _) in NAMED.items():
        if name not in rows:
            yield f"| {says} | not measured yet | | | | | |"
            continue
        row = rows[name]
        reached, scores = "yes" if row["reached"] else "no", f"{row['score']:.2f} | {row['tested']:.2f}"
        yield f"| {says} | {reached} | {row['updates']} | {row['trials']} | {row['seconds']:.0f} | {scores} |"


def _identity_rows(identity: dict[str, dict[str, Row]], tasks: dict[str, dict[str, Row]]) -> Iterator[str]:
    yield from _table("task", "level", "reached", "updates", "seconds", "at the default: reached", "updates", "seconds")
    for name in IDENTITY:
        here, there = (list(rows.get(name, {}).values()) for rows in (identity, tasks))
        if here and there:
            cells = [(_reached(found), *_cells(found, "updates", "seconds")) for found in (here, there)]
            yield f"| {name} | {level_of(name):g} | {' | '.join((*cells[0], *cells[1]))} |"


def _task_rows(rows: dict[str, dict[str, Row]]) -> Iterator[str]:
    yield from _table("task", "level", "reached", *COLUMNS)
    for name in TASKS:
        found = list(rows.get(name, {}).values())
        cells = (_reached(found), *_cells(found, *COLUMNS)) if found else ("not run", *[""] * len(COLUMNS))
        yield f"| {name} | {level_of(name):g} | {' | '.join(cells)} |"


def _ended_after(rows: dict[str, dict[str, Row]]) -> Iterator[str]:
    limits = sorted({row["limit"] for found in rows.values() for row in found.values() if not row["reached"]})
    if limits:
        times = " or ".join(f"{limit:g}" for limit in limits)
        yield f"\nWhere the level was not reached, training ended after {times} s of the processor's time."


def _reached(found: list[Row]) -> str:
    return f"{sum(row['reached'] for row in found)} of {len(found)}"


def _cells(found: list[Row], *columns: str) -> tuple[str, ...]:
    return tuple(_spread([row[key] for row in found], COLUMNS[key]) for key in columns)


COLUMNS = {"updates": "{:.0f}", "trials": "{:.0f}", "seconds": "{:.1f}", "score": "{:.2f}"}


def _spread(values: list[float], form: str) -> str:
    """Median, and the range where there is one."""
    shown = [form.format(value) for value in (median(values), min(values), max(values))]
    return shown[0] if shown[1] == shown[2] else f"{shown[0]} ({shown[1]} to {shown[2]})"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("tasks", "identity", "named", "write"))
    parser.add_argument("names", nargs="*", metavar="NAME", help="all if none is named")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="folder for the runs")
    parser.add_argument("--seconds", type=float, default=60.0, help="of the processor, for each training")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    options = parser.parse_args()
    if options.what in ("tasks", "identity"):
        train_tasks(options.names, options.seeds, options.seconds, options.runs, options.what)
    elif options.what == "named":
        train_named(options.names, options.runs)
    else:
        PAGE.write_text(page())
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Whoever trains a run of an ensemble, this process, another one, or several in turn: it ends as it does alone."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np
import pytest

import rnnlab as rl
from rnnlab.runs import Experiment, Run, RunError, Training, lock, store
from rnnlab.training import spread, turns
from rnnlab.training.turns import Seeds, Turns, train_in_turns

PATIENCE = 60.0


def few(**training: object) -> Experiment:
    settings = {"updates": 6, "batch_size": 4, "validation_trials": 8, "evaluate_every": 3, "save_every": 2} | training
    return Experiment(
        rl.tasks.get("random_dots_variable"), rl.networks.LeakyRNN(n_units=8, dt=20), Training(**settings)
    )


def trained_alone(of: Experiment, seed: int, folder: Path) -> Run:
    list(rl.train(of.replace(seed=seed), folder / f"alone-{seed}"))
    return rl.load(folder / f"alone-{seed}")


def assert_as_alone(run: Run, of: Experiment, folder: Path) -> None:
    """The same bits: weights, the optimiser's memory, the history, and which states are kept."""
    alone = trained_alone(of, run.experiment.seed, folder)
    assert run.experiment == alone.experiment
    assert (run.update, run.progress.reason, run.states) == (alone.update, alone.progress.reason, alone.states)
    for name, array in run.history.to_arrays().items():
        np.testing.assert_array_equal(array, alone.history.to_arrays()[name], err_msg=name)
    for name, array in run.parameters.items():
        np.testing.assert_array_equal(array, alone.parameters[name], err_msg=name)


# ------------------------------------------------------------------------------------------------------------ turns


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What time it is."""
    now = [0.0]
    monkeypatch.setattr(turns.time, "monotonic", lambda: now[0])
    return now


def test_everything_is_given_out_once_the_least_done_first() -> None:
    given = Turns({(3,): 0, (1,): 50, (2,): 0}, end=100, hands=2)
    assert [given.take() for _ in range(5)] == [(3,), (2,), (1,), (), ()]


def test_a_run_passes_on_only_when_the_last_are_under_way(clock: list[float]) -> None:
    given = Turns({(seed,): 0 for seed in range(3)}, end=100, hands=2)
    assert given.take() == (0,)
    clock[0] = 10.0
    assert given.go_on((0,), 50) == (0,)  # two wait: each of two hands has a whole one before it
    assert given.take() == (1,)
    assert given.go_on((0,), 50) == (2,)
    assert given.go_on((1,), 50) == (1,)  # what waits is as far
    clock[0] = 20.0
    assert given.go_on((2,), 60) == (0,)
    assert [given.take(), given.take()] == [(2,), ()]
    assert given.go_on((2,), 70) == (2,)  # nothing waits


def test_a_run_at_its_end_stays_where_it_is_and_so_does_one_that_is_little_ahead(clock: list[float]) -> None:
    given = Turns({(0,): 0, (1,): 0}, end=100, hands=2)
    given.take()
    clock[0] = 0.9 * turns.WORTH
    assert given.go_on((0,), 40) == (0,)
    clock[0] = 10.0
    assert given.go_on((0,), 100) == (0,)
    assert given.go_on((0,), 99) == (1,)


class Alternate:
    """Passes two runs on wherever they are saved before their end."""

    def __init__(self, *seeds: int) -> None:
        self.waiting = [(seed,) for seed in seeds]
        self.passed = 0

    def take(self) -> Seeds:
        return self.waiting.pop(0) if self.waiting else ()

    def go_on(self, seeds: Seeds, update: int) -> Seeds:
        if not self.waiting or update == 6:
            return seeds
        self.passed += 1
        self.waiting.append(seeds)
        return self.waiting.pop(0)


@pytest.mark.parametrize("training", [{}, {"save_every": 3, "evaluate_every": 2, "states": 2}, {"keep": "best"}])
def test_a_run_that_is_passed_on_ends_as_if_it_had_never_stopped(training: dict[str, object], tmp_path: Path) -> None:
    whole, desk = few(**training), Alternate(0, 1)
    train_in_turns(whole, tmp_path, desk)
    assert desk.passed >= 4
    for seed in range(2):
        assert_as_alone(rl.load(tmp_path / f"seed-{seed}"), whole, tmp_path)


# -------------------------------------------------------------------------------------------------------- processes


class OthersFirst(Turns):
    """Has this process wait until the other one has told of an update, or has ended."""

    def __init__(self, done: dict[Seeds, int], end: int) -> None:
        super().__init__(done, end, hands=2)
        self.begun = threading.Event()

    def take(self) -> Seeds:
        if threading.current_thread() is threading.main_thread():
            assert self.begun.wait(PATIENCE)
        return super().take()


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen[str]]]:
    """The processes that were started, of which none is left at the end."""
    found: list[subprocess.Popen[str]] = []
    start = spread._started

    def note(errors: IO[str]) -> subprocess.Popen[str]:
        found.append(start(errors))
        return found[-1]

    monkeypatch.setattr(spread, "_started", note)
    yield found
    assert found and all(process.poll() is not None for process in found)


def test_a_run_that_its_holder_is_slow_to_let_go_of_is_waited_for(tmp_path: Path) -> None:
    whole, holds = few(), threading.Event()

    def hold() -> None:
        with lock.held(turns.run_folder(tmp_path, 0)):
            holds.set()
            time.sleep(lock.PATIENCE + 0.3)

    holder = threading.Thread(target=hold)
    holder.start()
    assert holds.wait(PATIENCE)
    train_in_turns(whole, tmp_path, Alternate(0))
    holder.join()
    assert rl.load(tmp_path / "seed-0").progress.update == 6


def test_spread_over_processes_the_bits_are_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started: list[subprocess.Popen[str]]
) -> None:
    whole, heard, elsewhere = few(), set[tuple[int, int]](), set[int]()
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "numpy.py").write_text("raise SystemExit('not the one that is meant')")
    waiting = OthersFirst({(0,): 0, (1,): 0}, 6)

    def hear(seed: int, update: int) -> None:
        heard.add((seed, update))
        if threading.current_thread() is not threading.main_thread():
            elsewhere.add(seed)
            waiting.begun.set()

    spread.train_spread(whole, tmp_path, waiting, 2, hear)
    assert 0 in elsewhere
    assert {(seed, update) for seed in range(2) for update in (1, 6)} <= heard  # the first and the last are always told
    for seed in range(2):
        assert_as_alone(rl.load(tmp_path / f"seed-{seed}"), whole, tmp_path)


def test_after_an_interruption_every_run_is_whole_and_no_process_is_left(
    tmp_path: Path, started: list[subprocess.Popen[str]]
) -> None:
    whole, told = few(updates=100_000, save_every=50_000), dict.fromkeys(range(2), 0)
    waiting = OthersFirst({(0,): 0, (1,): 0}, 100_000)

    def hear(seed: int, update: int) -> None:
        told[seed] = update
        if threading.current_thread() is threading.main_thread():
            raise KeyboardInterrupt
        waiting.begun.set()

    with pytest.raises(KeyboardInterrupt):
        spread.train_spread(whole, tmp_path, waiting, 2, hear)
    runs = [rl.load(tmp_path / f"seed-{seed}") for seed in range(2)]
    assert runs[0].update >= told[0] >= 1 and runs[1].update == 1
    for run in runs:
        alone = whole.replace(seed=run.experiment.seed, training=whole.training.replace(updates=run.update))
        wanted = [event for event in rl.train(alone) if isinstance(event, rl.events.Evaluated)][-1]
        for name, array in run.parameters.items():
            np.testing.assert_array_equal(array, wanted.parameters[name], err_msg=name)


def other(monkeypatch: pytest.MonkeyPatch, does: str) -> None:
    """Have some lines of Python be the other process."""
    monkeypatch.setattr(
        spread,
        "_started",
        lambda errors: subprocess.Popen(
            [sys.executable, "-c", does],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ),
    )


class AfterTheEnd(Turns):
    """Has this process begin when the other one has ended."""

    def take(self) -> Seeds:
        if threading.current_thread() is threading.main_thread():
            for thread in threading.enumerate():
                if thread.name == "rnnlab-ensemble":
                    thread.join(PATIENCE)
        return super().take()


DIES = """
import sys
input()
print("free", flush=True)
print("something that somebody prints", flush=True)
assert input() == "0"
sys.exit("no memory is left")
"""


def test_a_process_that_dies_costs_its_run_alone_and_that_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = few()
    other(monkeypatch, DIES)
    said: list[int] = []
    with (
        pytest.warns(UserWarning, match="trained seed 0 failed: no memory is left; the others go on") as warned,
        pytest.raises(RunError, match="trained seed 0 failed: no memory is left; resume"),
    ):
        waiting = AfterTheEnd({(seed,): 0 for seed in range(3)}, 6, 2)
        spread.train_spread(whole, tmp_path, waiting, 2, lambda seed, update: said.append(len(warned)))
    assert said and all(said), "told before the others had made an update"
    assert [rl.load(tmp_path / f"seed-{seed}").progress.reason for seed in (1, 2)] == ["updates", "updates"]
    for run in rl.train_ensemble(whole, range(3), tmp_path, processes=1, resume=True):
        assert_as_alone(run, whole, tmp_path)


NO_LETTERS = "import sys; sys.stderr.buffer.write(bytes([255]) + b' no torch'); sys.exit(1)"


@pytest.mark.parametrize("does", ["import sys; sys.exit('no torch')", NO_LETTERS, "/nothing/of/the/kind"])
def test_without_the_other_process_this_one_does_it_all(
    does: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other(monkeypatch, does)
    if does.startswith("/"):
        monkeypatch.undo()
        monkeypatch.setattr(sys, "executable", does)
    with pytest.warns(UserWarning, match="no torch" if "torch" in does else "could not be started"):
        spread.train_spread(few(), tmp_path, AfterTheEnd({(0,): 0, (1,): 0}, 6, 2), 2, None)
    assert [rl.load(tmp_path / f"seed-{seed}").update for seed in range(2)] == [6, 6]


@pytest.mark.parametrize("holds", [True, False])
def test_where_warnings_are_errors_a_failure_is_told_at_the_end(
    holds: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
) -> None:
    """And by no traceback of a thread, of which pytest warns."""
    warnings.simplefilter("error")
    other(monkeypatch, DIES if holds else "import sys; sys.exit('no torch')")
    failure, said = (RunError, "seed 0 failed: no memory is left; resume") if holds else (UserWarning, "no torch")
    waiting = AfterTheEnd({(seed,): 0 for seed in range(2)}, 6, 2)
    with pytest.raises(failure, match=said):
        spread.train_spread(few(), tmp_path, waiting, 2, None)
    trained = [seed for seed in range(2) if store.is_run(tmp_path / f"seed-{seed}")]
    assert trained == ([1] if holds else [0, 1])


def test_what_goes_wrong_where_progress_is_told_is_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other(monkeypatch, "input()\nprint('done 0 1', flush=True)\ninput()")

    def hear(seed: int, update: int) -> None:
        if threading.current_thread() is not threading.main_thread():
            raise ZeroDivisionError("of the caller's")

    with pytest.raises(ZeroDivisionError, match="of the caller's"):
        spread.train_spread(few(), tmp_path, AfterTheEnd({(1,): 0}, 6, 2), 2, hear)

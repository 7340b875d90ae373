"""Kept states, going back to them, and runs that branch off them."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Any

import numpy as np
import pytest

from rnnlab.runs import Experiment, RunError, Snapshot, TrialBudget, branch, load, rewind, store
from rnnlab.runs.files import sha256
from rnnlab.runs.kept import spacing
from rnnlab.spec import SpecError
from rnnlab.training import resume, train
from tests.training.small import same, tiny


def trained(experiment: Experiment, folder: Path) -> Snapshot:
    list(train(experiment, folder))
    return store.read(folder)


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("state-*.safetensors"))


@pytest.mark.parametrize(
    ("newest", "every", "most", "expected"),
    [(1000, 100, 11, 100), (1000, 100, 10, 200), (1000, 100, 8, 200), (1000, 100, 1, 1600), (0, 5, 1, 5)],
)
def test_states_get_rarer(newest: int, every: int, most: int, expected: int) -> None:
    assert spacing(newest, every, most) == expected


def test_as_many_states_as_wanted_are_kept(tmp_path: Path) -> None:
    experiment = tiny(updates=21, save_every=2, states=4, states_at=(7,))
    whole = trained(experiment, tmp_path)
    assert whole.states == load(tmp_path).states == (0, 7, 8, 16, 21)
    assert len(files(tmp_path)) == 5
    trained(experiment.replace(training__states=0, training__states_at=()), tmp_path / "none")
    assert load(tmp_path / "none").states == (21,)


def test_a_state_is_the_run_as_it_was(tmp_path: Path) -> None:
    trained(tiny(updates=12, save_every=3), tmp_path / "run")
    shorter = trained(tiny(updates=6, save_every=3), tmp_path / "shorter")
    then = load(tmp_path / "run").at(6)
    assert then.update == 6 and then.progress.reason is None
    assert all(np.array_equal(a, then.parameters[n]) for n, a in load(tmp_path / "shorter").parameters.items())
    assert then.history.losses.tolist() == shorter.history.losses.tolist()


def test_a_branch_without_a_change_becomes_the_same(tmp_path: Path) -> None:
    """From every kept state."""
    whole = trained(tiny(save_every=3, states_at=(5,)), tmp_path / "run")
    assert whole.states == (0, 3, 5, 6, 9, 12)
    for at in whole.states:
        twig = tmp_path / f"twig-{at}"
        run = branch(tmp_path / "run", twig, at)
        assert run.update == at and run.parent is not None
        list(resume(twig))
        assert same(store.read(twig), whole), f"branched at {at}"
        assert load(twig).parent == run.parent, "training on does not lose where it came from"


def test_a_parent_is_recorded(tmp_path: Path) -> None:
    experiment = tiny(save_every=3)
    trained(experiment, tmp_path / "run")
    parent = branch(tmp_path / "run", tmp_path / "twig", 6).parent
    assert parent is not None
    (state,) = (path for path in files(tmp_path / "run") if path.name.startswith("state-00000006-"))
    assert (parent.experiment, parent.update) == (experiment.digest, 6)
    assert parent.state == sha256(state.read_bytes())
    assert load(tmp_path / "run").parent is None


def test_rewound_and_trained_on(tmp_path: Path) -> None:
    whole = trained(tiny(save_every=2), tmp_path)
    run = rewind(tmp_path, 4)
    assert (run.update, run.states, run.progress.reason) == (4, (0, 2, 4), None)
    assert len(files(tmp_path)) == 3
    list(resume(tmp_path))
    assert same(store.read(tmp_path), whole)


def test_what_is_not_kept_is_refused(tmp_path: Path) -> None:
    trained(tiny(save_every=4), tmp_path / "run")
    with pytest.raises(RunError, match=r"keeps no state after 5 updates; give one of 0, 4, 8, 12"):
        branch(tmp_path / "run", tmp_path / "twig", 5)
    with pytest.raises(RunError, match="keeps no state"):
        rewind(tmp_path / "run", 5)
    with pytest.raises(RunError, match="holds a run already"):
        branch(tmp_path / "run", tmp_path / "run", 4)
    assert not (tmp_path / "twig").exists()
    assert load(tmp_path / "run").update == 12
    with pytest.raises(ValueError, match="not kept in a folder"):
        type(load(tmp_path / "run")).from_snapshot(store.read(tmp_path / "run")).at(4)


def test_a_run_that_is_being_trained_is_not_rewound(tmp_path: Path) -> None:
    events = train(tiny(save_every=1), tmp_path)
    while next(events).update < 4:
        pass
    with pytest.raises(RunError, match="is being trained by this process"):
        rewind(tmp_path, 2)
    assert branch(tmp_path, tmp_path / "twig", 2).update == 2, "to branch off is only to read"


def test_a_copy_has_the_states_too(tmp_path: Path) -> None:
    trained(tiny(save_every=5, learning_rate=0.1), tmp_path / "copy")
    whole = trained(tiny(save_every=2, states=3), tmp_path / "run")
    store.copy(tmp_path / "run", tmp_path / "copy")
    assert store.read(tmp_path / "copy").states == whole.states == (0, 8, 12)
    assert same(store.read(tmp_path / "copy", 8), store.read(tmp_path / "run", 8))
    assert len(files(tmp_path / "copy")) == 3


def test_a_damaged_state_is_noticed(tmp_path: Path) -> None:
    trained(tiny(save_every=4), tmp_path)
    (state,) = (path for path in files(tmp_path) if path.name.startswith("state-00000004-"))
    data = bytearray(state.read_bytes())
    data[-1] ^= 1
    state.write_bytes(data)
    assert load(tmp_path).update == 12
    with pytest.raises(RunError, match="was changed after it was written"):
        load(tmp_path).at(4)


def test_paused_and_resumed_at_fifty_updates(tmp_path: Path) -> None:
    experiment = tiny(updates=60, evaluate_every=7, save_every=9)
    whole = trained(experiment, tmp_path / "whole")
    for stop in sorted(random.Random(0).sample(range(1, 60), 50)):
        events = train(experiment, tmp_path / "run", resume=True)
        while next(events).update < stop:
            pass
        events.close()
        assert load(tmp_path / "run").update == stop
    list(resume(tmp_path / "run"))
    assert same(store.read(tmp_path / "run"), whole)


FORKER = """
import os, sys
from tests.training.small import tiny
from rnnlab.training import resume, train
experiment = tiny(updates=100_000, save_every=2)

def say(text):  # a line is written at once: half a line of a child that was killed would spoil the next
    os.write(1, (text + "\\n").encode())

for line in sys.stdin:
    child = os.fork()
    if not child:
        for event in train(experiment, line.strip(), resume=True):
            say(str(event.update))
        os._exit(0)
    say(f"child {child}")
    os.waitpid(child, 0)
    say("gone")
"""


def test_killed_at_twenty_moments(tmp_path: Path, root: Path) -> None:
    """The last saved state is always whole, and the run goes on from it as if nothing had happened."""
    rng, folder = random.Random(2), tmp_path / "killed"
    forker = subprocess.Popen(
        [sys.executable, "-c", FORKER], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    assert forker.stdin is not None and forker.stdout is not None
    for _ in range(20):
        forker.stdin.write(f"{folder}\n")
        child = int(said(forker.stdout, "child").split()[1])
        for _ in range(3 + rng.randrange(8)):
            forker.stdout.readline()
        time.sleep(rng.random() * 0.02)
        os.kill(child, signal.SIGKILL)
        said(forker.stdout, "gone")
        assert load(folder).history.n_updates == load(folder).update
        load(folder).at(rng.choice(load(folder).states))
    forker.stdin.close()
    forker.wait()
    forker.stdout.close()
    done = load(folder).update
    assert 0 < done < 100_000
    list(resume(folder, updates=done + 3))
    whole = trained(tiny(updates=done + 3, save_every=2), tmp_path / "whole")
    assert same(store.read(folder), whole)


def said(stream: IO[str], word: str) -> str:
    """The next line that begins with ``word``."""
    return next(line for line in stream if line.startswith(word))


def test_a_branch_that_would_have_another_shape_is_refused_where_it_says_so(tmp_path: Path) -> None:
    trained(tiny(save_every=4), tmp_path / "run")
    with pytest.raises(
        SpecError, match=r"^experiment\.network: .* arrays of other shapes, or another cell; start a new"
    ):
        branch(tmp_path / "run", tmp_path / "twig", 4, {"network.n_units": 5})


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"training.updates": 6},
            "updates=6: would have ended the run after 6 updates, and 8 are done; give at least 8",
        ),
        ({"training.stop": (TrialBudget(trials=1),)}, r"stop=.*: would have ended the run after 1 updates, and 8"),
    ],
)
def test_a_branch_does_not_begin_after_its_own_end(changes: dict[str, Any], told: str, tmp_path: Path) -> None:
    list(train(tiny(updates=12, save_every=4), tmp_path / "run"))
    with pytest.raises(ValueError, match=rf"branch: {told}.*or branch off earlier"):
        branch(tmp_path / "run", tmp_path / "twig", at=8, changes=changes)
    assert not (tmp_path / "twig" / "run.json").exists()
    assert branch(tmp_path / "run", tmp_path / "twig", at=4, changes={"training.updates": 6}).update == 4

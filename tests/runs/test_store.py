"""Runs on disk: written whole, read with every file checked, refused with one kind of error."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

from rnnlab.networks import LeakyRNN
from rnnlab.runs import RunError, load, store
from tests.runs.states import experiment, snapshot
from tests.training.small import same


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return store.write(tmp_path / "run", snapshot())


def manifest(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "run.json").read_text())


def rewrite(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the manifest as somebody would who also gets its digest right."""
    content = manifest(folder)
    change(content)
    content.pop("sha256", None)
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    content["sha256"] = hashlib.sha256(text.encode()).hexdigest()
    (folder / "run.json").write_text(json.dumps(content))


def replace_state(folder: Path, change: Callable[[dict[str, np.ndarray]], None]) -> None:
    """Change the state file, digests and all."""
    entry = manifest(folder)["files"]["state"]
    arrays = safetensors.numpy.load((folder / entry["name"]).read_bytes())
    change(arrays)
    data = safetensors.numpy.save(arrays)
    digest = hashlib.sha256(data).hexdigest()
    name = f"state-00000003-{digest[:16]}.safetensors"
    (folder / name).write_bytes(data)
    new = {"name": name, "bytes": len(data), "sha256": digest}
    rewrite(folder, lambda content: content["files"].update(state=new))


# --------------------------------------------------------------------------------------------------- whole runs


def test_what_is_written_is_read(folder: Path) -> None:
    found = store.read(folder)
    assert same(found, snapshot())
    assert found.experiment == snapshot().experiment
    assert found.progress == snapshot().progress


def test_the_file_itself_holds_what_the_network_computes_with(tmp_path: Path) -> None:
    """Whoever reads it without rnnlab: raw weights of the wrong sign, and an autapse, are under another name."""
    network = LeakyRNN(n_units=6, excitatory=0.5, autapses=False)
    made = replace(snapshot(), experiment=experiment(network=network))
    folder = store.write(tmp_path / "run", made)
    arrays = safetensors.numpy.load((folder / manifest(folder)["files"]["state"]["name"]).read_bytes())
    signs, raw = np.array([1, 1, 1, -1, -1, -1]), arrays["parameters/W_rec"]
    np.testing.assert_array_equal(arrays["effective/W_rec"], abs(raw) * signs * (1 - np.eye(6)))
    np.testing.assert_array_equal(arrays["effective/W_in"], abs(arrays["parameters/W_in"]))
    assert (raw * signs < 0).any()
    assert store.read(folder).state.keys() == made.state.keys()
    for name, array in load(folder).parameters.items():
        np.testing.assert_array_equal(arrays[f"effective/{name}"], array)


def test_only_the_files_of_the_last_state_stay(folder: Path) -> None:
    (folder / "notes.txt").write_text("mine")
    (folder / ".tmp-99-state-00000001-0123456789abcdef.safetensors").write_text("left by a kill")
    store.write(folder, snapshot(update=4))
    entries = manifest(folder)["files"]
    assert {p.name for p in folder.iterdir()} == {"run.json", "notes.txt", *(e["name"] for e in entries.values())}
    assert same(store.read(folder), snapshot(update=4))


def test_writing_the_same_state_twice_is_harmless(folder: Path) -> None:
    store.write(folder, snapshot())
    assert same(store.read(folder), snapshot())


def test_run_has_effective_parameters_and_no_torch(folder: Path) -> None:
    code = (
        f"import sys, rnnlab as rl; run = rl.load({str(folder)!r}); print(repr(run)); run._repr_html_();"
        "print(run.network.readout(run.network.initial_state(2)).shape, 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "(2, 2) False"
    assert "perceptual_discrimination" in done.stdout
    assert "3 updates" in done.stdout


def test_a_run_read_while_it_is_written_is_one_of_its_states(folder: Path) -> None:
    """The reader sees an old manifest, and finds its files replaced: it must look again."""
    read_manifest, states = store._read_manifest, iter([snapshot(update=4), snapshot(update=5)])

    def moved_on(path: Path) -> dict[str, Any]:
        content = read_manifest(path)
        if (newer := next(states, None)) is not None:
            with pytest.MonkeyPatch.context() as calm:
                calm.setattr(store, "_read_manifest", read_manifest)
                store.write(path, newer)
        return content

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "_read_manifest", moved_on)
        assert same(store.read(folder), snapshot(update=5))


# -------------------------------------------------------------------------------------------------- what is refused


def test_not_a_run(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="does not exist"):
        load(tmp_path / "nothing")
    with pytest.raises(RunError, match="is not a run"):
        load(tmp_path)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"a": 1}', '{"rnnlab_run": "1"}', '{"rnnlab_run": NaN}', "[" * 100_000, "\x00\xff",
     '{"rnnlab_run": 1}', '{"rnnlab_run": 1, "rnnlab_run": 1}', '{"rnnlab_run": 0, "sha256": 3}',
     '{"rnnlab_run": true}'],
)  # fmt: skip
def test_a_manifest_that_is_none(text: str, folder: Path) -> None:
    (folder / "run.json").write_text(text)
    with pytest.raises(RunError, match=r"run\.json"):
        load(folder)


def test_a_newer_format(folder: Path) -> None:
    rewrite(folder, lambda content: content.update(rnnlab_run=store.FORMAT + 1))
    with pytest.raises(RunError, match=r"format 2, this rnnlab reads up to 1; update rnnlab"):
        load(folder)


def test_a_newer_experiment(folder: Path) -> None:
    rewrite(folder, lambda content: content["experiment"].update(rnnlab=999))
    with pytest.raises(RunError, match="schema 999"):
        load(folder)


@pytest.mark.parametrize("which", ["state", "history"])
def test_a_missing_file(which: str, folder: Path) -> None:
    name = manifest(folder)["files"][which]["name"]
    (folder / name).unlink()
    with pytest.raises(RunError, match=f"{name} is missing"):
        load(folder)


@pytest.mark.parametrize("which", ["run.json", "state", "history"])
def test_every_truncation_and_every_flipped_bit_is_noticed(which: str, folder: Path) -> None:
    name = which if which == "run.json" else manifest(folder)["files"][which]["name"]
    path, rng = folder / name, random.Random(0)
    data = path.read_bytes()
    for _ in range(60):
        path.write_bytes(data[: rng.randrange(len(data))])
        with pytest.raises(RunError):
            load(folder)
        at = rng.randrange(len(data))
        path.write_bytes(data[:at] + bytes([data[at] ^ (1 << rng.randrange(8))]) + data[at + 1 :])
        if which != "run.json" or _content(path) != json.loads(data):  # white space may change without harm
            with pytest.raises(RunError):
                load(folder)
    path.write_bytes(data)
    assert same(store.read(folder), snapshot())


def _content(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except ValueError:
        return None


CHANGES: dict[str, Callable[[dict[str, Any]], None]] = {
    "no experiment": lambda c: c.pop("experiment"),
    "an experiment that cannot be": lambda c: c["experiment"]["network"].update(dt=-1),
    "a file elsewhere": lambda c: c["files"]["state"].update(name="../../etc/passwd"),
    "a file of another kind": lambda c: c["files"]["state"].update(name="run.json"),
    "a file with no name": lambda c: c["files"]["state"].update(name=None),
    "no size": lambda c: c["files"]["state"].pop("bytes"),
    "a size that is not one": lambda c: c["files"]["state"].update(bytes="many"),
    "no files": lambda c: c.update(files=[]),
    "no progress": lambda c: c.update(progress={}),
    "negative progress": lambda c: c["progress"].update(update=-1),
    "a reason that is not one": lambda c: c["progress"].update(reason=7),
    "the history as state": lambda c: c["files"].update(state=c["files"]["history"]),
    "the state as history": lambda c: c["files"].update(history=c["files"]["state"]),
    "another network": lambda c: c["experiment"]["network"].update(n_units=7),
}


@pytest.mark.parametrize("name", CHANGES)
def test_parts_that_do_not_fit(name: str, folder: Path) -> None:
    rewrite(folder, CHANGES[name])
    with pytest.raises(RunError):
        load(folder)


ARRAYS: dict[str, Callable[[dict[str, np.ndarray]], Any]] = {
    "not a number": lambda a: a.update({"parameters/b_out": np.array([np.nan, 0], np.float32)}),
    "integers": lambda a: a.update({"parameters/b_out": np.array([1, 0])}),
    "another shape": lambda a: a.update({"parameters/b_out": np.zeros(3, np.float32)}),
    "one too few": lambda a: a.pop("adam_mean/W_rec"),
    "one too many": lambda a: a.update({"parameters/b_extra": np.zeros(3, np.float32)}),
    "no parameters": lambda a: [a.pop(key) for key in list(a) if key.startswith("parameters")],
}


@pytest.mark.parametrize("name", ARRAYS)
def test_arrays_that_are_not_this_network_s(name: str, folder: Path) -> None:
    replace_state(folder, ARRAYS[name])
    with pytest.raises(RunError):
        load(folder)


def test_a_file_is_not_read_beyond_its_size(folder: Path) -> None:
    path = folder / manifest(folder)["files"]["state"]["name"]
    with path.open("ab") as file:
        file.truncate(10_000_000_000)  # sparse: takes no room
    with pytest.raises(RunError, match=rf"{path.name}: has 10000000000 bytes, \d+ at most .*; restore it from a copy$"):
        load(folder)


def test_appended_bytes_are_named_with_a_remedy(folder: Path) -> None:
    path = folder / manifest(folder)["files"]["state"]["name"]
    size = path.stat().st_size
    with path.open("ab") as file:
        file.write(b"more")
    with pytest.raises(RunError) as refused:
        load(folder)
    assert str(refused.value) == (f"{path}: has {size + 4} bytes, {size} at most were expected; restore it from a copy")


def test_a_truncated_manifest_is_named_once_with_one_remedy(folder: Path) -> None:
    path = folder / "run.json"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(RunError) as refused:
        load(folder)
    text = str(refused.value)
    assert text.startswith(f"{path}: not valid JSON: ")
    assert text.endswith("; restore it from a copy")
    assert (text.count("run.json"), text.count(";")) == (1, 1)


@pytest.mark.parametrize("number", [0, -1, True, 1.0, "1", None])
def test_a_format_that_never_was(number: object, folder: Path) -> None:
    rewrite(folder, lambda content: content.update(rnnlab_run=number))
    with pytest.raises(RunError, match=r"run\.json: was not written by rnnlab"):
        load(folder)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RunError, match="cannot be made"):
        store.write(tmp_path / "file" / "run", snapshot())


def test_runs_lie_in_order_whatever_digits_their_names_have(folder: Path) -> None:
    names = ["seed-2", "seed-10", "٣", "१२", "7", "seed-٤"]
    for name in names:
        shutil.copytree(folder, folder.parent / "many" / name)
    found = [each.name for each in store.runs_in(folder.parent / "many")]
    assert sorted(found) == sorted(names)
    assert found.index("seed-2") < found.index("seed-10")


def test_an_error_survives_a_process_boundary() -> None:
    import pickle

    error = RunError("a/b", "is broken", remedy="mend it")
    assert str(pickle.loads(pickle.dumps(error))) == str(error) == "a/b: is broken; mend it"


# ----------------------------------------------------------------------------------------------------------- kills

SAVING = """
import sys
from tests.runs.states import snapshot
from rnnlab.runs import store
update = int(sys.argv[2])
while True:
    update += 1
    store.write(sys.argv[1], snapshot(update))
    print(update, flush=True)
"""


def test_killed_while_saving(tmp_path: Path, root: Path) -> None:
    """kill -9 at random moments of saving: what is on disk is always one whole state, and the newest or nearly."""
    folder, rng, update = tmp_path / "run", random.Random(0), 0
    for _ in range(12):
        saver = subprocess.Popen(
            [sys.executable, "-c", SAVING, str(folder), str(update)], cwd=root, stdout=subprocess.PIPE, text=True
        )
        assert saver.stdout is not None
        saver.stdout.readline()
        time.sleep(rng.random() * 0.1)
        saver.send_signal(signal.SIGKILL)
        said = saver.communicate()[0].split()
        found = store.read(folder)
        update = found.progress.update
        assert update >= int(said[-1]) if said else update > 0
        assert same(found, snapshot(update))

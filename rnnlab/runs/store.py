"""A run on disk: ``run.json``, which names every other file with its SHA-256, and the files it names.

```
run.json                         format, experiment, progress, files; written last
state-00000400-<digest>.safetensors     after 400 updates: effective/W_rec ... are the weights that the network
                                        computes with, parameters/W_rec ... raw ones, others the optimiser's
history-00000400-<digest>.safetensors   losses and accuracies so far
training.lock                    only while a training has the folder
```

Data files carry their own digest in their name and are never overwritten with other contents, so the manifest on disk
always names whole files; a kill between two of them leaves the run as it was. Nothing in a run is code.
"""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray

from rnnlab.networks import AnyNetwork, MissingCell
from rnnlab.runs.errors import RunError
from rnnlab.runs.experiment import Experiment
from rnnlab.runs.files import TEMPORARY, read_limited, reading, sha256, write_whole
from rnnlab.runs.history import History
from rnnlab.runs.kept import Parent, thinned
from rnnlab.runs.recorded import from_recorded, recorded
from rnnlab.runs.steering import in_force
from rnnlab.spec import SpecError
from rnnlab.spec.codec import parse

FORMAT = 1
"""Number of the folder's layout. Raised when an older rnnlab could no longer read it."""

MANIFEST = "run.json"
EFFECTIVE = "effective"
MAX_MANIFEST = 20_000_000
MAX_DATA = 8_000_000_000

_DATA_FILE = re.compile(r"(state|history)-\d{8,}-[0-9a-f]{16}\.safetensors")

_WORDS = re.compile(r"([0-9]+)")

Arrays = dict[str, NDArray]


@dataclass(frozen=True)
class Progress:
    """How far a training has come. ``reason`` is None until it finished; ``stages`` are the updates at which the
    stages of its curriculum so far began."""

    update: int = 0
    n_trials: int = 0
    seconds: float = 0.0
    reason: str | None = None
    stages: tuple[int, ...] = (0,)


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Everything a run holds at one update.

    Attributes:
        experiment: what is trained.
        progress: how far.
        state: groups of arrays; ``"parameters"`` are the raw parameters, other groups the optimiser's.
        history: what was measured so far.
        states: updates whose states can be read from the folder that this was read from.
        parent: where the run branched off another one.
        digest: SHA-256 of the file that the state was read from.
    """

    experiment: Experiment
    progress: Progress
    state: Mapping[str, Arrays]
    history: History
    states: tuple[int, ...] = ()
    parent: Parent | None = None
    digest: str = ""

    @property
    def network(self) -> AnyNetwork:
        """The network's description as the last update had it."""
        return in_force(self.experiment, self.progress.update - 1).network


def is_run(folder: str | Path) -> bool:
    """Whether a folder holds a run (whole or not)."""
    return (Path(folder) / MANIFEST).exists()


def runs_in(folder: str | Path) -> list[Path]:
    """The runs that lie in a folder, by name (seed-10 after seed-9); none where it cannot be read."""
    try:
        found = [each for each in Path(folder).iterdir() if is_run(each)]
    except OSError:
        return []
    return sorted(found, key=_in_order)


def _in_order(run: Path) -> list[int | str]:
    """The words and numbers of its name. Digits of other scripts, at which `_WORDS` does not split, are words."""
    return [int(word) if word.isascii() and word.isdecimal() else word for word in _WORDS.split(run.name)]


def write(folder: str | Path, snapshot: Snapshot, *, afresh: bool = False) -> Path:
    """Write a run, or bring the one in ``folder`` up to date; ``afresh`` replaces it. Returns the folder."""
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(folder, f"cannot be made: {error.strerror}", remedy="choose another folder") from error
    update = snapshot.progress.update
    groups = {**snapshot.state, EFFECTIVE: _effective(snapshot)}
    state = {f"{group}/{name}": a for group, arrays in groups.items() for name, a in arrays.items()}
    files = {
        "state": _write_arrays(folder, f"state-{update:08d}", state),
        "history": _write_arrays(folder, f"history-{update:08d}", snapshot.history.to_arrays()),
    }
    kept = thinned([] if afresh else _kept_before(folder), update, snapshot.experiment.training)
    write_whole(folder / MANIFEST, _manifest(snapshot, files, kept))
    _sweep(folder, keep={entry["name"] for entry in (*files.values(), *(entry["state"] for entry in kept))})
    return folder


def _effective(snapshot: Snapshot) -> Arrays:
    """Weights as the network computes with them, for other programs that read the file. Nothing here is read again."""
    network, raw = snapshot.network, snapshot.state["parameters"]
    if isinstance(network, MissingCell):
        return {}  # its code, which knows what it makes of raw ones, is not here
    return {name: np.asarray(array, raw[name].dtype) for name, array in network.effective(raw).items()}


def _kept_before(folder: Path) -> list[dict[str, Any]]:
    """Entries of the states that are there: those kept, and the newest."""
    if not is_run(folder):
        return []
    manifest = _read_manifest(folder)
    with reading(folder / MANIFEST):
        return [*manifest.get("kept", ()), _entry(manifest["progress"], manifest["files"]["state"])]


def _entry(progress: Mapping[str, Any], state: Mapping[str, Any]) -> dict[str, Any]:
    """What the manifest says of a kept state."""
    return {name: progress[name] for name in ("update", "n_trials", "seconds", "stages") if name in progress} | {
        "state": dict(state)
    }


def _write_arrays(folder: Path, stem: str, arrays: Mapping[str, NDArray]) -> dict[str, Any]:
    data = safetensors.numpy.save({name: np.ascontiguousarray(a) for name, a in arrays.items()})
    digest = sha256(data)
    name = f"{stem}-{digest[:16]}.safetensors"
    write_whole(folder / name, data)
    return {"name": name, "bytes": len(data), "sha256": digest}


def _manifest(snapshot: Snapshot, files: dict[str, Any], kept: list[dict[str, Any]]) -> bytes:
    content = {
        "rnnlab_run": FORMAT,
        "experiment": recorded(snapshot.experiment),
        "progress": vars(snapshot.progress),
        "files": files,
        "kept": kept,
        "parent": None if snapshot.parent is None else vars(snapshot.parent),
        "written_by": _versions(),
    }
    content["sha256"] = _content_digest(content)
    return json.dumps(content, indent=1, allow_nan=False, ensure_ascii=False).encode()


def _content_digest(content: Mapping[str, Any]) -> str:
    rest = {key: value for key, value in content.items() if key != "sha256"}
    return sha256(json.dumps(rest, sort_keys=True, separators=(",", ":"), allow_nan=False).encode())


def _versions() -> dict[str, str]:
    """What wrote the run: bitwise repetition is promised for equal versions only."""
    found = {"python": platform.python_version(), "machine": platform.machine()}
    for package in ("rnnlab", "numpy", "torch", "numba"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def copy(source: str | Path, target: str | Path) -> Path:
    """Copy a run with its kept states, also while a training writes to it: what arrives is whole.

    Raises:
        RunError: ``source`` is not a run, or ``target`` cannot be written.
    """
    newest, afresh = read(source), True
    for update in newest.states[:-1]:
        with suppress(RunError):  # a training that moved on may just have thinned it out
            earlier = read(source, update)
            write(target, earlier, afresh=afresh)
            afresh = False
    return write(target, newest, afresh=afresh)


def _sweep(folder: Path, keep: set[str]) -> None:
    """Remove what the manifest no longer names, and what an earlier kill left half written."""
    for path in folder.iterdir():
        stale = _DATA_FILE.fullmatch(path.name) and path.name not in keep
        if stale or path.name.startswith(TEMPORARY):
            path.unlink(missing_ok=True)


def read(folder: str | Path, at: int | None = None) -> Snapshot:
    """Read a run, checking every file.

    Args:
        folder: where it is.
        at: go back to the state after so many updates; left out, the newest.

    Raises:
        RunError: the folder is no run, a file is missing, damaged or of a newer format, or they do not fit together.
    """
    folder = Path(folder)
    for _ in range(5):
        manifest = _read_manifest(folder)
        try:
            return _read_files(folder, manifest, at)
        except FileNotFoundError as error:
            missing = Path(error.filename).name
        if _read_manifest(folder) == manifest:  # otherwise a training just moved on: read its newer files
            break
    raise RunError(folder, f"{missing} is missing", remedy="restore it; the run cannot be read without")


def _read_manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    if not path.is_file():
        problem = "is not a run (it holds no run.json)" if folder.exists() else "does not exist"
        runs = runs_in(folder)
        remedy = f"it holds runs: give one, {runs[0]}" if runs else "give the folder that a training wrote with out="
        raise RunError(folder, problem, remedy=remedy)
    text = read_limited(path, MAX_MANIFEST)
    try:
        content = parse(text, MANIFEST)
    except SpecError as error:
        raise RunError(path, error.problem, remedy="restore it from a copy") from error
    format = content.get("rnnlab_run") if isinstance(content, dict) else None
    if type(format) is not int or format < 1:
        raise RunError(path, "was not written by rnnlab", remedy="give the folder that a training wrote with out=")
    if format > FORMAT:
        problem = f"has format {format}, this rnnlab reads up to {FORMAT}"
        raise RunError(path, problem, remedy="update rnnlab")
    with reading(path):
        intact = _content_digest(content) == content.get("sha256")
    if not intact:
        raise RunError(path, "was changed after it was written", remedy="restore it from a copy")
    return content


def _read_files(folder: Path, manifest: Mapping[str, Any], at: int | None) -> Snapshot:
    path = folder / MANIFEST
    with reading(path):
        experiment = _experiment(manifest["experiment"], path)
        history = History.from_arrays(_read_arrays(folder, manifest["files"]["history"]))
        parent = Parent.from_data(manifest.get("parent"))
        kept = {int(entry["update"]): entry for entry in manifest.get("kept", ())}
        progress, entry = _progress(manifest["progress"]), manifest["files"]["state"]
        states = (*sorted(kept), progress.update)
        if at is not None and at != progress.update:
            progress, entry = _progress_of(kept, at, folder, states), kept[at]["state"]
            history = history.until(at)
        state = _grouped(_read_arrays(folder, entry))
        state.pop(EFFECTIVE, None)
        _check_state(state, experiment)
    return Snapshot(experiment, progress, state, history, states, parent, str(entry["sha256"]))


def _progress_of(kept: Mapping[int, Any], at: int, folder: Path, states: tuple[int, ...]) -> Progress:
    if at not in kept:
        known = ", ".join(map(str, states))
        raise RunError(folder, f"keeps no state after {at} updates", remedy=f"give one of {known}")
    return _progress({"reason": None, **kept[at]})


def _experiment(data: Any, path: Path) -> Experiment:
    try:
        return from_recorded(data)
    except SpecError as error:
        remedy = error.remedy or "was it written by another version of rnnlab?"
        raise RunError(path, f"{error.path}: {error.problem}", remedy=remedy) from error


def _progress(data: Mapping[str, Any]) -> Progress:
    stages = tuple(int(update) for update in data.get("stages", (0,)))
    progress = Progress(int(data["update"]), int(data["n_trials"]), float(data["seconds"]), data["reason"], stages)
    in_order = stages[:1] == (0,) and list(stages) == sorted(stages) and stages[-1] <= progress.update
    if progress.update < 0 or progress.n_trials < 0 or not isinstance(progress.reason, str | None) or not in_order:
        raise ValueError(f"progress cannot be {dict(data)}")
    return progress


def _read_arrays(folder: Path, entry: Mapping[str, Any]) -> Arrays:
    name = entry["name"]
    if not isinstance(name, str) or not _DATA_FILE.fullmatch(name):
        raise ValueError(f"{name!r} is not a file of a run")
    path = folder / name
    data = read_limited(path, min(int(entry["bytes"]), MAX_DATA))
    if len(data) != entry["bytes"]:
        raise RunError(path, f"is truncated: {len(data)} of {entry['bytes']} bytes", remedy="restore it from a copy")
    if sha256(data) != entry["sha256"]:
        raise RunError(path, "was changed after it was written", remedy="restore it from a copy")
    with reading(path):
        return safetensors.numpy.load(data)


def _grouped(arrays: Arrays) -> dict[str, Arrays]:
    groups: dict[str, Arrays] = {}
    for key, array in arrays.items():
        group, _, name = key.partition("/")
        groups.setdefault(group, {})[name] = array
    return groups


def _check_state(state: Mapping[str, Arrays], experiment: Experiment) -> None:
    """Raise ValueError unless the arrays are what this experiment's network has."""
    task, network, training = experiment.task, experiment.network, experiment.training
    expected = {name: tuple(s) for name, s in network.parameter_shapes(task.n_inputs, task.n_outputs).items()}
    carried = state.get("carried", {})
    wanted = {"states": (training.batch_size, network.n_states)}
    if carried and {name: array.shape for name, array in carried.items()} != wanted:
        raise ValueError("carried states do not fit the experiment's batch and network")
    _check_numbers("carried", carried)
    for group in {"parameters", *state} - {"carried"}:
        arrays = state.get(group, {})
        found = {name: array.shape for name, array in arrays.items()}
        if found != expected:
            raise ValueError(f"{group} have shapes {found}, the experiment's network has {expected}")
        _check_numbers(group, arrays)


def _check_numbers(group: str, arrays: Arrays) -> None:
    for name, array in arrays.items():
        if array.dtype not in (np.float32, np.float64) or not np.isfinite(array).all():
            raise ValueError(f"{group} {name} is not an array of finite floating-point numbers")

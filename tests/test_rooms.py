"""The rooms: who may import whom, what an import costs, and that a topic keeps its name in every room."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

HEAVY = ("torch", "panel", "bokeh", "ipywidgets", "scipy", "numpy")
BUDGET_MS = 50.0

ROOM_LOADS_NOTHING_OF = {
    "rnnlab.spec": ("torch", "panel", "bokeh", "scipy", "numpy"),
    "rnnlab.events": ("torch", "panel", "bokeh", "scipy", "numpy"),
    "rnnlab.tasks": ("torch", "panel", "bokeh", "scipy"),
    "rnnlab.networks": ("torch", "panel", "bokeh"),
    "rnnlab.runs": ("torch", "panel", "bokeh"),
    "rnnlab.simulation": ("torch", "panel", "bokeh"),
    "rnnlab.training.worker": ("panel", "bokeh"),
    "rnnlab.analysis": ("torch", "panel", "bokeh"),
    "rnnlab.figures": ("torch", "panel"),
    "rnnlab.session": ("torch", "bokeh.plotting"),
    "rnnlab.views": ("torch",),
    "rnnlab.app.lab": ("torch",),
    "rnnlab.app.cli": ("torch", "panel", "bokeh", "scipy", "numpy"),
}


def python(code: str, *options: str) -> subprocess.CompletedProcess[str]:
    """A fresh interpreter; its output, or the test fails with its traceback."""
    result = subprocess.run([sys.executable, *options, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result


def loaded_by(code: str) -> set[str]:
    return set(json.loads(python(f"{code}\nimport sys, json; print(json.dumps(list(sys.modules)))").stdout))


def test_every_import_respects_the_rooms(root: Path) -> None:
    tool = Path(sysconfig.get_path("scripts")) / "lint-imports"
    result = subprocess.run([tool, "--no-cache"], cwd=root, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_folder_of_the_package_is_a_room(root: Path) -> None:
    """A folder that no contract knows would escape all of them."""
    contracts = (root / "pyproject.toml").read_text()
    rooms = {path.parent.name for path in (root / "rnnlab").glob("*/__init__.py")} - {"data"}
    assert {
        room for room in rooms if f'"rnnlab.{room}' not in contracts and f"| rnnlab.{room}" not in contracts
    } == set()


def test_import_rnnlab_loads_nothing_heavy() -> None:
    assert loaded_by("import rnnlab") & set(HEAVY) == set()


def import_cost_ms() -> float:
    """Time that `import rnnlab` takes beyond the bare interpreter, everything it pulls in included."""
    report = python("import rnnlab", "-X", "importtime").stderr
    match = re.search(r"import time:\s+\d+ \|\s+(\d+) \| rnnlab$", report, re.MULTILINE)
    assert match is not None, report
    return int(match[1]) / 1000


@pytest.mark.alone
def test_import_rnnlab_is_quick() -> None:
    assert min(import_cost_ms() for _ in range(5)) < BUDGET_MS


@pytest.mark.parametrize("room", ROOM_LOADS_NOTHING_OF)
def test_a_room_loads_only_what_it_may(room: str) -> None:
    assert loaded_by(f"import {room}") & set(ROOM_LOADS_NOTHING_OF[room]) == set()


def test_every_public_name_resolves() -> None:
    python("import rnnlab\nfor name in rnnlab.__all__: getattr(rnnlab, name)")


WITHOUT_TORCH = """
import sys
sys.modules["torch"] = None                       # any import of it now raises
import numpy as np, rnnlab as rl
run = rl.load({path!r})
batch = run.task.sample(n_trials=8, seed=0)
whole = rl.simulate(run, batch)
lesioned = rl.simulate(run, batch, interventions=[rl.Lesion(units=(0, 1))])
assert not np.array_equal(whole.outputs, lesioned.outputs)
points = rl.analysis.fixed_points(run, inputs=np.zeros(run.network.n_inputs), n_starts=32)
rl.figures.fixed_points(points)
"""


def test_a_finished_run_needs_no_torch(example_run: Path) -> None:
    python(WITHOUT_TORCH.format(path=str(example_run)))


def stems(root: Path, *rooms: str) -> dict[str, set[str]]:
    folders = {room: root / "rnnlab" / room for room in rooms}
    return {room: {p.stem for p in folder.glob("*.py") if p.stem != "__init__"} for room, folder in folders.items()}


def test_a_topic_keeps_its_name(root: Path) -> None:
    """What is analysed and drawn, or drawn and viewed, has one file name in all of these rooms."""
    rooms = stems(root, "analysis", "figures", "views")
    assert {"fixed_points", "psychometric"} <= rooms["analysis"] & rooms["figures"]
    assert {"trial", "learning", "activity", "weights", "fixed_points"} <= rooms["figures"] & rooms["views"]


def test_every_tested_room_has_its_folder_of_tests(root: Path) -> None:
    rooms = {path.parent.name for path in (root / "rnnlab").glob("*/__init__.py")} - {"data"}
    untested = {room for room in rooms if not any((root / "tests" / room).glob("test_*.py"))}
    assert untested == set()

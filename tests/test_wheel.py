"""What is given away: the wheel carries the package and its data, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """Built as `pip install .` builds it, without asking any index for the build tools."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return zipfile.ZipFile(next(folder.glob("*.whl")))


def test_it_holds_the_package_and_its_metadata_only(wheel: zipfile.ZipFile) -> None:
    folders = {name.split("/")[0] for name in wheel.namelist()}
    assert {name for name in folders if not name.endswith(".dist-info")} == {"rnnlab"}


def test_it_holds_every_module_and_the_example_network(wheel: zipfile.ZipFile, root: Path) -> None:
    tracked = subprocess.run(["git", "ls-files", "rnnlab"], cwd=root, capture_output=True, text=True, check=True)
    assert set(tracked.stdout.split()) <= set(wheel.namelist())
    assert any(name.startswith("rnnlab/data/example_run/") for name in wheel.namelist())
    assert "rnnlab/py.typed" in wheel.namelist()


def test_it_is_small_and_its_data_smaller(wheel: zipfile.ZipFile) -> None:
    """What is no code is the example network, and no one file weighs much. The whole grows with the code: its bound is
    there for a folder that does not belong."""
    data = [item for item in wheel.infolist() if not item.filename.endswith((".py", ".js", ".css", "/RECORD"))]
    assert sum(item.compress_size for item in data) < 60_000
    assert max(item.compress_size for item in wheel.infolist()) < 40_000
    assert sum(item.compress_size for item in wheel.infolist() if item.filename.startswith("rnnlab/")) < 1_100_000


def test_its_command_and_licence_are_there(wheel: zipfile.ZipFile) -> None:
    (entry_points,) = [name for name in wheel.namelist() if name.endswith("entry_points.txt")]
    assert b"rnnlab = rnnlab.app.cli:main" in wheel.read(entry_points)
    assert any(name.endswith("licenses/LICENSE") for name in wheel.namelist())

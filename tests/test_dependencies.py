"""What is asked of other packages: floors for known holes, pins for known bugs, and nothing that is not used."""

from __future__ import annotations

import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

FLOORS = {
    "bokeh": "3.8.2",
    "panel": "1.9.4",
    "tornado": "6.6",
    "jupyter-server": "2.21",
    "jupyterlab": "4.6.2",
    "torch": "2.10",
}
"""Below these, holes are known that let a visitor or a file do harm."""


@pytest.fixture(scope="module")
def project(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "pyproject.toml").read_text())["project"]


@pytest.fixture(scope="module")
def requirements(project: dict[str, Any]) -> dict[str, SpecifierSet]:
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    parsed = [Requirement(line) for line in (*project["dependencies"], *extras)]
    return {requirement.name: requirement.specifier for requirement in parsed}


def floor(specifiers: SpecifierSet) -> Version:
    return max(Version(s.version) for s in specifiers if s.operator in (">=", "==", "~="))


@pytest.mark.parametrize("name", FLOORS)
def test_no_version_with_a_known_hole_is_allowed(name: str, requirements: dict[str, SpecifierSet]) -> None:
    assert floor(requirements[name]) >= Version(FLOORS[name])


@pytest.mark.parametrize("name", FLOORS)
def test_no_version_with_a_known_hole_is_installed(name: str) -> None:
    assert Version(version(name)) >= Version(FLOORS[name])


@pytest.mark.parametrize("broken", ["7.0.0", "7.1.0", "6.30.0"])
def test_kernels_that_lose_slider_moves_are_refused(broken: str, requirements: dict[str, SpecifierSet]) -> None:
    assert broken not in requirements["ipykernel"]


def test_every_requirement_has_a_floor(requirements: dict[str, SpecifierSet]) -> None:
    bare = {name for name, specifiers in requirements.items() if name != "rnnlab" and not specifiers}
    assert bare == set()


def test_python_3_11_is_enough(project: dict[str, Any]) -> None:
    assert "3.11.0" in SpecifierSet(project["requires-python"])


def test_the_version_is_said_once(project: dict[str, Any]) -> None:
    import rnnlab

    assert rnnlab.__version__ == project["version"]

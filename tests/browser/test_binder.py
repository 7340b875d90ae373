"""Binder without Binder: the image's own build steps in a fresh environment, then the link that people click.

No container engine is needed. repo2docker prints the Dockerfile it would build; its steps for this repository are run
here, in an environment that sees the packages of the tests' own instead of fetching them.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.harness import ROOT, Watch, jupyter_server
from tests.browser.lab_page import LabPage

URLPATH = "panel-preview/render/rnnlab/app/lab_app.py"


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The committed and uncommitted files of the repository, as Binder would check them out."""
    folder = tmp_path_factory.mktemp("binder") / "repository"
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((ROOT / name).read_bytes())
            (folder / name).chmod((ROOT / name).stat().st_mode)
    return folder


@pytest.fixture(scope="module")
def dockerfile(clone: Path) -> str:
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", str(clone)]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert result.returncode == 0, result.stderr
    return result.stdout + result.stderr


def test_the_image_has_the_python_that_is_tested(dockerfile: str) -> None:
    assert "python=3.11" in dockerfile


def test_the_image_takes_torch_from_the_index_of_cpu_builds(clone: Path) -> None:
    lines = [line for line in (clone / "binder" / "requirements.txt").read_text().splitlines() if line[:1] != "#"]
    assert lines[0] == "--extra-index-url https://download.pytorch.org/whl/cpu"
    assert lines[1].startswith("torch==")
    assert lines[2] == ".[jupyter]"


def steps(dockerfile: str) -> list[str]:
    """What the image runs for this repository, in order: its requirements, then postBuild."""
    runs = re.findall(r"^RUN (.*)$", dockerfile, re.MULTILINE)
    return [run for run in runs if "binder/" in run]


def test_the_image_is_built_in_the_steps_that_are_replayed(dockerfile: str) -> None:
    install, *rest = steps(dockerfile)
    assert re.fullmatch(
        r'\$\{KERNEL_PYTHON_PREFIX\}/bin/pip install --no-cache-dir -r "binder/requirements.txt"', install
    )
    assert rest == ["chmod +x binder/postBuild", "./binder/postBuild"]


def site_packages(python: Path) -> Path:
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    return Path(subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip())


@pytest.fixture(scope="module")
def image(clone: Path, dockerfile: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment in which the image's steps were run. Returns its Python."""
    prefix = tmp_path_factory.mktemp("image")
    venv.create(prefix)
    python = prefix / "bin" / "python"
    visible = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site_packages(python) / "visible.pth").write_text("\n".join(visible))
    pip = prefix / "bin" / "pip"
    pip.write_text(f"#!{python}\nimport sys\nfrom pip._internal.cli.main import main\nsys.exit(main())\n")
    pip.chmod(0o755)
    environment = {
        **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        "KERNEL_PYTHON_PREFIX": str(prefix),
        "PATH": f"{prefix / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PIP_NO_INDEX": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # pip's way to say that isolation is off
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    for step in steps(dockerfile):
        result = subprocess.run(["bash", "-ec", step], cwd=clone, env=environment, capture_output=True, text=True)
        assert result.returncode == 0, f"{step}\n{result.stdout}\n{result.stderr}"
    return python


def test_the_image_installs_the_package_itself(image: Path, clone: Path, tmp_path: Path) -> None:
    code = "import rnnlab; print(rnnlab.__file__)"
    found = subprocess.run([image, "-I", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert str(image.parent.parent) in found


def test_the_link_opens_the_lab(image: Path, clone: Path, new_page: Callable[..., Page], watch: Watch) -> None:
    """As the hub serves it: below a base address of its own."""
    watch.expected.append(r"404.*/panel-preview/favicon\.ico")  # Panel's preview has none
    with jupyter_server(clone, base_url="/user/someone/", python=str(image)) as server:
        page = LabPage.on(new_page(f"{server.address}{URLPATH}"))
        assert page.phase() == "Ready"
        before = page.steady_picture("trial")
        page.drag("Coherences 1", 40)
        page.wait(lambda: page.picture("trial") != before, "the trials to change")
        page.press("Train")
        page.wait_for_phase("Training")
        page.press("Stop")
        page.wait_for_phase("Stopped")
        page.page.context.close()


def test_the_readme_carries_that_link() -> None:
    assert f"urlpath={URLPATH}" in (ROOT / "README.md").read_text()

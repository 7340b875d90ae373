"""The same lab in the other places: JupyterLab, `panel serve`, a page on disk."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.harness import ROOT, Server, environment, free_port, jupyter_server, running, wait_for
from tests.browser.lab_page import COLOURS, LabPage

NewPage = Callable[..., Page]


def stay_in_sight(page: LabPage) -> None:
    """The bar and the trials of a task that is composed, however far the notebook is scrolled."""
    page.press("Task")
    for name in ("Train", "Deal other trials"):
        page.wait(lambda name=name: within_the_window(page, name), f"{name} to be in sight")
    page.press("Training")
    page.figure("learning").wait_for()  # until then the trials in sight are those of the other page


def within_the_window(page: LabPage, name: str) -> bool:
    box, window = page.button(name).bounding_box(), page.page.viewport_size
    return box is not None and window is not None and 0 <= box["y"] < window["height"] - box["height"]


def look_drag_and_train(page: LabPage) -> None:
    """The lab's main job, short."""
    assert page.phase() == "Ready"
    before = page.steady_picture("trial")
    page.drag("Stimulus, shortest", -20)
    page.wait(lambda: page.picture("trial") != before, "the trials to change")
    page.press("Train")
    page.wait_for_phase("Training")
    page.wait(lambda: 20 < page.updates() < 900, "losses to stream in")
    page.press("Pause")
    page.wait_for_phase("Paused")
    page.press("Stop")
    page.wait_for_phase("Stopped")
    page.page.context.close()


# -------------------------------------------------------------------------------------------------- JupyterLab


@pytest.fixture(scope="module")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("jupyter")
    shutil.copy(ROOT / "notebooks" / "00_lab.ipynb", folder)
    with jupyter_server(folder) as server:
        yield server


def run_all_cells(page: Page) -> None:
    page.locator(".jp-Notebook").wait_for()
    page.get_by_text("| Idle").first.wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()


def test_the_notebook_shows_the_lab_live(jupyter: Server, new_page: NewPage) -> None:
    page = new_page(f"{jupyter.address}lab/tree/00_lab.ipynb?reset")
    run_all_cells(page)
    lab = LabPage.on(page)
    stay_in_sight(lab)
    look_drag_and_train(lab)
    kernels = [p for p in jupyter.processes() if "ipykernel_launcher" in " ".join(p.cmdline())]
    assert kernels
    assert not [region.path for kernel in kernels for region in kernel.memory_maps() if "libtorch" in region.path]


def test_restarting_the_kernel_leaves_no_training(jupyter: Server, new_page: NewPage) -> None:
    page = new_page(f"{jupyter.address}lab/tree/00_lab.ipynb?reset")
    run_all_cells(page)
    lab = LabPage.on(page)
    lab.press("Train")
    lab.wait_for_phase("Training")
    workers = jupyter.workers()
    assert workers
    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.get_by_text("Restart Kernel…", exact=True).click()
    page.locator(".jp-Dialog button.jp-mod-accept").click()
    lab.wait(lambda: not [worker for worker in workers if worker.is_running()], "the training to end")


# ------------------------------------------------------------------------------------------------- panel serve


def test_panel_serves_the_app_file(log: Path, new_page: NewPage) -> None:
    port = free_port()
    command = [sys.executable, "-m", "panel", "serve", "rnnlab/app/lab_app.py", "--port", str(port)]
    with running(command, log, r"(http://\S+)", cwd=ROOT) as server:
        look_drag_and_train(LabPage.on(new_page(server.address)))


# ----------------------------------------------------------------------------------------------- a page on disk


def test_an_exported_run_opens_from_disk(tmp_path: Path, example_run: Path, new_page: NewPage) -> None:
    file = tmp_path / "run.html"
    command = [sys.executable, "-m", "rnnlab.app.cli", "export", str(example_run), "--html", str(file)]
    subprocess.run(command, env=environment(), check=True, capture_output=True, timeout=300)
    page = new_page(file.as_uri())
    names = [figure.get_attribute("id") for figure in page.locator("section .figure").all()]
    views = {"trial", "learning", "psychometric", "activity", "weights", "fixed_points", "state_space", "film"}
    assert views == set(names)
    for name in names:
        figure = page.locator(f"#{name}")
        wait_for(lambda figure=figure: figure.evaluate(COLOURS) > 3, f"{name} to be drawn", page=page)

#!/usr/bin/env python
"""Pictures of the lab as a person meets it, for looking at (and lab.png for the README), in docs/pictures/.

Every view, the task's workspace and the gallery at 1440 and 1024 px, light and dark; then a slider moved, a training
under way, and finished.

    PYTHONPATH=. python scripts/screenshots.py [--only lab.png]
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.harness import Watch, lab_server, launch
from tests.browser.lab_page import LabPage

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
WIDTHS = (1440, 1024)
THEMES = ("light", "dark")


@contextmanager
def opened(browser: Browser, address: str, width: int, theme: str = "light") -> Iterator[LabPage]:
    context = browser.new_context(viewport={"width": width, "height": 1000})
    page = context.new_page()
    watch = Watch().on(page)
    page.goto(address)
    lab = LabPage.on(page)
    if theme == "dark":
        lab.press("Dark")
        lab.button("Light").wait_for()
    yield lab
    context.close()
    watch.check()


def keep(lab: LabPage, name: str, *, whole: bool = True) -> None:
    """A picture once nothing moves any more."""
    lab.page.evaluate("scrollTo(0, 0)")
    lab.page.mouse.move(0, 0)
    lab.page.wait_for_timeout(700)
    lab.page.screenshot(path=PICTURES / f"{name}.png", full_page=whole)
    print(f"docs/pictures/{name}.png")


def views(browser: Browser, address: str) -> None:
    for width in WIDTHS:
        for theme in THEMES:
            with opened(browser, address, width, theme) as lab:
                for tab in lab.tabs():
                    lab.open_tab(tab)
                    if tab == "Fixed points":
                        lab.wait(lambda lab=lab: lab.says("under the constant input"), "fixed points")
                    keep(lab, f"{tab.lower().replace(' ', '-')}-{width}-{theme}")


def task(browser: Browser, address: str) -> None:
    """The workspace of the task, and the gallery."""
    for width in WIDTHS:
        for theme in THEMES:
            with opened(browser, address, width, theme) as lab:
                lab.press("Task")
                lab.wait(lambda lab=lab: lab.drawn("trial"), "the trials")
                keep(lab, f"task-{width}-{theme}")
                lab.press("Gallery of tasks")
                lab.wait(lambda lab=lab: lab.within.locator(".card svg").count() > 50, "the thumbnails")
                keep(lab, f"gallery-{width}-{theme}")


def course(browser: Browser, address: str) -> None:
    """A sitting: a slider moved, a wish refused, a training begun, and its end."""
    with opened(browser, address, 1440) as lab:
        lab.drag("Stimulus, shortest", -20)
        lab.drag("Coherences 4", -40)
        keep(lab, "moved-1440-light")
        lab.set_to_lowest("Whole trial")
        keep(lab, "refused-1440-light")
    with opened(browser, address, 1440) as lab:
        lab.open_tab("Weights")
        lab.press("Train")
        lab.wait_for_phase("Training", 60)
        lab.wait(lambda: 100 < lab.updates() < 1000, "a hundred updates", 120)
        keep(lab, "training-1440-light")
        lab.wait_for_phase("Finished", 300)
        lab.open_tab("Fixed points")
        lab.wait(lambda: lab.says("under the constant input"), "fixed points")
        keep(lab, "finished-1440-light")


def for_readme(browser: Browser, address: str) -> None:
    with opened(browser, address, 1440) as lab:
        lab.open_tab("Fixed points")
        lab.wait(lambda: lab.says("under the constant input"), "fixed points")
        keep(lab, "lab")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=["lab.png"], help="the README's picture alone")
    only = parser.parse_args().only
    with (
        tempfile.TemporaryDirectory() as folder,
        lab_server(Path(folder) / "log", cwd=folder) as server,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        for take in (for_readme,) if only else (for_readme, views, task, course):
            take(browser, server.address)
        browser.close()


if __name__ == "__main__":
    main()

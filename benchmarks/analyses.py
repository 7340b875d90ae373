"""What a page takes whose reader opens one analysis after the other, in a real browser.

    PYTHONPATH=. python benchmarks/analyses.py [ROUNDS]

Opens every analysis of the lab in turn, ROUNDS times (2 if not given), waits for each answer to be drawn, and collects
garbage before it counts: the heap and the DOM nodes of the page, the models of its document, and the resident memory of
the page's process and of the server.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import psutil
from playwright.sync_api import CDPSession, sync_playwright

from rnnlab.views.dissection import ASKED
from tests.browser.harness import Server, lab_server, launch
from tests.browser.lab_page import LabPage

COUNT = "() => [...Bokeh.documents[0]._all_models.values()].length"
PLOTS = "() => [...Bokeh.documents[0]._all_models.values()].filter((model) => model.type === 'Figure').length"


def open_analysis(page: LabPage, title: str) -> float:
    """Choose an analysis; seconds until its answer, or why there is none, can be seen."""
    begun = time.perf_counter()
    button = page.within.get_by_role("button", name=title, exact=True)
    button.click()
    page.wait(lambda: button.get_attribute("aria-pressed") == "true", f"{title} to be chosen")
    alert = page.within.get_by_role("alert").locator("visible=true")
    page.wait(lambda: page.figure(title).count() or alert.count(), f"the answer of {title}", 120)
    return time.perf_counter() - begun


def renderer() -> psutil.Process:
    """The process of the page: the largest of Chromium's that draw."""
    found = [
        each for each in psutil.Process().children(recursive=True) if "--type=renderer" in " ".join(each.cmdline())
    ]
    return max(found, key=lambda each: each.memory_info().rss)


def sizes(page: LabPage, cdp: CDPSession, server: Server) -> str:
    """What the page and the server hold now."""
    page.page.wait_for_timeout(1000)
    for _ in range(3):
        cdp.send("HeapProfiler.collectGarbage")
        page.page.wait_for_timeout(200)
    counted = {each["name"]: each["value"] for each in cdp.send("Performance.getMetrics")["metrics"]}
    heap, nodes = counted["JSHeapUsedSize"] / 1e6, counted["Nodes"]
    resident = [each.memory_info().rss / 1e6 for each in (renderer(), psutil.Process(server.pid))]
    models, plots = page.page.evaluate(COUNT), page.page.evaluate(PLOTS)
    return (
        f"heap {heap:4.0f} MB, {nodes:6.0f} nodes, {models:6.0f} models, {plots:3.0f} plots; "
        f"resident: page {resident[0]:4.0f} MB, server {resident[1]:4.0f} MB"
    )


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    with (
        tempfile.TemporaryDirectory() as folder,
        lab_server(Path(folder) / "log", cwd=folder) as server,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        tab = browser.new_context(viewport={"width": 1440, "height": 1000}).new_page()
        tab.goto(server.address)
        page, cdp = LabPage.on(tab), tab.context.new_cdp_session(tab)
        cdp.send("Performance.enable")
        page.press("Dissection")
        page.wait(lambda: page.figure("Psychometric curve").count(), "the first answer")
        print(f"{'one analysis':24s} {sizes(page, cdp, server)}", flush=True)
        for turn in range(rounds):
            took = [open_analysis(page, each.title) for each in ASKED.values()]
            said = f"round {turn + 1}, {len(took)} analyses"
            print(f"{said:24s} {sizes(page, cdp, server)}; {sum(took):.0f} s in all", flush=True)
        browser.close()


if __name__ == "__main__":
    main()

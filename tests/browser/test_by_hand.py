"""State space and the running network by hand, in a browser: a place clicked, activity released, steps and silence."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.harness import Server
from tests.browser.lab_page import LabPage
from tests.browser.test_accessibility import findings

NewPage = Callable[..., Page]
SPACE = "Fixed points and trajectories in principal-component space"
GOING = "Rates, inputs and outputs of the network as it runs"

STABLE = """() => {
  const all = Bokeh.documents.flatMap(d => [...d._all_models.values()])
  const data = all.findLast(m => m.type === 'ColumnDataSource' && m.name === 'stable').data
  const plot = all.find(m => m.type === 'Figure' && m.renderers.some(r => r.data_source?.name === 'manifolds'))
  const view = Bokeh.index.find_one(plot)
  const box = view.el.getBoundingClientRect(), frame = view.frame
  return [box.x + frame.x_scale.compute(data.x[0]), box.y + frame.y_scale.compute(data.y[0])]
}"""
"""Where on the page a stable point is."""


def test_a_point_is_opened_and_activity_released_from_a_place(lab: Server, new_page: NewPage) -> None:
    page = LabPage.on(new_page(lab.address))
    page.open_tab("Fixed points")
    page.wait(lambda: page.says("Nothing says that one is missing."), "the points", 120)
    page.figure(SPACE).scroll_into_view_if_needed()
    page.page.mouse.click(*page.page.evaluate(STABLE))
    page.wait(lambda: page.says("stable: no direction grows"), "the point to be opened")
    page.wait(lambda: page.figure("Eigenvalues of the Jacobian at the point").count(), "its eigenvalues")
    box = page.figure(SPACE).bounding_box()
    assert box is not None
    page.page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 0.75 * box["height"])
    page.wait(lambda: page.says("rl.analysis.lifted("), "the place in the script")
    assert findings(page.page) == []
    page.press("Clear what was released")
    page.wait(lambda: not page.says("rl.analysis.lifted("), "the script to go")


def test_the_network_runs_by_hand(lab: Server, new_page: NewPage) -> None:
    page = LabPage.on(new_page(lab.address))
    page.open_tab("Live")
    page.press("Play")
    page.wait(lambda: page.drawn(GOING), "the rates to be drawn")
    page.handle("evidence 0").focus()
    page.page.keyboard.press("End")
    marked = page.within.get_by_label("Marked units", exact=True).locator("visible=true")
    marked.fill("3, 7-9")
    marked.press("Enter")
    page.wait(lambda: page.button("Silence marked units").is_enabled(), "units to be marked")
    page.press("Silence marked units")
    page.wait(lambda: page.says("Silenced: 3, 7-9."), "them to be silenced")
    page.press("Pause")
    page.wait(lambda: page.says("rl.simulation.Lesion(units=(3, 7, 8, 9))"), "the script")
    assert findings(page.page) == []

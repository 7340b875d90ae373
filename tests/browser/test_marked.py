"""What is marked, in a browser: a click and a box in one view, a condition chosen by name, all views, and the end."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.harness import Server
from tests.browser.lab_page import LabPage
from tests.browser.test_accessibility import findings

NewPage = Callable[..., Page]
HEAT = "Rates of all units over one trial, and of one unit"
MATRIX = "Weight matrices and eigenvalues"


def test_units_and_a_condition_are_marked_in_every_view(lab: Server, new_page: NewPage) -> None:
    page = LabPage.on(new_page(lab.address))
    mouse = page.page.mouse
    heat = page.figure(HEAT)
    page.wait(lambda: page.drawn(HEAT), "the heat map")
    heat.scroll_into_view_if_needed()
    box = heat.bounding_box()
    assert box is not None
    mouse.click(box["x"] + box["width"] / 3, box["y"] + 90)
    page.wait(lambda: page.says("Marked in every view: unit "), "a unit to be marked")
    marked = page.within.get_by_label("Marked units", exact=True).locator("visible=true")
    first = marked.input_value()

    page.open_tab("Weights")
    page.wait(lambda: page.figure(MATRIX).count() and page.drawn(MATRIX), "the matrix")
    box = page.figure(MATRIX).bounding_box()
    assert box is not None
    x, y = box["x"] + 0.25 * box["width"], box["y"] + 0.4 * box["height"]
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 40, y + 40, steps=4)
    mouse.up()
    page.wait(lambda: marked.input_value() not in ("", first), "the box to mark units")

    plain = page.steady_picture("trial")
    condition = page.within.get_by_label("Condition", exact=True).locator("visible=true")
    condition.select_option(index=1)
    page.wait(lambda: page.says("example trials)"), "the condition to be marked")
    page.wait(lambda: page.picture("trial") != plain, "the trials to follow")

    page.press("Dissection")
    page.wait(lambda: page.says("example trials)"), "the same words on the other page", 60)
    clear = page.within.get_by_role("button", name="Clear marks", exact=True).locator("visible=true")
    assert findings(page.page) == []
    clear.focus()
    page.page.keyboard.press("Enter")
    page.wait(lambda: page.says("Nothing is marked."), "nothing to be marked")


def test_clicks_in_haste_and_at_leisure_all_mark(lab: Server, new_page: NewPage) -> None:
    page = LabPage.on(new_page(lab.address))
    page.wait(lambda: page.drawn(HEAT), "the heat map")
    page.figure(HEAT).scroll_into_view_if_needed()
    box = page.figure(HEAT).bounding_box()
    assert box is not None
    mouse, x, y = page.page.mouse, box["x"] + box["width"] / 3, box["y"] + 60
    marked = page.within.get_by_label("Marked units", exact=True).locator("visible=true")

    def count() -> int:
        return len(marked.input_value().split(", ")) if marked.input_value() else 0

    page.page.keyboard.down("Shift")
    for i in range(4):  # each within the time in which Bokeh hears a double click
        mouse.click(x, y + 30 * i)
    page.page.keyboard.up("Shift")
    page.wait(lambda: count() == 4, "four units to be marked")
    mouse.dblclick(x, y + 15)
    page.wait(lambda: count() == 1, "a double click to mark one unit, as one click does")
    first = marked.input_value()
    mouse.move(x, y + 75)
    mouse.down()
    page.page.wait_for_timeout(500)
    mouse.up()
    page.wait(lambda: count() == 1 and marked.input_value() != first, "a slow click to mark another")

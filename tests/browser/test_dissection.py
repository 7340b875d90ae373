"""The page of analyses in a browser: chosen, compared with a control, cancelled, and read by a screen reader."""

from __future__ import annotations

from collections.abc import Callable

import psutil
import pytest
from playwright.sync_api import CDPSession, Page

from tests.browser.harness import Server
from tests.browser.lab_page import LabPage
from tests.browser.test_accessibility import findings

NewPage = Callable[..., Page]


def opened(page: Page) -> LabPage:
    lab = LabPage.on(page)
    lab.press("Dissection")
    lab.wait(
        lambda: lab.figure("Psychometric curve").count() and lab.drawn("Psychometric curve"), "the first answer", 60
    )
    return lab


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_analysis_is_chosen_and_compared_with_a_control(theme: str, lab: Server, new_page: NewPage) -> None:
    page = opened(new_page(lab.address))
    if theme == "dark":
        page.press("Dark")
        page.button("Light").wait_for()
    page.press("Tuning and selectivity")
    page.wait(lambda: page.figure("Tuning and selectivity").count(), "the figure", 60)
    page.within.get_by_label("shuffled labels").locator("visible=true").check()
    page.wait(lambda: page.figure("Tuning and selectivity, shuffled labels").count(), "the control", 60)
    page.wait(lambda: page.drawn("Tuning and selectivity, shuffled labels"), "the control to be drawn", 60)
    assert page.says("rl.analysis.TuningQuestion()")
    assert findings(page.page) == []


def test_a_long_answer_says_how_far_it_is_and_is_cancelled(lab: Server, new_page: NewPage) -> None:
    page = opened(new_page(lab.address))
    page.press("Lesions")
    page.wait(lambda: page.says("LesionsQuestion("), "the lesions to be asked of, and their settings to be there", 60)
    page.wait(lambda: page.figure("Lesions").count() and page.drawn("Lesions"), "the answer of the beginning", 60)
    trials = page.within.get_by_label("Trials", exact=True).locator("visible=true").first
    trials.fill("8192")
    trials.press("Enter")
    page.wait(lambda: page.says("n_trials=8192"), "so many trials to be asked for, and not those of the beginning", 60)
    cancel = page.within.get_by_role("button", name="Cancel", exact=True)
    cancel.wait_for(timeout=60_000)
    page.within.get_by_role("progressbar").wait_for()
    cancel.click()
    page.button("Ask again").wait_for()
    assert not cancel.is_visible()


def test_a_press_is_seen_before_the_server_answers(lab: Server, new_page: NewPage) -> None:
    page = opened(new_page(lab.address))
    line = "button => getComputedStyle(button).boxShadow"
    pressed = page.button("Degrees")
    assert pressed.evaluate(line) == "none"
    server = psutil.Process(lab.pid)
    server.suspend()
    try:
        pressed.click()
        assert pressed.evaluate(line) != "none"
        assert pressed.get_attribute("aria-pressed") != "true"
    finally:
        server.resume()
    page.wait(lambda: pressed.get_attribute("aria-pressed") == "true", "the analysis to be chosen")
    assert pressed.evaluate("button => button.getAnimations().length") == 0


LIVING = "[...Bokeh.documents[0]._all_models.values()].filter((model) => model.type === 'Figure').length"
QUICK = ("Spectrum", "Degrees", "Populations", "Low-rank part")


def test_a_page_lets_go_of_analyses_that_were_put_away(lab: Server, new_page: NewPage) -> None:
    page = opened(new_page(lab.address))
    cdp = page.page.context.new_cdp_session(page.page)
    counts = []
    for title in (*QUICK, *QUICK, *QUICK):
        page.press(title)
        page.wait(lambda title=title: page.figure(title).count(), f"the figure of {title}")
        if title == QUICK[-1]:
            page.page.wait_for_timeout(1500)  # the page sweeps a second after something was taken off it
            counts.append((page.page.evaluate(LIVING), views(cdp)))
    assert counts[1] == counts[2], "as many plots after each round"
    before, after = counts[1]
    assert after <= before, "no view lives without its plot in the document"


def views(cdp: CDPSession) -> int:
    """How many views of plots the browser holds in its memory, once its garbage was collected."""
    cdp.send("HeapProfiler.collectGarbage")
    kind = cdp.send("Runtime.evaluate", {"expression": "Bokeh.Models.Figure.prototype.default_view.prototype"})
    found = cdp.send("Runtime.queryObjects", {"prototypeObjectId": kind["result"]["objectId"]})
    count = {"objectId": found["objects"]["objectId"], "functionDeclaration": "function () { return this.length }"}
    number = int(cdp.send("Runtime.callFunctionOn", {**count, "returnByValue": True})["result"]["value"])
    cdp.send("Runtime.releaseObject", {"objectId": found["objects"]["objectId"]})  # which holds all that it counts
    return number


FIND = "(name) => [...Bokeh.documents[0]._all_models.values()].find((model) => model.name === name)"


def test_space_turns_a_film_plays_and_a_dragged_window_moves_the_curve(lab: Server, new_page: NewPage) -> None:
    page = opened(new_page(lab.address))
    page.press("State space")
    page.wait(lambda: page.figure("State space").count() and page.drawn("State space"), "the space", 60)
    azimuth = f"({FIND})('camera').data.azimuth[0]"
    before = page.page.evaluate(azimuth)
    page.button("Turn left").press("Enter")
    page.wait(lambda: page.page.evaluate(azimuth) == before + 15, "the space to turn")
    assert findings(page.page) == []

    page.press("Film of the training")
    page.within.get_by_text("After 1000 updates").locator("visible=true").wait_for()
    page.within.get_by_role("slider", name="After 1000 updates").locator("visible=true").press("Home")
    page.within.get_by_text("After 0 updates").locator("visible=true").wait_for()

    page.press("Silenced for a while")
    page.wait(lambda: page.says("rl.analysis.PerturbationQuestion("), "the question", 60)
    page.wait(lambda: page.page.evaluate(f"({FIND})('window') !== undefined"), "the window", 60)
    frame = page.page.evaluate(f"""() => {{
        const box = ({FIND})('window');
        const plot = [...Bokeh.documents[0]._all_models.values()].find((model) => model.center?.includes(box));
        const view = Bokeh.index.find_one(plot);
        view.el.scrollIntoView();
        const {{left, top}} = view.el.getBoundingClientRect();
        const scale = (ms) => left + view.frame.x_scale.compute(ms);
        return {{from: scale((box.left + box.right) / 2), to: scale((box.left + box.right) / 2 + 200), y: top + 120}};
    }}""")
    page.page.mouse.move(frame["from"], frame["y"])
    page.page.mouse.down()
    page.page.mouse.move(frame["to"], frame["y"], steps=5)
    page.page.mouse.up()
    page.wait(lambda: page.says("start=200.0, stop=700.0"), "the script to follow the window", 60)

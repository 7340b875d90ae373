"""The served lab, driven as a person would: look, drag, train, look inside."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page

import rnnlab as rl
from tests.browser.harness import Server, Watch, lab_server, libraries_of, running, survivors, wait_for
from tests.browser.lab_page import LabPage

NewPage = Callable[..., Page]


@pytest.fixture
def same_lab(lab: Server, same_page: Callable[[str, Callable[[Page], LabPage]], LabPage]) -> LabPage:
    """A lab that others may have used: with other numbers, but in the light and on its first page."""
    return same_page(lab.address, LabPage.on)


@pytest.fixture
def open_lab(lab: Server, new_page: NewPage) -> Callable[..., LabPage]:
    return lambda **options: LabPage.on(new_page(lab.address, **options))


def test_the_page_is_alive_before_anything_is_pressed(lab: Server, open_lab: Callable[..., LabPage]) -> None:
    page = open_lab()
    assert page.phase() == "Ready"
    assert page.updates() > 0
    assert float(page.number("correct").split()[0]) > 95
    for figure in ("trial", "learning"):
        assert page.drawn(figure)
    assert not [name for name in libraries_of(lab) if "torch" in name]


def test_every_view_opens_and_shows_something(open_lab: Callable[..., LabPage]) -> None:
    page = open_lab()
    for title in ("Weights", "Fixed points", "Activity"):
        page.open_tab(title)
        figures = page.within.get_by_role("img").all()
        names = {name for figure in figures if figure.is_visible() and (name := figure.get_attribute("aria-label"))}
        assert len(names) >= 3, (title, names)
        for name in names:
            page.wait(lambda name=name: page.drawn(name), f"{name} to be drawn")
    page.open_tab("Fixed points")
    page.wait(lambda: page.says(re.compile(r"\d+ fixed points? \(")), "fixed points to be found")
    page.open_tab("The script")
    page.wait(lambda: page.says("import rnnlab as rl"), "the script")


@pytest.mark.parametrize(
    ("slider", "pixels"),
    [("Stimulus, shortest", -20), ("Fixation, longest", -40), ("Coherences 1", 60), ("Input noise", 60)],
)
def test_the_trials_follow_a_slider(slider: str, pixels: int, same_lab: LabPage) -> None:
    page = same_lab
    before = page.steady_picture("trial")
    value = page.handle(slider).get_attribute("aria-valuenow")
    page.drag(slider, pixels)
    page.wait(lambda: page.handle(slider).get_attribute("aria-valuenow") != value, f"{slider} to move")
    page.wait(lambda: page.picture("trial") != before, "the trials to change")


def test_a_workspace_begins_at_its_head(same_lab: LabPage) -> None:
    page = same_lab
    page.page.evaluate("scrollTo(0, 400)")
    page.wait(lambda: page.page.evaluate("scrollY") > 100, "the page to be scrolled")
    page.press("Network")
    page.wait(lambda: page.page.evaluate("scrollY") == 0, "the head of the page")
    page.press("Training")
    page.wait(lambda: page.figure("learning").count(), "the first page again")


def test_the_script_follows_a_slider(open_lab: Callable[..., LabPage]) -> None:
    page = open_lab()
    page.drag("Input noise", 60)
    page.open_tab("The script")
    page.wait(lambda: page.says(re.compile(r"noise=0\.\d+")), "the noise to be in the script")


def test_another_task_shows_its_trials_and_settings(open_lab: Callable[..., LabPage]) -> None:
    page = open_lab()
    before = page.steady_picture("trial")
    page.choose("Task", rl.tasks.TASKS["flip_flop"].title)
    page.wait(lambda: page.picture("trial") != before, "the trials of the flip-flop")
    page.wait(lambda: page.handle("Bits").count(), "its settings")
    page.wait(lambda: not page.handle("Fixation, shortest").count(), "the other task's settings to go")


def test_a_training_streams_and_is_held_stopped_and_begun_afresh(open_lab: Callable[..., LabPage]) -> None:
    page = open_lab()
    page.press("Train")
    page.wait_for_phase("Training")
    page.wait_for_updates(25)
    learning, activity = page.picture("learning"), page.picture("trial")
    page.wait(lambda: page.picture("learning") != learning, "the loss to move")
    page.wait(lambda: page.picture("trial") != activity, "the network's outputs to follow")
    assert page.number("time left") != "–"
    assert int(re.sub(r"\D", "", page.number("trials/s"))) > 0

    page.press("Pause")
    page.wait_for_phase("Paused")
    held = page.updates()
    page.page.wait_for_timeout(600)
    assert page.updates() == held

    page.press("Resume")
    page.wait_for_phase("Training")
    page.wait_for_updates(held)

    page.press("Stop")
    page.wait_for_phase("Stopped")
    stopped = page.updates()
    assert stopped > held

    page.press("Resume")
    page.wait_for_updates(stopped)
    page.press("Start afresh")
    page.wait(lambda: page.phase() == "Training" and page.updates() < stopped, "the count to begin again")
    page.press("Stop")
    page.wait_for_phase("Stopped")


def test_a_training_comes_to_its_end(open_lab: Callable[..., LabPage]) -> None:
    page = open_lab()
    page.set_to_lowest("Updates")
    page.press("Train")
    page.wait_for_phase("Finished")
    assert page.updates() == 50
    assert page.says(re.compile(r"Finished after 50 updates at \d+"))


def test_a_wish_that_cannot_be_is_answered_beside_its_control(open_lab: Callable[..., LabPage]) -> None:
    page = open_lab()
    page.drag("Whole trial", -60)
    problem = page.within.get_by_role("alert").filter(has_text="may leave nothing to judge").first
    problem.wait_for()
    gap = problem.bounding_box()["y"] - page.handle("Whole trial").bounding_box()["y"]
    assert 0 < gap < 60
    before = page.steady_picture("trial")
    page.set_to_lowest("Whole trial")
    page.page.wait_for_timeout(500)
    assert page.steady_picture("trial") == before, "what can be shown stays"
    page.set_to_highest("Whole trial")
    page.wait(lambda: not problem.is_visible(), "the complaint to go")
    page.wait(lambda: page.picture("trial") != before, "the lab to go on")


def test_dark_and_light(same_lab: LabPage) -> None:
    page = same_lab
    for other in ("Dark", "Light"):  # the very first painting has the ends of lines a shade darker than any later one
        page.button(other).wait_for()
        page.press(other)
    sheets = {}
    for name, other in (("light", "Dark"), ("dark", "Light")):
        page.button(other).wait_for()
        sheets[name] = page.steady_picture("trial")
        page.press(other)
    page.button("Dark").wait_for()
    assert sheets["light"] != sheets["dark"]
    page.wait(lambda: page.picture("trial") == sheets["light"], "the light sheet as it was")


def test_two_people_do_not_see_each_other(open_lab: Callable[..., LabPage]) -> None:
    one, other = open_lab(), open_lab()
    before = other.steady_picture("trial")
    one.drag("Input noise", 60)
    one.page.wait_for_timeout(500)
    assert other.steady_picture("trial") == before


def test_a_dropped_connection_does_not_end_a_training(log: Path, new_page: NewPage, watch: Watch) -> None:
    watch.expected += ["WebSocket", "websocket"]
    with lab_server(log) as server:
        page = LabPage.on(new_page(server.address, before=KEEP_SOCKETS))
        page.press("Train")
        page.wait_for_phase("Training")
        (worker,) = server.workers()
        before = page.updates()
        page.page.evaluate("() => sockets.forEach(socket => socket.close())")
        page.wait_for_updates(before + 20)
        assert page.page.evaluate("() => sockets.length") > 1
        assert [worker] == server.workers()
        page.press("Stop")
        page.wait_for_phase("Stopped")
        page.page.context.close()


def test_whoever_merely_fetches_the_address_starts_no_process(log: Path) -> None:
    with lab_server(log) as server:
        for _ in range(3):
            assert urlopen(server.address).status == 200
        deadline = time.monotonic() + 4
        while time.monotonic() < deadline:
            assert not server.workers()
            time.sleep(0.2)


KEEP_SOCKETS = """
window.sockets = []
window.WebSocket = class extends WebSocket { constructor(...a) { super(...a); sockets.push(this) } }
"""


SOON = """
from rnnlab.app import serve
serve.DROP_MS = 2000
serve.serve(port=0, browser=False, started=lambda line: print(line, flush=True))
"""
"""A server that waits two seconds, not a minute, before it takes a closed page as gone for good."""


def test_a_tab_closed_for_good_leaves_no_training(log: Path, new_page: NewPage) -> None:
    with running([sys.executable, "-c", SOON], log, r"(http://\S+)") as server:
        page = LabPage.on(new_page(server.address))
        page.press("Train")
        page.wait_for_phase("Training")
        workers = server.workers()
        assert workers
        page.page.context.close()
        wait_for(lambda: not survivors(workers), "the training to end")


def test_stopping_the_server_leaves_no_process(log: Path, new_page: NewPage) -> None:
    """What `running` asserts of every server when it stops, here with a training under way."""
    with lab_server(log) as server:
        page = LabPage.on(new_page(server.address))
        page.press("Train")
        page.wait_for_phase("Training")
        assert server.workers()
        page.page.context.close()


def test_a_zoom_stays_while_a_network_trains_and_lines_stay_in_their_frame(open_lab: Callable[..., LabPage]) -> None:
    page = open_lab()
    page.press("Start afresh" if page.button("Start afresh").is_enabled() else "Train")
    page.wait_for_phase("Training")
    page.wait_for_updates(40)
    box = page.figure("learning").bounding_box()
    assert box is not None
    x, y = box["x"] + 0.55 * box["width"], box["y"] + 0.25 * box["height"]
    page.page.mouse.move(x, y)
    page.page.mouse.down()
    page.page.mouse.move(x + 0.2 * box["width"], y + 5, steps=5)
    page.page.mouse.up()
    zoomed = page.page.evaluate(LOSS)
    assert 0 < zoomed["start"] < zoomed["end"], "the box was zoomed to"
    seen = page.updates()
    page.wait_for_updates(seen + 20)
    after = page.page.evaluate(LOSS)
    assert (after["start"], after["end"]) == (zoomed["start"], zoomed["end"])
    assert after["inside"] > 0 and after["outside"] == 0, after
    page.press("Stop")


LOSS = """() => {
  const views = []
  const visit = (view) => { views.push(view); for (const child of view.child_views ?? []) visit(child) }
  for (const root of Bokeh.index.roots ?? Object.values(Bokeh.index)) visit(root)
  const view = views.find(each => each.canvas_view && each.model.y_scale?.type === 'LogScale')
  const {canvas, pixel_ratio} = view.canvas_view.overlays, frame = view.frame.bbox
  const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data
  const found = {inside: 0, outside: 0, start: view.model.x_range.start, end: view.model.x_range.end}
  for (let y = 0; y < canvas.height; y++) for (let x = 0; x < canvas.width; x++) {
    if (!pixels[4 * (y * canvas.width + x) + 3]) continue
    const across = x / pixel_ratio
    found[across < frame.left - 1 || across > frame.right + 1 ? 'outside' : 'inside'] += 1
  }
  return found
}"""
"""The range of the loss's updates, and how many pixels are drawn on its upper canvas, beside its frame and inside."""


SAMPLES = """() => {
  const models = [...Bokeh.documents[0]._all_models.values()]
  const line = models.find((model) => model.type === 'GlyphRenderer' && model.data_source.name === 'training')
  const plot = models.find((model) => model.renderers?.includes?.(line))
  const view = Bokeh.index.find_one(plot).views.find_one(plot.above.find((each) => each.type === 'Legend'))
  const {x, y} = line.data_source.data
  line.data_source.data = {x: [...x, x[x.length - 1] + 1], y: [...y, y[y.length - 1]]}
  const painted = ({el}) => el.getContext('2d').getImageData(0, 0, el.width, el.height).data.some((value) => value > 0)
  return view.entries.map(({glyph}) => painted(glyph))
}"""


def test_a_legend_keeps_its_samples_when_its_lines_grow(lab: Server, new_page: NewPage) -> None:
    page = LabPage.on(new_page(lab.address))
    painted = page.page.evaluate(SAMPLES)
    assert len(painted) >= 2 and all(painted)


PAINTED_AGAIN = """() => {
  const models = [...Bokeh.documents[0]._all_models.values()]
  const line = models.find((model) => model.type === 'GlyphRenderer' && model.data_source.name === 'training')
  const plot = models.find((model) => model.renderers?.includes?.(line))
  const view = Bokeh.index.find_one(plot).views.find_one(plot.above.find((each) => each.type === 'Legend'))
  const look = () => view.entries.map(({glyph: {canvas}}) => canvas.toDataURL())
  view._paint_glyphs()
  const before = look()
  for (let i = 0; i < 30; i++) view._paint_glyphs()
  return [before, look()]
}"""
"""The samples of a legend, and what they are after it was painted thirty times more."""


def test_a_legend_that_is_painted_again_and_again_stays_as_it_is(lab: Server, new_page: NewPage) -> None:
    page = LabPage.on(new_page(lab.address))
    before, after = page.page.evaluate(PAINTED_AGAIN)
    assert before == after


LEFT_OVER = """() => {
  const models = [...Bokeh.documents[0]._all_models.values()]
  const line = models.find((model) => model.type === 'GlyphRenderer' && model.data_source.name === 'training')
  const plot = models.find((model) => model.renderers?.includes?.(line))
  const layer = Bokeh.index.find_one(plot).canvas_view.overlays, {canvas, ctx} = layer
  ctx.fillRect(0, 0, canvas.width, canvas.height)
  layer.prepare()
  layer.finish()
  return ctx.getImageData(0, 0, canvas.width, canvas.height).data.filter((value) => value > 0).length
}"""
"""Values that are left on a canvas that was filled, and then made ready to be painted."""


def test_nothing_of_what_was_drawn_before_stays_at_the_edge_of_a_figure(lab: Server, new_page: NewPage) -> None:
    page = LabPage.on(new_page(lab.address))
    assert page.page.evaluate(LEFT_OVER) == 0

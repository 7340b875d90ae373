"""The composer as a person uses it: edges dragged and typed, epochs added and moved, cells filled, all taken back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from rnnlab.session.sharing import MAX_TASK
from rnnlab.tasks import Task, edit
from tests.browser.harness import Server
from tests.browser.lab_page import LabPage
from tests.browser.test_accessibility import findings

NewPage = Callable[..., Page]


@dataclass
class ComposerPage(LabPage):
    """A lab whose task is on the board."""

    def edge(self, epoch: str) -> Locator:
        return self.handle(f"End of {epoch}")

    def ends(self, epoch: str) -> float:
        """How long an epoch typically lasts, as its edge says."""
        return float(self.edge(epoch).get_attribute("aria-valuenow") or "nan")

    def card(self, epoch: str) -> Locator:
        name = self.page.locator(".name", has_text=re.compile(f"^{re.escape(epoch)}$"))
        return self.within.locator(".card").filter(has=name)

    def epochs(self) -> list[str]:
        return self.within.locator(".card .name").all_text_contents()

    def cell(self, channel: str, epoch: str) -> Locator:
        return self.within.get_by_role("gridcell", name=re.compile(f"^{channel} during {epoch}:"))

    def duration(self, epoch: str) -> Locator:
        return self.within.get_by_label(f"Duration of {epoch} in ms")

    def task(self) -> Task:
        """The task that stands in the pane of its JSON."""
        return Task.from_json(self.within.get_by_label("The task as JSON").inner_text())

    def python(self) -> str:
        return self.within.get_by_label("The task as Python").inner_text()

    def wait_for_task(self, found: Callable[[Task], object], what: str) -> Task:
        self.wait(lambda: found(self.task()), what)
        return self.task()

    def pull(self, what: Locator, by: int, release: bool = True) -> None:
        """Take something with the mouse and pull it sideways."""
        what.scroll_into_view_if_needed()
        box = what.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] - 12
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + by, y, steps=8)
        if release:
            self.page.mouse.up()


def board(page: Page) -> LabPage:
    lab = ComposerPage.on(page)
    lab.press("Task")
    lab.button("New task").wait_for()
    return lab


@pytest.fixture
def composer(lab: Server, same_page: Callable[[str, Callable[[Page], LabPage]], LabPage]) -> ComposerPage:
    """The board of a new task: fixation, stimulus, response."""
    page = same_page(lab.address, board)
    assert isinstance(page, ComposerPage)
    if page.task() == edit.blank():  # as the test before left it: what comes now must be seen to come
        page.duration("stimulus").fill("510")
        page.page.keyboard.press("Enter")
        page.wait_for_task(lambda task: task != edit.blank(), "another task")
    page.press("New task")
    page.wait(lambda: page.epochs() == ["fixation", "stimulus", "response"], "the new task")
    page.wait_for_task(lambda task: task == edit.blank(), "its JSON")
    page.wait(lambda: page.drawn("trial"), "its trials")
    return page


def milliseconds(task: Task) -> list[Any]:
    return [epoch.duration.to_data()["value"] for epoch in task.epochs]


def test_an_edge_is_dragged_taken_back_and_done_again(composer: ComposerPage) -> None:
    before = composer.steady_picture("trial")
    composer.pull(composer.edge("stimulus"), 90, release=False)
    composer.wait(lambda: composer.picture("trial") != before, "the trials to follow while the edge is held")
    longer = composer.ends("stimulus")
    assert longer > 550
    composer.page.mouse.up()
    composer.wait_for_task(lambda task: milliseconds(task)[1] == longer, "the JSON to follow")
    composer.wait(lambda: f"Constant(value={longer}" in composer.python(), "the Python to follow")
    composer.press("Undo")
    composer.wait_for_task(lambda task: task == edit.blank(), "the whole drag to be taken back")
    composer.wait(lambda: composer.steady_picture("trial") == before, "the trials as they were")
    composer.page.keyboard.press("Control+Shift+Z")
    composer.wait(lambda: composer.ends("stimulus") == longer, "the drag to be done again")


def test_an_edge_follows_the_pointer_beside_catch_trials(composer: ComposerPage) -> None:
    """These are as long as all other epochs together, which keep their room and their proportions."""

    def middle(epoch: str) -> float:
        box = composer.edge(epoch).bounding_box()
        assert box is not None
        return box["x"] + box["width"] / 2

    def wide(epoch: str) -> float:
        box = composer.card(epoch).bounding_box()
        assert box is not None
        return box["width"]

    composer.press("Add catch trials")
    composer.wait(lambda: composer.epochs() == ["fixation", "stimulus", "response", "catch"], "the catch trials")
    composer.wait(lambda: "catch 1" in composer.page.evaluate(HEADS), "one of them among the trials in sight")
    assert wide("stimulus") / wide("fixation") == pytest.approx(500 / 300, rel=0.02)
    assert wide("catch") < wide("response")
    for epoch in ("fixation", "response", "catch"):
        before, lasted = middle(epoch), composer.ends(epoch)
        composer.pull(composer.edge(epoch), 40, release=False)
        composer.wait(lambda epoch=epoch, before=before: abs(middle(epoch) - before - 40) < 4, "the edge to follow")
        composer.wait(lambda epoch=epoch: float(composer.duration(epoch).input_value()) > 0, "its card")
        assert composer.ends(epoch) > lasted
        composer.page.mouse.up()
        composer.wait_for_task(lambda task: (milliseconds(task)[3:] or [0])[0] > 0, "the task to follow")


HEADS = """() => {
  const models = Bokeh.documents.flatMap((each) => [...each._all_models.values()])
  const columns = models.filter((model) => model.type === 'ColumnDataSource').map((source) => source.data)
  return columns.flatMap((data) => [...((data.get ? data.get('text') : data.text) ?? [])]).join(' | ')
}"""
"""What stands over the trials, which are drawn on a canvas."""


def test_a_drag_is_cancelled_with_escape(composer: ComposerPage) -> None:
    composer.pull(composer.edge("stimulus"), -120, release=False)
    composer.wait(lambda: composer.duration("stimulus").input_value() != "500", "the card to follow")
    composer.page.wait_for_timeout(300)
    composer.page.keyboard.press("Escape")
    composer.wait(lambda: composer.ends("stimulus") == 500, "the edge to go back")
    composer.page.mouse.up()
    composer.page.wait_for_timeout(800)
    assert composer.task() == edit.blank()


def test_a_duration_is_typed_and_one_that_cannot_be_is_explained_at_its_card(composer: ComposerPage) -> None:
    composer.duration("stimulus").fill("740")
    composer.page.keyboard.press("Enter")
    changed = composer.wait_for_task(lambda task: milliseconds(task) == [300, 740, 400], "the duration in the JSON")
    picture = composer.steady_picture("trial")
    for typed, said in (("2", "too short"), ("soon", "no number of milliseconds")):
        composer.duration("response").fill(typed)
        composer.page.keyboard.press("Enter")
        problem = composer.within.get_by_role("alert").filter(has_text=said)
        problem.wait_for()
        card, alert = composer.card("response").bounding_box(), problem.bounding_box()
        assert card and alert and 0 <= alert["y"] - (card["y"] + card["height"]) < 30
        assert abs(alert["x"] - card["x"]) < 400
        assert composer.task() == changed and composer.steady_picture("trial") == picture
    composer.duration("response").fill("450")
    composer.page.keyboard.press("Enter")
    composer.wait(lambda: not problem.is_visible(), "the complaint to go")


def test_epochs_are_added_duplicated_moved_and_removed(composer: ComposerPage) -> None:
    composer.card("stimulus").click(position={"x": 60, "y": 60})
    composer.press("Add epoch")
    composer.wait(lambda: composer.epochs() == ["fixation", "stimulus", "epoch", "response"], "the new epoch")
    composer.press("Duplicate")
    composer.wait(lambda: len(composer.epochs()) == 5, "its copy")
    composer.press("Remove")
    composer.wait(lambda: composer.epochs() == ["fixation", "stimulus", "epoch", "response"], "the copy to go")
    composer.pull(composer.card("epoch"), -420)
    composer.wait(lambda: composer.epochs()[:2] != ["fixation", "stimulus"], "the card to be elsewhere")
    composer.page.keyboard.press("Control+z")
    composer.wait(lambda: composer.epochs() == ["fixation", "stimulus", "epoch", "response"], "the card to be back")
    composer.wait_for_task(lambda task: task.epoch_names == ("fixation", "stimulus", "epoch", "response"), "the JSON")


def test_a_cell_is_clicked_and_what_it_says_changes_the_trials(composer: ComposerPage) -> None:
    before = composer.steady_picture("trial")
    composer.page.evaluate(COUNT_LAYOUTS)
    composer.cell("stimulus", "response").click()
    composer.within.get_by_role("heading", name="stimulus during response").wait_for()
    composer.wait(lambda: composer.page.evaluate("layouts"), "the page to be laid out")
    assert composer.page.evaluate("layouts") <= 5, "all that a message changes is laid out together"
    composer.press("Add")
    composer.wait(lambda: composer.cell("stimulus", "response").inner_text() == "1", "the cell to say what is there")
    composer.wait(lambda: composer.picture("trial") != before, "the trials to show it")
    composer.wait_for_task(lambda task: len(task.inputs[1].signals) == 3, "the JSON")
    composer.press("Clear")
    composer.wait_for_task(lambda task: task == edit.blank(), "the cell to be as it was")


COUNT_LAYOUTS = """() => {
  window.layouts = 0
  let now = 0
  const done = () => { window.layouts = Math.max(window.layouts, now); now = 0 }
  for (const view of Bokeh.index.roots) {
    const at_once = view.compute_layout
    view.compute_layout = function () {
      if (now++ === 0) setTimeout(done)
      return at_once.call(this)
    }
  }
}"""
"""Has the page count in ``layouts`` how often it is laid out as a whole for one message, at most."""


def test_a_factor_is_needed_and_says_by_what(composer: ComposerPage) -> None:
    composer.within.get_by_role("button", name=re.compile("^sign")).click()
    composer.press("Remove")
    composer.within.get_by_role("alert").filter(has_text="is needed by input 'stimulus'").wait_for()
    assert composer.task() == edit.blank()


def test_the_board_is_used_with_the_keyboard_alone(composer: ComposerPage) -> None:
    press = composer.page.keyboard.press
    composer.edge("fixation").focus()
    for end in (310, 320, 330):
        press("ArrowRight")
        composer.wait(lambda end=end: composer.ends("fixation") == end, "the edge to move by 10 ms for each key")
    composer.card("fixation").focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "Enter"):
        press(key)
    composer.within.get_by_role("heading", name="stimulus during stimulus").wait_for()
    press("Delete")
    composer.wait(lambda: composer.cell("stimulus", "stimulus").inner_text() == "", "the cell to be empty")
    for key in ("ArrowUp", "ArrowUp"):
        press(key)
    press("Alt+ArrowLeft")
    composer.wait(lambda: composer.epochs() == ["stimulus", "fixation", "response"], "the card to move")
    press("Control+z")
    composer.wait(lambda: composer.epochs() == ["fixation", "stimulus", "response"], "the card to be back")
    press("Control+z")
    composer.wait(lambda: composer.cell("stimulus", "stimulus").inner_text() == "sign", "the signal to be back")


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 768)])
def test_board_form_trials_and_verdict_are_in_sight_together(
    width: int, height: int, lab: Server, new_page: NewPage
) -> None:
    page = ComposerPage.on(new_page(lab.address, viewport={"width": width, "height": height}))
    assert isinstance(page, ComposerPage)
    page.press("Task")
    page.wait(lambda: page.drawn("trial"), "the trials")
    verdict = page.within.get_by_role("button", name=re.compile("^Ready to train"))
    verdict.wait_for()
    board = page.within.get_by_role("grid")
    trials = page.figure("trial").bounding_box()
    assert trials is not None and trials["y"] + trials["height"] <= height + 1
    for what in (board, page.button("Duplicate"), verdict, page.button("Share")):
        box = what.bounding_box()
        assert box is not None and box["y"] >= 0 and box["y"] + box["height"] <= trials["y"], what
    page.choose("Trials", "one of each condition")
    page.wait(lambda: page.says("1–5 of 8"), "the conditions")
    verdict.click()
    page.wait(lambda: (page.figure("trial").bounding_box() or {"y": 999})["y"] < 200, "the page to be scrolled")
    heading = page.within.get_by_role("heading", name="Checks before training").bounding_box()
    trials = page.figure("trial").bounding_box()
    assert heading and trials and trials["y"] + trials["height"] < heading["y"] < height
    page.page.mouse.move(width / 2, height - 40)
    page.page.mouse.wheel(0, 400)
    dock = page.within.locator(".rl-dock")
    page.wait(lambda: (dock.bounding_box() or {"y": 999})["y"] < 60, "the trials to stay at the head of the page")
    left = (dock.bounding_box() or {"x": 0})["x"]
    seen = [page.page.evaluate(IN_FRONT, [left + 1, y]) for y in range(40, 80)]
    assert set(seen) == {"bar", "dock"}, "nothing is seen between the page's bar and the trials"


IN_FRONT = """([x, y]) => {
  let at = document.elementFromPoint(x, y)
  for (let inner; (inner = at.shadowRoot?.elementFromPoint(x, y)) && inner !== at;) at = inner
  for (; at; at = at.parentElement ?? at.getRootNode().host) {
    if (at.classList.contains('rl-dock')) return 'dock'
    const {position, top} = getComputedStyle(at)
    if (position === 'sticky' && top === '0px') return 'bar'
  }
  return 'something else'
}"""
"""Which of the two is in front at a point of the page."""


def test_the_fields_are_explained_without_a_pointer(composer: ComposerPage) -> None:
    composer.card("stimulus").click(position={"x": 60, "y": 60})
    grace = composer.within.locator('[title^="Time at the start of the epoch"]').locator("visible=true").first
    before = grace.bounding_box()
    assert before
    helper = composer.button("? Explain the fields")
    helper.focus()
    composer.page.keyboard.press("Enter")
    composer.button("Hide explanations").wait_for()
    composer.wait(lambda: (grace.bounding_box() or before)["height"] > before["height"] + 10, "room for explanations")
    composer.press("Hide explanations")


def test_the_board_is_used_by_touch(lab: Server, new_page: NewPage) -> None:
    page = ComposerPage.on(new_page(lab.address, has_touch=True))
    assert isinstance(page, ComposerPage)
    page.button("Task").tap()
    page.wait(lambda: page.epochs() == ["fixation", "stimulus", "response"], "the board")
    page.cell("evidence 0", "stimulus").tap()
    page.within.get_by_role("heading", name="evidence 0 during stimulus").wait_for()
    touch_and_pull(page, page.edge("fixation"), 60)
    page.wait(lambda: page.ends("fixation") > 550, "the edge to follow the finger")
    touch_and_pull(page, page.card("response"), -500)
    page.wait(lambda: page.epochs()[-1] != "response", "the card to be elsewhere")


def touch_and_pull(page: ComposerPage, what: Locator, by: int) -> None:
    """Put a finger on something and pull it sideways."""
    box = what.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] - 12
    session = page.page.context.new_cdp_session(page.page)
    spots = [("touchStart", [x]), *(("touchMove", [x + by * i / 8]) for i in range(1, 9)), ("touchEnd", [])]
    for kind, xs in spots:
        touch = {"type": kind, "touchPoints": [{"x": at, "y": y} for at in xs]}
        session.send("Input.dispatchTouchEvent", touch)
    session.detach()


def test_a_task_is_saved_and_opened_as_a_file(composer: ComposerPage, tmp_path: Path) -> None:
    with composer.page.expect_download() as saved:
        composer.press("Save to a file")
    assert saved.value.suggested_filename == "new_task.json"
    file = tmp_path / "mine.json"
    saved.value.save_as(file)
    assert Task.from_json(file.read_text()) == edit.blank()
    composer.duration("stimulus").fill("900")
    composer.page.keyboard.press("Enter")
    composer.wait_for_task(lambda task: milliseconds(task)[1] == 900, "the change")
    chooser = composer.within.get_by_label("A task file")
    chooser.set_input_files(file)
    composer.wait_for_task(lambda task: task == edit.blank(), "the file to be opened")
    file.write_text(json.dumps({"kind": "Task", "name": "<img src=x onerror=alert(1)>"}))
    chooser.set_input_files(file)
    composer.within.get_by_role("alert").filter(has_text="task").first.wait_for()
    assert composer.task() == edit.blank()


def test_a_file_that_is_refused_is_explained_below_the_buttons(composer: ComposerPage, tmp_path: Path) -> None:
    """A file as large as may be reaches the lab, which says what is wrong with it; a larger one is not sent."""
    chooser, file = composer.within.get_by_label("A task file"), tmp_path / "other.json"
    alert = composer.within.get_by_role("alert").locator("visible=true")
    for text, words in (
        ('{"kind": "Experiment"}' + "\n" * (MAX_TASK - 30), "of the kind 'Experiment'"),
        (" " * (MAX_TASK + 1), "other.json is larger than the file of a task may be"),
    ):
        file.write_text(text)
        chooser.set_input_files(file)
        alert.filter(has_text=words).wait_for()
        row = [composer.button(name).bounding_box() for name in ("Add epoch", "Share")]
        assert row[0] and row[1] and row[0]["y"] == row[1]["y"], "the buttons stand in one row"
    composer.press("Share")
    alert.wait_for(state="detached")


def test_a_task_is_shared_by_an_address(composer: ComposerPage, new_page: NewPage) -> None:
    composer.duration("stimulus").fill("900")
    composer.page.keyboard.press("Enter")
    shared = composer.wait_for_task(lambda task: milliseconds(task)[1] == 900, "the change")
    composer.press("Share")
    link = composer.within.get_by_label("Address of this task")
    link.wait_for()
    other = ComposerPage.on(new_page(link.input_value()), figures=["trial"])
    assert isinstance(other, ComposerPage)
    other.wait(lambda: other.button("Task").get_attribute("aria-current") == "page", "the workspace of the task")
    other.wait(lambda: other.epochs() == list(shared.epoch_names), "the board of the other page")
    other.wait_for_task(lambda task: task == shared, "the same task")


def test_nothing_critical_or_serious_is_found(composer: ComposerPage) -> None:
    found = {}
    looks = {
        "epoch": composer.card("stimulus").locator(".name"),
        "cell": composer.cell("stimulus", "stimulus"),
        "channel": composer.within.get_by_role("rowheader", name=re.compile("^Output choice")),
        "factor": composer.within.get_by_role("button", name=re.compile("^sign")),
        "scoring": composer.within.get_by_role("button", name=re.compile("^Scoring")),
    }
    for name, what in looks.items():
        what.click()
        composer.page.wait_for_timeout(3300)  # the steward names what is new within three seconds
        found[name] = findings(composer.page)
    composer.press("Dark")
    composer.button("Light").wait_for()
    found["dark"] = findings(composer.page)
    composer.press("Light")
    assert {look: lines for look, lines in found.items() if lines} == {}

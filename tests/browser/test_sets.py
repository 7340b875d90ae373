"""A set of tasks and a curriculum on the page: chosen, looked at, edited, trained."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page

from rnnlab.tasks import Curriculum, Stage, get
from tests.browser.harness import Server
from tests.browser.lab_page import LabPage
from tests.browser.test_accessibility import findings

NewPage = Callable[..., Page]

SHORT = {"fixation": (0, 100), "stimulus": (100, 200), "trial": 500}
STAGES = (
    Stage(get("perceptual_discrimination", coherences=(0.5,), **SHORT), 0.0),
    Stage(get("perceptual_discrimination", coherences=(0.1, 0.5), **SHORT), 1.0, updates=20),
)


class WholePage(LabPage):
    """A lab that shows a set or a curriculum on the page of the task."""

    def members(self) -> Locator:
        return self.within.locator(".members button")

    def current(self) -> str:
        return self.within.locator('.members button[aria-current="true"]').get_attribute("aria-label") or ""

    def look_at(self, label: str) -> None:
        self.button(label).click()
        self.wait(lambda: self.current() == label, f"{label!r} to be looked at")


def test_a_set_is_chosen_looked_at_and_edited(lab: Server, new_page: NewPage) -> None:
    page = WholePage.on(new_page(lab.address))
    page.press("Gallery of tasks")
    page.button("Four delay tasks").click()
    assert isinstance(page, WholePage)
    page.wait(lambda: page.members().count() == 4, "the tasks of the set")
    page.look_at("delay match, 25 % of trials".replace(" %", "\u00a0%"))
    page.wait(lambda: page.within.locator('[data-epoch="second_delay"], :text("second delay")').count(), "its epochs")
    page.press("Duplicate task")
    page.wait(lambda: page.members().count() == 5, "its copy")
    page.wait(lambda: "delay match 2" in page.current(), "the copy to be looked at")
    page.within.get_by_label("Odds", exact=True).locator("visible=true").first.fill("4")
    page.page.keyboard.press("Enter")
    page.wait(lambda: "50" in page.current(), "half of the trials to be of it")
    assert findings(page.page) == []
    for _ in range(2):
        page.button("Undo").locator("visible=true").first.click()
    page.wait(lambda: page.members().count() == 4, "the set as it was")


def test_a_curriculum_is_opened_edited_and_trained(lab: Server, new_page: NewPage) -> None:
    page = WholePage.on(new_page(lab.address, viewport={"width": 1024, "height": 900}))
    page.press("Task")
    chooser = page.within.locator('input[type="file"]').first
    chooser.set_input_files(
        {
            "name": "course.json",
            "mimeType": "application/json",
            "buffer": Curriculum("course", STAGES).to_json().encode(),
        }
    )
    assert isinstance(page, WholePage)
    page.wait(lambda: page.members().count() == 2, "its stages")
    page.look_at("Stage 2: perceptual discrimination, coherence 0.1 or 0.5")
    threshold = page.within.get_by_label("Threshold", exact=True).locator("visible=true").first
    page.wait(lambda: threshold.input_value() == "1", "the threshold of its stage")
    threshold.fill("2")
    page.page.keyboard.press("Enter")
    page.within.get_by_role("alert").filter(has_text=re.compile("more than all trials")).first.wait_for()
    threshold.fill("0.9")
    page.page.keyboard.press("Enter")
    page.wait(lambda: page.says(re.compile(r"until 90.% are correct")), "the stage to say so")
    assert findings(page.page) == []
    page.press("Training")
    page.figure("learning").wait_for()
    page.wait(lambda: page.within.get_by_label("Look at", exact=True).locator("visible=true").count(), "the chooser")
    before = page.steady_picture("trial")
    page.choose("Look at", "1: coherence 0.5 (perceptual discrimination)")
    page.wait(lambda: page.picture("trial") != before, "the trials of the first stage")
    page.press("Train")
    page.wait(lambda: page.says(re.compile(r"\(stage 2 of 2\)")), "the second stage", 120)
    page.wait_for_phase("Finished")

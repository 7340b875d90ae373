"""A training steered from the page, put back and branched."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.harness import Server
from tests.browser.lab_page import LabPage


def test_a_training_is_steered_stopped_and_branched(lab: Server, new_page: Callable[..., Page]) -> None:
    page = LabPage.on(new_page(lab.address))
    page.set_to_highest("Updates")
    page.open_tab("Steering")
    assert page.says(re.compile("Press Train first"))
    page.within.get_by_label("Seed", exact=True).fill("7")  # another training than the one that is open, not more of it
    page.page.keyboard.press("Enter")
    page.press("Train")
    page.wait_for_phase("Training", 60)
    page.wait_for_updates(5)
    page.within.get_by_label("to", exact=True).locator("visible=true").first.fill("0.0003")
    page.press("Change it now")
    page.wait(lambda: page.says(re.compile(r"After .+ updates: Learning rate to 0\.0003")), "the change")
    page.press("Stop")
    page.wait_for_phase("Stopped")
    page.wait(lambda: page.button("Branch from it").is_enabled(), "the kept states")
    page.choose("Kept state", "update 0")
    page.press("Branch from it")
    page.wait(lambda: page.updates() == 0, "the branch to begin at its beginning")
    page.wait(lambda: not page.says(re.compile(r"After .+ updates: Learning rate")), "its own changes: none")
    page.press("Resume")
    page.wait_for_phase("Training", 60)
    page.wait_for_updates(0)

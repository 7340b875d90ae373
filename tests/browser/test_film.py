"""The film of a training that goes on: it grows, stays where a person looks, and follows the run back."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page

from tests.browser.harness import Server
from tests.browser.lab_page import LabPage
from tests.browser.test_accessibility import findings


def test_a_film_grows_beside_its_training(lab: Server, new_page: Callable[..., Page]) -> None:
    page = LabPage.on(new_page(lab.address))
    seed = page.within.get_by_label("Seed", exact=True)
    seed.fill("7")
    seed.press("Enter")
    page.press("Dissection")
    page.press("Film of the training")
    page.press("Train")
    page.wait_for_phase("Training", 60)
    page.wait(lambda: page.says("Of the only state that is saved, after 0 updates."), "a film of one state", 60)
    assert not slider(page).count(), "there is nothing to go through"
    page.wait(lambda: states(page) >= 2, "the film to grow by itself", 60)

    slider(page).press("Home")
    page.wait(lambda: page.says("After 0 updates: "), "the first state")
    before = states(page)
    page.wait(lambda: states(page) > before, "the film to grow", 60)
    assert page.says("After 0 updates: "), "who looks at a state goes on looking at it"
    assert findings(page.page) == []

    page.press("Pause")
    page.wait_for_phase("Paused")
    newest = page.updates() // 100 * 100
    page.wait(lambda: page.says(f"states saved up to update {newest}."), "the film of what is held", 60)
    slider(page).press("End")
    page.wait(lambda: page.says(f"After {newest} updates: "), "its newest state")
    assert not page.button("Ask again").is_visible(), "all that is saved is shown"

    page.press("Stop")
    page.wait_for_phase("Stopped")
    page.press("Training")
    page.open_tab("Steering")
    page.wait(lambda: page.button("Branch from it").is_enabled(), "the kept states")
    page.choose("Kept state", "update 100")
    page.press("Branch from it")
    page.press("Dissection")
    page.wait(lambda: page.says("Of the only state that is saved, after 100 updates."), "the film of the branch", 60)


def states(page: LabPage) -> int:
    """How many states the film says that it has."""
    said = page.within.get_by_text(re.compile(r"Of the \d+ states")).locator("visible=true")
    return int(re.findall(r"\d+", said.inner_text())[0]) if said.count() else 1


def slider(page: LabPage) -> Locator:
    return page.within.get_by_role("slider", name=re.compile("After .* updates")).locator("visible=true")

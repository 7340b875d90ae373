"""The two workspaces and the gallery, with mouse and keyboard."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from rnnlab.tasks import COLLECTIONS, TASKS
from rnnlab.views.gallery import KNOWN
from tests.browser.harness import Server
from tests.browser.lab_page import LabPage
from tests.browser.test_accessibility import FOCUSED, findings

NewPage = Callable[..., Page]


def gallery(lab: Server, new_page: NewPage, **options: object) -> LabPage:
    """A page on which the gallery has just been opened, all pictures there."""
    page = LabPage.on(new_page(lab.address, **options))
    page.press("Gallery of tasks")
    page.wait(lambda: page.within.locator(".card svg").count() == len(KNOWN), "the thumbnails")
    page.wait(lambda: not page.within.locator(".board").is_visible(), "the board to make room")
    return page


def seen(page: LabPage) -> list[str]:
    """Titles of the cards in sight."""
    return page.within.locator(".card:visible b").all_inner_texts()


def test_typing_searches_and_a_click_opens_a_task(lab: Server, new_page: NewPage) -> None:
    page = gallery(lab, new_page)
    assert len(seen(page)) == len(KNOWN)
    assert page.says(f"{len(TASKS)} tasks, {len(COLLECTIONS)} sets and curricula")
    page.page.keyboard.type("mante")  # the search has the focus
    page.wait(lambda: 0 < len(seen(page)) < 6, "the papers of Mante")
    assert "Context-dependent decision" in seen(page)
    counts = page.within.locator("section:visible > h3 > span").all_inner_texts()
    assert sum(map(int, counts)) == len(seen(page)), "headings count what is in sight"
    page.page.keyboard.press("Escape")
    page.wait(lambda: len(seen(page)) == len(KNOWN), "all tasks again")
    page.page.keyboard.type("go/no-go")
    page.wait(lambda: TASKS["go_nogo"].title in seen(page), "a title with other punctuation")
    assert len(seen(page)) < len(KNOWN)
    page.page.keyboard.press("Escape")
    page.wait(lambda: len(seen(page)) == len(KNOWN), "all tasks again")
    page.page.keyboard.type("no such task")
    page.wait(lambda: page.says("No task says that"), "a word about it")
    page.page.keyboard.press("Escape")
    page.button(TASKS["flip_flop"].title).click()
    page.wait(lambda: page.says("Hold the sign of the last pulse on every channel."), "the flip-flop")
    page.wait(lambda: not seen(page), "the gallery to go")
    page.wait(lambda: page.within.locator(".board").is_visible(), "the board to come back")
    page.wait(lambda: page.handle("Bits").first.is_visible(), "its settings")


def test_the_gallery_is_used_with_the_keyboard_alone(lab: Server, new_page: NewPage) -> None:
    page = gallery(lab, new_page, viewport={"width": 1024, "height": 900})
    press = page.page.keyboard.press
    press("ArrowDown")
    focused = [page.page.evaluate(FOCUSED)]
    for key in ("ArrowRight", "ArrowDown", "ArrowUp", "ArrowLeft", "ArrowUp"):
        press(key)
        focused.append(page.page.evaluate(FOCUSED))
    first, right, below, again, back, search = focused
    assert first.startswith("Perceptual discrimination")
    assert right.startswith("Perceptual discrimination, fixed times")
    assert len({first, right, below}) == 3 and (again, back) == (right, first)
    assert search == "Search the gallery"
    press("ArrowDown")
    press("End")
    press("Enter")
    page.wait(lambda: page.says("Report the square of the value shown."), "the last of the tasks")


def test_each_workspace_is_current_when_it_is_shown(lab: Server, new_page: NewPage) -> None:
    page = LabPage.on(new_page(lab.address))
    before = page.steady_picture("trial")
    assert page.within.get_by_role("img", name="Example trials").count() == 1, "the other is not built"
    page.press("Task")
    page.wait(lambda: page.button("Task").get_attribute("aria-current") == "page", "the tab to be marked")
    assert page.button("Training").get_attribute("aria-current") is None
    page.wait(lambda: page.figure("learning").count() == 0, "the training to leave")
    page.within.get_by_label("Task", exact=True).locator("visible=true").select_option(label="Echo")
    page.wait(lambda: page.says("Answer every stimulus when it has gone."), "the echo")
    page.press("Training")
    page.wait(lambda: page.figure("learning").count() == 1, "the training to come back")
    page.wait(lambda: page.within.get_by_label("Task", exact=True).first.input_value() == "Echo", "the same task there")
    page.wait(lambda: page.picture("trial") != before, "its trials")


def test_the_address_brings_a_task_back_and_a_broken_one_is_explained(lab: Server, new_page: NewPage) -> None:
    page = gallery(lab, new_page)
    assert "?" not in page.page.url
    page.button("Echo").click()
    page.wait(lambda: page.page.url.endswith("?preset=echo"), "the address to name the task")
    page.page.reload()
    page = LabPage.on(page.page, figures=["trial"])
    page.wait(lambda: page.says("Answer every stimulus when it has gone."), "the echo after the reload")
    page = LabPage.on(new_page(f"{lab.address}?task=nonsense"))
    page.within.get_by_role("alert").filter(has_text="The page's address").first.wait_for()
    assert page.phase() == "Ready"


def test_nothing_critical_or_serious_is_found(lab: Server, new_page: NewPage) -> None:
    page = gallery(lab, new_page)
    page.page.wait_for_timeout(500)
    assert findings(page.page) == []
    page.press("Dark")
    page.button("Light").wait_for()
    page.page.wait_for_timeout(500)  # colours change over 80 ms
    assert findings(page.page) == []
    page.press("Back to the task")
    page.page.wait_for_timeout(3200)  # the steward names what is new within three seconds
    assert findings(page.page) == []

"""What screen readers and keyboards meet: axe-core's findings, and the lab driven without a mouse."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.harness import PATIENCE, Server
from tests.browser.lab_page import LabPage

NewPage = Callable[..., Page]


def findings(page: Page) -> list[str]:
    """Critical and serious findings that stay, one line each: on a busy machine what is new is named a little later."""
    deadline = time.monotonic() + PATIENCE
    while (found := _findings(page)) and time.monotonic() < deadline:
        page.wait_for_timeout(500)
    return found


def _findings(page: Page) -> list[str]:
    violations: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [
        f"{found['impact']}: {found['id']} at {node['target']}: {node['html'][:120]}"
        for found in violations
        if found["impact"] in ("critical", "serious")
        for node in found["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_critical_or_serious_is_found(theme: str, lab: Server, new_page: NewPage) -> None:
    page = LabPage.on(new_page(lab.address))
    if theme == "dark":
        page.press("Dark")
        page.button("Light").wait_for()
    page.wait(lambda: page.handle("Stimulus, shortest").count(), "the slider handles to have names")
    found = {}
    for tab in page.tabs():
        page.open_tab(tab)
        page.page.wait_for_timeout(1000)  # the steward names what is new within a second
        found[tab] = findings(page.page)
    assert {tab: lines for tab, lines in found.items() if lines} == {}


def test_nothing_critical_or_serious_is_found_beside_an_error(lab: Server, new_page: NewPage) -> None:
    page = LabPage.on(new_page(lab.address))
    page.drag("Whole trial", -80)
    page.within.get_by_role("alert").filter(has_text="nothing to judge").first.wait_for()
    assert findings(page.page) == []


def test_a_slider_moves_with_the_keyboard(lab: Server, new_page: NewPage) -> None:
    page = LabPage.on(new_page(lab.address))
    before = page.steady_picture("trial")
    handle = page.handle("Coherences 1")
    handle.focus()
    value = handle.get_attribute("aria-valuenow")
    for _ in range(4):
        page.page.keyboard.press("ArrowRight")
    page.wait(lambda: handle.get_attribute("aria-valuenow") != value, "the handle to move")
    page.wait(lambda: page.picture("trial") != before, "the trials to change")


def test_training_is_begun_and_stopped_with_the_keyboard(lab: Server, new_page: NewPage) -> None:
    page = LabPage.on(new_page(lab.address))
    page.button("Train").focus()
    page.page.keyboard.press("Enter")
    page.wait_for_phase("Training")
    page.button("Stop").focus()
    page.page.keyboard.press("Enter")
    page.wait_for_phase("Stopped")


def test_every_control_can_be_reached_with_tab(lab: Server, new_page: NewPage) -> None:
    """Tab walks over the bar's buttons, the settings and the figures' tabs, and says a name for each."""
    page = LabPage.on(new_page(lab.address))
    page.wait(lambda: page.handle("Stimulus, shortest").count(), "the slider handles to have names")
    names = []
    for _ in range(60):
        page.page.keyboard.press("Tab")
        names.append(page.page.evaluate(FOCUSED))
    assert {"Train", "Stimulus, shortest", "Units"} <= set(names), names
    assert [name for name in names if name.startswith("nameless")] == []


FOCUSED = """() => {
  let element = document.activeElement
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement
  const label = element.id && element.getRootNode().querySelector(`label[for="${element.id}"]`)
  if (element === document.body) return 'the end of the page'
  const own = element.getAttribute('aria-label') || label?.textContent?.trim() || element.innerText?.trim()
  if (own) return own
  for (let around = element; around; around = around.parentElement ?? around.getRootNode().host)
    if (around.getAttribute('role') === 'img') return around.getAttribute('aria-label')
  return `nameless ${element.outerHTML.slice(0, 120)}`
}"""
"""The name of what has the focus: its own, or that of the figure it is a part of."""

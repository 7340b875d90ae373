"""The address of the served lab: it opens a task, follows it, and brings it back."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page

from tests.browser.harness import Server
from tests.browser.lab_page import LabPage


def query(page: LabPage) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.page.url).query)


def test_a_link_opens_a_task_and_the_address_follows_it(lab: Server, new_page: Callable[..., Page]) -> None:
    page = LabPage.on(new_page(f"{lab.address}?preset=flip_flop&noise=0.2"), figures=["trial"])
    page.wait(lambda: page.handle("Bits").count(), "the settings of the flip-flop")
    assert float(page.handle("Input noise").get_attribute("aria-valuenow")) == 0.2
    steps = page.page.evaluate("history.length")
    page.drag("Input noise", 60)
    page.wait(lambda: query(page)["noise"] != ["0.2"], "the address to follow")
    noise = float(query(page)["noise"][0])
    page.page.reload()
    again = LabPage.on(page.page, figures=["trial"])
    again.wait(lambda: again.handle("Bits").count(), "the same task after the reload")
    again.wait(lambda: again.handle("Input noise").get_attribute("aria-valuetext") == f"{noise:g}", "the same noise")
    assert page.page.evaluate("history.length") == steps


def test_a_damaged_link_says_so_and_the_lab_is_there(lab: Server, new_page: Callable[..., Page]) -> None:
    page = LabPage.on(new_page(f"{lab.address}?task=eJxdamaged<script>alert(1)</script>"))
    page.wait(lambda: page.says(re.compile("the task in the address is damaged; was")), "the complaint")
    assert page.phase() == "Ready"

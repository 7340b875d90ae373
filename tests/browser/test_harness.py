"""The harness itself: a watch that saw nothing would make every other browser test worthless."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.harness import Watch, wait_for

NewPage = Callable[..., Page]


def page_with(browser: Browser, watch: Watch, script: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    watch.on(page)
    page.goto("about:blank")
    page.evaluate(script)
    page.wait_for_timeout(200)
    context.close()


@pytest.mark.parametrize(
    "script",
    [
        "() => console.error('broken')",
        "() => { setTimeout(() => { throw new Error('broken') }, 0) }",
        "() => { fetch('https://example.org/font.woff2').catch(() => 0) }",
        "() => { const i = new Image(); i.src = 'https://example.org/x.png'; document.body.append(i) }",
        "() => { new WebSocket('wss://example.org/ws') }",
    ],
)
def test_errors_and_requests_to_the_outside_are_seen(browser: Browser, script: str) -> None:
    watching = Watch()
    page_with(browser, watching, script)
    with pytest.raises(AssertionError):
        watching.check()


def test_what_was_said_last_is_heard_on_a_page_that_stays_open(browser: Browser) -> None:
    context, watching = browser.new_context(), Watch()
    page = context.new_page()
    watching.on(page)
    for number in range(10):
        page.evaluate("number => { setTimeout(() => console.error(`broken ${number}`), 0) }", number)
        time.sleep(0.05)  # it is said while nobody listens
        with pytest.raises(AssertionError, match=f"broken {number}"):
            watching.check()
    context.close()


def test_a_quiet_page_passes(browser: Browser) -> None:
    watching = Watch()
    page_with(browser, watching, "() => { console.warn('only a warning'); fetch('data:text/plain,hello') }")
    watching.check()


def test_the_network_is_off(browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    outcome = page.evaluate("() => fetch('http://example.org/').then(() => 'reached', () => 'off')")
    context.close()
    assert outcome == "off"


def test_a_deadline_is_named() -> None:
    with pytest.raises(AssertionError, match=r"waited 0\.1 s for the impossible"):
        wait_for(lambda: False, "the impossible", seconds=0.1)

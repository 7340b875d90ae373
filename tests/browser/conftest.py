"""One Chromium for all browser tests, a fresh profile for each test or module, no console error, no outside request."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

from tests.browser.harness import FAILED, PATIENCE, ROOT, Server, Watch, lab_server, launch
from tests.browser.lab_page import LabPage


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def watch() -> Iterator[Watch]:
    """What the test's pages may not do; a test that causes an error on purpose adds to ``expected``."""
    watching = Watch()
    yield watching
    watching.check()


@pytest.fixture
def new_page(browser: Browser, watch: Watch, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """Opens a watched page in a profile of its own, after the script ``before``, if any.

    Further keywords are those of Playwright's ``new_context``.
    """
    contexts = []

    def open_page(url: str, before: str = "", **options: Any) -> Page:
        contexts.append(_profile(browser, before, **options))
        return _opened(contexts[-1], watch, url)

    yield open_page
    for number, context in enumerate(contexts):
        if FAILED in request.node.stash:
            _keep_pictures(context, f"{request.node.name}-{number}")
        context.close()


@dataclass
class Shared:
    """A page that several tests use one after the other."""

    watch: Watch
    page: Page
    lab: LabPage


@pytest.fixture(scope="module")
def shared() -> Iterator[list[Shared]]:
    """The page that the tests of a module share, once one of them has opened it."""
    pages: list[Shared] = []
    yield pages
    for each in pages:
        each.page.context.close()
        each.watch.check()


@pytest.fixture
def same_page(
    browser: Browser, shared: list[Shared], request: pytest.FixtureRequest
) -> Iterator[Callable[[str, Callable[[Page], LabPage]], LabPage]]:
    """Opens a watched page for all tests of a module, as opening one costs seconds; who fails takes it along."""

    def open_page(url: str, prepare: Callable[[Page], LabPage]) -> LabPage:
        if not shared:
            watch, context = Watch(), _profile(browser)
            page = _opened(context, watch, url)
            shared.append(Shared(watch, page, prepare(page)))
        return shared[0].lab

    yield open_page
    if shared and FAILED in request.node.stash:
        failed = shared.pop()
        _keep_pictures(failed.page.context, request.node.name)
        failed.page.context.close()
    for each in shared:
        each.watch.check()


def _profile(browser: Browser, before: str = "", **options: Any) -> BrowserContext:
    context = browser.new_context(**{"viewport": {"width": 1440, "height": 1000}, **options})
    context.set_default_timeout(1000 * PATIENCE)
    if before:
        context.add_init_script(before)
    return context


def _opened(context: BrowserContext, watch: Watch, url: str) -> Page:
    page = context.new_page()
    watch.on(page)
    page.goto(url)
    return page


def _keep_pictures(context: BrowserContext, name: str) -> None:
    """What a failed test saw, in screenshots/ (which git ignores)."""
    for page in context.pages:
        with suppress(Error):
            page.screenshot(path=ROOT / "screenshots" / f"failed-{name.replace('/', '_')}.png")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        item.stash[FAILED] = True
        report.sections += _heard(getattr(item, "funcargs", {}))
    return report


def _heard(fixtures: dict[str, Any]) -> list[tuple[str, str]]:
    """What the pages of a failed test and the lab's server said."""
    said = []
    watches = [fixtures["watch"]] if "watch" in fixtures else []
    watches += [each.watch for each in fixtures.get("shared", [])]
    if watches:
        said.append(("what the pages said", "\n".join(error for watch in watches for error in watch.errors)))
    if "lab" in fixtures:
        said.append(("what the server said", fixtures["lab"].output[-5000:]))
    return said


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A served lab, shared by all tests; every page is a session of its own."""
    with lab_server(tmp_path_factory.mktemp("lab") / "log", cwd=tmp_path_factory.mktemp("runs")) as server:
        yield server
        assert not (raised := server.raised()), f"errors inside the lab:\n{raised}"


@pytest.fixture
def lab(served: Server) -> Iterator[Server]:
    """The served lab, in which a test may raise nothing."""
    before = served.raised()
    yield served
    assert not (raised := served.raised().removeprefix(before)), f"errors inside the lab:\n{raised}"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "server.log"

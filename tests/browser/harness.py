"""What drives a real browser: Chromium, the servers it looks at, and waiting with a deadline. No sleeping on hope."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import psutil
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Request

T = TypeVar("T")

FAILED = pytest.StashKey[bool]()
"""Set on a test that failed."""

ROOT = Path(__file__).resolve().parents[2]
LOCAL = {"localhost", "127.0.0.1", ""}

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1",  # the network is off
]

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


# --------------------------------------------------------------------------------------------------- waiting


PATIENCE = 60.0
"""Seconds for what comes at once on a machine that has nothing else to do."""


def wait_for(condition: Callable[[], T], what: str, seconds: float = PATIENCE, page: Page | None = None) -> T:
    """The first truthy value of ``condition``; fails, saying ``what`` was awaited, when the deadline passes.

    Args:
        condition: asked again and again.
        what: completes "waited N s for ...".
        seconds: the deadline.
        page: a page whose events (console, requests) go on being handled meanwhile.
    """
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds:g} s for {what}; last seen: {value!r}")
        if page is not None:
            page.wait_for_timeout(50)
        else:
            time.sleep(0.05)


# --------------------------------------------------------------------------------------------------- Chromium


def chromium_path() -> str | None:
    """The Chromium to drive, or None for the one that Playwright fetched."""
    named = os.environ.get("RNNLAB_CHROMIUM")
    found = [path for name in CHROMIUM if (path := shutil.which(name))]
    return named or next(iter(found), None) or (str(MAC) if MAC.exists() else None)


def launch(playwright: Playwright) -> Browser:
    """A headless Chromium that can reach this machine only."""
    return playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)


@dataclass
class Watch:
    """What a page said and asked for that it should not have.

    Attributes:
        errors: console errors and uncaught exceptions.
        outside: addresses it asked for that are not on this machine.
        expected: patterns of errors that a test brings about on purpose.
        pages: the pages it watches.
    """

    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)

    def on(self, page: Page) -> Watch:
        """Watch ``page`` from now on."""
        self.pages.append(page)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(f"uncaught: {error}"))
        page.on("request", self._request)
        page.on("websocket", lambda socket: self._address(socket.url))
        return self

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")

    def _request(self, request: Request) -> None:
        self._address(request.url)

    def _address(self, url: str) -> None:
        if (
            urlsplit(url).scheme not in ("data", "blob", "about", "file")
            and (urlsplit(url).hostname or "") not in LOCAL
        ):
            self.outside.append(url)

    def check(self) -> None:
        """Fail on any error that no test expected, and on any request that left this machine."""
        for page in self.pages:
            if not page.is_closed():
                page.evaluate("0")  # what the page said is heard before it answers
        surprises = [e for e in self.errors if not any(re.search(pattern, e) for pattern in self.expected)]
        assert not surprises, "console errors:\n" + "\n".join(surprises)
        assert not self.outside, "requests to the outside:\n" + "\n".join(self.outside)


# ---------------------------------------------------------------------------------------------------- servers


@dataclass
class Server:
    """A server in a process of its own, with what it printed."""

    process: subprocess.Popen[bytes]
    log: Path
    address: str = ""

    @property
    def output(self) -> str:
        return self.log.read_text(errors="replace")

    @property
    def pid(self) -> int:
        return self.process.pid

    def raised(self) -> str:
        """The tracebacks in its output that passed through the package: nobody sees these on the page."""
        tracebacks = re.findall(r"^Traceback .*?^\S[^\n]*$", self.output, re.DOTALL | re.MULTILINE)
        return "\n".join(each for each in tracebacks if f"{ROOT}/rnnlab/" in each)

    def processes(self) -> list[psutil.Process]:
        """The server and everything it started that still lives."""
        try:
            me = psutil.Process(self.pid)
            family = [me, *me.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []
        return [process for process in family if _lives(process)]

    def workers(self) -> list[psutil.Process]:
        """The training processes among them."""
        return [p for p in self.processes() if re.search(r"rnnlab[./\\]training", " ".join(_command(p)))]

    def stop(self, how: int = signal.SIGTERM, seconds: float = 10.0) -> None:
        """End the server; whatever of its family outlives that is the caller's to find (see `survivors`)."""
        if self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def _lives(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return []


def survivors(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Which of these still run."""
    return [process for process in processes if process.is_running() and _lives(process)]


def free_port() -> int:
    """A port that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(**extra: str) -> dict[str, str]:
    """This process's environment for a server that imports the package from here, on one thread."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1", **extra}


@contextmanager
def running(
    command: list[str], log: Path, ready: str, seconds: float = 2 * PATIENCE, **options: Any
) -> Iterator[Server]:
    """A server process, from the moment that ``ready`` (a pattern whose group is the address) is in its output.

    When the block ends, the server is stopped, and nothing that it started may live on.
    """
    with log.open("wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT, **{"env": environment(), **options})
    server = Server(process, log)
    try:
        server.address = wait_for(lambda: _address(server, ready), f"{command} to say {ready!r}", 2 * PATIENCE)
        yield server
    finally:
        family = server.processes()
        server.stop()
        left = _wait_gone(family)
        for survivor in left:
            survivor.kill()
    assert left == [], f"{command} left processes behind: {left}\n{server.output}"


def _address(server: Server, ready: str) -> str:
    match = re.search(ready, server.output)
    if match is None and server.process.poll() is not None:
        raise AssertionError(f"the server ended with {server.process.returncode}:\n{server.output}")
    return match[1] if match else ""


def _wait_gone(family: list[psutil.Process], seconds: float = 20.0) -> list[psutil.Process]:
    deadline = time.monotonic() + seconds
    while (left := survivors(family)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


@contextmanager
def lab_server(log: Path, *arguments: str, **options: Any) -> Iterator[Server]:
    """``rnnlab lab`` on a free port, without a browser tab of its own."""
    command = [sys.executable, "-m", "rnnlab.app.cli", "lab", "--no-browser", "--port", "0", *arguments]
    with running(command, log, r"(http://\S+)", **options) as server:
        yield server


def libraries_of(server: Server) -> set[str]:
    """The shared libraries that the server has loaded, by file name: what it imported cannot be denied."""
    maps = psutil.Process(server.pid).memory_maps()
    return {Path(region.path).name for region in maps}


@contextmanager
def jupyter_server(folder: Path, base_url: str = "/", python: str = sys.executable, **options: Any) -> Iterator[Server]:
    """JupyterLab over ``folder``, with settings and history of its own, asking nobody for news."""
    private = folder / ".jupyter-of-the-test"
    settings = private / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    overrides = json.loads((ROOT / "scripts" / "jupyterlab_overrides.json").read_text())
    news = overrides["@jupyterlab/apputils-extension:notification"]
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(news))
    extra = {
        "JUPYTER_CONFIG_DIR": str(private),
        "JUPYTER_RUNTIME_DIR": str(private / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(private / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(private / "workspaces"),
        "IPYTHONDIR": str(private / "ipython"),
    }
    arguments = ["--no-browser", "--allow-root", f"--port={free_port()}", "--IdentityProvider.token=", "--ip=127.0.0.1"]
    command = [
        python,
        "-m",
        "jupyterlab",
        *arguments,
        f"--ServerApp.base_url={base_url}",
        f"--ServerApp.root_dir={folder}",
    ]
    ready = r"(http://(?:127\.0\.0\.1|localhost):\d+\S*/)lab"
    with running(command, private / "log", ready, env=environment(**extra), **options) as server:
        yield server

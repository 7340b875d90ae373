"""Serving the lab: what ``rnnlab lab`` does.

Bokeh's and Panel's defaults trust everybody who can reach the port. Here the ids of sessions are signed, so that
nobody can hand out a link to a page of which two people share the state; neither headers nor cookies of a request are
copied into the page; messages are small; there is a limit to the pages one process serves; and browsers are told not
to show the page inside another site's.
"""

from __future__ import annotations

import gc
import os
import secrets
import signal
import sys
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rnnlab.app.lab import Lab

MAX_MESSAGE = 5_000_000
"""Bytes of the largest message a page may send: the largest file of a task, with every letter escaped, and what goes
around it. A slider's move is a few hundred."""

MAX_PAGES = 20
"""Pages one process serves at the same time. Each can have a training process of its own."""

DROP_MS = 60_000
"""How long a page whose connection dropped may take to come back and find everything as it was, training included."""

FULL = Path(__file__).with_name("full.html")
"""What is shown where there is no room for another page."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "; ".join(
        [
            "default-src 'self'",
            "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",  # Bokeh's templates and its callbacks
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self' blob: ws://localhost:* ws://127.0.0.1:*",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        ]
    ),
}
"""Sent with every answer."""


def serve(
    source: Any = None,
    port: int = 5006,
    *,
    browser: bool = True,
    theme: str = "light",
    max_pages: int = MAX_PAGES,
    started: Callable[[str], Any] = print,
) -> None:
    """Serve the lab on this machine until interrupted; every page is a lab of its own.

    Args:
        source: what each page opens with; see `rnnlab.app.lab.Lab`.
        port: to listen on; 0 takes a free one.
        browser: open a tab.
        theme: of the pages, ``"light"`` or ``"dark"``.
        max_pages: at the same time; more are refused.
        started: called with a line that names the address, once pages can be opened.

    Raises:
        OSError: the port is taken.
        RunError, SpecError: the source cannot be read.
        RuntimeError: Bokeh was imported before without a key to sign sessions with.
    """
    sign_sessions()
    from rnnlab.app.lab import Lab

    Lab(source, theme).session.close()  # what cannot be opened is refused here and not on every page
    server = make_server(lambda: Lab(source, theme), port, max_pages)
    url = f"http://localhost:{server.port}/"
    server.io_loop.add_callback(started, f"The lab is at {url}  (Ctrl+C ends it)")
    if browser:
        server.io_loop.add_callback(server.show, "/")
    run(server)


def run(server: Any) -> None:
    """Serve until somebody interrupts or ends the process; pages and trainings end with it."""

    def end(*_: Any) -> None:
        server.io_loop.asyncio_loop.call_soon_threadsafe(server.io_loop.stop)

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            with suppress(ValueError):  # only the main thread may
                signal.signal(getattr(signal, name), end)
    keep_what_is_loaded()
    server.start()
    try:
        server.io_loop.start()
    finally:
        server.stop()


def keep_what_is_loaded() -> None:
    """Leave what the imports made out of garbage collection: it stays anyway, and to walk through it all would hold
    every page up for a quarter of a second now and then."""
    gc.collect()
    gc.freeze()


def sign_sessions(environment: MutableMapping[str, str] = os.environ) -> None:
    """Have session ids signed with a key of this process. Bokeh reads this when it is imported, and only then.

    Raises:
        RuntimeError: too late.
    """
    if "bokeh" in sys.modules and not environment.get("BOKEH_SECRET_KEY"):
        raise RuntimeError(
            "serve: Bokeh is already loaded and its sessions cannot be signed any more; run `rnnlab lab` in a process "
            "of its own, or call rnnlab.app.serve.serve before anything else, or set BOKEH_SIGN_SESSIONS=true and "
            "BOKEH_SECRET_KEY before Python starts"
        )
    environment.setdefault("BOKEH_SIGN_SESSIONS", "true")
    environment.setdefault("BOKEH_SECRET_KEY", secrets.token_urlsafe(48))


def make_server(build: Callable[[], Lab], port: int = 0, max_pages: int = MAX_PAGES) -> Any:
    """A server on this machine's own address, whose pages are what ``build`` makes. Not started yet.

    Args:
        build: called once for every page.
        port: to listen on; 0 takes a free one.
        max_pages: at the same time.
    """
    import panel as pn
    from bokeh.server.util import bind_sockets

    sockets, port = bind_sockets("localhost", port)
    for each in sockets:
        each.close()
    server = pn.serve(
        {"/": lambda: build().page()},
        port=port,
        address="localhost",
        show=False,
        start=False,
        title="rnnlab",
        verbose=False,
        location=False,
        websocket_origin=[f"{name}:{port}" for name in ("localhost", "127.0.0.1")],
        websocket_max_message_size=MAX_MESSAGE,
        unused_session_lifetime_milliseconds=DROP_MS,
        include_headers=[],
        include_cookies=[],
        sign_sessions=True,
        secret_key=os.environ.get("BOKEH_SECRET_KEY", "").encode() or None,
    )
    pn.config.auth_template = str(FULL)
    pn.config.authorize_callback = gate(server, max_pages)
    send_headers(server)
    return server


def gate(server: Any, max_pages: int) -> Callable[[Any], bool]:
    """A callback of Panel's that lets in while there is room. It runs before any code of a page."""

    def allowed(_user: Any) -> bool:
        return len(server.get_sessions()) < max_pages

    return allowed


def send_headers(server: Any) -> None:
    """Add `HEADERS` to every answer of a server."""
    from tornado.web import OutputTransform

    class Headers(OutputTransform):
        def transform_first_chunk(
            self, status_code: int, headers: Any, chunk: bytes, finishing: bool
        ) -> tuple[int, Any, bytes]:
            headers.update(HEADERS)
            return status_code, headers, chunk

    server._tornado.add_transform(Headers)

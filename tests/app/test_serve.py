"""The server's gates: signed sessions, nothing of the request in the page, headers, and room for so many."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from types import SimpleNamespace

import pytest

from rnnlab.app.serve import HEADERS, gate, sign_sessions

START = """
from rnnlab.app.serve import serve
serve(port=0, browser=False, max_pages=4, started=lambda line: print(line, flush=True))
"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    command = [sys.executable, "-c", START]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        try:
            match = re.search(r"http://\S+", server.stdout.readline())
            assert match is not None
            yield match[0]
        finally:
            server.terminate()
            assert server.wait(60) == 0


def get(address: str, path: str = "", **headers: str) -> tuple[int, str, Message]:
    request = urllib.request.Request(address + path, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), error.headers


def payload(page: str) -> dict[str, object]:
    """What the token in a page says to whoever reads it."""
    token = re.search(r'"token":"([^"]+)"', page)
    assert token is not None
    encoded = token[1].split(".")[0]
    return json.loads(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))


def test_headers_forbid_other_sites_to_show_the_page_and_the_page_to_ask_others(address: str) -> None:
    for path in ("", "static/js/bokeh.min.js"):
        _, _, headers = get(address, path)
        for name, value in HEADERS.items():
            assert headers[name] == value


def test_nothing_of_the_request_stands_in_the_page(address: str) -> None:
    status, page, _ = get(address, Cookie="secret=cookie", Authorization="Bearer secret-header")
    assert status == 200
    said = json.dumps(payload(page))
    assert "session_id" in said
    assert "secret" not in said


def test_a_visitor_cannot_choose_the_session(address: str) -> None:
    """Two people on one crafted link must not share a page; every id is signed by the server."""
    ids = [str(payload(get(address, "?bokeh-session-id=chosen")[1])["session_id"]) for _ in range(2)]
    assert ids[0] != ids[1]
    assert all("." in each and not each.startswith("chosen") for each in ids)


def test_there_is_room_for_so_many_pages(address: str) -> None:
    answers = [get(address) for _ in range(5)]
    status, page, headers = answers[-1]
    assert status == 403
    assert "No room for another page" in page
    assert headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_key_that_is_given_is_kept() -> None:
    environment = {"BOKEH_SECRET_KEY": "mine"}
    sign_sessions(environment)
    assert environment == {"BOKEH_SECRET_KEY": "mine", "BOKEH_SIGN_SESSIONS": "true"}


def test_without_a_key_sessions_are_signed_with_a_fresh_one_or_not_served_at_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "bokeh", raising=False)
    fresh: dict[str, str] = {}
    sign_sessions(fresh)
    assert len(fresh["BOKEH_SECRET_KEY"]) >= 48
    monkeypatch.setitem(sys.modules, "bokeh", pytest)
    with pytest.raises(RuntimeError, match="already loaded"):
        sign_sessions({})


def test_the_gate_counts_the_pages_of_its_server() -> None:
    sessions: list[object] = []
    allowed = gate(SimpleNamespace(get_sessions=lambda: sessions), 1)
    assert allowed(None)
    sessions.append(object())
    assert not allowed(None)

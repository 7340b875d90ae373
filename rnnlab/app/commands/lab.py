"""``rnnlab lab``: the lab in a browser tab."""

from __future__ import annotations

import errno
from argparse import Namespace

from rnnlab.app.serve import serve


def lab(options: Namespace) -> int:
    """Serve until Ctrl-C."""
    try:
        serve(options.source, options.port, browser=not options.no_browser, started=_say)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        remedy = "give another, or --port 0 to take a free one"
        raise ValueError(f"--port {options.port}: something listens there already; {remedy}") from None
    return 0


def _say(line: str) -> None:
    print(line, flush=True)

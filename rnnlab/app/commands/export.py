"""``rnnlab export``: a run's figures on one page."""

from __future__ import annotations

from argparse import Namespace

from rnnlab.app.export import export_html


def export(options: Namespace) -> int:
    """Write the page and say how large it is."""
    path = export_html(options.run, options.html)
    print(f"{path}: {path.stat().st_size / 1e6:.1f} MB; open it in a browser, it needs no network")
    return 0

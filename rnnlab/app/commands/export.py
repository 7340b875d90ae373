"""``rnnlab export``: a run's figures on one page."""

from __future__ import annotations

from argparse import Namespace

from rnnlab.app.export import export_html


def export(options: Namespace) -> int:
    """Write the page, and say where it is and how large."""
    page = export_html(options.run, options.html)
    print(f"{page}  {page.stat().st_size / 1e6:.1f} MB")
    return 0

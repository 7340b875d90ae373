"""The checks of a task in a line: how many problems, the worst of them, and the way to all of them."""

from __future__ import annotations

from typing import Any

import param
from panel.custom import JSComponent

from rnnlab.analysis import Design
from rnnlab.views.bare import beside, own_sheets_only
from rnnlab.views.wording import plain

SIGNS = {"good": "✓", "note": "i", "problem": "!", "": "…"}
"""Sign of each verdict, and of one that is not there yet."""

WAITING = {"mark": "", "sign": SIGNS[""], "count": "Checking …", "words": "", "remedy": ""}
"""What is said while nothing is known."""


class Verdict(JSComponent):
    """A button with the verdict in words; pressed, it leads to the checks on the same page.

    Attributes:
        mark: ``"good"``, ``"note"`` or ``"problem"``; nothing while nothing is known.
        sign: that shows it.
        count: how many problems, or notes.
        words: the worst of what was found.
        remedy: what to change.
    """

    mark = param.String("")
    sign = param.String(SIGNS[""])
    count = param.String(WAITING["count"])
    words = param.String("")
    remedy = param.String("")

    _process_param_change = own_sheets_only(JSComponent)
    _esm = beside("verdict.js")

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"margin": 0, "stylesheets": [beside("verdict.css")], **settings})

    def tell(self, found: Design | None, task: str) -> None:
        """Show the newest verdict there is of the task of that name; one of another task is none."""
        self.param.update(**(WAITING if found is None or found.task != task else line(found)))


def line(found: Design) -> dict[str, str]:
    """The checks in a line: the number of those of the worst verdict, and the first of them.

    >>> from rnnlab.analysis import design
    >>> from rnnlab.tasks import get
    >>> line(design(get("xor")))["count"]
    'Ready to train'
    """
    verdict = next((v for v in ("problem", "note") if any(check.verdict == v for check in found.checks)), "good")
    worst = [check for check in found.checks if check.verdict == verdict]
    if verdict == "good":
        said = {"count": "Ready to train", "words": "no problem found", "remedy": ""}
    else:
        count = f"{len(worst)} {verdict}{'s' if len(worst) > 1 else ''}"
        said = {"count": count, "words": plain(worst[0].sentence), "remedy": plain(worst[0].remedy)}
    return {"mark": verdict, "sign": SIGNS[verdict], **said}

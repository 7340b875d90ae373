"""The board of a task in the browser: epochs along a time axis whose edges can be dragged, channels below them.

The JavaScript beside this file draws what `rnnlab.views.board` says and tells what a person does; it changes nothing by
itself. While an edge is dragged it sends the newest place only, and only once the last one was answered: so it is
redrawn as fast as Python can, and no faster.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import param
from panel.custom import JSComponent

from rnnlab.views import push
from rnnlab.views.bare import beside, own_sheets_only


class Timeline(JSComponent):
    """The board.

    Args:
        act: called with what a person wants, e.g. ``{"act": "stretch", "name": "delay", "ms": 500.0, "done": True}``.

    Attributes:
        sheet: what `rnnlab.views.board.board` gives, as JSON.
        chosen: what is looked at: ``{"what": "epoch", "name": "delay"}``, as JSON.
        drafts: what has a change that was not accepted: a list of what `chosen` may be, as JSON.
        problem: why a change of an epoch was refused: ``{"epoch": "delay", "text": "..."}``, as JSON.
        answered: number of the last message that was dealt with.
    """

    sheet = param.String("{}")
    chosen = param.String('{"what": ""}')
    drafts = param.String("[]")
    problem = param.String("{}")
    answered = param.Integer(0)

    _process_param_change = own_sheets_only(JSComponent)
    _esm = beside("timeline.js")

    def __init__(self, act: Callable[[Mapping[str, Any]], object], **settings: Any) -> None:
        self._act = act
        wide = {"sizing_mode": "stretch_width", "margin": 0, "stylesheets": [beside("timeline.css")]}
        super().__init__(**{**wide, **settings})

    def put(self, **data: Any) -> None:
        """Change what stands on the board; nothing is sent of what stays the same."""
        texts = {name: json.dumps(value, ensure_ascii=False, separators=(",", ":")) for name, value in data.items()}
        self.param.update({name: text for name, text in texts.items() if getattr(self, name) != text})

    def _handle_msg(self, data: Any) -> None:
        with push.batch(self):
            self._act(data)
            self.answered = int(data["n"])

"""The one place that sends Bokeh changes to pages, served or in a notebook.

Bokeh sends a message for every property that changes, and in a notebook it sends nothing unless it is told to. Inside
`batch` all changes are gathered and leave as one message per page: under the document's lock where the page is served,
through the comm where it is in a notebook. Nothing else in the lab touches a document.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import numpy as np
import panel as pn
from bokeh.core.serialization import Serializer
from bokeh.document.events import ModelChangedEvent
from panel.reactive import Syncable
from panel.viewable import Viewable

DEBOUNCE_MS = 8
"""How long a slider waits for a further move before it speaks. Panel's own 50 ms are more than a redraw costs."""

PATIENCE_S = 1.0
"""How long a knock may go unanswered."""

SMALL_BYTES = 8192
"""An array of so few bytes travels within a message."""


def _pack_small_arrays() -> None:
    """Have small arrays travel within the message that names them.

    Bokeh sends each array behind its message, in two more: a click that changed nine traces took fifty, as long as
    the browser took to draw them. The way into its encoder is private; where a version does not have it, or somebody
    else encodes arrays, all is left as it is.
    """
    encode, known = getattr(Serializer, "_encode_ndarray", None), getattr(Serializer, "_encoders", {})
    if encode is None or np.ndarray in known:
        return

    def pack(array: Any, serializer: Any) -> Any:
        if array.shape == ():
            return serializer.encode(array.item())
        return encode(serializer if array.nbytes > SMALL_BYTES else Serializer(deferred=False), array)

    Serializer.register(np.ndarray, pack)


_pack_small_arrays()


@contextmanager
def batch(layout: Viewable) -> Iterator[None]:
    """Send what changes inside as one message to each page that shows ``layout``."""
    pages = pages_of(layout)
    with ExitStack() as held:
        for document, comm in pages:
            if comm is None:
                held.enter_context(pn.io.hold(document))
        yield
    if any(comm is not None for _, comm in pages):
        pn.io.push_notebook(layout)


def resend(layout: Viewable) -> None:
    """Send all that the served pages of ``layout`` show once more: what changed while nobody listened is lost."""
    for document, comm in pages_of(layout):
        if comm is None:
            with pn.io.hold(document):
                for model in list(document.models):
                    for name, value in model.properties_with_values(include_defaults=False).items():
                        event = ModelChangedEvent(document, model, name, value)
                        document.callbacks.trigger_on_change(event)


def pages_of(layout: Viewable) -> list[tuple[Any, Any]]:
    """The (document, comm) pairs in which ``layout`` is shown now; the comm is None where the page is served."""
    shown = [pn.state._views[ref] for ref in list(layout._models) if ref in pn.state._views]
    return [(document, comm) for _, _, document, comm in shown]


def quick(widget: type[Any]) -> type[Any]:
    """``widget`` (a Panel widget class) with a shorter wait between a move and its redraw.

    The wait is a private attribute of Panel; where a version does not have it, the widget is left as it is.
    """
    if not isinstance(getattr(Syncable, "_debounce", None), int):
        return widget
    return type(f"Quick{widget.__name__}", (widget,), {"_debounce": DEBOUNCE_MS, "__doc__": widget.__doc__})


def every(milliseconds: int, callback: Callable[[], None]) -> Callable[[], None]:
    """Call ``callback`` again and again on the page's own thread; returns what ends it."""
    periodic = pn.state.add_periodic_callback(callback, period=milliseconds, start=True)
    return periodic.stop


def soon(callback: Callable[[], None]) -> None:
    """Call ``callback`` once all that the browser has said by now was taken in; at once where no page is served."""
    document = pn.state.curdoc
    if document is None or document.session_context is None:
        callback()
    else:
        document.add_next_tick_callback(callback)


def delayed(callback: Callable[[], None]) -> Callable[[float], None]:
    """A function that has ``callback`` called after so many seconds, on the thread of the page that is built now."""
    document, loop = pn.state.curdoc, asyncio.get_running_loop()

    def call_after(seconds: float) -> None:
        if document is None or document.session_context is None:
            loop.call_later(seconds, callback)
        else:
            document.add_timeout_callback(callback, round(1000 * seconds))

    return call_after


def knocker(callback: Callable[[], None]) -> Callable[[], None]:
    """A function for any thread that has ``callback`` called soon, once, on the thread of the page that is built now.

    However often it is called before that, the callback runs once: a page that stalls finds one knock, not a queue. A
    knock that has not been answered for `PATIENCE_S` counts as lost, and the next one is heard again.
    """
    document, loop = pn.state.curdoc, asyncio.get_running_loop()
    waiting = [-math.inf]

    def answer() -> None:
        waiting[0] = -math.inf
        callback()

    def come_in() -> None:  # on the page's thread: Bokeh's documents are not made for others
        if document is None or document.session_context is None:
            answer()
        else:
            document.add_next_tick_callback(answer)

    def knock() -> None:
        now = time.monotonic()
        if now - waiting[0] < PATIENCE_S or loop.is_closed():
            return
        waiting[0] = now
        with suppress(RuntimeError):  # the loop was closed this very moment
            loop.call_soon_threadsafe(come_in)

    return knock

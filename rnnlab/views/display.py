"""What it takes to be shown: in a notebook, served, and saved to one HTML file."""

from __future__ import annotations

from os import PathLike
from typing import Any, ClassVar

import panel as pn

LOAD_ATTEMPTS = ("attempts > 200", "attempts > 2400")
"""How often Panel's notebook output looks for its JavaScript, 25 ms apart: 5 s are not enough on a busy machine."""


class Displayed:
    """Base of what has a ``__panel__`` that builds its layout anew for every showing."""

    title: ClassVar[str] = "rnnlab"

    def __panel__(self) -> Any:
        raise NotImplementedError

    def servable(self, **settings: Any) -> Any:
        """Make this the page of a script run by ``panel serve``, which runs the script anew for every page."""
        return self.__panel__().servable(**{"title": self.title, **settings})

    def save(self, path: str | PathLike[str], **settings: Any) -> None:
        """Write this as it is now to one HTML file that opens without a network."""
        from bokeh.resources import INLINE

        no_icons = {"apple_icon": "", "app_favicon": ""}  # Panel's own would be fetched
        settings = {"title": self.title, "resources": INLINE, "template_variables": no_icons, **settings}
        self.__panel__().save(str(path), **settings)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        _prepare_notebook()
        return _patient(self.__panel__()._repr_mimebundle_(include, exclude))


def _prepare_notebook() -> None:
    """Load Panel's JavaScript into the notebook, from this machine: offline the default way shows nothing at all.

    Every display does so: the kernel may be older than the browser's page, which then has nothing yet.
    """
    pn.extension(inline=True)


def _patient(bundle: Any) -> Any:
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    if isinstance(data, dict) and "text/html" in data:
        data["text/html"] = data["text/html"].replace(*LOAD_ATTEMPTS)
    return bundle

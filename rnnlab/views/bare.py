"""Panel's parts without Panel's style sheets.

The lab brings its own style. Panel's sheets would be linked by address, two to five for every part, and in a notebook
those that belong to parts made after the page was shown lead to a server on the internet.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import panel as pn

from rnnlab.views import push


def beside(*names: str) -> str:
    """The text of files that lie beside the views, one after the other."""
    return "".join(files("rnnlab.views").joinpath(name).read_text(encoding="utf-8") for name in names)


def own_sheets_only(kind: type[Any]) -> Any:
    """The method by which a subclass of ``kind`` (a Panel class) brings only the style sheets it is given."""

    def process(self: Any, params: dict[str, Any]) -> dict[str, Any]:
        properties: dict[str, Any] = kind._process_param_change(self, params)
        if "stylesheets" in properties:
            properties["stylesheets"] = list(self.stylesheets)
        return properties

    return process


GONE = "rl-gone"
"""Class of a layout that is not `visible`."""


def hidden_by_class(kind: type[Any]) -> Any:
    """The method by which a subclass of ``kind`` (a layout of Panel's) has the class `GONE` while it is not visible.

    Bokeh hides with ``display: none``, which a sheet that makes a grid of the layout overrules.
    """
    bring = own_sheets_only(kind)

    def process(self: Any, params: dict[str, Any]) -> dict[str, Any]:
        properties: dict[str, Any] = bring(self, params)
        if properties.keys() & {"visible", "css_classes"}:
            properties["css_classes"] = [*self.css_classes, *([] if self.visible else [GONE])]
        return properties

    return process


def _told(kind: type[Any]) -> Any:
    """The method by which a subclass of ``kind`` brings the ``html_attributes`` that it was given, if any."""

    def properties(self: Any, doc: Any) -> dict[str, Any]:
        found: dict[str, Any] = kind._get_properties(self, doc)
        told = getattr(self, "html_attributes", None)
        return found | {"html_attributes": told} if told else found

    return properties


def bare(kind: type[Any]) -> type[Any]:
    """``kind`` (a Panel class) with no style sheet but those it is given.

    What is put into its attribute ``html_attributes`` (a title, say) before it is shown stands on its element.
    """
    process = hidden_by_class if issubclass(kind, pn.layout.base.ListLike) else own_sheets_only
    own = {"_process_param_change": process(kind), "_get_properties": _told(kind), "__doc__": kind.__doc__}
    return type(kind.__name__, (kind,), own)


Button = bare(pn.widgets.Button)
CheckBoxGroup = bare(pn.widgets.CheckBoxGroup)
Checkbox = bare(pn.widgets.Checkbox)
Column = bare(pn.Column)
FloatInput = bare(pn.widgets.FloatInput)
FloatSlider = push.quick(bare(pn.widgets.FloatSlider))
Html = bare(pn.pane.HTML)
IntInput = bare(pn.widgets.IntInput)
IntSlider = push.quick(bare(pn.widgets.IntSlider))
Picture = bare(pn.pane.Bokeh)
RangeSlider = push.quick(bare(pn.widgets.RangeSlider))
Row = bare(pn.Row)
Select = bare(pn.widgets.Select)
TextInput = bare(pn.widgets.TextInput)

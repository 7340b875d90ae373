"""A network in words: what `repr` and a notebook show. Names are a stranger's text and are escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rnnlab.networks.network import Network


def network_text(network: Network) -> str:
    """Several lines: kind, counts, time step, array shapes, digest."""
    lines = [_headline(network), f"  arrays  {_shapes(network)}", f"  digest  {_digest(network)}"]
    return "\n".join(lines)


def network_html(network: Network) -> str:
    """The same as a small table, the equations in force included."""
    rows = {
        "equations": f"<pre style='margin:0'>{escape(network.equation)}</pre>",
        "arrays": escape(_shapes(network)),
        **({"notes": "<br>".join(map(escape, network.notes))} if network.notes else {}),
        "digest": f"<code>{_digest(network)}</code>",
    }
    cells = "".join(f"<tr><th style='text-align:left'>{key}</th><td>{value}</td></tr>" for key, value in rows.items())
    return f"<div><b>{escape(_headline(network))}</b><table>{cells}</table></div>"


def _headline(network: Network) -> str:
    kind = getattr(network.config, "name", type(network.config).__name__)
    name = f" {network.name!r}" if network.name else ""
    parts = [
        _count(network.n_units, "unit"),
        _count(network.n_inputs, "input"),
        _count(network.n_outputs, "output"),
        f"dt {network.dt:g} ms",
    ]
    return f"{kind}{name}: {', '.join(parts)}"


def _digest(network: Network) -> str:
    return network.digest[:12] if network.citable else "none: Python code"


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def _shapes(network: Network) -> str:
    return ", ".join(f"{name} {array.shape}" for name, array in network.parameters.items())

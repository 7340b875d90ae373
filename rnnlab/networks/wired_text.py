"""What is asked of the weights of `rnnlab.networks.wired.Wired` cells, as text for a person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from rnnlab.networks.weights import Weights
    from rnnlab.networks.wired import Wired


def joined(texts: Iterable[str]) -> str:
    """On one line, those that say something."""
    return "; ".join(text for text in texts if text)


def signs_text(config: Wired) -> str:
    """What signs units and weights have, and how they are kept."""
    texts = _unit_signs(config), _input_signs(config), _output_signs(config)
    return joined((*texts, f"signs kept by {config.dale}" if any(texts) else ""))


def _unit_signs(config: Wired) -> str:
    return f"{_counts(config.unit_signs)} units" if config.unit_signs.any() else ""


def _input_signs(config: Wired) -> str:
    given, signed = config.input_sign, config.unit_signs.any()
    if isinstance(given, tuple):
        return f"{_counts(np.array(given))} inputs"
    if given == "positive" or (given == "dale" and signed):
        return "input weights positive"
    return "input weights free" if signed else ""


def _output_signs(config: Wired) -> str:
    if config.output_sign == "positive":
        return "all units read out positively"
    signed = {
        "excitatory": "excitatory units read out",
        "signed": "units read out with their sign",
        "free": "read-out weights free",
    }
    return signed[config.output_sign] if config.unit_signs.any() else ""


def _counts(signs: np.ndarray) -> str:
    counts = {"excitatory": (signs > 0).sum(), "inhibitory": (signs < 0).sum(), "free": (signs == 0).sum()}
    return ", ".join(f"{n} {kind}" for kind, n in counts.items() if n or kind != "free")


def connections_text(config: Wired) -> str:
    """Which connections are missing."""
    names = [name for name, asked in _matrices(config) if asked.connections is not None]
    areas = "" if config.areas is None else f"areas of {', '.join(map(str, config.areas.sizes))} units"
    partly = f"{', '.join(names)} partly connected" if names else ""
    return joined((areas, partly, "" if config.autapses else "no autapses"))


def frozen_text(config: Wired) -> str:
    """Of which matrices some weights do not learn."""
    names = [name for name, asked in _matrices(config) if asked.frozen is not None]
    return f"{', '.join(names)} partly frozen" if names else ""


def _matrices(config: Wired) -> tuple[tuple[str, Weights], ...]:
    heard = config.heard(1)[0]
    return (heard, config.weights_in), ("W_rec", config.weights_rec), ("W_out", config.weights_out)

"""How colours look to readers who lack a cone type, and how far apart they then are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Linear RGB to linear RGB at full severity; Machado, Oliveira & Fernandes 2009, IEEE TVCG 15.
VISION = {
    "all cones": np.eye(3),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
}
_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


def linear(colour: str) -> NDArray:
    """``#rrggbb`` as linear RGB in [0, 1]."""
    value = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def cielab(colour: str, vision: str = "all cones") -> NDArray:
    """CIELAB (D65) of a colour as seen."""
    seen = np.clip(VISION[vision] @ linear(colour), 0, 1)
    xyz = _XYZ @ seen / (_XYZ @ np.ones(3))
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def distance(one: str, other: str, vision: str = "all cones") -> float:
    """CIE 1976 colour difference; about 2.3 is just noticeable side by side."""
    return float(np.linalg.norm(cielab(one, vision) - cielab(other, vision)))


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio, 1 to 21."""
    low, high = sorted(float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other))
    return (high + 0.05) / (low + 0.05)

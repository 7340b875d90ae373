"""Weights as panels."""

from __future__ import annotations

import numpy as np

from rnnlab.analysis import Spectrum
from rnnlab.figures.panels import Curves, Panels, Series


def spectrum(result: Spectrum) -> Panels:
    """Eigenvalues in the complex plane, the disc of a random matrix dashed."""
    values, turn = result.eigenvalues, np.linspace(0, 2 * np.pi, 121)
    reach = 1.08 * max(result.radius, result.disc, 1.0)
    circle = Series(result.disc * np.cos(turn), result.disc * np.sin(turn))
    dots = Series(values.real, values.imag, line=False, dots=True)
    return (
        Curves(
            "real part (dashed: disc of a random matrix)",
            "imaginary part",
            (dots,),
            reference=(circle,),
            x_range=(-reach, reach),
            y_range=(-reach, reach),
            square=True,
        ),
    )

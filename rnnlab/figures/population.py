"""The population as panels."""

from __future__ import annotations

import numpy as np

from rnnlab.analysis import PrincipalComponents
from rnnlab.figures.panels import Curves, Panels, Series

MOST = 20
"""Components drawn."""


def principal_components(result: PrincipalComponents) -> Panels:
    """Variance of each component, and of all up to it."""
    shares = 100 * np.asarray(result.variance_ratio, float)[:MOST]
    number = np.arange(1, len(shares) + 1)
    series = (
        Series(number, shares, "each", dots=True),
        Series(number, np.cumsum(shares), "all up to it", dots=True),
    )
    return (
        Curves("principal component", "variance explained (%)", series, palette="categorical", y_range=(0.0, 103.0)),
    )

"""Networks, or states of one, side by side, as panels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis import DynamicalSimilarity, Similarity, Topology
from rnnlab.analysis.dynamical_similarity import TITLES as DYNAMICS
from rnnlab.analysis.similarity import TITLES
from rnnlab.figures.panels import Bars, Curves, Heat, Panels


def similarity(result: Similarity) -> Panels:
    """Everything against everything."""
    return (_square(TITLES[result.measure], result.names, result.values),)


def dynamical_similarity(result: DynamicalSimilarity) -> Panels:
    """Everything against everything; 0 is the same."""
    return (_square(DYNAMICS[result.compared], result.names, result.values),)


def _square(title: str, names: tuple[str, ...], values: NDArray[np.float64]) -> Heat:
    """A matrix whose rows and columns have the same names."""
    n = float(len(names))
    places = {k + 0.5: name for k, name in enumerate(names)}
    return Heat(
        "compared", "compared with", np.asarray(values), (0.0, n), (n, 0.0), title, x_names=places, y_names=places
    )


def topology(result: Topology) -> Panels:
    """How many points of each kind there are, one set of bars for each number of unstable directions."""
    n, most = result.counts.shape
    width = 0.8 / most
    bars = tuple(
        Bars(np.arange(n) - 0.4 + k * width, np.arange(n) - 0.4 + (k + 1) * width, result.counts[:, k], str(k))
        for k in range(most)
        if result.counts[:, k].any() or most == 1
    )
    names = {
        float(k): f"{name} ({kind[:3]})" for k, (name, kind) in enumerate(zip(result.names, result.kinds, strict=True))
    }
    return (
        Curves(
            "in brackets: the code of its graph",
            "fixed points",
            bars=bars,
            palette="categorical",
            legend="unstable directions",
            x_names=names,
            x_range=(-0.6, n - 0.4),
        ),
    )

"""Behaviour as panels: accuracy."""

from __future__ import annotations

from rnnlab.analysis import Accuracy
from rnnlab.figures.panels import Curves, Panels, Series


def accuracy(result: Accuracy) -> Panels:
    """One point with its interval, above chance."""
    point = Series(
        [0.0], [100 * result.accuracy], low=[100 * result.low], high=[100 * result.high], line=False, dots=True
    )
    return (
        Curves(
            "dashed: chance",
            "trials that are right (%)",
            (point,),
            levels=(100 * result.chance,),
            x_range=(-1.0, 1.0),
            y_range=(0.0, 103.0),
            x_names={0.0: f"{result.n_trials} trials"},
        ),
    )

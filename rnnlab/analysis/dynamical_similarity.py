"""How alike the dynamics of networks are, whatever paths their activity takes: dynamical similarity analysis (DSA).

Linear dynamics are fitted to the activity together with its recent past, and the fitted operators compared: by their
eigenvalues, or up to the best orthogonal change of coordinates (Ostrow, Eisen, Kozachkov & Fiete 2023, Beyond geometry,
NeurIPS 36). Networks may go the same way by different dynamics, or different ways by the same; measures of activity
see the way alone. The computation is that of the authors' package, ``pip install "rnnlab[dsa]"``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from rnnlab.analysis import _dsa
from rnnlab.analysis._result import FloatArray, Result, frozen, shape_of

Compared = Literal["eigenvalues", "operators"]

MOST_COMPONENTS = 20
"""Principal components of each system's activity that are looked at, at most."""
SCORES = {"eigenvalues": "wasserstein", "operators": "angular"}
"""The package's names."""


@dataclass(frozen=True, repr=False, eq=False)
class DynamicalSimilarity(Result):
    """Every system against every other.

    Attributes:
        names: of the systems.
        values: (system, system) symmetric distances, 0 for the same dynamics. Of eigenvalues: the mean squared distance
            between those of one step's operators, paired as well as can be. Of operators: the angle, in radians, that
            the best orthogonal change of coordinates leaves.
        compared: ``"eigenvalues"`` or ``"operators"``.
        n_delays: time steps that a fit sees.
        rank: of the fitted operators.
        n_samples: (system,) trials times steps.
    """

    names: tuple[str, ...]
    values: FloatArray
    compared: str
    n_delays: int
    rank: int
    n_samples: tuple[int, ...]

    def facts(self) -> dict[str, str]:
        off = self.values[~np.eye(len(self.names), dtype=bool)]
        return {
            "systems": ", ".join(self.names),
            "compared": TITLES[self.compared],
            "between them": f"{off.min():.2g} to {off.max():.2g}, mean {off.mean():.2g}",
            f"from {self.names[0]}": ", ".join(
                f"{name} {value:.2g}" for name, value in zip(self.names[1:], self.values[0, 1:], strict=True)
            ),
            "linear fits": f"of rank {self.rank}, to {self.n_delays} time steps at a time",
            "values": shape_of(self.values, "system", "system"),
        }


TITLES = {
    "eigenvalues": "squared distance of eigenvalues (DSA)",
    "operators": "angle between operators (DSA, rad)",
}


def dynamical_similarity(
    activities: Mapping[str, ArrayLike],
    n_delays: int = 10,
    rank: int = 10,
    compared: Compared = "eigenvalues",
    seed: int = 0,
    tell: Callable[[float], None] = lambda share: None,
) -> DynamicalSimilarity:
    """Compare the dynamics behind the activity of several systems. They need not have the same trials or units.

    Args:
        activities: name -> (trial, time, unit), all with the same time step.
        n_delays: how many successive steps a fit sees: more, where units that are not observed have a part in it.
        rank: of the fits, which is cut to what the smallest system allows.
        compared: ``"eigenvalues"``, quick, or ``"operators"``, which sees more (how modes are coupled) and takes a
            search of some seconds for each pair.
        seed: of that search.
        tell: called now and then; may raise to give it up.

    Raises:
        ValueError: the package is not installed, fewer than two systems, activity that is not finite, does not change
            or has too few steps, or no such comparison.
    """
    if compared not in get_args(Compared):
        raise ValueError(f"compared: {compared!r}; choose one of {', '.join(get_args(Compared))}")
    if len(activities) < 2:
        raise ValueError(f"activities: {len(activities)} given; give at least two to compare")
    if n_delays < 1 or rank < 1:
        raise ValueError(f"n_delays={n_delays}, rank={rank}; give at least 1 of each")
    systems = {name: _components(name, values, n_delays) for name, values in activities.items()}
    allowed = min(min(len(x) * (x.shape[1] - n_delays), n_delays * x.shape[2]) for x in systems.values())
    if not _dsa.installed():
        remedy = 'pip install "rnnlab[dsa]"'
        raise ValueError(f"compared: dynamics are compared by the package dsa-metric, which is not installed; {remedy}")
    values = _dsa.distances([*systems.values()], n_delays, min(rank, allowed), SCORES[compared], seed, tell)
    return DynamicalSimilarity(
        tuple(systems),
        frozen(values),
        compared,
        n_delays,
        min(rank, allowed),
        tuple(len(x) * x.shape[1] for x in systems.values()),
    )


def _components(name: str, values: ArrayLike, n_delays: int) -> FloatArray:
    """(trial, time, component) its leading principal components, scaled to a total variance of 1."""
    array = np.asarray(values, float)
    if array.ndim != 3 or not array.size:
        raise ValueError(f"{name}: shape {array.shape}; give (trial, time, unit)")
    if not np.isfinite(array).all():
        raise ValueError(f"{name}: some are not finite; leave those steps out")
    if array.shape[1] < n_delays + 2:
        raise ValueError(
            f"{name}: {array.shape[1]} time steps; {n_delays} delays need {n_delays + 2}, give more or fewer"
        )
    flat = (array - array.mean(axis=(0, 1))).reshape(-1, array.shape[2])
    variances, axes = np.linalg.eigh(flat.T @ flat / len(flat))
    kept = variances > 1e-12 * max(variances[-1], 1e-300)
    if variances[-1] < 1e-20:
        raise ValueError(f"{name}: it never changes, so there are no dynamics to compare; leave it out")
    leading = axes[:, kept][:, ::-1][:, :MOST_COMPONENTS]
    return (flat @ leading / np.sqrt(variances.sum())).reshape(*array.shape[:2], -1)

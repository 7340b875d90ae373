"""Each start by itself, as other programs search: for comparison with the search that shares what it finds.

``exact`` finds a root of F(x) - x from each start (MINPACK's hybrid Powell method with the analytic Jacobian, what
fsolve is); ``approx`` goes downhill on q from each (L-BFGS) and takes what ends below the tolerance, root or not.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis._update import Update, half_square

Array = NDArray[Any]

METHODS = ("search", "exact", "approx")


def ends_of_each(update: Update, starts: Array, method: str, tolerance: float) -> Array:
    """(start, state) where the search from each start ends."""
    one = _root if method == "exact" else _minimum
    with np.errstate(over="ignore", invalid="ignore"):
        return np.array([one(update, start, tolerance) for start in starts]).reshape(starts.shape)


def _root(update: Update, start: Array, tolerance: float) -> Array:
    from scipy.optimize import root  # costs more to import than everything else here

    eye = np.eye(update.n_states)
    found = root(
        lambda x: update.residual(x[None])[0],
        start,
        jac=lambda x: update.jacobian(x[None])[0] - eye,
        tol=min(1e-10, np.sqrt(tolerance)),
    )
    return np.asarray(found.x)


def _minimum(update: Update, start: Array, tolerance: float) -> Array:
    from scipy.optimize import minimize

    def of_one(x: Array) -> tuple[float, Array]:
        residual, pull = update.linearise(x[None])
        return float(half_square(residual)[0]) / tolerance, (pull(residual) - residual)[0] / tolerance

    options = {"maxiter": 5000, "maxfun": 20_000, "ftol": 0.0, "gtol": 1e-6}
    return np.asarray(minimize(of_one, start, method="L-BFGS-B", jac=True, options=options).x)

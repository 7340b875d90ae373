"""The recurrent matrix of whatever has one."""

from __future__ import annotations

from typing import Any

import numpy as np

from rnnlab.analysis._result import FloatArray
from rnnlab.networks import Network, as_network


def recurrent(source: Any, matrix: str | None = None) -> tuple[str, FloatArray, Network | None]:
    """Name and weights (to, from) of a recurrent matrix, and its network where there is one.

    Args:
        source: a Network, a Run, or a square array.
        matrix: which, for networks that have several (an LSTM's gates); the first by default.

    Raises:
        ValueError: the array is not a finite square matrix, or there is no matrix of that name.
    """
    if isinstance(source, np.ndarray | list | tuple):
        W = np.asarray(source, float)
        if W.ndim != 2 or W.shape[0] != W.shape[1] or not W.size or not np.isfinite(W).all():
            raise ValueError(f"source: shape {W.shape}; give a finite square matrix (to, from)")
        return matrix or "matrix", W, None
    network = as_network(source)
    matrices = network.config.recurrent_matrices(network.parameters)
    name = matrix or next(iter(matrices))
    if name not in matrices:
        raise ValueError(f"matrix: {name!r}; choose one of {', '.join(matrices)}")
    return name, np.asarray(matrices[name], float), network

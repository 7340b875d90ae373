"""Small piecewise linear networks exactly: every activation pattern is a linear system with at most one solution.

A pattern says which units are above threshold. Its solution is a fixed point if, and only if, it has that pattern.
"""

from __future__ import annotations

import itertools

import numpy as np

from rnnlab.analysis._result import FloatArray
from rnnlab.networks import LeakyRelu, LeakyRNN, Network, Relu

MOST_UNITS = 10
SINGULAR = -25.0
"""Natural logarithm of |det(I - M)| below which a pattern's system counts as singular."""


def points_by_pattern(network: Network, inputs: FloatArray) -> FloatArray | None:
    """(point, unit) all fixed points; None where the network is not piecewise linear, too large, or where a pattern's
    system is singular, so that it may hold a continuum of points."""
    cell = network.config
    if not isinstance(cell, LeakyRNN) or cell.damping or cell.n_units > MOST_UNITS:
        return None
    if not isinstance(cell.nonlinearity, Relu | LeakyRelu):
        return None
    on = np.array(list(itertools.product((False, True), repeat=cell.n_units)))
    return _solve(cell, network, inputs, on)


def _solve(cell: LeakyRNN, network: Network, inputs: FloatArray, on: FloatArray) -> FloatArray | None:
    f, W, n = cell.nonlinearity, network.parameters["W_rec"], cell.n_units
    slopes: FloatArray = np.where(on, float(f.derivative(np.array(1.0))), float(f.derivative(np.array(-1.0))))
    constant = cell.drive(network.parameters, np.zeros((1, n)), inputs[None])[0]
    current = cell.form == "current"
    matrices = np.eye(n) - (W * slopes[:, None, :] if current else slopes[:, :, None] * W)
    if (np.linalg.slogdet(matrices)[1] < SINGULAR).any():
        return None
    targets = np.broadcast_to(constant, slopes.shape) if current else slopes * constant
    states = np.linalg.solve(matrices, targets[:, :, None])[:, :, 0]
    thresholded = states if current else states @ W.T + constant
    return states[((thresholded > 0) == on).all(axis=1)]

"""Changes of a leaky network's structure by hand: signs of units, connections cut, weights that do not learn.

Each gives the changed description. What is painted becomes explicit: a list of signs instead of a fraction, a matrix
instead of a density.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnlab.networks.given import Given
from rnnlab.networks.leaky import LeakyRNN
from rnnlab.networks.weights import Weights

FIELDS = {"W_in": "weights_in", "W_rec": "weights_rec", "W_out": "weights_out"}
"""Matrix -> the field that says where it starts, which connections there are and what learns."""

Block = tuple[slice, slice]
"""Rows (to) and columns (from) of a matrix."""


def with_signs(network: LeakyRNN, units: slice, sign: int) -> LeakyRNN:
    """Units excitatory (1), inhibitory (-1) or free (0).

    Example:
        >>> with_signs(LeakyRNN(n_units=4, excitatory=0.5), slice(0, 1), -1).signs
        (-1, 1, -1, -1)
    """
    signs = network.unit_signs.astype(int)
    signs[units] = sign
    return network.replace(excitatory=None, signs=tuple(signs.tolist()) if signs.any() else None)


def with_input_signs(network: LeakyRNN, inputs: slice, sign: int, n_inputs: int) -> LeakyRNN:
    """Weights of some inputs positive (1), negative (-1) or free (0)."""
    given = network.input_sign
    bound = given == "positive" or (given == "dale" and bool(network.unit_signs.any()))
    signs = np.array(given) if isinstance(given, tuple) else np.full(n_inputs, int(bound))
    signs[inputs] = sign
    return network.replace(input_sign=tuple(signs.tolist()) if signs.any() else "free")


def with_connections(network: LeakyRNN, name: str, block: Block, there: bool, shape: tuple[int, int]) -> LeakyRNN:
    """Connections of one matrix cut, or allowed again.

    Args:
        network: the description.
        name: ``"W_in"``, ``"W_rec"`` or ``"W_out"``.
        block: which of its entries.
        there: whether there is a connection.
        shape: of the matrix, (to, from).

    Example:
        >>> with_connections(LeakyRNN(n_units=2), "W_rec", (slice(0, 1), slice(1, 2)), False, (2, 2)).weights_rec
        Weights(initial=None, connections=Given('1 0; 1 1'), frozen=None, fixed=None)
    """
    weights, where = _weights(network, name)
    known = weights.patterns(shape, where)[0]
    mask = _painted(known, block, there, shape, usual=True)
    return network.replace(**{FIELDS[name]: weights.replace(connections=None if mask.all() else _given(mask))})


def with_frozen(network: LeakyRNN, name: str, block: Block, frozen: bool, shape: tuple[int, int]) -> LeakyRNN:
    """Entries of one matrix that do not learn, or that learn again; the arguments are those of `with_connections`."""
    weights, where = _weights(network, name)
    mask = _painted(weights.patterns(shape, where)[1], block, frozen, shape, usual=False)
    changes: dict[str, Any] = {"frozen": _given(mask)} if mask.any() else {"frozen": None, "fixed": None}
    return network.replace(**{FIELDS[name]: weights.replace(**changes)})


def unpainted(network: LeakyRNN) -> LeakyRNN:
    """Without explicit signs, and without connections and frozen entries given one by one. Densities and areas stay."""
    changes: dict[str, Any] = {"signs": None}
    if isinstance(network.input_sign, tuple):
        changes["input_sign"] = "dale"
    for field in FIELDS.values():
        weights: Weights = getattr(network, field)
        given = {part: None for part in ("connections", "frozen") if isinstance(getattr(weights, part), Given)}
        changes[field] = weights.replace(**given, **({"fixed": None} if "frozen" in given else {}))
    return network.replace(**changes)


def _weights(network: LeakyRNN, name: str) -> tuple[Weights, str]:
    return getattr(network, FIELDS[name]), f"LeakyRNN.{FIELDS[name]}"


def _painted(
    known: NDArray[np.bool_] | None, block: Block, value: bool, shape: tuple[int, int], *, usual: bool
) -> NDArray[np.bool_]:
    mask = np.full(shape, usual) if known is None else known.copy()
    mask[block] = value
    return mask


def _given(mask: NDArray[np.bool_]) -> Given:
    return Given.of(mask.astype(int))

"""Changes of a network's structure by hand: signs of units, connections cut, weights that do not learn.

Each gives the changed description. What is painted becomes explicit: a list of signs instead of a fraction, a matrix
instead of a density.
"""

from __future__ import annotations

from typing import Any, TypeGuard, TypeVar

import numpy as np
from numpy.typing import NDArray

from rnnlab.networks.given import Given
from rnnlab.networks.weights import Weights
from rnnlab.networks.wired import Wired

FIELDS = {"W_in": "weights_in", "W_rec": "weights_rec", "W_out": "weights_out"}
"""Matrix -> the field that says where it starts, which connections there are and what learns."""

AnyWired = TypeVar("AnyWired", bound=Wired)

Block = tuple[slice, slice]
"""Rows (to) and columns (from) of a matrix."""


def can_be_painted(network: object) -> TypeGuard[Wired]:
    """Whether signs, connections and frozen entries can be asked of the three matrices."""
    return isinstance(network, Wired) and network.heard(1)[0] == "W_in"


def with_signs(network: AnyWired, units: slice, sign: int) -> AnyWired:
    """Units excitatory (1), inhibitory (-1) or free (0).

    Example:
        >>> from rnnlab.networks import LeakyRNN
        >>> with_signs(LeakyRNN(n_units=4, excitatory=0.5), slice(0, 1), -1).signs
        (-1, 1, -1, -1)
    """
    signs = network.unit_signs.astype(int)
    signs[units] = sign
    return network.replace(excitatory=None, signs=tuple(signs.tolist()) if signs.any() else None)


def with_input_signs(network: AnyWired, inputs: slice, sign: int, n_inputs: int) -> AnyWired:
    """Weights of some inputs positive (1), negative (-1) or free (0)."""
    given = network.input_sign
    bound = given == "positive" or (given == "dale" and bool(network.unit_signs.any()))
    signs = np.array(given) if isinstance(given, tuple) else np.full(n_inputs, int(bound))
    signs[inputs] = sign
    return network.replace(input_sign=tuple(signs.tolist()) if signs.any() else "free")


def with_connections(network: AnyWired, name: str, block: Block, there: bool, shape: tuple[int, int]) -> AnyWired:
    """Connections of one matrix cut, or allowed again.

    Args:
        network: the description.
        name: ``"W_in"``, ``"W_rec"`` or ``"W_out"``.
        block: which of its entries.
        there: whether there is a connection.
        shape: of the matrix, (to, from).

    Example:
        >>> from rnnlab.networks import LeakyRNN
        >>> with_connections(LeakyRNN(n_units=2), "W_rec", (slice(0, 1), slice(1, 2)), False, (2, 2)).weights_rec
        Weights(initial=None, connections=Given('1 0; 1 1'), frozen=None, fixed=None)
    """
    weights, where = _weights(network, name)
    known = weights.patterns(shape, where)[0]
    mask = _painted(known, block, there, shape, usual=True)
    return network.replace(**{FIELDS[name]: weights.replace(connections=None if mask.all() else _given(mask))})


def with_frozen(network: AnyWired, name: str, block: Block, frozen: bool, shape: tuple[int, int]) -> AnyWired:
    """Entries of one matrix that do not learn, or that learn again; the arguments are those of `with_connections`."""
    weights, where = _weights(network, name)
    mask = _painted(weights.patterns(shape, where)[1], block, frozen, shape, usual=False)
    changes: dict[str, Any] = {"frozen": _given(mask)} if mask.any() else {"frozen": None, "fixed": None}
    return network.replace(**{FIELDS[name]: weights.replace(**changes)})


def unpainted(network: AnyWired) -> AnyWired:
    """Without explicit signs, and without connections and frozen entries given one by one. Densities and areas stay."""
    changes: dict[str, Any] = {"signs": None}
    if isinstance(network.input_sign, tuple):
        changes["input_sign"] = "dale"
    for field in FIELDS.values():
        weights: Weights = getattr(network, field)
        given = {part: None for part in ("connections", "frozen") if isinstance(getattr(weights, part), Given)}
        changes[field] = weights.replace(**given, **({"fixed": None} if "frozen" in given else {}))
    return network.replace(**changes)


def _weights(network: Wired, name: str) -> tuple[Weights, str]:
    return getattr(network, FIELDS[name]), f"{type(network).__name__}.{FIELDS[name]}"


def _painted(
    known: NDArray[np.bool_] | None, block: Block, value: bool, shape: tuple[int, int], *, usual: bool
) -> NDArray[np.bool_]:
    mask = np.full(shape, usual) if known is None else known.copy()
    mask[block] = value
    return mask


def _given(mask: NDArray[np.bool_]) -> Given:
    return Given.of(mask.astype(int))

"""How a network's matrices are built: signs, missing and frozen connections, areas, and the eigenvalues they give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis._result import FloatArray, Result, frozen
from rnnlab.analysis.spectrum import Spectrum, spectrum
from rnnlab.networks import Network, as_network
from rnnlab.networks.initialisers import is_random


@dataclass(frozen=True, repr=False, eq=False)
class Structure(Result):
    """The structure of one network, as it is.

    Attributes:
        weights: effective matrices by name: ``W_in`` (unit, input), ``W_rec`` (to, from), ``W_out`` (output, unit);
            of a cell with gates ``W_in`` and ``W_rec`` are those of the first gate.
        absent: of the same shapes, True where there is no connection.
        frozen: of the same shapes, True where a weight does not learn.
        areas: (unit,) the area of each unit, empty where there is only one.
        asked: the spectral radius asked for, None where none is.
        spectrum: eigenvalues of ``W_rec``, and the signs of the units.
    """

    weights: Mapping[str, FloatArray]
    absent: Mapping[str, NDArray[np.bool_]]
    frozen: Mapping[str, NDArray[np.bool_]]
    areas: NDArray[np.int64]
    asked: float | None
    spectrum: Spectrum

    @property
    def n_units(self) -> int:
        return len(self.weights["W_rec"])

    def facts(self) -> dict[str, str]:
        recurrent, excite, inhibit = self.weights["W_rec"], self.spectrum.n_excitatory, self.spectrum.n_inhibitory
        signs = f": {excite} excite, {inhibit} inhibit" if excite or inhibit else ", signs free"
        return {
            "units": f"{self.n_units}{signs}",
            "connections": f"{1 - self.absent['W_rec'].mean():.0%} of {recurrent.size} recurrent ones",
            "do not learn": f"{int(self.frozen['W_rec'].sum())} recurrent weights"
            if self.frozen["W_rec"].any()
            else "",
            "areas": str(int(self.areas.max()) + 1) if len(self.areas) else "",
            "spectral radius": f"{self.spectrum.radius:.3g}" + (f", {self.asked:g} asked for" if self.asked else ""),
        }


def structure(network: Network | Any) -> Structure:
    """The structure of a network: what is connected to what, with which sign, and which of it learns.

    Args:
        network: a `rnnlab.networks.Network`, or a run.

    Example:
        >>> import numpy as np
        >>> from rnnlab.networks import LeakyRNN, Network
        >>> config = LeakyRNN(n_units=10, excitatory=0.8, autapses=False, spectral_radius=0.9)
        >>> found = structure(Network.initialised(config, 2, 1, np.random.default_rng(0)))
        >>> round(found.spectrum.radius, 6), found.absent["W_rec"].sum()
        (0.9, np.int64(10))
    """
    network = as_network(network)
    config, sizes = network.config, (network.n_inputs, network.n_outputs)
    matrices = config.recurrent_matrices(network.parameters)
    name, recurrent = next(iter(matrices.items()))
    weights = {each: network.parameters[each] for each in ("W_in", "W_out")} | {"W_rec": recurrent}
    if len(matrices) > 1:
        weights["W_in"] = weights["W_in"][: network.n_units]
    rules = config.rules(*sizes)
    masks = {each: getattr(rules.get(each), "mask", None) for each in weights}
    fixed = {each: getattr(rules.get(each), "frozen", None) for each in weights}
    areas = getattr(config, "areas", None)
    return Structure(
        {each: frozen(array, np.float64) for each, array in weights.items()},
        {each: _pattern(masks[each], array, absent=True) for each, array in weights.items()},
        {each: _pattern(fixed[each], array, absent=False) for each, array in weights.items()},
        frozen(() if areas is None or len(areas.sizes) < 2 else areas.of_units, np.int64),
        _asked(config),
        spectrum(network, name),
    )


def _pattern(mask: NDArray[np.bool_] | None, array: FloatArray, *, absent: bool) -> NDArray[np.bool_]:
    none = np.zeros(np.shape(array), dtype=bool)
    found: NDArray[np.bool_] = frozen(none if mask is None else ~mask if absent else mask, bool)
    return found


def _asked(config: Any) -> float | None:
    """The radius to which recurrent weights are scaled: only those that start at random are."""
    asked: float | None = getattr(config, "spectral_radius", None)
    start = getattr(getattr(config, "weights_rec", None), "initial", None)
    return asked if start is None or is_random(start) else None

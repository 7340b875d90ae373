"""Which units, inputs or outputs something is done to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from rnnlab.networks import Areas, Cell
from rnnlab.spec import Spec, SpecError, quantity


@dataclass(frozen=True)
class Group(Spec):
    """Units told by what they are: of some areas, of one sign, or both; with nothing given, all.

    Example:
        >>> from rnnlab.networks import LeakyRNN
        >>> Group(sign="inhibitory").indices(LeakyRNN(n_units=10, excitatory=0.8), "units")
        array([8, 9])
    """

    areas: tuple[int, ...] | None = quantity(None, low=0, help="of which areas, counted from 0; nothing: of all")
    sign: Literal["excitatory", "inhibitory"] | None = None
    """Only excitatory or only inhibitory units; nothing: any."""

    def indices(self, config: Cell, where: str) -> np.ndarray:
        """The units, counted from 0.

        Raises:
            SpecError: at ``where``, if the network has no such areas, or no such units.
        """
        chosen = np.ones(config.n_units, dtype=bool)
        if self.areas is not None:
            chosen &= self._in_areas(getattr(config, "areas", None), where)
        if self.sign is not None:
            chosen &= config.unit_signs == (1 if self.sign == "excitatory" else -1)
        if not chosen.any():
            raise SpecError(where, f"there are no {self.sign or 'such'} units", remedy="give units that are there")
        return np.flatnonzero(chosen)

    def _in_areas(self, areas: Areas | None, where: str) -> np.ndarray:
        if areas is None:
            raise SpecError(f"{where}.areas", "the network has no areas", remedy="give the units themselves")
        for i, area in enumerate(self.areas or ()):
            if area >= len(areas.sizes):
                problem = f"{area} is not one of {len(areas.sizes)} areas"
                raise SpecError(f"{where}.areas[{i}]", problem, remedy=f"give 0 to {len(areas.sizes) - 1}")
        return np.isin(areas.of_units, self.areas or ())


AnyUnits: TypeAlias = tuple[int, ...] | Group
"""What a description may name: units by number, counted from 0, or a group."""


def unit_indices(units: AnyUnits, config: Cell, where: str) -> np.ndarray:
    """The units as an array of indices.

    Raises:
        SpecError: at ``where``, if there are no such units.
    """
    if isinstance(units, Group):
        return units.indices(config, where)
    return indices(units, config.n_units, "unit", where)


def indices(chosen: tuple[int, ...], n: int, what: str, where: str) -> np.ndarray:
    """Numbers of things of which there are ``n``, as an array of indices.

    Raises:
        SpecError: at ``where``, if one is too large or named twice.
    """
    for i, index in enumerate(chosen):
        if index in chosen[:i]:
            raise SpecError(f"{where}[{i}]", f"{index} is named twice", remedy="name each once")
        if index >= n:
            article = "an" if what[0] in "aeio" else "a"
            problem = f"{index} is not {article} {what} of a network of {n}"
            raise SpecError(f"{where}[{i}]", problem, remedy=f"give 0 to {n - 1}" if n else f"it has no {what}s")
    return np.array(chosen, dtype=np.intp)


def check_count(values: float | tuple[float, ...], n: int, what: str, where: str) -> None:
    """Raise `SpecError` at ``where`` unless there is one number for all, or one for each of ``n``."""
    if isinstance(values, tuple) and len(values) != n:
        problem = f"a list of {len(values)} for {n} {what}{'' if n == 1 else 's'}"
        raise SpecError(where, problem, remedy=f"give one number for all or one per {what}")

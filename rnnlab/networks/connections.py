"""Which connections there are: densities, areas, or any pattern given."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

import numpy as np

from rnnlab.networks.given import Given
from rnnlab.spec import Spec, SpecError, quantity

SEED = quantity(0, low=0, high=2**63 - 1, help="decides which ones; the same in every run, whatever its own seed")


@dataclass(frozen=True)
class Density(Spec):
    """A share of all connections, chosen at random once and for all.

    Example:
        >>> Density(0.25, seed=3).mask(4, 10).sum()
        np.int64(10)
    """

    share: float = quantity(low=0, high=1, soft=(0, 1), step=0.05, help="of all connections, to the nearest whole one")
    seed: int = SEED

    def mask(self, n_to: int, n_from: int, part: int = 0) -> np.ndarray:
        """(to, from), True where there is a connection: ``round(share * n_to * n_from)`` of them.

        ``part`` tells apart patterns that are drawn with one seed.
        """
        mask = np.zeros(n_to * n_from, dtype=bool)
        mask[: round(self.share * mask.size)] = True
        return np.random.default_rng((self.seed, part)).permutation(mask).reshape(n_to, n_from)


AnyConnections: TypeAlias = Density | Given
"""What a description may name for a pattern of connections: a density, or a matrix of zeros and ones."""


@lru_cache(maxsize=256)
def pattern(connections: AnyConnections, shape: tuple[int, int], where: str) -> np.ndarray:
    """(to, from), True where there is a connection; read-only.

    Raises:
        SpecError: at ``where``, if a matrix given is of another shape, or holds anything but zeros and ones.
    """
    if isinstance(connections, Given):
        given = connections.shaped(shape, where)
        if not np.isin(given, (0.0, 1.0)).all():
            raise SpecError(where, "holds other numbers than 0 and 1", remedy="give 1 for a connection and 0 for none")
        mask = given == 1.0
    else:
        mask = connections.mask(*shape)
    mask.flags.writeable = False
    return mask


@dataclass(frozen=True)
class Areas(Spec):
    """Units grouped into areas, densely connected within and sparsely between.

    Each area has its own share of excitatory units; with Dale's law only those project to other areas, unless asked
    otherwise.

    Example:
        >>> Areas(sizes=(3, 2)).of_units
        array([0, 0, 0, 1, 1])
    """

    sizes: tuple[int, ...] = quantity(low=1, help="units in each area, the first units in the first")
    within: float = quantity(1.0, low=0, high=1, soft=(0, 1), step=0.05, help="share of connections inside an area")
    between: float | tuple[tuple[float, ...], ...] = quantity(
        0.1,
        low=0,
        high=1,
        soft=(0, 1),
        step=0.05,
        help="share between areas: one for all, or a row for each area that receives, a number for each that sends",
    )
    long_range: Literal["excitatory", "all"] = "excitatory"
    """Which units project to other areas: those that are not inhibitory, or all."""
    inputs: tuple[int, ...] | None = quantity(None, low=0, help="areas that receive inputs; nothing: all")
    outputs: tuple[int, ...] | None = quantity(None, low=0, help="areas that are read out; nothing: all")
    seed: int = SEED

    def check(self) -> None:
        """Areas named must be there, and a matrix of densities has a row and a column for each."""
        n = len(self.sizes)
        if not n:
            raise self.refuse("sizes", "no areas", remedy="give at least one")
        if isinstance(self.between, tuple) and {len(row) for row in (*self.between, self.between)} != {n}:
            raise self.refuse("between", f"is not {n} rows of {n} numbers", remedy="give one number, or a full matrix")
        for name in ("inputs", "outputs"):
            for i, area in enumerate(getattr(self, name) or ()):
                if area >= n:
                    raise self.refuse(f"{name}[{i}]", f"{area} is not one of {n} areas", remedy=f"give 0 to {n - 1}")

    @property
    def n_units(self) -> int:
        """Units in all areas."""
        return sum(self.sizes)

    @property
    def of_units(self) -> np.ndarray:
        """The area of each unit, (n_units,)."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    def recurrent(self, signs: np.ndarray) -> np.ndarray:
        """(to, from), True where there is a connection; ``signs`` are those of the units."""
        area = self.of_units
        share = np.full((len(self.sizes),) * 2, self.between if isinstance(self.between, float) else 0.0)
        if isinstance(self.between, tuple):
            share = np.array(self.between)
        np.fill_diagonal(share, self.within)
        mask = np.zeros((self.n_units, self.n_units), dtype=bool)
        for to, source in np.ndindex(share.shape):
            rows, columns = np.flatnonzero(area == to), np.flatnonzero(area == source)
            if to != source and self.long_range == "excitatory":
                columns = columns[signs[columns] >= 0]
            density = Density(float(share[to, source]), seed=self.seed)
            mask[np.ix_(rows, columns)] = density.mask(len(rows), len(columns), part=to * len(self.sizes) + source)
        return mask

    def receiving(self) -> np.ndarray:
        """(n_units,), True where inputs arrive."""
        return _among(self.of_units, self.inputs)

    def read_out(self) -> np.ndarray:
        """(n_units,), True where units are read out."""
        return _among(self.of_units, self.outputs)


def _among(area: np.ndarray, chosen: tuple[int, ...] | None) -> np.ndarray:
    return np.ones(len(area), dtype=bool) if chosen is None else np.isin(area, chosen)

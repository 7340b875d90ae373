"""`Weights`: what a description may ask of one matrix of weights."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from rnnlab.networks.connections import AnyConnections, pattern
from rnnlab.networks.given import Given, accept_arrays
from rnnlab.networks.initialisers import AnyInitialiser
from rnnlab.spec import Spec


@dataclass(frozen=True)
class Weights(Spec):
    """Where one matrix of weights starts, which of its connections there are, and which of them learn.

    Example:
        >>> from rnnlab.networks import Density, Given, Identity
        >>> sparse = Weights(connections=Density(0.2), frozen=Given("1 0; 0 0"), fixed=Given("0.5 0; 0 0"))
        >>> Weights(initial=Identity(0.9)).connections is None
        True
    """

    initial: AnyInitialiser | None = field(
        default=None, metadata={"empty": "as usual", "help": "where weights start; nothing: as the network has it"}
    )
    connections: AnyConnections | None = field(
        default=None,
        metadata={"empty": "all", "help": "which connections there are, the others stay zero; nothing: all"},
    )
    frozen: AnyConnections | None = field(
        default=None, metadata={"empty": "all learn", "help": "which weights do not learn; nothing: none"}
    )
    fixed: Given | None = field(
        default=None,
        metadata={"empty": "as they start", "help": "what the frozen weights hold; nothing: what they started with"},
    )

    def __post_init__(self) -> None:
        accept_arrays(self)
        super().__post_init__()

    def check(self) -> None:
        """Values need frozen weights to hold them."""
        if self.fixed is not None and self.frozen is None:
            raise self.refuse("fixed", "no weights are frozen to hold these", remedy="give frozen, a matrix of 0 and 1")

    def patterns(
        self, shape: tuple[int, int], where: str
    ) -> tuple[np.ndarray | None, np.ndarray | None, np.ndarray | None]:
        """Connections, frozen weights and what they hold, each (to, from) or None.

        Raises:
            SpecError: a matrix given does not fit; ``where`` is the place of this value in the description.
        """
        mask = None if self.connections is None else pattern(self.connections, shape, f"{where}.connections")
        frozen = None if self.frozen is None else pattern(self.frozen, shape, f"{where}.frozen")
        fixed = None if self.fixed is None else self.fixed.shaped(shape, f"{where}.fixed")
        return mask, frozen, fixed

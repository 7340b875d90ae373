"""What every penalty has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rnnlab.spec import Spec, SpecError, quantity

if TYPE_CHECKING:
    from rnnlab.networks import AnyNetwork


@dataclass(frozen=True)
class Penalty(Spec):
    """Base of the kinds. A training makes loss + sum of weight x penalty small.

    Weights are the effective ones, signs and masks applied. Rates r are those of all steps and trials.
    """

    weight: float = quantity(0.01, low=0, soft=(0, 1), step=0.01, help="what it is multiplied by")

    @property
    def arrays(self) -> tuple[str, ...]:
        """Names of the arrays it looks at."""
        return ()

    @property
    def of_drives(self) -> bool:
        """Whether it looks at drives W_rec r + W_in u + b."""
        return False

    def check_network(self, path: str, network: AnyNetwork) -> None:
        """Raise `SpecError` at ``path`` where ``network`` has nothing that this could be applied to."""
        kind, remedy = type(network).__name__, f"leave {type(self).__name__} out"
        known = network.parameter_shapes(1, 1)
        for name in self.arrays:
            if name not in known:
                raise SpecError(path, f"{kind} has no array {name}, only {', '.join(known)}", remedy=remedy)
        if self.of_drives and not network.plain_drive:
            raise SpecError(path, f"drives of {kind} are not W_rec r + W_in u + b_rec alone", remedy=remedy)

"""What every penalty has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rnnlab.spec import Spec, quantity

if TYPE_CHECKING:
    from rnnlab.networks import AnyNetwork


@dataclass(frozen=True)
class Penalty(Spec):
    """Base of the kinds. A training makes loss + sum of weight x penalty small.

    Weights are the effective ones, signs and masks applied. Rates r are those of all steps and trials.
    """

    weight: float = quantity(0.01, low=0, soft=(0, 1), step=0.01, help="what it is multiplied by")

    def check_network(self, path: str, network: AnyNetwork) -> None:
        """Raise `SpecError` at ``path`` where ``network`` has nothing that this could be applied to."""

"""What every penalty has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rnnlab.spec import Spec, SpecError, quantity

if TYPE_CHECKING:
    from rnnlab.networks import AnyNetwork


def makes_recurrence(network: AnyNetwork) -> bool:
    """Whether W_rec is no array of the network's, but made of others, as a low-rank one is."""
    return "W_rec" not in network.recurrent


def shapes_seen(network: AnyNetwork) -> dict[str, tuple[int, ...]]:
    """Name -> shape of what penalties on weights may look at, for one input and one output."""
    n = network.n_units
    return network.parameter_shapes(1, 1) | ({"W_rec": (n, n)} if makes_recurrence(network) else {})


@dataclass(frozen=True)
class Penalty(Spec):
    """Base of the kinds. A training makes loss + sum of weight x penalty small.

    Weights are the effective ones, signs and masks applied; W_rec of a low-rank network is the whole matrix,
    W_to W_from^T / N with its random part. Rates r are those of all steps and trials.
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
        known = shapes_seen(network)
        for name in self.arrays:
            if name not in known:
                raise SpecError(path, f"{kind} has no array {name}, only {', '.join(known)}", remedy=remedy)
        if self.of_drives and not network.plain_drive and not makes_recurrence(network):
            raise SpecError(path, f"drives of {kind} are not W_rec r + W_in u + b_rec alone", remedy=remedy)

"""Penalties as pure functions, one file a family, and how their gradients join that of the loss."""

from rnnlab.training.penalties.apply import Penalties, without_opposition
from rnnlab.training.penalties.seen import Seen

__all__ = ["Penalties", "Seen", "without_opposition"]

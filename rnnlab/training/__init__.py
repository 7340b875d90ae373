"""Training: the only room that imports torch."""

from rnnlab.training.ensemble import train_ensemble
from rnnlab.training.loop import resume, train

__all__ = ["resume", "train", "train_ensemble"]

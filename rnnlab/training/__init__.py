"""Training: the only room that imports torch."""

from rnnlab.training.loop import resume, train

__all__ = ["resume", "train"]

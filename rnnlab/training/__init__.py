"""Training: the only room that imports torch."""

from rnnlab.training.train import resume, train

__all__ = ["resume", "train"]

"""On which device a training is computed."""

from __future__ import annotations

import torch

from rnnlab.runs import Training


def device_of(training: Training) -> torch.device:
    """Where the tensors of a training are.

    Raises:
        ValueError: torch finds no such device here.
    """
    if training.device == "cuda" and not torch.cuda.is_available():
        raise ValueError(
            "training.device: cuda: this torch finds no GPU; give cpu, or install torch for your GPU (pytorch.org)"
        )
    return torch.device(training.device)

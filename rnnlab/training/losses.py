"""What training makes small."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable


def masked_squared_error(outputs: Tensor, targets: Tensor, mask: Tensor) -> Tensor:
    """Sum of mask (output - target)^2 over everything, divided by the sum of the mask.

    Weighted by the mask, not by how much of a trial it covers: the learning rate means the same for a task that is
    scored for 200 ms and one that is scored throughout. Only ``outputs`` gets a gradient.

    Args:
        outputs, targets, mask: tensors of one shape.

    Returns:
        A scalar. NaN where nothing is scored.
    """
    loss: Tensor = _MaskedSquaredError.apply(outputs, targets, mask)
    return loss


class _MaskedSquaredError(torch.autograd.Function):
    """Written out because at small batches autograd's dozen little calls cost as much as ten steps of the network."""

    @staticmethod
    def forward(ctx: Any, outputs: Tensor, targets: Tensor, mask: Tensor) -> Tensor:
        error = outputs - targets
        weighted = mask * error
        total = mask.sum()
        ctx.save_for_backward(weighted, total)
        return torch.dot(weighted.reshape(-1), error.reshape(-1)) / total

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        weighted, total = ctx.saved_tensors
        return weighted * (2.0 * gradient / total), None, None

"""What training makes small."""

from __future__ import annotations

from torch import Tensor


def masked_squared_error(outputs: Tensor, targets: Tensor, mask: Tensor) -> Tensor:
    """Sum of mask (output - target)^2 over everything, divided by the sum of the mask.

    Weighted by the mask, not by how much of a trial it covers: the learning rate means the same for a task that is
    scored for 200 ms and one that is scored throughout.

    Args:
        outputs, targets, mask: tensors of one shape.

    Returns:
        A scalar. NaN where nothing is scored.
    """
    error = outputs - targets
    return (mask * error * error).sum() / mask.sum()

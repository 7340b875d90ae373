"""What training makes small: each kind of `rnnlab.runs.losses` as a pure function of (outputs, targets, mask).

The three are tensors of one shape, (output, time, trial); a loss is a scalar, NaN where nothing is scored. Only
``outputs`` gets a gradient. Engines take whatever gradient torch finds on their outputs, so a loss needs nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn.functional import binary_cross_entropy_with_logits

from rnnlab.networks import AnyNetwork, Linear
from rnnlab.runs.losses import AnyLoss, BinaryCrossEntropy, CodeLoss, CrossEntropy, MeanSquaredError

LossFunction: TypeAlias = Callable[[Tensor, Tensor, Tensor], Tensor]

SMALLEST = 1e-7
"""Probabilities nearer to 0 or 1 are taken to be this far away, so that one wrong certainty does not end a training."""


def loss_function(loss: AnyLoss | CodeLoss, network: AnyNetwork) -> LossFunction:
    """The function of a kind of loss, for the outputs of ``network``."""
    sums = isinstance(getattr(network, "output_nonlinearity", Linear()), Linear)
    match loss:
        case MeanSquaredError():
            return masked_squared_error if loss.over == "mask" else mean_squared_error
        case BinaryCrossEntropy():
            return partial(binary_cross_entropy, logits=sums)
        case CrossEntropy():
            return partial(cross_entropy, logits=sums)
        case CodeLoss():
            return partial(own_loss, loss)


def check_targets(loss: AnyLoss | CodeLoss, targets: Tensor, mask: Tensor) -> None:
    """Refuse targets that the loss cannot judge by.

    Raises:
        ValueError: a target that is scored lies where no probability can.
    """
    if not isinstance(loss, BinaryCrossEntropy | CrossEntropy):
        return
    scored = targets[mask > 0]
    high = 1.0 if isinstance(loss, BinaryCrossEntropy) else float("inf")
    if not len(scored) or (float(scored.min()) >= 0.0 and float(scored.max()) <= high):
        return
    allowed = "between 0 and 1" if high == 1.0 else "at least 0"
    found = f"the task's targets go from {float(scored.min()):g} to {float(scored.max()):g}"
    problem = f"{type(loss).__name__} wants targets {allowed}, and {found}"
    raise ValueError(f"training.loss: {problem}; give MeanSquaredError, or a task with such targets")


def mean_squared_error(outputs: Tensor, targets: Tensor, mask: Tensor) -> Tensor:
    """Mean of (mask (output - target))^2 over every entry, masked or not."""
    error = mask * (outputs - targets)
    return error.square().mean()


def binary_cross_entropy(outputs: Tensor, targets: Tensor, mask: Tensor, *, logits: bool) -> Tensor:
    """Sum of -mask (y log p + (1 - y) log(1 - p)) over the sum of the mask.

    Args:
        outputs, targets, mask: see above.
        logits: whether p = 1 / (1 + exp(-output)); else p = output, at least `SMALLEST` away from 0 and 1.
    """
    if logits:
        each = binary_cross_entropy_with_logits(outputs, targets, reduction="none")
    else:
        p = outputs.clamp(SMALLEST, 1.0 - SMALLEST)
        each = -(targets * p.log() + (1.0 - targets) * torch.log1p(-p))
    return (mask * each).sum() / mask.sum()


def cross_entropy(outputs: Tensor, targets: Tensor, mask: Tensor, *, logits: bool) -> Tensor:
    """Sum of -mask y log p over the mean over outputs of the mask, summed.

    Args:
        outputs, targets, mask: see above.
        logits: whether p is the softmax over outputs; else p = output, at least `SMALLEST`.
    """
    logs = torch.log_softmax(outputs, dim=0) if logits else outputs.clamp_min(SMALLEST).log()
    return -(mask * targets * logs).sum() / mask.mean(dim=0).sum()


def own_loss(loss: CodeLoss, outputs: Tensor, targets: Tensor, mask: Tensor) -> Tensor:
    """What a user's function makes of the three, given as (trial, time, output).

    Raises:
        ValueError: the function returned no scalar tensor, or one that torch cannot differentiate.
    """
    found = loss.function(
        *(tensor.permute(2, 1, 0).clone() for tensor in (outputs, targets, mask))
    )  # its own to change
    if not isinstance(found, Tensor) or found.numel() != 1:
        got = f"a tensor of shape {tuple(found.shape)}" if isinstance(found, Tensor) else f"a {type(found).__name__}"
        raise ValueError(f"training.loss: {loss.name!r} returned {got}; return a torch scalar, (mask * ...).sum() say")
    if outputs.requires_grad and not found.requires_grad:
        problem = "returned a number without a gradient with respect to the outputs"
        remedy = "compute it by torch's functions, without .detach(), .item(), .numpy() or a comparison at the end"
        raise ValueError(f"training.loss: {loss.name!r} {problem}; {remedy}")
    return found.reshape(())


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


def judge_squares(targets: Tensor, mask: Tensor, outputs: Tensor) -> tuple[Tensor, Tensor]:
    """`masked_squared_error` and its gradient by the outputs, which are overwritten."""
    error, total = outputs.sub_(targets), mask.sum()
    weighted = mask * error
    loss = torch.dot(weighted.reshape(-1), error.reshape(-1)) / total
    return loss, weighted.mul_(2.0 / total)


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

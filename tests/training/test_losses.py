"""The masked squared error and its written-out gradient."""

from __future__ import annotations

import pytest
import torch

from rnnlab.training.losses import masked_squared_error


def tensors() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    outputs, targets = (torch.randn(2, 5, 3, generator=generator, dtype=torch.float64) for _ in range(2))
    mask = torch.rand(2, 5, 3, generator=generator, dtype=torch.float64).round(decimals=1)
    mask[0, :3] = 0.0
    return outputs, targets, mask


def test_value_is_the_weighted_mean() -> None:
    outputs, targets, mask = tensors()
    wanted = sum(
        float(m * (z - y) ** 2) for z, y, m in zip(outputs.flatten(), targets.flatten(), mask.flatten(), strict=True)
    )
    assert float(masked_squared_error(outputs, targets, mask)) == pytest.approx(wanted / float(mask.sum()), rel=1e-12)


def test_gradient_is_the_derivative() -> None:
    outputs, targets, mask = tensors()
    assert torch.autograd.gradcheck(lambda z: masked_squared_error(z, targets, mask), outputs.requires_grad_())


def test_how_much_is_masked_does_not_change_the_scale() -> None:
    outputs, targets = torch.full((1, 8, 2), 3.0), torch.full((1, 8, 2), 1.0)
    mask = torch.zeros(1, 8, 2)
    mask[:, 6:] = 1.0
    assert float(masked_squared_error(outputs, targets, mask)) == 4.0
    assert float(masked_squared_error(outputs, targets, torch.ones(1, 8, 2))) == 4.0

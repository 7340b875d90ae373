"""Adam against torch's own."""

from __future__ import annotations

import pytest
import torch

from rnnlab.training.adam import Adam


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-13), (torch.float32, 2e-6)])
def test_same_steps_as_torch(dtype: torch.dtype, tolerance: float) -> None:
    generator = torch.Generator().manual_seed(0)
    start = torch.randn(50, generator=generator, dtype=dtype)
    ours, theirs = start.clone(), start.clone().requires_grad_()
    adam, reference = Adam(ours), torch.optim.Adam([theirs], lr=0.01, foreach=False)
    for k in range(200):
        gradient = torch.randn(50, generator=generator, dtype=dtype) * (0.1 if k % 3 else 10.0)
        theirs.grad = gradient.clone()
        adam.step(gradient, 0.01)
        reference.step()
    assert torch.allclose(ours, theirs.detach(), rtol=tolerance, atol=tolerance)
    assert not torch.allclose(ours, start, atol=0.01)


def test_first_step_is_the_learning_rate_against_the_sign() -> None:
    values = torch.zeros(3)
    Adam(values).step(torch.tensor([5.0, -0.01, 0.0]), learning_rate=0.1)
    assert torch.allclose(values, torch.tensor([-0.1, 0.1, 0.0]), atol=1e-6)


def test_what_has_no_gradient_does_not_move() -> None:
    values = torch.tensor([0.1, 0.2])
    adam = Adam(values)
    for _ in range(10):
        adam.step(torch.tensor([0.0, 1.0]), 0.05)
    assert values[0] == torch.tensor(0.1)

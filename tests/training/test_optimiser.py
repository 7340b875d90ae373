"""Optimisers against torch's own, step by step."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from rnnlab.events import Evaluated
from rnnlab.runs import SGD, AdamW
from rnnlab.runs import Adam as AdamKind
from rnnlab.runs.optimisers import AnyOptimiser
from rnnlab.spec import SpecError
from rnnlab.training import train
from rnnlab.training.adam import Adam
from rnnlab.training.flat import FlatParameters
from rnnlab.training.optimiser import clip, optimiser_for
from tests.training.small import small

Reference = Callable[[list[torch.Tensor]], torch.optim.Optimizer]

CASES: dict[str, tuple[AnyOptimiser, Reference]] = {
    "adam": (AdamKind(), lambda p: torch.optim.Adam(p, lr=0.01, foreach=False)),
    "other adam": (
        AdamKind(mean_decay=0.5, square_decay=0.9, epsilon=1e-3),
        lambda p: torch.optim.Adam(p, lr=0.01, betas=(0.5, 0.9), eps=1e-3, foreach=False),
    ),
    "adamw": (AdamW(decay=0.3), lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.3, foreach=False)),
    "sgd": (SGD(), lambda p: torch.optim.SGD(p, lr=0.01, foreach=False)),
    "momentum": (SGD(momentum=0.9), lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9, foreach=False)),
    "nesterov": (
        SGD(momentum=0.9, nesterov=True),
        lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9, nesterov=True, foreach=False),
    ),
}


def parameters(dtype: torch.dtype = torch.float64) -> FlatParameters:
    found = FlatParameters({"W": (6, 7), "b": (8,)}, ["W", "b"], dtype)
    with torch.no_grad():
        found.values.copy_(torch.randn(50, generator=torch.Generator().manual_seed(1), dtype=dtype))
    return found


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-13), (torch.float32, 4e-6)])
@pytest.mark.parametrize("case", CASES)
def test_same_steps_as_torch(case: str, dtype: torch.dtype, tolerance: float) -> None:
    kind, reference = CASES[case]
    ours = parameters(dtype)
    start = ours.values.clone()
    theirs = start.clone().requires_grad_()
    optimiser, other = optimiser_for(kind, ours), reference([theirs])
    generator = torch.Generator().manual_seed(0)
    for k in range(200):
        gradient = torch.randn(50, generator=generator, dtype=dtype) * (0.1 if k % 3 else 10.0)
        theirs.grad = gradient.clone()
        optimiser.step(gradient, 0.01)
        other.step()
    assert optimiser.count == 200
    assert torch.allclose(ours.values, theirs.detach(), rtol=tolerance, atol=tolerance)
    assert not torch.allclose(ours.values, start, atol=0.01)


@pytest.mark.parametrize("case", CASES)
def test_put_back_it_goes_on_as_before(case: str) -> None:
    """All that an optimiser remembers is in its vectors and its count."""
    kind, _ = CASES[case]
    one, other = parameters(), parameters()
    first, second = optimiser_for(kind, one), optimiser_for(kind, other)
    gradients = torch.randn(6, 50, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    for gradient in gradients[:3]:
        first.step(gradient, 0.1)
    with torch.no_grad():
        other.values.copy_(one.values)
        for name, vector in second.vectors.items():
            vector.copy_(first.vectors[name])
    second.count = first.count
    for gradient in gradients[3:]:
        first.step(gradient, 0.1)
        second.step(gradient, 0.1)
    assert torch.equal(one.values, other.values)


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


def test_only_what_trains_decays() -> None:
    found = FlatParameters({"W": (2, 2), "b": (2,)}, ["W"], torch.float64)
    with torch.no_grad():
        found.values.fill_(1.0)
    optimiser_for(AdamW(decay=0.5), found).step(torch.zeros(6, dtype=torch.float64), 0.1)
    assert found.values.tolist() == [0.95] * 4 + [1.0] * 2


def test_decay_shrinks_the_weights_of_a_training() -> None:
    def size(**fields: object) -> float:
        last = [event for event in train(small(**fields)) if isinstance(event, Evaluated)][-1]
        return float((last.parameters["W_rec"] ** 2).sum())

    assert size(optimiser=AdamW(decay=5.0)) < 0.5 * size()


def test_nesterov_without_momentum_is_refused() -> None:
    with pytest.raises(SpecError, match=r"SGD\.nesterov: .*give a momentum"):
        SGD(nesterov=True)


# ------------------------------------------------------------------------------------------------------ clipping


@pytest.mark.parametrize("limit", [0.0, 0.5, 3.0, 100.0])
def test_the_whole_is_clipped_as_torch_does(limit: float) -> None:
    found = parameters()
    gradient = torch.randn(50, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    found.gradient.copy_(gradient)
    norm = float(gradient.norm())
    clip(found, norm, limit, "whole")
    wanted = gradient.clone().requires_grad_()
    wanted.grad = gradient.clone()
    if limit:
        torch.nn.utils.clip_grad_norm_([wanted], limit)
    assert torch.allclose(found.gradient, wanted.grad, rtol=1e-6)


@pytest.mark.parametrize("limit", [0.0, 0.5, 3.0, 100.0])
def test_each_array_is_clipped_by_itself(limit: float) -> None:
    found = parameters()
    gradient = torch.randn(50, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    found.gradient.copy_(gradient)
    clip(found, float(gradient.norm()), limit, "array")
    for name, part in found.named(gradient).items():
        norm = float(part.norm())
        factor = limit / norm if limit and norm > limit else 1.0
        assert torch.allclose(found.named(found.gradient)[name], part * factor, rtol=1e-12)

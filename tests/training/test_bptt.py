"""The hand-written passes against looping `step` under autograd, over the whole family of leaky networks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from numpy.random import default_rng
from threadpoolctl import threadpool_info, threadpool_limits

from rnnlab.networks import LeakyRNN, Nonlinearity, Sigmoid, Softplus, Tanh
from rnnlab.training import compiled, products
from rnnlab.training.bptt import LeakyEngine
from rnnlab.training.engine import AutogradEngine, Engine
from rnnlab.training.loops import CODES
from rnnlab.training.noise import Noise
from tests.training.leaky_family import FORMS, VARIANTS, leaky

N_INPUTS, N_OUTPUTS = 3, 2


def parameters(network: LeakyRNN, dtype: torch.dtype = torch.float64) -> dict[str, torch.Tensor]:
    rng = default_rng(1)
    raw = network.initialise(N_INPUTS, N_OUTPUTS, rng)
    raw["b_rec"] = 0.3 * rng.standard_normal(network.n_units)
    raw["b_out"] = rng.standard_normal(N_OUTPUTS)
    return {name: torch.from_numpy(a).to(dtype) for name, a in network.effective(raw).items()}


def problem(n_steps: int, n_trials: int, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    """Inputs (time, trial, input), and what the outputs are weighted with to give a scalar."""
    rng = default_rng(seed)
    inputs = rng.standard_normal((n_steps, n_trials, N_INPUTS))
    weights = rng.standard_normal((N_OUTPUTS, n_steps, n_trials))
    return torch.from_numpy(inputs), torch.from_numpy(weights)


def outputs_and_gradients(
    engine: Engine, p: dict[str, torch.Tensor], inputs: torch.Tensor, weights: torch.Tensor, noise: Noise | None
) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    leaves = {name: a.clone().requires_grad_() for name, a in p.items()}
    outputs = engine.outputs(leaves, inputs, noise)
    (outputs * weights).sum().backward()
    gradients = {name: torch.zeros_like(a) if a.grad is None else a.grad for name, a in leaves.items()}
    return outputs.detach(), gradients


def relative(found: torch.Tensor, wanted: torch.Tensor) -> float:
    size = wanted.double().norm()
    return float((found.double() - wanted.double()).norm() / size) if size > 0 else float(found.abs().max())


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize(("form", "noise_at"), FORMS)
def test_float64_passes_equal_the_loop(form: str, noise_at: str, variant: str) -> None:
    network = leaky(form, noise_at, variant)
    p, (inputs, weights) = parameters(network), problem(17, 5)
    for noise in (None, Noise("table", 3, "noise", 8)):
        z, gradients = outputs_and_gradients(LeakyEngine(network), p, inputs, weights, noise)
        z_loop, wanted = outputs_and_gradients(AutogradEngine(network), p, inputs, weights, noise)
        assert relative(z, z_loop) < 1e-13
        for name in wanted:
            assert relative(gradients[name], wanted[name]) < 1e-11, name


@pytest.fixture(params=["compiled", "plain"])
def loops(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Once with the compiled loops through time, once as where numba is not installed."""
    if request.param == "plain":
        monkeypatch.setattr("rnnlab.training.loops.find_spec", lambda _: None)
    return request.param


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize(("form", "noise_at"), FORMS)
def test_float32_gradients_are_those_of_float64_autograd(form: str, noise_at: str, variant: str, loops: str) -> None:
    network = leaky(form, noise_at, variant)
    p, (inputs, weights) = parameters(network, torch.float32), problem(40, 8)
    noise = Noise("table", 3, "noise", 8)
    single = {name: a.float() for name, a in p.items()}
    double = {name: a.double() for name, a in p.items()}
    _, found = outputs_and_gradients(LeakyEngine(network), single, inputs.float(), weights.float(), noise)
    _, wanted = outputs_and_gradients(AutogradEngine(network), double, inputs.float().double(), weights.double(), noise)
    for name in wanted:
        assert relative(found[name], wanted[name]) < 1e-5, name


def test_compiled_loops_are_taken_where_they_can(loops: str) -> None:
    taken = {name: LeakyEngine(leaky("rate", "state", name))._kernel._loops is not None for name in VARIANTS}
    assert taken["plain"] == taken["softplus"] == taken["time constant per unit"] == (loops == "compiled")
    assert not taken["damped"] and not taken["gelu"] and not taken["steep tanh"]
    assert LeakyEngine(leaky("rate", "state", "plain").replace(n_units=1000))._kernel._loops is None


@pytest.mark.parametrize("nonlinearity", CODES)
@pytest.mark.parametrize("form", ["current", "rate"])
def test_compiled_loops_hide_no_number_that_is_none(form: str, nonlinearity: Nonlinearity) -> None:
    """A divergence is noticed by what it leaves in the loss."""
    network = leaky(form, "state", "noiseless").replace(nonlinearity=nonlinearity)
    p, (inputs, _) = parameters(network, torch.float32), problem(12, 3)
    inputs = inputs.float()
    inputs[4, 1, 0] = float("nan")
    outputs = LeakyEngine(network).outputs(p, inputs, None)
    assert outputs[:, 5:, 1].isnan().all() and not outputs[:, :, [0, 2]].isnan().any()


@pytest.mark.parametrize("form", ["current", "rate"])
def test_compiled_loops_multiply_on_one_thread(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or their results would depend on how many cores there are, and take longer where those are busy."""
    seen: dict[str, set[int]] = {}

    def spied(name: str) -> Callable[..., None]:
        loop = getattr(compiled, name)

        def spy(*arguments: Any) -> None:
            found = {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}
            seen.setdefault(name, set()).update(found)
            loop(*arguments)

        return spy

    for name in (f"{form}_forward", f"{form}_backward"):
        monkeypatch.setattr(compiled, name, spied(name))
    network = leaky(form, "state", "plain")
    p, (inputs, weights) = parameters(network, torch.float32), problem(6, 3)
    with threadpool_limits(2, user_api="blas"):
        outputs_and_gradients(LeakyEngine(network), p, inputs.float(), weights.float(), None)
    assert seen == {f"{form}_forward": {1}, f"{form}_backward": {1}}


def test_compiled_exponentials_are_exact_to_rounding() -> None:
    x = np.linspace(-100, 100, 20_001, dtype=np.float32)
    wide = x.astype(float)
    for f, wanted in (
        (Tanh(), np.tanh(wide)),
        (Sigmoid(), 1 / (1 + np.exp(-wide))),
        (Softplus(), np.logaddexp(0, wide)),
    ):
        found = np.array([compiled.value(CODES[f], each) for each in x])
        assert (np.abs(found - wanted) / np.maximum(np.abs(wanted), 1)).max() < 4e-7


@pytest.mark.parametrize("variant", ["plain", "softplus", "gelu", "output noise, previous input", "damped, per unit"])
@pytest.mark.parametrize("form", ["current", "rate"])
def test_the_length_of_blocks_changes_nothing(
    form: str, variant: str, loops: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Time is gone through in blocks, each way; noise, inputs and readout are dealt with block by block."""
    network = leaky(form, "state", variant)
    p, (inputs, weights) = parameters(network, torch.float32), problem(21, 5)
    noise, found = Noise("table", 3, "noise", 8), []
    for n_bytes in (512_000, 1):  # all at once, and four steps at a time
        monkeypatch.setattr("rnnlab.training.kernel.BLOCK", n_bytes)
        found.append(outputs_and_gradients(LeakyEngine(network), p, inputs.float(), weights.float(), noise))
    (outputs, gradients), (other_outputs, others) = found
    assert relative(other_outputs, outputs) < 1e-6
    for name in gradients:
        assert relative(others[name], gradients[name]) < 1e-5, name


def test_products_are_those_of_either_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiled loops multiply with torch's routine, or with SciPy's where torch's cannot be found."""
    assert products.multiplies(products.address_in_scipy())
    found = products.address_in_torch()
    assert found is None or products.multiplies(found)
    assert products.chosen() == (found or products.address_in_scipy())
    monkeypatch.setattr(products, "address_in_torch", lambda: None)
    assert products.chosen() == products.address_in_scipy()


def test_memory_of_earlier_passes_leaves_no_trace() -> None:
    """Buffers are used again, in other shapes and after blown-up contents; nothing of that may show."""
    network = leaky("current", "state", "previous input")
    p, engine = parameters(network), LeakyEngine(network)
    huge = {name: a * 1e30 for name, a in p.items()}
    for n_steps, n_trials in ((20, 6), (35, 4), (20, 6), (5, 11), (20, 6)):
        inputs, weights = problem(n_steps, n_trials)
        found = outputs_and_gradients(engine, p, inputs, weights, None)
        wanted = outputs_and_gradients(LeakyEngine(network), p, inputs, weights, None)
        assert torch.equal(found[0], wanted[0])
        assert all(torch.equal(found[1][name], wanted[1][name]) for name in wanted[1])
        outputs_and_gradients(engine, huge, inputs, weights, None)


def test_backward_after_another_forward_is_refused() -> None:
    network = leaky("current", "state", "plain")
    p, (inputs, weights) = parameters(network), problem(6, 2)
    engine = LeakyEngine(network)
    leaves = {name: a.requires_grad_() for name, a in p.items()}
    first = engine.outputs(leaves, inputs, None)
    with torch.no_grad():
        engine.outputs(leaves, inputs, None)
    with pytest.raises(RuntimeError, match="ran again"):
        (first * weights).sum().backward()


def test_backward_twice_is_refused() -> None:
    network = leaky("rate", "state", "plain")
    p, (inputs, weights) = parameters(network), problem(6, 2)
    leaves = {name: a.requires_grad_() for name, a in p.items()}
    loss = (LeakyEngine(network).outputs(leaves, inputs, None) * weights).sum()
    loss.backward(retain_graph=True)
    with pytest.raises(RuntimeError):
        loss.backward()


@pytest.mark.parametrize(("form", "noise_at"), FORMS)
def test_not_a_number_shows_in_the_outputs(form: str, noise_at: str) -> None:
    network = leaky(form, noise_at, "plain")
    p, (inputs, _) = parameters(network), problem(6, 2)
    p["W_rec"][0, 0] = float("nan")
    with torch.no_grad():
        assert torch.isnan(LeakyEngine(network).outputs(p, inputs, None)).any()


# ------------------------------------------------------------------------------- what happened on the way


def passages(
    engine: Engine, p: dict[str, torch.Tensor], inputs: torch.Tensor, weights: torch.Tensor, parts: str
) -> dict[str, torch.Tensor]:
    """States, rates, and the gradients of a weighted sum of outputs, rates and states, as ``parts`` names them."""
    leaves = {name: a.clone().requires_grad_() for name, a in p.items()}
    passage = engine.passage(leaves, inputs, Noise("table", 3, "noise", 8))
    rng = default_rng(5)
    (passage.outputs * weights).sum().backward(retain_graph=True)
    found = {
        "first state": passage.state_gradients(),
        "states": passage.states.detach(),
        "rates": passage.rates.detach(),
    }
    for what in parts.split():
        seen = getattr(passage, what)
        (seen * torch.from_numpy(rng.standard_normal(tuple(seen.shape)))).sum().backward(retain_graph=True)
    return found | {name: torch.zeros_like(a) if a.grad is None else a.grad for name, a in leaves.items()}


@pytest.mark.parametrize("parts", ["rates", "states", "rates states"])
@pytest.mark.parametrize("variant", ["plain", "softplus", "damped, per unit", "output noise, previous input", "tanh"])
@pytest.mark.parametrize(("form", "noise_at"), FORMS)
def test_gradients_may_enter_at_rates_and_states(form: str, noise_at: str, variant: str, parts: str) -> None:
    """After a first pass back from the outputs, as penalties do it."""
    network = leaky(form, noise_at, variant)
    p, (inputs, weights) = parameters(network), problem(17, 5)
    found = passages(LeakyEngine(network), p, inputs, weights, parts)
    wanted = passages(AutogradEngine(network), p, inputs, weights, parts)
    for name in wanted:
        assert relative(found[name], wanted[name]) < 1e-11, name


def test_a_passage_leaves_the_fast_way_as_it_was() -> None:
    network = leaky("current", "state", "plain")
    p, (inputs, weights) = parameters(network), problem(17, 5)
    engine = LeakyEngine(network)
    passages(engine, p, inputs, weights, "rates states")
    found = outputs_and_gradients(engine, p, inputs, weights, None)
    wanted = outputs_and_gradients(LeakyEngine(network), p, inputs, weights, None)
    assert torch.equal(found[0], wanted[0])
    assert all(torch.equal(found[1][name], wanted[1][name]) for name in wanted[1])

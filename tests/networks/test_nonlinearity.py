"""Nonlinearities against independent definitions, and at the ends of the number line."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, get_args

import numpy as np
import pytest
import torch
from torch.nn import functional

from rnnlab.networks import NONLINEARITIES, AnyNonlinearity, LeakyRNN, Nonlinearity
from rnnlab.networks.nonlinearity import (
    Gelu,
    LeakyRelu,
    PowerRelu,
    RectifiedTanh,
    Relu,
    Sigmoid,
    Softmax,
    Softplus,
    Tanh,
)
from rnnlab.spec import SpecError
from tests.networks.family import SHAPES

EVERY_SHAPE = pytest.mark.parametrize("f", SHAPES.values(), ids=SHAPES)
X = np.array([-1e4, -800.0, -40.0, -3.2, -0.7, -1e-3, 0.0, 1e-3, 0.7, 3.2, 40.0, 800.0, 1e4])
AWAY = np.array([-2.1, -0.6, -0.02, 0.03, 0.8, 2.4])

TORCH: list[tuple[Nonlinearity, Callable[[Any], Any]]] = [
    (Relu(), functional.relu),
    (LeakyRelu(negative_slope=0.2), lambda x: functional.leaky_relu(x, 0.2)),
    (Tanh(slope=2.0), lambda x: torch.tanh(2 * x)),
    (Sigmoid(slope=3.0, shift=0.5), lambda x: torch.sigmoid(3 * (x - 0.5))),
    (Softplus(slope=2.0, beta=3.0), lambda x: functional.softplus(2 * x, beta=3, threshold=1e9)),
    (Gelu(), functional.gelu),
    (PowerRelu(exponent=3.0), lambda x: functional.relu(x) ** 3),
    (RectifiedTanh(), lambda x: torch.tanh(functional.relu(x))),
]


def test_the_catalogue_and_the_union_are_the_same() -> None:
    assert set(NONLINEARITIES.values()) == set(get_args(AnyNonlinearity))
    assert {type(f) for f in SHAPES.values()} == set(get_args(AnyNonlinearity))


@pytest.mark.parametrize(("f", "reference"), TORCH, ids=[type(f).__name__ for f, _ in TORCH])
def test_against_torch(f: Nonlinearity, reference: Callable[[Any], Any]) -> None:
    x = torch.linspace(-6, 6, 241, dtype=torch.float64)
    np.testing.assert_allclose(f(x.numpy()), reference(x).numpy(), rtol=1e-13, atol=1e-14)


@EVERY_SHAPE
def test_numpy_equals_torch_with_gradient_everywhere(f: Nonlinearity) -> None:
    x = torch.tensor(X, requires_grad=True)
    y = f(x)
    np.testing.assert_allclose(f(X), y.detach().numpy(), rtol=1e-14, atol=1e-14)
    (gradient,) = torch.autograd.grad(y.sum(), x)
    np.testing.assert_allclose(f.derivative(X), gradient.numpy(), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(f.derivative(x.detach()).numpy(), gradient.numpy(), rtol=1e-12, atol=1e-14)
    assert np.isfinite(f(X)).all()
    assert np.isfinite(f.derivative(X)).all()


@EVERY_SHAPE
def test_derivative_equals_finite_differences(f: Nonlinearity) -> None:
    h = 1e-6
    np.testing.assert_allclose(f.derivative(AWAY), (f(AWAY + h) - f(AWAY - h)) / (2 * h), rtol=0, atol=1e-8)


@EVERY_SHAPE
def test_dtype_and_shape_are_kept(f: Nonlinearity) -> None:
    x = np.zeros((2, 3, 4), np.float32)
    assert f(x).dtype == f.derivative(x).dtype == np.float32
    assert f(x).shape == f.derivative(x).shape == x.shape


@EVERY_SHAPE
def test_a_divergence_is_not_hidden(f: Nonlinearity) -> None:
    assert np.isnan(f(np.array([np.nan]))).all()


@EVERY_SHAPE
def test_the_formula_is_the_function(f: Nonlinearity) -> None:
    code = f.formula.replace("·", "*").replace("−", "-").replace("^", "**").replace("x Φ(x)", "x*Phi(x)")
    names = {
        "max": max,
        "exp": math.exp,
        "log": math.log,
        "tanh": math.tanh,
        "Phi": lambda x: 0.5 * (1 + math.erf(x / math.sqrt(2))),
    }
    expected = [eval(code, {"__builtins__": {}}, names | {"x": float(x)}) for x in AWAY]
    np.testing.assert_allclose(f(AWAY), expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", [*NONLINEARITIES, "squared_relu", "tanh_of_relu", "rectify", "ReLU"])
def test_a_bare_name_is_enough(name: str) -> None:
    assert isinstance(LeakyRNN(nonlinearity=name).nonlinearity, Nonlinearity)  # type: ignore[arg-type]


def test_softmax_is_that_of_torch_and_never_overflows() -> None:
    z = np.random.default_rng(0).normal(size=(5, 4, 3)) * 3
    wanted = torch.softmax(torch.tensor(2 * z), dim=-1)
    np.testing.assert_allclose(Softmax(slope=2.0)(z), wanted.numpy(), rtol=1e-13)
    np.testing.assert_allclose(Softmax(slope=2.0)(torch.tensor(z)).numpy(), wanted.numpy(), rtol=1e-13)
    assert Softmax()(np.array([1e4, -1e4, 1e4])).tolist() == [0.5, 0.0, 0.5]
    assert Softmax()(np.zeros((2, 3), np.float32)).dtype == np.float32
    assert Softmax()(np.zeros((2, 0))).shape == (2, 0)
    assert np.isnan(Softmax()(np.array([np.nan, 0.0]))).all()


def test_softmax_as_the_formula_says() -> None:
    one, all_together = Softmax(slope=0.5).formula.split(" / ")
    assert (one, all_together) == ("exp(0.5·x)", "(sum of exp(0.5·x) over the outputs)")


@pytest.mark.parametrize("given", ["softmax", Softmax(), {"kind": "Softmax"}])
def test_softmax_is_for_outputs_only(given: Any) -> None:
    assert LeakyRNN.from_data({"output_nonlinearity": {"kind": "Softmax"}}).output_nonlinearity == Softmax()
    assert LeakyRNN(output_nonlinearity="softmax").output_nonlinearity == Softmax()  # type: ignore[arg-type]
    with pytest.raises(
        SpecError, match=r"\.nonlinearity: unknown kind '[Ss]oftmax'; .* give it as output_nonlinearity"
    ):
        LeakyRNN.from_data({"nonlinearity": given}) if isinstance(given, dict) else LeakyRNN(nonlinearity=given)


def test_an_unknown_name_is_refused_with_the_closest_one() -> None:
    with pytest.raises(SpecError, match=r"nonlinearity: unknown kind 'tanhh'; did you mean 'Tanh'\?"):
        LeakyRNN(nonlinearity="tanhh")  # type: ignore[arg-type]


@pytest.mark.parametrize("make", [lambda: Relu(slope=0.0), lambda: PowerRelu(exponent=0.5)])
def test_senseless_numbers_are_refused(make: Callable[[], Nonlinearity]) -> None:
    with pytest.raises(SpecError, match="out of range"):
        make()

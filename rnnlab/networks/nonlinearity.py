"""What a unit makes of its state or drive: r = f(x).

Each kind is a small frozen value; calling it applies f, `derivative` is f'. Both take NumPy arrays or torch tensors
of any shape and never overflow. At a kink the derivative is the one from the left, as torch has it. A network's
description may name a kind barely: ``nonlinearity="tanh"``. `Softmax` alone is not elementwise, and for outputs only.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from rnnlab.networks.arrays import Array, indicator, namespace, normal_cdf, relu, sigmoid, softmax, softplus
from rnnlab.spec import Spec, quantity


@dataclass(frozen=True)
class Nonlinearity(Spec):
    """Base of the elementwise kinds."""

    elsewhere: ClassVar[dict[str, str]] = {
        "Softmax": "it makes the outputs share a sum of 1, which units do not: give it as output_nonlinearity"
    }

    def __call__(self, x: Array) -> Array:
        """f(x), same shape and dtype."""
        raise NotImplementedError

    def derivative(self, x: Array) -> Array:
        """f'(x), same shape and dtype."""
        raise NotImplementedError

    @property
    def formula(self) -> str:
        """f(x) in one line, numbers put in."""
        raise NotImplementedError


def _slope(default: float = 1.0, help: str = "steepness") -> float:
    return quantity(default, above=0, soft=(0.1, 5), step=0.1, help=help)


def _times(factor: float, what: str) -> str:
    return what if factor == 1 else f"{factor:g}·{what}"


@dataclass(frozen=True)
class Linear(Nonlinearity):
    """f(x) = x: no nonlinearity at all; the network is a linear system."""

    aliases: ClassVar[dict[str, str]] = {"Identity": "the same function"}

    def __call__(self, x: Array) -> Array:
        return x

    def derivative(self, x: Array) -> Array:
        return namespace(x).ones_like(x)

    @property
    def formula(self) -> str:
        return "x"


@dataclass(frozen=True)
class Relu(Nonlinearity):
    """f(x) = slope max(x, 0): silent below threshold, linear above, never saturated."""

    aliases: ClassVar[dict[str, str]] = {"Rectify": "the same function"}

    slope: float = _slope()

    def __call__(self, x: Array) -> Array:
        return relu(x) if self.slope == 1 else self.slope * relu(x)

    def derivative(self, x: Array) -> Array:
        return self.slope * indicator(x > 0, x)

    @property
    def formula(self) -> str:
        return _times(self.slope, "max(x, 0)")


@dataclass(frozen=True)
class LeakyRelu(Nonlinearity):
    """f(x) = slope x above 0, negative_slope x below: a silent unit still passes gradients."""

    slope: float = _slope()
    negative_slope: float = quantity(0.01, low=0, soft=(0, 1), step=0.01, help="steepness below threshold")

    def __call__(self, x: Array) -> Array:
        return self.negative_slope * x + (self.slope - self.negative_slope) * relu(x)

    def derivative(self, x: Array) -> Array:
        return self.negative_slope + (self.slope - self.negative_slope) * indicator(x > 0, x)

    @property
    def formula(self) -> str:
        return f"{_times(self.slope, 'max(x, 0)')} − {_times(self.negative_slope, 'max(−x, 0)')}"


@dataclass(frozen=True)
class Tanh(Nonlinearity):
    """f(x) = tanh(slope x): symmetric, rates between -1 and 1."""

    slope: float = _slope()

    def __call__(self, x: Array) -> Array:
        return namespace(x).tanh(x if self.slope == 1 else self.slope * x)

    def derivative(self, x: Array) -> Array:
        return self.slope * (1.0 - self(x) ** 2)

    @property
    def formula(self) -> str:
        return f"tanh({_times(self.slope, 'x')})"


@dataclass(frozen=True)
class Sigmoid(Nonlinearity):
    """f(x) = 1 / (1 + exp(-slope (x - shift))): rates between 0 and 1, one half at ``shift``."""

    slope: float = _slope()
    shift: float = quantity(0.0, soft=(-2, 2), step=0.1, help="state at which the rate is one half")

    def __call__(self, x: Array) -> Array:
        return sigmoid(self.slope * (x - self.shift))

    def derivative(self, x: Array) -> Array:
        rate = self(x)
        return self.slope * rate * (1.0 - rate)

    @property
    def formula(self) -> str:
        inner = "x" if self.shift == 0 else f"(x − {self.shift:g})"
        return f"1 / (1 + exp(−{_times(self.slope, inner)}))"


@dataclass(frozen=True)
class Softplus(Nonlinearity):
    """f(x) = log(1 + exp(beta slope x)) / beta: a smooth `Relu`, the sharper the larger ``beta``."""

    slope: float = _slope()
    beta: float = _slope(1.0, "sharpness of the bend at threshold")

    def __call__(self, x: Array) -> Array:
        return softplus(self.beta * self.slope * x) / self.beta

    def derivative(self, x: Array) -> Array:
        return self.slope * sigmoid(self.beta * self.slope * x)

    @property
    def formula(self) -> str:
        bent = f"log(1 + exp({_times(self.beta * self.slope, 'x')}))"
        return bent if self.beta == 1 else f"{bent} / {self.beta:g}"


@dataclass(frozen=True)
class Gelu(Nonlinearity):
    """f(x) = x Phi(x), with Phi the normal distribution function: smooth, dips below 0 around -0.75."""

    def __call__(self, x: Array) -> Array:
        return x * normal_cdf(x)

    def derivative(self, x: Array) -> Array:
        density = namespace(x).exp(-0.5 * x * x) * (1.0 / math.sqrt(2.0 * math.pi))
        return normal_cdf(x) + x * density

    @property
    def formula(self) -> str:
        return "x Φ(x)"


@dataclass(frozen=True)
class PowerRelu(Nonlinearity):
    """f(x) = max(x, 0)^exponent: the power-law transfer of cortical rate models; exponent 2 is the squared ReLU."""

    aliases: ClassVar[dict[str, str]] = {"SquaredRelu": "exponent 2, the default", "ReluSquared": "the same"}

    exponent: float = quantity(2.0, low=1, soft=(1, 4), step=0.1, help="power of the rectified state")

    def __call__(self, x: Array) -> Array:
        return relu(x) ** self.exponent

    def derivative(self, x: Array) -> Array:
        return self.exponent * relu(x) ** (self.exponent - 1.0) * indicator(x > 0, x)

    @property
    def formula(self) -> str:
        return f"max(x, 0)^{self.exponent:g}"


@dataclass(frozen=True)
class RectifiedTanh(Nonlinearity):
    """f(x) = tanh(slope max(x, 0)): silent below threshold, saturated at 1."""

    aliases: ClassVar[dict[str, str]] = {"TanhRelu": "the same function", "TanhOfRelu": "the same function"}

    slope: float = _slope()

    def __call__(self, x: Array) -> Array:
        return namespace(x).tanh(self.slope * relu(x))

    def derivative(self, x: Array) -> Array:
        return self.slope * (1.0 - self(x) ** 2) * indicator(x > 0, x)

    @property
    def formula(self) -> str:
        return f"tanh({_times(self.slope, 'max(x, 0)')})"


@dataclass(frozen=True)
class Softmax(Spec):
    """g(z)_i = exp(slope z_i) / sum_j exp(slope z_j) over the outputs: each in (0, 1), together 1. For outputs only."""

    slope: float = _slope(help="how much the largest stands out")

    def __call__(self, z: Array) -> Array:
        """Of outputs along the last axis, same shape and dtype."""
        return softmax(z if self.slope == 1 else self.slope * z)

    @property
    def formula(self) -> str:
        """g(z) in one line, numbers put in."""
        power = f"exp({_times(self.slope, 'x')})"
        return f"{power} / (sum of {power} over the outputs)"


AnyNonlinearity: TypeAlias = Linear | Relu | LeakyRelu | Tanh | Sigmoid | Softplus | Gelu | PowerRelu | RectifiedTanh
"""What a description may name for its units."""

AnyOutputNonlinearity: TypeAlias = AnyNonlinearity | Softmax
"""What a description may name for its outputs."""

NONLINEARITIES: dict[str, type[Nonlinearity]] = {
    "linear": Linear,
    "relu": Relu,
    "leaky_relu": LeakyRelu,
    "tanh": Tanh,
    "sigmoid": Sigmoid,
    "softplus": Softplus,
    "gelu": Gelu,
    "power_relu": PowerRelu,
    "rectified_tanh": RectifiedTanh,
}

"""A feed-forward layer in front of the recurrent network, as a sensory area before an associative one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from rnnlab.networks.arrays import Array
from rnnlab.networks.cell import Parameters, Pullback
from rnnlab.networks.initialisers import glorot_normal
from rnnlab.networks.nonlinearity import AnyNonlinearity, Relu
from rnnlab.networks.variant import FullVariant
from rnnlab.spec import quantity


@dataclass(frozen=True)
class FeedForwardRNN(FullVariant):
    """A leaky network that sees its inputs through a layer of units without recurrence or memory.

    With it the network can use products and comparisons of inputs that no linear map of them contains (Cybenko 1989).
    ``W_in`` (layer unit, input) and ``b_layer`` belong to the layer, ``W_layer`` (unit, layer unit) leads on from it.

    Example:
        >>> FeedForwardRNN(n_units=10, n_layer=4).parameter_shapes(2, 1)["W_layer"]
        (10, 4)
    """

    plain_drive: ClassVar[bool] = False
    inputs_reach_units: ClassVar[bool] = False

    n_layer: int = quantity(50, low=1, high=20_000, soft=(10, 256), step=1, help="number of units in the layer")
    layer_nonlinearity: AnyNonlinearity = field(
        default=Relu(), metadata={"help": "what a unit of the layer makes of its drive"}
    )

    def _lines(self) -> list[str]:
        return [
            f"h[t] = g(W_in u[t] + b_layer), g(x) = {self.layer_nonlinearity.formula}",
            "d[t] = W_rec r[t−1] + W_layer h[t] + b_rec",
        ]

    def parameter_shapes(self, n_inputs: int, n_outputs: int) -> dict[str, tuple[int, ...]]:
        own = {"W_in": (self.n_layer, n_inputs), "W_layer": (self.n_units, self.n_layer), "b_layer": (self.n_layer,)}
        return super().parameter_shapes(n_inputs, n_outputs) | own

    def heard(self, n_inputs: int) -> tuple[str, int]:
        """The layer."""
        return "W_layer", self.n_layer

    def initialise(self, n_inputs: int, n_outputs: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """As the leaky network; Glorot weights into the layer and out of it."""
        raw = super().initialise(n_inputs, n_outputs, rng)
        raw["W_in"] = glorot_normal(rng, self.n_layer, n_inputs)
        W_layer = glorot_normal(rng, self.n_units, self.n_layer)
        return {"W_layer": W_layer, "b_layer": np.zeros(self.n_layer)} | raw

    def _advance(self, p: Parameters, state: Array, u: Array, kick: Array | float) -> tuple[Array, Pullback]:
        f, layer = self.nonlinearity, self.layer_nonlinearity(u @ p["W_in"].T + p["b_layer"])
        drive = f(state) @ p["W_rec"].T + layer @ p["W_layer"].T + p["b_rec"]

        def pullback(v: Array) -> Array:
            return (1.0 - self.alpha) * v + f.derivative(state) * ((self.alpha * v) @ p["W_rec"])

        return self._move(state, drive, kick), pullback

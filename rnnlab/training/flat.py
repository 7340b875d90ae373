"""All parameters of a network as one vector, and as named arrays that are views of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import prod

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

CPU = torch.device("cpu")


def differentiate(value: Tensor, *, again: bool = False) -> None:
    """Add the gradient of a number to those of the parameters that learn; where it depends on none of them, nothing.

    Args:
        value: a scalar.
        again: whether the same graph is gone through once more afterwards.
    """
    if value.requires_grad:
        value.backward(retain_graph=again)


class FlatParameters:
    """Raw parameters in one vector, so that an optimiser's step is a handful of calls however many arrays there are.

    Attributes:
        values: the vector, (n_parameters,).
        gradient: of the same shape; backward passes add to it.
        raw: name -> view of ``values``, a leaf of the autograd graph whose ``.grad`` is a view of ``gradient``.
    """

    def __init__(
        self,
        shapes: Mapping[str, tuple[int, ...]],
        trainable: Iterable[str],
        dtype: torch.dtype,
        device: torch.device = CPU,
    ) -> None:
        self.shapes = dict(shapes)
        n_parameters = sum(prod(shape) for shape in self.shapes.values())
        self.values = torch.zeros(n_parameters, dtype=dtype, device=device)
        self.gradient = torch.zeros(n_parameters, dtype=dtype, device=device)
        self.raw = self.named(self.values)
        gradients = self.named(self.gradient)
        for name in trainable:
            self.raw[name].requires_grad_()
            self.raw[name].grad = gradients[name]

    def named(self, vector: Tensor) -> dict[str, Tensor]:
        """Views of any vector of this layout, by name."""
        parts = vector.split([prod(shape) for shape in self.shapes.values()])
        return {name: part.view(shape) for (name, shape), part in zip(self.shapes.items(), parts, strict=True)}

    def to_arrays(self, vector: Tensor) -> dict[str, NDArray]:
        """Copies of a vector's parts as NumPy arrays, by name."""
        return {name: part.cpu().numpy().copy() for name, part in self.named(vector.detach()).items()}

    def load(self, vector: Tensor, arrays: Mapping[str, NDArray]) -> None:
        """Fill a vector from arrays by name."""
        with torch.no_grad():
            for name, part in self.named(vector).items():
                part.copy_(torch.from_numpy(np.ascontiguousarray(arrays[name])))

    def first_non_finite(self) -> str | None:
        """The name of the first array whose gradient is not finite, or None."""
        for name, part in self.named(self.gradient).items():
            if not bool(torch.isfinite(part).all()):
                return name
        return None

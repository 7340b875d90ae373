"""Gradient descent with momentum, in place on one vector: the steps of ``torch.optim.SGD``."""

from __future__ import annotations

import torch
from torch import Tensor


class SGD:
    """With gradient g: v = momentum v + g, parameters -= rate v; Nesterov's step is -rate (g + momentum v).

    Attributes:
        velocity: v, as long as the parameters.
        count: steps done.
    """

    def __init__(self, parameters: Tensor, momentum: float = 0.0, nesterov: bool = False) -> None:
        self._parameters = parameters
        self._momentum = momentum
        self._nesterov = nesterov
        self.velocity = torch.zeros_like(parameters)
        self.count = 0

    @property
    def vectors(self) -> dict[str, Tensor]:
        """See `rnnlab.training.optimiser.Optimiser`."""
        return {"sgd_velocity": self.velocity} if self._momentum else {}

    @torch.no_grad()
    def step(self, gradient: Tensor, learning_rate: float) -> None:
        """Move the parameters by one step against ``gradient``."""
        self.count += 1
        if not self._momentum:
            self._parameters.sub_(gradient, alpha=learning_rate)
            return
        self.velocity.mul_(self._momentum).add_(gradient)
        if self._nesterov:
            self._parameters.sub_(gradient, alpha=learning_rate)
            self._parameters.sub_(self.velocity, alpha=learning_rate * self._momentum)
        else:
            self._parameters.sub_(self.velocity, alpha=learning_rate)

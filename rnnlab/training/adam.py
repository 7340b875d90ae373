"""Adam (Kingma & Ba 2015) and AdamW (Loshchilov & Hutter 2019), in place on one vector.

The same steps as ``torch.optim.Adam`` and ``AdamW``, whose first use imports seconds of compiler machinery.
"""

from __future__ import annotations

import torch
from torch import Tensor


class Adam:
    """Running means of the gradient and of its square, and the steps they give.

    With gradient g at the k-th step: m = b1 m + (1 - b1) g, v = b2 v + (1 - b2) g^2,
    parameters -= rate (m / (1 - b1^k)) / (sqrt(v / (1 - b2^k)) + epsilon).

    Before that step, what decays shrinks (AdamW): parameters -= rate decay parameters.

    Attributes:
        mean: m, as long as the parameters.
        square: v.
        count: steps done, k.
    """

    def __init__(
        self,
        parameters: Tensor,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
        decay: Tensor | None = None,
    ) -> None:
        """``decay`` is how fast each parameter shrinks; None: none does."""
        self._parameters = parameters
        self._betas = betas
        self._epsilon = epsilon
        self._decay = decay
        self.mean = torch.zeros_like(parameters)
        self.square = torch.zeros_like(parameters)
        self._scratch = torch.empty_like(parameters)
        self.count = 0

    @property
    def vectors(self) -> dict[str, Tensor]:
        """See `rnnlab.training.optimiser.Optimiser`."""
        return {"adam_mean": self.mean, "adam_square": self.square}

    @torch.no_grad()
    def step(self, gradient: Tensor, learning_rate: float) -> None:
        """Move the parameters by one step against ``gradient``."""
        beta_mean, beta_square = self._betas
        self.count += 1
        if self._decay is not None:
            self._parameters.addcmul_(self._parameters, self._decay, value=-learning_rate)
        self.mean.lerp_(gradient, 1.0 - beta_mean)
        self.square.mul_(beta_square).addcmul_(gradient, gradient, value=1.0 - beta_square)
        correction = (1.0 - beta_square**self.count) ** 0.5
        torch.sqrt(self.square, out=self._scratch).div_(correction).add_(self._epsilon)
        self._parameters.addcdiv_(self.mean, self._scratch, value=-learning_rate / (1.0 - beta_mean**self.count))

"""Carry-over: each training trial starts in the state in which the one before it, in its place in the batch, ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from rnnlab.training.engine import Engine, Passage
from rnnlab.training.noise import Noise


class CarryingEngine:
    """An engine whose passes that learn start where the last of them ended.

    No gradient goes from one pass to another: that is backpropagation truncated at the trial. Passes that do not learn
    (validation) start in the network's own initial state and change nothing.

    Attributes:
        states: where the next pass starts, (trial, n_states); None before the first.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.states: Tensor | None = None

    def outputs(self, p: Mapping[str, Any], inputs: Tensor, noise: Noise | None) -> Tensor:
        """See `Engine.outputs`."""
        if not torch.is_grad_enabled():
            return self._engine.outputs(p, inputs, noise)
        outputs = self._engine.outputs(self._begun(p), inputs, noise)
        self.states = self._engine.last_states()
        return outputs

    def survey(self, p: Mapping[str, Any], inputs: Tensor, noise: Noise | None) -> tuple[Tensor, Tensor]:
        """See `Engine.survey`; it learns nothing, and so starts in the network's own initial state."""
        return self._engine.survey(p, inputs, noise)

    def passage(self, p: Mapping[str, Any], inputs: Tensor, noise: Noise | None) -> Passage:
        """See `Engine.passage`."""
        passage = self._engine.passage(self._begun(p), inputs, noise)
        self.states = self._engine.last_states()
        return passage

    def last_states(self) -> Tensor:
        """See `Engine.last_states`."""
        return self._engine.last_states()

    def _begun(self, p: Mapping[str, Any]) -> Mapping[str, Any]:
        return p if self.states is None else {**p, "x0": self.states}

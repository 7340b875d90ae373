"""What a penalty may look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from rnnlab.networks import AnyNetwork


@dataclass(frozen=True)
class Seen:
    """One batch's way through a network. torch can differentiate what is the network's.

    Attributes:
        network: its description.
        p: effective parameters by name.
        inputs: (time, trial, input).
        outputs, targets: (output, time, trial).
        rates: (time, trial, unit).
        states: (time, trial, state).
        lengths: steps of each trial, (trial,), without padding; None: all are as long.
    """

    network: AnyNetwork
    p: Mapping[str, Any]
    inputs: Tensor
    outputs: Tensor
    targets: Tensor
    rates: Tensor
    states: Tensor
    lengths: Tensor | None = None

    @property
    def following(self) -> Tensor:
        """The input of the step that leaves each state, (time, trial, input); the last one once more at the end."""
        if self.network.lag:
            return self.inputs
        return torch.cat([self.inputs[1:], self.inputs[-1:]])

    @property
    def drives(self) -> Tensor:
        """What the units receive from each state and the input after it, without noise, (time, trial, unit)."""
        p = self.p
        return self.rates @ p["W_rec"].T + self.following @ p["W_in"].T + p["b_rec"]

"""A batch as the engines want it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from rnnlab.training.flat import CPU

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rnnlab.tasks import Batch


@dataclass(frozen=True, eq=False)
class Trials:
    """Inputs time-major, because a network runs through time; targets output-major, because a readout of a few outputs
    from many (step, trial) pairs is fastest as one product that ends in that order.

    Attributes:
        inputs: (time, trial, input).
        targets, mask: (output, time, trial).
        lengths: steps of each trial, (trial,), of which what comes after is padding; None: all are as long.
    """

    inputs: Tensor
    targets: Tensor
    mask: Tensor
    lengths: Tensor | None = None

    @classmethod
    def from_arrays(
        cls, inputs: NDArray, targets: NDArray, mask: NDArray, dtype: torch.dtype, device: torch.device = CPU
    ) -> Trials:
        """From arrays (trial, time, channel)."""
        u, y, m = (torch.from_numpy(a).to(device) for a in (inputs, targets, mask))
        return cls(
            inputs=u.transpose(0, 1).to(dtype, memory_format=torch.contiguous_format),
            targets=y.permute(2, 1, 0).to(dtype, memory_format=torch.contiguous_format),
            mask=m.permute(2, 1, 0).to(dtype, memory_format=torch.contiguous_format),
        )

    @classmethod
    def from_batch(cls, batch: Batch, dtype: torch.dtype, device: torch.device = CPU) -> Trials:
        """From a task's batch."""
        found = cls.from_arrays(batch.inputs, batch.targets, batch.mask, dtype, device)
        padded = bool((batch.lengths < batch.n_steps).any())
        return replace(found, lengths=torch.from_numpy(batch.lengths).to(device)) if padded else found

    @property
    def n_steps(self) -> int:
        """Length of the longest trial in steps."""
        return self.inputs.shape[0]

    @property
    def n_trials(self) -> int:
        """Number of trials."""
        return self.inputs.shape[1]

    def part(self, start: int, stop: int) -> Trials:
        """Some of the trials."""
        lengths = None if self.lengths is None else self.lengths[start:stop]
        return Trials(self.inputs[:, start:stop], self.targets[:, :, start:stop], self.mask[:, :, start:stop], lengths)

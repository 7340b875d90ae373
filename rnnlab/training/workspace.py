"""Memory that passes through a network use again and again.

A pass fills a few megabytes per buffer; asking the system for fresh ones at every update costs about a tenth of the
pass. Views of single steps are made once too: making one takes as long as adding a small matrix.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Buffer:
    """One (step, trial, channel) array, whole, as a matrix, and step by step.

    Attributes:
        whole: (step, trial, channel), contiguous.
        steps: views (trial, channel), one a step.
    """

    whole: Tensor
    steps: tuple[Tensor, ...]

    def rows(self, start: int, stop: int) -> Tensor:
        """Some steps as one matrix (step and trial, channel)."""
        return self.whole[start:stop].view(-1, self.whole.shape[-1])


class Workspace:
    """Buffers by name, kept between passes.

    A buffer's contents belong to the pass that filled it. ``passes`` counts them, so that a backward pass can tell
    whether its forward pass is still the last one.
    """

    def __init__(self) -> None:
        self.passes = 0
        self._memory: dict[str, Tensor] = {}
        self._largest: dict[tuple[str, int, int], Buffer] = {}

    def buffer(self, name: str, shape: tuple[int, int, int], dtype: torch.dtype) -> Buffer:
        """The buffer of that name, in the shape (step, trial, channel); what it holds is arbitrary.

        Asking again, in whatever shape, may give the same memory.
        """
        n_steps, n_trials, n_channels = shape
        key = (name, n_trials, n_channels)
        found = self._largest.get(key)
        if found is None or len(found.steps) < n_steps or found.whole.dtype != dtype:
            found = self._largest[key] = self._made(name, shape, dtype)
        if len(found.steps) == n_steps:
            return found
        return Buffer(found.whole[:n_steps], found.steps[:n_steps])

    def _made(self, name: str, shape: tuple[int, int, int], dtype: torch.dtype) -> Buffer:
        size = shape[0] * shape[1] * shape[2]
        memory = self._memory.get(name)
        if memory is None or memory.numel() < size or memory.dtype != dtype:
            memory = self._memory[name] = torch.empty(size, dtype=dtype)
            for key in [key for key in self._largest if key[0] == name]:
                del self._largest[key]
        whole = memory[:size].view(shape)
        return Buffer(whole, whole.unbind(0))

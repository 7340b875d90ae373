"""Memory that passes through a network use again and again.

A pass fills a few megabytes per buffer; asking the system for fresh ones at every update costs about a tenth of the
pass. Views of single steps are made once too: making one takes as long as adding a small matrix.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from torch import Tensor


@dataclass(frozen=True, eq=False)
class Buffer:
    """One (step, trial, channel) array, whole, as a matrix, and step by step; or (step, network, trial, channel).

    Attributes:
        whole: contiguous.
        steps: views (trial, channel) or (network, trial, channel), one a step.
        spare: of several networks, memory of the same size for what wants the steps of each in a row.
    """

    whole: Tensor
    steps: tuple[Tensor, ...]
    spare: Tensor | None = None

    def rows(self, start: int, stop: int) -> Tensor:
        """Some steps as one matrix (step and trial, channel), a view.

        Of several networks a matrix each, copied; it is good until the next call of this or of `blank`.
        """
        rows = self.blank(start, stop)
        if self.spare is not None:
            rows.copy_(self.whole[start:stop].transpose(0, 1))
        return rows.flatten(-3, -2)

    def blank(self, start: int, stop: int) -> Tensor:
        """Where some steps can be written, (step, trial, channel) or (network, step, trial, channel), for `take`."""
        if self.spare is None:
            return self.whole[start:stop]
        _, n_networks, n_trials, n_channels = self.whole.shape
        shape = (n_networks, stop - start, n_trials, n_channels)
        return self.spare[: prod(shape)].view(shape)

    def take(self, written: Tensor, start: int) -> None:
        """Take over what was written into a `blank` that begins at a step."""
        if self.spare is not None:
            self.whole[start : start + written.shape[1]] = written.transpose(0, 1)


class Workspace:
    """Buffers by name, kept between passes.

    A buffer's contents belong to the pass that filled it. ``passes`` counts them, so that a backward pass can tell
    whether its forward pass is still the last one.
    """

    def __init__(self) -> None:
        self.passes = 0
        self._memory: dict[str, Tensor] = {}
        self._largest: dict[tuple[str | int, ...], Buffer] = {}

    def buffer(self, name: str, shape: tuple[int, ...], like: Tensor) -> Buffer:
        """The buffer of that name, in the shape (step, ..., trial, channel); what it holds is arbitrary.

        Asking again, in whatever shape, may give the same memory. Its numbers are of the kind, and on the device, of
        ``like``.
        """
        n_steps = shape[0]
        key: tuple[str | int, ...] = (name, *shape[1:])
        found = self._largest.get(key)
        if found is None or len(found.steps) < n_steps or not _alike(found.whole, like):
            found = self._largest[key] = self._made(name, shape, like)
        if len(found.steps) == n_steps:
            return found
        return Buffer(found.whole[:n_steps], found.steps[:n_steps], found.spare)

    def _made(self, name: str, shape: tuple[int, ...], like: Tensor) -> Buffer:
        size = prod(shape)
        memory = self._memory.get(name)
        if memory is None or memory.numel() < size or not _alike(memory, like):
            memory = self._memory[name] = like.new_empty(size)
            for key in [key for key in self._largest if key[0] == name]:
                del self._largest[key]
        whole = memory[:size].view(shape)
        return Buffer(whole, whole.unbind(0), like.new_empty(size) if len(shape) == 4 else None)


def _alike(one: Tensor, other: Tensor) -> bool:
    return one.dtype == other.dtype and one.device == other.device

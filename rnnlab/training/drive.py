"""What reaches a network's units from outside as it runs: its inputs and its noise, some steps at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from rnnlab.training.noise import Draws, fill_tensor
from rnnlab.training.workspace import Buffer


def adder(matrix: Tensor) -> Callable[[Tensor, Tensor, Tensor], Tensor]:
    """The function that adds to its first argument, in place, the product of two more; of several networks each."""
    return Tensor.addmm_ if matrix.dim() == 2 else Tensor.baddbmm_


def fill_noise(draws: Draws, into: Buffer, start: int, stop: int, scale: float | np.ndarray) -> None:
    """``into[start:stop]`` = the next of the noise."""
    blank = into.blank(start, stop)
    _fill(blank, draws, scale)
    into.take(blank, start)


def _fill(out: Tensor, draws: Draws, scale: float | np.ndarray) -> None:
    """Noise of one strength for all channels, of one each, or mixed by a matrix."""
    if not isinstance(scale, np.ndarray):
        fill_tensor(draws, out, scale)
        return
    fill_tensor(draws, out)
    factor = torch.as_tensor(scale, dtype=out.dtype, device=out.device)
    if factor.dim() == 2:
        out.copy_(out @ factor.t())
    else:
        out.mul_(factor)


@dataclass
class Drive:
    """Noise + U weights^T, all of some moves at once. Moves are asked for in order.

    Attributes:
        inputs: U.
        weights: (unit, input).
        draws: where noise comes from; None: there is none.
        scale: its strength.
    """

    inputs: Buffer
    weights: Tensor
    draws: Draws | None
    scale: float | np.ndarray

    def write(self, into: Buffer, start: int, stop: int, at: int) -> None:
        """That of moves ``start`` to ``stop``, from step ``at`` of ``into`` on."""
        blank, inputs = into.blank(at, at + stop - start), self.inputs.rows(start, stop)
        rows = blank.flatten(-3, -2)
        if self.draws is None:
            torch.matmul(inputs, self.weights.mT, out=rows)
        else:
            _fill(blank, self.draws, self.scale)
            adder(rows)(rows, inputs, self.weights.mT)
        into.take(blank, at)

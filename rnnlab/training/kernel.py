"""What the hand-written passes of both forms of the leaky network share; see `rnnlab.training.bptt`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rnnlab.networks import LeakyRNN
from rnnlab.threads import one_thread
from rnnlab.training.elementwise import slopes_of_rates, slopes_of_states, writer
from rnnlab.training.loops import CODES, compiled_loops
from rnnlab.training.noise import NoiseSource
from rnnlab.training.workspace import Buffer, Workspace

BLOCK = 512_000
"""Bytes of gradients on the way back that are dealt with at once: with slopes, rates and inputs they fit in the
processor's second-level cache."""


@dataclass(frozen=True)
class Gradients:
    """Of A = [W_in b_rec], of W_rec and of x0."""

    A: Tensor
    W: Tensor
    x0: Tensor

    def add(self, G: Tensor, U: Tensor, R: Tensor) -> None:
        """Add what some steps contribute; all have one row per step and trial."""
        add_product = adder(G)
        add_product(self.A, G.mT, U)
        add_product(self.W, G.mT, R)


def adder(matrix: Tensor) -> Callable[[Tensor, Tensor, Tensor], Tensor]:
    """The function that adds to its first argument, in place, the product of two more; of several networks each."""
    return Tensor.addmm_ if matrix.dim() == 2 else Tensor.baddbmm_


class Kernel(ABC):
    """One leaky network's passes. A form adds the run through time, each way.

    Attributes:
        states: X[0], X[1] ... of the last pass, (trial, unit) each, in memory they may share; the last is there.
    """

    states: tuple[Tensor, ...]

    X: Buffer

    def __init__(self, network: LeakyRNN) -> None:
        self.network = network
        self.workspace = Workspace()
        self.write_f = writer(network.nonlinearity)
        self.slopes_of_rates = slopes_of_rates(network.nonlinearity)
        self.slopes_of_states = slopes_of_states(network.nonlinearity)
        self._loops = compiled_loops(network)
        self.code = CODES.get(network.nonlinearity)
        self.keeps_states = False
        self.on_rates: Tensor | None = None
        self.on_states: Tensor | None = None

    def forward(self, inputs: Tensor, noise: NoiseSource | None, *arrays: Tensor) -> Tensor:
        """Outputs before their nonlinearity, (output, time, trial); of several networks (network, output, time, trial).

        Several networks have an axis more: first in every array, second in ``inputs`` (time, network, trial, input).
        """
        W_in, W_rec, W_out, b_rec, b_out, x0 = arrays
        self.workspace.passes += 1
        self._arrange(inputs, W_in)
        self._load_inputs(inputs, noise)
        start = x0[..., None, :] if x0.dim() < W_in.dim() else x0  # one for all trials, or one each
        with self.alone():
            self.rates = self.run(torch.cat([W_in, b_rec[..., None]], dim=-1), W_rec, start, noise)
        self.sent = self._sent(self.rates, noise)
        add_product = torch.addmm if W_out.dim() == 2 else torch.baddbmm
        Z = add_product(b_out[..., None], W_out, self.sent.mT)
        return Z.view(*b_out.shape, inputs.shape[0], self.n_trials)

    def alone(self) -> AbstractContextManager[None]:
        """Around compiled loops: their products, which torch's number of threads does not rule, stay with one."""
        return nullcontext() if self.compiled is None else one_thread()

    def each(self, value: float | Tensor) -> NDArray[np.float32]:
        """A number for all units, or one each, as one each: what compiled loops take."""
        return np.full(self.network.n_units, value, np.float32) if isinstance(value, float) else value.numpy()

    def seen(self, buffer: Buffer) -> Tensor:
        """What a buffer of states or rates holds for the steps that are read out, (time, trial, unit)."""
        return buffer.whole[self.first_read : self.n_moves + 1]

    def backward(
        self, gradient: Tensor, *arrays: Tensor, rates: Tensor | None = None, states: Tensor | None = None
    ) -> tuple[Tensor, ...]:
        """Gradients of the six arrays, given d loss / d outputs and, if wanted, by rates and states of steps `seen`."""
        W_in, W_rec, W_out, *_ = arrays
        K = gradient.reshape(*W_out.shape[:-1], -1)
        self.on_rates, self.on_states = rates, states
        by_readout = K @ self.sent  # before the way back, which may use the memory of what was sent
        with self.alone():
            found, n_inputs = self.run_back(K, W_out, W_rec), W_in.shape[-1]
        return found.A[..., :n_inputs], found.W, by_readout, found.A[..., n_inputs], K.sum(-1), found.x0

    @abstractmethod
    def run(self, A: Tensor, W_rec: Tensor, x0: Tensor, noise: NoiseSource | None) -> Buffer:
        """Go through time; returns the rates R[0], R[1] ..."""

    @abstractmethod
    def run_back(self, K: Tensor, W_out: Tensor, W_rec: Tensor) -> Gradients:
        """Go back through time, given d loss / d Z as (output, time and trial)."""

    # ------------------------------------------------------------------------------------------------------ forward

    def buffer(self, name: str, n_steps: int, n_channels: int | None = None) -> Buffer:
        """A buffer for this pass, of the network's width unless said otherwise."""
        width = self.network.n_units if n_channels is None else n_channels
        return self.workspace.buffer(name, (n_steps, *self._across, width), self.dtype)

    def _arrange(self, inputs: Tensor, W_in: Tensor) -> None:
        n_steps, *self._across, n_inputs = inputs.shape
        self.n_trials = self._across[-1]
        self.n_moves, self.dtype = n_steps - self.network.lag, W_in.dtype
        self.first_read = 1 - self.network.lag
        self._turn = 0
        self.U = self.buffer("U", self.n_moves, n_inputs + 1)
        alpha = self.network.alpha
        self.alpha = alpha if isinstance(alpha, float) else torch.as_tensor(alpha, dtype=self.dtype)
        self.keep = 1.0 - self.alpha
        self.compiled = self._loops if self.dtype == torch.float32 and len(self._across) == 1 else None

    def _load_inputs(self, inputs: Tensor, noise: NoiseSource | None) -> None:
        """Inputs as the network sees them: with baseline and noise, rectified where asked."""
        network, seen = self.network, self.U.whole[..., :-1]
        if noise is not None and "input" in network.noises:
            drawn = self.buffer("input noise", self.n_moves, inputs.shape[-1])
            self.fill_noise(noise, "input", drawn, 0, network.input_noise_factor(inputs.shape[-1]))
            torch.add(inputs[: self.n_moves], drawn.whole, out=seen)
        else:
            seen.copy_(inputs[: self.n_moves])
        if network.input_baseline:
            seen.add_(network.input_baseline)
        if network.input_rectified:
            seen.clamp_min_(0.0)
        self.U.whole[..., -1] = 1.0

    def prepare(self, into: Buffer, start: int, weights: Tensor, noise: NoiseSource | None, scale: Any) -> None:
        """``into[start:]`` = noise + U weights^T, all steps at once."""
        noisy = noise is not None and "recurrent" in self.network.noises
        blank, inputs = into.blank(start, start + self.n_moves), self.U.rows(0, self.n_moves)
        rows = blank.flatten(-3, -2)
        if noise is not None and noisy:
            self._draw(noise, "recurrent", blank, scale)
            adder(rows)(rows, inputs, weights.mT)
        else:
            torch.matmul(inputs, weights.mT, out=rows)
        into.take(blank, start)

    def fill_noise(self, noise: NoiseSource, part: str, into: Buffer, start: int, scale: float | np.ndarray) -> None:
        """``into[start:]`` = noise."""
        blank = into.blank(start, len(into.steps))
        self._draw(noise, part, blank, scale)
        into.take(blank, start)

    def _draw(self, noise: NoiseSource, part: str, out: Tensor, scale: float | np.ndarray) -> None:
        """Noise of one strength for all channels, of one each, or mixed by a matrix."""
        if not isinstance(scale, np.ndarray):
            noise.fill(part, out.numpy(), scale)
            return
        noise.fill(part, out.numpy())
        factor = torch.as_tensor(scale, dtype=out.dtype)
        if factor.dim() == 2:
            out.copy_(out @ factor.t())
        else:
            out.mul_(factor)

    def leak(self, driven: Tensor, old: Tensor, new: Tensor) -> None:
        """new = driven + (1 - alpha) old, damping included."""
        if self.network.damping:
            # What is left of x after a damped step is x (1 - alpha - alpha gamma x^2).
            torch.addcmul(driven, old, self.keep - self.alpha * self.network.damping * old.square(), out=new)
        elif isinstance(self.keep, float):
            torch.add(driven, old, alpha=self.keep, out=new)
        else:
            torch.addcmul(driven, old, self.keep, out=new)

    def _sent(self, read: Buffer, noise: NoiseSource | None) -> Tensor:
        """What is read out, (time and trial, unit): the rates, with the output's noise."""
        rates = read.rows(self.first_read, self.n_moves + 1)
        if noise is None or "output" not in self.network.noises:
            return rates
        sent = self.buffer("sent", self.n_moves + 1 - self.first_read)
        self.fill_noise(noise, "output", sent, 0, self.network.output_noise_scale)
        return sent.rows(0, len(sent.steps)).add_(rates)

    # ----------------------------------------------------------------------------------------------------- backward

    def gradients(self, W_rec: Tensor) -> Gradients:
        """Zeros, to be added to."""
        A = torch.zeros(*W_rec.shape[:-1], self.U.whole.shape[-1], dtype=self.dtype)
        return Gradients(A, torch.zeros_like(W_rec), torch.zeros(W_rec.shape[:-1], dtype=self.dtype))

    def blocks(self) -> Iterator[tuple[int, int]]:
        """(start, stop) of moves dealt with together, last first."""
        itemsize = 8 if self.dtype == torch.float64 else 4
        size = max(BLOCK // (prod(self._across) * self.network.n_units * itemsize), 4)
        for stop in range(self.n_moves, 0, -size):
            yield max(stop - size, 0), stop

    def read_back(self, K: Tensor, W_out: Tensor, start: int, stop: int) -> Buffer:
        """What reaches the rates of states ``start`` to ``stop`` from the outputs, in memory that two calls share."""
        self._turn = 1 - self._turn
        G = self.buffer(f"G{self._turn}", stop - start)
        read = max(start, self.first_read)  # with no lag the initial state is not read out
        G.whole[: read - start] = 0.0
        if read < stop:
            columns = K[..., (read - self.first_read) * self.n_trials : (stop - self.first_read) * self.n_trials]
            blank = G.blank(read - start, stop - start)
            torch.matmul(columns.mT, W_out, out=blank.flatten(-3, -2))
            G.take(blank, read - start)
            if self.on_rates is not None:
                G.whole[read - start :] += self.on_rates[read - self.first_read : stop - self.first_read]
        return G

    def keep_back(self, G: Buffer, start: int, stop: int) -> None:
        """Remember d loss / d X[start:stop], where somebody is going to ask for it."""
        if self.keeps_states:
            self.buffer("dX", self.n_moves + 1).whole[start:stop] = G.whole[: stop - start]

    def state_gradients(self) -> Tensor:
        """d loss / d states of the steps `seen`, as the last pass back found it."""
        return self.seen(self.buffer("dX", self.n_moves + 1)).clone()

    def leak_back(self, gradient: Tensor, later: Tensor, old: Tensor) -> None:
        """gradient += later d new / d old, of `leak`."""
        if self.network.damping:
            slope = self.keep - 3.0 * self.alpha * self.network.damping * old.square()
            gradient.addcmul_(later, slope)
        elif isinstance(self.keep, float):
            gradient.add_(later, alpha=self.keep)
        else:
            gradient.addcmul_(later, self.keep)

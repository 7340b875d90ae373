"""What the hand-written passes of both forms of the leaky network share; see `rnnlab.training.bptt`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rnnlab.networks import LeakyRNN
from rnnlab.threads import one_thread
from rnnlab.training.drive import Drive, adder, fill_noise
from rnnlab.training.elementwise import Weigher, slopes_of_rates, slopes_of_states, weigher, writer
from rnnlab.training.loops import CODES, compiled_loops
from rnnlab.training.noise import Draws, NoiseSource
from rnnlab.training.workspace import Buffer, Workspace

BLOCK = 1_024_000
"""Bytes of rates, or of gradients on the way back, that are dealt with at once: with all that belongs to the same steps
they fit in the processor's second-level cache."""


Rows: TypeAlias = Sequence[int] | None
"""How many rows belong to each of several networks, where those are not all; they come first."""


@dataclass(frozen=True)
class Gradients:
    """Of A = [W_in b_rec], of W_rec, and of the state that each trial starts in."""

    A: Tensor
    W: Tensor
    starts: Tensor

    def add(self, G: Tensor, U: Tensor, R: Tensor, rows: Rows) -> None:
        """Add what some steps contribute; all have one row per step and trial."""
        add_own_product(self.A.mT, U.mT, G, rows)  # this way round the rows of the result are long
        add_own_product(self.W, G.mT, R, rows)


def add_own_product(into: Tensor, left: Tensor, right: Tensor, rows: Rows) -> None:
    """into += left right, of several networks each with its own first rows of ``right``.

    Rows of zeros would change nothing but the order in which the others are added up, and so the last bits.
    """
    if rows is None:
        adder(into)(into, left, right)
        return
    for k, n in enumerate(rows):
        into[k].addmm_(left[k][:, :n], right[k][:n])


class Kernel(ABC):
    """One leaky network's passes. A form adds the run through time, each way.

    Attributes:
        states: X[0], X[1] ... of the last pass, (trial, unit) each, in memory they may share; the last is there.
    """

    states: tuple[Tensor, ...]
    last_apart: ClassVar[bool] = False
    """Whether a pass back begins with the last state by itself."""

    X: Buffer

    def __init__(self, network: LeakyRNN) -> None:
        self.network = network
        self.workspace = Workspace()
        self.write_f = writer(network.nonlinearity)
        self.weigh = weigher(network.nonlinearity)
        self.slopes_of_rates = slopes_of_rates(network.nonlinearity)
        self.slopes_of_states = slopes_of_states(network.nonlinearity)
        self.slope_needs_state = self.weigh is None and self.slopes_of_rates is None
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
        missing = () if noise is None else noise.missing
        self._moves = [self.n_moves - each for each in missing] if any(missing) else None
        self._load_inputs(inputs, noise)
        start = x0[..., None, :] if x0.dim() < W_in.dim() else x0  # one for all trials, or one each
        self._begin_readout(W_out, b_out, noise)
        with self.alone():
            self.begin(torch.cat([W_in, b_rec[..., None]], dim=-1), W_rec, start, noise)
            for first, last in self.blocks() or [(0, 0)]:
                self.advance(first, last)
                self._read_out(first + 1 if first else self.first_read, last + 1)
        return self._Z.view(*b_out.shape, inputs.shape[0], self.n_trials)

    def alone(self) -> AbstractContextManager[None]:
        """Around compiled loops: their products, which torch's number of threads does not rule, stay with one."""
        return nullcontext() if self.compiled is None else one_thread()

    def _each(self, value: float | Tensor) -> NDArray[np.float32]:
        """A number for all units, or one each, as one each: what compiled loops take."""
        return np.full(self.network.n_units, value, np.float32) if isinstance(value, float) else value.numpy()

    def seen(self, buffer: Buffer) -> Tensor:
        """What a buffer of states or rates holds for the steps that are read out, (time, trial, unit)."""
        return buffer.whole[self.first_read : self.n_moves + 1]

    def backward(
        self, gradient: Tensor, *arrays: Tensor, rates: Tensor | None = None, states: Tensor | None = None
    ) -> tuple[Tensor, ...]:
        """Gradients of the six arrays, given d loss / d outputs and, if wanted, by rates and states of steps `seen`."""
        W_in, W_rec, W_out, *_, x0 = arrays
        K = gradient.reshape(*W_out.shape[:-1], -1).contiguous()
        self.on_rates, self.on_states = rates, states
        self._by_readout = torch.zeros_like(W_out)
        with self.alone():
            found, n_inputs = self.run_back(K, W_out, W_rec), W_in.shape[-1]
        by_offset = self._by_offset(K)
        by_start = found.starts.sum(-2) if x0.dim() < W_in.dim() else found.starts.clone()
        return found.A[..., :n_inputs], found.W, self._by_readout, found.A[..., n_inputs], by_offset, by_start

    def _by_offset(self, K: Tensor) -> Tensor:
        """Gradient of the outputs' bias."""
        rows = self.own_rows(self.first_read, self.n_moves + 1, states=True)
        return K.sum(-1) if rows is None else torch.stack([K[k, :, :n].sum(-1) for k, n in enumerate(rows)])

    def own_rows(self, start: int, stop: int, *, states: bool = False) -> Rows:
        """How many rows of moves (or states) ``start`` to ``stop``, one per step and trial, are each network's own."""
        if self._moves is None:
            return None
        ends = [moves + states for moves in self._moves]
        return [self.n_trials * max(min(stop, end) - start, 0) for end in ends]

    @property
    @abstractmethod
    def rates(self) -> Buffer:
        """R[0], R[1] ... of the last pass."""

    @abstractmethod
    def begin(self, A: Tensor, W_rec: Tensor, x0: Tensor, noise: NoiseSource | None) -> None:
        """Put the network in its initial state."""

    @abstractmethod
    def advance(self, start: int, stop: int) -> None:
        """Make moves ``start`` to ``stop``."""

    @abstractmethod
    def run_back(self, K: Tensor, W_out: Tensor, W_rec: Tensor) -> Gradients:
        """Go back through time, given d loss / d Z as (output, time and trial)."""

    # ------------------------------------------------------------------------------------------------------ forward

    def buffer(self, name: str, n_steps: int, n_channels: int | None = None) -> Buffer:
        """A buffer for this pass, of the network's width unless said otherwise."""
        width = self.network.n_units if n_channels is None else n_channels
        return self.workspace.buffer(name, (n_steps, *self._across, width), self._like)

    def _arrange(self, inputs: Tensor, W_in: Tensor) -> None:
        n_steps, *self._across, n_inputs = inputs.shape
        self.n_trials = self._across[-1]
        self.n_moves, self._like = n_steps - self.network.lag, W_in.detach()
        self.first_read = 1 - self.network.lag
        self.U = self.buffer("U", self.n_moves, n_inputs + 1)
        alpha = self.network.alpha
        self.alpha = alpha if isinstance(alpha, float) else torch.as_tensor(alpha, dtype=W_in.dtype, device=W_in.device)
        self.keep = 1.0 - self.alpha
        single = len(self._across) == 1 and W_in.dtype == torch.float32 and W_in.device.type == "cpu"
        self.compiled = self._loops if single else None
        if self.compiled is not None:
            self.keeps, self.alphas = self._each(self.keep), self._each(self.alpha)

    def blocks(self) -> list[tuple[int, int]]:
        """(start, stop) of moves dealt with together; all but the last are multiples of four, see `Noise.draws`.

        However many networks there are: each adds up its gradients in the order in which it does so alone.
        """
        size = max(BLOCK // (self.n_trials * self.network.n_units * self._like.itemsize) // 4, 1) * 4
        return [(start, min(start + size, self.n_moves)) for start in range(0, self.n_moves, size)]

    def _load_inputs(self, inputs: Tensor, noise: NoiseSource | None) -> None:
        """Inputs as the network sees them: with baseline and noise, rectified where asked."""
        network, seen = self.network, self.U.whole[..., :-1]
        draws = self._draws("input", noise)
        if draws is not None:
            drawn = self.buffer("input noise", self.n_moves, inputs.shape[-1])
            fill_noise(draws, drawn, 0, self.n_moves, network.input_noise_factor(inputs.shape[-1]))
            torch.add(inputs[: self.n_moves], drawn.whole, out=seen)
        else:
            seen.copy_(inputs[: self.n_moves])
        if network.input_baseline:
            seen.add_(network.input_baseline)
        if network.input_rectified:
            seen.clamp_min_(0.0)
        self.U.whole[..., -1] = 1.0

    def drive(self, weights: Tensor, noise: NoiseSource | None, scale: float | np.ndarray) -> Drive:
        """What comes from outside through ``weights``, with noise on it where any is given."""
        return Drive(self.U, weights, self._draws("recurrent", noise), scale)

    def _draws(self, part: str, noise: NoiseSource | None) -> Draws | None:
        """A part of the noise, from its beginning; None where there is none."""
        if noise is None or part not in self.network.noises:
            return None
        return noise.draws(part, self.n_moves, compiled=self.compiled is not None)

    def leak(self, driven: Tensor, old: Tensor, new: Tensor) -> None:
        """new = driven + (1 - alpha) old, damping included."""
        if self.network.damping:
            # What is left of x after a damped step is x (1 - alpha - alpha gamma x^2).
            torch.addcmul(driven, old, self.keep - self.alpha * self.network.damping * old.square(), out=new)
        elif isinstance(self.keep, float):
            torch.add(driven, old, alpha=self.keep, out=new)
        else:
            torch.addcmul(driven, old, self.keep, out=new)

    def _begin_readout(self, W_out: Tensor, b_out: Tensor, noise: NoiseSource | None) -> None:
        n_read = self.n_moves + 1 - self.first_read
        self._W_out, self._b_out = W_out, b_out[..., None]
        self._Z = self._like.new_empty(*b_out.shape, n_read * self.n_trials)
        self._sent: Buffer | None = None
        if noise is not None and "output" in self.network.noises:
            self._sent = self.buffer("sent", n_read)
            draws = noise.draws("output", n_read, compiled=self.compiled is not None)
            fill_noise(draws, self._sent, 0, n_read, self.network.output_noise_scale)

    def _read_out(self, start: int, stop: int) -> None:
        """Outputs, before their nonlinearity, of states ``start`` to ``stop``."""
        if self._sent is not None:
            self._sent.whole[start - self.first_read : stop - self.first_read] += self.rates.whole[start:stop]
        add_product = torch.addmm if self._W_out.dim() == 2 else torch.baddbmm
        add_product(self._b_out, self._W_out, self._read(start, stop).mT, out=self._columns(self._Z, start, stop))

    def _read(self, start: int, stop: int) -> Tensor:
        """What was read out of some states, (time and trial, unit): the rates, with the output's noise."""
        if self._sent is None:
            return self.rates.rows(start, stop)
        return self._sent.rows(start - self.first_read, stop - self.first_read)

    def _columns(self, outputs: Tensor, start: int, stop: int) -> Tensor:
        """Of (output, time and trial) those of states ``start`` to ``stop``."""
        return outputs[..., (start - self.first_read) * self.n_trials : (stop - self.first_read) * self.n_trials]

    # ----------------------------------------------------------------------------------------------------- backward

    def gradients(self, W_rec: Tensor) -> Gradients:
        """Zeros, to be added to."""
        A = W_rec.new_zeros(*W_rec.shape[:-2], self.U.whole.shape[-1], W_rec.shape[-1])
        return Gradients(A.mT, torch.zeros_like(W_rec), W_rec.new_zeros(W_rec.shape[:-1]))

    def read_back(self, K: Tensor, W_out: Tensor, start: int, stop: int) -> Buffer:
        """What reaches the rates of states ``start`` to ``stop`` from the outputs, in the memory of the call before.

        The gradient of the readout is collected on the way.
        """
        G = self.buffer("G", stop - start)
        read = max(start, self.first_read)  # with no lag the initial state is not read out
        G.whole[: read - start] = 0.0
        if read < stop:
            columns = self._columns(K, read, stop)
            self._collect_readout(columns, self._read(read, stop), read, stop)
            blank = G.blank(read - start, stop - start)
            torch.matmul(columns.mT, W_out, out=blank.flatten(-3, -2))
            G.take(blank, read - start)
            if self.on_rates is not None:
                G.whole[read - start :] += self.on_rates[read - self.first_read : stop - self.first_read]
        return G

    def _collect_readout(self, columns: Tensor, sent: Tensor, start: int, stop: int) -> None:
        """Add what states ``start`` to ``stop`` contribute to the gradient of the readout."""
        rows = self.own_rows(start, stop, states=not self.last_apart)
        if rows is not None and self._moves is not None and self.last_apart:
            for k, last in enumerate(self._moves):
                if start <= last < stop:
                    own = slice((last - start) * self.n_trials, (last - start + 1) * self.n_trials)
                    self._by_readout[k].addmm_(columns[k][:, own], sent[k][own])
        add_own_product(self._by_readout, columns, sent, rows)

    def carried(self, G: Buffer) -> Tensor:
        """A copy of the first step of some gradients, for the steps before it: the next `read_back` overwrites G."""
        return self.buffer("later", 1).whole[0].copy_(G.steps[0])

    def slopes(self, rates: Buffer, states: Buffer, start: int, stop: int) -> tuple[tuple[Tensor, ...], Weigher]:
        """What f'(x) of steps ``start`` to ``stop`` follows from, and how a gradient is multiplied by it.

        Args:
            rates: f(x); not looked at where that does not tell.
            states: x; looked at there only.
            start, stop: of both.
        """
        if self.weigh is not None:
            return rates.steps[start:stop], self.weigh
        F = self.buffer("slopes", stop - start)
        if self.slopes_of_rates is not None:
            self.slopes_of_rates(rates.whole[start:stop], F.whole)
        else:
            self.slopes_of_states(states.whole[start:stop], F.whole)
        return F.steps, _multiply

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


def _multiply(gradient: Tensor, slope: Tensor, out: Tensor) -> None:
    torch.mul(gradient, slope, out=out)


def times_alpha(W: Tensor, alpha: float | Tensor) -> Tensor:
    """Rows of a matrix times their unit's alpha."""
    return (W * (alpha if isinstance(alpha, float) else alpha[:, None])).contiguous()

"""Back-propagation through time for the leaky network, written out by hand.

The same numbers as looping `LeakyRNN.step` under autograd, two to five times faster, because

- noise is written straight into the buffer that then becomes the state (or the drive);
- the input reaches all steps and trials in one matrix product, the bias with it as a column of ones;
- each step takes three or four in-place calls each way, on memory that is kept between passes;
- the gradients of the weights are one product each, at the end.

Notation: X states, R = f(X) rates, D drives, U inputs with a column of ones, A = [W_in b_rec], Z outputs before their
nonlinearity. G[s] is d loss / d X[s]. Arrays are (step, trial, channel); X[0] is the initial state and step s makes
X[s + 1] from X[s].
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from rnnlab.networks import LeakyRNN
from rnnlab.training.elementwise import slopes_into, writer
from rnnlab.training.noise import Noise
from rnnlab.training.workspace import Buffer, Workspace

NAMES = ("W_in", "W_rec", "W_out", "b_rec", "b_out", "x0")


class LeakyEngine:
    """The fast engine of `LeakyRNN`. Its outputs can be differentiated once, until the next call."""

    def __init__(self, network: LeakyRNN) -> None:
        self._network = network
        self._kernel = CurrentKernel(network) if network.form == "current" else RateKernel(network)

    def outputs(self, p: Mapping[str, Any], inputs: Tensor, noise: Noise | None) -> Tensor:
        """See `rnnlab.training.engine.Engine.outputs`."""
        kernel = self._kernel
        if torch.is_grad_enabled():
            linear = _Pass.apply(kernel, inputs, noise, *(p[name] for name in NAMES))
        else:
            linear = kernel.forward(inputs, noise, *(p[name] for name in NAMES))
        return self._network.output_nonlinearity(linear)


class _Pass(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, kernel: Kernel, inputs: Tensor, noise: Noise | None, *arrays: Tensor) -> Tensor:
        outputs = kernel.forward(inputs, noise, *arrays)
        ctx.kernel, ctx.arrays, ctx.number = kernel, arrays, kernel.workspace.passes
        return outputs

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        if ctx.number != ctx.kernel.workspace.passes:
            raise RuntimeError("the network ran again before this pass went backward; its states are overwritten")
        ctx.number = None  # the pass goes backward in place, hence once
        return (None, None, None, *ctx.kernel.backward(gradients[0], *ctx.arrays))


class Kernel:
    """What both forms share: inputs, noise and read-out. A form adds the run through time, each way."""

    def __init__(self, network: LeakyRNN) -> None:
        self.network = network
        self.workspace = Workspace()
        self.apply_f = writer(network.nonlinearity)

    def forward(self, inputs: Tensor, noise: Noise | None, *arrays: Tensor) -> Tensor:
        """Outputs before their nonlinearity, (output, time, trial)."""
        W_in, W_rec, W_out, b_rec, b_out, x0 = arrays
        self.workspace.passes += 1
        self._arrange(inputs, W_in)
        self._load_inputs(inputs, noise)
        self.X.whole[0] = x0
        self.run(torch.cat([W_in, b_rec[:, None]], dim=1), W_rec, noise)
        self.sent = self._sent(noise)
        Z = torch.addmm(b_out[:, None], W_out, self.sent.t())
        return Z.view(len(b_out), inputs.shape[0], self.n_trials)

    def backward(self, gradient: Tensor, *arrays: Tensor) -> tuple[Tensor, ...]:
        """Gradients of the six arrays."""
        W_in, W_rec, W_out, *_ = arrays
        K = gradient.reshape(len(W_out), -1)
        G, first = self.buffer("G", self.n_moves + 1), 1 - self.network.lag
        G.whole[:first] = 0.0  # with no lag the initial state is not read out
        torch.mm(K.t(), W_out, out=G.rows(first, self.n_moves + 1))
        gradient_A, gradient_W = self.run_back(G, W_rec)
        n_inputs = W_in.shape[1]
        return (
            gradient_A[:, :n_inputs],
            gradient_W,
            K @ self.sent,
            gradient_A[:, n_inputs],
            K.sum(1),
            G.whole[0].sum(0),
        )

    # -------------------------------------------------------------------------------------------------- for a form

    def run(self, A: Tensor, W_rec: Tensor, noise: Noise | None) -> None:
        """Fill X[1:], and R where rates are not the states."""
        raise NotImplementedError

    def run_back(self, G: Buffer, W_rec: Tensor) -> tuple[Tensor, Tensor]:
        """Turn G from what reaches the rates through the read-out alone into the whole gradient of the states.

        Returns:
            The gradients of A and of W_rec.
        """
        raise NotImplementedError

    # ------------------------------------------------------------------------------------------------------ buffers

    def buffer(self, name: str, n_steps: int, n_channels: int | None = None) -> Buffer:
        """A buffer for this pass, of the network's width unless said otherwise."""
        width = self.network.n_units if n_channels is None else n_channels
        return self.workspace.buffer(name, (n_steps, self.n_trials, width), self.dtype)

    def _arrange(self, inputs: Tensor, W_in: Tensor) -> None:
        n_steps, self.n_trials, n_inputs = inputs.shape
        self.n_moves, self.dtype = n_steps - self.network.lag, W_in.dtype
        self.X = self.buffer("X", self.n_moves + 1)
        self.R = self.X if self.network.form == "rate" else self.buffer("R", self.n_moves + 1)
        self.U = self.buffer("U", self.n_moves, n_inputs + 1)
        alpha = self.network.alpha
        self.alpha = alpha if isinstance(alpha, float) else torch.as_tensor(alpha, dtype=self.dtype)
        self.keep = 1.0 - self.alpha

    def _load_inputs(self, inputs: Tensor, noise: Noise | None) -> None:
        """Inputs as the network sees them: with baseline and noise, rectified where asked."""
        network, seen = self.network, self.U.whole[:, :, :-1]
        if noise is not None and "input" in network.noises:
            drawn = self.buffer("input noise", self.n_moves, inputs.shape[2])
            noise.fill("input", drawn.whole.numpy(), network.input_noise_scale)
            torch.add(inputs[: self.n_moves], drawn.whole, out=seen)
        else:
            seen.copy_(inputs[: self.n_moves])
        if network.input_baseline:
            seen.add_(network.input_baseline)
        if network.input_rectified:
            seen.clamp_min_(0.0)
        self.U.whole[:, :, -1] = 1.0

    def _sent(self, noise: Noise | None) -> Tensor:
        """What is read out, (time and trial, unit): the rates, with the output's noise."""
        first = 1 - self.network.lag
        rates = self.R.rows(first, self.n_moves + 1)
        if noise is None or "output" not in self.network.noises:
            return rates
        noisy = self.buffer("sent", self.n_moves + 1 - first)
        fill_scaled(noise, "output", noisy.whole, self.network.output_noise_scale)
        rows = noisy.rows(0, len(noisy.steps))
        return rows.add_(rates)

    def prepared(self, into: Buffer, start: int, weights: Tensor, noise: Noise | None, scale: Any) -> None:
        """``into[start:]`` = noise + U weights^T, all steps at once."""
        rows = into.rows(start, start + self.n_moves)
        inputs = self.U.rows(0, self.n_moves)
        if noise is None or "recurrent" not in self.network.noises:
            torch.mm(inputs, weights.t(), out=rows)
            return
        fill_scaled(noise, "recurrent", into.whole[start : start + self.n_moves], scale)
        rows.addmm_(inputs, weights.t())

    def pull(self, state: Tensor) -> Tensor:
        """1 - alpha - alpha gamma x^2: what multiplies x to give what is left of it after a damped step."""
        return self.keep - self.alpha * self.network.damping * state.square()

    def leak(self, new: Tensor, old: Tensor) -> None:
        """new += (1 - alpha) old, damping included."""
        if self.network.damping:
            new.addcmul_(old, self.pull(old))
        elif isinstance(self.keep, float):
            new.add_(old, alpha=self.keep)
        else:
            new.addcmul_(old, self.keep)

    def leak_back(self, gradient: Tensor, later: Tensor, old: Tensor) -> None:
        """gradient += later d new / d old, of `leak`."""
        if self.network.damping:
            gradient.addcmul_(later, self.keep - 3.0 * self.alpha * self.network.damping * old.square())
        else:
            self.leak(gradient, later)


class CurrentKernel(Kernel):
    """X[s+1] = (1 - alpha) X[s] + alpha (W_rec f(X[s]) + A U[s]) + noise."""

    def run(self, A: Tensor, W_rec: Tensor, noise: Noise | None) -> None:
        """See `Kernel.run`."""
        self.prepared(self.X, 1, self._times_alpha(A), noise, self.network.state_noise_scale)
        W = self._times_alpha(W_rec).t().contiguous()
        xs, rs, leak, f = self.X.steps, self.R.steps, self.leak, self.apply_f
        f(xs[0], rs[0])
        for s in range(self.n_moves):
            new = xs[s + 1]
            new.addmm_(rs[s], W)
            leak(new, xs[s])
            f(new, rs[s + 1])

    def run_back(self, G: Buffer, W_rec: Tensor) -> tuple[Tensor, Tensor]:
        """See `Kernel.run_back`."""
        S = self.n_moves
        slopes = self.buffer("slopes", S + 1)
        slopes_into(self.network.nonlinearity, self.X.rows(0, S + 1), self.R.rows(0, S + 1), slopes.rows(0, S + 1))
        W = self._times_alpha(W_rec)
        gs, xs, fs, leak_back = G.steps, self.X.steps, slopes.steps, self.leak_back
        gs[S].mul_(fs[S])
        for s in range(S - 1, -1, -1):
            g, later = gs[s], gs[s + 1]
            g.addmm_(later, W).mul_(fs[s])
            leak_back(g, later, xs[s])
        after = G.rows(1, S + 1).t()
        return self._times_alpha(after @ self.U.rows(0, S)), self._times_alpha(after @ self.R.rows(0, S))

    def _times_alpha(self, W: Tensor) -> Tensor:
        """Rows of a matrix times their unit's alpha."""
        return W * (self.alpha if isinstance(self.alpha, float) else self.alpha[:, None])


class RateKernel(Kernel):
    """X[s+1] = (1 - alpha) X[s] + alpha f(D[s]) + noise, D[s] = W_rec X[s] + A U[s] + noise."""

    def run(self, A: Tensor, W_rec: Tensor, noise: Noise | None) -> None:
        """See `Kernel.run`."""
        network, S = self.network, self.n_moves
        self.D, self.F = self.buffer("D", S), self.buffer("F", S)
        noisy = noise is not None and "recurrent" in network.noises
        on_state = noisy and network.noise_at == "state"
        self.prepared(self.D, 0, A, None if on_state else noise, network.drive_noise_scale)
        if noise is not None and on_state:
            fill_scaled(noise, "recurrent", self.X.whole[1 : S + 1], network.state_noise_scale)
        move = self._add_move if on_state or network.damping else self._set_move
        if network.damping and not on_state:
            self.X.whole[1 : S + 1] = 0.0
        W = W_rec.t().contiguous()
        xs, ds, fs, f = self.X.steps, self.D.steps, self.F.steps, self.apply_f
        for s in range(S):
            drive = ds[s].addmm_(xs[s], W)
            f(drive, fs[s])
            move(xs[s + 1], xs[s], fs[s])

    def _set_move(self, new: Tensor, old: Tensor, goal: Tensor) -> None:
        torch.lerp(old, goal, self.alpha, out=new)

    def _add_move(self, new: Tensor, old: Tensor, goal: Tensor) -> None:
        if isinstance(self.alpha, float):
            new.add_(goal, alpha=self.alpha)
        else:
            new.addcmul_(goal, self.alpha)
        self.leak(new, old)

    def run_back(self, G: Buffer, W_rec: Tensor) -> tuple[Tensor, Tensor]:
        """See `Kernel.run_back`."""
        S = self.n_moves
        Q = self.buffer("slopes", S)  # alpha f'(D), and then, step by step, d loss / d D
        slopes_into(self.network.nonlinearity, self.D.rows(0, S), self.F.rows(0, S), Q.rows(0, S))
        Q.whole.mul_(self.alpha)
        gs, xs, qs, leak_back = G.steps, self.X.steps, Q.steps, self.leak_back
        for s in range(S - 1, -1, -1):
            g, later = gs[s], gs[s + 1]
            g.addmm_(qs[s].mul_(later), W_rec)
            leak_back(g, later, xs[s])
        on_drive = Q.rows(0, S).t()
        return on_drive @ self.U.rows(0, S), on_drive @ self.X.rows(0, S)


def fill_scaled(noise: Noise, part: str, out: Tensor, scale: float | np.ndarray) -> None:
    """Noise of one strength for all channels, or of one each."""
    if isinstance(scale, np.ndarray):
        noise.fill(part, out.numpy())
        out.mul_(torch.as_tensor(scale, dtype=out.dtype))
    else:
        noise.fill(part, out.numpy(), scale)

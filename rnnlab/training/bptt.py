"""Back-propagation through time for the leaky network, written out by hand.

The same numbers as looping `LeakyRNN.step` under autograd, two to five times faster, because

- noise is written straight into the memory that then becomes the rate (or the drive);
- the input reaches all steps and trials in one matrix product, the bias with it as a column of ones;
- each step takes three or four in-place calls each way, on memory that is kept between passes;
- nothing is kept that can do without: states neither where the slope follows from the rate, gradients only as long as
  it takes to collect those of the weights, some steps at a time while they are still in the processor's cache;
- where numba is installed, smaller networks of the usual nonlinearities go through compiled loops instead
  (`rnnlab.training.compiled`).

Notation: X states, R = f(X) rates, D drives, U inputs with a column of ones, A = [W_in b_rec], Z outputs before their
nonlinearity, K = d loss / d Z, G[s] = d loss / d X[s]. Arrays are (step, trial, channel); X[0] is the initial state
and move s makes X[s + 1] from X[s]. Several networks of one description can run at once: arrays then are (step,
network, trial, channel), and the products of all networks are one call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from rnnlab.networks import LeakyRNN
from rnnlab.training.engine import Passage
from rnnlab.training.kernel import Gradients, Kernel, adder
from rnnlab.training.noise import NoiseSource
from rnnlab.training.workspace import Buffer

NAMES = ("W_in", "W_rec", "W_out", "b_rec", "b_out", "x0")


class LeakyEngine:
    """The fast engine of `LeakyRNN`. Its outputs can be differentiated once, until the next call."""

    def __init__(self, network: LeakyRNN) -> None:
        self._network = network
        self._kernel = CurrentKernel(network) if network.form == "current" else RateKernel(network)

    def outputs(self, p: Mapping[str, Any], inputs: Tensor, noise: NoiseSource | None) -> Tensor:
        """See `rnnlab.training.engine.Engine.outputs`."""
        arrays = [p[name] for name in NAMES]
        if torch.is_grad_enabled():
            linear = _Pass.apply(self._kernel, inputs, noise, *arrays)
        else:
            linear = self._kernel.forward(inputs, noise, *arrays)
        return self._ends(linear)

    @torch.no_grad()
    def survey(self, p: Mapping[str, Any], inputs: Tensor, noise: NoiseSource | None) -> tuple[Tensor, Tensor]:
        """See `rnnlab.training.engine.Engine.survey`."""
        outputs = self.outputs(p, inputs, noise)
        return outputs, self._kernel.seen(self._kernel.rates)

    def passage(self, p: Mapping[str, Any], inputs: Tensor, noise: NoiseSource | None) -> Passage:
        """See `rnnlab.training.engine.Engine.passage`."""
        kernel = self._kernel
        kernel.keeps_states = True
        try:
            linear, rates, states = _OpenPass.apply(kernel, inputs, noise, *(p[name] for name in NAMES))
        finally:
            kernel.keeps_states = False
        return Passage(self._ends(linear), rates, states, kernel.state_gradients)

    def _ends(self, linear: Tensor) -> Tensor:
        z: Tensor = self._network.output_nonlinearity(linear.movedim(-3, -1))  # Softmax wants the outputs last
        return z.movedim(-1, -3)

    def last_states(self) -> Tensor:
        """See `rnnlab.training.engine.Engine.last_states`."""
        return self._kernel.states[self._kernel.n_moves].clone()


class _Pass(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, kernel: Kernel, inputs: Tensor, noise: NoiseSource | None, *arrays: Tensor) -> Tensor:
        outputs = kernel.forward(inputs, noise, *arrays)
        ctx.kernel, ctx.arrays, ctx.number = kernel, arrays, kernel.workspace.passes
        return outputs

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        if ctx.number != ctx.kernel.workspace.passes:
            raise RuntimeError("the network ran again before this pass went backward; its states are overwritten")
        ctx.number = None  # the pass goes backward in its own memory, hence once
        return (None, None, None, *ctx.kernel.backward(gradient, *ctx.arrays))


class _OpenPass(torch.autograd.Function):
    """As `_Pass`, and rates and states can be differentiated too; it may go backward more than once."""

    @staticmethod
    def forward(
        ctx: Any, kernel: Kernel, inputs: Tensor, noise: NoiseSource | None, *arrays: Tensor
    ) -> tuple[Tensor, ...]:
        outputs = kernel.forward(inputs, noise, *arrays)
        ctx.kernel, ctx.arrays, ctx.number = kernel, arrays, kernel.workspace.passes
        ctx.set_materialize_grads(False)
        ctx.none = torch.zeros_like(outputs)
        return outputs, kernel.seen(kernel.rates).clone(), kernel.seen(kernel.X).clone()

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        kernel = ctx.kernel
        if ctx.number != kernel.workspace.passes:
            raise RuntimeError("the network ran again before this pass went backward; its states are overwritten")
        outputs, rates, states = gradients
        kernel.keeps_states = True
        try:
            found = kernel.backward(ctx.none if outputs is None else outputs, *ctx.arrays, rates=rates, states=states)
        finally:
            kernel.keeps_states = False
        return (None, None, None, *found)


class CurrentKernel(Kernel):
    """X[s+1] = (1 - alpha) X[s] + alpha (W_rec f(X[s]) + A U[s]) + noise, and f(X) is read out."""

    def run(self, A: Tensor, W_rec: Tensor, x0: Tensor, noise: NoiseSource | None) -> Buffer:
        """See `Kernel.run`. All that makes X[s+1] but the leak gathers where R[s+1] will be."""
        self.R = self.buffer("R", self.n_moves + 1)
        self.prepare(self.R, 1, self._times_alpha(A), noise, self.network.state_noise_scale)
        self.states = self._states()
        self.states[0][:] = x0
        W = self._times_alpha(W_rec).mT.contiguous()
        self.write_f(self.states[0], self.R.steps[0])
        if self.compiled is not None:
            X, R = self.X.whole.numpy(), self.R.whole.numpy()
            self.compiled.current_forward(X, R, W.numpy(), self.each(self.keep), self.code)
        else:
            self._forward_plainly(W)
        return self.R

    def _forward_plainly(self, W: Tensor) -> None:
        xs, rs, leak, f, add_product = self.states, self.R.steps, self.leak, self.write_f, adder(W)
        for s in range(self.n_moves):
            r, x = rs[s + 1], xs[s + 1]
            add_product(r, rs[s], W)
            leak(r, xs[s], x)
            f(x, r)

    def _states(self) -> tuple[Tensor, ...]:
        """Memory for X[0], X[1] ...: two steps taking turns, unless the way back needs them all."""
        all_needed = self.slopes_of_rates is None or self.network.damping or self.keeps_states
        self.X = self.buffer("X", self.n_moves + 1 if all_needed else 2)
        steps = self.X.steps
        return steps if all_needed else tuple(steps[s % 2] for s in range(self.n_moves + 1))

    def run_back(self, K: Tensor, W_out: Tensor, W_rec: Tensor) -> Gradients:
        """See `Kernel.run_back`."""
        gradients, W = self.gradients(W_rec), self._times_alpha(W_rec)
        later = self.buffer("end", 1).whole[0].zero_()
        for start, stop in self.blocks():
            G = self._back_to(start + 1, stop + 1, later, K, W_out, W)
            gradients.add(G.rows(0, stop - start), self.U.rows(start, stop), self.R.rows(start, stop))
            later = G.steps[0]
        first = self._back_to(0, 1, later, K, W_out, W).steps[0].sum(-2)
        return Gradients(self._times_alpha(gradients.A), self._times_alpha(gradients.W), first)

    def _back_to(self, start: int, stop: int, later: Tensor, K: Tensor, W_out: Tensor, W: Tensor) -> Buffer:
        """G[start:stop], given G[stop]."""
        G = self.read_back(K, W_out, start, stop)
        if self.compiled is not None and self.on_states is None:
            G_, R_ = G.whole.numpy(), self.R.whole[start:stop].numpy()
            self.compiled.current_backward(G_, later.numpy(), W.numpy(), R_, self.each(self.keep), self.code)
        else:
            self._back_plainly(G, start, stop, later, W)
        self.keep_back(G, start, stop)
        return G

    def _back_plainly(self, G: Buffer, start: int, stop: int, later: Tensor, W: Tensor) -> None:
        F = self._slopes(start, stop)
        xs, fs, leak_back, add_product = self.states, F.steps, self.leak_back, adder(W)
        for s in range(stop - 1, start - 1, -1):
            g = G.steps[s - start]
            add_product(g, later, W).mul_(fs[s - start])
            leak_back(g, later, xs[s])
            if self.on_states is not None and s >= self.first_read:
                g.add_(self.on_states[s - self.first_read])
            later = g

    def _slopes(self, start: int, stop: int) -> Buffer:
        """f'(X[start:stop])."""
        F = self.buffer("slopes", stop - start)
        if self.slopes_of_rates is not None:
            self.slopes_of_rates(self.R.whole[start:stop], F.whole)
        else:
            self.slopes_of_states(self.X.whole[start:stop], F.whole)
        return F

    def _times_alpha(self, W: Tensor) -> Tensor:
        """Rows of a matrix times their unit's alpha."""
        return W * (self.alpha if isinstance(self.alpha, float) else self.alpha[:, None])


class RateKernel(Kernel):
    """X[s+1] = (1 - alpha) X[s] + alpha f(D[s]) + noise, D[s] = W_rec X[s] + A U[s] + noise, and X is read out."""

    def run(self, A: Tensor, W_rec: Tensor, x0: Tensor, noise: NoiseSource | None) -> Buffer:
        """See `Kernel.run`. Where the slope follows from f(D), D is overwritten with it."""
        network, S = self.network, self.n_moves
        self.X, self.D = self.buffer("X", S + 1), self.buffer("D", S)
        on_state = network.noise_at == "state" and "recurrent" in network.noises
        self.prepare(self.D, 0, A, None if on_state else noise, network.drive_noise_scale)
        self.states = self.X.steps
        self.X.whole[0] = x0
        move = self._set_move
        if on_state or network.damping:
            move = self._add_move
            self.X.whole[1:] = 0.0
        if on_state and noise is not None:
            self.fill_noise(noise, "recurrent", self.X, 1, network.state_noise_scale)
        W = W_rec.mT.contiguous()
        if self.compiled is not None:
            X, D, adds = self.X.whole.numpy(), self.D.whole.numpy(), move == self._add_move
            alpha, keep = self.each(self.alpha), self.each(self.keep)
            self.compiled.rate_forward(X, D, W.numpy(), alpha, keep, self.code, adds)
        else:
            self._forward_plainly(W, move)
        return self.X

    def _forward_plainly(self, W: Tensor, move: Callable[[Tensor, Tensor, Tensor], None]) -> None:
        S = self.n_moves
        goals = self.D.steps if self.slopes_of_rates is not None else self.buffer("goal", 1).steps * S
        xs, ds, f, add_product = self.X.steps, self.D.steps, self.write_f, adder(W)
        for s in range(S):
            drive, goal = ds[s], goals[s]
            add_product(drive, xs[s], W)
            f(drive, goal)
            move(xs[s + 1], xs[s], goal)

    def _set_move(self, new: Tensor, old: Tensor, goal: Tensor) -> None:
        torch.lerp(old, goal, self.alpha, out=new)

    def _add_move(self, new: Tensor, old: Tensor, goal: Tensor) -> None:
        """To what ``new`` holds, the noise."""
        if isinstance(self.alpha, float):
            new.add_(goal, alpha=self.alpha)
        else:
            new.addcmul_(goal, self.alpha)
        self.leak(new, old, new)

    def run_back(self, K: Tensor, W_out: Tensor, W_rec: Tensor) -> Gradients:
        """See `Kernel.run_back`."""
        gradients, S = self.gradients(W_rec), self.n_moves
        if self.on_states is not None:  # states are what is read out
            self.on_rates = self.on_states if self.on_rates is None else self.on_rates + self.on_states
        last = self.read_back(K, W_out, S, S + 1)
        self.keep_back(last, S, S + 1)
        later = last.steps[0]
        for start, stop in self.blocks():
            G, Q = self.read_back(K, W_out, start, stop), self._alpha_slopes(start, stop)
            if self.compiled is not None:
                W, keep = W_rec.contiguous().numpy(), self.each(self.keep)
                self.compiled.rate_backward(G.whole.numpy(), Q.whole.numpy(), later.numpy(), W, keep)
            else:
                self._back_plainly(G, Q, start, later, W_rec)
            later = G.steps[0]
            self.keep_back(G, start, stop)
            gradients.add(Q.rows(0, stop - start), self.U.rows(start, stop), self.X.rows(start, stop))
        return Gradients(gradients.A, gradients.W, later.sum(-2))

    def _back_plainly(self, G: Buffer, Q: Buffer, start: int, later: Tensor, W_rec: Tensor) -> None:
        xs, leak_back, add_product = self.X.steps[start:], self.leak_back, adder(W_rec)
        for g, q, x in zip(reversed(G.steps), reversed(Q.steps), reversed(xs[: len(G.steps)]), strict=True):
            add_product(g, q.mul_(later), W_rec)
            leak_back(g, later, x)
            later = g

    def _alpha_slopes(self, start: int, stop: int) -> Buffer:
        """alpha f'(D[start:stop]); times G it is d loss / d D."""
        Q = self.buffer("slopes", stop - start)
        (self.slopes_of_rates or self.slopes_of_states)(self.D.whole[start:stop], Q.whole)
        Q.whole.mul_(self.alpha)
        return Q

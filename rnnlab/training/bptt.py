"""Back-propagation through time for the leaky network, written out by hand.

The same numbers as looping `LeakyRNN.step` under autograd, two to five times faster, because

- noise is written straight into the memory that then becomes the rate (or the drive), or that every block uses again;
- the input reaches all steps and trials of a block in one matrix product, the bias with it as a column of ones;
- each step takes three or four in-place calls each way, on memory that is kept between passes;
- time is gone through in blocks, each way, and what belongs to a block (noise, inputs, readout, gradients) is dealt
  with while it is still in the processor's cache;
- nothing is kept that can do without: states neither where the slope follows from the rate, gradients only as long as
  it takes to collect those of the weights;
- where numba is installed, networks of the usual nonlinearities go through compiled loops instead
  (`rnnlab.training.compiled`).

Notation: X states, R = f(X) rates, D drives, U inputs with a column of ones, A = [W_in b_rec], Z outputs before their
nonlinearity, K = d loss / d Z, G[s] = d loss / d X[s]. Arrays are (step, trial, channel); X[0] is the initial state
and move s makes X[s + 1] from X[s]. Several networks of one description can run at once: arrays then are (step,
network, trial, channel), and the products of all networks are one call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from rnnlab.networks import LeakyRNN
from rnnlab.networks.arrays import repeat_rows
from rnnlab.training.drive import adder, fill_noise
from rnnlab.training.engine import Passage
from rnnlab.training.kernel import Gradients, Kernel, times_alpha
from rnnlab.training.noise import NoiseSource
from rnnlab.training.workspace import Buffer

Judge: TypeAlias = Callable[[Tensor], tuple[Tensor, Tensor]]
"""Makes of outputs, which it may overwrite, a loss and its gradient."""

NAMES = ("W_in", "W_rec", "W_out", "b_rec", "b_out", "x0")


class LeakyEngine:
    """The fast engine of `LeakyRNN`. Its outputs can be differentiated once, until the next call."""

    def __init__(self, network: LeakyRNN) -> None:
        self._network = network
        self._kernel = CurrentKernel(network) if network.form == "current" else RateKernel(network)

    def outputs(self, p: Mapping[str, Any], inputs: Tensor, noise: NoiseSource | None) -> Tensor:
        """See `rnnlab.training.engine.Engine.outputs`."""
        return self.ends(self.sums(p, inputs, noise))

    def sums(self, p: Mapping[str, Any], inputs: Tensor, noise: NoiseSource | None) -> Tensor:
        """Outputs before their nonlinearity."""
        arrays = _arrays(p, inputs)
        if torch.is_grad_enabled():
            found: Tensor = _Pass.apply(self._kernel, inputs, noise, *arrays)
            return found
        return self._kernel.forward(inputs, noise, *arrays)

    @torch.no_grad()
    def descend(self, p: Mapping[str, Any], inputs: Tensor, noise: NoiseSource | None, judge: Judge) -> float:
        """A loss of outputs that are sums. Its gradient is added to that of every parameter that ``p`` was made from.

        As `outputs`, a loss and ``backward`` do, without most of autograd's bookkeeping, which in short trials takes as
        long as ten steps of the network.
        """
        arrays = _arrays(p, inputs)
        loss, gradient = judge(self._kernel.forward(inputs, noise, *arrays))
        found = self._kernel.backward(gradient, *arrays)
        made = [(array, own) for array, own in zip(arrays, found, strict=True) if array.grad_fn is not None]
        for array, own in zip(arrays, found, strict=True):
            if array.requires_grad and array.grad_fn is None:
                array.grad.add_(own)
        if made:
            torch.autograd.backward([array for array, _ in made], [own for _, own in made])
        return float(loss)

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
            linear, rates, states = _OpenPass.apply(kernel, inputs, noise, *_arrays(p, inputs))
        finally:
            kernel.keeps_states = False
        return Passage(self.ends(linear), rates, states, kernel.state_gradients)

    def ends(self, linear: Tensor) -> Tensor:
        """Outputs, (..., output, time, trial), of sums."""
        z: Tensor = self._network.output_nonlinearity(linear.movedim(-3, -1))  # Softmax wants the outputs last
        return z.movedim(-1, -3)

    def last_states(self) -> Tensor:
        """See `rnnlab.training.engine.Engine.last_states`."""
        return self._kernel.states[self._kernel.n_moves].clone()


def _arrays(p: Mapping[str, Any], inputs: Tensor) -> list[Any]:
    """The arrays of a pass; of starts given one by one as many as there are trials, by turns."""
    arrays = [p[name] for name in NAMES]
    if arrays[-1].dim() == 2 == inputs.dim() - 1:
        arrays[-1] = repeat_rows(arrays[-1], inputs.shape[-2])
    return arrays


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

    @property
    def rates(self) -> Buffer:
        """See `Kernel.rates`."""
        return self.R

    def begin(self, A: Tensor, W_rec: Tensor, x0: Tensor, noise: NoiseSource | None) -> None:
        """See `Kernel.begin`."""
        self.R = self.buffer("R", self.n_moves + 1)
        self._drive = self.drive(times_alpha(A, self.alpha), noise, self.network.state_noise_scale)
        self._W = times_alpha(W_rec, self.alpha).mT.contiguous()
        self.states = self._states()
        self.states[0][:] = x0
        self.write_f(self.states[0], self.R.steps[0])

    def _states(self) -> tuple[Tensor, ...]:
        """Memory for X[0], X[1] ...: two steps taking turns, unless the way back needs them all."""
        all_needed = self.slope_needs_state or self.network.damping or self.keeps_states
        self.X = self.buffer("X", self.n_moves + 1 if all_needed else 2)
        return self.X.steps if all_needed else self.X.steps * (self.n_moves // 2 + 1)

    def advance(self, start: int, stop: int) -> None:
        """See `Kernel.advance`. In plain loops all that makes X[s+1] but the leak gathers where R[s+1] will be."""
        if self.compiled is None:
            self._drive.write(self.R, start, stop, at=start + 1)
            self._advance_plainly(start, stop)
            return
        given = self.buffer("given", stop - start)  # written anew by every block, it stays in the processor's cache
        self._drive.write(given, start, stop, at=0)
        X, R, W = self.X.whole.numpy(), self.R.whole[start : stop + 1].numpy(), self._W.numpy()
        self.compiled.current_forward(X, R, given.whole.numpy(), W, self.keeps, self.code, start)

    def _advance_plainly(self, start: int, stop: int) -> None:
        xs, rs, W, leak, f, add_product = self.states, self.R.steps, self._W, self.leak, self.write_f, adder(self._W)
        for s in range(start, stop):
            r, x = rs[s + 1], xs[s + 1]
            add_product(r, rs[s], W)
            leak(r, xs[s], x)
            f(x, r)

    def run_back(self, K: Tensor, W_out: Tensor, W_rec: Tensor) -> Gradients:
        """See `Kernel.run_back`."""
        gradients, W = self.gradients(W_rec), times_alpha(W_rec, self.alpha)
        later = self.buffer("end", 1).whole[0].zero_()
        for start, stop in reversed(self.blocks()):
            G = self._back_to(start + 1, stop + 1, later, K, W_out, W)
            own = self.own_rows(start, stop)
            gradients.add(G.rows(0, stop - start), self.U.rows(start, stop), self.R.rows(start, stop), own)
            later = self.carried(G)
        first = self._back_to(0, 1, later, K, W_out, W).steps[0]
        return Gradients(times_alpha(gradients.A, self.alpha), times_alpha(gradients.W, self.alpha), first)

    def _back_to(self, start: int, stop: int, later: Tensor, K: Tensor, W_out: Tensor, W: Tensor) -> Buffer:
        """G[start:stop], given G[stop]."""
        G = self.read_back(K, W_out, start, stop)
        if self.compiled is not None and self.on_states is None:
            G_, R_ = G.whole.numpy(), self.R.whole[start:stop].numpy()
            self.compiled.current_backward(G_, later.numpy(), W.numpy(), R_, self.keeps, self.code)
        else:
            self._back_plainly(G, start, stop, later, W)
        self.keep_back(G, start, stop)
        return G

    def _back_plainly(self, G: Buffer, start: int, stop: int, later: Tensor, W: Tensor) -> None:
        given, weigh = self.slopes(self.R, self.X, start, stop)
        xs, leak_back, add_product = self.states, self.leak_back, adder(W)
        for s in range(stop - 1, start - 1, -1):
            g = G.steps[s - start]
            add_product(g, later, W)
            weigh(g, given[s - start], g)
            leak_back(g, later, xs[s])
            if self.on_states is not None and s >= self.first_read:
                g.add_(self.on_states[s - self.first_read])
            later = g


class RateKernel(Kernel):
    """X[s+1] = (1 - alpha) X[s] + alpha f(D[s]) + noise, D[s] = W_rec X[s] + A U[s] + noise, and X is read out."""

    last_apart = True

    @property
    def rates(self) -> Buffer:
        """See `Kernel.rates`."""
        return self.X

    def begin(self, A: Tensor, W_rec: Tensor, x0: Tensor, noise: NoiseSource | None) -> None:
        """See `Kernel.begin`."""
        network, S = self.network, self.n_moves
        self.X, self.D = self.buffer("X", S + 1), self.buffer("D", S)
        on_state = network.noise_at == "state" and "recurrent" in network.noises
        self._drive = self.drive(A, None if on_state else noise, network.drive_noise_scale)
        self._on_state = self._draws("recurrent", noise) if on_state else None
        self._adds = on_state or bool(network.damping)
        self._W = W_rec.mT.contiguous()
        self.states = self.X.steps
        self.X.whole[0] = x0

    def advance(self, start: int, stop: int) -> None:
        """See `Kernel.advance`. Where the slope follows from f(D), D is overwritten with it."""
        self._drive.write(self.D, start, stop, at=start)
        if self._on_state is not None:
            fill_noise(self._on_state, self.X, start + 1, stop + 1, self.network.state_noise_scale)
        elif self._adds:
            self.X.whole[start + 1 : stop + 1] = 0.0
        if self.compiled is not None:
            X, D = self.X.whole[start : stop + 1].numpy(), self.D.whole[start:stop].numpy()
            W, adds = self._W.numpy(), self._adds
            self.compiled.rate_forward(X, D, W, self.alphas, self.keeps, self.code, adds)
        else:
            self._advance_plainly(start, stop)

    def _advance_plainly(self, start: int, stop: int) -> None:
        goals = self.buffer("goal", 1).steps * self.n_moves if self.slope_needs_state else self.D.steps
        xs, ds, W, f, add_product = self.X.steps, self.D.steps, self._W, self.write_f, adder(self._W)
        move = self._add_move if self._adds else self._set_move
        for s in range(start, stop):
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
        """See `Kernel.run_back`. Q = G f'(D); times alpha it is d loss / d D."""
        gradients, S, W = self.gradients(W_rec), self.n_moves, times_alpha(W_rec, self.alpha)
        if self.on_states is not None:  # states are what is read out
            self.on_rates = self.on_states if self.on_rates is None else self.on_rates + self.on_states
        last = self.read_back(K, W_out, S, S + 1)
        self.keep_back(last, S, S + 1)
        later = self.carried(last)
        for start, stop in reversed(self.blocks()):
            G, Q = self.read_back(K, W_out, start, stop), self.buffer("Q", stop - start)
            if self.compiled is not None:
                given, D = (
                    (G.whole.numpy(), Q.whole.numpy(), later.numpy(), W.numpy()),
                    self.D.whole[start:stop].numpy(),
                )
                self.compiled.rate_backward(*given, D, self.keeps, self.code)
            else:
                self._back_plainly(G, Q, start, stop, later, W)
            later = self.carried(G)
            self.keep_back(G, start, stop)
            own = self.own_rows(start, stop)
            gradients.add(Q.rows(0, stop - start), self.U.rows(start, stop), self.X.rows(start, stop), own)
        return Gradients(times_alpha(gradients.A, self.alpha), times_alpha(gradients.W, self.alpha), later)

    def _back_plainly(self, G: Buffer, Q: Buffer, start: int, stop: int, later: Tensor, W: Tensor) -> None:
        given, weigh = self.slopes(self.D, self.D, start, stop)
        xs, leak_back, add_product = self.X.steps, self.leak_back, adder(W)
        for s in range(stop - 1, start - 1, -1):
            g, q = G.steps[s - start], Q.steps[s - start]
            weigh(later, given[s - start], q)
            add_product(g, q, W)
            leak_back(g, later, xs[s])
            later = g

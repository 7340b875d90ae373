"""Low-rank recurrence: dynamics in a few directions, chosen by the network (Mastrogiuseppe & Ostojic 2018)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnnlab.networks.arrays import Array
from rnnlab.networks.cell import Parameters, Pullback
from rnnlab.networks.variant import LeakyVariant, gaussian
from rnnlab.spec import quantity


@dataclass(frozen=True)
class LowRankRNN(LeakyVariant):
    """A leaky network whose recurrent matrix is W_to W_from^T / N, of rank ``rank``, with or without a random part.

    Column k of ``W_to`` (unit, rank) is the direction the network is pushed in by what column k of ``W_from`` (unit,
    rank) selects from its rates: the vectors m and n of Mastrogiuseppe & Ostojic (2018) and Dubreuil et al. (2022). The
    random part, if ``random`` is above zero, is drawn once and never learns; its eigenvalues fill a circle of that
    radius.

    Without ``overlap`` the two directions begin unrelated, and what the network is told fades with its time constant:
    nothing tells a training that it might be kept. With it W_rec begins with ``rank`` eigenvalues near ``overlap``.
    Activity along W_to feeds itself at 1 where units are linear around zero, tanh for example, and at 2 with ReLU, as
    half of the units are silent then.

    Example:
        >>> import numpy as np
        >>> config = LowRankRNN(n_units=10, rank=2)
        >>> p = config.initialise(n_inputs=1, n_outputs=1, rng=np.random.default_rng(0))
        >>> int(np.linalg.matrix_rank(config.recurrent_matrices(p)["W_rec"]))
        2
    """

    plain_drive: ClassVar[bool] = False
    recurrent: ClassVar[tuple[str, ...]] = ("W_to", "W_from")

    rank: int = quantity(2, low=1, soft=(1, 10), step=1, help="rank R of what is learnt")
    overlap: float = quantity(
        0.0,
        soft=(0, 2),
        step=0.1,
        help="how far along W_to W_from begins; from 1 on (ReLU: 2) the network keeps activity",
    )
    random: float = quantity(0.0, low=0, soft=(0, 1.5), step=0.1, help="strength g of a fixed random part; 0: none")

    def _lines(self) -> list[str]:
        random = " + W_random" if self.random else ""
        return [
            "d[t] = W r[t−1] + W_in u[t] + b_rec",
            f"W = W_to W_fromᵀ / N{random}, rank {self.rank}" + (f", g = {self.random:g}" if self.random else ""),
        ]

    def check(self) -> None:
        """A rank above the number of units would be no constraint."""
        super().check()
        if self.rank > self.n_units:
            raise self.refuse("rank", f"{self.rank} for {self.n_units} units", remedy=f"give 1 to {self.n_units}")

    def parameter_shapes(self, n_inputs: int, n_outputs: int) -> dict[str, tuple[int, ...]]:
        n, own = self.n_units, {"W_to": (self.n_units, self.rank), "W_from": (self.n_units, self.rank)}
        fixed = {"W_random": (n, n)} if self.random else {}
        return super().parameter_shapes(n_inputs, n_outputs) | own | fixed

    @property
    def trainable(self) -> frozenset[str]:
        return super().trainable - {"W_random"}

    def initialise(self, n_inputs: int, n_outputs: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """Standard normal directions, related by the overlap alone, and a random part of standard deviation g / √N."""
        n, raw = self.n_units, super().initialise(n_inputs, n_outputs, rng)
        W_to, own = (rng.standard_normal((n, self.rank)) for _ in range(2))
        raw |= {"W_to": W_to, "W_from": own + self.overlap * W_to}
        return raw | ({"W_random": gaussian(rng, n, n, self.random)} if self.random else {})

    def recurrent_matrices(self, p: Parameters) -> dict[str, Array]:
        """The whole matrix, under the name ``W_rec``."""
        if "W_rec" in p:
            return {"W_rec": p["W_rec"]}
        W = p["W_to"] @ p["W_from"].T / self.n_units
        return {"W_rec": W + p["W_random"] if self.random else W}

    def matrix(self, p: Parameters, name: str) -> Array | None:
        """See `Cell.matrix`; a ``W_rec`` with changed entries is of any rank, and stands in ``p`` for all it was made
        of."""
        return self.recurrent_matrices(p)["W_rec"] if name == "W_rec" else p.get(name)

    def silenced(self, p: Parameters, kept: Array) -> dict[str, Array]:
        """See `Cell.silenced`."""
        quiet = {"W_from": (p["W_from"].T * kept).T, "W_out": p["W_out"] * kept}
        return dict(p) | quiet | {name: p[name] * kept for name in ("W_random", "W_rec") if name in p}

    def _advance(self, p: Parameters, state: Array, u: Array, kick: Array | float) -> tuple[Array, Pullback]:
        f = self.nonlinearity
        drive = self._passed_on(p, f(state)) + u @ p["W_in"].T + p["b_rec"]

        def pullback(v: Array) -> Array:
            return (1.0 - self.alpha) * v + f.derivative(state) * self._passed_back(p, self.alpha * v)

        return self._move(state, drive, kick), pullback

    def _passed_on(self, p: Parameters, r: Array) -> Array:
        """What units hear of the rates, W r, (trial, unit)."""
        if "W_rec" in p:
            return r @ p["W_rec"].T
        heard = (r @ p["W_from"]) @ p["W_to"].T / self.n_units
        return heard + r @ p["W_random"].T if self.random else heard

    def _passed_back(self, p: Parameters, v: Array) -> Array:
        """v^T W, (trial, unit)."""
        if "W_rec" in p:
            return v @ p["W_rec"]
        on_rate = (v @ p["W_to"]) @ p["W_from"].T / self.n_units
        return on_rate + v @ p["W_random"] if self.random else on_rate

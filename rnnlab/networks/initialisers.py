"""Where weights start: a closed table of kinds, and any array given.

Random kinds draw weights that the network then balances (its inhibitory weights, where units have signs) and scales (to
its ``spectral_radius``, where it has one). The others mean what they say and are left alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, NamedTuple, TypeAlias

import numpy as np

from rnnlab.networks.given import Given
from rnnlab.spec import Spec, quantity


class Place(NamedTuple):
    """What a matrix of weights (to, from) is drawn for.

    Attributes:
        mask: True where there is a connection.
        signs: of the senders, (n_from,); 0 where free.
        where: of the array, in a description, for errors.
    """

    mask: np.ndarray
    signs: np.ndarray
    where: str = ""

    @property
    def shape(self) -> tuple[int, int]:
        """(to, from)."""
        n_to, n_from = self.mask.shape
        return n_to, n_from


@dataclass(frozen=True)
class Initialiser(Spec):
    """Base of the kinds below."""

    random: ClassVar[bool] = False
    """Whether a network may balance and scale what is drawn."""

    def draw(self, rng: np.random.Generator, place: Place) -> np.ndarray:
        """Weights (to, from), float64."""
        raise NotImplementedError


# ------------------------------------------------------------------------------------------------------ random kinds


@dataclass(frozen=True)
class Gaussian(Initialiser):
    """Normal weights; with ``per`` the senders, divided by the square root of their number."""

    random: ClassVar[bool] = True
    std: float = quantity(1.0, low=0, soft=(0, 2), step=0.1, help="standard deviation")
    mean: float = quantity(0.0, soft=(-1, 1), step=0.1, help="mean")
    per: Literal["weight", "senders"] = "senders"
    """Whether ``mean`` and ``std`` are those of a weight, or of a weight times the root of the number of senders."""

    def draw(self, rng: np.random.Generator, place: Place) -> np.ndarray:
        drawn = self.std * rng.standard_normal(place.shape) + self.mean
        return drawn / np.sqrt(max(place.shape[1], 1)) if self.per == "senders" else drawn


@dataclass(frozen=True)
class Uniform(Initialiser):
    """Weights equally likely between two ends."""

    random: ClassVar[bool] = True
    low: float = quantity(-0.1, soft=(-1, 1), step=0.1, help="smallest weight")
    high: float = quantity(0.1, soft=(-1, 1), step=0.1, help="largest weight")

    def check(self) -> None:
        """The ends must be in order."""
        if self.low > self.high:
            raise self.refuse("low", f"{self.low:g} is above high, {self.high:g}", remedy="give the smaller one first")

    def draw(self, rng: np.random.Generator, place: Place) -> np.ndarray:
        return rng.uniform(self.low, self.high, place.shape)


@dataclass(frozen=True)
class Glorot(Initialiser):
    """Variance 2 / (connections a receiver has + connections a sender has) (Glorot & Bengio 2010)."""

    random: ClassVar[bool] = True
    shape: Literal["normal", "uniform"] = "normal"

    def draw(self, rng: np.random.Generator, place: Place) -> np.ndarray:
        fans = place.mask.sum(1, dtype=float)[:, None] + place.mask.sum(0, dtype=float)
        fans = np.maximum(fans, 1.0)
        if self.shape == "normal":
            return rng.standard_normal(place.shape) * np.sqrt(2.0 / fans)
        return rng.uniform(-1.0, 1.0, place.shape) * np.sqrt(6.0 / fans)


@dataclass(frozen=True)
class Gamma(Initialiser):
    """Magnitudes of a gamma distribution, with the sign of the sender, or a random one where signs are free."""

    random: ClassVar[bool] = True
    k: float = quantity(2.0, above=0, soft=(0.5, 5), step=0.5, help="shape of the distribution; 1 is exponential")

    def draw(self, rng: np.random.Generator, place: Place) -> np.ndarray:
        magnitudes = rng.gamma(self.k, size=place.shape) / np.sqrt(self.k * (self.k + 1.0))
        return _with_signs(magnitudes, rng, place)


@dataclass(frozen=True)
class LogNormal(Initialiser):
    """Magnitudes of a log-normal distribution, as synapses have them; signs as in `Gamma`."""

    random: ClassVar[bool] = True
    sigma: float = quantity(1.0, low=0, high=5, soft=(0, 2), step=0.1, help="standard deviation of the logarithm")

    def draw(self, rng: np.random.Generator, place: Place) -> np.ndarray:
        magnitudes = rng.lognormal(-(self.sigma**2), self.sigma, place.shape)
        return _with_signs(magnitudes, rng, place)


def _with_signs(magnitudes: np.ndarray, rng: np.random.Generator, place: Place) -> np.ndarray:
    """Magnitudes of mean square 1 as weights of mean square 1 / senders."""
    free = rng.choice((-1.0, 1.0), place.shape)
    return magnitudes * np.where(place.signs == 0, free, place.signs) / np.sqrt(max(place.shape[1], 1))


@dataclass(frozen=True)
class DaleBalanced(Initialiser):
    """Weights around 1/√n from excitatory units, around the same times (excitatory / inhibitory) from inhibitory ones.

    Their spread, 1/n, is so small that all weights keep the sign of their unit and each unit's inputs cancel. Where
    signs are free, normal weights of standard deviation 1/√n.
    """

    random: ClassVar[bool] = True

    def draw(self, rng: np.random.Generator, place: Place) -> np.ndarray:
        n = max(place.shape[1], 1)
        normal, signs = rng.standard_normal(place.shape), place.signs
        n_inhibitory = int((signs < 0).sum())
        ratio = int((signs > 0).sum()) / n_inhibitory if n_inhibitory else 1.0
        # The network will balance, so the factor of inhibitory columns is left to it; their spread alone is not scaled.
        spread = np.where(signs < 0, 1.0 / ratio if ratio else 1.0, 1.0) / n
        return np.where(signs == 0, normal / np.sqrt(n), signs * abs(1.0 / np.sqrt(n) + spread * normal))


# -------------------------------------------------------------------------------------------------- structured kinds


@dataclass(frozen=True)
class Zero(Initialiser):
    """All zero."""

    def draw(self, rng: np.random.Generator, place: Place) -> np.ndarray:
        return np.zeros(place.shape)


@dataclass(frozen=True)
class Constant(Initialiser):
    """All the same."""

    value: float = quantity(soft=(-1, 1), step=0.1, help="what all hold")

    def draw(self, rng: np.random.Generator, place: Place) -> np.ndarray:
        return np.full(place.shape, self.value)


@dataclass(frozen=True)
class Identity(Initialiser):
    """Each unit drives itself alone: memory without interaction (Le, Jaitly & Hinton 2015)."""

    scale: float = quantity(1.0, soft=(-1, 1), step=0.1, help="the weight")

    def draw(self, rng: np.random.Generator, place: Place) -> np.ndarray:
        return self.scale * np.eye(*place.shape)


@dataclass(frozen=True)
class Orthogonal(Initialiser):
    """A random rotation: lengths are kept, all eigenvalues lie on a circle (Saxe, McClelland & Ganguli 2014)."""

    scale: float = quantity(1.0, low=0, soft=(0, 2), step=0.1, help="modulus of the eigenvalues")

    def draw(self, rng: np.random.Generator, place: Place) -> np.ndarray:
        n_to, n_from = place.shape
        tall = rng.standard_normal((max(n_to, n_from), min(n_to, n_from)))
        q, r = np.linalg.qr(tall)
        q = q * np.where(np.diag(r) < 0, -1.0, 1.0)
        return self.scale * (q if n_to >= n_from else q.T)


@dataclass(frozen=True)
class FeedForward(Initialiser):
    """Normal weights from each unit to all later ones, none back (Goldman 2009); of its sign, where it has one."""

    std: float = quantity(0.1, low=0, soft=(0, 1), step=0.05, help="standard deviation")

    def draw(self, rng: np.random.Generator, place: Place) -> np.ndarray:
        return np.tril(self.std * _of_senders(rng.standard_normal(place.shape), place), -1)


@dataclass(frozen=True)
class Chain(Initialiser):
    """Each unit drives the next one alone."""

    weight: float = quantity(1.0, soft=(-2, 2), step=0.1, help="the weight")

    def draw(self, rng: np.random.Generator, place: Place) -> np.ndarray:
        return self.weight * np.eye(*place.shape, k=-1)


@dataclass(frozen=True)
class BlockFeedForward(Initialiser):
    """Groups of units in a row, each driving all units of the next; with normal weights of a unit's sign, if any."""

    blocks: int = quantity(5, low=2, soft=(2, 10), step=1, help="number of groups, as equal in size as can be")
    std: float = quantity(0.1, low=0, soft=(0, 1), step=0.05, help="standard deviation")

    def draw(self, rng: np.random.Generator, place: Place) -> np.ndarray:
        n_to, n_from = place.shape
        to, source = np.arange(n_to) * self.blocks // n_to, np.arange(n_from) * self.blocks // n_from
        weights = self.std * _of_senders(rng.standard_normal(place.shape), place)
        return np.where(to[:, None] == source + 1, weights, 0.0)


def _of_senders(weights: np.ndarray, place: Place) -> np.ndarray:
    """Weights with the sign of their sender, or their own where that is free."""
    return np.where(place.signs == 0, weights, abs(weights) * place.signs)


@dataclass(frozen=True)
class FlipFlop(Initialiser):
    """Pairs of units that excite themselves and inhibit each other, so that one of them wins and stays.

    With rectified units and a bias of 0.5 each pair remembers one bit.
    """

    own: float = quantity(0.5, soft=(-1, 1), step=0.1, help="weight of a unit onto itself")
    other: float = quantity(-2.0, soft=(-4, 0), step=0.5, help="weight onto its partner")
    share: float = quantity(1.0, low=0, high=1, soft=(0, 1), step=0.1, help="of the units in pairs; the rest rotate")

    def draw(self, rng: np.random.Generator, place: Place) -> np.ndarray:
        W, n = np.zeros(place.shape), min(place.shape)
        n_paired = int(self.share * n) // 2 * 2
        for i in range(0, n_paired, 2):
            W[i : i + 2, i : i + 2] = [[self.own, self.other], [self.other, self.own]]
        if self.share < 1 and n_paired < n:
            rest = Place(place.mask[n_paired:n, n_paired:n], place.signs[n_paired:n])
            W[n_paired:n, n_paired:n] = Orthogonal().draw(rng, rest)
        return W


AnyInitialiser: TypeAlias = (
    Gaussian
    | Uniform
    | Glorot
    | Gamma
    | LogNormal
    | DaleBalanced
    | Zero
    | Constant
    | Identity
    | Orthogonal
    | FeedForward
    | Chain
    | BlockFeedForward
    | FlipFlop
    | Given
)
"""What a description may name for where a matrix of weights starts."""

AnyVectorInitialiser: TypeAlias = Gaussian | Uniform | Zero | Constant | Given
"""What it may name for a vector: biases and the initial state."""

INITIALISERS: dict[str, type[Initialiser]] = {
    "gaussian": Gaussian,
    "uniform": Uniform,
    "glorot": Glorot,
    "gamma": Gamma,
    "log_normal": LogNormal,
    "dale_balanced": DaleBalanced,
    "zero": Zero,
    "constant": Constant,
    "identity": Identity,
    "orthogonal": Orthogonal,
    "feed_forward": FeedForward,
    "chain": Chain,
    "block_feed_forward": BlockFeedForward,
    "flip_flop": FlipFlop,
}


def drawn(kind: AnyInitialiser, rng: np.random.Generator, place: Place) -> np.ndarray:
    """Weights (to, from) of a kind, or those given; float64, free to change."""
    return kind.shaped(place.shape, place.where).copy() if isinstance(kind, Given) else kind.draw(rng, place)


def drawn_vector(kind: AnyVectorInitialiser, rng: np.random.Generator, n: int, where: str) -> np.ndarray:
    """A vector (n,); a Gaussian's numbers are those of an entry."""
    if isinstance(kind, Given):
        return kind.shaped((n,), where).copy()
    if isinstance(kind, Gaussian):
        return kind.mean + kind.std * rng.standard_normal(n)
    return kind.draw(rng, Place(np.ones((1, n), dtype=bool), np.zeros(n), where))[0]


def glorot_normal(rng: np.random.Generator, n_to: int, n_from: int) -> np.ndarray:
    """What `Glorot` draws where all connections are there."""
    return Glorot().draw(rng, Place(np.ones((n_to, n_from), dtype=bool), np.zeros(n_from)))


def is_random(kind: AnyInitialiser) -> bool:
    """Whether a network may balance and scale what the kind draws."""
    return not isinstance(kind, Given) and kind.random

"""What behaviour loses with each part of a network: every unit, cluster, area or sign silenced in turn, and ranked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnlab.analysis._result import FloatArray, Result, frozen
from rnnlab.networks import Network, as_network
from rnnlab.simulation import Lesion, simulate
from rnnlab.tasks import TaskSource


@dataclass(frozen=True, repr=False, eq=False)
class Lesions(Result):
    """The effect of each lesion on accuracy, on the same trials with the same noise.

    Attributes:
        names: (lesion,) what was silenced.
        units: (lesion,) the units themselves.
        accuracy: (lesion,) with it, in [0, 1].
        effect: (lesion,) accuracy with it minus without; ``low`` and ``high`` are its 95 % interval.
        intact: accuracy without any.
        chance: accuracy of a network that knows nothing.
        n_trials: that count, in each condition of the network.
        window: when units were silenced, in words.
    """

    names: tuple[str, ...]
    units: tuple[tuple[int, ...], ...]
    accuracy: FloatArray
    effect: FloatArray
    low: FloatArray
    high: FloatArray
    intact: float
    chance: float
    n_trials: int
    window: str

    @property
    def order(self) -> NDArray[np.intp]:
        """(lesion,) the most harmful first."""
        return np.argsort(self.effect, kind="stable")

    @property
    def harmful(self) -> NDArray[np.bool_]:
        """(lesion,) whether the interval of the effect lies below zero."""
        return self.high < 0

    def facts(self) -> dict[str, str]:
        worst = [
            f"{self.names[i]} {100 * self.effect[i]:+.1f} ({100 * self.low[i]:.1f} to {100 * self.high[i]:.1f})"
            for i in self.order[:3]
        ]
        return {
            "largest effects": "; ".join(worst) + " (percentage points, 95 % intervals)",
            "harmful": f"{int(self.harmful.sum())} of {len(self.names)} lesions",
            "intact": f"{100 * self.intact:.1f} % correct, chance {100 * self.chance:.1f} %",
            "silenced": self.window,
            "trials": f"{self.n_trials}, the same for each lesion, with the same noise",
        }


def lesions(
    source: Any,
    groups: Mapping[str, Sequence[int]] | None = None,
    task: TaskSource | None = None,
    n_trials: int = 256,
    seed: int = 0,
    noise: bool = True,
    start: float | None = None,
    stop: float | None = None,
    dt: float | None = None,
    tell: Callable[[float], None] = lambda share: None,
) -> Lesions:
    """Silence groups of units, one group after the other, and score the same trials each time.

    Args:
        source: a Run (then its own task is the default) or a Network.
        groups: name -> units; each unit by itself if not given.
        task: whose trials.
        n_trials: how many.
        seed: of the trials and of the network's noise.
        noise: whether inputs and network are noisy.
        start, stop: ms between which they are silent; the whole trial if not given.
        dt: ms per step, the network's if not given.
        tell: called with the share that is done.

    Raises:
        ValueError: there is no task, or no group.
    """
    network = as_network(source)
    asked = task if task is not None else getattr(source, "task", None)
    if asked is None:
        raise ValueError("task: none given, and the source has none; give the task to score")
    named = {f"unit {i}": (i,) for i in range(network.n_units)} if groups is None else groups
    if not named:
        raise ValueError("groups: there is nothing to silence; name units")
    batch = asked.sample(n_trials, dt=network.dt if dt is None else dt, seed=seed, noise=noise)

    def correct(*plan: Lesion) -> tuple[FloatArray, float]:
        score = asked.score(simulate(network, batch, plan, seed=seed if noise else None).outputs, batch)
        counted = slice(None) if score.counted is None else score.counted
        return np.asarray(score.correct, float)[counted], score.chance

    intact, chance = correct()
    if not len(intact):
        raise ValueError("n_trials: no trial counts (are all of them catch trials?); give more")
    members = tuple(tuple(int(i) for i in units) for units in named.values())
    silent = [Lesion(units, start=start, stop=stop) for units in members]
    effects = []
    for i, lesion in enumerate(silent):
        tell(i / len(silent))
        effects.append(correct(lesion)[0] - intact)
    tell(1.0)
    ends = np.array([paired_interval(each) for each in effects])
    effect = np.array([each.mean() for each in effects])
    window = "the whole trial" if start is None and stop is None else f"from {start or 0:g} ms to {_end(stop)}"
    return Lesions(
        tuple(named),
        members,
        frozen(intact.mean() + effect),
        frozen(effect),
        frozen(ends[:, 0]),
        frozen(ends[:, 1]),
        float(intact.mean()),
        chance,
        len(intact),
        window,
    )


def _end(stop: float | None) -> str:
    return "its end" if stop is None else f"{stop:g} ms"


def paired_interval(differences: ArrayLike) -> tuple[float, float]:
    """95 % bounds of a mean difference of pairs. For pairs that are right or wrong two more are counted, one that got
    better and one that got worse, as plain bounds are too narrow near zero (Agresti & Min 2005, Stat. Med. 24).

    >>> low, high = paired_interval([0.0] * 98)
    >>> round(low, 3), round(high, 3)
    (-0.028, 0.028)
    """
    d = np.asarray(differences, float)
    if np.isin(d, (-1.0, 0.0, 1.0)).all():
        d = np.append(d, (1.0, -1.0))
    half = 1.96 * d.std() / np.sqrt(len(d))
    return max(-1.0, float(d.mean() - half)), min(1.0, float(d.mean() + half))


def groups_of(network: Network, of: str, clusters: NDArray[np.intp] | None = None) -> dict[str, tuple[int, ...]]:
    """Units by what they are.

    Args:
        network: whose units.
        of: ``"units"``, ``"areas"``, ``"signs"`` or ``"clusters"``.
        clusters: (unit,) number of each unit's cluster, -1 for none.

    Raises:
        ValueError: the network has no such groups.
    """
    units = np.arange(network.n_units)
    if of == "units":
        return {f"unit {i}": (int(i),) for i in units}
    if of == "areas":
        areas = getattr(network.config, "areas", None)
        if areas is None:
            raise ValueError("of: the network has no areas; silence units, signs or clusters instead")
        labels = {f"area {i}": np.asarray(areas.of_units) == i for i in range(len(areas.sizes))}
    elif of == "signs":
        signs = np.asarray(network.unit_signs)
        labels = {"excitatory": signs > 0, "inhibitory": signs < 0}
        if not signs.any():
            raise ValueError("of: the network has no excitatory or inhibitory units; silence units or clusters instead")
    else:
        assert clusters is not None, "clusters have to be given"
        labels = {f"cluster {i}": clusters == i for i in range(int(clusters.max(initial=-1)) + 1)}
    return {name: tuple(units[chosen].tolist()) for name, chosen in labels.items() if chosen.any()}

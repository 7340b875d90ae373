"""What behaviour becomes when something is done to the network for a while, on the very same noisy trials.

Every trial is run twice, with the same inputs and the same noise; what differs is the intervention's doing alone.
Such a window in time tells when units are needed, not only whether. Inactivation in epochs of a task is the experiment
that it stands for (Hanks et al. 2015, Nature 520; Li, Daie, Svoboda & Druckmann 2016, Nature 532).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis._grouped import levels
from rnnlab.analysis._intervals import interval_of_mean
from rnnlab.analysis._result import FloatArray, Result, frozen
from rnnlab.analysis.lesions import paired_interval
from rnnlab.analysis.psychometric import SIGNED, Psychometric, psychometric
from rnnlab.simulation import Pairs
from rnnlab.simulation.interventions.told import told
from rnnlab.simulation.protocol import Protocol
from rnnlab.tasks import Batch, Score

MOST_STEPS = 300
"""Steps of the mean rates that are kept, at most."""


@dataclass(frozen=True, repr=False, eq=False)
class Perturbation(Result):
    """Behaviour with and without an intervention.

    Attributes:
        protocol: what was done, as a description that can be cited.
        units: whose rates are shown: those that something was done to.
        window: (ms) from when to when.
        factor: what the curves are drawn against; "" where nothing varies.
        of: what the curves are: ``"choice 1"`` or ``"correct"``.
        levels: (level,) of the factor.
        names: (level,) how each is written where the levels are not numbers; empty otherwise.
        intact, perturbed: (level,) share of trials; with ``intact_ends`` and ``perturbed_ends`` (2, level), 95 %.
        counts: (level,) trials.
        accuracy: (2,) share correct of all, intact and perturbed.
        effect, ends: change of the share correct, and its 95 % interval over pairs.
        n_changed: trials that became right or wrong, or whose choice changed.
        time: (step,) ms at the end of each step.
        rates: (2, step) mean rate of the units over the trials that last so long, intact and perturbed.
    """

    protocol: Protocol
    units: tuple[int, ...]
    window: tuple[float, float]
    factor: str
    of: str
    levels: FloatArray
    names: tuple[str, ...]
    intact: FloatArray
    perturbed: FloatArray
    intact_ends: FloatArray
    perturbed_ends: FloatArray
    counts: NDArray[np.intp]
    accuracy: FloatArray
    effect: float
    ends: tuple[float, float]
    n_changed: int
    time: FloatArray
    rates: FloatArray

    def facts(self) -> dict[str, str]:
        before, after = 100 * self.accuracy
        low, high = (100 * end for end in self.ends)
        n = int(self.counts.sum())
        units = f"{len(self.units)} unit{'s' if len(self.units) != 1 else ''}"
        return {
            "window": f"{self.window[0]:g} to {self.window[1]:g} ms, {units}",
            "correct": f"{before:.1f} % intact, {after:.1f} % perturbed",
            "change": f"{100 * self.effect:+.1f} points ({low:+.1f} to {high:+.1f}, 95 % over pairs)",
            "trials": f"{n} pairs with the same noise, {self.n_changed} of them answered otherwise",
            "intervention": "; ".join(map(told, self.protocol.interventions)),
            "protocol": self.protocol.digest[:12],
        }


def perturbation(
    pairs: Pairs,
    protocol: Protocol,
    units: tuple[int, ...],
    window: tuple[float, float] | None = None,
    factor: str = "",
) -> Perturbation:
    """Compare behaviour in pairs of trials.

    Args:
        pairs: intact and perturbed runs of trials of a task.
        protocol: what was done in the latter.
        units: whose rates are kept.
        window: (ms) that is named as that of the intervention; its own if not given.
        factor: what the curves are drawn against; "" takes the task's signed evidence or else the first that varies.

    Raises:
        ValueError: the runs are of plain inputs, or no trial counts, or there is no such factor.

    >>> import rnnlab as rl
    >>> network = rl.networks.Network.initialised(rl.networks.LeakyRNN(n_units=6), 2, 2, 0)
    >>> protocol = rl.simulation.Protocol((rl.simulation.Lesion((0, 1), start=200, stop=400),), n_trials=16, dt=10)
    >>> both = protocol.pairs(network, rl.tasks.get("perceptual_discrimination"))
    >>> perturbation(both, protocol, (0, 1)).window
    (200.0, 400.0)
    """
    batch = pairs.intact.batch
    if batch is None:
        raise ValueError("pairs: of plain inputs, without trials; simulate a batch of a task")
    scores = [batch.task.score(each.outputs, batch) for each in (pairs.intact, pairs.perturbed)]
    counted = np.ones(len(batch.inputs), bool) if scores[0].counted is None else np.asarray(scores[0].counted)
    if not counted.any():
        raise ValueError("n_trials: no trial counts (are all of them catch trials?); give more")
    right = np.array([np.asarray(score.correct, float)[counted] for score in scores])
    curves = _psychometric(scores, batch, factor) or _correct(right, batch, counted, factor)
    every = np.unique(np.linspace(0, batch.n_steps - 1, MOST_STEPS).round().astype(int))
    return Perturbation(
        protocol=protocol,
        units=units,
        window=_window(pairs) if window is None else window,
        **curves,  # type: ignore[arg-type]
        accuracy=frozen(right.mean(axis=1)),
        effect=float((right[1] - right[0]).mean()),
        ends=paired_interval(right[1] - right[0]),
        n_changed=_changed(scores, right, counted),
        time=frozen(pairs.time[every]),
        rates=frozen(_mean_rates(pairs, units, batch)[:, every]),
    )


def _changed(scores: list[Score], right: FloatArray, counted: NDArray[np.bool_]) -> int:
    """Trials whose choice, or where there is none whose being right, is another."""
    first, second = (score.choices for score in scores)
    if first is None or second is None:
        return int((right[0] != right[1]).sum())
    return int((first != second)[counted].sum())


def _psychometric(scores: list[Score], batch: Batch, factor: str) -> dict[str, object]:
    """The curves of one choice, where the factor is signed evidence; nothing elsewhere."""
    name = factor or next((each for each in SIGNED if each in batch.factors), "")
    if name not in SIGNED or scores[0].choices is None or name not in batch.factors:
        return {}
    intact, perturbed = (psychometric(score, batch, name) for score in scores)
    return {
        "factor": name,
        "of": f"choice {intact.choice}",
        "levels": intact.levels,
        "names": (),
        "intact": intact.fraction,
        "perturbed": perturbed.fraction,
        "intact_ends": _ends(intact),
        "perturbed_ends": _ends(perturbed),
        "counts": intact.counts,
    }


def _ends(curve: Psychometric) -> FloatArray:
    return frozen([curve.low, curve.high])


def _correct(right: FloatArray, batch: Batch, counted: NDArray[np.bool_], factor: str) -> dict[str, object]:
    """The share correct at each level of a factor, or of all trials where none varies."""
    name, values, names, of = _grouped(batch, counted, factor)
    groups = [[row[of == k] for k in range(len(values))] for row in right]
    intact, perturbed = (frozen([each.mean() for each in row]) for row in groups)
    ends = [frozen(np.array([interval_of_mean(each) for each in row]).T) for row in groups]
    return {
        "factor": name,
        "of": "correct",
        "levels": frozen(values),
        "names": names,
        "intact": intact,
        "perturbed": perturbed,
        "intact_ends": ends[0],
        "perturbed_ends": ends[1],
        "counts": frozen([len(each) for each in groups[0]], np.intp),
    }


def _grouped(
    batch: Batch, counted: NDArray[np.bool_], factor: str
) -> tuple[str, FloatArray, tuple[str, ...], NDArray[np.intp]]:
    """Name of the factor, its levels as numbers and (where they are words) as text, and (trial,) which each has."""
    if factor and factor not in batch.factors:
        raise ValueError(f"factor: no factor {factor!r}; the trials have {', '.join(batch.factors) or 'none'}")
    for name in [factor] if factor else batch.factors:
        values = np.asarray(batch.factors[name])
        if values.ndim == 1 and len(np.unique(values[counted])) > 1:
            found = levels(name, values[counted])
            return name, found.values, () if values.dtype.kind in "biuf" else found.names, found.of
    return "", np.zeros(1), ("all trials",), np.zeros(int(counted.sum()), np.intp)


def _window(pairs: Pairs) -> tuple[float, float]:
    """(ms) from the first beginning to the last end of what was done."""
    dt, n = pairs.intact.dt, len(pairs.time)
    steps = [each.window(n, dt) for each in pairs.perturbed.interventions]
    return min((a for a, _ in steps), default=0) * dt, max((b for _, b in steps), default=0) * dt


def _mean_rates(pairs: Pairs, units: tuple[int, ...], batch: Batch) -> FloatArray:
    """(2, time) over the units, and the trials that are not over yet."""
    inside = np.arange(batch.n_steps) < np.asarray(batch.lengths)[:, None]
    chosen = list(units)
    sums = [(run.rates[:, :, chosen].mean(axis=2) * inside).sum(axis=0) for run in (pairs.intact, pairs.perturbed)]
    return np.array(sums, float) / np.maximum(inside.sum(axis=0), 1)

"""Trials chosen to be compared: every random thing of a task is varied alone, with all others held, and together."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Iterable, Mapping
from typing import cast

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis.design._continua import Quantiles, continuous, some_of
from rnnlab.analysis.design._twins import twins
from rnnlab.tasks import Batch, Choice, Constant, Factor, PulseTrain, Task, Until
from rnnlab.tasks.draws import Draw, Floats
from rnnlab.tasks.streams import Streams

N_CROSSED = 256
"""Combinations of what is drawn that are taken at the usual timing; of many values some are left out to fit."""

N_VARIED = 8
"""Trials of which each random thing is varied alone."""

MOST = 400
"""About as many trials as a pool may have."""

MOST_STEPS = 80_000
"""Steps of all trials of a pool together, beyond which fewer trials are taken."""

SHORT, USUAL, LONG = 0.001, 0.5, 0.999
"""Quantiles of a duration."""

N_TWINS = 6
"""Pairs that differ in one factor, for each way in which they can."""

PART_TWINS = 0.5
"""No more of them than this part of the other trials."""

LAST = math.nextafter(1, 0)
"""The largest number below 1."""

N_VARIANTS = 3
"""Courses of a random signal: one, the same with another beginning, and another."""


@dataclasses.dataclass(frozen=True, eq=False)
class Pool:
    """Trials to be compared.

    Attributes:
        batch: the trials, without noise.
        usual: which trials have the usual timing and the usual course of every random signal, (trial,).
        crossed: whether these are all combinations of some values of every factor,
        listed: and those all the values there are.
    """

    batch: Batch
    usual: NDArray[np.bool_]
    crossed: bool
    listed: bool


def pool(task: Task, dt: float, seed: int = 0) -> Pool:
    """Trials without noise that can all occur, and of which many share their beginning.

    Trials drawn at random seldom share anything once an onset is jittered, so that nothing could be learned from
    comparing them. These are made by design: combinations of the drawn factors, all at the usual timing; then, for
    each random thing (a factor, a duration, the course of a signal), trials in which only that is changed.
    """
    sources = _sources(task, dt, seed)
    budget = _budget(task, dt)
    table = _plan(sources, budget, np.random.default_rng(seed))
    n_alone = len(next(iter(table.values()))) if table else 1
    table = _with_twins(task, sources, table, budget, np.random.default_rng((seed, 1)))
    n_trials = len(next(iter(table.values()))) if table else 1
    batch = task.drawn_from(_Told(task, seed, table), n_trials, dt, noise=False)
    others = [label for label in sources if not label.startswith("factor:")]
    usual = (
        np.all([table[label] == sources[label][0] for label in others], axis=0) if others else np.ones(n_trials, bool)
    )
    usual &= np.arange(n_trials) < n_alone
    n_crossed = math.prod(len(values) for label, values in sources.items() if label.startswith("factor:"))
    finite = not any(continuous(factor) for factor in task.factors)
    most = min(N_CROSSED, budget)
    thinned = _thinned([2] * (len(sources) - len(others)), most) is not None
    return Pool(batch, usual, thinned, finite and n_crossed <= most)


def _budget(task: Task, dt: float) -> int:
    longest = max(task.drawn_from(_Told(task, 0, _timing(task, LONG)), 1, dt, noise=False).n_steps, 1)
    return int(np.clip(MOST_STEPS / longest, 24, MOST))


# --------------------------------------------------------------------------------------------- what there is to vary


def _sources(task: Task, dt: float, seed: int) -> dict[str, tuple[float, ...]]:
    """Label of a random stream -> what it can be told, the usual first."""
    factors = {f"factor:{f.name}": quantiles(task, f) for f in task.factors if isinstance(f.rule, Draw)}
    timing = dict.fromkeys(_timing(task, USUAL), (USUAL, SHORT, LONG))
    told = _Told(task, seed, {})
    task.drawn_from(told, 1, dt, noise=False)
    courses = {label: tuple(map(float, range(N_VARIANTS))) for label in told.courses}
    return {label: values for label, values in (factors | timing | courses).items() if len(values) > 1}


def quantiles(task: Task, factor: Factor) -> tuple[float, ...]:
    """For each value of a factor, or for a few of a continuum, a number in [0, 1) from which it comes."""
    rule = factor.rule
    if isinstance(rule, Constant):
        return (0.5,)
    if not isinstance(rule, Choice):
        return tuple(map(float, some_of(task, factor)[0]))
    odds = np.array(rule.weights or (1.0,) * len(rule.values))
    upper = np.cumsum(odds / odds.sum())
    middles = upper - odds / odds.sum() / 2
    return tuple(float(m) for m, p in zip(middles, odds, strict=True) if p > 0)


def _timing(task: Task, u: float) -> dict[str, Floats]:
    """Every duration that is drawn, told the same quantile in one trial."""
    jittered = [e.name for e in task.epochs if isinstance(e.duration, Draw | Until) and _varies(e.duration)]
    return {f"epoch:{name}": np.full(1, u) for name in jittered}


def _varies(duration: Draw | Until) -> bool:
    low, high = (duration.low, duration.high) if isinstance(duration, Until) else duration.bounds
    return low < high


# ------------------------------------------------------------------------------------------------------- the trials


def _plan(
    sources: Mapping[str, tuple[float, ...]], budget: int, rng: np.random.Generator
) -> dict[str, NDArray[np.float64]]:
    """What each source is told in each trial, (trial,)."""
    if not sources:
        return {}
    base = _crossed(sources, min(N_CROSSED, budget), rng)
    n_others = sum(len(values) - 1 for label, values in sources.items() if not label.startswith("factor:"))
    n_factors = sum(label.startswith("factor:") for label in sources)
    n_varied = int(np.clip((budget - len(base)) // max(n_others + n_factors + 2, 1), 2, N_VARIED))
    blocks = [base, *_varied(sources, base, n_varied, rng)]
    rows = np.unique(np.concatenate(blocks), axis=0)
    return {label: rows[:, i] for i, label in enumerate(sources)}


def _crossed(sources: Mapping[str, tuple[float, ...]], most: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Combinations of factors at the usual timing: all, or all of fewer values, or (where two values of each are too
    many) some in which each value comes equally often."""
    options = [values if label.startswith("factor:") else values[:1] for label, values in sources.items()]
    sizes = _thinned([len(values) for values in options], most)
    if sizes is not None:
        few = [
            [values[i] for i in np.linspace(0, len(values) - 1, n).round().astype(int)]
            for values, n in zip(options, sizes, strict=True)
        ]
        return np.array(list(itertools.product(*few)))
    columns = [rng.permutation(np.resize(np.array(values), most)) for values in options]
    return np.stack(columns, axis=1)


def _thinned(sizes: list[int], most: int) -> list[int] | None:
    """How many values of each factor to take, at least two where there are two, so that all combinations are at most
    so many; None where that cannot be."""
    sizes = list(sizes)
    while math.prod(sizes) > most:
        largest = max(range(len(sizes)), key=sizes.__getitem__)
        if sizes[largest] <= 2:
            return None
        sizes[largest] -= 1
    return sizes


def _varied(
    sources: Mapping[str, tuple[float, ...]], base: NDArray[np.float64], n: int, rng: np.random.Generator
) -> Iterable[NDArray[np.float64]]:
    """Some trials of ``base`` with one source changed, source after source; then with all durations changed."""
    for i, (label, values) in enumerate(sources.items()):
        rows = base[rng.permutation(len(base))[:n]].copy()
        if label.startswith("factor:"):
            where = np.array([values.index(value) for value in rows[:, i]])
            rows[:, i] = np.array(values)[(where + rng.integers(1, len(values), len(rows))) % len(values)]
            yield rows
            continue
        for value in values[1:]:
            rows[:, i] = value
            yield rows.copy()
    timed = np.array([label.startswith("epoch:") for label in sources])
    for u in (SHORT, LONG):
        rows = base[rng.permutation(len(base))[:n]].copy()
        rows[:, timed] = u
        yield rows


def _with_twins(
    task: Task,
    sources: Mapping[str, tuple[float, ...]],
    table: dict[str, NDArray[np.float64]],
    budget: int,
    rng: np.random.Generator,
) -> dict[str, NDArray[np.float64]]:
    """These trials, and after them pairs of the longest timing that differ in one factor (`twins`)."""
    options = {label[7:]: values for label, values in sources.items() if label.startswith("factor:")}
    if not options:
        return table
    base = {name: table[f"factor:{name}"] for name in options}
    found = [part for pair in twins(task, options, base, N_TWINS, rng) for part in pair]
    told = {name: np.concatenate([part[name] for part in found]) for name in options}
    pairs = np.arange(len(next(iter(told.values()))))
    kept = pairs if len(pairs) <= (most := int(PART_TWINS * budget)) else _spread(found, most)
    new = {
        label: told[label[7:]][kept]
        if label.startswith("factor:")
        else np.full(len(kept), LONG if label.startswith("epoch:") else values[0])
        for label, values in sources.items()
    }
    return {label: np.concatenate([table[label], new[label]]) for label in sources}


def _spread(found: list[dict[str, NDArray[np.float64]]], most: int) -> NDArray[np.intp]:
    """Of blocks of pairs, one after the other all first trials and all second ones, some whole pairs of each block."""
    sizes = [len(next(iter(part.values()))) for part in found]
    starts = np.cumsum([0, *sizes])
    n = max(most // len(found), 1)
    return np.concatenate([np.arange(start, start + min(n, size)) for start, size in zip(starts, sizes, strict=False)])


# ----------------------------------------------------------------------------------------------------- their numbers


class _Told(Streams):
    """Streams that say what they are told, label by label; those that are told nothing say the usual."""

    def __init__(self, task: Task, seed: int, table: Mapping[str, Floats]) -> None:
        super().__init__(seed)
        self._table = table
        signals = [pair for channel in (*task.inputs, *task.outputs) for pair in channel.labelled_signals]
        self._pulses = {label: signal for signal, label in signals if isinstance(signal, PulseTrain)}
        self.courses: set[str] = set()

    def __getitem__(self, label: str) -> np.random.Generator:
        told = self._table.get(label)
        if label.startswith(("factor:", "epoch:")):
            return cast(np.random.Generator, Quantiles(USUAL if told is None else told))
        self.courses.add(label)
        which = None if told is None else told.astype(np.intp)
        return cast(np.random.Generator, _Courses(super().__getitem__(label), which, self._pulses.get(label)))


@dataclasses.dataclass(frozen=True)
class _Courses:
    """Stands for a generator that a signal asks for (event, 2, trial) numbers: the time and the size of each event.

    The second course is the first with another beginning: its first event has another sign or size; of pulses that are
    all alike the first is left out.
    """

    rng: np.random.Generator
    which: NDArray[np.intp] | None
    pulses: PulseTrain | None

    def random(self, shape: tuple[int, ...]) -> Floats:
        few = self.rng.random((*shape[:-1], N_VARIANTS))
        few[..., 1] = few[..., 0]
        few[0, 1, 1] = 1 - few[0, 1, 0]
        if self.pulses is not None and self.pulses.signs == "positive" and not isinstance(self.pulses.gap, str):
            few[..., 1] = _without_first(few[..., 0], self.pulses.refractory / self.pulses.gap)
        return few[..., np.zeros(shape[-1], dtype=np.intp) if self.which is None else self.which]


def _without_first(numbers: Floats, refractory: float) -> Floats:
    """Numbers, (pulse, 2), of the same pulses but for the first, whose waiting time the second gets on top of its own.

    A wait is refractory - log(1 - u), in mean gaps.
    """
    left = 1 - numbers[: min(2, len(numbers)), 0]
    later = np.roll(numbers, -1, axis=0)
    later[0, 0] = min(1 - float(np.prod(left)) * math.exp(-refractory), LAST)
    return later

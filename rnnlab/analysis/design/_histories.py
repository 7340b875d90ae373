"""What can be known from the inputs so far: trials compared by the beginning they share."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnlab.tasks import Batch, WithinTolerance

ALIKE = 1e-4
"""Values of an input that differ by less than this part of its range are the same."""

ROUNDING = 1e-6
"""And by less than this part of its largest value: single precision tells them no better."""

UNLIKE = 0.02
"""Targets of an output that differ by more than this part of its range are different."""

MOST_COMPARED = 1_000_000
"""Steps of all pairs of trials together that are compared."""


N_GLANCES = 24
"""Steps at which pairs are looked at to see which to compare."""


class Histories:
    """The trials of a batch, told apart by what their inputs have shown.

    Args:
        batch: trials without noise.
    """

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.inside = np.arange(batch.n_steps) < batch.lengths[:, None]
        self.scored = (batch.mask > 0).any(axis=2) & self.inside

    @cached_property
    def tolerance(self) -> NDArray[np.float64]:
        """Targets of an output further apart than this are different, (output,): a part of its own range, and no more
        than the scoring lets pass."""
        judged = (self.batch.mask > 0) & self.inside[:, :, None]
        targets = self.batch.targets.astype(float)
        high = np.where(judged, targets, -np.inf).max(axis=(0, 1), initial=-np.inf)
        low = np.where(judged, targets, np.inf).min(axis=(0, 1), initial=np.inf)
        ranges = np.maximum(high - low, 0.0)
        return np.where(
            ranges > 0, np.minimum(UNLIKE * ranges, _let_pass(getattr(self.batch.task, "scoring", None))), 1.0
        )

    @cached_property
    def shown(self) -> NDArray[np.uint64]:
        """A number for what is shown in each step, (trial, time)."""
        inputs = self.batch.inputs
        if not inputs.size:
            return numbered(np.zeros(inputs.shape, dtype=np.int64))
        return numbered(np.round(inputs / grain(inputs)).astype(np.int64))

    @cached_property
    def seen(self) -> NDArray[np.uint64]:
        """A number for all that was shown up to and including each step, (trial, time)."""
        odd = np.random.default_rng(1).integers(0, 2**63, self.batch.n_steps, dtype=np.uint64) * 2 + 1
        return np.cumsum(self.shown * odd, axis=1, dtype=np.uint64)

    @cached_property
    def group(self) -> NDArray[np.intp]:
        """Which trials have seen the same, step by step: (trial, time), numbered through all steps."""
        apart = np.arange(self.batch.n_steps, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        _, group = np.unique(self.seen ^ apart, return_inverse=True)
        return group.reshape(self.seen.shape)

    @cached_property
    def timing(self) -> NDArray[np.intp]:
        """Which trials have the same epochs, (trial,), numbered."""
        edges = np.concatenate(list(self.batch.epochs.values()), axis=1)
        return np.unique(edges, axis=0, return_inverse=True)[1].ravel()

    @cached_property
    def wanted(self) -> NDArray[np.uint64]:
        """A number for the target of each scored step, 0 elsewhere, (trial, time)."""
        whole = np.round(np.where(self.batch.mask > 0, self.batch.targets, 0.0) / self.tolerance).astype(np.int64)
        return np.where(self.scored, numbered(whole), np.uint64(0))

    @cached_property
    def expected(self) -> NDArray[np.float32]:
        """The best an observer can do who has seen the inputs so far: the mean target of the trials that look the same,
        (trial, time, output). Where nothing is scored, the target."""
        return self._mean_within(self.group)

    @cached_property
    def open(self) -> NDArray[np.bool_]:
        """Scored steps in which the inputs so far leave the target open, (trial, time)."""
        return self._apart(self.expected)

    @cached_property
    def hidden(self) -> NDArray[np.bool_]:
        """Those of them that are open even to one who knows when everything happens, (trial, time)."""
        _, both = np.unique(
            self.group * (int(self.timing.max(initial=0)) + 1) + self.timing[:, None], return_inverse=True
        )
        return self._apart(self._mean_within(both.reshape(self.group.shape))) & self.open

    @cached_property
    def momentary(self) -> bool:
        """Whether what is shown in a scored step, whenever that is, determines its target."""
        which = np.unique(self.shown, return_inverse=True)[1].reshape(self.shown.shape)
        return not self._apart(self._mean_within(which)).any()

    def _mean_within(self, group: NDArray[np.intp]) -> NDArray[np.float32]:
        """The mean target of the scored steps of each group, (trial, time, output)."""
        targets = self.batch.targets
        weights, which = self.scored.ravel().astype(float), group.ravel()
        n_alike = np.bincount(which, weights)
        means = np.empty_like(targets)
        for i in range(targets.shape[2]):
            sums = np.bincount(which, weights * targets[:, :, i].ravel())
            means[:, :, i] = (sums / np.maximum(n_alike, 1))[group]
        return np.where(self.scored[:, :, None], means, targets)

    def _apart(self, expected: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Scored steps in which a target is not what was expected, (trial, time)."""
        apart = np.abs(expected - self.batch.targets) > 0.5 * self.tolerance + 1e-6
        return (apart & (self.batch.mask > 0)).any(axis=2) & self.scored

    @cached_property
    def pairs(self) -> Pairs:
        """Pairs of these trials."""
        return Pairs.of(self)


@dataclass(frozen=True)
class Pairs:
    """Pairs of trials, with when their inputs differ.

    Attributes:
        one, other: the trials of each pair, (pair,).
        last: the last step up to each at which the inputs differed, -1 before any did, (pair, time).
    """

    histories: Histories
    one: NDArray[np.intp]
    other: NDArray[np.intp]
    last: NDArray[np.int32]

    @classmethod
    def of(cls, histories: Histories) -> Pairs:
        """All pairs; where they are too many, some: those that seem to need the longest memory first, and those of the
        same timing."""
        n, steps = histories.batch.n_trials, histories.batch.n_steps
        one, other = np.triu_indices(n, 1)
        most = max(MOST_COMPARED // max(steps, 1), 64)
        if len(one) > most:
            kept = np.random.default_rng(0).permutation(len(one))
            alike = histories.timing[one[kept]] == histories.timing[other[kept]]
            spans = _roughly(histories, one[kept], other[kept])
            kept = kept[np.lexsort((~alike, -spans))][:most]
            one, other = one[kept], other[kept]
        differ = histories.shown[one] != histories.shown[other]
        last = np.maximum.accumulate(np.where(differ, np.arange(steps, dtype=np.int32), np.int32(-1)), axis=1)
        return cls(histories, one, other, last)


def _roughly(histories: Histories, one: NDArray[np.intp], other: NDArray[np.intp]) -> NDArray[np.intp]:
    """The longest time between an input that tells two trials apart and a different target, looked at now and then
    only, (pair,); 0 where there is none."""
    some = np.unique(np.linspace(0, histories.batch.n_steps - 1, N_GLANCES).astype(np.intp))
    shown, wanted = (part[:, some] for part in (histories.shown, histories.wanted))
    scored = histories.scored[:, some]
    longest = np.zeros(len(one), dtype=np.intp)
    last = np.full(len(one), -1, dtype=np.intp)
    for i, step in enumerate(some):
        last[shown[one, i] != shown[other, i]] = step
        asked = scored[one, i] & scored[other, i] & (wanted[one, i] != wanted[other, i]) & (last >= 0)
        longest = np.where(asked, np.maximum(longest, step - last), longest)
    return longest


def _let_pass(scoring: Any) -> float:
    """The smallest distance from a target that a scoring takes for right, infinite where it judges none."""
    inside = getattr(scoring, "of", None)
    if inside is not None:
        return min(_let_pass(part) for part in (inside if isinstance(inside, tuple) else (inside,)))
    return scoring.tolerance if isinstance(scoring, WithinTolerance) else math.inf


def grain(inputs: NDArray[np.floating]) -> NDArray[np.float64]:
    """Values of an input, of (trial, time, input), that differ by less than this are the same, (input,); never 0."""
    least = np.maximum(ALIKE * np.ptp(inputs, axis=(0, 1)), ROUNDING * np.abs(inputs).max(axis=(0, 1)))
    return np.where(least > 0, least, 1.0).astype(float)


def numbered(values: NDArray[np.int64]) -> NDArray[np.uint64]:
    """(trial, time, channel) whole numbers to one number for each step: the same for the same, all but surely."""
    odd = np.asarray(np.random.default_rng(0).integers(2**63, size=values.shape[2], dtype=np.uint64)) | np.uint64(1)
    mixed = np.full(values.shape[:2], 0x2545F4914F6CDD1D, dtype=np.uint64)
    for i in range(values.shape[2]):
        mixed ^= (values[:, :, i].astype(np.uint64) + np.uint64(i)) * odd[i]
        mixed *= np.uint64(0xD1342543DE82EF95)
    return mixed

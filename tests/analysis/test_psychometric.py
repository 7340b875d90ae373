"""The psychometric curve against observers that are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import ndtr
from scipy.stats import binomtest

from rnnlab.analysis import psychometric, wilson
from rnnlab.tasks import Batch, Score, get


@pytest.fixture(scope="module")
def batch() -> Batch:
    return get("perceptual_discrimination").sample(6000, dt=50, seed=0)


def observer(batch: Batch, noise: float, seed: int = 1) -> Score:
    """One that sees the signed coherence through Gaussian noise: it says 1 with probability Phi(coherence / noise)."""
    seen = batch.factors["signed_coherence"] + noise * np.random.default_rng(seed).normal(size=batch.n_trials)
    choices = (seen > 0).astype(int)
    correct = (choices == batch.factors["direction"]).astype(float)
    return Score(float(correct.mean()), correct, choices, 0.5)


def test_the_curve_is_that_of_the_observer(batch: Batch) -> None:
    curve = psychometric(observer(batch, 0.3), batch)
    assert curve.factor == "signed_coherence"
    assert curve.levels == pytest.approx([-0.7, -0.5, -0.3, -0.1, 0.1, 0.3, 0.5, 0.7])
    expected = ndtr(curve.levels / 0.3)
    assert curve.fraction == pytest.approx(expected, abs=0.05)
    assert curve.counts.sum() == 6000
    assert ((curve.low <= expected) & (expected <= curve.high)).sum() >= 6  # 95 % intervals, eight of them


def test_another_factor_can_give_the_sign(batch: Batch) -> None:
    score = observer(batch, 0.3)
    signed = psychometric(score, batch, factor="coherence", sign="direction")
    assert signed.fraction == pytest.approx(psychometric(score, batch).fraction)
    assert signed.factor == "coherence signed by direction"


def test_the_other_choice_is_the_complement(batch: Batch) -> None:
    score = observer(batch, 0.3)
    assert psychometric(score, batch, choice=0).fraction == pytest.approx(1 - psychometric(score, batch).fraction)


def test_many_levels_are_binned(batch: Batch) -> None:
    values = np.random.default_rng(0).normal(size=6000)
    score = Score(1.0, np.ones(6000), (values > 0).astype(int), 0.5)
    curve = psychometric(score, replace(batch, factors={"evidence": values}), factor="evidence")
    assert len(curve.levels) == 12
    assert curve.counts == pytest.approx(500, abs=1)
    assert (np.diff(curve.levels) > 0).all()
    assert (curve.fraction[:5].max(), curve.fraction[7:].min()) == (0.0, 1.0)


def test_catch_trials_are_left_out() -> None:
    task = get("random_dots", catch=0.4)
    batch = task.sample(500, dt=20, seed=0)
    shown = batch.factors["catch"] == 0
    score = task.score(batch.targets, batch)
    curve = psychometric(score, batch)
    assert curve.counts.sum() == shown.sum() < 400
    assert np.array_equal(curve.fraction, curve.levels > 0)
    assert curve.levels == pytest.approx([-16, -8, -4, -2, -1, 1, 2, 4, 8, 16])
    with pytest.raises(ValueError, match="no trial counts"):
        psychometric(replace(score, counted=np.zeros(500, dtype=bool)), batch)


@pytest.mark.parametrize(("hits", "n"), [(0, 10), (3, 10), (10, 10), (57, 120)])
def test_intervals_are_wilsons(hits: int, n: int) -> None:
    expected = binomtest(hits, n).proportion_ci(0.9, method="wilson")
    low, high = wilson(hits, n, 0.9)
    assert (float(low), float(high)) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_wrong_arguments_are_named(batch: Batch) -> None:
    score = observer(batch, 0.3)
    with pytest.raises(ValueError, match="no factor 'contrast'; the batch has coherence"):
        psychometric(score, batch, factor="contrast")
    with pytest.raises(ValueError, match="score: of 6000 trials, but the batch has 3"):
        psychometric(score, batch[:3])
    with pytest.raises(ValueError, match="no single choice"):
        psychometric(Score(1.0, np.ones(6000), None, 0.5), batch)
    with pytest.raises(ValueError, match="confidence=2"):
        psychometric(score, batch, confidence=2)
    with pytest.raises(ValueError, match="no signed evidence"):
        psychometric(score, replace(batch, factors={}))


def test_the_display_names_factor_and_trials(batch: Batch) -> None:
    text = repr(psychometric(observer(batch, 0.3), batch))
    assert "signed coherence, 8 levels (-0.7 to 0.7)" in text
    assert "trials: 6000" in text


def test_a_strangers_name_stays_text(batch: Batch) -> None:
    name = "<script>alert(1)</script>"
    renamed = replace(batch, factors={name: batch.factors["signed_coherence"]})
    html = psychometric(observer(batch, 0.3), renamed, factor=name)._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html

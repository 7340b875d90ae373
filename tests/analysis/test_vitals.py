"""The health light: what is judged, from which number on, and what is said."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab.analysis import vitals
from rnnlab.runs import History


def history(n: int = 200, norms: float = 1.0, **last: float) -> History:
    """A training with even gradients, and one evaluation at its end."""
    marks = {"accuracies": 0.9, "validation_losses": 0.1, "silent": 0.1, "saturated": 0.0, "spectral_radii": 1.2} | last
    gradients = np.full(n, norms)
    return History(
        np.arange(1, n + 1), np.ones(n), gradients, np.array([n]), **{k: np.array([v]) for k, v in marks.items()}
    )


def test_nothing_is_known_before_the_first_update() -> None:
    found = vitals(History())
    assert (found.light, found.sentence) == ("unknown", "")


def test_an_even_training_is_well() -> None:
    found = vitals(history())
    assert (found.light, found.findings) == ("ok", ())
    assert (found.gradient_norm, found.spectral_radius, found.silent) == (1.0, 1.2, 0.1)
    assert np.isnan(found.half_step_loss)


@pytest.mark.parametrize(
    ("measured", "value", "light", "words"),
    [
        ("silent", 0.6, "watch", "60% of the units are silent"),
        ("silent", 0.95, "trouble", "95% of the units are silent"),
        ("saturated", 0.7, "watch", "70% of the units are saturated"),
        ("spectral_radii", 4.0, "watch", "spectral radius is 4"),
        ("spectral_radii", 20.0, "trouble", "spectral radius is 20"),
        ("half_step_accuracies", 0.8, "watch", "10% fewer trials are correct"),
        ("half_step_accuracies", 0.5, "trouble", "40% fewer trials are correct"),
    ],
)
def test_what_is_measured_is_judged(measured: str, value: float, light: str, words: str) -> None:
    found = vitals(history(**{measured: value}))
    assert found.light == light and words in found.sentence and len(found.findings) == 1


def test_gradients_that_grow_or_vanish_are_told() -> None:
    grown = history()
    grown.gradient_norms[-20:] = 50.0
    assert vitals(grown).light == "watch" and "50 times" in vitals(grown).sentence
    grown.gradient_norms[-20:] = 5000.0
    assert vitals(grown).light == "trouble"
    assert "vanished" in vitals(history(norms=0.0)).sentence


def scored(accuracies: np.ndarray, every: int = 20) -> History:
    """A training with even gradients, evaluated so often."""
    at = every * np.arange(len(accuracies))
    rest = {"accuracies": accuracies, "validation_losses": np.full(len(at), 0.1)}
    return History(np.arange(1, at[-1] + 1), np.ones(at[-1]), np.ones(at[-1]), at, **rest)


def test_gradients_that_were_not_finite_are_told_for_a_while() -> None:
    """They are no part of what is usual."""
    norms = np.ones(40)
    norms[[3, 30]] = np.nan
    found = vitals(History(updates=np.arange(1, 41), losses=np.ones(40), gradient_norms=norms))
    assert (found.light, found.gradient_norm) == ("watch", 1.0)
    assert found.sentence.startswith("2 gradients were not finite, the last in update 31.")
    norms[30] = 1.0
    assert vitals(History(updates=np.arange(1, 41), losses=np.ones(40), gradient_norms=norms)).light == "ok"


def test_a_score_that_stands_still_is_told() -> None:
    """At chance, as 256 trials of two answers show it; not before 300 updates, and not once it moves or is high."""
    chance = 0.5 + np.random.default_rng(0).normal(0, 0.03, 40)
    found = vitals(scored(chance))
    assert found.light == "watch" and "stood at about 5" in found.sentence and "300 updates" in found.sentence
    assert vitals(scored(chance[:15])).light == "ok"
    assert vitals(scored(chance, every=5)).light == "ok"
    assert vitals(scored(chance + 0.01 * np.arange(40))).light == "ok"
    assert vitals(scored(np.full(40, 0.8))).light == "ok"


def test_the_worst_comes_first() -> None:
    found = vitals(history(silent=0.6, saturated=0.95))
    assert [light for light, _ in found.findings] == ["trouble", "watch"]
    assert found.light == "trouble"

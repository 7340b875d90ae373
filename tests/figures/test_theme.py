"""The palette means the same everywhere, for every reader, on both grounds."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from rnnlab.figures import DARK, LIGHT, Theme
from rnnlab.figures.theme import ramp
from tests.figures.colour_vision import VISION, cielab, contrast, distance

ROLES = ("input", "target", "output", "excitatory", "inhibitory")
both = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
vision = pytest.mark.parametrize("vision", VISION)


def test_the_measure_of_colours_is_right() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert cielab("#ffffff") == pytest.approx([100, 0, 0], abs=0.1)
    assert cielab("#ff0000") == pytest.approx([53.24, 80.09, 67.20], abs=0.1)
    assert distance("#d00000", "#507000", "deuteranopia") < distance("#d00000", "#507000") / 2


@both
@vision
def test_roles_stay_apart_for_every_reader(theme: Theme, vision: str) -> None:
    for one, other in itertools.combinations(ROLES, 2):
        assert distance(getattr(theme, one), getattr(theme, other), vision) > 22, (one, other)


@both
@vision
def test_conditions_stay_apart_for_every_reader(theme: Theme, vision: str) -> None:
    for one, other in itertools.combinations(theme.categorical, 2):
        assert distance(one, other, vision) > 14, (one, other)
    for kind in ("graded", "signed"):
        first, middle, last = theme.conditions(kind, 3)
        assert min(distance(first, middle, vision), distance(middle, last, vision)) > 22, kind


@both
def test_marks_and_words_stand_out_from_the_ground(theme: Theme) -> None:
    for role in ("text", "muted"):
        assert contrast(getattr(theme, role), theme.surface) >= 4.5, role
        assert contrast(getattr(theme, role), theme.scored) >= 4.5, role
        assert contrast(getattr(theme, role), theme.epoch) >= 4.5, role
    for role in (*ROLES, "accent", "reference"):
        assert contrast(getattr(theme, role), theme.surface) >= 2.95, role
    for colour in theme.categorical:
        assert contrast(colour, theme.surface) >= 2.95


@both
def test_quiet_things_stay_quiet(theme: Theme) -> None:
    for role in ("grid", "epoch", "scored"):
        assert 1.02 < contrast(getattr(theme, role), theme.surface) < 1.35, role


@both
def test_sequential_palette_grows_evenly_in_lightness(theme: Theme) -> None:
    lightness = np.array([cielab(colour)[0] for colour in theme.sequential])
    steps = np.diff(lightness[::16])
    assert (steps > 0).all()
    assert steps.max() < 2.5 * steps.min()


@both
def test_weights_of_zero_are_the_ground_and_signs_take_opposite_sides(theme: Theme) -> None:
    palette = theme.diverging
    assert len(palette) % 2 == 1
    assert palette[len(palette) // 2] == theme.surface
    assert theme.inhibitory in palette[: len(palette) // 2]
    assert theme.excitatory in palette[len(palette) // 2 :]
    from_zero = [distance(palette[len(palette) // 2], colour) for colour in palette[:: len(palette) // 8]]
    assert from_zero[0] > from_zero[1] > from_zero[2] > from_zero[3]


def test_a_ramp_ends_where_it_should() -> None:
    assert ramp("#102030", "#405060", n=5)[::4] == ("#102030", "#405060")
    assert LIGHT.conditions("plain", 2) == (LIGHT.reference,) * 2
    assert len(LIGHT.conditions("categorical", 9)) == 9

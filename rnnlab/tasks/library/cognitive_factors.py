"""What differs between the trials of the twenty cognitive tasks: modalities, strengths, pairs that match or do not."""

from __future__ import annotations

import math

from rnnlab.tasks.draws import Choice, Uniform
from rnnlab.tasks.factors import Category, Compare, Factor, Linear, Lookup, Product, Rotate

HEIGHT = 0.8
"""Of every bump: what a stimulus of strength 1 gives, and what an answer has above the rest of the ring."""
SLIGHT = (0.01, 0.02, 0.04, 0.08)
CLEAR = (0.08, 0.16, 0.32)
"""How much two stimuli are apart from their mean: those that come together, and those with a delay between."""
DIRECTIONS = tuple(math.radians(degrees) for degrees in range(18, 360, 36))

ANGLE = Factor("angle", Uniform(0, 2 * math.pi))


def either(name: str) -> tuple[Factor, ...]:
    """A modality, and how high a stimulus of strength 1 stands in each: ``<name>_1`` and ``<name>_2``."""
    return (
        Factor(name, Choice((0, 1))),
        Factor(f"{name}_1", Lookup(name, (HEIGHT, 0.0))),
        Factor(f"{name}_2", Lookup(name, (0.0, HEIGHT))),
    )


def evidence(kind: str, differences: tuple[float, ...]) -> tuple[Factor, ...]:
    """Heights of the stimulus at ``angle`` and of the other, for each modality, and whether ``for_angle`` is right."""
    apart = Choice((*(-size for size in reversed(differences)), *differences))
    if kind == "multisensory_dm":
        return (*_strengths("", apart, 1.0), *_shared_out(""), *_shared_out("other_"), _sign("difference"))
    modalities = (1, 2) if kind.startswith("context") else (int(kind[-1]),)
    heights = (factor for m in modalities for factor in _strengths(f"_{m}", apart, HEIGHT))
    return (*heights, _sign(f"difference_{kind[-1]}"))


def _sign(difference: str) -> Factor:
    return Factor("for_angle", Compare(difference, ">", 0.0))


def _strengths(suffix: str, apart: Choice, height: float) -> tuple[Factor, ...]:
    """A mean, a difference, and what comes of them for the two stimuli, scaled by ``height``."""
    mean, difference, what = f"mean{suffix}", f"difference{suffix}", "height" if suffix else "strength"
    return (
        Factor(mean, Uniform(0.8, 1.2)),
        Factor(difference, apart),
        Factor(f"{what}{suffix}", Linear(((mean, height), (difference, height)))),
        Factor(f"other_{what}{suffix}", Linear(((mean, height), (difference, -height)))),
    )


def _shared_out(which: str) -> tuple[Factor, ...]:
    """Heights of a stimulus in both modalities: a part of its strength more in one, and as much less in the other."""
    return (
        Factor(f"{which}tilt_size", Uniform(0.1, 0.4)),
        Factor(f"{which}tilt_sign", Choice((-1, 1))),
        Factor(f"{which}tilt", Product((f"{which}tilt_size", f"{which}tilt_sign"))),
        Factor(f"{which}share_1", Linear(((f"{which}tilt", 1.0),), 1.0)),
        Factor(f"{which}share_2", Linear(((f"{which}tilt", -1.0),), 1.0)),
        *(Factor(f"{which}height_{m}", Product((HEIGHT, f"{which}strength", f"{which}share_{m}"))) for m in (1, 2)),
    )


def by_direction() -> tuple[Factor, ...]:
    return (
        ANGLE,
        Factor("match", Choice((0, 1))),
        Factor("distance", Uniform(math.pi / 9, 17 * math.pi / 9)),
        Factor("turn", Lookup("match", ("distance", 0.0))),
        Factor("second", Rotate("angle", "turn")),
    )


def by_category() -> tuple[Factor, ...]:
    return (
        Factor("angle", Choice(DIRECTIONS)),
        Factor("second", Choice(DIRECTIONS)),
        Factor("category_1", Category("angle", 2)),
        Factor("category_2", Category("second", 2)),
        Factor("match", Compare("category_1", "==", "category_2")),
    )

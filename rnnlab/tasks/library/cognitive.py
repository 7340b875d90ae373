"""Twenty cognitive tasks for one network, on rings of inputs and outputs."""

from __future__ import annotations

import math

from rnnlab.spec import SpecError
from rnnlab.tasks.channels import Channel
from rnnlab.tasks.draws import Choice, Constant, Uniform
from rnnlab.tasks.epochs import Duration, Epoch
from rnnlab.tasks.factors import Category, Compare, Factor, Linear, Lookup, Product, Rotate
from rnnlab.tasks.library.delayed_response import YANG
from rnnlab.tasks.library.parts import spacing
from rnnlab.tasks.multitask import MultitaskSet
from rnnlab.tasks.scoring import AngularError
from rnnlab.tasks.signals import Bump, Hold, Noise
from rnnlab.tasks.task import Task

WIDTH = math.pi / 8
TOLERANCE = math.pi / 5
"""A response within 36 degrees is right."""

Shown = tuple[int, str, str | float, tuple[str, ...]]
"""Modality (1 or 2), factors that hold angle and strength, and epochs of a stimulus."""

ANGLE = Factor("angle", Uniform(0, 2 * math.pi))
MODALITY = (
    Factor("modality", Choice((0, 1))),
    Factor("in_1", Lookup("modality", (1.0, 0.0))),
    Factor("in_2", Lookup("modality", (0.0, 1.0))),
)
LONG = Choice((400.0, 800.0, 1600.0))
PAUSE = Choice((200.0, 400.0, 800.0, 1600.0))
DIFFERENCE = Choice((-0.32, -0.16, -0.08, 0.08, 0.16, 0.32))


def cognitive_tasks(n_ring: int = 8, noise: float = 0.01) -> MultitaskSet:
    """Twenty tasks that are given to animals and people, for one network: go and anti-go (at once, delayed, as a
    reaction), decisions on one or two modalities (with context, with delay, across modalities), and matching to
    sample and to category, with a response to a match or to a non-match.

    As Yang et al. 2019: a fixation input, two modalities of a ring each and a rule input for each task; a fixation
    output and a ring of outputs; bumps of width π / 8; targets of 0.85 and 0.05; the answer counts five times as much
    and its first 100 ms not at all. Durations are drawn for every trial, not once a batch; all outputs count alike,
    where the fixation output counted twice; rings have 8 channels by default, not 32. Angles of the category tasks are
    drawn from the whole circle. An answer is right if it points within 36 degrees of the target and, where none is
    due, if no output of the ring reaches 0.45.

    Args:
        n_ring: channels on each ring; 32 in the paper.
        noise: of every fixation and stimulus input.

    Raises:
        SpecError: ``n_ring`` or ``noise`` is out of range.
    """
    if not 4 <= n_ring <= 256:
        raise SpecError(
            "cognitive_tasks.n_ring", f"{n_ring} is no size of a ring", value=n_ring, remedy="give 4 to 256"
        )
    make = Maker(n_ring, noise)
    decisions = [
        make.decision(f"{'delay_' * delayed}{kind}", kind, delayed)
        for delayed in (False, True)
        for kind in ("dm_1", "dm_2", "context_dm_1", "context_dm_2", "multisensory_dm")
    ]
    return MultitaskSet(
        "cognitive_20",
        (
            *(make.go(f"{timing}{kind}", timing, kind == "anti") for kind in ("go", "anti") for timing in TIMINGS),
            *decisions,
            *(make.matching(f"{n}m{what}", what == "c", bool(n == "dn")) for what in ("s", "c") for n in ("d", "dn")),
        ),
        description="Twenty cognitive tasks.",
        source=YANG,
    )


TIMINGS = ("", "reaction_", "delay_")


class Maker:
    """Makes tasks that share a ring size and a noise."""

    def __init__(self, n_ring: int, noise: float) -> None:
        self.n_ring, self.noise = n_ring, noise
        self.preferred = [i * spacing(n_ring) for i in range(n_ring)]

    # --------------------------------------------------------------------------------------------- families

    def go(self, name: str, timing: str, anti: bool) -> Task:
        """Respond where the stimulus is (or opposite), when fixation ends, after a delay, or at once."""
        factors = (ANGLE, *MODALITY, Factor("answer", Rotate("angle", math.pi if anti else 0.0)))
        wait = Uniform(300, 700)
        table: dict[str, dict[str, Duration]] = {
            "": {"fixation": wait, "stimulus": Uniform(500, 1500)},
            "reaction_": {"fixation": Uniform(500, 2500)},
            "delay_": {"fixation": wait, "stimulus": Uniform(200, 1600), "delay": PAUSE},
        }
        periods = table[timing]
        on = {"": ("stimulus", "go"), "reaction_": ("go",), "delay_": ("stimulus",)}[timing]
        stimuli: tuple[Shown, ...] = ((1, "angle", "in_1", on), (2, "angle", "in_2", on))
        where = "opposite to" if anti else "at"
        says, at_once = f"Respond {where} the stimulus.", timing == "reaction_"
        return self.task(name, says, factors, stimuli, periods, on_in_go=at_once)

    def decision(self, name: str, kind: str, delayed: bool) -> Task:
        """Respond at the stronger of two stimuli, in the modality that counts."""
        both = kind.startswith(("context", "multi"))
        modalities = (1, 2) if both else (int(kind[-1]),)
        factors: list[Factor] = [
            ANGLE,
            Factor("distance", Uniform(0.5 * math.pi, 1.5 * math.pi)),
            Factor("other", Rotate("angle", "distance")),
        ]
        stimuli: list[Shown] = []
        first, second = ("first", "second") if delayed else ("stimulus", "stimulus")
        if kind == "multisensory_dm":
            # The evidence is shared out between the modalities, so that it never cancels.
            factors += [
                Factor("difference", DIFFERENCE),
                Factor("share", Uniform(0, 1)),
                Factor("rest_share", Linear((("share", -1.0),), 1.0)),
                Factor("difference_1", Product((2.0, "difference", "share"))),
                Factor("difference_2", Product((2.0, "difference", "rest_share"))),
            ]
        else:
            factors += [Factor(f"difference_{m}", DIFFERENCE) for m in modalities]
        for m in modalities:
            factors += [
                Factor(f"mean_{m}", Uniform(0.8, 1.2)),
                Factor(f"strength_{m}", Linear(((f"mean_{m}", 1.0), (f"difference_{m}", 0.5)))),
                Factor(f"other_strength_{m}", Linear(((f"mean_{m}", 1.0), (f"difference_{m}", -0.5)))),
            ]
            stimuli += [(m, "angle", f"strength_{m}", (first,)), (m, "other", f"other_strength_{m}", (second,))]
        evidence = "difference" if kind == "multisensory_dm" else f"difference_{kind[-1]}"
        factors += [
            Factor("for_angle", Compare(evidence, ">", 0.0)),
            Factor("answer", Lookup("for_angle", ("other", "angle"))),
        ]
        periods: dict[str, Duration] = {"fixation": Uniform(200, 600)}
        if delayed:
            periods |= {"first": _fixed(300), "delay": PAUSE, "second": _fixed(300), "wait": Uniform(100, 300)}
        else:
            periods |= {"stimulus": LONG}
        return self.task(name, "Respond at the stronger stimulus.", tuple(factors), tuple(stimuli), periods)

    def matching(self, name: str, category: bool, to_nonmatch: bool) -> Task:
        """Respond at the second stimulus if it matches the first (or if it does not), as itself or by category."""
        apart = Uniform(math.pi / 18, 2 * math.pi - math.pi / 18)
        matched = (
            (
                Factor("second", Uniform(0, 2 * math.pi)),
                Factor("category_1", Category("angle", 2)),
                Factor("category_2", Category("second", 2)),
                Factor("match", Compare("category_1", "==", "category_2")),
            )
            if category
            else (
                Factor("match", Choice((0, 1))),
                Factor("distance", apart),
                Factor("turn", Lookup("match", ("distance", 0.0))),
                Factor("second", Rotate("angle", "turn")),
            )
        )
        factors = (
            ANGLE,
            *MODALITY,
            *matched,
            Factor("answered", Compare("match", "==", float(not to_nonmatch))),
            Factor("answer", Rotate("second", 0.0)),
        )
        stimuli: tuple[Shown, ...] = tuple(
            (m, angle, f"in_{m}", (epoch,)) for angle, epoch in (("angle", "first"), ("second", "go")) for m in (1, 2)
        )
        periods: dict[str, Duration] = {"fixation": Uniform(200, 600), "first": LONG, "delay": PAUSE}
        says = f"Respond to the second stimulus if it {'differs from' if to_nonmatch else 'matches'} the first."
        return self.task(name, says, factors, stimuli, periods, withheld=True)

    # --------------------------------------------------------------------------------------------- the frame

    def task(
        self,
        name: str,
        says: str,
        factors: tuple[Factor, ...],
        stimuli: tuple[Shown, ...],
        periods: dict[str, Duration],
        *,
        on_in_go: bool = False,
        withheld: bool = False,
    ) -> Task:
        """Fixate over ``periods``, then 500 ms of go; where an answer may be ``withheld``, ``answered`` says if."""
        before = tuple(periods)
        answered: tuple[Factor, ...] = (
            Factor("reach", Lookup("answered", (0.0, 0.8))) if withheld else Factor("reach", Constant(0.8)),
            Factor("rest", Lookup("answered", (0.85, 0.05))) if withheld else Factor("rest", Constant(0.05)),
        )
        ring = tuple(f"ring_{i}" for i in range(self.n_ring))
        scoring = AngularError(
            TOLERANCE, threshold=0.45, epochs=("go",), outputs=ring, chance=0.5 if withheld else None
        )
        return Task(
            name=name,
            description=says,
            source=YANG,
            factors=(*factors, *answered),
            epochs=(
                *(Epoch(period, duration, scored=True) for period, duration in periods.items()),
                Epoch("go", _fixed(500), scored=True, grace=100, weight=5),
            ),
            inputs=(
                Channel("fixation", (Hold(1.0, epochs=() if on_in_go else before), Noise(self.noise))),
                *(self._input(m, i, stimuli) for m in (1, 2) for i in range(self.n_ring)),
            ),
            outputs=(
                Channel("fixation", (Hold(0.85, epochs=before), Hold("rest", epochs=("go",)))),
                *(
                    Channel(unit, (Hold(0.05), Bump("answer", self.preferred[i], WIDTH, "reach", epochs=("go",))))
                    for i, unit in enumerate(ring)
                ),
            ),
            scoring=scoring,
        )

    def _input(self, modality: int, i: int, stimuli: tuple[Shown, ...]) -> Channel:
        bumps = (
            Bump(angle, self.preferred[i], WIDTH, strength, epochs=epochs)
            for m, angle, strength, epochs in stimuli
            if m == modality
        )
        return Channel(f"modality_{modality}_{i}", (*bumps, Noise(self.noise)))


def _fixed(time: float) -> Constant:
    return Constant(time)

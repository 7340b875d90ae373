"""Twenty cognitive tasks for one network, on rings of inputs and outputs."""

from __future__ import annotations

import math

from rnnlab.spec import SpecError
from rnnlab.tasks.channels import Channel
from rnnlab.tasks.draws import Choice, Constant, Uniform
from rnnlab.tasks.epochs import Duration, Epoch
from rnnlab.tasks.factors import Compare, Factor, Lookup, Rotate
from rnnlab.tasks.library.cognitive_factors import (
    ANGLE,
    CLEAR,
    HEIGHT,
    SLIGHT,
    by_category,
    by_direction,
    either,
    evidence,
)
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
"""Modality (1 or 2), factors that hold angle and height, and epochs of a stimulus."""

SHORT = Choice((200.0, 400.0, 600.0))
LONG = Choice((400.0, 800.0, 1600.0))
GO = Constant(500)
PAUSE = Choice((200.0, 400.0, 800.0, 1600.0))


def cognitive_tasks(n_ring: int = 8, noise: float = 0.01) -> MultitaskSet:
    """Twenty tasks that are given to animals and people, for one network: go and anti-go (at once, delayed, as a
    reaction), decisions on one or two modalities (with context, with delay, across modalities), and matching to
    sample and to category, with a response to a match or to a non-match.

    As Yang et al. 2019: a fixation input, two modalities of a ring each and a rule input for each task; a fixation
    output and a ring of outputs; bumps of width π / 8 and height 0.8; targets of 0.85 and 0.05. In the loss the answer
    counts five times as much as what comes before it, the fixation output twice as much as each of the ring, and the
    first 100 ms of a trial and of an answer not at all. Times and strengths are those of the code that goes with the
    paper, each said at its family (`Maker`).

    It departs where the language of tasks draws every trial by itself: durations and modalities differ between the
    trials of a batch, where a batch shared them (`rnnlab.tasks.share_durations` shares durations). Rings have 8
    channels by default, not 32, which is faster; rule inputs carry no noise. The fixation output should be 0.85, the
    peak of a target on the ring (0.05 and a bump of 0.8 on top), where that code says 0.8. An answer is right if, over
    its judged time, it points within 36 degrees of the target and, where none is due, if no output of the ring reaches
    0.45; there it is read at the last step, together with the fixation output.

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
        """Respond where the stimulus is (or opposite), when fixation ends, after a delay, or at once.

        Fixation lasts 300 to 700 ms (300, 500 or 700 where there is a delay; 500 to 2500 where the stimulus itself asks
        for the reaction and the fixation input stays on). The stimulus stays for 500 to 1500 ms and then through the
        answer; before a delay of 200, 400, 800 or 1600 ms it lasts 200, 400 or 600.
        """
        factors = (ANGLE, *either("modality"), Factor("answer", Rotate("angle", math.pi if anti else 0.0)))
        table: dict[str, dict[str, Duration]] = {
            "": {"fixation": Uniform(300, 700), "stimulus": Uniform(500, 1500)},
            "reaction_": {"fixation": Uniform(500, 2500)},
            "delay_": {"fixation": Choice((300.0, 500.0, 700.0)), "stimulus": SHORT, "delay": PAUSE},
        }
        periods = table[timing]
        on = {"": ("stimulus", "go"), "reaction_": ("go",), "delay_": ("stimulus",)}[timing]
        stimuli: tuple[Shown, ...] = tuple((m, "angle", f"modality_{m}", on) for m in (1, 2))
        where = "opposite to" if anti else "at"
        says, at_once = f"Respond {where} the stimulus.", timing == "reaction_"
        return self.task(name, says, factors, stimuli, periods, on_in_go=at_once)

    def decision(self, name: str, kind: str, delayed: bool) -> Task:
        """Respond at the stronger of two stimuli, 90 to 270 degrees apart, in the modality that counts.

        Their strengths are a mean of 0.8 to 1.2, plus and minus 0.01, 0.02, 0.04 or 0.08; with a delay between them,
        0.08, 0.16 or 0.32. With context each modality has a mean and a difference of its own, at the same two angles.
        Across modalities each stimulus has one strength, of which one modality shows 10 to 40 % more and the other as
        much less.

        Both are shown for 400, 800 or 1600 ms, after a fixation of 100 to 400 ms (150 here, so that a part of it is
        judged). With a delay each is shown for 200, 400 or 600 ms, as long as the fixation may last; 200, 400, 800 or
        1600 ms lie between them, and 100 to 300 before the answer.
        """
        factors: tuple[Factor, ...] = (
            ANGLE,
            Factor("distance", Uniform(0.5 * math.pi, 1.5 * math.pi)),
            Factor("other", Rotate("angle", "distance")),
            *evidence(kind, CLEAR if delayed else SLIGHT),
            Factor("answer", Lookup("for_angle", ("other", "angle"))),
        )
        first, second = ("first", "second") if delayed else ("stimulus", "stimulus")
        modalities = (1, 2) if kind.startswith(("context", "multi")) else (int(kind[-1]),)
        stimuli: list[Shown] = []
        for m in modalities:
            stimuli += [(m, "angle", f"height_{m}", (first,)), (m, "other", f"other_height_{m}", (second,))]
        periods: dict[str, Duration] = {"fixation": Uniform(150, 400), "stimulus": LONG}
        if delayed:
            periods = {"fixation": SHORT, "first": SHORT, "delay": PAUSE, "second": SHORT, "wait": Uniform(100, 300)}
        return self.task(name, "Respond at the stronger stimulus.", factors, tuple(stimuli), periods)

    def matching(self, name: str, category: bool, to_nonmatch: bool) -> Task:
        """Respond at the second stimulus if it matches the first (or if it does not), as itself or by category.

        Each stimulus comes in either modality. Half of the pairs match; where they do not, directions are 20 to 340
        degrees apart. The categories are the halves of a circle, and directions are 18, 54, 90 ... 342 degrees.
        Fixation and first stimulus last 200, 400 or 600 ms, the delay 200, 400, 800 or 1600. The second stimulus stays
        on through the answer, and so does the fixation input here and there; an answer by category lasts 200, 400 or
        600 ms.
        """
        factors = (
            *(by_category() if category else by_direction()),
            *either("modality"),
            *either("second_modality"),
            Factor("answered", Compare("match", "==", float(not to_nonmatch))),
            Factor("answer", Rotate("second", 0.0)),
        )
        stimuli: tuple[Shown, ...] = (
            *((m, "angle", f"modality_{m}", ("first",)) for m in (1, 2)),
            *((m, "second", f"second_modality_{m}", ("go",)) for m in (1, 2)),
        )
        periods: dict[str, Duration] = {"fixation": SHORT, "first": SHORT, "delay": PAUSE}
        says = f"Respond to the second stimulus if it {'differs from' if to_nonmatch else 'matches'} the first."
        go = SHORT if category else GO
        return self.task(name, says, factors, stimuli, periods, on_in_go=True, withheld=True, go=go)

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
        go: Duration = GO,
    ) -> Task:
        """Fixate over ``periods``, then go; where an answer may be ``withheld``, ``answered`` says if."""
        before = tuple(periods)
        answered: tuple[Factor, ...] = (
            Factor("reach", Lookup("answered", (0.0, HEIGHT))) if withheld else Factor("reach", Constant(HEIGHT)),
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
                *(
                    Epoch(period, duration, scored=True, grace=100 * (period == before[0]))
                    for period, duration in periods.items()
                ),
                Epoch("go", go, scored=True, grace=100, weight=5),
            ),
            inputs=(
                Channel("fixation", (Hold(1.0, epochs=() if on_in_go else before), Noise(self.noise))),
                *(self._input(m, i, stimuli) for m in (1, 2) for i in range(self.n_ring)),
            ),
            outputs=(
                Channel("fixation", (Hold(0.85, epochs=before), Hold("rest", epochs=("go",))), weight=2),
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

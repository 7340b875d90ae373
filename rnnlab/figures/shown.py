"""`Shown`: what of what can be marked a figure draws, so that a view can say what is not to be seen in it."""

from __future__ import annotations

from dataclasses import dataclass

from rnnlab.analysis import Marked


@dataclass(frozen=True)
class Shown:
    """What can be seen marked in a figure.

    Attributes:
        units: whether units are drawn one by one.
        factors: whose conditions are drawn; None for those of every factor of the trials.
        trials: whether the example trials are drawn one by one.
    """

    units: bool = False
    factors: tuple[str, ...] | None = ()
    trials: bool = False

    def hides(self, marked: Marked) -> list[str]:
        """What is marked and not to be seen, in words.

        >>> from rnnlab.analysis import Condition
        >>> Shown(factors=("coherence",)).hides(Marked((3,), Condition("side", 1.0)))
        ['unit 3 (units are not drawn one by one)', 'side 1 (the conditions drawn are those of coherence)']
        >>> Shown(units=True, factors=None).hides(Marked((3,), Condition("side", 1.0)))
        []
        """
        said = []
        if marked.units and not self.units:
            many = f"unit {marked.units[0]}" if len(marked.units) == 1 else f"{len(marked.units)} units"
            said.append(f"{many} (units are not drawn one by one)")
        if marked.condition is not None and self.hides_condition(marked):
            drawn = " and ".join(name.replace("_", " ") for name in self.factors or ())
            why = f"the conditions drawn are those of {drawn}" if drawn else "conditions are not drawn one by one"
            said.append(f"{marked.condition} ({why})")
        if marked.trial is not None and not self.trials:
            said.append(f"trial {marked.trial} (the example trials are not drawn)")
        return said

    def hides_condition(self, marked: Marked) -> bool:
        """Whether a condition is marked that is not drawn."""
        return marked.condition is not None and self.factors is not None and marked.condition.factor not in self.factors

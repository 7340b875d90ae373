"""What the factors of a trial have from earlier trials: how far they look back, and what they are without looking."""

from __future__ import annotations

from collections.abc import Iterable

from rnnlab.tasks.factors import Factor, Product, Rule
from rnnlab.tasks.history import Markov, Previous
from rnnlab.tasks.references import references, renamed

_LONGEST = 45
"""Letters of a name that are kept where more is added to it."""


def has_past(factors: Iterable[Factor]) -> bool:
    """Whether anything depends on earlier trials."""
    return any(isinstance(factor.rule, Previous | Markov) for factor in factors)


def looks_back(factors: Iterable[Factor]) -> int:
    """How many trials before the first one matter, of factors in an order in which sources come first."""
    factors = tuple(factors)
    if not any(isinstance(factor.rule, Previous) for factor in factors):
        return 0
    reach: dict[str, int] = {}
    for factor in factors:
        own = factor.rule.back if isinstance(factor.rule, Previous) else 0
        reach[factor.name] = own + max((reach[name] for _, name in references(factor, "factor")), default=0)
    return max(reach.values())


def by_itself(factors: Iterable[Factor]) -> tuple[Factor, ...]:
    """The factors of one trial by itself: what it has from earlier trials is drawn (or derived) as a factor of its own.

    ``Previous("side")`` becomes what *side* is. Of what is derived in an earlier trial, the sources are drawn for that
    trial too. A `Markov` factor is any of its values, whatever came before. Names stay; others may come on top.

    Args:
        factors: in an order in which sources come first.

    >>> from rnnlab.tasks import Choice
    >>> by_itself((Factor("side", Choice((0, 1))), Factor("last", Previous("side"))))[1].rule
    Choice(values=(0.0, 1.0), weights=())
    """
    factors = tuple(factors)
    return _Alone(factors).made() if has_past(factors) else factors


class _Alone:
    """Makes the factors of `by_itself`, each value of a factor in an earlier trial once."""

    def __init__(self, factors: tuple[Factor, ...]) -> None:
        self._factors = factors
        self._rules = {factor.name: factor.rule for factor in factors}
        self._found: dict[str, Factor] = {}
        self._names = {(factor.name, 0): factor.name for factor in factors if not isinstance(factor.rule, Previous)}
        for factor in factors:
            self._names.setdefault(self._origin(factor.name, 0), factor.name)

    def made(self) -> tuple[Factor, ...]:
        for factor in self._factors:
            name = self._bring(factor.name, 0)
            if name != factor.name:  # the same earlier value by another name
                self._found[factor.name] = Factor(factor.name, Product((name,)))
        return tuple(self._found.values())

    def _origin(self, name: str, back: int) -> tuple[str, int]:
        """Which factor's value of how many trials ago this is."""
        rule = self._rules[name]
        return self._origin(rule.of, back + rule.back) if isinstance(rule, Previous) else (name, back)

    def _bring(self, name: str, back: int) -> str:
        """The name of a factor's value so many trials ago; makes it, with all that it comes from."""
        origin, back = self._origin(name, back)
        if (origin, back) not in self._names:
            self._names[origin, back] = self._fresh(f"{origin[:_LONGEST]} ({back} back)")
        called = self._names[origin, back]
        if called not in self._found:
            rule = self._alone(self._rules[origin], back)
            self._found[called] = Factor(called, rule)
        return called

    def _alone(self, rule: Rule, back: int) -> Rule:
        if isinstance(rule, Markov):
            return rule.alone
        return renamed(rule, "factor", {name: self._bring(name, back) for _, name in references(rule, "factor")})

    def _fresh(self, name: str) -> str:
        taken = {*self._rules, *self._names.values()}
        others = (f"{name[:-1]}, {i})" for i in range(2, len(taken) + 3))
        return name if name not in taken else next(other for other in others if other not in taken)

"""What it is for a factor to be computed from others."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rnnlab.spec import Spec, SpecError
from rnnlab.tasks.draws import Floats
from rnnlab.tasks.references import references

Support = tuple[float, ...] | None
"""All values that a factor can take, or None if they are not finitely many."""


@dataclass(frozen=True)
class Derived(Spec):
    """A factor computed from others. Add a kind: subclass, give `derive`, name it in `rnnlab.tasks.factors.Rule`."""

    def check(self) -> None:
        if not list(references(self, "factor")):
            raise SpecError(type(self).__name__, "names no factor", remedy="name at least one, or give a Constant")

    def derive(self, factors: Mapping[str, Floats]) -> Floats:
        """The value in each trial, shape (trial,), from those of the factors it names."""
        raise NotImplementedError

    def support(self, supports: Mapping[str, Support]) -> Support:
        """All values it can take, found by trying every combination of what its sources can be."""
        sources = sorted({name for _, name in references(self, "factor")})
        known = [supports[s] for s in sources]
        if any(values is None for values in known) or math.prod(len(v or ()) for v in known) > 10_000:
            return None
        combinations = np.array(list(itertools.product(*(v or () for v in known)))).reshape(-1, len(sources))
        with np.errstate(all="ignore"):
            found = self.derive({s: combinations[:, i] for i, s in enumerate(sources)})
        return tuple(sorted({float(v) for v in found}))

    def check_sources(self, supports: Mapping[str, Support]) -> None:
        """Raise `SpecError` where the values of a source do not suit."""

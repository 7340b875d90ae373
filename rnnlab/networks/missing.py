"""`MissingCell`: what a saved run keeps of a network that was Python code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

import numpy as np

from rnnlab.networks.arrays import Array
from rnnlab.networks.cell import Cell, Parameters
from rnnlab.networks.code import CodeCell
from rnnlab.spec import SpecError
from rnnlab.spec.codec import decode, hints

PLACE = "experiment.network"


@dataclass(frozen=True)
class MissingCell(CodeCell):
    """The names and shapes of a `CodeCell`. Its arrays can be looked at, but it cannot take a step.

    Attributes:
        record: what the folder says, as JSON.
    """

    record: str = field(default="", kw_only=True)

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> MissingCell:
        """From what `CodeCell.kept` gave.

        Raises:
            SpecError: it cannot be that.
        """
        try:
            _check(record)
            usual = {f.name: record["settings"][f.name] for f in fields(Cell)}
            known = {name: decode(hints(Cell)[name], value, name) for name, value in usual.items()}
            return cls(**known, record=json.dumps(dict(record), sort_keys=True))
        except (KeyError, TypeError, ValueError) as error:
            raise SpecError(PLACE, f"is no record of a cell: {error}", remedy="restore it from a copy") from None

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "name", self._known["name"])

    def check(self) -> None:
        """What the record says was checked when it was read."""

    @cached_property
    def _known(self) -> dict[str, Any]:
        return dict(json.loads(self.record))

    @property
    def n_states(self) -> int:
        return int(self._known["n_states"])

    @property
    def equation(self) -> str:
        return str(self._known["equation"])

    def kept(self, n_inputs: int, n_outputs: int) -> dict[str, Any]:
        return dict(self._known)

    def parameter_shapes(self, n_inputs: int, n_outputs: int) -> dict[str, tuple[int, ...]]:
        """Those that were kept, for whatever inputs and outputs it had."""
        return {name: tuple(shape) for name, shape in self._known["arrays"].items()}

    def initialise(self, n_inputs: int, n_outputs: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        raise self._gone()

    def rates(self, p: Parameters, state: Array) -> Array:
        raise self._gone()

    def step(
        self, p: Parameters, state: Array, u: Array, xi: Array | None = None, xi_input: Array | None = None
    ) -> Array:
        raise self._gone()

    def _gone(self) -> ValueError:
        return ValueError(
            f"network: {self.name!r} was Python code and is not in the run's folder; make it again and hand it over: "
            "rl.load(path, network=cell), rl.resume(path, network=cell)"
        )


def _check(record: Mapping[str, Any]) -> None:
    """Raise ValueError, TypeError or KeyError where a record is none."""
    settings, arrays = record["settings"], record["arrays"]
    if not all(isinstance(part, dict) for part in (settings, arrays)):
        raise ValueError("settings and arrays are tables")
    if not all(isinstance(record[name], str) and record[name] for name in ("name", "equation")):
        raise ValueError("name and equation are words")
    counts = [record["n_units"], record["n_states"], *(n for shape in arrays.values() for n in shape)]
    if not all(type(n) is int and n >= 0 for n in counts) or record["n_units"] != settings["n_units"]:
        raise ValueError("counts are whole numbers that agree")

"""Constraints on the weights of cells that have one recurrent matrix: signs, connections, entries that do not learn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from functools import cached_property
from typing import Any, Literal

import numpy as np

from rnnlab.networks import wiring
from rnnlab.networks.arrays import Array
from rnnlab.networks.cell import Cell, Parameters
from rnnlab.networks.connections import Areas
from rnnlab.networks.constraints import Law, Rules, unit_signs
from rnnlab.networks.given import accept_arrays
from rnnlab.networks.weights import Weights
from rnnlab.spec import quantity

Sign = Literal[-1, 0, 1]
InputSign = Literal["dale", "positive", "free"] | tuple[Sign, ...]
OutputSign = Literal["excitatory", "signed", "positive", "free"]


class Wired(Cell):
    """Base of cells whose description asks something of their weights. A subclass has the fields, made by the functions
    below, in the order that its readers expect."""

    excitatory: float | None
    autapses: bool
    spectral_radius: float | None
    dale: Law
    signs: tuple[Sign, ...] | None
    input_sign: InputSign
    output_sign: OutputSign
    weights_in: Weights
    weights_rec: Weights
    weights_out: Weights
    areas: Areas | None = None
    bias_range: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        accept_arrays(self)
        super().__post_init__()

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled: all but the rules of the weights, which may hold tensors."""
        return {name: value for name, value in self.__dict__.items() if name != "_rules"}

    def check(self) -> None:
        """Signs must be said once, for every unit, and leave something to read out; weights given must fit."""
        super().check()
        if self.signs is not None and len(self.signs) != self.n_units:
            raise self.refuse(
                "signs", f"a list of {len(self.signs)} for {self.n_units} units", remedy="give one per unit"
            )
        if self.excitatory is not None and self.signs is not None:
            raise self.refuse("signs", "a fraction of excitatory units is given too", remedy="give only one of the two")
        if self.excitatory is not None and not (self.unit_signs > 0).any():
            problem = f"{self.excitatory:g} of {self.n_units} units leaves none excitatory, so nothing to read out"
            raise self.refuse("excitatory", problem, remedy=f"give at least {1 / self.n_units:g}")
        wiring.recurrent_rules(self)

    def check_channels(self, n_inputs: int, n_outputs: int) -> None:
        """Arrays and lists given per input or output must have as many."""
        wiring.rules_of(self, n_inputs, n_outputs)

    @cached_property
    def unit_signs(self) -> np.ndarray:
        if self.signs is not None:
            return np.array(self.signs, dtype=np.int8)
        if self.areas is None:
            return unit_signs(self.n_units, self.excitatory)
        return np.concatenate([unit_signs(size, self.excitatory) for size in self.areas.sizes])

    def heard(self, n_inputs: int) -> tuple[str, int]:
        """The matrix through which units hear from outside, and from how many senders."""
        return "W_in", n_inputs

    def own_rules(self) -> dict[str, Rules]:
        """What is asked of matrices that only this kind of cell has."""
        return {}

    def effective(self, raw: Parameters) -> dict[str, Array]:
        """Signs, missing connections, fixed weights and bounds of biases, as the fields ask; see
        `rnnlab.networks.constraints`."""
        return wiring.effective(self, raw)

    def rules(self, n_inputs: int, n_outputs: int) -> Mapping[str, Rules]:
        return wiring.rules_of(self, n_inputs, n_outputs)

    def frozen(self, n_inputs: int, n_outputs: int) -> dict[str, np.ndarray]:
        rules = self.rules(n_inputs, n_outputs)
        return {name: rule.frozen for name, rule in rules.items() if rule.frozen is not None}

    @cached_property
    def signed(self) -> bool:
        """Whether the sign of any weight is asked for."""
        asked = self.input_sign not in ("dale", "free") or self.output_sign == "positive"
        return asked or bool(self.unit_signs.any())

    @cached_property
    def projects(self) -> bool:
        return self.bias_range is not None or (self.dale in ("project", "reflect") and self.signed)

    def project(self, raw: Parameters) -> dict[str, Array]:
        """Weights of the wrong sign put back or mirrored, biases kept in their range."""
        return wiring.projected(self, raw)


# ------------------------------------------------------------------------------------------------------- the fields


def excitatory_field() -> Any:
    """See `LeakyRNN.excitatory`."""
    return quantity(
        None,
        above=0,
        high=1,
        soft=(0.5, 1),
        step=0.05,
        start=0.8,
        empty="signs are free",
        help="share of the units that excite, from 0 to 1; nothing: signs are free",
    )


def autapses_field() -> Any:
    """See `LeakyRNN.autapses`."""
    return field(default=True, metadata={"help": "Whether units may drive themselves."})


def dale_field() -> Any:
    """See `LeakyRNN.dale`."""
    return field(
        default="abs",
        metadata={"help": "How weights keep their sign, where units have one: abs, rectify, project or reflect."},
    )


def signs_field() -> Any:
    """See `LeakyRNN.signs`."""
    return field(
        default=None,
        metadata={
            "empty": "by the fraction",
            "help": "of each unit: 1 excitatory, -1 inhibitory, 0 free; instead of a fraction",
        },
    )


def input_sign_field() -> Any:
    """See `LeakyRNN.input_sign`."""
    return field(
        default="dale",
        metadata={
            "help": (
                "Sign of input weights: positive where units have signs (dale) or always, free, or one for each input."
            )
        },
    )


def output_sign_field() -> Any:
    """See `LeakyRNN.output_sign`."""
    return field(
        default="excitatory",
        metadata={
            "help": (
                "Of read-out weights where units have signs: from excitatory units only, or each with its unit's "
                "sign; or all positive, or all free."
            )
        },
    )


def weights_field(what: str) -> Any:
    """What is asked of one matrix."""
    return field(default=Weights(), metadata={"help": what})

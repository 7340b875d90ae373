"""The weights of `rnnlab.networks.wired.Wired` cells: what is asked of them, where they start, how they keep to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rnnlab.networks.arrays import Array, between
from rnnlab.networks.cell import NEAR, Parameters
from rnnlab.networks.constraints import Rules
from rnnlab.networks.initialisers import (
    AnyInitialiser,
    Gaussian,
    Glorot,
    Place,
    Zero,
    drawn,
    drawn_vector,
    is_random,
)
from rnnlab.networks.scaling import balanced, factor_for_radius, scale_to_radius, spectral_radius
from rnnlab.networks.weights import Weights

if TYPE_CHECKING:
    from rnnlab.networks.leaky_fields import LeakyFields
    from rnnlab.networks.wired import Wired

# ------------------------------------------------------------------------------------------------- what is asked


def input_rules(config: Wired, n_inputs: int) -> Rules:
    """Of what units hear from outside, W_in (unit, input), say."""
    given, n = config.input_sign, config.n_units
    signs = None
    if isinstance(given, tuple):
        if len(given) != n_inputs:
            problem = f"a list of {len(given)} for {n_inputs} inputs"
            raise config.refuse("input_sign", problem, remedy="give one sign for each input")
        signs = np.array(given)
    elif given == "positive" or (given == "dale" and config.unit_signs.any()):
        signs = np.ones(n_inputs)
    area = None if config.areas is None else np.repeat(config.areas.receiving()[:, None], n_inputs, axis=1)
    return _rules(config, config.weights_in, "weights_in", (n, n_inputs), signs, area)


def recurrent_rules(config: Wired) -> Rules:
    """Of W_rec, (to, from)."""
    n, mask = config.n_units, None
    if config.areas is not None:
        mask = config.areas.recurrent(config.unit_signs)
    if not config.autapses:
        mask = ~np.eye(n, dtype=bool) if mask is None else mask & ~np.eye(n, dtype=bool)
    signs = config.unit_signs if config.unit_signs.any() else None
    return _rules(config, config.weights_rec, "weights_rec", (n, n), signs, mask)


def output_rules(config: Wired, n_outputs: int) -> Rules:
    """Of W_out, (output, unit)."""
    units, asked, n = config.unit_signs, config.output_sign, config.n_units
    signs: np.ndarray | None = None
    read = np.ones(n, dtype=bool) if config.areas is None else config.areas.read_out()
    if asked == "positive":
        signs = np.ones(n)
    elif units.any() and asked == "signed":
        signs = units
    elif units.any() and asked == "excitatory":
        signs, read = abs(units), read & (units >= 0)
    mask = None if read.all() else np.repeat(read[None], n_outputs, axis=0)
    return _rules(config, config.weights_out, "weights_out", (n_outputs, n), signs, mask)


def _rules(
    config: Wired,
    weights: Weights,
    name: str,
    shape: tuple[int, int],
    signs: np.ndarray | None,
    mask: np.ndarray | None,
) -> Rules:
    where = f"{type(config).__name__}.{name}"
    asked, frozen, fixed = weights.patterns(shape, where)
    if asked is not None:
        mask = asked if mask is None else mask & asked
    if fixed is not None and signs is not None and (wrong := int((frozen & (fixed * signs < 0)).sum())):
        problem = f"{wrong} weights have not the sign of their sender"
        raise config.refuse(f"{name}.fixed", problem, remedy="give signed weights that fit")
    if fixed is not None and mask is not None and (lost := int((frozen & ~mask & (fixed != 0)).sum())):
        problem = f"{lost} of its weights stand where there is no connection"
        raise config.refuse(f"{name}.fixed", problem, remedy="give 0 there, or a connection")
    return Rules(config.dale, signs, mask, frozen, fixed)


def rules_of(config: Wired, n_inputs: int, n_outputs: int) -> dict[str, Rules]:
    """Of each matrix, by name. Every update asks for them, so a description remembers its own."""
    known: dict[tuple[int, int], dict[str, Rules]] = config.__dict__.setdefault("_rules", {})
    if (n_inputs, n_outputs) not in known:
        heard, n_senders = config.heard(n_inputs)
        known[n_inputs, n_outputs] = {
            heard: input_rules(config, n_senders),
            "W_rec": recurrent_rules(config),
            "W_out": output_rules(config, n_outputs),
            **config.own_rules(),
        }
    return known[n_inputs, n_outputs]


# -------------------------------------------------------------------------------------------------- keeping to it


def effective(config: Wired, raw: Parameters) -> dict[str, Array]:
    """See `rnnlab.networks.cell.Cell.effective`."""
    p = dict(raw)
    for name, rules in rules_of(config, raw["W_in"].shape[1], raw["W_out"].shape[0]).items():
        p[name] = rules.effective(p[name])
    if config.bias_range is not None:
        p["b_rec"] = between(p["b_rec"], *config.bias_range)
    return p


def projected(config: Wired, raw: Parameters) -> dict[str, Array]:
    """See `rnnlab.networks.cell.Cell.project`."""
    p = dict(raw)
    for name, rules in rules_of(config, raw["W_in"].shape[1], raw["W_out"].shape[0]).items():
        p[name] = rules.project(p[name])
    if config.bias_range is not None:
        p["b_rec"] = between(p["b_rec"], *config.bias_range)
    return p


# ------------------------------------------------------------------------------------------------- where they start


def initial(config: LeakyFields, n_inputs: int, n_outputs: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Raw parameters of a leaky network to start from."""
    n = config.n_units
    raw = begun(config, n_inputs, n_outputs, rng) | {
        "b_rec": drawn_vector(config.bias_rec or Zero(), rng, n, "LeakyRNN.bias_rec"),
        "b_out": drawn_vector(config.bias_out or Zero(), rng, n_outputs, "LeakyRNN.bias_out"),
        "x0": config.drawn_start(rng, n, NEAR),
    }
    return projected(config, raw)


def begun(config: Wired, n_inputs: int, n_outputs: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """The raw matrices that every such cell has, to start from: what it hears from outside, W_rec and W_out."""
    rules, n, (heard, n_senders) = rules_of(config, n_inputs, n_outputs), config.n_units, config.heard(n_inputs)
    W_in = _begun(config, "weights_in", Glorot(), rules[heard], (n, n_senders), np.zeros(n_senders), rng)
    W_rec = _begun(config, "weights_rec", Gaussian(), rules["W_rec"], (n, n), config.unit_signs, rng)
    W_out = _begun(config, "weights_out", Glorot(), rules["W_out"], (n_outputs, n), np.zeros(n), rng)
    if is_random(config.weights_rec.initial or Gaussian()) and config.spectral_radius is not None:
        W_rec = _at_radius(config, W_rec, rules["W_rec"], config.spectral_radius)
    return {name: rules[name].project(W) for name, W in ((heard, W_in), ("W_rec", W_rec), ("W_out", W_out))}


def signed(W: np.ndarray, rules: Rules) -> np.ndarray:
    """Random raw weights with every sign as the law needs it."""
    if rules.signs is None or rules.law == "abs":
        return W
    return np.where(rules.signs == 0, W, abs(W) * np.where(rules.signs < 0, -1.0, 1.0))


def _begun(
    config: Wired,
    name: str,
    usual: AnyInitialiser,
    rules: Rules,
    shape: tuple[int, int],
    to_balance: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """One matrix: drawn, balanced where random, with frozen values in place and every sign as the law needs it."""
    weights: Weights = getattr(config, name)
    kind, signs = weights.initial or usual, np.zeros(shape[1]) if rules.signs is None else rules.signs
    asked = weights.patterns(shape, f"{type(config).__name__}.{name}")[0]
    W = drawn(kind, rng, Place(_whole(asked, shape), signs, f"{type(config).__name__}.{name}.initial"))
    W = balanced(W, to_balance) if is_random(kind) else W
    W = rules.filled(W)
    if is_random(kind):
        return signed(W, rules)
    if wrong := int((_whole(rules.mask, shape) & (W * signs < 0)).sum()):
        problem = f"{wrong} weights have not the sign of their sender"
        raise config.refuse(f"{name}.initial", problem, remedy="give weights that keep Dale's law, or free the signs")
    return W


def _whole(mask: np.ndarray | None, shape: tuple[int, int]) -> np.ndarray:
    return np.ones(shape, dtype=bool) if mask is None else mask


def _at_radius(config: Wired, W: np.ndarray, rules: Rules, radius: float) -> np.ndarray:
    """Raw recurrent weights scaled to the radius; fixed ones stay as they are."""
    if rules.fixed is None:
        return scale_to_radius(W, rules.effective(W), radius)
    factor = factor_for_radius(lambda factor: spectral_radius(rules.effective(factor * W)), radius)
    if factor is None:
        problem = f"no scale of the learning weights gives {radius:g} beside the fixed ones"
        raise config.refuse("spectral_radius", problem, remedy="give another, or nothing to leave them as drawn")
    return np.asarray(rules.filled(factor * W))

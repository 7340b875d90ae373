"""Paths along which a network or its input changes: from one input to another, with a weight, along a training."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnlab.analysis._result import FloatArray, frozen
from rnnlab.networks import Cell, Network, as_network
from rnnlab.runs import Run
from rnnlab.spec import SpecError, shown
from rnnlab.tasks import Batch


@dataclass(frozen=True, eq=False)
class Path:
    """A network and a constant input that depend on one number.

    Attributes:
        name: what the number is, for an axis.
        values: (step,) where to stop on the way, in order.
        at: the network and the input at a value.
        continuous: whether there is a network between two values, too.
    """

    name: str
    values: FloatArray
    at: Callable[[float], tuple[Network, FloatArray]]
    continuous: bool = True

    def __post_init__(self) -> None:
        values = np.asarray(self.values, float)
        if values.ndim != 1 or len(values) < 2 or not np.isfinite(values).all():
            raise ValueError(f"values: shape {values.shape}; give at least two finite numbers, in order")
        if not ((np.diff(values) > 0).all() or (np.diff(values) < 0).all()):
            raise ValueError("values: they turn back; give them in rising or in falling order")
        object.__setattr__(self, "values", frozen(values))


def between_inputs(source: Any, first: ArrayLike, last: ArrayLike, n_steps: int = 21) -> Path:
    """From one constant input to another, in a straight line: the share of the second, from 0 to 1.

    Two conditions of a task, or two of its epochs, have such inputs: see `typical_input`.
    """
    network = as_network(source)
    ends = [np.asarray(end, float) for end in (first, last)]
    for name, end in zip(("first", "last"), ends, strict=True):
        if end.shape != (network.n_inputs,):
            raise ValueError(f"{name}: shape {end.shape}; give one constant per input channel: ({network.n_inputs},)")
    return Path(
        "share of the second input", np.linspace(0, 1, n_steps), lambda s: (network, (1 - s) * ends[0] + s * ends[1])
    )


def scaled(source: Any, name: str, factors: ArrayLike, inputs: ArrayLike | None = None, where: Any = None) -> Path:
    """One of the network's arrays times each of some factors.

    Args:
        source: a Network, or anything that has one.
        name: of the array, such as ``"W_rec"``.
        factors: in rising or falling order.
        inputs: (n_inputs,) the constant input; zeros by default.
        where: an index into the array; only these entries are scaled.

    Raises:
        ValueError: there is no such array or no such entry, or a factor breaks what the description asks of the array:
            signs, fixed weights, a range.
    """
    network = as_network(source)
    if name not in network.parameters:
        raise ValueError(f"name: {name!r}; choose one of {', '.join(network.parameters)}")
    held = np.zeros(network.n_inputs) if inputs is None else np.asarray(inputs, float)
    chosen = _entries(name, network.parameters[name], where)

    def at(factor: float) -> tuple[Network, FloatArray]:
        array = network.parameters[name].copy()
        array[chosen] *= factor
        arrays = {**network.parameters, name: array}
        _check_factor(network.config, name, factor, arrays)
        return Network(network.config, arrays, network.name), held

    path = Path(f"factor of {name}", np.asarray(factors, float), at)
    for end in (path.values[0], path.values[-1]):  # what both ends keep to, all between them do
        at(float(end))
    return path


def _entries(name: str, array: FloatArray, where: Any) -> Any:
    """The index, if there are such entries; all for None."""
    try:
        array[... if where is None else where]
    except IndexError:
        ranges = ", ".join(f"0 to {n - 1}" for n in array.shape)
        problem = f"{shown(where)} is no place in {name}, which has shape {array.shape}"
        raise SpecError("where", problem, remedy=f"give an index within ({ranges})") from None
    return ... if where is None else where


def _check_factor(config: Cell, name: str, factor: float, arrays: Mapping[str, FloatArray]) -> None:
    """Raise `SpecError` where the description would not have such an array."""
    wrong = np.asarray(config.effective(arrays)[name] != arrays[name])
    if not wrong.any():
        return
    rules = config.rules(arrays["W_in"].shape[1], len(arrays["W_out"])).get(name)
    if rules is not None and rules.frozen is not None and (rules.frozen & wrong).any():
        law, remedy = "is fixed in the description", "leave fixed entries out with `where`"
    elif rules is not None and rules.signs is not None:
        law, remedy = "has its sign by the description (dale, input_sign, output_sign)", "give factors from 0 on"
    else:
        law, remedy = "has a range in the description", "give factors that keep it inside"
    problem = f"times {factor:g}, {wrong.sum()} of the {wrong.size} entries of {name} break a law: each {law}"
    raise SpecError("factors", problem, remedy=remedy)


def through_training(run: Run, inputs: ArrayLike | None = None, updates: Sequence[int] | None = None) -> Path:
    """The states of a run that were kept while it was trained, and its last one.

    Args:
        run: read from a folder, `rnnlab.load`.
        inputs: (n_inputs,) the constant input; zeros by default.
        updates: which of `Run.states`; all by default.

    Raises:
        ValueError: less than two states were kept, or chosen.
    """
    chosen = sorted({*run.states, run.update}) if updates is None else [int(update) for update in updates]
    if len(chosen) < 2:
        after = "".join(f", after {update} updates" for update in chosen)
        raise ValueError(f"updates: one state{after}; a path needs two: train with a smaller save_every")
    held = np.zeros(run.network.n_inputs) if inputs is None else np.asarray(inputs, float)
    networks = {float(update): run.network if update == run.update else run.at(update).network for update in chosen}
    return Path("update", np.array(chosen, float), lambda update: (networks[update], held), continuous=False)


def typical_input(batch: Batch, epoch: str = "", trials: ArrayLike | None = None) -> NDArray[np.float64]:
    """(n_inputs,) the median input over an epoch of some trials.

    A median, so that what is zero most of the time (the pulses of a flip-flop) counts as zero. Draw the trials without
    noise, ``task.sample(..., noise=False)``, or with enough of them.

    Args:
        batch: the trials.
        epoch: its name; the whole trial by default.
        trials: which, as indices or booleans, such as ``batch.factors["direction"] == 1``; all by default.

    Raises:
        ValueError: there is no such epoch, or none of these trials has a step in it.
    """
    if epoch and epoch not in batch.epochs:
        raise ValueError(f"epoch: no epoch {epoch!r}; give one of {', '.join(batch.epochs)}")
    batch = batch if trials is None else batch[np.asarray(trials)]
    steps = np.arange(batch.n_steps) < batch.lengths[:, None]
    if epoch:
        steps &= batch.window(epoch)
    if not steps.any():
        raise ValueError(f"epoch: no trial has a step in {epoch or 'it'!r}; choose another")
    middle: NDArray[np.float64] = np.median(batch.inputs[steps].astype(np.float64), axis=0)
    return middle

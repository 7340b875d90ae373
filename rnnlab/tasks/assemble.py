"""A `Batch` out of arrays that somebody's code made, checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rnnlab.spec import did_you_mean
from rnnlab.tasks.batch import Batch
from rnnlab.tasks.draws import Floats

if TYPE_CHECKING:
    from rnnlab.tasks.scene import Traces
    from rnnlab.tasks.source import TaskSource

PARTS = ("inputs", "targets", "mask", "factors", "epochs", "lengths")


def assemble(task: TaskSource, given: Mapping[str, Any], n_trials: int, dt: float, *, unjudged: bool = False) -> Batch:
    """Trials from arrays by name.

    Args:
        task: what they are trials of.
        given: ``inputs`` (trial, time, input) and ``targets`` (trial, time, output). Optional: ``mask``, (trial, time)
            or as the targets, by default 1 everywhere; ``lengths``, steps of each trial, (trial,), what comes after is
            set to zero; ``factors``, name -> (trial,); ``epochs``, name -> (start, stop) in steps, for all trials or
            as (trial, 2).
        n_trials: how many trials there have to be.
        dt: length of a time step, ms.
        unjudged: whether some (not all) trials may have an empty mask.

    Raises:
        ValueError: what is given makes no trials; the message names the array and what was expected.
    """
    if not isinstance(given, Mapping):
        raise _wrong(task, "result", f"is {type(given).__name__}", "return a dict with 'inputs' and 'targets'")
    for name in given:
        if name not in PARTS:
            raise _wrong(task, repr(name), "is no part of a batch", did_you_mean(name, PARTS))
    inputs = _traces(task, given, "inputs", (n_trials, None, task.n_inputs))
    n_steps = inputs.shape[1]
    targets = _traces(task, given, "targets", (n_trials, n_steps, task.n_outputs))
    mask = _mask(task, given, targets.shape)
    lengths = _lengths(task, given, n_trials, n_steps)
    padding = np.arange(n_steps)[None, :] >= lengths[:, None]
    for traces in (inputs, targets, mask):
        traces[padding] = 0
    judged = (mask > 0).any(axis=(1, 2))
    if not (judged.any() if unjudged else judged.all()):
        trial = int(np.argmin(judged))
        raise _wrong(task, "mask", f"judges no step of trial {trial}", "let every trial have a judged step")
    factors = {str(name): _factor(task, name, values, n_trials) for name, values in given.get("factors", {}).items()}
    epochs = {str(name): _edges(task, name, e, n_trials, n_steps) for name, e in given.get("epochs", {}).items()}
    return Batch(inputs, targets, mask, factors, epochs, lengths, dt, task)


def _wrong(task: TaskSource, part: str, problem: str, remedy: str) -> ValueError:
    return ValueError(f"task {task.name!r}: {part} {problem}; {remedy}")


def _traces(task: TaskSource, given: Mapping[str, Any], part: str, shape: tuple[int | None, ...]) -> Traces:
    """A float32 array of the caller's own, never the given one."""
    wanted = "give (trial, time, channel) = (" + ", ".join("any" if n is None else str(n) for n in shape) + ")"
    if part not in given:
        raise _wrong(task, part, "are missing", wanted)
    array = _numbers(task, part, given[part])
    if array.ndim != 3 or any(n is not None and n != m for n, m in zip(shape, array.shape, strict=True)):
        raise _wrong(task, part, f"have shape {array.shape}", wanted)
    if not array.shape[1]:
        raise _wrong(task, part, "have no time steps", "give trials that last at least one step")
    return array


def _numbers(task: TaskSource, part: str, values: Any) -> Traces:
    try:
        with np.errstate(over="ignore"):
            array = np.array(values, dtype=np.float32, order="C")
    except (TypeError, ValueError):
        raise _wrong(task, part, "is not an array of numbers", "give one array, the same length for all") from None
    if not np.isfinite(array).all():
        raise _wrong(task, part, "has values that are not finite numbers", "look for a division by zero")
    return array


def _mask(task: TaskSource, given: Mapping[str, Any], shape: tuple[int, ...]) -> Traces:
    mask = _numbers(task, "mask", given.get("mask", 1))
    if mask.shape == shape[:2]:
        mask = mask[:, :, None]
    if mask.shape not in ((), shape, (*shape[:2], 1)):
        raise _wrong(task, "mask", f"has shape {mask.shape}", f"give {shape[:2]} or {shape}")
    if (mask < 0).any():
        raise _wrong(task, "mask", "has negative weights", "give 0 where a step is not judged")
    return np.ascontiguousarray(np.broadcast_to(mask, shape)).copy()


def _lengths(task: TaskSource, given: Mapping[str, Any], n_trials: int, n_steps: int) -> NDArray[np.int64]:
    lengths = np.array(given.get("lengths", np.full(n_trials, n_steps)))
    fits = lengths.shape == (n_trials,) and lengths.dtype.kind in "iu"
    if not fits or lengths.min() < 1 or lengths.max() > n_steps:
        wanted = f"give one whole number from 1 to {n_steps} for each of {n_trials} trials"
        raise _wrong(task, "lengths", "are no lengths in steps", wanted)
    return lengths.astype(np.int64)


def _factor(task: TaskSource, name: str, values: Any, n_trials: int) -> Floats:
    try:
        factor = np.array(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise _wrong(task, f"factor {name!r}", "is not numbers", "give one number for each trial") from None
    if factor.shape != (n_trials,):
        raise _wrong(task, f"factor {name!r}", f"has shape {factor.shape}", f"give ({n_trials},)")
    return factor


def _edges(task: TaskSource, name: str, values: Any, n_trials: int, n_steps: int) -> NDArray[np.int64]:
    edges = np.array(values)
    if edges.dtype.kind not in "iu" or edges.shape not in ((2,), (n_trials, 2)):
        wanted = f"give (start, stop) in whole steps, once or as ({n_trials}, 2)"
        raise _wrong(task, f"epoch {name!r}", "has no edges in steps", wanted)
    edges = np.broadcast_to(edges, (n_trials, 2)).astype(np.int64)
    if (edges[:, 0] < 0).any() or (edges[:, 0] > edges[:, 1]).any() or (edges[:, 1] > n_steps).any():
        raise _wrong(task, f"epoch {name!r}", "leaves the trial", f"give 0 <= start <= stop <= {n_steps}")
    return edges

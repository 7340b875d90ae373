"""Batches: trials as arrays."""

from __future__ import annotations

import dataclasses
import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rnnlab.tasks.draws import Floats
from rnnlab.tasks.scene import Traces, Window, between

if TYPE_CHECKING:
    from rnnlab.tasks.source import TaskSource


@dataclass(frozen=True, repr=False, eq=False)
class Batch:
    """Trials of one task. ``batch[selection]`` holds some of them.

    Attributes:
        inputs: (trial, time, input channel), float32.
        targets: (trial, time, output channel), float32.
        mask: how much each step of each output counts in the loss, 0 where it is not judged; as `targets`.
        factors: name -> value in each trial, (trial,).
        epochs: name -> first step and the step after the last, (trial, 2).
        lengths: steps of each trial, (trial,); what comes after is padding, all zero.
        dt: length of a time step, ms.
        task: what the trials are of.
    """

    inputs: Traces
    targets: Traces
    mask: Traces
    factors: dict[str, Floats]
    epochs: dict[str, NDArray[np.int64]]
    lengths: NDArray[np.int64]
    dt: float
    task: TaskSource

    @property
    def n_trials(self) -> int:
        return self.inputs.shape[0]

    @property
    def n_steps(self) -> int:
        return self.inputs.shape[1]

    @property
    def time(self) -> Floats:
        """Start of each step in ms, (time,)."""
        return np.arange(self.n_steps, dtype=np.float64) * self.dt

    def window(self, epoch: str) -> Window:
        """True in the steps of one epoch, (trial, time)."""
        return between(np.arange(self.n_steps)[None, :], *self.epochs[epoch].T)

    def __len__(self) -> int:
        return self.n_trials

    def __getitem__(self, selection: Any) -> Batch:
        """The selected trials: an index (a batch of that one trial), a slice, indices or a boolean array."""
        rows = np.arange(self.n_trials)[selection]
        rows = np.atleast_1d(rows)
        return dataclasses.replace(
            self,
            inputs=self.inputs[rows],
            targets=self.targets[rows],
            mask=self.mask[rows],
            factors={name: values[rows] for name, values in self.factors.items()},
            epochs={name: edges[rows] for name, edges in self.epochs.items()},
            lengths=self.lengths[rows],
        )

    def _facts(self) -> dict[str, str]:
        ms = self.n_steps * self.dt
        return {
            "task": self.task.name,
            "trials": str(self.n_trials),
            "steps": f"{self.n_steps} of {self.dt:g} ms ({ms:g} ms)",
            "inputs": f"{self.inputs.shape} {', '.join(self.task.input_names)}",
            "targets": f"{self.targets.shape} {', '.join(self.task.output_names)}",
            "factors": ", ".join(self.factors),
            "epochs": ", ".join(self.epochs),
        }

    def __repr__(self) -> str:
        return "Batch(" + "; ".join(f"{name}: {text}" for name, text in self._facts().items() if text) + ")"

    def _repr_html_(self) -> str:
        return facts_table("Batch", self._facts())


def facts_table(title: str, facts: dict[str, str]) -> str:
    """A small table for notebooks; all text is escaped."""
    left = "style='text-align:left'"
    rows = "".join(
        f"<tr><th {left}>{html.escape(name)}</th><td {left}>{html.escape(text)}</td></tr>"
        for name, text in facts.items()
        if text
    )
    return f"<table><caption>{html.escape(title)}</caption>{rows}</table>"

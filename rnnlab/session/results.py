"""What the views ask of the network as it is now: computed when asked, kept until network or trials change."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis import (
    Condition,
    FixedPoints,
    PrincipalComponents,
    Psychometric,
    Spectrum,
    design,
    fixed_points,
    principal_components,
    psychometric,
    released,
    spectrum,
    typical_input,
)
from rnnlab.networks import Cell, Network
from rnnlab.session.background import Background
from rnnlab.session.examples import Trials
from rnnlab.simulation import Trajectory, simulate
from rnnlab.tasks import Batch, Task
from rnnlab.tasks.exemplars import Exemplars

T = TypeVar("T")


class Sample(Protocol):
    """Trials of the task as edited, with held random numbers."""

    def __call__(self, n_trials: int, dt: float, noise: bool = True) -> Batch:
        """See `rnnlab.tasks.Task.sample`."""
        ...


Each = Callable[[], Exemplars | None]
"""The conditions of the task as edited; None where it has not several."""

Plan = tuple[Hashable, Callable[[], Any]]
"""What decides a slow result, and how to compute it."""

SLOW = ("points", "psychometric", "design")
"""Results that are computed in a thread."""

N_SCORED = 512
"""Trials behind a psychometric curve."""

NOISE_SEED = 0
"""Of the network's noise in those trials."""

N_STATES = 2000
"""States from which principal components are computed; more move the axes by less than a pixel."""

RELEASED_MS = 2000.0
"""How long activity is followed that a person releases in state space."""

N_STARTS = 128
"""Starts of a search that follows the network; the points found before are tried first."""


class Results:
    """Derived results of one network on one task.

    The quick ones are attributes; each is None where it cannot be had, and `why` says why. The slow ones
    (``points``, ``psychometric``, ``design``) are asked for with `ask`, computed in a thread, and handed over by
    `take`.
    """

    def __init__(self) -> None:
        self.mismatch = ""
        self._network: Network | None = None
        self._example: Batch | None = None
        self._sample: Sample | None = None
        self._cell: Cell | None = None
        self._each: Each = lambda: None
        self._written: Task | None = None
        self._epoch = ""
        self._condition: Condition | None = None
        self._factor = ""
        self._kept: dict[str, Any] = {}
        self._notes: dict[str, str] = {}
        self._asked: dict[str, Hashable] = {}
        self._known: FixedPoints | None = None
        self._background = Background()

    def show(
        self,
        network: Network,
        example: Batch,
        sample: Sample,
        cell: Cell | None = None,
        each: Each = lambda: None,
        written: Task | None = None,
    ) -> None:
        """Answer for this network on these trials from here on.

        Args:
            network: as it is now.
            example: the trials shown.
            sample: draws more of them.
            cell: the network that is wanted next.
            each: gives the conditions that these trials are of.
            written: the task of these trials as it is written down, where that has fewer channels than they have.
        """
        self._cell, self._each, self._written = cell, each, written
        if network is self._network and example is self._example:
            return
        lasting = ("spectra",) if network is self._network else ()
        self._kept = {name: self._kept[name] for name in lasting if name in self._kept}
        self._notes = {name: text for name, text in self._notes.items() if name in SLOW}
        self._network, self._example, self._sample = network, example, sample
        self.mismatch = _mismatch(network, example)

    def why(self, name: str) -> str:
        """Why a result is None, or ""."""
        return (self.mismatch if name != "design" else "") or self._notes.get(name, "")

    def _keep(self, name: str, compute: Callable[[], T], needs_task: bool = True) -> T | None:
        """A result, computed at most once for the network and trials shown."""
        if self._network is None or (needs_task and self.mismatch):
            return None
        if name not in self._kept:
            try:
                self._kept[name] = compute()
            except (ValueError, ArithmeticError, np.linalg.LinAlgError) as error:
                self._kept[name], self._notes[name] = None, str(error)
        return self._kept[name]

    # ----------------------------------------------------------------------------------------------- at once

    @property
    def probe(self) -> Batch | None:
        """The example trials at the network's own time step: what it is run on."""
        return self._keep("probe", self._make_probe)

    def _make_probe(self) -> Batch:
        assert self._network is not None and self._example is not None and self._sample is not None
        if self._example.dt == self._network.dt:
            return self._example
        return self._sample(self._example.n_trials, self._network.dt)

    @property
    def clean(self) -> Batch | None:
        """The example trials without the noise on their inputs."""
        return self._keep("clean", self._make_clean, needs_task=False)

    def _make_clean(self) -> Batch:
        assert self._example is not None and self._sample is not None
        return self._sample(self._example.n_trials, self._example.dt, noise=False)

    @property
    def trajectory(self) -> Trajectory | None:
        """The network on the example trials, without noise of its own."""
        return self._keep("trajectory", lambda: simulate(self._network, self._needed(self.probe, "probe")))

    @property
    def exemplars(self) -> Exemplars | None:
        """The conditions of the task as edited, where it has several."""
        return self._keep("exemplars", self._each, needs_task=False)

    def choice(self, trials: Trials) -> Batch:
        """Some of the example trials, or a trial of each of some conditions."""
        assert self._example is not None
        return self._chosen(trials, self._example)

    def _chosen(self, trials: Trials, pool: Batch) -> Batch:
        each = self.exemplars if trials.of_conditions else None
        if each is None:
            return pool[trials.numbers]
        return each.sample(trials.first, trials.n, pool.dt)

    def glimpse(self, trials: Trials) -> Trajectory | None:
        """The network on the trials of `choice`: all that has to be there while a slider moves."""
        whole = self._kept.get("trajectory")
        if whole is not None and not trials.of_conditions:
            return self._keep(f"part {trials}", lambda: whole[trials.numbers])
        return self._keep(f"glimpse {trials}", lambda: self._glimpse(trials))

    def _glimpse(self, trials: Trials) -> Trajectory:
        return simulate(self._network, self._chosen(trials, self._needed(self.probe, "probe")))

    @property
    def components(self) -> PrincipalComponents | None:
        """Principal components of the states visited on the example trials."""
        return self._keep("components", self._find_components)

    def _find_components(self) -> PrincipalComponents:
        trajectory = self._needed(self.trajectory, "trajectory").lasting()
        inside = np.arange(trajectory.batch.n_steps) < trajectory.batch.lengths[:, None]
        states = trajectory.states[inside]
        return principal_components(states[:: -(-len(states) // N_STATES)])

    @property
    def spectra(self) -> dict[str, Spectrum] | None:
        """The eigenvalues of each recurrent matrix, by name: one, or one per gate."""
        return self._keep("spectra", self._find_spectra, needs_task=False)

    def _find_spectra(self) -> dict[str, Spectrum]:
        assert self._network is not None
        matrices = self._network.config.recurrent_matrices(self._network.parameters)
        return {name: spectrum(self._network, name) for name in matrices}

    def _needed(self, value: T | None, name: str) -> T:
        if value is None:
            raise ValueError(self.why(name))
        return value

    @property
    def constant_input(self) -> NDArray[np.float64] | None:
        """The constant input under which fixed points are sought: the median over the epoch and condition chosen,
        without noise.

        A median, so that what is zero most of the time (the pulses of a flip-flop) counts as zero.
        """
        return self._keep("constant_input", self._find_constant_input)

    def _find_constant_input(self) -> NDArray[np.float64]:
        assert self._network is not None and self._example is not None and self._sample is not None
        batch = self._sample(self._example.n_trials, self._network.dt, noise=False)
        of = None if self._condition is None else self._condition.trials(batch)
        of = of if of is not None and of.any() else None
        return typical_input(batch, self._epoch if self._epoch in batch.epochs else "", of)

    def choose_epoch(self, name: str) -> None:
        """The epoch whose input is held for the fixed points; "" is the whole trial."""
        self._epoch = name
        self._kept.pop("constant_input", None)
        self._notes.pop("constant_input", None)

    def choose_condition(self, condition: Condition | None) -> None:
        """The condition whose trials' input is held for the fixed points; None takes all trials."""
        if condition != self._condition:
            self._condition = condition
            self._kept.pop("constant_input", None)
            self._notes.pop("constant_input", None)

    def released(
        self, starts: tuple[tuple[float, ...], ...], inputs: NDArray[np.float64] | None = None
    ) -> Trajectory | None:
        """Activity released from states of the network, under these inputs; the constant input if not given."""
        constant = self.constant_input if inputs is None else inputs
        if constant is None or not starts or self._network is None or len(starts[0]) != self._network.n_states:
            return None
        key = f"released {hash((starts, constant.tobytes()))}"
        return self._keep(key, lambda: released(self._network, starts, constant, RELEASED_MS))

    # --------------------------------------------------------------------------------------------- in a while

    def ask(self, name: str) -> None:
        """Have one of `SLOW` computed, where it is not known for what is shown now."""
        plans = {"points": self._plan_points, "psychometric": self._plan_psychometric, "design": self._plan_design}
        plan = plans[name]()
        if plan is not None and self._asked.get(name) != plan[0]:
            self._asked[name] = plan[0]
            self._background.ask(name, *plan)

    def _plan_points(self) -> Plan | None:
        network, constant, trajectory = self._network, self.constant_input, self.trajectory
        if network is None or constant is None or trajectory is None:
            return None
        known, states = self._known, trajectory.states
        guesses = known.states if known is not None and known.states.shape[1] == network.n_states else None
        return (network, constant.tobytes()), lambda: fixed_points(
            network, constant, starts=states, guesses=guesses, n_starts=N_STARTS
        )

    def _plan_psychometric(self) -> Plan | None:
        network, example, sample = self._network, self._example, self._sample
        if self.mismatch or network is None or example is None or sample is None:
            return None
        factor = self._factor if self._factor in example.factors else None
        return (network, example.task, factor), lambda: _psychometric(network, sample(N_SCORED, network.dt), factor)

    def choose_factor(self, name: str) -> None:
        """The factor that psychometric curves are drawn against; "" leaves it to the task."""
        self._factor = name

    def _plan_design(self) -> Plan | None:
        """Of the task as edited, for the network that would be trained on it."""
        example, network = self._example, self._cell or (self._network.config if self._network else None)
        task = self._written or (example.task if example is not None else None)
        if example is None or not isinstance(task, Task):
            return None
        dt = example.dt
        return (task, dt, network), lambda: design(task, dt, network)

    def take(self) -> dict[str, Any]:
        """The slow results that came since the last call, by name."""
        answers = self._background.take()
        for answer in answers:
            self._notes[answer.name] = "" if answer.error is None else str(answer.error)
            if answer.name == "points" and answer.value is not None:
                self._known = answer.value
        return {answer.name: answer.value for answer in answers}

    @property
    def computing(self) -> frozenset[str]:
        """Names of the slow results that are on their way."""
        return self._background.busy

    def close(self) -> None:
        """Ask nothing more."""
        self._background.close()


def _psychometric(network: Network, batch: Batch, factor: str | None) -> Psychometric:
    """With the network's own noise, which is part of how it behaves."""
    return psychometric(batch.task.score(simulate(network, batch, seed=NOISE_SEED).outputs, batch), batch, factor)


def _mismatch(network: Network, example: Batch) -> str:
    """Why a network cannot be run on these trials, or ""."""
    has, wanted = (network.n_inputs, network.n_outputs), (example.task.n_inputs, example.task.n_outputs)
    if has == wanted:
        return ""
    return (
        f"The network has {has[0]} inputs and {has[1]} outputs, this task has {wanted[0]} and {wanted[1]}: "
        "train one for it to see more."
    )

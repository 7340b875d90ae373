"""`from_neurogym`: a NeuroGym environment as a task to be learned from its ground truth (Molano-Mazón et al., 2022)."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnlab.tasks.adapters.legacy_random import seeded
from rnnlab.tasks.adapters.psychrnn import numbers
from rnnlab.tasks.adapters.spaces import actions_of, channel_names
from rnnlab.tasks.batch import Batch
from rnnlab.tasks.code import CodeTask
from rnnlab.tasks.scoring import Score

PROBES = 5
"""Trials drawn when an environment is converted, to find whether it can be and what epochs it has."""


def from_neurogym(env_id: str, **kwargs: Any) -> NeuroGymTask:
    """A registered NeuroGym environment as a task source; needs ``pip install "rnnlab[neurogym]"``.

    Observations are the inputs and the ground truth is the target: one output for each action, 1 for the right one and
    else 0, or the numbers themselves where actions are continuous. Every step is judged, fixation included. The periods
    of a trial are its epochs, and numbers among what NeuroGym knows of a trial its factors, with ``decision``, the
    right action at the decision.

    The decision is the last step at which the ground truth is an action other than fixation, or the last of a trial
    that has none. A trial is right if the largest output there is the right action and, where the environment has a
    fixation, the network also keeps it in more than half of the steps in which it should. Continuous actions have to be
    within a tenth of their range at the last step. Chance is what the best constant answer scores.

    Args:
        env_id: such as ``"PerceptualDecisionMaking-v0"``.
        kwargs: arguments of the environment. Its time step is that of `CodeTask.sample`.

    Raises:
        ImportError: NeuroGym is not installed.
        ValueError: there is no such environment, or it cannot be learned from examples; the message says why.
    """
    if "dt" in kwargs:
        raise ValueError("dt: the time step belongs to sample(dt=...) and to the network; leave it out here")
    return NeuroGymTask(env_id, kwargs)


def make(env_id: str, dt: float | None, settings: Mapping[str, Any]) -> Any:
    """A fresh environment, in its own time step where ``dt`` is None."""
    try:
        with _quiet():
            import gymnasium
            import neurogym  # noqa: F401 - registers the environments
    except ImportError as error:
        raise ImportError(f'{error}; NeuroGym is an extra: pip install "rnnlab[neurogym]"') from error
    given = dict(settings) if dt is None else {**settings, "dt": dt}
    try:
        with _quiet():
            return gymnasium.make(env_id, disable_env_checker=True, **given)
    except (gymnasium.error.Error, TypeError) as error:
        raise ValueError(f"env_id: {env_id!r} cannot be made: {error}") from error


class NeuroGymTask(CodeTask):
    """What `from_neurogym` makes.

    Attributes:
        env_id: name of the environment.
        settings: what it is made with.
    """

    def __init__(self, env_id: str, settings: Mapping[str, Any]) -> None:
        self.env_id = env_id
        self.settings = dict(settings)
        env = make(env_id, None, self.settings)
        trials = self._probe(env)
        base = env.unwrapped
        self._actions = actions_of(env_id, base, [trial["gt"] for trial in trials])
        edges = [(name, stop - start) for trial in trials for name, (start, stop) in trial["epochs"].items()]
        # Epochs that the environment itself always gives a step: a time step too coarse for one of them is refused.
        self._lasting = {name for name, _ in edges} - {name for name, n_steps in edges if n_steps == 0}
        self._own_dt = float(base.dt)
        n_inputs = int(np.prod(env.observation_space.shape))
        super().__init__(
            name=env_id,
            inputs=channel_names(env.observation_space, n_inputs, "observation"),
            outputs=channel_names(base.action_space, self._actions.n, "action"),
            epochs=list(dict.fromkeys(name for name, _ in edges)),
            description=" ".join((type(base).__doc__ or "").split("Args:")[0].split()),
        )

    def _probe(self, env: Any) -> list[dict[str, Any]]:
        if not hasattr(env.unwrapped, "new_trial"):
            raise _no_examples(self.env_id, "it has no trials")
        with seeded(np.random.default_rng(0)) as seed:
            _start(env, seed, noise=True)
            return [_trial(env, self.env_id) for _ in range(PROBES)]

    def draw(self, n_trials: int, dt: float, rng: np.random.Generator, *, noise: bool) -> Mapping[str, Any]:
        with seeded(rng) as seed:
            env = make(self.env_id, dt, self.settings)
            _start(env, seed, noise=noise)
            trials = [_trial(env, self.env_id) for _ in range(n_trials)]
        self._check_epochs(trials, dt)
        lengths = np.array([len(trial["gt"]) for trial in trials])
        inputs = np.zeros((n_trials, lengths.max(), self.n_inputs), dtype=np.float32)
        targets = np.zeros((n_trials, lengths.max(), self.n_outputs), dtype=np.float32)
        for i, trial in enumerate(trials):
            inputs[i, : lengths[i]] = trial["ob"].reshape(lengths[i], -1)
            targets[i, : lengths[i]] = self._actions.targets(trial["gt"])
        factors = numbers([trial["facts"] for trial in trials])
        if self._actions.n_choices is not None:
            factors["decision"] = self._actions.decisions(targets, lengths)[1].astype(float)
        return {
            "inputs": inputs,
            "targets": targets,
            "lengths": lengths,
            "epochs": _edges(trials),
            "factors": factors,
        }

    def _check_epochs(self, trials: list[dict[str, Any]], dt: float) -> None:
        for trial in trials:
            for name, (start, stop) in trial["epochs"].items():
                if start == stop and name in self._lasting:
                    remedy = f"give a shorter one; the environment's own is {self._own_dt:g} ms"
                    raise ValueError(f"dt: epoch {name!r} of {self.env_id!r} has no step of {dt:g} ms; {remedy}")

    def judge(self, outputs: NDArray[np.floating], batch: Batch) -> Score:
        return self._actions.judge(outputs, batch)


def _start(env: Any, seed: int, *, noise: bool) -> None:
    """Put an environment at the beginning of what a seed decides."""
    random_state = np.random.RandomState if noise else _Noiseless
    with _quiet():
        top = env.unwrapped._top
        top.seed(seed)
        env.reset(seed=seed)
        top.seed(seed)
        for i, base in enumerate(_bases(env)):
            base.rng = random_state(seed + i & 0xFFFFFFFF)
            _again(base, seed)


def _again(base: Any, seed: int) -> None:
    """Draw anew what an environment draws when it is made, before it can be seeded."""
    if hasattr(base, "new_block"):
        base.new_block()
    if hasattr(base, "_random_seed"):
        base._rng = np.random.default_rng(seed)


def _bases(env: Any) -> list[Any]:
    """The environments that trials come from: one, or those among which a schedule chooses."""
    several = getattr(env.unwrapped._top, "envs", None)
    return [each.unwrapped for each in several] if several else [env.unwrapped]


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what NeuroGym and Gymnasium have to say to each other."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


class _Noiseless(np.random.RandomState):
    """NeuroGym draws noise with `randn` and nothing else: the same trials without it."""

    def randn(self, *shape: int) -> Any:
        return super().randn(*shape) * 0.0


def _trial(env: Any, env_id: str) -> dict[str, Any]:
    """The next trial: observations, ground truth, (start, stop) steps of its periods, and what else is known of it."""
    with _quiet():
        for base in _bases(env):
            for table in (base.start_t, base.end_t, base.start_ind, base.end_ind):
                table.clear()  # a period that this trial lacks would keep the times of an earlier one
            base.gt = base.ob = None
        facts = env.unwrapped._top.new_trial()
        base = env.unwrapped
    if base.ob is None or base.gt is None:
        missing = "ground truth" if base.gt is None else "observations"
        raise _no_examples(env_id, f"its trials have no {missing} before an action is taken")
    n_steps = min(len(base.ob), len(base.gt))
    epochs = {name: (start, min(base.end_ind[name], n_steps)) for name, start in base.start_ind.items()}
    return {"ob": np.array(base.ob[:n_steps]), "gt": np.array(base.gt[:n_steps]), "epochs": epochs, "facts": facts}


def _no_examples(env_id: str, problem: str) -> ValueError:
    return ValueError(f"env_id: {env_id!r} cannot be learned from examples: {problem}; it needs reinforcement learning")


def _edges(trials: list[dict[str, Any]]) -> dict[str, NDArray[np.int64]]:
    names = dict.fromkeys(name for trial in trials for name in trial["epochs"])
    return {name: np.array([trial["epochs"].get(name, (0, 0)) for trial in trials], dtype=np.int64) for name in names}

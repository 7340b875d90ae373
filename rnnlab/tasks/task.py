"""Tasks: what an animal, or a network, is asked to do, as data."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from rnnlab.spec import Spec
from rnnlab.tasks import checks, drawing, timing
from rnnlab.tasks.batch import Batch, facts_table
from rnnlab.tasks.channels import Channel
from rnnlab.tasks.conditions import conditions, in_order
from rnnlab.tasks.dealing import deal
from rnnlab.tasks.draws import Constant, Draw, Floats
from rnnlab.tasks.epochs import Epoch, Remainder
from rnnlab.tasks.factors import Factor
from rnnlab.tasks.history import Previous
from rnnlab.tasks.references import references
from rnnlab.tasks.scene import set_scene
from rnnlab.tasks.scoring import AnyScoring, LargestMean, Score
from rnnlab.tasks.streams import Seed, Streams


@dataclass(frozen=True, repr=False)
class Task(Spec):
    """Factors x epochs x channels, and how the answer is scored.

    In each trial the factors are drawn (or derived), the epochs follow one another, and every channel carries the sum
    of its signals. A task goes to JSON and back, has a digest, and turns into arrays by `sample`.

    Attributes:
        name: a short name.
        epochs: the stretches of a trial in order.
        outputs: what the network should say; their signals are the targets.
        inputs: what the network is shown.
        factors: what differs between trials.
        scoring: which trials count as correct.
        description: what the animal does.
        source: the paper it comes from.
        design: whether conditions (combinations of all factors that are chosen) come at random or, in random order,
            equally often (those with odds as often as these say), to within one trial, as does each value of a factor.
            What a trial has from earlier ones follows from that order, and is as frequent as chance has it.
    """

    not_a_name: ClassVar[str] = "for one of the catalogue give rl.tasks.get(name)"

    name: str = field(metadata={"help": "A short name."})
    epochs: tuple[Epoch, ...] = field(metadata={"help": "The stretches of a trial, in order."})
    outputs: tuple[Channel, ...] = field(metadata={"help": "What the network should say."})
    inputs: tuple[Channel, ...] = field(default=(), metadata={"help": "What the network is shown."})
    factors: tuple[Factor, ...] = field(default=(), metadata={"help": "What differs between trials."})
    scoring: AnyScoring = field(default=LargestMean(), metadata={"help": "Which trials count as correct."})
    description: str = field(default="", metadata={"help": "What the animal does."})
    source: str = field(default="", metadata={"help": "The paper it comes from."})
    design: Literal["random", "balanced"] = field(
        default="random", metadata={"help": "Whether conditions come at random, or equally often in random order."}
    )

    def check(self) -> None:
        checks.check_task(self)

    # ------------------------------------------------------------------------------------------------- trials

    def sample(
        self, n_trials: int, dt: float = 10, seed: Seed = 0, *, noise: bool = True, balanced: bool | None = None
    ) -> Batch:
        """Trials as arrays.

        Args:
            n_trials: how many.
            dt: length of a time step in ms.
            seed: a whole number, several of them, or a NumPy generator. The same task, ``n_trials``, ``dt`` and seed
                give the same batch; a small change of a parameter changes the trials a little.
            noise: with False, the same trials without the noise on their inputs.
            balanced: whether all conditions come equally often; None leaves it to the task's `design`.

        Raises:
            SpecError: something in the task is shorter than ``dt``.
            ValueError: an argument is not usable.
        """
        self._check_arguments(n_trials, dt)
        streams = Streams(seed)
        evenly = self.design == "balanced" if balanced is None else balanced
        dealt = deal(self.factors, int(n_trials), streams["design"]) if evenly else None
        return self.drawn_from(streams, n_trials, dt, noise=noise, dealt=dealt)

    def drawn_from(
        self,
        streams: Streams,
        n_trials: int,
        dt: float = 10,
        *,
        noise: bool = True,
        dealt: Mapping[str, Floats] | None = None,
    ) -> Batch:
        """Trials whose random numbers come from ``streams``; drawn factors that are ``dealt``, (trial,) each, are taken
        as they are. `sample` is this with streams made from a seed."""
        self._check_arguments(n_trials, dt)
        streams.expect(self._labels)
        # What overflows is found, and refused by name, once it is in the arrays.
        with np.errstate(all="ignore"):
            scene = set_scene(self._ordered_factors, self.epochs, int(n_trials), float(dt), streams, dealt)
            inputs = self._sides["inputs"].draw(scene, noise=noise, traced=self._looks_back)
            targets = self._sides["outputs"].draw(scene)
            mask = drawing.weights(scene, self.epochs, self._shares)
        return Batch(inputs, targets, mask, scene.factors, scene.epochs, scene.lengths, scene.dt, self)

    def _check_arguments(self, n_trials: int, dt: float) -> None:
        if not isinstance(n_trials, int | np.integer) or isinstance(n_trials, bool) or n_trials < 1:
            raise ValueError(f"n_trials: {n_trials!r} is no number of trials; give a whole number from 1")
        if not isinstance(dt, int | float | np.number) or not 0 < dt < math.inf:
            raise ValueError(f"dt: {dt!r} is no time step; give a positive number of ms")
        if dt not in self._time_steps:
            timing.check_time_step(self, float(dt))
            self._time_steps.add(float(dt))

    @cached_property
    def _time_steps(self) -> set[float]:
        """Time steps found to be short enough."""
        return set()

    @cached_property
    def _ordered_factors(self) -> tuple[Factor, ...]:
        return in_order(self.factors)

    @cached_property
    def _sides(self) -> dict[str, drawing.Side]:
        return {side: drawing.Side(f"task.{side}", getattr(self, side)) for side in ("inputs", "outputs")}

    @cached_property
    def _looks_back(self) -> bool:
        """Whether an output follows from what an input has shown."""
        return any(list(references(channel, "input")) for channel in self.outputs)

    @cached_property
    def _labels(self) -> tuple[str, ...]:
        """Random streams that every batch asks for."""
        factors = (
            f"factor:{f.name}" for f in self.factors if isinstance(f.rule, Draw) and not isinstance(f.rule, Constant)
        )
        epochs = (f"epoch:{e.name}" for e in self.epochs if not isinstance(e.duration, Remainder | Constant))
        return *factors, *epochs, *(label for _, noise, label in self._sides["inputs"].noises if not noise.source)

    @cached_property
    def _shares(self) -> NDArray[np.float32]:
        """How much each output counts, (output,)."""
        return np.array([channel.weight for channel in self.outputs], dtype=np.float32)

    def score(self, outputs: NDArray[np.floating], batch: Batch) -> Score:
        """Which trials ``outputs``, (trial, time, output), got right.

        Raises:
            ValueError: ``outputs`` has not the shape of the batch's targets.
        """
        outputs = np.asarray(outputs)
        if outputs.shape != batch.targets.shape:
            raise ValueError(
                f"outputs: shape {outputs.shape} does not fit the batch; "
                f"give (trial, time, output) = {batch.targets.shape}"
            )
        return self.scoring.score(outputs, batch)

    # -------------------------------------------------------------------------------------------------- facts

    @property
    def n_inputs(self) -> int:
        return len(self.inputs)

    @property
    def n_outputs(self) -> int:
        return len(self.outputs)

    @property
    def input_names(self) -> tuple[str, ...]:
        return tuple(channel.name for channel in self.inputs)

    @property
    def output_names(self) -> tuple[str, ...]:
        return tuple(channel.name for channel in self.outputs)

    @property
    def epoch_names(self) -> tuple[str, ...]:
        return tuple(epoch.name for epoch in self.epochs)

    @property
    def factor_names(self) -> tuple[str, ...]:
        return tuple(factor.name for factor in self.factors)

    @property
    def condition_factors(self) -> tuple[str, ...]:
        """Names of the factors that do not follow from others of the same trial: what makes a condition."""
        return tuple(factor.name for factor in self.factors if isinstance(factor.rule, Draw | Previous))

    def conditions(self) -> dict[str, Floats] | None:
        """Every combination of the factors that are chosen, and what is derived from these: name -> (condition,).

        What a trial has from earlier trials is combined with everything else, as often as it may come together or not.
        None where there are too many to list.
        """
        return conditions(self.factors)

    def shortest(self, epoch: str) -> float:
        """The shortest time in ms that the epoch of that name can last."""
        return timing.shortest(self, self.epochs[self.epoch_names.index(epoch)])

    def _facts(self) -> dict[str, str]:
        return {
            "inputs": ", ".join(self.input_names),
            "outputs": ", ".join(self.output_names),
            "epochs": " > ".join(e.name + (" (scored)" if e.scored else "") for e in self.epochs),
            "conditions": ", ".join(self.condition_factors),
            "scoring": type(self.scoring).__name__,
            "digest": self.digest[:12],
        }

    def __repr__(self) -> str:
        return (
            f"Task({self.name}; " + "; ".join(f"{name}: {text}" for name, text in self._facts().items() if text) + ")"
        )

    def _repr_html_(self) -> str:
        return facts_table(self.name, self._facts())

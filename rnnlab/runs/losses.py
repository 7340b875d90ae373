"""What a training makes small: the kinds of loss that an experiment may name.

Their values and gradients are `rnnlab.training.losses`; here is what they mean and where they may stand. z is an
output, y its target and m the weight that the task's mask gives it; sums run over trials, steps and outputs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from rnnlab.networks import AnyNetwork, Linear, Sigmoid, Softmax
from rnnlab.spec import Live, Spec, SpecError, check_arguments, with_article

PLACE = "Experiment.training.loss"


@dataclass(frozen=True)
class Loss(Spec):
    """Base of the kinds."""

    def check_network(self, network: AnyNetwork, n_outputs: int) -> None:
        """Raise `SpecError` where the outputs of ``network`` cannot be judged so."""


@dataclass(frozen=True)
class MeanSquaredError(Loss):
    """The squared error: sum of m (z - y)^2 over the sum of m, or mean of (m (z - y))^2 over everything."""

    over: Literal["mask", "all"] = "mask"
    """``"mask"`` divides by the sum of the mask: the learning rate means the same for a task that is scored for 200 ms
    and one that is scored throughout. ``"all"`` divides by the number of entries, masked or not, as PsychRNN does."""


@dataclass(frozen=True)
class BinaryCrossEntropy(Loss):
    """Each output answers yes or no: sum of -m (y log p + (1 - y) log(1 - p)) over the sum of m.

    p is the output itself where the network's outputs go through a sigmoid or softmax, and the sigmoid of the output
    where they are linear. Targets lie between 0 and 1.
    """

    def check_network(self, network: AnyNetwork, n_outputs: int) -> None:
        """Outputs must be linear or probabilities."""
        _check_outputs(self, network, (Linear, Sigmoid, Softmax))


@dataclass(frozen=True)
class CrossEntropy(Loss):
    """One of all outputs is right: sum of -m y log p over the sum of m, times the number of outputs.

    p is the output itself where the network's outputs go through a softmax, and the softmax of all outputs where they
    are linear. Targets are not negative: the shares of the answers, or 1 for the right one. Where one mask holds for
    all outputs this is the mean over the steps that are scored.
    """

    def check_network(self, network: AnyNetwork, n_outputs: int) -> None:
        """There must be something to choose from, and outputs must be linear or shares."""
        _check_outputs(self, network, (Linear, Softmax))
        if n_outputs < 2:
            problem = "CrossEntropy compares outputs, and the task has one"
            raise SpecError(PLACE, problem, remedy="give BinaryCrossEntropy or MeanSquaredError")


def _check_outputs(loss: Loss, network: AnyNetwork, allowed: tuple[type, ...]) -> None:
    found = getattr(network, "output_nonlinearity", Linear())
    if not isinstance(found, allowed):
        names = " or ".join(kind.__name__ for kind in allowed)
        problem = f"{type(loss).__name__} cannot judge outputs that go through {type(found).__name__}"
        raise SpecError(PLACE, problem, remedy=f"give the network output_nonlinearity {names}, or another loss")


class CodeLoss(Live):
    """A loss that is a Python function of yours. It trains like any other, but the experiment cannot be cited.

    Attributes:
        function: of (outputs, targets, mask), torch tensors (trial, time, output) each; returns a scalar tensor that
            torch can differentiate with respect to ``outputs``. NaN where nothing is scored.
        name: what a run's folder keeps of it.

    Example:
        >>> def absolute(outputs, targets, mask):
        ...     return (mask * (outputs - targets).abs()).sum() / mask.sum()
        >>> CodeLoss(absolute).name
        'absolute'
    """

    def __init__(self, function: Callable[[Any, Any, Any], Any], name: str = "") -> None:
        if not callable(function):
            raise SpecError(
                "CodeLoss.function",
                f"{with_article(type(function).__name__)} cannot be called",
                remedy="give a function",
            )
        check_arguments(function, ("outputs", "targets", "mask"), "CodeLoss.function")
        self.function = function
        self.name = name or str(getattr(function, "__name__", type(function).__name__))

    def check_network(self, network: AnyNetwork, n_outputs: int) -> None:
        """Whatever it is, the function knows."""

    def __repr__(self) -> str:
        return f"CodeLoss({self.name})"


class MissingLoss(CodeLoss):
    """What a saved run keeps of a `CodeLoss`: its name. It cannot be computed."""

    def __init__(self, name: str) -> None:
        super().__init__(self._gone, name)

    def _gone(self, *tensors: Any) -> Any:
        raise ValueError(
            f"loss: {self.name!r} was Python code and is not in the run's folder; hand it over again: "
            "rl.resume(path, loss=rl.runs.CodeLoss(function))"
        )


AnyLoss: TypeAlias = MeanSquaredError | BinaryCrossEntropy | CrossEntropy
"""Every loss that a file may name."""

"""Losses against their formulas, entry by entry, and against finite differences."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from rnnlab.events import Updated
from rnnlab.networks import LSTM, LeakyRNN
from rnnlab.runs import BinaryCrossEntropy, CodeLoss, CrossEntropy, Experiment, MeanSquaredError, Training, load
from rnnlab.spec import NotCitableError, SpecError
from rnnlab.tasks import get
from rnnlab.training import resume, train
from rnnlab.training.losses import loss_function, masked_squared_error
from tests.training.small import small

Three = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


def tensors(low: float = -1.0, high: float = 1.0) -> Three:
    """Outputs between ``low`` and ``high``, targets between 0 and 1, and a mask of tenths; (output, time, trial)."""
    generator = torch.Generator().manual_seed(0)
    outputs, targets = (torch.rand(2, 5, 3, generator=generator, dtype=torch.float64) for _ in range(2))
    mask = torch.rand(2, 5, 3, generator=generator, dtype=torch.float64).round(decimals=1)
    mask[0, :3] = 0.0
    return low + (high - low) * outputs, targets, mask


def entries(three: Three) -> list[tuple[float, float, float]]:
    return [tuple(map(float, row)) for row in zip(*(a.flatten() for a in three), strict=True)]  # type: ignore[misc]


def squared(three: Three) -> float:
    rows = entries(three)
    return sum(m * (z - y) ** 2 for z, y, m in rows) / sum(m for *_, m in rows)


def squared_over_all(three: Three) -> float:
    rows = entries(three)
    return sum((m * (z - y)) ** 2 for z, y, m in rows) / len(rows)


def yes_or_no(three: Three) -> float:
    rows = entries(three)
    each = (m * (y * math.log(z) + (1 - y) * math.log(1 - z)) for z, y, m in rows)
    return -sum(each) / sum(m for *_, m in rows)


def yes_or_no_of_sums(three: Three) -> float:
    outputs, targets, mask = three
    return yes_or_no((1 / (1 + torch.exp(-outputs)), targets, mask))


def one_of_all(three: Three) -> float:
    shares, targets, mask = (a.numpy() for a in three)
    total = weight = 0.0
    for t in range(5):
        for k in range(3):
            total -= sum(mask[i, t, k] * targets[i, t, k] * math.log(shares[i, t, k]) for i in range(2))
            weight += (mask[0, t, k] + mask[1, t, k]) / 2
    return total / weight


def one_of_all_sums(three: Three) -> float:
    outputs, targets, mask = three
    return one_of_all((torch.exp(outputs) / torch.exp(outputs).sum(0), targets, mask))


LINEAR, SIGMOID, SOFTMAX = (LeakyRNN(output_nonlinearity=name) for name in ("linear", "sigmoid", "softmax"))
CASES = {
    "squared": (MeanSquaredError(), LINEAR, squared, (-1, 1)),
    "squared, all": (MeanSquaredError(over="all"), LINEAR, squared_over_all, (-1, 1)),
    "binary of sums": (BinaryCrossEntropy(), LSTM(), yes_or_no_of_sums, (-3, 3)),
    "binary": (BinaryCrossEntropy(), SIGMOID, yes_or_no, (0.05, 0.95)),
    "categorical of sums": (CrossEntropy(), LINEAR, one_of_all_sums, (-3, 3)),
    "categorical": (CrossEntropy(), SOFTMAX, one_of_all, (0.05, 0.95)),
}


@pytest.mark.parametrize("case", CASES)
def test_value_is_the_formula(case: str) -> None:
    loss, network, formula, span = CASES[case]
    three = tensors(*span)
    assert float(loss_function(loss, network)(*three)) == pytest.approx(formula(three), rel=1e-12)


@pytest.mark.parametrize("case", CASES)
def test_gradient_is_the_derivative(case: str) -> None:
    loss, network, _, span = CASES[case]
    outputs, targets, mask = tensors(*span)
    function = loss_function(loss, network)
    assert torch.autograd.gradcheck(lambda z: function(z, targets, mask), outputs.requires_grad_())


@pytest.mark.parametrize(("loss", "network"), [(BinaryCrossEntropy(), SIGMOID), (CrossEntropy(), SOFTMAX)])
def test_a_wrong_certainty_costs_a_finite_amount(loss: BinaryCrossEntropy | CrossEntropy, network: LeakyRNN) -> None:
    outputs = torch.tensor([[[0.0]], [[1.0]]])
    value = loss_function(loss, network)(outputs, 1.0 - outputs, torch.ones(2, 1, 1))
    assert float(value) == pytest.approx(-math.log(1e-7), rel=0.02)


def test_how_much_is_masked_does_not_change_the_scale() -> None:
    outputs, targets = torch.full((1, 8, 2), 3.0), torch.full((1, 8, 2), 1.0)
    mask = torch.zeros(1, 8, 2)
    mask[:, 6:] = 1.0
    assert float(masked_squared_error(outputs, targets, mask)) == 4.0
    assert float(masked_squared_error(outputs, targets, torch.ones(1, 8, 2))) == 4.0


# ------------------------------------------------------------------------------------------------ in experiments


@pytest.mark.parametrize(
    ("loss", "network", "remedy"),
    [
        (BinaryCrossEntropy(), LeakyRNN(output_nonlinearity="tanh"), "Linear or Sigmoid or Softmax"),
        (CrossEntropy(), SIGMOID, "Linear or Softmax"),
    ],
)
def test_outputs_that_are_no_probabilities_are_refused(
    loss: BinaryCrossEntropy | CrossEntropy, network: LeakyRNN, remedy: str
) -> None:
    with pytest.raises(SpecError, match=remedy) as caught:
        Experiment(task=get("delayed_discrimination"), network=network, training=Training(loss=loss))
    assert caught.value.path == "Experiment.training.loss"


def test_one_output_has_nothing_to_compare_with() -> None:
    (task,) = [task for task in (get("sine_wave"),) if task.n_outputs == 1]
    with pytest.raises(SpecError, match="the task has one"):
        Experiment(task=task, network=LeakyRNN(), training=Training(loss="CrossEntropy"))


def test_targets_that_are_no_probabilities_are_refused() -> None:
    task = get("flip_flop")
    experiment = Experiment(task=task, network=LeakyRNN(n_units=4), training=Training(loss="BinaryCrossEntropy"))
    with pytest.raises(ValueError, match=r"training\.loss: .*targets between 0 and 1, and .* go from -1 to 1"):
        list(train(experiment))


def absolute(outputs: torch.Tensor, targets: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """The mean distance; each trial of a batch of 6 has 2 outputs."""
    assert (outputs.shape[0], outputs.shape[2]) in {(6, 2), (10, 2)} and outputs.shape == targets.shape == mask.shape
    return (mask * (outputs - targets).abs()).sum() / mask.sum()


def test_a_function_of_yours_trains_and_comes_back(tmp_path: Path) -> None:
    experiment = small(loss=CodeLoss(absolute), updates=6)
    assert not experiment.citable
    for forbidden in (experiment.to_json, lambda: experiment.digest, experiment.script):
        with pytest.raises(NotCitableError, match="'absolute' is Python code"):
            forbidden()
    whole = [event.loss for event in train(experiment, tmp_path / "whole") if isinstance(event, Updated)]
    assert whole != [event.loss for event in train(small(updates=6)) if isinstance(event, Updated)]
    for event in train(experiment, tmp_path / "run"):
        if isinstance(event, Updated) and event.update == 3:
            break
    del event
    assert "absolute" in repr(load(tmp_path / "run").experiment.training.loss)
    with pytest.raises(ValueError, match="hand it over again"):
        list(resume(tmp_path / "run"))
    list(resume(tmp_path / "run", loss=CodeLoss(absolute)))
    one, other = load(tmp_path / "whole"), load(tmp_path / "run")
    assert all(np.array_equal(a, other.parameters[name]) for name, a in one.parameters.items())


def test_another_function_is_another_run(tmp_path: Path) -> None:
    list(train(small(loss=CodeLoss(absolute), updates=1), tmp_path))
    with pytest.raises(ValueError, match="start a new run"):
        resume(tmp_path, loss=CodeLoss(absolute, name="other"))


def test_a_function_will_do_where_a_loss_is_wanted() -> None:
    bare, named = (Training(loss=loss) for loss in (absolute, CodeLoss(absolute)))  # type: ignore[arg-type]
    assert isinstance(bare.loss, CodeLoss) and bare.loss.function is absolute and bare.loss.name == "absolute"
    assert isinstance(named.loss, CodeLoss)
    with pytest.raises(SpecError, match=r"Training\.loss: .* does not fit"):
        Training(loss=MeanSquaredError)  # type: ignore[arg-type]


def test_a_function_with_other_arguments_is_refused() -> None:
    with pytest.raises(SpecError, match=r"CodeLoss\.function: takes \(z, y\); let it take \(outputs, targets, mask\)"):
        CodeLoss(lambda z, y: (z - y).square().mean())  # type: ignore[misc]
    assert CodeLoss(max).name == "max"  # written in C: nobody knows what it takes


def test_a_number_without_a_gradient_is_refused() -> None:
    for function in (lambda z, y, m: (z - y).detach().mean(), lambda z, y, m: (z > y).double().mean()):
        with pytest.raises(ValueError, match=r"training\.loss: 'flat' returned a number without a gradient .*detach"):
            list(train(small(loss=CodeLoss(function, name="flat"))))


def test_a_function_may_work_in_place() -> None:
    """The outputs that it gets are its own."""

    def in_place(z: torch.Tensor, y: torch.Tensor, m: torch.Tensor) -> torch.Tensor:
        return (m * z.sub_(y)).square().mean()

    changed, plain = (
        [event.loss for event in train(small(loss=loss, updates=3)) if isinstance(event, Updated)]
        for loss in (CodeLoss(in_place), MeanSquaredError(over="all"))
    )
    np.testing.assert_allclose(changed, plain, rtol=1e-5)


def test_a_function_must_return_a_number() -> None:
    with pytest.raises(ValueError, match=r"'errors' returned a tensor of shape \(.*\); return a torch scalar"):
        list(train(small(loss=CodeLoss(lambda z, y, m: m * (z - y), name="errors"))))

"""Behaviour with and without an intervention: the same noise, so that what differs is its doing."""

from __future__ import annotations

import numpy as np
import pytest

import rnnlab as rl
from rnnlab.analysis import PerturbationQuestion, ask
from rnnlab.analysis.questions import script
from rnnlab.networks import Network, from_arrays
from rnnlab.simulation import Clamp, Kick, Lesion, Protocol, simulate
from rnnlab.spec import SpecError

TASK = rl.tasks.get("perceptual_discrimination", stimulus=200.0, fixation=50.0)


def integrator() -> Network:
    """Unit 0 integrates the difference of the inputs and is read out with both signs; unit 1 drives nothing."""
    return from_arrays(
        form="current", nonlinearity="linear", dt=10, tau=100, W_in=[[-1.0, 1.0], [1.0, 0.0]],
        W_rec=[[1.0, 0.0], [0.0, 0.0]], W_out=[[-1.0, 0.0], [1.0, 0.0]],
    )  # fmt: skip


def test_a_unit_that_drives_nothing_changes_nothing() -> None:
    found = ask(integrator(), PerturbationQuestion(units=(1,), n_trials=64), TASK)
    assert (found.effect, found.n_changed) == (0.0, 0)
    np.testing.assert_array_equal(found.intact, found.perturbed)
    assert found.rates[0].max() > 0.0


def test_the_curves_are_those_of_trials_run_by_hand() -> None:
    question = PerturbationQuestion(units=(0,), start=60, stop=120, n_trials=96)
    found = ask(integrator(), question, TASK, seed=3)
    batch = TASK.sample(96, dt=10, seed=3)
    outputs = simulate(integrator(), batch, [Lesion((0,), start=60, stop=120)], seed=3).outputs
    choices, evidence = batch.task.score(outputs, batch).choices, batch.factors["signed_coherence"]
    for level, share, count in zip(found.levels, found.perturbed, found.counts, strict=True):
        at = np.isclose(evidence, level)
        assert count == at.sum()
        assert share == pytest.approx((choices[at] == 1).mean())
    assert found.window == (60.0, 120.0)
    assert (found.rates[1][(found.time > 60) & (found.time <= 120)] == 0).all()
    np.testing.assert_array_equal(found.rates[0][found.time <= 60], found.rates[1][found.time <= 60])


def test_a_silenced_integrator_forgets_what_came_before_the_window() -> None:
    """A silence that ends with the trial leaves nothing to read; one before the stimulus costs nothing."""
    late = ask(integrator(), PerturbationQuestion(units=(0,), start=0, stop=10_000, n_trials=256), TASK)
    early = ask(integrator(), PerturbationQuestion(units=(0,), start=0, stop=50, n_trials=256), TASK)
    assert early.accuracy[0] - early.accuracy[1] < 0.1
    assert late.accuracy[1] < 0.7 < late.accuracy[0]
    assert late.ends[1] < 0


@pytest.mark.parametrize(
    ("how", "expected", "words"),
    [
        ("silence", Lesion((0, 1), start=10, stop=50), "units 0 and 1 silenced from 10 to 50 ms"),
        ("clamp", Clamp((0, 1), value=0.5, start=10, stop=50), "units 0 and 1 clamped at 0.5 from 10 to 50 ms"),
        ("kick", Kick((0, 1), amount=0.5, start=10), "units 0 and 1 pushed by 0.5 at 10 ms"),
    ],
)
def test_what_is_done_is_told_and_a_citable_protocol(
    how: str, expected: object, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    question = PerturbationQuestion(how=how, units=(0, 1), start=10, stop=50, level=0.5, n_trials=8)
    found = ask(integrator(), question, TASK)
    assert found.protocol.interventions == (expected,)
    assert found.facts()["intervention"] == words
    (cites,) = [line for line in script(question, "runs/first").splitlines() if "to_json" in line]
    exec(cites, {"result": found})
    cited = Protocol.from_json(capsys.readouterr().out)
    assert cited == found.protocol
    assert cited.digest.startswith(found.facts()["protocol"])


def test_a_task_without_choices_is_shown_by_what_is_right() -> None:
    task = rl.tasks.get("flip_flop")
    network = Network.initialised(rl.networks.LeakyRNN(n_units=5), 3, 3, 0)
    found = ask(network, PerturbationQuestion(units=(0, 2), n_trials=8), task)
    assert (found.of, found.factor) == ("correct", "")
    assert found.intact == pytest.approx(found.accuracy[0])
    assert found.counts.tolist() == [8]


def test_what_cannot_be_is_refused_at_its_field() -> None:
    with pytest.raises(SpecError, match="units: none is given"):
        PerturbationQuestion(units=())
    with pytest.raises(SpecError, match="stop: 100 ms is not after the start at 200 ms"):
        PerturbationQuestion(start=200, stop=100)
    with pytest.raises(SpecError, match=r"9 is not a unit"):
        ask(integrator(), PerturbationQuestion(units=(9,), n_trials=8), TASK)

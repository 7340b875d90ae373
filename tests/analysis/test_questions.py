"""What holds for every analysis that is listed: asked of the shipped run, of a tiny network, drawn, cited, refused."""

from __future__ import annotations

import dataclasses
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import rnnlab as rl
from rnnlab.analysis import ANALYSES, CONTROLS, CancelledError, Condition, Marked, Question, Result, Subject, ask
from rnnlab.analysis.questions import script, varied
from rnnlab.figures import DARK, FIGURES, LIGHT, LiveFigure, live
from rnnlab.networks import LeakyRNN, Network, from_arrays
from rnnlab.runs import Run
from rnnlab.session.opening import example_run
from rnnlab.spec import SpecError

LEFT_OUT = set() if find_spec("DSA") else {"dynamical_similarity"}
"""What needs an extra that is not installed."""
ASKED = {name: each for name, each in ANALYSES.items() if each.question is not None and name not in LEFT_OUT}
every = pytest.mark.parametrize("name", ASKED)
TASK = rl.tasks.get("perceptual_discrimination", stimulus=100.0, fixation=50.0)


def question(name: str) -> Question:
    """With few trials, where there are any."""
    kind: Any = ASKED[name].question
    return kind(n_trials=24) if "n_trials" in {f.name for f in dataclasses.fields(kind)} else kind()


@cache
def run() -> Run:
    import torch  # noqa: F401  or dynamics would be compared in another process each time, which takes seconds

    return example_run()


@cache
def answer(name: str) -> Result:
    return ask(run(), question(name))


@cache
def tiny() -> Network:
    return Network.initialised(LeakyRNN(n_units=4, dt=10, noise=0.05), 2, 2, 0)


@cache
def tiny_answer(name: str) -> Result:
    return ask(tiny(), question(name), TASK)


@every
def test_it_is_introduced_and_cited(name: str) -> None:
    entry = ANALYSES[name]
    assert re.search(r"\b(19|20)\d\d\b", entry.paper)
    assert entry.title
    assert entry.sentence.endswith(".")
    assert entry.function is getattr(rl.analysis, name)
    assert getattr(rl.analysis, entry.question.__name__) is entry.question
    assert set(entry.question.controls) <= set(CONTROLS)


@every
def test_it_answers_for_the_shipped_run_and_for_a_tiny_network(name: str) -> None:
    for result in (answer(name), tiny_answer(name)):
        assert isinstance(result, Result)
        facts = result.facts()
        assert facts
        assert all(isinstance(text, str) for text in facts.values())
        assert not re.search(r"\bnan\b|array\(", " ".join(facts.values()))


@every
def test_its_answer_is_frozen(name: str) -> None:
    result = answer(name)
    for field in dataclasses.fields(result):  # type: ignore[arg-type]
        value = getattr(result, field.name)
        if isinstance(value, np.ndarray):
            assert not value.flags.writeable, field.name
    first = dataclasses.fields(result)[0].name  # type: ignore[arg-type]
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(result, first, None)


@every
def test_the_same_question_has_the_same_answer(name: str) -> None:
    assert ask(tiny(), question(name), TASK).facts() == tiny_answer(name).facts()


@every
def test_its_question_goes_to_json_and_back(name: str) -> None:
    asked = question(name)
    kind: Any = type(asked)
    assert kind.from_json(asked.to_json()) == asked
    assert kind.from_json(asked.to_json()).digest == asked.digest


@every
def test_its_script_makes_the_question(name: str) -> None:
    text = script(question(name), "runs/first")
    line = next(line for line in text.splitlines() if line.startswith("question = "))
    assert eval(line.removeprefix("question = "), {"rl": rl}) == question(name)  # its own words
    compile(text, "script", "exec")


@every
def test_its_figure_is_made_light_and_dark_and_updated(name: str) -> None:
    assert type(answer(name)) in FIGURES
    figures = [live(answer(name), theme, 300) for theme in (LIGHT, DARK)]
    for figure in figures:
        models = set(figure.root.references())
        figure.update(tiny_answer(name))  # type: ignore[attr-defined]
        assert set(figure.root.references()) == models
        figure.update(answer(name))  # type: ignore[attr-defined]
        assert set(figure.root.references()) == models


@every
def test_its_controls_answer_or_say_why_not(name: str) -> None:
    for control in question(name).controls:
        try:
            result = ask(run(), question(name), control=control)
        except ValueError as error:
            assert re.match(r"[\w. \[\]]+: .+", str(error)), error
        else:
            assert type(result) is type(answer(name))
            live(result)


@every
def test_a_task_that_does_not_fit_is_refused_with_a_sentence(name: str) -> None:
    if set(ANALYSES[name].question.controls) == {"untrained"} and "n_trials" not in question(name).to_data():
        return  # asked of the weights alone
    other = rl.tasks.get("flip_flop")
    with pytest.raises(ValueError, match=r"task: flip_flop has 3 inputs and 3 outputs, the network 2 and 2"):
        ask(tiny(), question(name), other)


OF_ACTIVITY = {
    *("condition_rates", "decoding", "demixed_components", "dynamical_similarity", "film", "flow", "lyapunov"),
    *("mixed_selectivity", "peak_order", "principal_components", "reverse_correlation", "rotations", "sequentiality"),
    *("silent_units", "similarity", "sorted_weights", "state_space", "targeted_dimensions", "task_variance"),
    *("topology", "tuning"),
}
"""Whose questions are about states and rates; behaviour, weights and searches under an input of their own go on."""


@cache
def running_away() -> Network:
    """Each unit makes some 10 000 of its rate in a step: single precision ends after ten."""
    rng = np.random.default_rng(0)
    W_in, W_out = rng.uniform(0.5, 1, (4, 2)), rng.normal(size=(2, 4))
    return from_arrays(nonlinearity="relu", dt=10, tau=100, W_in=W_in, W_rec=1e5 * np.eye(4), W_out=W_out)


@pytest.mark.parametrize("name", sorted(OF_ACTIVITY & ASKED.keys()))
def test_activity_that_overflows_is_a_reason_and_no_warning(name: str) -> None:
    reason = r"activity (overflows \(.* from \d+ ms on, in \d+ of \d+ trials|grows beyond all numbers)"
    with pytest.raises(ValueError, match=reason):
        ask(running_away(), question(name), TASK)


@pytest.mark.parametrize("name", ["accuracy", "chronometric", "fixed_points", "lesions", "selection"])
def test_what_needs_no_bounded_activity_has_an_answer_all_the_same(name: str) -> None:
    assert repr(ask(running_away(), question(name), TASK))


def test_activity_is_looked_through_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    whole = rl.simulation.Trajectory.lasting
    monkeypatch.setattr(rl.simulation.Trajectory, "lasting", lambda it, *name: asked.append("") or whole(it, *name))
    trials = Subject.of(tiny(), TASK).trials(8)
    assert trials.activity is trials.activity is trials.trajectory
    assert len(asked) == 1


@every
def test_it_can_be_given_up(name: str) -> None:
    """Where it tells how far it is, it ends when told to."""
    shares: list[float] = []

    def stop(share: float) -> None:
        shares.append(share)
        raise CancelledError

    try:
        ask(tiny(), question(name), TASK, tell=stop)
    except CancelledError:
        assert len(shares) == 1
    else:
        assert not shares


def test_every_figure_is_of_a_result_that_somebody_asks_for() -> None:
    left_out = {rl.analysis.DynamicalSimilarity} if LEFT_OUT else set()
    at_a_point = {rl.analysis.Modes}  # asked of the points that a search found
    assert {type(answer(name)) for name in ASKED} | at_a_point == set(FIGURES) - left_out


def test_a_result_without_a_figure_is_refused() -> None:
    with pytest.raises(ValueError, match="no figure of a Design"):
        live(rl.analysis.design(TASK))


def test_controls_vary_what_they_say() -> None:
    subject = Subject(tiny(), TASK)
    assert varied(subject, "seed").seed == 1
    assert varied(subject, "half_step").time_step == 5.0
    assert not varied(subject, "no_noise").noise
    with pytest.raises(ValueError, match="untrained: it is not known how the training"):
        varied(subject, "untrained")
    with pytest.raises(ValueError, match="no control 'half step'; did you mean 'half_step'"):
        varied(subject, "half step")


def test_the_untrained_network_is_the_one_training_began_with(tmp_path: Path) -> None:
    began = Subject.of(run()).untrained
    assert began is not None
    assert began == rl.runs.beginning.untrained(run().experiment)
    assert began != run().network


def test_shuffled_labels_are_those_of_other_trials_and_scores_are_not() -> None:
    plain, mixed = (varied(Subject(tiny(), TASK), control).trials(64) for control in ("", "shuffled"))
    np.testing.assert_array_equal(plain.batch.inputs, mixed.batch.inputs)
    np.testing.assert_array_equal(plain.score.correct, mixed.score.correct)
    for name, values in plain.batch.factors.items():
        np.testing.assert_array_equal(np.sort(values), np.sort(mixed.batch.factors[name]))
    assert (plain.batch.factors["direction"] != mixed.batch.factors["direction"]).any()
    together = [np.stack([b.factors["direction"], b.factors["coherence"]]) for b in (plain.batch, mixed.batch)]
    pairs = [sorted(map(tuple, each.T.tolist())) for each in together]
    assert pairs[0] == pairs[1]  # one permutation for all factors


def test_half_the_step_halves_the_step() -> None:
    trials = varied(Subject(tiny(), TASK), "half_step").trials(4)
    assert (trials.batch.dt, trials.trajectory.dt, trials.trajectory.network.dt) == (5.0, 5.0, 5.0)


def test_fixed_points_stay_where_they_are_at_half_the_step_and_stability_is_asked_anew() -> None:
    subject, question = Subject(tiny(), TASK), rl.analysis.FixedPointsQuestion(n_starts=64)
    whole, half = (ask(varied(subject, control), question) for control in ("", "half_step"))
    assert (whole.network.dt, half.network.dt) == (10.0, 5.0)
    np.testing.assert_allclose(whole.states, half.states, atol=1e-8)
    np.testing.assert_allclose(whole.eigenvalues, half.eigenvalues, atol=1e-5)


def test_without_noise_two_seeds_give_the_same_states_on_the_same_trials() -> None:
    quiet = varied(Subject(tiny(), TASK), "no_noise")
    assert quiet.trials(4).trajectory.seed is None
    np.testing.assert_array_equal(quiet.trials(4).trajectory.states, quiet.trials(4).trajectory.states)


def test_a_network_by_itself_is_asked_about_its_weights_but_not_about_trials() -> None:
    assert ask(tiny(), rl.analysis.SpectrumQuestion()).eigenvalues.shape == (4,)
    with pytest.raises(ValueError, match="task: this question needs trials"):
        ask(tiny(), rl.analysis.AccuracyQuestion())


def test_a_setting_out_of_its_range_is_refused() -> None:
    with pytest.raises(SpecError, match="n_trials"):
        rl.analysis.AccuracyQuestion(n_trials=1)
    with pytest.raises(SpecError, match="n_trials"):
        rl.analysis.AccuracyQuestion(n_trials=10**7)


def test_a_psychometric_curve_of_a_task_without_graded_evidence_says_what_to_choose() -> None:
    network = Network.initialised(LeakyRNN(n_units=4), 3, 3, 0)
    with pytest.raises(ValueError, match="no single choice per trial"):
        ask(network, rl.analysis.PsychometricQuestion(n_trials=8), rl.tasks.get("flip_flop"))


# ------------------------------------------------------------------------------------------- what is marked in figures

UNITS_DRAWN = {
    "condition_rates", "tuning", "mixed_selectivity", "task_variance", "sequentiality", "silent_units", "peak_order",
    "state_space", "film", "sorted_weights", "degrees", "populations", "lesions", "fixed_points",
}  # fmt: skip
"""Analyses whose figures show units one by one."""

CONDITIONS_DRAWN = {
    "psychometric", "psychometric_fit", "chronometric", "condition_rates", "tuning", "state_space", "film",
    "targeted_dimensions", "demixed_components", "rotations", "decoding", "flow", "perturbation",
}  # fmt: skip
"""Those whose figures show trials or means by condition."""


def columns(figure: LiveFigure) -> dict[str, str]:
    return {
        name: repr({k: np.asarray(v, object).tolist() for k, v in s.data.items()}) for name, s in figure.sources.items()
    }


def drawn_condition(figure: LiveFigure) -> Condition:
    """One of the factor that is drawn, at the upper end of the values in the shipped run's trials."""
    factors = figure.shown.factors
    factor = "signed_coherence" if factors is None or "signed_coherence" in factors else factors[0]
    values = run().task.sample(24, dt=20, seed=0).factors[factor]
    return Condition(factor, float(values.max()))


@every
def test_what_is_marked_is_seen_in_its_figure_or_said_to_be_missing(name: str) -> None:
    figure = live(answer(name))
    plain = columns(figure)
    units = Marked(units=(0, 1, 2))
    figure.mark(units)
    assert (columns(figure) != plain) == (name in UNITS_DRAWN)
    assert bool(figure.shown.hides(units)) == (name not in UNITS_DRAWN | {"perturbation"})
    figure.mark(Marked())
    assert columns(figure) == plain

    own = (
        Marked(condition=drawn_condition(figure))
        if name in CONDITIONS_DRAWN
        else Marked(condition=Condition("coherence", 0.5))
    )
    figure.mark(own)
    assert (columns(figure) != plain) == (name in CONDITIONS_DRAWN)
    assert bool(figure.shown.hides(own)) == (name not in CONDITIONS_DRAWN)
    figure.update(answer(name))  # type: ignore[attr-defined]
    assert (columns(figure) != plain) == (name in CONDITIONS_DRAWN), "what is marked stays so in the next answer"
    figure.mark(Marked())
    assert columns(figure) == plain

    other = Marked(condition=Condition("no_factor_at_all", 1.0), trial=3)
    figure.mark(other)
    assert columns(figure) == plain
    assert figure.shown.hides(other)[-1] == "trial 3 (the example trials are not drawn)"


@pytest.mark.parametrize("given", ["fixed_points", rl.analysis.FixedPointsQuestion])
def test_what_is_no_question_is_refused(given: Any) -> None:
    with pytest.raises(TypeError, match=r"ask: question: .* is none; give one of rl\.analysis, such as"):
        ask(tiny(), given, TASK)

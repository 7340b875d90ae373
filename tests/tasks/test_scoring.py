"""Scoring against plain loops and by hand."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab import tasks
from rnnlab.spec import SpecError
from rnnlab.tasks import (
    AngularError,
    Batch,
    Bump,
    Channel,
    Choice,
    Component,
    Constant,
    Epoch,
    Factor,
    FirstCrossing,
    Hold,
    LargestLast,
    LargestMean,
    Lookup,
    Normal,
    Rotate,
    RSquared,
    Several,
    SignOfMean,
    Task,
    Uniform,
    WithinTolerance,
    WorstCondition,
)
from rnnlab.tasks.scoring import Scoring
from tests.tasks.language import small_task

TWO_ANSWERS = small_task(
    factors=(
        Factor("side", Choice((0, 1))),
        Factor("left", Lookup("side", (1, 0))),
        Factor("right", Lookup("side", (0, 1))),
    ),
    epochs=(Epoch("early", Constant(50), scored=True, weight=0.5), Epoch("late", Constant(50), scored=True)),
    outputs=(Channel("l", (Hold("left"),)), Channel("r", (Hold("right"),))),
    scoring=LargestMean(),
)


def test_the_largest_mean_over_the_judged_steps_is_the_choice() -> None:
    task = tasks.get("perceptual_discrimination", grace=100)
    batch = task.sample(300, seed=1)
    outputs = np.random.default_rng(0).normal(size=batch.targets.shape)
    score = task.score(outputs, batch)
    for trial in range(300):
        judged = batch.mask[trial, :, 0] > 0
        choice = outputs[trial][judged].mean(axis=0).argmax()
        assert score.choices[trial] == choice
        assert score.correct[trial] == (choice == batch.factors["direction"][trial])
    assert score.accuracy == score.correct.mean()
    assert score.chance == 0.5


def test_steps_that_are_not_judged_do_not_matter() -> None:
    task = tasks.get("perceptual_discrimination")
    batch = task.sample(50, seed=1)
    outputs = batch.targets + 100 * (batch.mask == 0) * [1, 0]
    assert task.score(outputs, batch).accuracy == 1


def test_weights_count_in_the_choice() -> None:
    batch = TWO_ANSWERS.sample(20)
    early, late = np.eye(2)[np.zeros(20, int)][:, None], np.eye(2)[np.ones(20, int)][:, None]
    outputs = np.where(np.arange(10)[None, :, None] < 5, 1.5 * early, late)
    assert (TWO_ANSWERS.score(outputs, batch).choices == 1).all()
    assert (TWO_ANSWERS.score(np.where(outputs == 1.5, 2.5, outputs), batch).choices == 0).all()


def test_scoring_can_be_narrowed_to_epochs() -> None:
    task = TWO_ANSWERS.replace(scoring=LargestMean(("late",)))
    batch = task.sample(20)
    outputs = np.where(np.arange(10)[None, :, None] < 5, -9 * batch.targets, batch.targets)
    assert task.score(outputs, batch).accuracy == 1
    assert TWO_ANSWERS.score(outputs, batch).accuracy == 0


def test_a_trial_without_judged_steps_is_never_correct() -> None:
    """Such trials cannot come out of `sample`; made by hand they do not count as right."""
    for name in tasks.TASKS:
        task = tasks.get(name)
        batch = task.sample(12)
        counted = np.ones(12, bool) if not task.scoring.only else batch.factors[task.scoring.only] != 0
        if "catch" in batch.factors:
            counted = batch.factors["catch"] == 0
        batch = batch[np.flatnonzero(counted)[:4]]
        batch.mask[1] = 0
        score = task.score(batch.targets, batch)
        assert list(score.correct) == [1, 0, 1, 1]
        for kind in (score, *score.parts.values()):
            assert kind.correct[1] == 0
        silent = task.score(np.zeros_like(batch.targets), batch)
        assert all(kind.correct[1] == 0 for kind in (silent, *silent.parts.values())), name
        if isinstance(task.scoring, LargestMean) and not task.scoring.only:
            assert score.accuracy == 0.75


def with_half_counted(scoring: Scoring) -> tuple[Task, Batch, np.ndarray]:
    """A task in which trials of which ``shown`` is 0 do not count."""
    factors = (Factor("x", Choice((-2, 0, 2))), Factor("shown", Choice((0, 1))))
    task = small_task(factors=factors, outputs=(Channel("out", (Hold("x"),)),), scoring=scoring)
    batch = task.sample(60)
    return task, batch, batch.factors["shown"] != 0


def test_explained_variance_is_that_of_the_trials_that_count() -> None:
    task, batch, counted = with_half_counted(RSquared(only="shown"))
    outputs = batch.targets + np.random.default_rng(0).normal(0, 1, batch.targets.shape).astype(np.float32)
    outputs[~counted] += 5
    judged = batch.mask[counted] > 0
    target, output = batch.targets[counted][judged], outputs[counted][judged]
    wanted = 1 - ((output - target) ** 2).sum() / ((target - target.mean()) ** 2).sum()
    score = task.score(outputs, batch)
    assert score.accuracy == pytest.approx(wanted, rel=1e-5) and 0.3 < wanted < 0.9
    outputs[np.flatnonzero(counted)[::2]] += 20
    assert task.score(outputs, batch).accuracy == 0


def test_silence_is_at_chance_among_the_trials_that_count() -> None:
    task, batch, counted = with_half_counted(WithinTolerance(tolerance=0.5, only="shown"))
    score = task.score(np.zeros_like(batch.targets), batch)
    assert score.accuracy == pytest.approx(score.chance)
    assert score.chance == pytest.approx((batch.factors["x"][counted] == 0).mean())


def test_a_tie_goes_to_the_first() -> None:
    batch = TWO_ANSWERS.sample(20)
    assert (TWO_ANSWERS.score(np.ones_like(batch.targets), batch).choices == 0).all()


@pytest.mark.parametrize("grace", [0, 20, 40])
def test_tolerance_against_a_plain_loop(grace: float) -> None:
    task = tasks.get("flip_flop", n_bits=2, grace=grace, tolerance=0.7)
    batch = task.sample(40, seed=1)
    outputs = batch.targets + np.random.default_rng(0).normal(size=batch.targets.shape)
    score = task.score(outputs, batch)
    for trial in range(40):
        right = judged = silent = 0
        for bit in range(2):
            target, since = batch.targets[trial, :, bit], grace
            for step in range(batch.n_steps):
                since = 0 if step and target[step] != target[step - 1] else since + 10
                if since >= grace:
                    judged += 1
                    right += abs(outputs[trial, step, bit] - target[step]) < 0.7
                    silent += abs(target[step]) < 0.7
        assert score.correct[trial] == pytest.approx(right / judged)
    assert score.accuracy == pytest.approx(score.correct.mean())


def test_chance_is_what_silence_scores() -> None:
    task = small_task(outputs=(Channel("out", (Hold(3, epochs=("end",)),)),), scoring=WithinTolerance(0.5))
    batch = task.sample(3)
    assert task.score(batch.targets, batch).chance == 0
    assert "accuracy 1.000, chance 0.000, 3 trials" in repr(task.score(batch.targets, batch))


# --------------------------------------------------------------------------------------------- the other kinds


def answering(scoring, **changes):
    return TWO_ANSWERS.replace(scoring=scoring, **changes)


def test_the_largest_at_the_last_judged_step() -> None:
    task = answering(LargestLast())
    batch = task.sample(20)
    outputs = -9 * batch.targets
    outputs[:, -1] = batch.targets[:, -1]
    assert task.score(outputs, batch).accuracy == 1
    early = answering(LargestLast(("early",)))
    assert early.score(outputs, batch).accuracy == 0


def test_below_the_threshold_there_is_no_choice() -> None:
    task = answering(LargestMean(threshold=0.5, chance=0.2))
    batch = task.sample(20)
    score = task.score(0.4 * batch.targets, batch)
    assert (score.choices == -1).all()
    assert score.accuracy == 0
    assert score.chance == 0.2
    assert task.score(0.6 * batch.targets, batch).accuracy == 1


def test_only_some_outputs_and_trials_count() -> None:
    three = (*TWO_ANSWERS.outputs, Channel("fixation", (Hold(5),)))
    factors = (*TWO_ANSWERS.factors, Factor("counts", Choice((0, 1))))
    task = answering(LargestMean(outputs=("l", "r"), only="counts"), outputs=three, factors=factors)
    batch = task.sample(60)
    counts = batch.factors["counts"] == 1
    score = task.score(np.where(counts[:, None, None], batch.targets, -batch.targets), batch)
    assert (score.accuracy, score.chance) == (1, 0.5)
    assert np.array_equal(score.correct == 1, counts)
    for wrong, path in ((LargestMean(outputs=("x",)), "outputs[0]"), (LargestMean(only="x"), "only")):
        with pytest.raises(SpecError) as caught:
            answering(wrong)
        assert caught.value.path == f"Task.scoring.{path}"


def test_the_sign_of_a_single_output() -> None:
    sign = (Factor("sign", Choice((-1, 1))),)
    task = small_task(factors=sign, outputs=(Channel("out", (Hold("sign"),)),), scoring=SignOfMean())
    batch = task.sample(40)
    score = task.score(0.01 * batch.targets, batch)
    assert score.accuracy == 1
    assert np.array_equal(score.choices, batch.factors["sign"] > 0)
    assert task.score(-batch.targets, batch).accuracy == 0
    with pytest.raises(SpecError, match="looks at one output"):
        answering(SignOfMean())


def test_the_first_crossing_is_the_choice_and_gives_the_reaction_time() -> None:
    task = answering(FirstCrossing(0.8, ("late",)))
    batch = task.sample(30)
    side = batch.factors["side"].astype(int)
    outputs = np.zeros_like(batch.targets)
    rows = np.arange(30)
    outputs[rows, 7, side] = 0.9  # 20 ms into the late epoch
    outputs[rows, 8, 1 - side] = 3.0
    outputs[rows, 2, 1 - side] = 3.0  # before the network may answer
    score = task.score(outputs, batch)
    assert score.accuracy == 1
    assert np.array_equal(score.choices, side)
    assert np.array_equal(score.reaction_times, np.full(30, 20.0))
    silent = task.score(0 * outputs, batch)
    assert silent.accuracy == 0
    assert (silent.choices == -1).all()
    assert np.isnan(silent.reaction_times).all()


def test_the_worst_condition_is_the_accuracy() -> None:
    task = answering(WorstCondition(LargestMean(), ("side",)))
    batch = task.sample(100)
    left = np.flatnonzero(batch.factors["side"] == 0)
    outputs = batch.targets.copy()
    outputs[left[:5]] *= -1
    score = task.score(outputs, batch)
    assert score.accuracy == pytest.approx(1 - 5 / len(left))
    assert score.correct.mean() == pytest.approx(0.95)
    with pytest.raises(SpecError, match=r"WorstCondition\.factors"):
        WorstCondition(LargestMean())
    with pytest.raises(SpecError, match=r"Task\.scoring\.factors\[0\]: unknown factor 'sidee'"):
        answering(WorstCondition(LargestMean(), ("sidee",)))
    with pytest.raises(SpecError, match=r"Task\.scoring\.of\.epochs\[0\]"):
        answering(WorstCondition(LargestMean(("never",)), ("side",)))


def test_several_at_once() -> None:
    task = answering(Several((LargestMean(), WithinTolerance(0.1), FirstCrossing(0.5))))
    batch = task.sample(20)
    score = task.score(0.8 * batch.targets, batch)
    assert (score.accuracy, score.parts["WithinTolerance"].accuracy) == (1, 0.5)
    assert set(score.parts) == {"LargestMean", "WithinTolerance", "FirstCrossing"}
    assert (score.reaction_times == 0).all()
    for parts in ((), (LargestMean(), LargestMean())):
        with pytest.raises(SpecError, match=r"Several\.of"):
            Several(parts)


def test_an_answer_in_each_of_two_epochs() -> None:
    task = answering(Several((LargestMean(("early",)), LargestMean(("late",)))))
    batch = task.sample(20)
    outputs = batch.targets.copy()
    outputs[:, 5:] = -outputs[:, 5:]  # the second epoch, of steps of 10 ms
    score = task.score(outputs, batch)
    assert set(score.parts) == {"LargestMean 1", "LargestMean 2"}
    assert (score.accuracy, score.parts["LargestMean 1"].accuracy, score.parts["LargestMean 2"].accuracy) == (1, 1, 0)
    assert task.scoring == Task.from_json(task.to_json()).scoring


def test_r_squared_is_the_variance_explained() -> None:
    factors = (Factor("x", Normal(2, 1)),)
    task = small_task(factors=factors, outputs=(Channel("out", (Hold("x"),)),), scoring=RSquared())
    batch = task.sample(3000)
    noisy = batch.targets + np.random.default_rng(0).normal(size=(3000, 1, 1)) * 0.5
    assert task.score(noisy, batch).accuracy == pytest.approx(0.75, abs=0.03)
    mean = np.full_like(batch.targets, batch.targets[:, -1].mean())
    assert task.score(mean, batch).accuracy == pytest.approx(0, abs=1e-6)
    assert task.score(batch.targets, batch).correct.min() == 1


def test_keeping_still_is_an_answer_to_guess() -> None:
    """Go or not on one output: a coin. Two sides, or neither: one in three. Two sides and a threshold: one in two."""
    one = (Channel("l", (Hold("left"),)),)
    for scoring in (LargestMean(threshold=0.5), LargestLast(threshold=0.5), FirstCrossing(0.5)):
        task = answering(scoring, outputs=one)
        batch = task.sample(400, seed=1)
        assert task.score(batch.targets, batch).chance == 1 / 2
        for level in (0, 1):
            assert task.score(np.full_like(batch.targets, level), batch).accuracy == pytest.approx(0.5, abs=0.06)
        two = answering(scoring).sample(30)
        assert answering(scoring).score(two.targets, two).chance == 1 / 2
        tables = {"left": (1.0, 0.0, 0.0), "right": (0.0, 1.0, 0.0)}
        third = (Factor("side", Choice((0, 1, 2))), *(Factor(k, Lookup("side", row)) for k, row in tables.items()))
        neither = answering(scoring, factors=third).sample(60)
        assert neither.task.score(neither.targets, neither).chance == 1 / 3
        assert answering(scoring.replace(chance=0.7)).score(two.targets, two).chance == 0.7


def test_which_trials_ask_for_an_answer() -> None:
    one = (Channel("l", (Hold("left"),)),)
    for scoring in (LargestMean(threshold=0.5), FirstCrossing(0.5)):
        batch = answering(scoring, outputs=one).sample(30)
        assert np.array_equal(scoring.asks(batch), batch.factors["left"] == 1)
        assert not scoring.replace(threshold=1.5).asks(batch).any()
    assert LargestMean().asks(TWO_ANSWERS.sample(4)).all()


@pytest.mark.parametrize("dt", [5, 10])
def test_who_does_not_wait_for_the_stimulus_is_wrong(dt: float) -> None:
    """The late epoch begins at 50 ms. Each trial is above the threshold from a time of its own on."""
    ignored, before, soon = (FirstCrossing(0.8, ("late",), anticipation) for anticipation in (None, 0, 25))
    batch = answering(ignored).sample(5, dt)
    begins = np.array([0, 40, 50, 70, 80])
    outputs = batch.targets * (np.arange(batch.n_steps) * dt >= begins[:, None])[:, :, None]
    for scoring, right in ((ignored, [1, 1, 1, 1, 1]), (before, [0, 0, 1, 1, 1]), (soon, [0, 0, 0, 0, 1])):
        score = answering(scoring).score(outputs, batch)
        assert list(score.correct) == right
        assert np.array_equal(score.choices >= 0, np.array(right) == 1)
        assert np.array_equal(np.isfinite(score.reaction_times), np.array(right) == 1)
    assert list(answering(ignored).score(outputs, batch).reaction_times) == [0, 0, 0, 20, 30]
    outputs[:, int(50 / dt) :] = 0
    outputs[:, 0] = 1  # a blip at the very start, and silence after it, where no answer is asked for
    still = batch.targets * 0
    no_go = answering(before, outputs=tuple(Channel(name, (Hold(0),)) for name in "lr")).sample(5, dt)
    assert no_go.task.score(still, no_go).accuracy == 1
    assert no_go.task.score(outputs, no_go).accuracy == 0


def test_an_anticipation_that_leaves_no_time_is_refused() -> None:
    with pytest.raises(SpecError, match=r"scoring\.anticipation: 50 ms may leave no time .* less than 50 ms"):
        answering(FirstCrossing(0.8, ("late",), 50))
    assert answering(FirstCrossing(0.8, ("early", "late"), 50)).scoring.anticipation == 50


SIDED = small_task(
    factors=(Factor("side", Choice((0, 1))), *TWO_ANSWERS.factors[1:], Factor("hard", Choice((0, 1)))),
    epochs=TWO_ANSWERS.epochs,
    outputs=TWO_ANSWERS.outputs,
)


def test_worst_condition_and_several_go_into_each_other() -> None:
    both = (LargestMean(("early",)), LargestMean(("late",)))
    ways = (
        WorstCondition(Several(both), ("hard",)),
        Several(tuple(WorstCondition(each, ("hard",)) for each in both)),
    )
    for scoring in ways:
        task = SIDED.replace(scoring=scoring)
        batch = task.sample(200, seed=2)
        assert Task.from_json(task.to_json()) == task
        outputs = batch.targets.copy()
        hard, easy = (np.flatnonzero(batch.factors["hard"] == level) for level in (1, 0))
        outputs[hard[:10], :5] *= -1
        outputs[easy[:30], 5:] *= -1
        score = task.score(outputs, batch)
        assert score.accuracy == pytest.approx(1 - 10 / len(hard))
        first, second = score.parts.values()
        assert (first.accuracy, second.accuracy) == pytest.approx((1 - 10 / len(hard), 1 - 30 / len(easy)))
    counted = SIDED.replace(scoring=WorstCondition(Several(both), ("side",), only="hard"))
    batch = counted.sample(100, seed=3)
    outputs = np.where(batch.factors["hard"][:, None, None] == 1, batch.targets, -batch.targets)
    score = counted.score(outputs, batch)
    assert [score.accuracy, *(part.accuracy for part in score.parts.values())] == [1, 1, 1]
    with pytest.raises(SpecError, match=r"WorstCondition\.of: has a worst condition inside"):
        WorstCondition(ways[1], ("side",))
    with pytest.raises(SpecError, match=r"Several\.of\[0\]\.of: has several inside"):
        Several((ways[0],))
    with pytest.raises(SpecError, match=r"Task\.scoring\.of\.of\[0\]\.epochs\[0\]"):
        SIDED.replace(scoring=WorstCondition(Several((LargestMean(("never",)),)), ("side",)))


@pytest.mark.parametrize("n", [3, 4, 6, 15])
def test_the_linear_code_is_inverted(n: int) -> None:
    """By hand: between outputs i and i + 1, which share 1, the angle divides the way as they do. Whatever the gain, and
    whatever all outputs have in common."""
    angles = np.linspace(0, 2 * np.pi, 97, endpoint=False)
    places = angles / (2 * np.pi / n)
    before = np.floor(places).astype(int)
    code = np.zeros((97, n))
    rows = np.arange(97)
    code[rows, before] = 1 - (places - before)
    code[rows, (before + 1) % n] = places - before
    for gain, common in ((1, 0), (0.3, 0), (2, 0.5)):
        means = gain * code + common
        points, _ = AngularError(code="linear")._read(means[:, None], np.ones((97, 1, n)))
        assert np.allclose(np.angle(points * np.exp(-1j * angles)), 0, atol=1e-9)


def ringed(angle: str, code: str) -> tuple[Channel, ...]:
    """Eight outputs of smooth tuning, or three that share an angle linearly."""
    n, width, shape = (8, 0.5, "gaussian") if code == "ring" else (3, 2 * np.pi / 3, "linear")
    return tuple(Channel(f"r{i}", (Bump(angle, i * 2 * np.pi / n, width, shape=shape),)) for i in range(n))


@pytest.mark.parametrize("code", ["vector", "ring", "linear"])
def test_angles_are_read_from_vectors_and_rings(code: str) -> None:
    factors = (
        Factor("angle", Uniform(0, 6.283)), Factor("x", Component("angle")), Factor("y", Component("angle", "sin"))
    )  # fmt: skip
    outputs = (Channel("y", (Hold("y"),)), Channel("x", (Hold("x"),))) if code == "vector" else ringed("angle", code)
    task = small_task(factors=factors, outputs=outputs, scoring=AngularError(0.3, code=code))
    batch = task.sample(300, seed=1)
    for turn, right in ((0.2, 1), (-0.2, 1), (0.4, 0), (3.1, 0)):
        turned = small_task(
            factors=(
                *factors,
                Factor("t", Rotate("angle", turn)),
                Factor("tx", Component("t")),
                Factor("ty", Component("t", "sin")),
            ),
            outputs=(Channel("y", (Hold("ty"),)), Channel("x", (Hold("tx"),)))
            if code == "vector"
            else ringed("t", code),
            scoring=task.scoring,
        ).sample(300, seed=1)
        assert task.score(turned.targets, batch).accuracy == right
    score = task.score(0 * batch.targets, batch)
    assert (score.accuracy, score.chance) == (0, pytest.approx(0.3 / np.pi))
    with pytest.raises(SpecError, match="an angle cannot be read from 1"):
        small_task(scoring=AngularError())
    pair = (Channel("a", (Hold(1),)), Channel("b", (Hold(1),)))
    with pytest.raises(SpecError, match="an angle cannot be read from 2; name at least 3 outputs"):
        small_task(outputs=pair, scoring=AngularError(code="linear"))

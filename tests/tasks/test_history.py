"""Factors that depend on earlier trials, against recursions and counts."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from rnnlab.analysis.design import design
from rnnlab.spec import SpecError
from rnnlab.tasks import (
    Channel,
    Choice,
    Compare,
    Constant,
    Epoch,
    Factor,
    Gate,
    Hold,
    Lookup,
    Markov,
    MultitaskSet,
    Normal,
    Previous,
    Task,
    Uniform,
)
from rnnlab.tasks.conditions import in_order
from rnnlab.tasks.exemplars import exemplars
from rnnlab.tasks.scene import draw_factors
from rnnlab.tasks.streams import Streams
from tests.tasks.language import factor_values, small_task

SIDE = Factor("side", Choice((0, 1), weights=(3, 1)))
CONTEXT = Factor("context", Choice((0, 1)))
ANSWER = Factor("answer", Gate("xor", ("side", "context")))


def firsts(*factors: Factor, n: int = 1500) -> dict[str, np.ndarray]:
    """The first trial of each of many batches."""
    batches = [draw_factors(in_order(factors), 1, Streams(seed), {}) for seed in range(n)]
    return {name: np.concatenate([factors[name] for factors in batches]) for name in batches[0]}


@pytest.mark.parametrize("back", [1, 2, 5])
@pytest.mark.parametrize("of", ["side", "answer", "strength"])
def test_the_previous_value_is_that_of_an_earlier_trial(of: str, back: int) -> None:
    factors = (SIDE, CONTEXT, ANSWER, Factor("strength", Normal(0, 1)), Factor("past", Previous(of, back)))
    got = factor_values(*factors, n_trials=200)
    assert np.array_equal(got["past"][back:], got[of][:-back])


def test_before_the_first_trial_come_some_that_are_drawn_like_all_others() -> None:
    got = firsts(SIDE, CONTEXT, ANSWER, Factor("last_side", Previous("side")), Factor("last", Previous("answer")))
    assert got["last_side"].mean() == pytest.approx(0.25, abs=0.04)
    assert got["last"].mean() == pytest.approx(0.5, abs=0.05)
    assert np.corrcoef(got["last_side"], got["side"])[0, 1] == pytest.approx(0, abs=0.08)


def test_the_past_of_the_past_is_further_back() -> None:
    one, two = Factor("one", Previous("side")), Factor("two", Previous("one"))
    got = factor_values(two, one, SIDE, Factor("direct", Previous("side", 2)))
    assert np.array_equal(got["two"], got["direct"])
    assert np.array_equal(got["two"][2:], got["side"][:-2])


def test_looking_back_changes_nothing_else() -> None:
    alone = factor_values(SIDE, CONTEXT, ANSWER)
    for back in (1, 3):
        looking = factor_values(SIDE, CONTEXT, ANSWER, Factor("past", Previous("answer", back)))
        assert all(np.array_equal(alone[name], looking[name]) for name in alone)
    past = Factor("past", Previous("side"))
    chain = Factor("side", Markov((0, 1), 0.7))
    assert np.array_equal(factor_values(chain)["side"], factor_values(chain, past)["side"])
    further = factor_values(SIDE, past, Factor("further", Previous("side", 4)))
    assert np.array_equal(factor_values(SIDE, past)["past"], further["past"])


def test_the_first_trials_do_not_depend_on_how_many_follow() -> None:
    factors = (Factor("s", Markov((1, 2, 3), 0.6)), Factor("past", Previous("s", 2)))
    few, many = factor_values(*factors, n_trials=9), factor_values(*factors, n_trials=90)
    assert all(np.array_equal(few[name], many[name][:9]) for name in few)


@pytest.mark.parametrize("repeat", [0.0, 0.2, 0.5, 0.8, 1.0])
@pytest.mark.parametrize("values", [(0, 1), (-1, 2, 5), (1, 2, 3, 4)])
def test_a_markov_factor_repeats_as_often_as_it_says(values: tuple[float, ...], repeat: float) -> None:
    s = factor_values(Factor("s", Markov(values, repeat)), n_trials=6000)["s"]
    same = s[1:] == s[:-1]
    assert same.mean() == pytest.approx(repeat, abs=0.025)
    if 0 < repeat < 1:
        assert np.corrcoef(same[1:], same[:-1])[0, 1] == pytest.approx(0, abs=0.05)
    changes = list(zip(s[:-1][~same], s[1:][~same], strict=True))
    for pair in itertools.permutations(values, 2) if repeat <= 0.8 else ():
        expected = len(changes) / (len(values) * (len(values) - 1))
        assert changes.count(pair) == pytest.approx(expected, rel=0.25)


def test_a_markov_factor_of_two_values_is_the_plain_recursion() -> None:
    u = Streams(0)["factor:s"].random(2000)
    wanted = [float(u[0] >= 0.5)]
    for each in u[1:]:
        wanted.append(wanted[-1] if each < 0.7 else 1 - wanted[-1])
    assert np.array_equal(factor_values(Factor("s", Markov((0, 1), 0.7)))["s"], wanted)


def test_a_markov_factor_has_no_beginning() -> None:
    """All values are equally likely in the first trial, which repeats the one before it as often as any other."""
    got = firsts(Factor("s", Markov((0, 1, 2), 0.8)), Factor("past", Previous("s")), Factor("far", Previous("s", 2)))
    assert np.bincount(got["s"].astype(int)) / 1500 == pytest.approx([1 / 3] * 3, abs=0.05)
    assert np.mean(got["s"] == got["past"]) == pytest.approx(0.8, abs=0.04)
    assert np.mean(got["s"] == got["far"]) == pytest.approx(0.8**2 + 0.2**2 / 2, abs=0.04)


def test_blocks_of_trials_in_which_repeating_is_the_rule() -> None:
    block = Factor("block", Markov((0, 1), 0.98))
    odds = Factor("odds", Lookup("block", (0.2, 0.8)))
    got = factor_values(Factor("side", Markov((0, 1), "odds")), odds, block, n_trials=20_000)
    same = got["side"][1:] == got["side"][:-1]
    for value, probability in ((0, 0.2), (1, 0.8)):
        assert same[got["block"][1:] == value].mean() == pytest.approx(probability, abs=0.02)
    lengths = np.diff(np.flatnonzero(np.diff(got["block"])))
    assert lengths.mean() == pytest.approx(50, rel=0.2)


def test_a_bias_that_lasts_for_a_block() -> None:
    factors = (
        Factor("block", Markov((0, 1), 0.95)),
        Factor("right", Lookup("block", (0.2, 0.8))),
        Factor("u", Uniform(0, 1)),
        Factor("side", Compare("u", "<", "right")),
    )
    got = factor_values(*factors, n_trials=20_000)
    for value, probability in ((0, 0.2), (1, 0.8)):
        assert got["side"][got["block"] == value].mean() == pytest.approx(probability, abs=0.02)


# ------------------------------------------------------------------------------------------ conditions, balance


def table(values: dict[str, np.ndarray] | None, *names: str) -> list[tuple[float, ...]]:
    assert values is not None
    return sorted(zip(*(values[name] for name in names), strict=True))


def test_every_past_is_a_condition_of_every_trial() -> None:
    factors = (SIDE, Factor("last", Previous("side")), Factor("stays", Compare("side", "==", "last")))
    found = small_task(factors=factors).conditions()
    assert table(found, "side", "last", "stays") == [(0, 0, 1), (0, 1, 0), (1, 0, 0), (1, 1, 1)]
    assert set(found or ()) == {"side", "last", "stays"}


def test_only_pasts_that_there_can_be_are_conditions() -> None:
    """Two factors of one earlier trial go together as they did there."""
    opposite = Factor("opposite", Gate("not", ("side",)))
    factors = (SIDE, opposite, Factor("a", Previous("side")), Factor("b", Previous("opposite")))
    again = Factor("again", Previous("side"))
    found = small_task(factors=(*factors, again)).conditions()
    assert table(found, "side", "a", "b", "again") == [(0, 0, 1, 0), (0, 1, 0, 1), (1, 0, 1, 0), (1, 1, 0, 1)]


def test_the_past_of_what_is_derived_forgets_its_sources() -> None:
    found = small_task(factors=(SIDE, CONTEXT, ANSWER, Factor("last", Previous("answer")))).conditions()
    assert table(found, "side", "context", "last") == sorted(itertools.product((0, 1), repeat=3))


def test_a_balanced_batch_deals_what_is_drawn_and_leaves_the_order_to_chance() -> None:
    factors = (
        Factor("side", Choice((0, 1))),
        CONTEXT,
        Factor("last", Previous("side")),
        Factor("s", Markov((0, 1), 0.9)),
    )
    batch = small_task(factors=factors).sample(2000, 50, balanced=True).factors
    pairs = np.unique(np.stack([batch["side"], batch["context"]]), axis=1, return_counts=True)[1]
    assert pairs.tolist() == [500] * 4
    assert np.array_equal(batch["last"][1:], batch["side"][:-1])
    assert np.mean(batch["last"] == batch["side"]) == pytest.approx(0.5, abs=0.04)
    assert np.mean(batch["s"][1:] == batch["s"][:-1]) == pytest.approx(0.9, abs=0.03)


def serial(*shown: Hold) -> Task:
    """Whether the side is that of the trial before has to be said."""
    return Task(
        name="same as before",
        factors=(SIDE, Factor("last", Previous("side")), Factor("stays", Compare("side", "==", "last"))),
        epochs=(Epoch("cue", Constant(100)), Epoch("look", Constant(100)), Epoch("go", Constant(100), scored=True)),
        inputs=(Channel("side", (Hold("side", epochs=("look",)), *shown)),),
        outputs=(Channel("no", (Hold("stays", gain=-1, offset=1),)), Channel("yes", (Hold("stays"),))),
    )


def test_one_trial_of_every_past_can_be_asked_for() -> None:
    task = serial(Hold("last", epochs=("cue",)))
    found = exemplars(task)
    assert found is not None and len(found) == 4
    batch = found.sample(0, 4, 10)
    assert table(batch.factors, "side", "last", "stays") == [(0, 0, 1), (0, 1, 0), (1, 0, 0), (1, 1, 1)]
    assert np.array_equal(batch.inputs[:, 5, 0], batch.factors["last"])


def test_the_checks_ask_whether_the_past_is_shown() -> None:
    hidden = design(serial())["answerable"]
    assert hidden.verdict == "problem"
    assert "last = " in hidden.sentence
    told = design(serial(Hold("last", epochs=("cue",))))
    assert not told.problems
    assert told["early"].sentence == "The answer is known from 100 ms on (look) and not before."
    assert [(share.factor, share.share.tolist()) for share in told.shares] == [
        ("side", [0.75, 0.25]),
        ("last", [0.75, 0.25]),
    ]


def test_what_only_later_trials_show_is_used() -> None:
    shown = serial(Hold("last", epochs=("cue",)))
    reward = (Factor("reward", Choice((0, 1))), Factor("last reward", Previous("reward")))
    channel = Channel("reward", (Hold("last reward", epochs=("cue",)),))
    with_reward = shown.replace(factors=(*shown.factors, *reward), inputs=(*shown.inputs, channel))
    assert design(with_reward)["unused"].verdict == "good"
    odds = Factor("block", Markov((0, 1))), Factor("odds", Lookup("block", (0.2, 0.8)))
    side = Factor("side", Markov((0, 1), "odds"))
    by_blocks = design(shown.replace(factors=(*odds, side, *shown.factors[1:])))["unused"]
    assert by_blocks.sentence == "Every drawn factor decides something, and every channel carries something."
    idle = shown.replace(factors=(*shown.factors, reward[0]))
    assert "factor reward" in design(idle)["unused"].sentence


def test_each_task_of_a_set_has_a_past_of_its_own() -> None:
    other = small_task().replace(name="other")
    batch = MultitaskSet("both", (serial(Hold("last", epochs=("cue",))), other)).sample(60, 10)
    own = batch.factors["task"] == 0
    assert np.array_equal(batch.factors["last"][own][1:], batch.factors["side"][own][:-1])


# --------------------------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("factors", "path", "words"),
    [
        ((Factor("p", Previous("sid")), SIDE), "Task.factors[0].rule.of", "did you mean 'side'"),
        ((Factor("p", Previous("p")),), "Task.factors[0].rule", "is a Markov factor"),
        ((Factor("p", Previous("q")), Factor("q", Gate("not", ("p",)))), "Task.factors[0].rule", "circle among p, q"),
        ((SIDE, Factor("s", Markov((0, 1), "sid"))), "Task.factors[1].rule.repeat", "did you mean 'side'"),
        ((Factor("r", Choice((0.5, 2))), Factor("s", Markov((0, 1), "r"))), "Task.factors[1].rule.repeat", "can be 2"),
        ((Factor("r", Uniform(0, 1)), Factor("s", Markov((0, 1), "r"))), "Task.factors[1].rule.repeat", "any value"),
        ((Factor("x", Normal(0, 1)), Factor("p", Previous("x")), Factor("t", Lookup("p", (1,)))),
         "Task.factors[2].rule.factor", "does not count"),
    ],
)  # fmt: skip
def test_wrong_pasts_are_refused(factors: tuple[Factor, ...], path: str, words: str) -> None:
    with pytest.raises(SpecError) as caught:
        factor_values(*factors)
    assert caught.value.path == path
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("make", "path"),
    [
        (lambda: Previous("s", 0), "Previous.back"),
        (lambda: Markov((1,)), "Markov.values"),
        (lambda: Markov((1, 2, 1)), "Markov.values"),
        (lambda: Markov((1, 2), 1.5), "Markov.repeat"),
        (lambda: Epoch("a", Markov((10, 20))), "Epoch.duration"),
    ],
)
def test_wrong_kinds_are_refused(make, path: str) -> None:
    with pytest.raises(SpecError) as caught:
        make()
    assert caught.value.path == path


def test_the_past_counts_where_its_source_does() -> None:
    past = (SIDE, Factor("last", Previous("side")), Factor("target", Lookup("last", (0.2, 1.0))))
    got = factor_values(*past)
    assert np.array_equal(got["target"], np.where(got["last"] == 1, 1.0, 0.2))

"""The board of a task: what it says of every epoch, channel and factor, and what goes between it and the browser."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from bokeh.document import Document

from rnnlab.spec import Spec
from rnnlab.tasks import (
    TASKS,
    AngularError,
    Channel,
    Choice,
    Constant,
    Epoch,
    Exponential,
    Factor,
    Hold,
    LargestMean,
    Noise,
    Remainder,
    Several,
    SignOfMean,
    Task,
    TruncatedExponential,
    Uniform,
    Until,
    WorstCondition,
)
from rnnlab.tasks.factors import Compare, Gate, Linear, Lookup, Product
from rnnlab.tasks.history import Markov, Previous
from rnnlab.tasks.signals import ComparedSums, Delayed, LastPulse, PulseTrain, Ramp, RunningSum
from rnnlab.views import wording
from rnnlab.views.board import alternatives, board
from rnnlab.views.timeline import Timeline

WORDS: list[tuple[Spec, str]] = [
    (Constant(500), "500"),
    (Uniform(-2, 2), "−2 to 2, uniform"),
    (Choice((0, 1), weights=(3, 1)), "0 or 1, odds 3 to 1"),
    (Choice((1, 2, 3), weights=(1, 1, 1)), "1, 2 or 3"),
    (TruncatedExponential(330, 80, 1500), "80–1500, exponential, mean 330"),
    (Exponential(0.2, low=-1), "from −1, exponential, mean −0.8"),
    (Markov((0, 1), "odds"), "0 or 1, again with probability odds"),
    (Previous("last_side"), "last side in the trial before"),
    (Previous("side", 3), "side 3 trials ago"),
    (Lookup("direction", (1.0, "coherence")), "1 or coherence by direction"),
    (Linear((("f_1", 1), ("f_2", -1))), "f 1 − 1 · f 2"),
    (Product(("sign", "coherence")), "sign × coherence"),
    (Compare("first", "!=", "second"), "first ≠ second"),
    (Gate("xor", ("a", "b")), "a xor b"),
    (Gate("not", ("catch",)), "not catch"),
    (Gate("second", ("a", "b")), "b"),
]


@pytest.mark.parametrize(("rule", "words"), WORDS, ids=str)
def test_a_rule_in_words(rule: Any, words: str) -> None:
    assert wording.rule(rule) == words


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        (Constant(500), ""),
        (Uniform(300, 900), "300–900 ms, uniform"),
        (Choice((200, 400)), "200 or 400 ms"),
        (Until(700, 880), "until 700–880 ms"),
        (Until(600, 600), "until 600 ms"),
        (Remainder(2000), "rest of 2000 ms"),
    ],
)
def test_a_duration_in_words(duration: Any, words: str) -> None:
    assert wording.duration(duration) == words


@pytest.mark.parametrize(
    ("signal", "words"),
    [
        (Hold(1.0, gain=2.0, offset=-0.5), "1.5"),
        (Hold("coherence"), "coherence"),
        (Hold("sign", gain=-1, offset=1), "−1 · sign + 1"),
        (Hold(1.0, when="go_cue"), "1 if go cue"),
        (Ramp(0.0, "peak"), "0 → peak"),
        (PulseTrain(), "pulses"),
        (LastPulse("in_0"), "last pulse of in 0"),
        (Delayed("in", 400), "in 400 ms ago"),
        (RunningSum("right", minus="left"), "∫ right − left"),
        (ComparedSums("right", ">=", minus="left", bound=0.5), "∫ right − left >= 0.5"),
        (Noise(0.05), "noise 0.05"),
    ],
)
def test_a_signal_in_words(signal: Any, words: str) -> None:
    assert wording.signal(signal) == words


def test_a_scoring_in_words() -> None:
    assert wording.how_scored(LargestMean(epochs=("go",))) == "largest mean in go"
    assert wording.how_scored(WorstCondition(AngularError(), factors=("a", "b"))) == "angular error, worst of a and b"
    assert wording.how_scored(LargestMean(epochs=("go",), only="shown")) == "largest mean in go, if shown"
    assert wording.how_scored(Several((LargestMean(), AngularError()))) == "largest mean and angular error"


@pytest.fixture
def task() -> Task:
    """Half of its epochs vary, one may be skipped, and one output is 1 where the input was."""
    return Task(
        name="look and answer",
        factors=(Factor("level", Choice((1.0, 2.0))), Factor("asked", Choice((0.0, 1.0)))),
        epochs=(
            Epoch("wait", Uniform(100, 300)),
            Epoch("look", TruncatedExponential(200, 100, 600), when="asked"),
            Epoch("answer", Constant(400), scored=True, grace=100),
        ),
        inputs=(Channel("eye", (Hold("level", epochs=("look",)), Noise(0.1))), Channel("none", (Noise(0.0),))),
        outputs=(Channel("hand", (Hold(-1.0, epochs=("answer",)),)),),
        scoring=SignOfMean(),
    )


@pytest.fixture
def drawn(task: Task) -> dict[str, Any]:
    return board(task, task.sample(24, noise=False))


def test_epochs_stand_with_their_mean_their_words_and_their_soft_ends(drawn: dict[str, Any]) -> None:
    wait, look, answer = drawn["epochs"]
    assert (wait["ms"], wait["words"], wait["note"], wait["varies"]) == (200, "100–300 ms, uniform", "", True)
    assert wait["fade"] == [100 + 25 * i for i in range(9)]
    cut = 1 - math.exp(-500 / 200)
    assert look["fade"][4] == pytest.approx(100 - 200 * math.log(1 - 0.5 * cut), abs=0.06)
    assert look["ms"] == pytest.approx(100 + 200 - 500 * math.exp(-2.5) / cut, abs=0.1)
    assert look["note"] == "if asked"
    assert (answer["ms"], answer["varies"], answer["scored"], answer["grace"]) == (400, False, True, 100)
    assert answer["note"] == "scored after 100 ms"


def test_cells_show_what_a_channel_does_of_its_own_and_its_trace(drawn: dict[str, Any]) -> None:
    eye, none, hand = drawn["rows"]
    assert [cell["words"] for cell in eye["cells"]] == ["", "level", ""]
    assert (eye["always"], none["always"], hand["always"]) == ("noise 0.1", "", "")
    assert {level for trace in eye["cells"][1]["traces"] for level in trace} <= {50, 100}, "of a range from 0 to 2"
    assert {level for trace in eye["cells"][0]["traces"] for level in trace} == {0} == {eye["zero"]}
    assert {level for trace in hand["cells"][2]["traces"] for level in trace} == {0}
    assert hand["zero"] == 100, "all of its values are below zero"


def test_a_cell_shows_trials_that_have_its_epoch(task: Task) -> None:
    batch = task.sample(24, noise=False)
    without = np.flatnonzero(batch.factors["asked"] == 0)
    shown = board(task, batch[without])["rows"][0]["cells"][1]["traces"]
    assert shown == []


def test_a_cell_shows_every_level_of_a_factor_with_few(task: Task) -> None:
    """Whichever trials come first: the levels of twenty trials are 0.2, but for the last ones."""
    rule = Choice((0.2, 0.6, 1.0, 1.4, 2.0))
    several = task.replace(factors=(Factor("level", rule), task.factors[1]))
    batch = several.sample(240, noise=False)
    asked = batch.factors["asked"] != 0
    levels = {value: np.flatnonzero(asked & (batch.factors["level"] == value)) for value in rule.values}
    rows = np.concatenate([levels[0.2][:20], *(levels[value][:1] for value in rule.values[1:])])
    traces = board(several, batch[rows])["rows"][0]["cells"][1]["traces"]
    assert sorted({level for trace in traces for level in trace}) == [10, 30, 50, 70, 100]


def test_a_cell_shows_a_quantity_from_low_to_high(task: Task) -> None:
    batch = task.replace(factors=(Factor("level", Uniform(1.0, 2.0)), task.factors[1])).sample(24, noise=False)
    top = batch.inputs.max()
    there = batch.factors["level"][batch.factors["asked"] != 0] * 100 / top
    traces = board(batch.task, batch)["rows"][0]["cells"][1]["traces"]
    shown = sorted(trace[0] for trace in traces)
    assert len(shown) == 3
    assert (shown[0], shown[-1]) == (round(there.min()), round(there.max())) and shown[0] < shown[1] < shown[2]


def test_factors_scoring_and_the_task_itself_can_be_chosen(drawn: dict[str, Any]) -> None:
    assert [item["what"]["name"] for item in drawn["things"]["Factors"]] == ["level", "asked"]
    assert [item["what"]["what"] for item in drawn["things"]["Whole trial"]] == ["scoring", "task"]


@pytest.mark.parametrize("name", TASKS)
def test_every_task_fits_on_a_board(name: str) -> None:
    """In so few bytes that an edge can be dragged."""
    task: Task = TASKS[name]()
    text = json.dumps(board(task, task.sample(24, noise=False)), ensure_ascii=False)
    assert len(text) < 25_000
    said = json.loads(text)
    assert len(said["rows"]) == task.n_inputs + task.n_outputs
    assert all(len(row["cells"]) == len(task.epochs) for row in said["rows"])
    assert all(sum(map(len, cell["traces"])) <= 120 for row in said["rows"] for cell in row["cells"])


def test_what_the_browser_says_is_answered_in_its_order() -> None:
    heard: list[Any] = []
    timeline = Timeline(heard.append)
    timeline.get_root(Document())
    timeline._handle_msg({"n": 4, "act": "undo"})
    assert heard == [{"n": 4, "act": "undo"}]
    assert timeline.answered == 4


def test_only_what_changes_is_sent(drawn: dict[str, Any]) -> None:
    timeline = Timeline(lambda _: None)
    changes: list[str] = []
    timeline.param.watch(lambda *events: changes.extend(event.name for event in events), ["sheet", "chosen", "problem"])
    timeline.put(sheet=drawn, problem={})
    timeline.put(sheet=drawn, chosen={"what": "epoch", "name": "wait"})
    assert changes == ["sheet", "chosen"]


def test_epochs_that_never_come_together_are_alternatives() -> None:
    task = TASKS["context_decision"]()
    assert alternatives(task)["catch"] == ("fixation", "stimulus", "decision")
    assert not any(alternatives(task)[name] for name in ("fixation", "stimulus", "decision"))
    cards = board(task, task.sample(24, noise=False))["epochs"]
    assert [card["instead"] for card in cards] == [-1, -1, -1, 0]
    assert cards[3]["others"] == "instead of fixation, stimulus and decision"


@pytest.mark.parametrize("name", list(TASKS)[::5])
def test_no_trial_has_two_alternatives(name: str) -> None:
    task: Task = TASKS[name]()
    batch = task.sample(200, seed=1)
    lasts = {epoch: steps[:, 1] > steps[:, 0] for epoch, steps in batch.epochs.items()}
    for epoch, others in alternatives(task).items():
        assert not any((lasts[epoch] & lasts[other]).any() for other in others)

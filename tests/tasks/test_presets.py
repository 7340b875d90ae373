"""Presets: facts for sliders read from a function's annotations, and settings checked by them."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import pytest

from rnnlab.spec import SpecError
from rnnlab.tasks import TASKS, Constant, Epoch, Task, Uniform
from rnnlab.tasks.presets import Numbers, Pairs, Range, Setting, lasting, preset
from tests.tasks.language import small_task


@preset("Waiting")
def waiting(
    *,
    delay: Annotated[Range, Setting("Delay", "ms", 0, 2000, 10, "epochs", "How long.")] = (200, 400),
    n: Annotated[int, Setting("Number", low=1, high=5, limit=9)] = 2,
    levels: Annotated[Numbers, Setting("Levels", low=-1)] = (0.5,),
    pairs: Annotated[Pairs, Setting("Pairs", high=50)] = ((1, 2),),
    gain: Annotated[float, Setting("Gain")] = 1.0,
) -> Task:
    """Wait for it.

    And go.
    """
    return small_task(epochs=(Epoch("delay", lasting(delay)), Epoch("go", Constant(50 * n), scored=True)))


def test_facts_come_from_the_function() -> None:
    assert (waiting.name, waiting.title, waiting.description) == ("waiting", "Waiting", "Wait for it.")
    facts = waiting.settings()
    assert list(facts) == ["delay", "n", "levels", "pairs", "gain"]
    assert [s.kind for s in facts.values()] == ["range", "integer", "numbers", "pairs", "number"]
    assert facts["delay"] == Setting(
        "Delay", "ms", 0, 2000, 10, "epochs", "How long.", name="delay", default=(200, 400), kind="range"
    )


def test_settings_are_read_as_what_they_are() -> None:
    task = waiting(delay=[100, 300], n=3.0)
    assert task.epochs[0].duration == Uniform(100, 300)
    assert task.epochs[1].duration == Constant(150)
    assert waiting(delay=np.array([100, 100])).epochs[0].duration == Constant(100)
    assert waiting(delay=np.float32(100)) == waiting(delay=100)
    assert waiting(delay=0).epochs[0].duration == Uniform(0, 0)
    assert waiting(delay=9000).epochs[0].duration == Constant(9000)  # a slider's end is no limit
    assert waiting(n=9).epochs[1].duration == Constant(450)


@pytest.mark.parametrize(
    ("wrong", "path", "words"),
    [
        ({"delay": (400, 200)}, "delay", "goes down; give (lowest, highest)"),
        ({"delay": (-1, 200)}, "delay", "-1 ms is out of range; give at least 0 ms"),
        ({"delay": "long"}, "delay", "expected a list of numbers, got 'long'"),
        ({"delay": None}, "delay", "expected a number, got None"),
        ({"n": 0}, "n", "give at least 1 and at most 9"),
        ({"n": 10}, "n", "10 is out of range"),
        ({"n": 1.5}, "n", "expected a whole number, got 1.5"),
        ({"n": True}, "n", "expected a number"),
        ({"levels": ()}, "levels", "is empty; give at least one"),
        ({"levels": 3}, "levels", "expected a list of numbers, got 3"),
        ({"levels": "0.5"}, "levels", "expected a list of numbers"),
        ({"levels": (0, float("inf"))}, "levels[1]", "expected a number, got inf; give a finite number"),
        ({"pairs": ((1, 2), 3)}, "pairs[1]", "expected a list of numbers"),
        ({"pairs": ((1, 2, 3),)}, "pairs[0]", "expected two numbers"),
        ({"gian": 1}, "gian", "unknown setting 'gian'; did you mean 'gain'?"),
    ],
)
def test_wrong_settings_are_refused_by_name(wrong: dict, path: str, words: str) -> None:
    with pytest.raises(SpecError) as caught:
        waiting(**wrong)
    assert caught.value.path == f"waiting.{path}"
    assert words in str(caught.value)


def test_every_setting_of_the_catalogue_belongs_to_a_group() -> None:
    groups = {setting.group for p in TASKS.values() for setting in p.settings().values()}
    assert groups == {"epochs", "stimulus", "noise", "trial"}

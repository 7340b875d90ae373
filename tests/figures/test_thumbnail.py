"""Thumbnails of tasks: what they draw, in which colours, and how much of it."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from rnnlab.figures.theme import DARK, LIGHT
from rnnlab.figures.thumbnail import HEIGHT, MOST_LANES, WIDTH, liveliest, thumbnail
from rnnlab.tasks import TASKS, Channel, Choice, Constant, Epoch, Factor, Hold, LargestMean, Noise, Task

SVG = "{http://www.w3.org/2000/svg}"


def parsed(drawn: str) -> ElementTree.Element:
    return ElementTree.fromstring(drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def waiting() -> Task:
    """200 ms of nothing, then 600 ms in which the single input is on, the target with it."""
    return Task(
        name="waiting",
        factors=(Factor("level", Choice((0.0, 1.0))),),
        epochs=(Epoch("before", Constant(200)), Epoch("on", Constant(600), scored=True)),
        inputs=(Channel("in", (Hold("level", epochs=("on",)), Noise(0.5))),),
        outputs=(Channel("out", (Hold("level", epochs=("on",)),)),),
        scoring=LargestMean(threshold=0.5),
    )


@pytest.mark.parametrize("name", TASKS)
def test_every_task_has_a_small_drawing_that_stays_inside_its_frame(name: str) -> None:
    drawn = thumbnail(TASKS[name]())
    root = parsed(drawn)
    assert len(drawn) < 6000
    xs, ys = [], []
    for path in root.iter(f"{SVG}path"):
        d = path.attrib["d"]
        assert re.fullmatch(r"[MLHV0-9. -]+", d), name
        for command, numbers in re.findall(r"([MLHV])([0-9. -]*)", d):
            values = [float(v) for v in numbers.split()]
            xs += [] if command == "V" else values[:1]
            ys += [] if command == "H" else values[-1:]
    assert all(-0.1 <= x <= WIDTH + 0.1 for x in xs)
    assert all(-0.1 <= y <= HEIGHT + 0.1 for y in ys)
    for rect in root.iter(f"{SVG}rect"):
        assert float(rect.get("x", 0)) + float(rect.attrib["width"]) <= WIDTH + 0.2


@pytest.mark.parametrize("name", TASKS)
def test_every_output_that_is_scored_has_a_thick_line(name: str) -> None:
    task = TASKS[name]()
    trial = liveliest(task.sample(16, 10, 0, noise=False))
    scored = int((trial.mask[0] > 0).any(axis=0).sum())
    if task.n_outputs <= MOST_LANES:
        assert thumbnail(task).count('stroke-width="2.6"') == scored


def test_epochs_steps_and_levels_are_where_they_belong() -> None:
    """A quarter of the trial is a band of its own, then the input steps up and the target is scored."""
    root = parsed(thumbnail(waiting()))
    before, on = (rect.attrib for rect in root.iter(f"{SVG}rect"))
    assert (float(before["x"]), float(before["width"])) == (0, WIDTH / 4)
    assert (float(on["x"]), float(on["width"])) == (WIDTH / 4, 3 * WIDTH / 4)
    assert LIGHT.epoch in before["fill"] and LIGHT.scored in on["fill"]
    edge, trace, dotted, thick = (path.attrib["d"] for path in root.iter(f"{SVG}path"))
    assert edge == f"M50 0V{HEIGHT}"
    low, high = (float(v) for v in re.fullmatch(r"M0 (\S+?)V\1H50V(\S+?)H200", trace).groups())  # type: ignore[union-attr]
    assert high < low, "up on the screen is a smaller number"
    assert dotted.endswith("H50") and thick.startswith("M50 ") and thick.endswith("H200")


def test_the_trial_in_which_something_happens_is_drawn_and_without_noise() -> None:
    batch = waiting().sample(16, 10, 0)
    assert set(batch.factors["level"]) == {0.0, 1.0}
    assert liveliest(batch).factors["level"].tolist() == [1.0]
    assert thumbnail(waiting()).count("V") < 10


def test_colours_are_the_page_s_or_the_theme_s() -> None:
    task = waiting()
    assert set(re.findall(r"var\((--rl-[a-z]+), #", thumbnail(task))) == {
        "--rl-epoch", "--rl-scored", "--rl-axis", "--rl-input", "--rl-target",
    }  # fmt: skip
    dark = thumbnail(task, DARK)
    assert "var(" not in dark
    assert {DARK.epoch, DARK.scored, DARK.axis, DARK.input, DARK.target} == set(re.findall("#[0-9a-f]{6}", dark))


def test_many_channels_become_an_image() -> None:
    drawn = thumbnail(TASKS["match_to_category"]())
    opacities = [float(rect.get("fill-opacity", 0)) for rect in parsed(drawn).iter(f"{SVG}rect")]
    assert max(opacities) == 1
    assert sum(0 < opacity < 1 for opacity in opacities) > 5


def test_a_signal_that_moves_all_the_time_is_thinned_and_keeps_its_ends() -> None:
    drawn = thumbnail(TASKS["sine_wave"]())
    path = next(p.attrib["d"] for p in parsed(drawn).iter(f"{SVG}path") if "L" in p.attrib["d"])
    assert path.count("L") <= 66
    assert path.startswith("M0 ")
    assert re.search(rf"L{WIDTH} [\d.]+$", path)


def test_names_are_text() -> None:
    task = waiting()
    object.__setattr__(task, "name", '"><img src=x>')
    drawn = thumbnail(task)
    assert "<img" not in drawn
    parsed(drawn)


def test_a_batch_is_drawn_as_it_is() -> None:
    batch = waiting().sample(4, 10, 0, noise=False)
    silent = batch[np.flatnonzero(batch.factors["level"] == 0)]
    drawn = parsed(thumbnail(silent))
    trace = [path.attrib["d"] for path in drawn.iter(f"{SVG}path")][1]
    assert re.fullmatch(r"M0 (\S+?)V\1H200", trace)

"""The network run by hand: played, stepped, given inputs, its marked units silenced and restored, begun anew."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnnlab.figures.theme import LIGHT
from rnnlab.session import Session
from rnnlab.views import VIEWS, Frame
from rnnlab.views.running import MOST_SLIDERS


@pytest.fixture
def part(session: Session) -> Any:
    made = VIEWS["running"](session).show(LIGHT)
    Frame([made], session)
    return made


def test_it_is_stepped_with_the_inputs_of_the_sliders(session: Session, part: Any) -> None:
    assert len(part.sliders) == session.example.task.n_inputs <= MOST_SLIDERS
    part.sliders[0].value = 0.5
    part.step.clicks += 1
    part.beat()
    assert session.live.simulator.n_steps == 1 + round(100 / session.network.dt)
    lines = part.figure.sources["inputs"].data
    assert set(lines["ys"][0]) == {0.5}
    assert lines["name"][0] == session.example.task.input_names[0].replace("_", " ")
    assert part.figure.sources["heat"].data["image"][0].shape[0] == session.network.n_units
    assert "(11, [0.5, 0])" in part.code.object


def test_marked_units_are_silenced_and_restored(session: Session, part: Any) -> None:
    assert part.silence.disabled
    session.mark_units([2, 5])
    part.silence.clicks += 1
    part.step.clicks += 1
    assert session.live.lesioned == (2, 5)
    assert not session.live.simulator.rates[0, [2, 5]].any()
    assert part.figure.sources["silenced"].data["y"].tolist() == [2.5, 5.5]
    assert "Silenced: 2, 5." in part.said.object
    part.restore.clicks += 1
    assert session.live.lesioned == ()
    assert part.restore.disabled


def test_it_keeps_its_network_until_it_is_begun_anew(session: Session, part: Any) -> None:
    part.step.clicks += 1
    before = session.live.simulator.network
    session.set_seed(5)
    assert session.network is not before
    assert session.live.simulator.network is before
    part.again.clicks += 1
    assert session.live.simulator.network is session.network
    assert session.live.simulator.n_steps == 0
    session.live_step(3)
    session.set_network("n_units", 9)
    assert session.live.simulator.network.n_units == 9
    assert np.shape(part.session.live.window[1]) == (0, 9)


def test_nobody_looking_it_stands_still(session: Session, part: Any) -> None:
    part.shown = False
    part.beat()
    assert session.live.simulator.n_steps == 0

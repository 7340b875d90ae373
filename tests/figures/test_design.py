"""Durations and shares as bars: areas, rows and names."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab.analysis import design
from rnnlab.figures import DesignFigure
from rnnlab.figures.design import durations_data, shares_data, values_data
from rnnlab.tasks import get


def test_each_epoch_has_a_row_on_a_common_axis_of_milliseconds() -> None:
    found = design(get("delayed_discrimination"))
    figure = DesignFigure(found)
    durations, _ = figure.root.children
    names = durations.yaxis[0].major_label_overrides
    assert list(names.values()) == [
        *("fixation", "stimulus 1", "delay", "stimulus 2", "decision (scored)", "whole trial"),
    ]
    assert durations.xaxis[0].axis_label == "duration (ms)"
    scored = figure.sources["scored"].data
    assert (min(scored["left"]), max(scored["right"])) == (100, 250)
    assert set(np.floor(np.array(scored["bottom"]))) == {4}


def test_the_share_of_trials_counts_those_that_skip_an_epoch() -> None:
    found = design(get("random_dots"))
    data = durations_data(found.durations, True, 2000.0)
    share = dict(zip(data["epoch"], data["share"], strict=True))
    assert share["catch"] == pytest.approx(100 / 11, abs=3)
    assert share["decision"] == pytest.approx(100 * 10 / 11, abs=3)


def test_a_factor_s_bar_is_cut_into_its_values() -> None:
    found = design(get("random_dots"))
    data = shares_data(found.shares)
    catch = [i for i, name in enumerate(data["factor"]) if name == "catch"]
    assert [data["value"][i] for i in catch] == ["0", "1"]
    assert [data["right"][i] - data["left"][i] for i in catch] == pytest.approx([1000 / 11, 100 / 11])
    assert max(data["right"]) == pytest.approx(100)
    assert set(values_data(found.shares)["text"]) >= {"0", "1", "16"}


def test_a_task_that_draws_nothing_has_no_shares() -> None:
    figure = DesignFigure(design(get("sine_wave")))
    assert not figure.root.children[1].visible
    figure.update(design(get("xor")))
    assert figure.root.children[1].visible

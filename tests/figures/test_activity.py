"""Activity: rows in order, one unit's traces averaged by condition, trials lined up."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from bokeh.models import ColumnDataSource, HoverTool

from rnnlab import analysis, tasks
from rnnlab.analysis import Condition, Marked
from rnnlab.figures import ActivityFigure
from rnnlab.figures.activity import PALE, alignment, columns, heat
from rnnlab.figures.picks import Box, Pick
from rnnlab.networks import from_arrays
from rnnlab.simulation import Trajectory, simulate
from tests.figures.conftest import Material, untrained


@pytest.fixture(scope="module")
def steady() -> Trajectory:
    """Trials whose epochs are all at the same times."""
    return simulate(untrained(3), tasks.get("perceptual_discrimination", **FIXED).sample(12, dt=10, seed=0))


FIXED = {"fixation": (500.0, 500.0), "stimulus": (500.0, 500.0)}


def test_rows_are_units_from_top_to_bottom(material: Material) -> None:
    order = analysis.peak_order(material.trajectory.rates, 10)
    figure = ActivityFigure(material.trajectory, order=order)
    image = figure.sources["heat"].data["image"][0]
    assert image.dtype == np.float32
    np.testing.assert_allclose(image[::-1], material.trajectory.rates[0][:, order.order].T, rtol=1e-6)
    assert [figure.readers[0][1](at(50, row + 0.5)).units[0] for row in (2, 1, 0)] == order.order.tolist()


def point(pointed: ColumnDataSource, box: tuple[float, ...], *, add: bool = False) -> None:
    """What the browser does when a person points."""
    corners = dict(zip(("x0", "x1", "y0", "y1"), ([float(end)] for end in box), strict=True))
    pointed.data = corners | {"add": [add], "n": [pointed.data["n"][0] + 1]}


def at(x: float, y: float) -> Box:
    return Box(x, x, y, y)


def test_a_click_or_a_box_chooses_units_and_marking_outlines_their_rows(material: Material) -> None:
    figure = ActivityFigure(material.trajectory, order=[2, 0, 1])
    picked: list[Pick] = []
    figure.on_pick(picked.append)
    point(figure.pointed[0], (100, 100, 0.5, 0.5), add=True)
    point(figure.pointed[0], (10, 400, 2.8, 1.2))
    assert picked == [Pick(units=(1,), add=True), Pick(units=(0, 2))]
    figure.mark(Marked(units=(0, 2)))
    assert figure.sources["chosen"].data["y"].tolist() == [1.5, 2.5]
    assert figure.root.children[1].yaxis[0].axis_label == "mean rate of 2 units"
    figure.mark(Marked())
    assert figure.sources["chosen"].data["y"].tolist() == [2 - 0.5], "the unit shown while none is marked"


def test_a_click_on_a_trace_chooses_its_condition_and_leaves_the_others_pale(steady: Trajectory) -> None:
    figure = ActivityFigure(steady, factor="direction", unit=1)
    data, read = figure.sources["traces"].data, figure.readers[1][1]
    x, y = (data[key][1] for key in ("xs", "ys"))
    middle = int(np.abs(y - data["ys"][0]).argmax())
    pick = read(at(x[middle], y[middle]))
    assert pick == Pick(condition=Condition("direction", 1.0))
    figure.mark(Marked(condition=pick.condition))
    assert figure.sources["traces"].data["alpha"].tolist() == [PALE, 1.0]
    assert read(at(0.0, 100.0)) is None


def test_showing_another_unit(material: Material) -> None:
    figure = ActivityFigure(material.trajectory, order=[2, 0, 1])
    figure.select(2)
    assert figure.sources["chosen"].data["y"].tolist() == [2.5]
    assert figure.root.children[1].yaxis[0].axis_label == "rate of unit 2"
    with pytest.raises(ValueError, match="no unit 3 in a network of 3"):
        figure.select(3)


def test_traces_are_means_by_condition(steady: Trajectory) -> None:
    figure = ActivityFigure(steady, factor="direction", unit=1)
    data = figure.sources["traces"].data
    assert data["label"] == ["0", "1"]
    for place, direction in enumerate((0, 1)):
        chosen = steady.batch.factors["direction"] == direction
        np.testing.assert_allclose(data["ys"][place], steady.rates[chosen][:, :, 1].mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(data["xs"][0], steady.time)


def test_trials_are_lined_up_where_they_differ(material: Material) -> None:
    batch = material.batch
    starts = batch.epochs["stimulus"][:, 0]
    pulse = (np.arange(batch.n_steps) == starts[:, None]).astype(float)
    linear = from_arrays(form="current", nonlinearity="linear", dt=10, tau=100, W_rec=np.zeros((3, 3)))
    states = np.repeat(pulse[:, :, None], 3, axis=2)
    pulses = dataclasses.replace(material.trajectory, states=states, network=linear)
    figure = ActivityFigure(pulses, trial=4, factor="")
    x, y = (figure.sources["traces"].data[key][0] for key in ("xs", "ys"))
    assert y.max() == 1.0, "every trial's pulse falls on the same step"
    assert x[y.argmax()] == (starts[4] + 1) * batch.dt
    assert "lined up at the start of stimulus" in figure.root.children[1].xaxis[0].axis_label
    assert len(figure.sources["trace bands"].data["x0"]) == 0


def test_epochs_at_the_same_times_need_no_lining_up(steady: Trajectory) -> None:
    shift, _, remark = alignment(steady.batch, None, 3)
    assert not shift.any()
    assert remark == ""
    figure = ActivityFigure(steady, trial=None)
    assert figure.sources["trace bands"].data["x0"] == figure.sources["bands"].data["x0"]
    np.testing.assert_allclose(
        figure.sources["heat"].data["image"][0][::-1], steady.rates.mean(axis=0).T, rtol=1e-5, atol=1e-7
    )


def test_what_cannot_be_shown_is_refused(material: Material) -> None:
    with pytest.raises(ValueError, match="epochs differ from trial to trial"):
        heat(material.trajectory, None, np.arange(3))
    with pytest.raises(ValueError, match="no epoch 'sample'; give one of: fixation, stimulus, response"):
        ActivityFigure(material.trajectory, align="sample")
    with pytest.raises(ValueError, match="each of the 3 units once"):
        ActivityFigure(material.trajectory, order=[0, 0, 1])


def test_a_smaller_network_may_follow(material: Material) -> None:
    figure = ActivityFigure(simulate(untrained(8), material.batch), unit=7)
    figure.update(material.trajectory)
    assert figure.unit == 2
    assert figure.sources["heat"].data["image"][0].shape[0] == 3


def test_the_ticks_name_the_units_that_stand_there(material: Material) -> None:
    order = analysis.peak_order(material.trajectory.rates, 10)
    axis = ActivityFigure(material.trajectory, order=order).root.children[0].yaxis[0]
    assert axis.axis_label == "unit, by time of the peak"
    assert {place: int(name) for place, name in axis.major_label_overrides.items()}.items() <= {
        2.5 - row: unit for row, unit in enumerate(order.order.tolist())
    }.items()
    assert axis.ticker.ticks


def test_a_legend_is_no_higher_than_its_panel(material: Material) -> None:
    """Seven short names stand in two columns; few, or long ones, below each other."""
    figure = ActivityFigure(material.trajectory, factor="signed_coherence")
    assert len(figure.groups.labels) == 7
    assert figure.legends[0][0].legend.ncols == 2
    figure.update(material.trajectory, factor="direction")
    assert figure.legends[0][0].legend.ncols == 1
    assert columns(["to the left"] * 8) == 1


def test_the_pointer_tells_the_unit_of_a_row_and_of_a_stretch_only_above_the_rows(material: Material) -> None:
    figure = ActivityFigure(material.trajectory, order=[2, 0, 1])
    rows, bands = figure.sources["heat"].data, figure.sources["bands"].data
    assert rows["names"] == [["1", "0", "2"]], "from the bottom"
    assert set(bands["foot"]) == {3}, "where the rows end"
    assert min(bands["head"]) > 3
    tips = [dict(tool.tooltips) for tool in figure.root.select({"type": HoverTool})]
    told = {each["unit"] for each in tips if "unit" in each}
    assert told == {"$y{custom}"}

"""Loss and accuracy: thinned, steady, without holes where a loss is not a number."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from bokeh.models import GlyphRenderer, Legend, Text

from rnnlab.figures import LearningFigure
from rnnlab.figures.learning import POINTS, learning_data
from rnnlab.figures.paint import LEFT
from rnnlab.runs import History
from tests.figures.conftest import make_history


def test_long_trainings_are_thinned_and_keep_their_extremes() -> None:
    history = make_history(60_000)
    data = learning_data(history, 128)
    assert max(len(columns["x"]) for name, columns in data.items() if name != "tasks") <= POINTS
    assert {history.losses.min(), history.losses.max()} <= set(data["training"]["y"])
    assert data["accuracy"]["trials"][-1] == "7\u00a0680\u00a0000"


@pytest.mark.alone
def test_an_update_after_fifty_thousand_is_quick() -> None:
    history = make_history(50_000)
    figure = LearningFigure(history)
    start = time.process_time()
    for _ in range(5):
        figure.update(history)
    assert (time.process_time() - start) / 5 < 0.1


def test_axes_hold_the_data() -> None:
    history = make_history(1234)
    figure = LearningFigure(history)
    loss, accuracy = figure.root.children[:2]
    assert loss.x_range is accuracy.x_range
    assert loss.x_range.end >= 1234
    assert loss.y_range.start <= history.losses.min()
    assert loss.y_range.end >= history.losses.max()
    assert all(loss.y_range.start * 0.99 <= t <= loss.y_range.end * 1.01 for t in loss.yaxis[0].ticker.ticks)
    assert loss.yaxis[0].ticker.ticks


def test_accuracy_is_in_per_cent() -> None:
    history = make_history(400)
    np.testing.assert_allclose(LearningFigure(history).sources["accuracy"].data["y"], 100 * history.accuracies)


def test_chance_and_criterion_appear_when_they_are_known(history: History) -> None:
    figure = LearningFigure(history)
    items = {item.label.value: item for legend in figure.root.select({"type": Legend}) for item in legend.items}
    assert not items["chance"].visible
    figure.update(history, chance=0.5)
    assert items["chance"].visible
    assert not items["training stops"].visible
    assert figure.sources["chance"].data["y"] == [50.0]
    figure.update(history, stop_accuracy=0.95)
    assert figure.sources["training stops"].data["y"] == [95.0]
    assert figure.sources["chance"].data["y"] == [50.0]


def test_nothing_trained_yet_is_an_empty_figure() -> None:
    figure = LearningFigure(History())
    assert all(not len(column) for source in figure.sources.values() for column in source.data.values())


def test_a_loss_that_is_no_number_breaks_nothing() -> None:
    history = History(
        updates=np.arange(1, 5),
        losses=np.array([1.0, 0.0, np.nan, np.inf]),
        gradient_norms=np.ones(4),
        evaluated_at=np.array([0]),
        accuracies=np.array([0.5]),
        validation_losses=np.array([1.0]),
    )
    figure = LearningFigure(history)
    assert np.isfinite([figure.root.children[0].y_range.start, figure.root.children[0].y_range.end]).all()
    np.testing.assert_equal(figure.sources["training"].data["y"], [1.0, np.nan, np.nan, np.inf])


def test_penalties_and_the_worst_condition_appear_once_measured() -> None:
    bare, full = make_history(100), make_history(100)
    figure = LearningFigure(bare)
    assert not figure.entries["penalties"].visible and not figure.entries["worst condition"].visible
    marks = len(full.evaluated_at)
    full = replace(full, penalties=np.full(100, 0.02), worst_accuracies=np.linspace(0.1, 0.8, marks))
    figure.update(full)
    assert figure.entries["penalties"].visible and figure.entries["worst condition"].visible
    assert set(figure.sources["penalties"].data["y"]) == {0.02}
    np.testing.assert_allclose(figure.sources["worst"].data["y"], 100 * full.worst_accuracies)


def test_each_task_of_a_set_has_a_line() -> None:
    history = make_history(100)
    table = np.stack([history.accuracies, history.accuracies / 2], axis=1)
    figure = LearningFigure(replace(history, task_accuracies=table), tasks=("go", "delay_go"))
    data = figure.sources["tasks"].data
    assert data["name"] == ["go", "delay go"]
    np.testing.assert_allclose(data["ys"][1], 50 * history.accuracies)


def test_what_happened_is_marked_and_stays_until_told_otherwise() -> None:
    figure = LearningFigure(make_history(100), marks=[(20, "rate 0.0001"), (60, "stage 2")])
    assert figure.sources["marks"].data["x"] == [20.0, 60.0]
    figure.update(make_history(120))
    assert figure.sources["marks"].data["words"] == ["rate 0.0001", "stage 2"]
    figure.update(make_history(120), marks=())
    assert figure.sources["marks"].data["x"] == []


def test_other_trainings_stand_in_grey() -> None:
    figure = LearningFigure(make_history(100), others=[make_history(50), make_history(400)])
    lines = figure.sources["other losses"].data
    assert [float(max(x)) for x in lines["xs"]] == [make_history(n).evaluated_at[-1] for n in (50, 400)]


def test_the_legend_sets_lines_back_and_hides_none() -> None:
    figure = LearningFigure(make_history(100))
    legends = [each for each in figure.root.select({"type": Legend}) if each.click_policy != "none"]
    assert len(legends) == 2 and {each.click_policy for each in legends} == {"mute"}
    lines = [line for line in figure.root.children[0].renderers if line.data_source is figure.sources["training"]]
    assert [line.muted_glyph.line_alpha for line in lines] == [0.18]


def test_nothing_that_an_entry_of_the_legend_leads_to_grows() -> None:
    """Bokeh makes the samples of a legend anew whenever it does, and leaves them blank."""
    figure = LearningFigure(make_history(100))
    changed: list[str] = []
    for item in (item for legend in figure.root.select({"type": Legend}) for item in legend.items):
        for model in item.references():
            for name in model.properties():
                model.on_change(name, lambda name, _old, _new, model=model: changed.append(f"{model}.{name}"))
    figure.update(make_history(120), 64, stop_accuracy=0.95)
    changed.clear()  # the line at which training stops came with this
    figure.update(make_history(400), 64, stop_accuracy=0.95)
    assert not changed


def test_each_of_several_penalties_has_a_line_under_its_name() -> None:
    history = make_history(100)
    table = np.stack([np.full(100, 0.02), np.linspace(0.01, 0.04, 100)], axis=1)
    figure = LearningFigure(replace(history, penalties=table.sum(axis=1), penalty_values=table), penalties=("L2", "L1"))
    assert figure.sources["each penalty"].data["name"] == ["L2", "L1"]
    np.testing.assert_allclose(figure.sources["each penalty"].data["ys"][1], table[:, 1])
    assert figure.sources["penalty names"].data["y"] == [0.02, 0.04]
    table[85, 0] = 0.3  # a peak under the name, which is written over it
    figure.update(replace(history, penalties=table.sum(axis=1), penalty_values=table), penalties=("L2", "L1"))
    assert figure.sources["penalty names"].data["y"] == [0.3, 0.04]
    figure.update(replace(history, penalties=table[:, 0], penalty_values=table[:, :1]))
    assert figure.sources["each penalty"].data["name"] == []  # the sum is all that there is


def test_every_condition_has_a_row_of_the_strip_and_a_set_has_one_for_each_task() -> None:
    history = make_history(100)
    n = len(history.evaluated_at)
    table = np.linspace(0, 1, 3 * n).reshape(n, 3)
    figure = LearningFigure(replace(history, condition_accuracies=table), conditions=("a", "b", "c_d"))
    strip = figure.sources["strip"].data
    assert strip["names"] == [["c d", "b", "a"]]  # from the bottom
    image = strip["image"][0]
    np.testing.assert_allclose(image[:, -1], 100 * table[-1, ::-1], rtol=1e-6)
    np.testing.assert_allclose(image[:, 0], 100 * table[history.evaluated_at <= 1][-1, ::-1], rtol=1e-6)
    assert figure.root.children[2].visible
    figure = LearningFigure(replace(history, task_accuracies=table[:, :2]), tasks=("go", "anti"))
    assert figure.sources["strip"].data["names"] == [["anti", "go"]]
    assert not LearningFigure(history).root.children[2].visible


def test_names_of_rows_stand_beside_the_colours_and_all_frames_line_up() -> None:
    history = make_history(100)
    n = len(history.evaluated_at)
    table = np.linspace(0, 1, 2 * n).reshape(n, 2)
    measured = replace(history, condition_accuracies=table)
    figure = LearningFigure(measured, conditions=("motion coherence 0.1, side 0", "motion coherence 0.5, side 1"))
    strip = figure.root.children[2]
    assert strip.yaxis[0].major_label_overrides == {0.5: "0.5, 1", 1.5: "0.1, 0"}
    assert list(strip.yaxis[0].ticker.ticks) == [0.5, 1.5]
    assert [bar.title for bar in strip.above] == ["correct (%) by motion coherence, side"]
    assert not [each for each in strip.renderers if isinstance(each.glyph, Text)], "words over the colours"
    assert {plot.min_border_left for plot in figure.root.children} == {LEFT}
    long = "a condition whose name is as long as this"
    figure.update(measured, conditions=(long, "b"))
    assert strip.yaxis[0].major_label_overrides[1.5] == f"{long[:24]} …"
    borders = {plot.min_border_left for plot in figure.root.children}
    assert len(borders) == 1 and borders.pop() > LEFT
    assert figure.sources["strip"].data["names"] == [["b", long]], "the pointer tells it in full"


def test_the_learning_rate_is_drawn_where_it_changes() -> None:
    history, updates = make_history(100), np.arange(1, 101)
    figure = LearningFigure(history, rates=(updates, np.full(100, 0.01)))
    rate = figure.root.children[3]
    assert not rate.visible and not len(figure.sources["rate"].data["x"])
    sent: list[str] = []
    figure.sources["rate"].on_change("data", lambda name, _old, _new: sent.append(name))
    figure.update(history, rates=(updates, np.full(100, 0.01)))
    assert not sent, "a plot that nobody sees is laid out anew whenever its data are set"
    figure.update(history, rates=(updates, np.linspace(0.01, 0.001, 100)))
    assert rate.visible and rate.y_range.end > 0.01
    assert figure.sources["rate"].data["words"][0] == "0.01"


def test_no_legend_stands_over_the_data() -> None:
    figure = LearningFigure(make_history(100))
    for plot in figure.root.children:
        assert not [legend for legend in plot.center if isinstance(legend, Legend)]


def test_every_glyph_finds_its_columns() -> None:
    figure = LearningFigure(make_history(100))
    for renderer in figure.root.select({"type": GlyphRenderer}):
        fields = [spec.field for spec in renderer.glyph.properties_with_values().values() if hasattr(spec, "field")]
        assert set(fields) <= set(renderer.data_source.data), (renderer.glyph, fields)


def test_a_condition_that_nobody_measured_has_no_row() -> None:
    """Those that a task is steered to come when they are measured; their names are told before."""
    history = make_history(100)
    n = len(history.evaluated_at)
    table = np.stack([np.linspace(0, 1, n), np.full(n, np.nan), np.linspace(1, 0, n)], axis=1)
    figure = LearningFigure(replace(history, condition_accuracies=table), conditions=("a", "b", "c", "to come"))
    assert figure.sources["strip"].data["names"] == [["c", "a"]]
    np.testing.assert_allclose(figure.sources["strip"].data["image"][0][:, -1], [0.0, 100.0])


def test_a_worst_condition_in_which_none_are_correct_is_drawn() -> None:
    history = make_history(100)
    worst = np.zeros(len(history.evaluated_at))
    figure = LearningFigure(replace(history, worst_accuracies=worst))
    assert figure.sources["worst"].data["y"].tolist() == worst.tolist()


def test_a_loss_that_runs_away_leaves_an_axis_that_can_be_read() -> None:
    history = make_history(100)
    figure = LearningFigure(replace(history, losses=np.geomspace(0.1, 1e30, 100)))
    ticks = np.array(figure.root.children[0].yaxis[0].ticker.ticks)
    assert 4 <= len(ticks) <= 9 and len(set(np.diff(np.log10(ticks)).round(6))) == 1


def test_words_of_marks_stand_beside_each_other_and_inside() -> None:
    words = [(k, f"stimulus duration high {k}") for k in (20, 22, 24, 60, 98)]
    data = LearningFigure(make_history(100), marks=words).sources["marks"].data
    assert len(set(data["y"][:3])) == 3
    assert data["side"] == ["left", "left", "left", "right", "right"] and data["offset"][-1] < 0
    assert data["y"][3] != data["y"][4] or data["side"][3] != data["side"][4]

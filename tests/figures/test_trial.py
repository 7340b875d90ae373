"""Example trials: lanes, masks, lengths, names."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import numpy as np
import pytest

from rnnlab import figures, tasks
from rnnlab.figures.conditions import conditions, heading
from rnnlab.figures.epochs import fitted, stretches
from rnnlab.figures.trial import AMPLE, COMPACT, IMAGE_LANES, MOST_LANES, Room, TrialFigure, staircase, strips
from rnnlab.tasks import Batch
from tests.figures.conftest import Material


def _pieces(data: dict[str, np.ndarray]) -> list[tuple[np.ndarray, np.ndarray]]:
    """A line with gaps, cut at them."""
    x, y = np.asarray(data["x"]), np.asarray(data["y"])
    cuts = np.flatnonzero(np.isnan(x))
    parts = zip(np.split(x, cuts), np.split(y, cuts), strict=True)
    cleaned = [(px[~np.isnan(px)], py[~np.isnan(px)]) for px, py in parts]
    return [(px, py) for px, py in cleaned if len(px)]


def _wide(n_channels: int) -> Batch:
    """Trials with many channels each way."""
    batch = tasks.get("flip_flop", n_bits=n_channels).sample(4, dt=10, seed=0)
    assert batch.inputs.shape[2] == n_channels
    return batch


def test_staircase_has_exact_corners() -> None:
    x, y = staircase(np.repeat([0.0, 1.0, np.nan], [8, 2, 6]), 10)
    assert x.tolist() == [0, 80, 80, 100, 100, 160]
    np.testing.assert_equal(y, [0, 0, 1, 1, np.nan, np.nan])


def test_noisy_signals_are_lines_through_their_steps() -> None:
    x, y = staircase(np.arange(8.0), 10)
    assert x.tolist() == [5, 15, 25, 35, 45, 55, 65, 75]
    assert y.tolist() == list(range(8))


def test_every_channel_of_every_trial_has_its_lane(material: Material) -> None:
    figure = figures.TrialFigure(material.batch, [0, 1])
    pieces = _pieces(figure.sources["inputs"].data)
    assert len(pieces) == 4
    spans = [(piece.min(), piece.max()) for _, piece in pieces[:2]]
    assert spans[0][0] > spans[1][1], "the first channel stands above the second, without overlap"
    targets = _pieces(figure.sources["target"].data)
    assert max(np.nanmax(piece) for _, piece in targets) < spans[1][0], "targets stand below the inputs"


def test_lanes_show_the_values_that_their_ticks_say(material: Material) -> None:
    figure = figures.TrialFigure(material.batch, [0])
    ticks = figure.root.yaxis[0].major_label_overrides
    lane = [place for place, text in ticks.items() if text in ("0", "1")]
    zero, one = sorted(lane)[:2]
    choice = int(np.argmax(material.batch.targets[0, -1]))
    counted = _pieces(figure.sources["target"].data)[choice][1]
    lower = 1 - choice
    expected = zero + 1.0 * (one - zero) + (1.3 if lower else 0.0)
    np.testing.assert_allclose(counted[~np.isnan(counted)], expected, atol=2e-3)


def test_target_is_split_where_it_counts(material: Material) -> None:
    batch = material.batch
    figure = figures.TrialFigure(batch, [5])
    start = float(np.flatnonzero(batch.mask[5, :, 0] > 0)[0]) * batch.dt
    counted = np.asarray(figure.sources["target"].data["x"])[~np.isnan(figure.sources["target"].data["y"])]
    loose = np.asarray(figure.sources["unscored"].data["x"])[~np.isnan(figure.sources["unscored"].data["y"])]
    assert counted.min() == start
    assert loose.max() == start


def test_trials_end_where_they_end() -> None:
    batch = tasks.get("delayed_discrimination").sample(6, dt=10, seed=1)
    chosen = [int(batch.lengths.argmin()), int(batch.lengths.argmax())]
    assert batch.lengths[chosen[0]] < batch.lengths[chosen[1]]
    figure = figures.TrialFigure(batch, chosen)
    pieces = _pieces(figure.sources["inputs"].data)
    pitch = 1.06 * batch.lengths[chosen[1]] * batch.dt
    for column, trial in enumerate(chosen):
        ends = [x.max() - column * pitch for x, _ in pieces[2 * column : 2 * column + 2]]
        assert max(ends) <= batch.lengths[trial] * batch.dt + 1e-3
        assert min(ends) > (batch.lengths[trial] - 2) * batch.dt


def test_epochs_are_named_and_the_scored_one_is_marked(material: Material) -> None:
    data = figures.TrialFigure(material.batch, [0]).sources["bands"].data
    assert data["name"] == ["fixation", "stimulus", "response"]
    assert data["scored"] == [0, 0, 1]
    first = stretches(material.batch, 0)[0]
    assert (data["x0"][0], data["x1"][0]) == (first.start, first.stop)
    assert data["x1"][:-1] == data["x0"][1:]
    assert data["x1"][-1] == material.batch.lengths[0] * material.batch.dt


def test_epochs_of_no_steps_are_left_out(material: Material) -> None:
    batch = material.batch[:1]
    edges = batch.epochs | {"stimulus": np.array([[7, 7]])}
    names = [stretch.name for stretch in stretches(dataclasses.replace(batch, epochs=edges), 0)]
    assert names == ["fixation", "response"]


@pytest.mark.parametrize(("pixels", "text"), [(80, "stimulus 2"), (45, "stimu… 2"), (30, "stim…"), (12, "")])
def test_names_are_cut_to_fit_and_keep_their_number(pixels: float, text: str) -> None:
    assert fitted("stimulus 2", pixels) == text


def test_heads_say_what_was_drawn_and_whether_it_was_right(material: Material) -> None:
    correct = np.zeros(material.batch.n_trials)
    correct[1] = 1.0
    heads = figures.TrialFigure(material.batch, [0, 1], correct=correct, width=1200).sources["heads"].data["text"]
    coherence = material.batch.factors["coherence"]
    assert heads[0].startswith(f"coherence {coherence[0]:g} · direction")
    assert heads[0].endswith("✗")
    assert heads[1].endswith("✓")
    narrow = figures.TrialFigure(material.batch, [0, 1, 2], width=240).sources["heads"].data["text"]
    assert all(len(text) < len(heads[0]) for text in narrow)


def test_outputs_are_drawn_in_the_lanes_of_their_targets(material: Material) -> None:
    batch = material.batch
    figure = figures.TrialFigure(batch, [0], outputs=batch.targets)
    lines, targets = _pieces(figure.sources["outputs"].data), _pieces(figure.sources["target"].data)
    for (_, line), (_, target) in zip(lines, targets, strict=True):
        assert line[-1] == pytest.approx(np.nanmax(target[-2:]))
    assert not _pieces(figures.TrialFigure(batch, [0]).sources["outputs"].data)


def test_many_channels_become_a_picture() -> None:
    batch = _wide(MOST_LANES + 2)
    figure = figures.TrialFigure(batch, [0, 1])
    data = figure.sources["input images"].data
    assert [image.shape for image in data["image"]] == [(MOST_LANES + 2, batch.n_steps)] * 2
    np.testing.assert_array_equal(data["image"][1][-1], batch.inputs[1, :, 0])
    assert not _pieces(figure.sources["inputs"].data)
    figure.update(_wide(2), [0])
    assert figure.sources["input images"].data["image"] == []
    assert len(_pieces(figure.sources["inputs"].data)) == 2


def test_any_task_can_follow_any_other() -> None:
    batches = [tasks.get(name).sample(3, dt=10, seed=0) for name in tasks.TASKS]
    figure = figures.TrialFigure(batches[0])
    for batch in (*batches, batches[0]):
        figure.update(batch, outputs=batch.targets)
        names = set(figure.root.yaxis[1].major_label_overrides.values())
        sides = (batch.task.n_inputs, batch.task.n_outputs)
        assert len(names) == sum(n if n <= MOST_LANES else 1 for n in sides)


@pytest.mark.parametrize("room", [AMPLE, COMPACT])
@pytest.mark.parametrize("name", tasks.TASKS)
def test_bands_and_labels_of_neighbouring_lanes_do_not_touch(name: str, room: Room) -> None:
    """A label of 9.5 px takes 11 px, the line of a target 4.5 px: half of each goes over the edge of its lane."""
    layout = strips(tasks.get(name).sample(2, dt=10, seed=0), [0, 1], None, room)
    tall = (IMAGE_LANES if layout.outputs.image else 1, IMAGE_LANES if layout.inputs.image else 1)
    lanes = [
        (y, y + size) for side, size in zip((layout.outputs, layout.inputs), tall, strict=True) for y in side.bottoms
    ]
    for (_, end), (start, _) in pairwise(sorted(lanes)):
        assert (start - end) * layout.lane >= 13.5
    assert layout.lane >= room.least


def test_a_channel_name_shared_by_input_and_output_is_told_apart() -> None:
    batch = tasks.get("flip_flop").sample(1, dt=10, seed=0)
    twins = dataclasses.replace(
        batch,
        task=batch.task.replace(
            outputs=tuple(
                output.replace(name=given.name)
                for output, given in zip(batch.task.outputs, batch.task.inputs, strict=True)
            )
        ),
    )
    names = set(figures.TrialFigure(twins).root.yaxis[1].major_label_overrides.values())
    assert names == {f"pulses {i} {way}" for i in range(3) for way in ("in", "out")}


def test_a_trial_that_is_not_there_is_named(material: Material) -> None:
    with pytest.raises(ValueError, match="no trial 24 in a batch of 24"):
        figures.trial(material.batch, 24)


def test_conditions_follow_the_factor(material: Material) -> None:
    batch = material.batch
    by_coherence = conditions(batch, "coherence")
    assert by_coherence.labels == ("0.1", "0.3", "0.5", "0.7")
    assert by_coherence.kind == "graded"
    assert (batch.factors["coherence"] == np.array([0.1, 0.3, 0.5, 0.7])[by_coherence.of]).all()
    assert conditions(batch).factor == "signed_coherence"
    assert conditions(batch).kind == "signed"
    assert conditions(batch, "direction").kind == "categorical"
    assert conditions(batch, "").labels == ("all trials",)
    with pytest.raises(ValueError, match="give one of: coherence, direction"):
        conditions(batch, "colour")


def test_factors_with_many_values_are_cut_into_equal_parts(material: Material) -> None:
    values = np.random.default_rng(0).uniform(-1, 1, 24)
    batch = dataclasses.replace(material.batch, factors={"angle": values})
    groups = conditions(batch, "angle")
    assert len(groups.labels) == 8
    assert np.bincount(groups.of).tolist() == [3] * 8
    assert np.argsort(values, kind="stable")[:3].tolist() == sorted(
        np.flatnonzero(groups.of == 0), key=lambda i: values[i]
    )


def test_a_trial_is_headed_alike_whatever_stands_beside_it() -> None:
    """Also where all trials in sight have the same level."""
    batch = tasks.get("perceptual_discrimination").sample(24, dt=10, seed=0)
    alike = np.flatnonzero(batch.factors["coherence"] == 0.3)[:2]
    assert [heading(batch[alike], i) for i in (0, 1)] == [heading(batch, int(trial)) for trial in alike]
    assert heading(batch[alike[:1]], 0).startswith("coherence 0.3 · direction ")


def test_a_heading_tells_what_was_drawn_and_not_which_epochs_are_missing() -> None:
    task = tasks.edit.add_catch(tasks.get("perceptual_discrimination"))
    batch = task.sample(60, dt=10, seed=0)
    caught = int(np.flatnonzero(batch.factors["catch"])[0])
    other = int(np.flatnonzero(batch.factors["catch"] == 0)[0])
    assert heading(batch, caught, 1) == "catch 1"
    assert heading(batch, other).startswith("coherence 0.") and " · direction " in heading(batch, other)
    simple = tasks.edit.add_catch(tasks.edit.blank()).sample(60, dt=10, seed=0)
    assert {heading(simple, trial) for trial in np.flatnonzero(simple.factors["catch"] == 0)} == {"sign −1", "sign 1"}


def test_all_trials_are_headed_by_as_many_factors() -> None:
    """The longest of them decides, also where a shorter one had room for more."""
    batch = tasks.get("perceptual_discrimination").sample(5, dt=10, seed=0)
    drawn = {"coherence": np.array([0.125, 1, 0.125, 1, 1]), "direction": np.array([0, 1, 1, 0, 1])}
    found = set()
    for width in range(300, 1200, 20):
        figure = TrialFigure(dataclasses.replace(batch, factors=drawn), range(5), width=width)
        counts = {head.count("·") for head in figure.sources["heads"].data["text"]}
        assert len(counts) == 1
        found |= counts
    assert found == {0, 1}


def test_a_trial_without_factors_is_named_by_its_number() -> None:
    assert heading(tasks.get("flip_flop").sample(3, dt=10, seed=0), 2) == "trial 2"


def test_long_names_of_channels_stand_on_two_lines_where_lanes_are_high() -> None:
    figure = TrialFigure(tasks.get("context_decision").sample(3, seed=0))
    names = [each for axis in figure.root.yaxis for each in axis.major_label_overrides.values()]
    assert "context\nmotion" in names
    low = TrialFigure(tasks.get("context_decision").sample(3, seed=0), room=COMPACT)
    assert not [each for axis in low.root.yaxis for each in axis.major_label_overrides.values() if "\n" in each]

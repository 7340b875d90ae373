"""The psychometric curve: per cent, intervals, names."""

from __future__ import annotations

import numpy as np

from rnnlab import analysis
from rnnlab.figures import PsychometricFigure
from tests.figures.conftest import Material


def test_points_and_intervals_are_in_per_cent(material: Material) -> None:
    score = material.batch.task.score(material.trajectory.outputs, material.batch)
    curve = analysis.psychometric(score, material.batch)
    figure = PsychometricFigure(curve, "choice_1")
    data = figure.sources["curve"].data
    np.testing.assert_allclose(data["y"], 100 * curve.fraction)
    assert (data["low"] <= data["y"]).all()
    assert (data["y"] <= data["high"]).all()
    assert figure.root.x_range.start < curve.levels.min()
    assert figure.root.x_range.end > curve.levels.max()
    assert figure.root.xaxis[0].axis_label == "signed coherence"
    assert figure.root.yaxis[0].axis_label == "trials with choice 1 (%)"
    assert figure._zero.visible


def test_the_line_at_zero_is_for_signed_evidence(material: Material) -> None:
    score = material.batch.task.score(material.trajectory.outputs, material.batch)
    figure = PsychometricFigure(analysis.psychometric(score, material.batch, "coherence"))
    assert not figure._zero.visible
    assert figure.root.yaxis[0].axis_label == "trials with choice 1 (%)"

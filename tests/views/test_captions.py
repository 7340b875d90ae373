"""The captions of weights and fixed points say what the pictures show."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab.analysis import fixed_points, spectrum
from rnnlab.figures.theme import LIGHT
from rnnlab.networks import Identity, Weights, from_arrays
from rnnlab.session import Session
from rnnlab.views import fixed_points as fixed_points_view
from rnnlab.views import weights


def test_the_caption_of_the_weights_counts_by_both_circles_that_are_drawn(session: Session) -> None:
    part = weights.WeightsPart(session, LIGHT)
    part.bring_up_to_date()
    found = spectrum(session.network)
    circles = {name: part.figure.sources[name].data for name in ("disc", "edge")}
    for name, radius in (("disc", found.disc), ("edge", found.edge)):
        np.testing.assert_allclose(np.hypot(circles[name]["x"], circles[name]["y"]), radius)
    counts = [int((abs(found.eigenvalues) > radius).sum()) for radius in (found.disc, found.edge)]
    assert f"{counts[0]} lie outside the grey disc" in part.caption.object
    assert f"{counts[1]} outside the dotted circle" in part.caption.object


def test_the_caption_of_the_weights_says_what_is_odd_about_them(session: Session) -> None:
    assert "strongly connected" not in caption(session)
    odd = Session(session.experiment.replace(network__weights_rec=Weights(initial=Identity(0.9))))
    assert "The recurrent graph is not strongly connected: its" in caption(odd)
    odd.close()


def caption(session: Session) -> str:
    part = weights.WeightsPart(session, LIGHT)
    part.bring_up_to_date()
    return str(part.caption.object)


@pytest.mark.parametrize(
    ("nonlinearity", "said"),
    [
        ("tanh", "Nothing says that one is missing."),
        ("softplus", "There may be others."),
        ("relu", "There are no others."),
    ],
)
def test_the_verdict_on_fixed_points_comes_in_a_plain_sentence_first(nonlinearity: str, said: str) -> None:
    points = fixed_points(from_arrays(nonlinearity=nonlinearity, dt=10, tau=100, W_rec=np.diag([-3.0, 0.5])))
    text = fixed_points_view.describe(points, "delay")
    assert text.index(said) < text.index(points.certificate)
    assert ", the median over delay." in text

"""The slider of a film: where it stands when states come and go."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from rnnlab import analysis
from rnnlab.figures import FilmFigure
from rnnlab.networks import from_arrays
from tests.figures.conftest import make_material


@cache
def film(*updates: int) -> analysis.Film:
    """States of a training after so many updates."""
    states = {
        update: from_arrays(
            form="rate", nonlinearity="tanh", dt=10, tau=100,
            W_rec=np.diag([update / 400, 0.3]), W_in=np.eye(2), W_out=np.eye(2),
        )
        for update in updates
    }  # fmt: skip
    return analysis.film(states, make_material().batch[:4], np.zeros(2), n_starts=4)


def test_one_state_has_nothing_to_go_through() -> None:
    figure = FilmFigure(film(0))
    assert not figure.slider.visible and not figure.play.visible
    assert figure.said.text.startswith("After 0 updates: ")
    figure.update(film(0, 100))
    assert figure.slider.visible and figure.play.visible
    figure.update(film(200))
    assert not figure.slider.visible
    assert figure.said.text.startswith("After 200 updates: ")


@pytest.mark.parametrize("first", [(0,), (0, 100)])
def test_who_looks_at_the_last_state_goes_on_looking_at_the_last(first: tuple[int, ...]) -> None:
    figure = FilmFigure(film(*first))
    figure.update(film(0, 100, 200))
    assert (figure.slider.value, figure.slider.end) == (2, 2)
    assert figure.said.text.startswith("After 200 updates: ")


@pytest.mark.parametrize(
    ("later", "shown"),
    [((0, 100, 200, 300, 400), 200), ((0, 200, 400, 600), 200), ((0, 300, 600), 300), ((0,), 0)],
)
def test_who_looks_at_a_state_goes_on_looking_at_it_or_the_nearest(later: tuple[int, ...], shown: int) -> None:
    figure = FilmFigure(film(0, 100, 200, 300))
    figure.slider.value = 2
    figure.update(film(*later))
    assert later[int(figure.slider.value)] == shown
    assert figure.said.text.startswith(f"After {shown} updates: ")

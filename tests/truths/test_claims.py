"""The page of published claims says what was measured, and what was measured is what the definitions say."""

from __future__ import annotations

import math

import pytest

from scripts.truths.catalogue import CLAIMS
from scripts.truths.measure import MEASURED, digests, from_json, measured, to_json
from scripts.truths.page import PAGE, number, page, span, verdict

MADE = [(name, seed) for name in CLAIMS for seed in measured(name)]


def test_the_page_is_what_the_script_makes_of_the_results() -> None:
    assert PAGE.read_text() == page()


def test_every_file_of_results_belongs_to_a_claim() -> None:
    assert {path.stem for path in MEASURED.glob("*")} <= set(CLAIMS)


@pytest.mark.parametrize(("name", "seed"), MADE)
def test_results_are_of_the_experiments_and_values_that_the_claim_names(name: str, seed: int) -> None:
    claim, result = CLAIMS[name], measured(name)[seed]
    assert result.experiments == digests(claim, seed)
    assert set(result.values) == set(claim.shows)
    assert result.held == claim.holds(result.values)


@pytest.mark.parametrize("name", CLAIMS)
def test_a_claim_about_nothing_fails(name: str) -> None:
    assert not CLAIMS[name].holds(dict.fromkeys(CLAIMS[name].shows, math.nan))


def test_seeds_give_experiments_of_their_own() -> None:
    for claim in CLAIMS.values():
        first, second = (set(digests(claim, seed).values()) for seed in (0, 1))
        assert not first & second


def test_infinite_and_missing_values_survive_the_file() -> None:
    values = {"a": 1.5, "b": math.inf, "c": math.nan}
    again = from_json(to_json(values))
    assert again["a"] == 1.5
    assert math.isinf(again["b"])
    assert math.isnan(again["c"])


def test_a_page_tells_what_is_missing_from_what_failed() -> None:
    result = next(iter(measured("flip_flop_memories").values()))
    assert verdict([]) == "not measured"
    assert verdict([result] * 4) == "too few seeds"
    assert (number(math.nan), number(math.inf), number(49920), number(0.01234)) == ("–", "never", "49 920", "0.0123")
    assert span([1.0, math.nan, 3.0]) == "1 to 3; 1 without"

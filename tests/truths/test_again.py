"""Each published claim measured again on one seed, training included: minutes each, and only where asked for.

make truths          or  .venv/bin/pytest -m truths tests/truths
"""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.truths.catalogue import CLAIMS
from scripts.truths.measure import measure, measured


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where claims about the same networks share them."""
    return tmp_path_factory.mktemp("trained")


@pytest.mark.truths
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", CLAIMS)
def test_the_first_seed_comes_out_as_the_page_says(name: str, folder: Path) -> None:
    known = measured(name)
    assert known, f"{name} was never measured: python -m scripts.truths.measure {name}"
    seed = min(known)
    again = measure(CLAIMS[name], seed, folder)
    assert again.held == known[seed].held, (again.values, known[seed].values)

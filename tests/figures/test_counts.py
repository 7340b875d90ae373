"""Counts on axes are written as in sentences."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

from playwright._impl._driver import compute_driver_executable

import rnnlab.app
from rnnlab.analysis.numbers import grouped
from rnnlab.figures import LearningFigure
from rnnlab.figures.counts import GROUPED, N_NAMED, names_up_to
from tests.figures.conftest import make_history


def test_thousands_stand_apart_on_a_long_axis_alone() -> None:
    assert names_up_to(1000) == {}
    assert names_up_to(20_000)[12_000] == "12\u00a0000"
    for end in (2e4, 3e5, 8e7):
        assert 10 <= len(names_up_to(end)) <= N_NAMED + 1


def test_the_axis_of_updates_names_what_bokeh_would_write_together() -> None:
    figure = LearningFigure(make_history(12_000))
    axis = figure.root.children[1].xaxis[0]
    assert axis.major_label_overrides[10_000] == "10\u00a0000"
    figure.update(make_history(40))
    assert axis.major_label_overrides == {}


WRITTEN = {
    -0.4: "0",
    0.4: "0",
    9999.4: "9999",
    9999.6: "10\u00a0000",
    -9999.4: "-9999",
    -9999.6: "-10\u00a0000",
    1234567.0: "1\u00a0234\u00a0567",
}


def test_what_is_written_is_rounded_before_it_is_parted() -> None:
    assert {number: grouped(number) for number in WRITTEN} == WRITTEN


def test_the_browser_writes_the_same() -> None:
    node, _ = compute_driver_executable()
    page = (Path(rnnlab.app.__file__).parent / "page" / "page.js").read_text()
    (of_page,) = re.findall(r"grouped: (\(_, value\) => \{.*?\n    \}),", page, re.DOTALL)
    rules = f"[(value) => {{{GROUPED}}}, (value) => ({of_page})(null, value)]"
    program = f"console.log(JSON.stringify({rules}.map((rule) => {json.dumps(list(WRITTEN))}.map(rule))))"
    said = subprocess.run([node, "-e", program], capture_output=True, text=True, check=True).stdout
    assert json.loads(said) == [list(WRITTEN.values())] * 2

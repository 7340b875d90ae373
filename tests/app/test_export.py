"""The page of a run: it carries everything, opens from disk with the network off, and runs nothing it was not given."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, sync_playwright

import rnnlab as rl
import rnnlab.app.lab
from rnnlab.analysis.state_space import turned
from rnnlab.app.cli import main
from rnnlab.app.export import export_html, run_page
from rnnlab.figures import DARK, LIGHT
from rnnlab.figures.space import AZIMUTH, TILT
from tests.browser.harness import Watch, launch, wait_for

FIGURES = ["trial", "learning", "psychometric", "activity", "weights", "fixed_points", "state_space", "film"]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> rl.runs.Run:
    """A short real training."""
    experiment = rl.Experiment(
        task=rl.tasks.get("perceptual_discrimination"),
        network=rl.networks.LeakyRNN(n_units=8),
        training=rl.Training(updates=20, batch_size=8, evaluate_every=5, validation_trials=16),
    )
    out = tmp_path_factory.mktemp("runs") / "short"
    for _ in rl.train(experiment, out=out):
        pass
    return rl.load(out)


@pytest.fixture(scope="module")
def page_file(run: rl.runs.Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export_html(run, tmp_path_factory.mktemp("pages") / "short.html")


def _carried(page: str, name: str) -> str:
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return found.group(1)


def test_the_page_carries_the_experiment_and_the_figures(run: rl.runs.Run, page_file: Path) -> None:
    page = page_file.read_text(encoding="utf-8")
    assert rl.Experiment.from_data(json.loads(_carried(page, "experiment"))) == run.experiment
    assert list(json.loads(_carried(page, "figures"))) == FIGURES
    assert page_file.stat().st_size < 4_000_000


def test_the_learning_curves_have_all_that_the_lab_shows(tmp_path: Path) -> None:
    """Accuracy by condition, penalties by name, the learning rate, and the changes that were made."""
    experiment = rl.Experiment(
        task=rl.tasks.get("perceptual_discrimination", coherences=(0.1, 0.5)),
        network=rl.networks.LeakyRNN(n_units=6, dt=20),
        training=rl.Training(
            updates=4,
            batch_size=4,
            evaluate_every=2,
            validation_trials=32,
            penalties=(rl.runs.L2(0.1), rl.runs.L1(0.1)),
        ),
        steering=(rl.Change(2, "training.learning_rate", 1e-4),),
    )
    list(rl.train(experiment, out=tmp_path / "run"))
    figure = json.loads(_carried(run_page(rl.load(tmp_path / "run")), "figures"))["learning"]
    text = json.dumps(figure)
    names = "coherence 0.1, direction 1", "correct (%) by coherence, direction", "L2 of W_rec", "learning rate 0.0001"
    for said in names:
        assert said in text, said


def test_the_page_asks_for_nothing(page_file: Path) -> None:
    page = page_file.read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert "unsafe-eval" not in page
    markup = re.sub(r"(<script[^>]*>).*?</script>", r"\1", page, flags=re.DOTALL)
    assert not re.search(r"<(script|link|img|iframe)[^>]+(src|href)=", markup)


def test_a_task_without_choices_has_no_psychometric_curve(tmp_path: Path) -> None:
    experiment = rl.Experiment(
        task=rl.tasks.get("flip_flop"),
        network=rl.networks.LeakyRNN(n_units=6, nonlinearity="tanh"),
        training=rl.Training(updates=2, batch_size=4, validation_trials=8),
    )
    for _ in rl.train(experiment, out=tmp_path / "run"):
        pass
    page = export_html(tmp_path / "run", tmp_path / "page.html").read_text(encoding="utf-8")
    assert list(json.loads(_carried(page, "figures"))) == [name for name in FIGURES if name != "psychometric"]


def test_names_are_text_and_never_markup(run: rl.runs.Run) -> None:
    name = "</script><script>document.title='in'</script><b>"
    task = dataclasses.replace(run.task, description=name)
    page = run_page(dataclasses.replace(run, experiment=run.experiment.replace(task=task)))
    assert "<script>document.title" not in page
    assert json.loads(_carried(page, "experiment"))["task"]["description"] == name


def test_what_stands_there_is_replaced_whole_or_not_at_all(run: rl.runs.Run, tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    target.write_text("before")
    with pytest.raises(ValueError, match="nothing"):
        export_html(tmp_path / "nothing", target)
    assert target.read_text() == "before"
    export_html(run, target)
    assert target.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
    with pytest.raises(ValueError, match="nowhere"):
        export_html(run, tmp_path / "nowhere" / "page.html")


def test_the_command_writes_the_page(run: rl.runs.Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", str(run.path), "--html", str(tmp_path / "page.html")]) == 0
    assert "page.html" in capsys.readouterr().out
    assert (tmp_path / "page.html").exists()


# ------------------------------------------------------------------------------------------------- in a browser


@pytest.fixture(scope="module")
def open_page(page_file: Path) -> Iterator[Callable[[str], Page]]:
    """Opens the page from disk, offline, for a reader who likes it light or dark; no error, no request allowed."""
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        watches = []

        def open_one(scheme: str) -> Page:
            context = chromium.new_context(viewport={"width": 1280, "height": 900}, offline=True, color_scheme=scheme)
            page = context.new_page()
            watch = Watch()
            watch.on(page)
            watches.append(watch)
            page.goto(page_file.as_uri())
            page.wait_for_selector("html[data-ready=yes]", timeout=30_000)
            return page

        yield open_one
        chromium.close()
    for watch in watches:
        watch.check()


def _drawn(page: Page, figure: str) -> int:
    """How many colours the canvases of one figure show."""
    return page.evaluate(
        """(id) => {
            const canvases = [];
            const walk = (node) => {
                if (node.tagName === "CANVAS") canvases.push(node);
                for (const child of node.shadowRoot?.children ?? []) walk(child);
                for (const child of node.children ?? []) walk(child);
            };
            walk(document.getElementById(id));
            const colours = new Set();
            for (const canvas of canvases.filter((one) => one.width > 50 && one.height > 50)) {
                const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
                for (let i = 0; i < data.length; i += 4 * 97) colours.add(data.slice(i, i + 3).join());
            }
            return colours.size;
        }""",
        figure,
    )


@pytest.mark.browser
def test_every_figure_is_drawn(open_page: Callable[[str], Page]) -> None:
    page = open_page("light")
    idle = "Bokeh.documents.length === 8 && Bokeh.documents.every((one) => one.is_idle)"
    wait_for(lambda: page.evaluate(idle), "all figures to be drawn", page=page)
    for figure in FIGURES:
        assert _drawn(page, figure) > 8, figure


@pytest.mark.browser
def test_the_learning_curves_answer_the_pointer(open_page: Callable[[str], Page]) -> None:
    """Nothing on the page may compile text; a line is set back, and a row of the strip says what it is of."""
    page = open_page("light")
    learning = page.locator("#learning")
    learning.scroll_into_view_if_needed()
    box = learning.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + box["height"] - 60, steps=4)
    page.get_by_text(re.compile(r"coherence [\d.]+, direction \d$")).first.wait_for()
    muted = f"{_MODELS}.filter((one) => one.muted === true).length"
    assert page.evaluate(muted) == 0
    page.mouse.click(box["x"] + box["width"] - 170, box["y"] + 10)
    wait_for(lambda: page.evaluate(muted) > 0, "a line to be set back", page=page)


@pytest.mark.browser
def test_the_page_follows_the_readers_light_or_dark(open_page: Callable[[str], Page]) -> None:
    page = open_page("dark")
    assert _surfaces(page) == [DARK.surface]
    assert page.evaluate("getComputedStyle(document.body).color") == _rgb(DARK.text)
    page.emulate_media(color_scheme="light")
    wait_for(lambda: _surfaces(page) == [LIGHT.surface], "the light colours", page=page)
    assert page.evaluate("getComputedStyle(document.body).color") == _rgb(LIGHT.text)


_MODELS = "Bokeh.documents.flatMap((one) => [...one.roots()[0].references()])"


def _surfaces(page: Page) -> list[str]:
    """The grounds of all figures."""
    return page.evaluate(f"[...new Set({_MODELS}.map((one) => one.border_fill_color).filter((one) => one))]")


def _rgb(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgb({red}, {green}, {blue})"


@pytest.mark.browser
def test_a_tap_on_a_row_shows_that_unit(open_page: Callable[[str], Page]) -> None:
    page = open_page("light")
    axis = f"{_MODELS}.find((one) => one.name === 'rate axis').axis_label"
    assert page.evaluate(axis) == "rate of unit 0"
    units = json.loads(page.locator("#traces").text_content() or "")["units"]
    other = next(row for row in range(8) if units[row] != 0)
    heat_map = page.locator("#activity canvas").first
    heat_map.scroll_into_view_if_needed()
    box = heat_map.bounding_box()
    assert box is not None
    frame = page.evaluate(f"""(() => {{
        const heat = {_MODELS}.find((one) => one.name === "all units");
        const {{ left, top, right, bottom }} = Bokeh.index.find_one(heat).frame.bbox;
        return {{ left, top, right, bottom, tall: heat.y_range.end }};
    }})()""")
    height = frame["bottom"] - frame["top"]
    y = frame["bottom"] - (other + 0.5) / frame["tall"] * height
    page.mouse.click(box["x"] + (frame["left"] + frame["right"]) / 2, box["y"] + y)
    wait_for(lambda: page.evaluate(axis) == f"rate of unit {units[other]}", "the other unit", page=page)


@pytest.mark.browser
def test_the_state_space_turns_by_mouse_and_by_keyboard_as_python_computes_it(open_page: Callable[[str], Page]) -> None:
    page = open_page("light")
    of_space = "Bokeh.documents.flatMap((d) => d.roots()).map((root) => [...root.references()])"
    of_space += ".find((all) => all.some((one) => one.name === 'camera'))"
    starts, camera = (f"{of_space}.find((one) => one.name === '{name}').data" for name in ("starts", "camera"))
    three = np.array(page.evaluate(f"['x3', 'y3', 'z3'].map((name) => Array.from({starts}[name]))")).T

    def drawn_at(azimuth: float, tilt: float) -> bool:
        at = page.evaluate(f"[{camera}.azimuth[0], {camera}.tilt[0]]")
        drawn = np.array(page.evaluate(f"['x', 'y'].map((name) => Array.from({starts}[name]))")).T
        there = turned(three, azimuth, tilt)[:, :2]
        return bool(np.allclose(at, [azimuth, tilt]) and np.allclose(drawn, there, atol=1e-6))

    assert drawn_at(AZIMUTH, TILT)
    frame = page.locator("#state_space canvas").first
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 40, middle[1] + 10, steps=4)
    page.mouse.up()
    wait_for(lambda: drawn_at(AZIMUTH - 20, TILT + 5), "the space to follow the mouse", page=page)
    page.locator("#state_space").get_by_role("button", name="Turn left").press("Enter")
    wait_for(lambda: drawn_at(AZIMUTH - 5, TILT + 5), "the space to follow the keyboard", page=page)
    page.locator("#state_space").get_by_role("button", name="Home").press("Enter")
    wait_for(lambda: drawn_at(AZIMUTH, TILT), "the space to come back", page=page)


@pytest.mark.browser
def test_the_film_goes_from_the_untrained_network_to_the_last_state(open_page: Callable[[str], Page]) -> None:
    page = open_page("light")
    film = page.locator("#film")
    film.scroll_into_view_if_needed()
    film.get_by_text("After 20 updates").locator("visible=true").wait_for()
    film.get_by_role("slider", name="Saved state").press("Home")
    film.get_by_text("After 0 updates").locator("visible=true").wait_for()
    film.get_by_role("button", name="Play").press("Enter")
    film.get_by_text("After 20 updates").locator("visible=true").wait_for()
    film.get_by_role("button", name="Play").wait_for()

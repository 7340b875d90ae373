"""The lab's page beside a training, in a real browser: how quick it is, and what it costs the training.

    PYTHONPATH=. python benchmarks/page.py [sliders|marking|silencing|composer|training|latency|stopping|memory|long]...

(default: all)

Slider times run from the key press (the event's own time stamp) to the second frame after the new data are in the
plot's source, by when it is painted; the lab and a bare Panel slider with one plot are measured in turns, in one
browser and one server process. Loss points are timed from the moment the training process computed them. Everything
that is compared is interleaved, since the machine is never quiet.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.harness import Server, environment, free_port, lab_server, launch, survivors, wait_for
from tests.browser.lab_page import LabPage

HERE = Path(__file__).resolve().parent
ROUNDS, MOVES = 6, 12

PROBE = """() => {
  const named = name => Bokeh.documents.flatMap(d => [...d._all_models.values()])
    .findLast(m => m.type === 'ColumnDataSource' && m.name === name && m.data.y !== undefined)
  const inputs = named('inputs'), training = named('training')
  const probe = window.probe = {moves: [], pending: null, arrivals: [], frames: 0}
  window.addEventListener('keydown', e => { probe.pending = e.timeStamp }, true)
  window.addEventListener('pointermove', e => { if (e.buttons) probe.pending ??= e.timeStamp }, true)
  let seen = inputs.data.y ?? inputs.get_column('y'), last = 0
  const look = () => {
    probe.frames += 1
    const now = inputs.get_column('y')
    if (now !== seen) {
      seen = now
      const begun = probe.pending
      probe.pending = null
      if (begun !== null) requestAnimationFrame(() => requestAnimationFrame(() => {
        probe.moves.push(performance.now() - begun)
      }))
    }
    const x = training.get_column('x'), newest = x?.length ? x[x.length - 1] : 0
    if (newest !== last) {
      last = newest
      probe.arrivals.push([newest, performance.timeOrigin + performance.now()])
    }
    requestAnimationFrame(look)
  }
  look()
}"""


@dataclass
class Bench:
    """The measured server with its two pages."""

    server: subprocess.Popen[str]
    clock: Path
    lab: LabPage
    bare: Page

    def tell(self, page: str, command: str) -> None:
        assert self.server.stdin is not None
        self.server.stdin.write(f"{page} {command}\n")
        self.server.stdin.flush()

    def hold(self, page: str) -> None:
        """Pause a page's training, and wait until it knows."""
        self.tell(page, "pause")
        self.lab.page.wait_for_timeout(1000)

    def computed(self) -> dict[int, float]:
        """Update -> when its loss was computed, in seconds. For benches in which only one page trains."""
        rows = [line.split() for line in self.clock.read_text().splitlines()]
        return {int(row[0]): float(row[1]) for row in rows if len(row) == 2}

    def move(self, name: str, n: int = MOVES) -> list[float]:
        """Times in ms of ``n`` notches of a page's slider."""
        page = self.lab.page if name == "lab" else self.bare
        handle = self.lab.handle("Input noise") if name == "lab" else page.locator(".noUi-handle")
        handle.focus()
        before = page.evaluate("probe.moves.length")
        for i in range(n):
            page.keyboard.press("ArrowRight" if i % 2 == 0 else "ArrowLeft")
            wait_for(lambda i=i: page.evaluate("probe.moves.length") > before + i, "the plot to follow", 10, page)
            page.wait_for_timeout(150 + random.random() * 200)
        return list(page.evaluate(f"probe.moves.slice({before})"))


@contextmanager
def bench(browser: Browser) -> Iterator[Bench]:
    with tempfile.TemporaryDirectory() as folder:
        clock = Path(folder) / "clock"
        clock.touch()
        port = free_port()
        server = subprocess.Popen(
            [sys.executable, str(HERE / "_page_server.py"), str(port)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=folder,
            env=environment(RNNLAB_CLOCK=str(clock)),
        )  # fmt: skip
        try:
            assert server.stdout is not None and "serving" in server.stdout.readline()
            pages = [browser.new_context(viewport={"width": 1440, "height": 1000}).new_page() for _ in range(2)]
            pages[0].goto(f"http://localhost:{port}/lab")
            lab = LabPage.on(pages[0])
            pages[1].goto(f"http://localhost:{port}/bare")
            pages[1].locator(".noUi-handle").wait_for()
            for page in pages:
                page.wait_for_timeout(2000)
                page.evaluate(PROBE)
            yield Bench(server, clock, lab, pages[1])
            for page in pages:
                page.context.close()
        finally:
            server.kill()
            server.wait()


def summary(times: list[float]) -> str:
    return f"{np.percentile(times, 50):4.0f} / {np.percentile(times, 95):4.0f} ms (n {len(times)})"


# ------------------------------------------------------------------------------------------------ measurements


def sliders(browser: Browser) -> None:
    """Slider to redrawn plot, p50 / p95, idle and beside a streaming training."""
    with bench(browser) as b:
        for name in ("lab", "bare"):
            b.move(name, 4)
        compare("idle", b, lambda name: b.move(name))

        def beside(name: str) -> list[float]:
            b.tell(name, "resume")
            growing(b, name)
            times = b.move(name)
            b.hold(name)
            return times

        for name in ("lab", "bare"):
            b.tell(name, "train")
            growing(b, name)
            b.hold(name)
        compare("training", b, beside)


def marking(browser: Browser) -> None:
    """A click in the activity or the weights of 100 units to the mark in the view, p50 / p95, idle."""
    with bench(browser) as b:
        b.move("bare", 4)
        for title, figure, source in (
            ("Activity", "Rates of all units over one trial, and of one unit", "chosen"),
            ("Weights", "Weight matrices and eigenvalues", "marked"),
        ):
            b.lab.open_tab(title)
            b.lab.wait(lambda name=figure: b.lab.figure(name).count() and b.lab.drawn(name), title)
            b.lab.page.wait_for_timeout(2000)
            b.lab.page.evaluate(MARKS, source)
            clicked(b, figure, 4)
            compare(title, b, lambda name, at=figure: clicked(b, at) if name == "lab" else b.move(name))


MARKS = """source => {
  const marks = Bokeh.documents.flatMap(d => [...d._all_models.values()])
    .findLast(m => m.type === 'ColumnDataSource' && m.name === source)
  const probe = window.probe = {moves: [], pending: null}
  window.addEventListener('pointerdown', e => { probe.pending = e.timeStamp }, true)
  window.addEventListener('pointermove', e => { if (e.buttons) probe.pending ??= e.timeStamp }, true)
  let seen = marks.data
  const look = () => {
    if (marks.data !== seen) {
      seen = marks.data
      const begun = probe.pending
      probe.pending = null
      if (begun !== null) requestAnimationFrame(() => requestAnimationFrame(() => {
        probe.moves.push(performance.now() - begun)
      }))
    }
    requestAnimationFrame(look)
  }
  look()
}"""


def clicked(b: Bench, figure: str, n: int = MOVES) -> list[float]:
    """Times in ms of ``n`` clicks in a figure of all units, each on another one."""
    page = b.lab.page
    page.bring_to_front()
    b.lab.figure(figure).scroll_into_view_if_needed()
    box = b.lab.figure(figure).bounding_box()
    assert box is not None
    before = page.evaluate("probe.moves.length")
    for i in range(n):
        page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 90 + 9 * (i % 8))
        page.wait_for_timeout(150 + random.random() * 200)  # a pointer is there, and its hover drawn, before it clicks
        page.mouse.down()
        page.mouse.up()
        wait_for(lambda i=i: page.evaluate("probe.moves.length") > before + i, "the unit to be marked", 10, page)
        page.wait_for_timeout(150 + random.random() * 200)
    return list(page.evaluate(f"probe.moves.slice({before}, {before + n})"))


def silencing(browser: Browser) -> None:
    """An edge of the window in which units are silenced dragged to both redrawn curves, p50 / p95, idle.

    All trials are run anew for it, with and without the silence, by 100 units that have been trained for a while.
    """
    with bench(browser) as b:
        b.tell("lab", "train")
        b.lab.wait_for_updates(TRAINED, 120)
        b.hold("lab")
        b.lab.press("Dissection")
        b.lab.press("Silenced for a while")
        b.lab.wait(lambda: b.lab.page.evaluate(EDGE), "the window", 60)
        b.lab.page.wait_for_timeout(3000)
        b.lab.page.evaluate(MARKS, "1 lines")  # the rates change with every move, in one message with the choices
        pulled(b, 4)
        b.move("bare", 4)
        compare("silencing", b, lambda name: pulled(b) if name == "lab" else b.move(name))


TRAINED = 150
"""Updates after which choices follow the evidence, and what is silenced shows in them."""

EDGE = """() => {
  const models = [...Bokeh.documents[0]._all_models.values()]
  const box = models.find(model => model.name === 'window')
  const view = box && Bokeh.index.find_one(models.find(model => model.center?.includes(box)))
  if (!view?.frame?.x_scale) return null
  view.el.scrollIntoView({block: 'center'})
  const {left, top} = view.el.getBoundingClientRect()
  return [left + view.frame.x_scale.compute(box.right), top + 120]
}"""
"""Where the right edge of the window stands on the screen."""


def pulled(b: Bench, n: int = MOVES) -> list[float]:
    """Times in ms of ``n`` moves of the edge of the window that is held with the mouse."""
    b.lab.page.bring_to_front()
    x, y = b.lab.page.evaluate(EDGE)
    return dragged(b.lab.page, x, y, "the curves to follow", n)


def dragged(page: Page, x: float, y: float, what: str, n: int) -> list[float]:
    """Times in ms of ``n`` moves to and fro of what is taken at a point of the screen and held with the mouse."""
    page.mouse.move(x, y)
    page.wait_for_timeout(300)
    page.mouse.down()
    page.mouse.move(x + 8, y)  # a drag begins
    page.wait_for_timeout(500)
    page.evaluate("probe.pending = null")
    before = page.evaluate("probe.moves.length")
    for i in range(n):
        page.mouse.move(x + (20 if i % 2 == 0 else 8), y)
        wait_for(lambda i=i: page.evaluate("probe.moves.length") > before + i, what, 10, page)
        page.wait_for_timeout(150 + random.random() * 200)
    page.mouse.up()
    page.wait_for_timeout(300)
    return list(page.evaluate(f"probe.moves.slice({before}, {before + n})"))


def composer(browser: Browser) -> None:
    """An epoch's edge dragged in the composer to redrawn trials, p50 / p95, idle."""
    with bench(browser) as b:
        page = b.lab.page
        b.lab.press("Task")
        edge = b.lab.handle("End of stimulus")
        edge.wait_for()
        page.wait_for_timeout(2000)
        page.evaluate(PROBE)
        pull(b, 4)
        b.move("bare", 4)
        compare("dragging", b, lambda name: pull(b) if name == "lab" else b.move(name))


def pull(b: Bench, n: int = MOVES) -> list[float]:
    """Times in ms of ``n`` moves of the edge of an epoch that is held with the mouse."""
    b.lab.page.bring_to_front()
    box = b.lab.handle("End of stimulus").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] - 12
    return dragged(b.lab.page, x, y, "the trials to follow", n)


def growing(b: Bench, name: str) -> None:
    page = b.lab.page if name == "lab" else b.bare
    seen = page.evaluate("probe.arrivals.length")
    wait_for(lambda: page.evaluate("probe.arrivals.length") > seen + 3, f"losses on {name}", 60, page)


def compare(condition: str, b: Bench, measure: Callable[[str], list[float]]) -> None:
    times: dict[str, list[float]] = {"lab": [], "bare": []}
    for i in range(ROUNDS):
        for name in sorted(times, reverse=bool(i % 2)):
            times[name] += measure(name)
    ratio = np.percentile(times["lab"], 95) / np.percentile(times["bare"], 95)
    print(
        f"slider, {condition:8s}  lab {summary(times['lab'])}   bare {summary(times['bare'])}   p95 ratio {ratio:.2f}"
    )


def training(browser: Browser) -> None:
    """Training speed with the lab open and streaming, over the same with the page open and nothing streamed.

    The training process is polite (nice 10): whatever else runs takes its time from it, so the ratio counts only where
    the foreign load is small.
    """
    with bench(browser) as b:
        b.bare.context.close()
        b.tell("lab", "train")
        growing(b, "lab")
        ratios, foreign = [], Foreign(b)
        for i in range(ROUNDS):
            speed = {}
            for mode in sorted(("stream", "silent"), reverse=bool(i % 2)):
                b.tell("lab", mode)
                b.lab.page.wait_for_timeout(1000)
                speed[mode] = updates_per_second(b, 5.0)
            ratios.append(speed["stream"] / speed["silent"])
        print(
            f"training speed, streaming over silent: median {statistics.median(ratios):.3f}, each {np.round(ratios, 2)}"
        )
        print(f"  meanwhile other programs kept {foreign.load():.1f} of {os.cpu_count()} cores busy")


class Foreign:
    """How many cores programs that are not ours keep busy."""

    def __init__(self, b: Bench) -> None:
        server, mine = psutil.Process(b.server.pid), psutil.Process()
        self._ours = {mine, server, *mine.children(recursive=True), *server.children(recursive=True)}
        self._begun = self._spent()

    def _spent(self) -> tuple[float, float]:
        """The clock, and seconds of processor that others have used."""
        machine = psutil.cpu_times()
        ours = [process.cpu_times() for process in self._ours if process.is_running()]
        busy = machine.user + machine.system + machine.nice
        return time.monotonic(), busy - sum(times.user + times.system for times in ours)

    def load(self) -> float:
        (then, before), (now, after) = self._begun, self._spent()
        return (after - before) / (now - then)


def updates_per_second(b: Bench, seconds: float) -> float:
    begun = time.time()
    b.lab.page.wait_for_timeout(1000 * seconds)
    inside = [at for at in b.computed().values() if begun <= at]
    return (len(inside) - 1) / (max(inside) - min(inside))


def latency(browser: Browser) -> None:
    """From a loss being computed to its point being in the plot."""
    with bench(browser) as b:
        b.tell("lab", "train")
        growing(b, "lab")
        b.lab.page.wait_for_timeout(15_000)
        arrivals, computed = b.lab.page.evaluate("probe.arrivals"), b.computed()
        begun, newest = arrivals[5][1] / 1000, arrivals[-1][0]
        waits = []
        for update, at in computed.items():
            if at > begun and update <= newest:
                waits.append(next(t for n, t in arrivals if n >= update) - 1000 * at)
        print(f"loss point, computed to shown: p50 / p95 {summary(waits)}, longest {max(waits):.0f} ms")


def stopping(browser: Browser) -> None:
    """From the press on Stop to the word on the screen; and what is left of a closed server."""
    with bench(browser) as b:
        times = []
        for _ in range(5):
            b.tell("lab", "start_afresh")
            b.lab.wait(lambda: b.lab.phase() == "Training" and b.lab.updates() > 10, "a training", 60)
            times.append(b.lab.page.evaluate(STOP))
            b.lab.wait_for_phase("Stopped")
        print(f"stop, pressed to acknowledged: median {statistics.median(times):.0f} ms, longest {max(times):.0f} ms")
        workers = [p for p in psutil.Process(b.server.pid).children() if "_page_worker" in " ".join(p.cmdline())]
        b.server.kill()
        begun = time.time()
        wait_for(lambda: not survivors(workers), "the training processes to end", 10)
        print(f"server killed: its training processes are gone after {time.time() - begun:.2f} s")


STOP = """() => new Promise(done => {
  const find = root => {
    for (const e of root.querySelectorAll('*')) {
      if (e.tagName === 'BUTTON' && e.textContent.trim() === 'Stop') return e
      const inside = e.shadowRoot && find(e.shadowRoot)
      if (inside) return inside
    }
  }
  const phase = root => {
    for (const e of root.querySelectorAll('*')) {
      if (e.getAttribute('role') === 'status') return e.querySelector('b').textContent
      const inside = e.shadowRoot && phase(e.shadowRoot)
      if (inside) return inside
    }
  }
  const begun = performance.now()
  find(document).click()
  const look = () => phase(document).startsWith('Stop') ? done(performance.now() - begun) : requestAnimationFrame(look)
  look()
})"""


def memory(browser: Browser) -> None:
    """Resident memory of `rnnlab lab` and its training process while it trains."""
    with tempfile.TemporaryDirectory() as folder, lab_server(Path(folder) / "log", cwd=folder) as server:
        page = opened(browser, server)
        page.press("Train")
        page.wait_for_phase("Training", 60)
        page.wait_for_updates(200, 120)
        sizes = {"server": rss([psutil.Process(server.pid)]), "worker": rss(server.workers())}
        print(
            f"memory: server {sizes['server']:.0f} MB + worker {sizes['worker']:.0f} MB = {sum(sizes.values()):.0f} MB"
        )
        page.page.context.close()


def opened(browser: Browser, server: Server) -> LabPage:
    page = browser.new_context().new_page()
    page.goto(server.address)
    return LabPage.on(page)


def rss(processes: list[psutil.Process]) -> float:
    return sum(process.memory_info().rss for process in processes) / 1e6


def long(browser: Browser) -> None:
    """The slider after 50 000 updates, while the training still streams, over the same page before any."""
    with bench(browser) as b:
        page = b.lab.page
        page.goto(page.url.replace("/lab", "/long"))
        b.lab = LabPage.on(page)
        page.wait_for_timeout(2000)
        page.evaluate(PROBE)
        before = b.move("lab", 30)
        b.tell("long", "train")
        b.lab.wait(lambda: page.evaluate("probe.arrivals.at(-1)?.[0] ?? 0") > 50_000, "50 000 updates", 500)
        frames, begun = page.evaluate("probe.frames"), time.time()
        after = b.move("lab", 30)
        rate = (page.evaluate("probe.frames") - frames) / (time.time() - begun)
        newest = page.evaluate("probe.arrivals.at(-1)[0]")
        print(f"after {newest} updates: slider {summary(after)}, {rate:.0f} frames/s; before any: {summary(before)}")


MEASUREMENTS = {
    each.__name__: each for each in (sliders, marking, silencing, composer, training, latency, stopping, memory, long)
}


def main() -> None:
    wanted = sys.argv[1:] or list(MEASUREMENTS)
    print(f"load at the start: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
    with sync_playwright() as playwright:
        for name in wanted:
            browser = launch(playwright)
            MEASUREMENTS[name](browser)
            browser.close()
            sys.stdout.flush()


if __name__ == "__main__":
    main()

"""The lab as a person sees it: buttons, sliders and figures by the names they have on the screen."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from PIL import Image
from playwright.sync_api import FrameLocator, Locator, Page

from tests.browser.harness import PATIENCE, wait_for

LEGEND_PX = 24
"""Height of the strip above a figure that holds its legend."""

FIGURES = {"trial": "Example trials", "learning": "Loss and accuracy against updates"}


@dataclass
class LabPage:
    """One lab on a page.

    Attributes:
        page: the browser's page.
        within: where on the page the lab is: the page itself, or a frame of it.
    """

    page: Page
    within: Page | FrameLocator | Locator

    @classmethod
    def on(
        cls,
        page: Page,
        within: Page | FrameLocator | Locator | None = None,
        seconds: float = 2 * PATIENCE,
        figures: Collection[str] = ("trial", "learning"),
    ) -> LabPage:
        """The lab on this page, once the figures of the workspace that it opens with are drawn."""
        lab = cls(page, page if within is None else within)
        lab.figure("trial").wait_for(timeout=1000 * seconds)
        lab.wait(lambda: all(map(lab.drawn, figures)), "the figures to be drawn", seconds)
        return lab

    # ------------------------------------------------------------------------------------------------- reading

    def wait(self, condition: Callable[[], object], what: str, seconds: float = PATIENCE) -> object:
        """Poll, with the page alive meanwhile."""
        return wait_for(condition, what, seconds, self.page)

    def phase(self) -> str:
        """What the training does now, in the bar's word."""
        return self.within.locator('[role="status"] b').first.inner_text()

    def number(self, name: str) -> str:
        """One of the bar's numbers: updates, trials/s, time left, loss, correct."""
        return self.within.locator("dl div", has=self.page.locator(f'dt:text-is("{name}")')).locator("dd").inner_text()

    def updates(self) -> int:
        """Updates done, as shown."""
        return int(re.sub(r"\D", "", self.number("updates").split("/")[0]) or 0)

    def wait_for_phase(self, phase: str, seconds: float = 2 * PATIENCE) -> None:
        self.wait(lambda: self.phase() == phase, f"phase {phase!r} (it is {self.phase()!r})", seconds)

    def wait_for_updates(self, more_than: int, seconds: float = 2 * PATIENCE) -> None:
        self.wait(lambda: self.updates() > more_than, f"more than {more_than} updates", seconds)

    # ------------------------------------------------------------------------------------------------ controls

    def button(self, name: str) -> Locator:
        return self.within.get_by_role("button", name=name, exact=True)

    def press(self, name: str) -> None:
        self.button(name).click()

    def handle(self, name: str) -> Locator:
        """A slider's handle, by the name that screen readers say."""
        return self.within.get_by_role("slider", name=name, exact=True)

    def drag(self, name: str, pixels: int, steps: int = 10) -> None:
        """Take a handle with the mouse and move it, as a person would."""
        handle = self.handle(name)
        handle.wait_for()
        handle.scroll_into_view_if_needed()
        box = handle.bounding_box()
        assert box is not None, f"{name} is not in sight"
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + pixels, y, steps=steps)
        self.page.mouse.up()

    def set_to_lowest(self, name: str) -> None:
        """Move a slider to its left end, with the keyboard."""
        self.handle(name).focus()
        self.page.keyboard.press("Home")

    def set_to_highest(self, name: str) -> None:
        self.handle(name).focus()
        self.page.keyboard.press("End")

    def choose(self, label: str, option: str) -> None:
        self.within.get_by_label(label, exact=True).locator("visible=true").select_option(label=option)

    def tabs(self) -> list[str]:
        """Titles of the views that take turns."""
        return [tab.inner_text() for tab in self.within.locator("button[aria-pressed]").all()]

    def open_tab(self, title: str) -> None:
        self.press(title)
        self.wait(lambda: self.button(title).get_attribute("aria-pressed") == "true", f"tab {title!r} to open")

    # ------------------------------------------------------------------------------------------------- figures

    def figure(self, name: str) -> Locator:
        """A figure in sight, by its short name (trial, learning) or by the description that screen readers say."""
        return self.within.get_by_role("img", name=FIGURES.get(name, name), exact=True).locator("visible=true")

    def picture(self, name: str) -> str:
        """A digest of what a figure looks like right now, below its legend.

        A legend that is painted anew has the ends of its lines a shade darker or lighter, which nobody can see.
        """
        sheet = Image.open(io.BytesIO(self.figure(name).screenshot())).convert("RGB")
        return hashlib.sha256(sheet.crop((0, LEGEND_PX, *sheet.size)).tobytes()).hexdigest()

    def steady_picture(self, name: str) -> str:
        """The digest once two looks in a row agree."""
        seen = [self.picture(name)]

        def settled() -> str:
            self.page.wait_for_timeout(150)
            seen.append(self.picture(name))
            return seen[-1] if seen[-1] == seen[-2] else ""

        return str(self.wait(settled, f"{name} to come to rest"))

    def drawn(self, name: str) -> bool:
        """Whether a figure shows more than an empty sheet: canvases with several colours on them."""
        return bool(self.figure(name).evaluate(COLOURS) > 3)

    def says(self, text: str | re.Pattern[str]) -> bool:
        """Whether a text stands on the page where it can be seen."""
        return self.within.get_by_text(text).locator("visible=true").count() > 0


COLOURS = """root => {
  const canvases = []
  const visit = node => {
    if (node.tagName === 'CANVAS') canvases.push(node)
    for (const child of node.children ?? []) visit(child)
    if (node.shadowRoot) visit(node.shadowRoot)
  }
  visit(root)
  const colours = new Set()
  for (const canvas of canvases) {
    if (!canvas.width || !canvas.height) continue
    const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data
    for (let i = 0; i < pixels.length; i += 404) if (pixels[i + 3] > 200)
      colours.add(pixels[i] >> 4 << 8 | pixels[i + 1] >> 4 << 4 | pixels[i + 2] >> 4)
  }
  return colours.size
}"""
"""Number of clearly different colours on all canvases below an element."""

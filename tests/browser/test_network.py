"""The network's page as a person uses it: fields and presets change equations and matrix, signs are painted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.harness import FAILED, Server
from tests.browser.lab_page import LabPage
from tests.browser.test_accessibility import findings

STRUCTURE = "Signs, connections and eigenvalues of the network"


class NetworkPage(LabPage):
    """A lab on the page of the network."""

    def equation(self) -> str:
        return self.within.get_by_label("The equations in force").inner_text()

    def box(self, name: str) -> Any:
        return self.within.get_by_label(name, exact=True).locator("visible=true").first

    def take_back(self) -> None:
        """Undo the last change; where there is none, the button does nothing."""
        self.button("Undo").evaluate("button => button.click()")

    def type_into(self, name: str, number: str) -> None:
        self.box(name).fill(number)
        self.page.keyboard.press("Enter")


def structure(page: Page) -> LabPage:
    lab = NetworkPage.on(page)
    lab.press("Network")
    lab.figure(STRUCTURE).wait_for()
    lab.wait(lambda: lab.drawn(STRUCTURE), "the structure to be drawn")
    return lab


@pytest.fixture
def network(
    lab: Server, same_page: Callable[[str, Callable[[Page], LabPage]], LabPage], request: pytest.FixtureRequest
) -> Iterator[NetworkPage]:
    """The network that a page opens with; what a test changes is taken back when it has passed."""
    page = same_page(lab.address, structure)
    assert isinstance(page, NetworkPage)
    before = page.equation()
    yield page
    if FAILED in request.node.stash:
        return  # nobody uses this page again, and its picture shall show what failed
    page.wait(lambda: page.equation() == before or page.take_back(), "the network as it was")


def test_a_field_changes_equation_and_matrix_and_is_taken_back(network: NetworkPage) -> None:
    before, picture = network.equation(), network.steady_picture(STRUCTURE)
    network.type_into("Time constant", "250")
    network.wait(lambda: "τ = 250 ms" in network.equation(), "the equations to follow")
    network.type_into("Units", "30")
    network.wait(lambda: network.picture(STRUCTURE) != picture, "the matrix to follow")
    network.press("Undo")
    network.press("Undo")
    network.wait(lambda: network.equation() == before, "the equations as they were")
    network.wait(lambda: network.steady_picture(STRUCTURE) == picture, "the matrix as it was")


def test_what_cannot_be_is_explained_and_waits(network: NetworkPage) -> None:
    before = network.equation()
    network.type_into("Time step", "4000")
    network.wait(lambda: network.says(re.compile("longer than the time constant")), "the reason")
    assert network.box("Time step").input_value() == "4000" and network.equation() == before
    network.press("Discard this change")
    network.wait(lambda: network.box("Time step").input_value() == "10", "the time step as it is")


def test_a_published_network_is_chosen(network: NetworkPage) -> None:
    network.choose("As published:", "pycog with Dale's law")
    network.wait(lambda: "signs kept by rectify" in network.equation(), "its equations")
    network.wait(lambda: network.says(re.compile("80 excite, 20 inhibit")), "its structure")


def test_signs_are_painted_on_what_was_dragged_over(network: NetworkPage) -> None:
    figure = network.figure(STRUCTURE)
    figure.scroll_into_view_if_needed()
    box = figure.bounding_box()
    assert box is not None
    x, y = box["x"] + 220, box["y"] + 150  # inside the recurrent matrix
    network.page.mouse.move(x, y)
    network.page.mouse.down()
    network.page.mouse.move(x + 60, y + 40, steps=6)
    network.page.mouse.up()
    network.wait(lambda: network.box("From").input_value() != "0", "the block to be marked")
    first, last = int(network.box("From").input_value()), int(network.box("through").input_value())
    assert last > first
    network.press("Inhibitory")
    network.wait(lambda: f"{last - first + 1} inhibitory" in network.equation(), "the signs in the equations")
    network.press("Cut")
    network.wait(lambda: "W_rec partly connected" in network.equation(), "the cut in the equations")
    network.press("Undo")
    network.wait(lambda: "partly connected" not in network.equation(), "the cut to be taken back")


def test_what_is_no_number_is_answered_below_its_box_until_one_stands_there(network: NetworkPage) -> None:
    dropped, noise = network.within.locator(".rl-dropped"), network.box("Recurrent noise")
    for typed in ("abc", "abc", "0,5", "-"):
        noise.press("Control+A")
        noise.press_sequentially(typed)
        noise.press("Tab")
        sentence = f"'{typed}' is not a number; give at least 0"
        network.wait(lambda s=sentence: [s in told for told in dropped.all_inner_texts()] == [True], sentence)
    typed_last = noise.input_value()
    noise.press("ArrowUp")
    network.wait(lambda: noise.input_value() != typed_last and not dropped.count(), "the next number to mend it")
    raised = noise.input_value()
    noise.press("Control+A")
    noise.press_sequentially("abc")
    network.wait(dropped.count, "a sentence while it is typed")
    network.press("Undo")
    network.wait(lambda: noise.input_value() != raised and not dropped.count(), "an earlier number to mend it")
    noise.press_sequentially("abc")
    network.wait(dropped.count, "a sentence that stays when there is another")
    network.type_into("Units", "-3")
    network.wait(lambda: network.says(re.compile("-3 is out of range")), "the other sentence beside it")
    assert dropped.count() == 1
    network.type_into("Recurrent noise", "0.25")
    network.wait(lambda: "σ = 0.25" in network.equation() and not dropped.count(), "the number to be taken")
    network.press("Discard this change")
    network.wait(lambda: network.box("Units").input_value() != "-3", "the units as they are")


def test_the_page_is_accessible(network: NetworkPage) -> None:
    network.press("Signs (Dale's law)")
    network.press("Weights")  # a fold, whose sign is no part of its name
    network.box("Signs kept by").wait_for()
    assert findings(network.page) == []

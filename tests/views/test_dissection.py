"""What is said of an answer that is of something else than what is shown now."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from rnnlab.views.dissection import DissectionPart

NETWORK, TASK = object(), object()


def of(task: Any = TASK, network: Any = NETWORK) -> SimpleNamespace:
    return SimpleNamespace(task=task, network=network)


@pytest.mark.parametrize(
    ("now", "seen", "states", "said"),
    [
        (of(task=object()), 520, False, "its task has changed since"),
        (of(network=object()), 520, False, "the one shown has seen 520"),
        (of(network=object()), 380, False, "another one is shown now"),
        (of(), 380, True, "more of its states were saved since"),
        (of(), 380, False, "it is compared with others by now"),
    ],
)
def test_an_outdated_answer_says_which_thing_has_changed(now: Any, seen: int, states: bool, said: str) -> None:
    session = SimpleNamespace(inquiries=SimpleNamespace(subject=now), network_update=seen)
    reply = SimpleNamespace(subject=of(), update=380, question=SimpleNamespace(of_states=states))
    part: Any = SimpleNamespace(session=session)
    assert DissectionPart._changed_since(part, reply) == said

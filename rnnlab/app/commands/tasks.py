"""``rnnlab tasks``: the names that ``rnnlab train`` takes."""

from __future__ import annotations

from argparse import Namespace

from rnnlab.tasks import COLLECTIONS, TASKS


def tasks(options: Namespace) -> int:
    """Print the tasks of the catalogue, then its sets and curricula: name and title."""
    width = max(map(len, [*TASKS, *COLLECTIONS]))
    for name, entry in {**TASKS, **COLLECTIONS}.items():
        print(f"{name:<{width}}  {entry.title}")
    return 0

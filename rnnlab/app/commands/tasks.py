"""``rnnlab tasks``: the names that ``rnnlab train`` takes."""

from __future__ import annotations

from argparse import Namespace

from rnnlab.tasks import COLLECTIONS, TASKS


def tasks(options: Namespace) -> int:
    """Print the tasks of the catalogue, then its sets and curricula: name and title."""
    width = max(map(len, [*TASKS, *COLLECTIONS]))
    for name, task in TASKS.items():
        print(f"{name:<{width}}  {task.title}")
    for name, collection in COLLECTIONS.items():
        print(f"{name:<{width}}  {collection.title}")
    return 0

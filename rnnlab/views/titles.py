"""What a task, a set or a curriculum is called on the screen, and whether it still is the catalogue's."""

from __future__ import annotations

from rnnlab.tasks import COLLECTIONS, TASKS, AnyTask, Task, collection_of

CHANGED = "(changed)"
"""Behind the title of a task that has the name of one of the catalogue, and is not that any more."""


def original(task_name: str, whole: AnyTask) -> str:
    """The catalogue's name of what was changed by hand into this; "" where it is the catalogue's, or was never.

    Args:
        task_name: the preset that makes the task, or "".
        whole: the task, the set or the curriculum.

    >>> from rnnlab.tasks import get
    >>> original("xor", get("xor")), original("", get("xor").replace(description="Mine."))
    ('', 'xor')
    """
    if isinstance(whole, Task):
        return whole.name if whole.name in TASKS and not task_name else ""
    return whole.name if whole.name in COLLECTIONS and not collection_of(whole) else ""


def title(task_name: str, whole: AnyTask) -> str:
    """The catalogue's title, with a word where that is not the whole truth any more; else its own name.

    >>> from rnnlab.tasks import get
    >>> title("", get("xor").replace(description="Mine."))
    'Xor (changed)'
    """
    known = TASKS if isinstance(whole, Task) else COLLECTIONS
    if before := original(task_name, whole):
        return f"{known[before].title} {CHANGED}"
    return known[whole.name].title if whole.name in known else whole.name.replace("_", " ").capitalize()

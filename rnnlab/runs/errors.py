"""The one error that reading or writing a run raises."""

from __future__ import annotations

from pathlib import Path


class RunError(ValueError):
    """A folder cannot be read (or taken) as a run.

    Attributes:
        path: the file or folder at fault.
        problem: what is wrong with it.
        remedy: what to do about it, or an empty string.
    """

    def __init__(self, path: str | Path, problem: str, *, remedy: str = "") -> None:
        self.path = Path(path)
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{path}: {problem}" + (f"; {remedy}" if remedy else ""))

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (str(self.path), self.problem, self.remedy)


def _rebuild(path: str, problem: str, remedy: str) -> RunError:
    return RunError(path, problem, remedy=remedy)

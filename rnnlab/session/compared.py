"""Other networks that the one shown is compared with: chosen from the disk, a run at a time or a folder of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import param

from rnnlab.networks import Network
from rnnlab.runs import load, store

MOST_COMPARED = 16
"""Networks that one is compared with, at most."""


@dataclass(frozen=True, eq=False)
class Compared:
    """A network beside the one shown.

    Attributes:
        name: that it has in figures.
        path: folder of its run.
        network: after its training.
    """

    name: str
    path: Path
    network: Network


class Comparing(param.Parameterized):
    """The networks that one person has laid beside the one shown."""

    compared = param.Parameter(default=(), doc="Networks that questions about several compare: a tuple of Compared.")

    def compare(self, path: str | Path) -> bool:
        """Lay a run, or all runs in a folder (those of an ensemble), beside the network shown.

        Why that cannot be is put into ``errors["compare"]``.
        """
        try:
            found = self._found(Path(path).expanduser())
        except (ValueError, OSError) as error:
            self._complain("compare", error)
            return False
        self.param.update(compared=(*self.compared, *found))
        self._complain("compare", None)
        return True

    def compare_no_more(self, name: str) -> None:
        """Take one of the networks away again."""
        self.param.update(compared=tuple(each for each in self.compared if each.name != name))
        self._complain("compare", None)

    def _found(self, path: Path) -> list[Compared]:
        """The runs at a path that are not there yet.

        Raises:
            RunError, OSError: there is nothing that could be read.
            ValueError: they are all there, or too many.
        """
        own = {each.path for each in self.compared}
        there = [folder.resolve() for folder in runs_at(path)]
        folders = [folder for folder in there if folder not in own and folder != self._here()]
        if not folders:
            raise ValueError(
                f"{path}: nothing in it that is not compared already; name another run, or a folder of them"
            )
        if len(self.compared) + len(folders) > MOST_COMPARED:
            raise ValueError(f"{path}: {len(folders)} runs; at most {MOST_COMPARED} are compared, so name some of them")
        names = [each.name for each in self.compared]
        found = []
        for folder in folders:
            names.append(_free(folder.name, names))
            found.append(Compared(names[-1], folder, load(folder).network))
        return found

    def _here(self) -> Path | None:
        """Folder of the run that is shown."""
        raise NotImplementedError

    def _complain(self, field: str, error: Exception | None) -> None:
        """Say why something cannot be; None takes that back."""
        raise NotImplementedError


def runs_at(path: Path) -> list[Path]:
    """A run's folder, or the runs that lie in a folder, by name.

    Raises:
        RunError: neither.
    """
    if path.name == "run.json":
        path = path.parent
    if store.is_run(path):
        return [path]
    if found := store.runs_in(path):
        return found
    load(path)  # which says what is wrong with it
    return []


def _free(name: str, taken: list[str]) -> str:
    """A name that is not taken."""
    return next(each for each in (name, *(f"{name} ({k})" for k in range(2, 99))) if each not in taken)

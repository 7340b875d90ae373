"""The states kept of the training that is shown: read when a question wants them, compared without reading."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from rnnlab.analysis import saved_states
from rnnlab.networks import Network
from rnnlab.runs import RunError, load, store


@dataclass(frozen=True)
class Past:
    """What a training kept of itself. Two are equal where the second gives the states of the first.

    Attributes:
        folder: where its run is written; None where nothing is yet.
        written: changes when the run is written; without one, when the network learns.
        before: the network as its training began.
        now: the network shown.
        update: how many updates that has seen.
    """

    folder: Path | None
    written: int
    before: Network
    now: Network = field(compare=False)
    update: int = field(compare=False)

    @classmethod
    def of(cls, folder: Path | None, before: Network, now: Network, update: int) -> Past:
        """The past as it is written at this moment."""
        return cls(folder, update if folder is None else _written(folder), before, now, update)

    def __call__(self) -> Mapping[int, Network]:
        """Updates done -> the network then; where there is no run yet, how its training began and how it is now."""
        for _ in range(3):  # a training that goes on may thin its states out meanwhile
            with suppress(RunError, OSError):
                if self.folder is not None:
                    return saved_states(load(self.folder))
        return {0: self.before} | {self.update: self.now}


def _written(folder: Path) -> int:
    """When a run was written last."""
    try:
        return (folder / store.MANIFEST).stat().st_mtime_ns
    except OSError:
        return 0

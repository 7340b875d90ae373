"""Which states of a run stay on disk, and where a run that branched off came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rnnlab.runs.training import Training


@dataclass(frozen=True)
class Parent:
    """Where a run branched off another one.

    Attributes:
        experiment: digest of the other run's experiment; empty where that is Python code.
        state: SHA-256 of the file of the state that this one began with.
        update: updates done there.
    """

    experiment: str
    state: str
    update: int

    @classmethod
    def from_data(cls, data: Mapping[str, Any] | None) -> Parent | None:
        """The inverse of ``vars``; None where there is none."""
        return None if data is None else cls(str(data["experiment"]), str(data["state"]), int(data["update"]))


def spacing(newest: int, every: int, most: int) -> int:
    """Updates between kept states: ``every``, doubled until at most ``most`` of them, that at 0 among them, are kept
    after ``newest`` updates."""
    step = every
    while newest // step + 1 > most:
        step *= 2
    return step


def stays(update: int, newest: int, training: Training) -> bool:
    """Whether the state after ``update`` updates is kept when there have been ``newest``."""
    if update in training.states_at or update == newest:
        return True
    return training.states > 0 and update % spacing(newest, training.save_every, training.states) == 0


def thinned(entries: Iterable[Mapping[str, Any]], newest: int, training: Training) -> list[dict[str, Any]]:
    """The entries of a manifest, each with its ``update``, that stay once there have been ``newest`` updates."""
    return [dict(entry) for entry in entries if entry["update"] < newest and stays(entry["update"], newest, training)]

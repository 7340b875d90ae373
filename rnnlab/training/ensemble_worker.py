"""A process that trains its share of an ensemble: ``python -m rnnlab.training.ensemble_worker``.

Reads from stdin, as JSON, ``experiments`` (data) and the ``folder`` in which each run gets its own; says after every
update a line with the seed and the number of updates done.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from rnnlab.runs import Experiment
from rnnlab.training.ensemble import run_folder, train_here


def serve() -> None:
    """Do what stdin asks for."""
    asked = json.loads(sys.stdin.read())
    members = [Experiment.from_data(data) for data in asked["experiments"]]
    train_here(members, [run_folder(Path(asked["folder"]), member.seed) for member in members], say)


def say(seed: int, update: int) -> None:
    """Tell the one that asked."""
    print(seed, update, flush=True)


if __name__ == "__main__":
    serve()

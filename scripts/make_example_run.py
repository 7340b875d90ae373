#!/usr/bin/env python
"""Train the small network that ships with the package, into rnnlab/data/example_run.

After a thousand updates it holds the textbook answer. Without input there are three stable states, one to wait in and
one for each choice; under evidence that favours neither side the two choices and a saddle between them; and one choice
alone is left when the evidence is clear.

Deterministic: on the same machine and versions the same files come out, and anywhere the same experiment does.

    python scripts/make_example_run.py [DIR]
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import rnnlab as rl
from rnnlab.events import Evaluated
from rnnlab.runs import store

ROOT = Path(__file__).resolve().parent.parent

EXPERIMENT = rl.Experiment(
    task=rl.tasks.get("perceptual_discrimination"),
    network=rl.networks.LeakyRNN(n_units=50, nonlinearity="tanh"),
    training=rl.Training(updates=1000, learning_rate=2e-3),
    seed=1,
)


def main() -> None:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "rnnlab" / "data" / "example_run"
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "run"
        for event in rl.train(EXPERIMENT, out=out):
            if isinstance(event, Evaluated):
                print(f"{event.update:5d}  {event.accuracy:.1%} correct, loss {event.loss:.5f}", flush=True)
        shutil.rmtree(target, ignore_errors=True)
        store.write(target, store.read(out))  # its last state alone: the package stays small
    size = sum(path.stat().st_size for path in target.iterdir())
    print(f"{target}: {size / 1000:.0f} kB\n{rl.load(target)!r}")


if __name__ == "__main__":
    main()

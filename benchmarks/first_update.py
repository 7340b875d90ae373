"""How soon `rnnlab train` comes to its first update: the whole command with one update, by the clock.

    python benchmarks/first_update.py [--repeats 5]

The first start compiles what is not compiled yet and is not counted.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import rnnlab as rl


def seconds(experiment: Path, out: Path) -> float:
    """Of the command from its start to its end."""
    command = [sys.executable, "-m", "rnnlab.app.cli", "train", str(experiment), "--out", str(out)]
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    training = rl.Training(updates=1)
    task, network = rl.tasks.get("perceptual_discrimination"), rl.networks.LeakyRNN()
    experiment = rl.Experiment(task=task, network=network, training=training)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "experiment.json"
        file.write_text(json.dumps(experiment.to_data()))
        took = [seconds(file, Path(folder) / f"run-{i}") for i in range(options.repeats + 1)][1:]
    print(f"one update and the end of the command after {min(took):.1f} to {max(took):.1f} s ({len(took)} starts)")


if __name__ == "__main__":
    main()

"""How soon `rnnlab train` says that its first update is done, by the clock from the start of the command.

    python benchmarks/first_update.py [--repeats 5]

The first start compiles what is not compiled yet and is not counted.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import rnnlab as rl


def seconds(experiment: Path, out: Path) -> tuple[float, float]:
    """From the start of the command until its progress bar stands at the one update there is, and until its end."""
    command = [sys.executable, "-m", "rnnlab.app.cli", "train", str(experiment), "--out", str(out)]
    start, said, first = time.perf_counter(), b"", math.nan
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, bufsize=0) as process:
        assert process.stderr is not None
        while part := process.stderr.read(4096):
            said += part
            if math.isnan(first) and b" 1/1 " in said:
                first = time.perf_counter() - start
    if process.returncode:
        raise SystemExit(said.decode(errors="replace"))
    return first, time.perf_counter() - start


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
    for what, times in zip(("first update", "end of the command"), zip(*took, strict=True), strict=True):
        print(f"{what} after {min(times):.2f} to {max(times):.2f} s ({len(times)} starts)")


if __name__ == "__main__":
    main()

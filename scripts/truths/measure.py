#!/usr/bin/env python
"""Train and measure what the claims are about, seed by seed, and keep what came out.

    python -m scripts.truths.measure [CLAIM ...] [--seeds 0 1 2 3 4] [--runs FOLDER]

A claim's results are a JSON file in scripts/truths/measured/, written after each seed; what is there and belongs to the
same experiments is not done again. Trained networks are kept in FOLDER (the system's temporary one by default), so that
claims about the same networks share them, and a training that was broken off goes on.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import rnnlab as rl
from scripts.truths.catalogue import CLAIMS
from scripts.truths.claim import Claim, Values

MEASURED = Path(__file__).resolve().parent / "measured"
SEEDS = (0, 1, 2, 3, 4)


@dataclass(frozen=True)
class Measured:
    """What came out for one seed.

    Attributes:
        seed: of the experiments.
        values: what was measured.
        held: whether the claim holds there.
        experiments: digest of each experiment, by name.
        seconds: processor time, of training and measuring; what was trained for another claim is not counted again.
    """

    seed: int
    values: Values
    held: bool
    experiments: dict[str, str]
    seconds: float


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("claims", nargs="*", metavar="CLAIM", help=f"default: all of {', '.join(CLAIMS)}")
    parser.add_argument("--seeds", nargs="+", type=int, default=SEEDS)
    parser.add_argument("--runs", type=Path, default=Path(tempfile.gettempdir()) / "rnnlab-truths")
    options = parser.parse_args()
    if unknown := set(options.claims) - set(CLAIMS):
        parser.error(f"no such claim: {', '.join(sorted(unknown))}")
    for name in options.claims or CLAIMS:
        for seed in options.seeds:
            line = measure_once(name, seed, options.runs)
            print(f"{name:<26} seed {seed}: {line}", flush=True)
    return 0


def measure_once(name: str, seed: int, folder: Path) -> str:
    """Measure a claim on a seed unless that is done, and say how it went."""
    claim, done = CLAIMS[name], measured(name)
    if seed in done and done[seed].experiments == digests(claim, seed):
        return "done before"
    result = measure(claim, seed, folder)
    write(name, [*(each for each in measured(name).values() if each.seed != seed), result])
    values = ", ".join(f"{key} {value:.4g}" for key, value in result.values.items())
    return f"{'holds' if result.held else 'fails'} ({result.seconds:.0f} s): {values}"


def measure(claim: Claim, seed: int, folder: Path) -> Measured:
    """Train what the claim needs, measure, and judge."""
    began = time.process_time()
    runs = {name: trained(experiment, folder) for name, experiment in claim.trains(seed).items()}
    values = {name: float(value) for name, value in claim.measures(runs).items()}
    seconds = time.process_time() - began
    return Measured(seed, values, bool(claim.holds(values)), digests(claim, seed), round(seconds, 1))


def trained(experiment: rl.Experiment, folder: Path) -> rl.runs.Run:
    """The run of an experiment: from the folder where it is done, or else trained (on)."""
    out = folder / experiment.digest[:16]
    for _ in rl.train(experiment, out=out, resume=True):
        pass
    return rl.load(out)


def digests(claim: Claim, seed: int) -> dict[str, str]:
    return {name: experiment.digest for name, experiment in claim.trains(seed).items()}


# ------------------------------------------------------------------------------------------------------- files


def measured(name: str) -> dict[int, Measured]:
    """What is known about a claim, by seed."""
    path = MEASURED / f"{name}.json"
    rows = json.loads(path.read_text()) if path.exists() else []
    return {row["seed"]: Measured(**{**row, "values": from_json(row["values"])}) for row in rows}


def write(name: str, results: Iterable[Measured]) -> None:
    """Keep results, in the order of their seeds, in place of what was there."""
    rows = [asdict(each) | {"values": to_json(each.values)} for each in sorted(results, key=lambda r: r.seed)]
    path = MEASURED / f"{name}.json"
    beside = path.with_suffix(f".{os.getpid()}")
    beside.write_text(json.dumps(rows, indent=1, allow_nan=False) + "\n")
    beside.replace(path)


def to_json(values: Values) -> dict[str, float | str]:
    """JSON has no infinity and no NaN: these become their names."""
    return {name: value if math.isfinite(value) else str(value) for name, value in values.items()}


def from_json(values: dict[str, float | str]) -> Values:
    return {name: float(value) for name, value in values.items()}


if __name__ == "__main__":
    sys.exit(main())

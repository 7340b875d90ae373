"""The authors' package for dynamical similarity, ``dsa-metric``: called here, or in a process of its own.

It works with PyTorch, which the process that serves the lab never loads; so where PyTorch is not there yet, another
Python does the work. ``python -m rnnlab.analysis._dsa IN.npz OUT.npy`` is that process.
"""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnlab.analysis._result import FloatArray

ITERATIONS, RATE = 500, 0.02
"""Of the search for the best orthogonal change of coordinates."""
LOOK_S = 0.1
"""How often to look whether the other process has ended, or is not wanted any more."""


def installed() -> bool:
    """Whether the package is there; it is not loaded."""
    return find_spec("DSA") is not None


def distances(
    systems: Sequence[NDArray[Any]], n_delays: int, rank: int, score: str, seed: int, tell: Callable[[float], None]
) -> FloatArray:
    """(system, system) distances between linear fits to the systems' activity (trial, time, component)."""
    settings = (n_delays, rank, score, seed)
    return _here(systems, *settings) if "torch" in sys.modules else _apart(systems, settings, tell)


def _here(systems: Sequence[NDArray[Any]], n_delays: int, rank: int, score: str, seed: int) -> FloatArray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of old idioms in the package
        from DSA import DSA
    torch: Any = sys.modules["torch"]
    with warnings.catch_warnings(), torch.random.fork_rng(devices=[]):
        warnings.simplefilter("ignore")
        torch.manual_seed(seed)  # the search begins at random
        comparison = DSA(
            [np.array(each, np.float32) for each in systems],
            n_delays=n_delays, rank=rank, lamb=1e-8, score_method=score, iters=ITERATIONS, lr=RATE,
        )  # fmt: skip
        return np.asarray(comparison.fit_score(), float)


def _apart(
    systems: Sequence[NDArray[Any]], settings: tuple[int, int, str, int], tell: Callable[[float], None]
) -> FloatArray:
    with TemporaryDirectory() as folder:
        given, made = Path(folder, "in.npz"), Path(folder, "out.npy")
        np.savez(given, *systems, settings=np.array([str(each) for each in settings]))
        command = [sys.executable, "-P", "-m", "rnnlab.analysis._dsa", str(given), str(made)]
        with Path(folder, "said").open("w+b") as said, _process(command, said) as process:
            try:
                _wait(process, tell)
            finally:
                process.kill()
            if process.returncode:
                said.seek(0)
                last = said.read().decode(errors="replace").strip().splitlines()[-1:] or ["no word why"]
                raise ValueError(f"activities: the package dsa-metric failed on them ({last[0]})")
        return np.asarray(np.load(made), float)


def _process(command: list[str], said: Any) -> subprocess.Popen[bytes]:
    """Another Python that finds this package where this one did."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    places = [os.environ.get("PYTHONPATH", ""), str(Path(__file__).parents[2])]
    environment = {**os.environ, **threads, "PYTHONPATH": os.pathsep.join(filter(None, places))}
    return subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT, env=environment)


def _wait(process: subprocess.Popen[bytes], tell: Callable[[float], None]) -> None:
    """Until it has ended; ``tell`` may raise, and so give it up."""
    while True:
        try:
            process.wait(LOOK_S)
        except subprocess.TimeoutExpired:
            tell(0.0)
        else:
            return


def main() -> None:
    given, made = sys.argv[1:]
    with np.load(given) as arrays:
        n_delays, rank, score, seed = arrays["settings"].tolist()
        systems = [arrays[f"arr_{k}"] for k in range(len(arrays.files) - 1)]
    np.save(made, _here(systems, int(n_delays), int(rank), score, int(seed)))


if __name__ == "__main__":
    main()

"""A batch in three numbers that change when it does."""

from __future__ import annotations

import zlib

import numpy as np

from rnnlab.tasks import Batch


def facts(batch: Batch) -> tuple[int, float, float]:
    """The checksum of the edges of the epochs in steps and of the factors in thousandths (-1 where a task has none),
    the sum of the inputs' sizes and the sum of the judged targets."""
    edges = [edges.ravel() for edges in batch.epochs.values()]
    factors = [np.rint(1000 * np.nan_to_num(values, nan=-1)).astype(np.int64) for values in batch.factors.values()]
    checksum = zlib.crc32(np.concatenate(edges + factors).astype("<i8").tobytes())
    shown, wanted = np.abs(batch.inputs).sum(dtype=float), (batch.targets * batch.mask).sum(dtype=float)
    return checksum, float(shown), float(wanted)

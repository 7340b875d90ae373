"""A `History` that grows while a training goes on, without copying what it already holds."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from rnnlab.runs import History
from rnnlab.runs.history import TABLES
from rnnlab.session.mailbox import GROUPS


class Record:
    """Growing arrays. `history` is a frozen view of them that costs nothing, however long they are.

    Views handed out stay as they were: rows are only ever written behind the ones they show. What was not said of a row
    is NaN.

    >>> record = Record()
    >>> record.extend({"updates": [1, 2], "losses": [0.5, 0.4], "gradient_norms": [1.0, 0.9]})
    >>> record.history.losses.tolist()
    [0.5, 0.4]
    """

    def __init__(self, history: History | None = None) -> None:
        self._buffers: dict[str, NDArray] = {}
        self._n = dict.fromkeys(GROUPS, 0)
        start = history or History()
        for names in self._n:
            for name in names:
                self._buffers[name] = np.array(getattr(start, name))
            self._n[names] = len(self._buffers[names[0]])

    def extend(self, points: Mapping[str, NDArray]) -> None:
        """Append rows; either group of arrays may be missing or empty."""
        for names, n in self._n.items():
            if new := len(points.get(names[0], ())):
                self._grow(names, n + new)
                for name in names:
                    self._put(name, n, new, points.get(name))
                self._n[names] = n + new

    def _put(self, name: str, n: int, new: int, rows: NDArray | None) -> None:
        """Write rows from the ``n``-th on; what is not said is NaN."""
        rows = np.full((new, 0) if name in TABLES else new, np.nan) if rows is None else np.asarray(rows)
        if name not in TABLES:
            self._buffers[name][n : n + new] = rows
            return
        self._widen(name, rows.shape[1])
        table = self._buffers[name]
        table[n : n + new] = np.nan
        table[n : n + new, : rows.shape[1]] = rows

    def _widen(self, name: str, n_columns: int) -> None:
        """Make room for so many tasks, conditions or penalties, where there was none."""
        table = self._buffers[name]
        if n_columns > table.shape[1]:
            wide = np.full((len(table), n_columns), np.nan)
            wide[:, : table.shape[1]] = table
            self._buffers[name] = wide

    def _grow(self, names: tuple[str, ...], n: int) -> None:
        size = len(self._buffers[names[0]])
        if n <= size:
            return
        for name in names:
            old = self._buffers[name]
            self._buffers[name] = np.empty((max(n, 2 * size, 1024), *old.shape[1:]), dtype=old.dtype)
            self._buffers[name][:size] = old

    @property
    def history(self) -> History:
        """What is recorded now, as read-only views."""
        views = {name: self._buffers[name][:n] for names, n in self._n.items() for name in names}
        for view in views.values():
            view.flags.writeable = False
        return History(**views)

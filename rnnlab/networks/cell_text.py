"""What the equations of every cell say besides the step itself: where a trial starts, and what is learnt.

In all of them t = 1, 2, ... counts the inputs of a trial: u[1] is the first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rnnlab.networks.cell import Cell


def start_text(cell: Cell, state: str = "x") -> str:
    """The line that says the first state; ``state`` is its name in the other lines."""
    learnt = "learnt" if "x0" in cell.trainable else "not learnt"
    first = {
        "trained": f"x0, {learnt}",
        "places": f"x0[k mod {cell.n_starts}], {learnt}, in trial k = 0, 1, ... of a batch",
        "zero": "0",
        "given": "x0, given",
        "carried": "x0, given; in training where the trial before ended",
    }[cell.start]
    place = "beside the first input" if cell.lag else "before the first input"
    return f"{state}[{cell.lag}] = {first}; {place}, u[1]"


def learning_text(cell: Cell) -> str:
    """Which arrays do not learn, but for the start; "" where all do."""
    arrays = [name for name in cell.parameter_shapes(1, 1) if name != "x0"]
    kept = [name for name in arrays if name not in cell.trainable]
    if kept == arrays:
        return "no array of weights or biases learns"
    return f"not learnt: {', '.join(kept)}" if kept else ""

"""The training process of `rnnlab.training.worker`, writing to the file $RNNLAB_CLOCK when each loss was computed."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

from rnnlab.events import Event, Updated
from rnnlab.runs.outbox import Outbox

clock = Path(os.environ["RNNLAB_CLOCK"]).open("a", buffering=1)  # noqa: SIM115  (for as long as the process lives)
add = Outbox.add


def timed_add(self: Any, event: Event) -> None:
    if isinstance(event, Updated):
        clock.write(f"{event.update} {time.time()}\n")
    add(self, event)


Outbox.add = timed_add  # type: ignore[method-assign]

if __name__ == "__main__":
    from rnnlab.training import worker

    worker.main(int(sys.argv[1]))

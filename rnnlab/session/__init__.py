"""One person's open lab, and the process that trains beside it. Neither torch nor bokeh nor panel is imported here."""

from rnnlab.session.intent import Intent
from rnnlab.session.progress import Progress
from rnnlab.session.results import Results
from rnnlab.session.session import Session
from rnnlab.session.transport import PHASES
from rnnlab.session.worker import Worker, all_workers, stop_all_workers

__all__ = ["PHASES", "Intent", "Progress", "Results", "Session", "Worker", "all_workers", "stop_all_workers"]

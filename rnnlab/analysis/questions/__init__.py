"""Questions: what an analysis is asked, as a description that the lab, a script and a paper can share."""

from rnnlab.analysis.questions.controls import CONTROLS, OF_ACTIVITY, OF_TRIALS, OF_WEIGHTS, Control
from rnnlab.analysis.questions.question import Question, ask, varied
from rnnlab.analysis.questions.script import script
from rnnlab.analysis.questions.subject import CancelledError, Subject, Tell, Trials, silent

__all__ = [
    "CONTROLS",
    "OF_ACTIVITY",
    "OF_TRIALS",
    "OF_WEIGHTS",
    "CancelledError",
    "Control",
    "Question",
    "Subject",
    "Tell",
    "Trials",
    "ask",
    "script",
    "silent",
    "varied",
]

"""Checks before training: whether a task can be learned as it is, and what to change where it cannot."""

from rnnlab.analysis.design._check import Check, Verdict
from rnnlab.analysis.design.durations import Durations
from rnnlab.analysis.design.examine import Design, design
from rnnlab.analysis.design.shares import Share

__all__ = ["Check", "Design", "Durations", "Share", "Verdict", "design"]

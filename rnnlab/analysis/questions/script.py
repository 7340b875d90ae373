"""A question as a short Python file."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from rnnlab.analysis.questions.question import Question
from rnnlab.runs.expression import expression, quoted


def call(question: Question) -> str:
    """The question as Python source; settings that have their default are left out.

    >>> from rnnlab.analysis import PsychometricQuestion
    >>> call(PsychometricQuestion(n_trials=256))
    'rl.analysis.PsychometricQuestion(n_trials=256)'
    """
    given = {f.name: getattr(question, f.name) for f in dataclasses.fields(question)}
    other = [
        f"{f.name}={expression(given[f.name])}"
        for f in dataclasses.fields(question)
        if f.default is dataclasses.MISSING or given[f.name] != f.default
    ]
    return f"rl.analysis.{type(question).__name__}({', '.join(other)})"


def script(
    question: Question, path: str, *, task: str = "", control: str = "", others: Mapping[str, str] | None = None
) -> str:
    """Source that asks the question of the run kept in a folder.

    Args:
        question: what is asked.
        path: the run's folder.
        task: source of the task whose trials are shown; the run's own if not given.
        others: name -> folder of the runs that it is compared with.
        control: name of the control that is asked instead.
    """
    arguments = ["run", "question"] + (["task"] if task else [])
    arguments += ["others=others"] if others else []
    arguments += [f"control={quoted(control)}"] if control else []
    lines = [
        "import rnnlab as rl",
        "",
        f"run = rl.load({quoted(path)})",
        *([f"task = {task}"] if task else []),
        *_beside(others or {}),
        f"question = {call(question)}",
        f"result = rl.analysis.ask({', '.join(arguments)})",
        "print(result)",
        *([f"print(result.{question.cited}.to_json())  # to cite what was done"] if question.cited else []),
        "figure = rl.figures.of(result)",
    ]
    return "\n".join(lines) + "\n"


def _beside(others: Mapping[str, str]) -> list[str]:
    """Lines that read the runs that are compared."""
    if not others:
        return []
    return ["others = {", *(f"    {quoted(name)}: rl.load({quoted(path)})," for name, path in others.items()), "}"]

"""The catalogue of tasks."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from typing import Any

from rnnlab.spec import SpecError, shown
from rnnlab.tasks.library import (
    clicks,
    context,
    delayed_logic,
    delayed_response,
    integration,
    logic,
    matching,
    memory,
    parametric_memory,
    random_dots,
    sides,
    states,
)
from rnnlab.tasks.library.delayed_discrimination import delayed_discrimination
from rnnlab.tasks.library.flip_flop import flip_flop
from rnnlab.tasks.library.perceptual_discrimination import perceptual_discrimination
from rnnlab.tasks.presets import Preset
from rnnlab.tasks.task import Task

TASKS: dict[str, Preset] = {
    "perceptual_discrimination": perceptual_discrimination,
    "delayed_discrimination": delayed_discrimination,
    "flip_flop": flip_flop,
    # evidence
    "random_dots": random_dots.random_dots,
    "random_dots_variable": random_dots.random_dots_variable,
    "random_dots_reaction_time": random_dots.random_dots_reaction_time,
    "signed_random_dots": random_dots.signed_random_dots,
    "signed_random_dots_reaction_time": random_dots.signed_random_dots_reaction_time,
    "fixed_time_discrimination": random_dots.fixed_time_discrimination,
    "evidence_pulse": random_dots.evidence_pulse,
    "answer_during_stimulus": random_dots.answer_during_stimulus,
    "poisson_clicks": clicks.poisson_clicks,
    # context
    "context_decision": context.context_decision,
    "context_integration": context.context_integration,
    "signed_context_integration": context.signed_context_integration,
    "remembered_rule": context.remembered_rule,
    "multisensory": context.multisensory,
    # matching and working memory
    "parametric_memory": parametric_memory.parametric_memory,
    "delayed_match_to_sample": matching.delayed_match_to_sample,
    "uncued_match_to_sample": matching.uncued_match_to_sample,
    "match_to_category": matching.match_to_category,
    "colour_matching": matching.colour_matching,
    "ax_cpt": matching.ax_cpt,
    # delayed responses
    "delay_go": delayed_response.delay_go,
    "delay_anti": delayed_response.delay_anti,
    "delay_go_angle": delayed_response.delay_go_angle,
    "delay_anti_angle": delayed_response.delay_anti_angle,
    "delay_match": delayed_response.delay_match,
    "delay_antimatch": delayed_response.delay_antimatch,
    # memory
    "memory_number": memory.memory_number,
    "memory_anti_number": memory.memory_anti_number,
    "memory_anti_angle": memory.memory_anti_angle,
    "memory_anti_direction": memory.memory_anti_direction,
    "memory_side": sides.memory_side,
    "delayed_decision": sides.delayed_decision,
    "block_decision": sides.block_decision,
    "fixed_point_memory": states.fixed_point_memory,
    "n_back": states.n_back,
    "cued_flip_flop": states.cued_flip_flop,
    "echo": states.echo,
    # logic and functions
    "delayed_xor": delayed_logic.delayed_xor,
    "delayed_or": delayed_logic.delayed_or,
    "delayed_and": delayed_logic.delayed_and,
    "memory_saccade": delayed_logic.memory_saccade,
    "delayed_logic": delayed_logic.delayed_logic,
    "uncued_delayed_logic": delayed_logic.uncued_delayed_logic,
    "xor": logic.xor,
    "half_adder": logic.half_adder,
    "go_nogo": logic.go_nogo,
    "identity": logic.identity,
    "square": logic.square,
    # integration, patterns in time
    "integration": integration.integration,
    "integration_pulse": integration.integration_pulse,
    "angle_integration": integration.angle_integration,
    "angle_integration_pulse": integration.angle_integration_pulse,
    "angle_addition": integration.angle_addition,
    "eye_sequences": integration.eye_sequences,
    "sine_wave": integration.sine_wave,
}
"""Name -> preset."""


def get(name: str, **settings: Any) -> Task:
    """The task of that name, with some of its settings changed.

    >>> get("perceptual_discrimination", coherences=(0.1, 0.3)).output_names
    ('choice_0', 'choice_1')

    Raises:
        SpecError: there is no such task or setting, or a setting is out of range.
    """
    if name not in TASKS:
        raise unknown_task(name, TASKS)
    return TASKS[name](**settings)


def unknown_task(name: object, known: Collection[str]) -> SpecError:
    """The refusal of a name that is not among ``known``: the nearest few, and how to see all.

    >>> print(unknown_task("random_dot", TASKS))
    task: unknown task 'random_dot'; did you mean 'random_dots'? 'rnnlab tasks' lists all
    """
    meant = str(name).lower()
    sure = get_close_matches(meant, known, n=1, cutoff=0.85)
    near = sure or get_close_matches(meant, known, n=3, cutoff=0.5)
    question = f"did you mean {' or '.join(map(repr, near))}? " if near else ""
    return SpecError("task", f"unknown task {shown(name)}", value=name, remedy=f"{question}'rnnlab tasks' lists all")

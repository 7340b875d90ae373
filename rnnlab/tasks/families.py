"""The catalogue's tasks by what they ask of an animal: headings for a gallery or a list."""

from __future__ import annotations

FAMILIES: dict[str, tuple[str, ...]] = {
    "Perceptual decisions": (
        "perceptual_discrimination",
        "fixed_time_discrimination",
        "answer_during_stimulus",
        "evidence_pulse",
        "random_dots",
        "random_dots_variable",
        "random_dots_reaction_time",
        "signed_random_dots",
        "signed_random_dots_reaction_time",
        "multisensory",
        "colour_matching",
        "poisson_clicks",
    ),
    "Context and rules": (
        "context_decision",
        "context_integration",
        "signed_context_integration",
        "remembered_rule",
        "block_decision",
        "go_nogo",
        "ax_cpt",
        "delayed_logic",
        "uncued_delayed_logic",
    ),
    "Comparison and matching": (
        "delayed_discrimination",
        "parametric_memory",
        "delayed_match_to_sample",
        "uncued_match_to_sample",
        "match_to_category",
        "delay_match",
        "delay_antimatch",
    ),
    "Delayed responses": (
        "delay_go",
        "delay_anti",
        "delay_go_angle",
        "delay_anti_angle",
        "memory_saccade",
        "delayed_decision",
    ),
    "Working memory": (
        "flip_flop",
        "cued_flip_flop",
        "n_back",
        "memory_side",
        "memory_number",
        "memory_anti_number",
        "memory_anti_angle",
        "memory_anti_direction",
        "fixed_point_memory",
    ),
    "Integration": (
        "integration",
        "integration_pulse",
        "angle_integration",
        "angle_integration_pulse",
        "angle_addition",
    ),
    "Timing and sequences": (
        "eye_sequences",
        "sine_wave",
        "echo",
    ),
    "Logic and functions": (
        "xor",
        "half_adder",
        "delayed_xor",
        "delayed_or",
        "delayed_and",
        "identity",
        "square",
    ),
}
"""Heading -> names of its tasks, each task under one heading."""


COLLECTED: dict[str, tuple[str, ...]] = {
    "Sets of tasks": ("delay_tasks", "cognitive_20"),
    "Curricula": ("weaker_evidence", "longer_delays", "one_task_more"),
}
"""Heading -> names of its sets or curricula, each under one heading."""

SHELVES = {**FAMILIES, **COLLECTED}
"""All of them."""


def family(name: str) -> str:
    """The heading of the task of that name.

    >>> family("flip_flop")
    'Working memory'
    """
    return next(heading for heading, names in FAMILIES.items() if name in names)

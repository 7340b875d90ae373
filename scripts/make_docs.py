#!/usr/bin/env python
"""Write what the catalogues say into the pages of docs that list them (`PAGES`), between the two marks.

python scripts/make_docs.py            rewrite
python scripts/make_docs.py --check    exit with 1 if that would change anything
"""

from __future__ import annotations

import dataclasses
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, get_args

from rnnlab import runs
from rnnlab.analysis import ANALYSES, CONTROLS, Analysis
from rnnlab.networks import (
    INITIALISERS,
    NETWORKS,
    NONLINEARITIES,
    Areas,
    Density,
    Given,
    SharedNoise,
    Softmax,
    Weights,
)
from rnnlab.spec import Spec
from rnnlab.spec.codec import hints
from rnnlab.tasks import TASKS, Preset, Setting, Several, Task, WorstCondition

DOCS = Path(__file__).resolve().parent.parent / "docs"
BEGIN, END = "<!-- from the catalogue; scripts/make_docs.py writes it -->", "<!-- end -->"


def cell(value: Any) -> str:
    return str(value).replace("|", "\\|")


def table(header: tuple[str, ...], rows: list[tuple[Any, ...]]) -> list[str]:
    lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    return lines + ["| " + " | ".join(map(cell, row)) + " |" for row in rows]


def number(value: Any) -> str:
    if isinstance(value, tuple):
        return "(" + ", ".join(map(number, value)) + ("," if len(value) == 1 else "") + ")"
    return f"{value:g}" if isinstance(value, float) else str(value)


# ------------------------------------------------------------------------------------------------------- tasks


def tasks() -> Iterator[str]:
    for name, preset in TASKS.items():
        yield from (f"## {name}", "", *task(preset, preset()), "")


def task(preset: Preset, example: Task) -> Iterator[str]:
    yield from (" ".join(preset.description.split()), "")
    yield f"- epochs: {' → '.join(e.name + (' (scored)' if e.scored else '') for e in example.epochs)}"
    yield f"- inputs: {', '.join(example.input_names)}; outputs: {', '.join(example.output_names)}"
    if example.condition_factors:
        yield f"- drawn for every trial: {', '.join(example.condition_factors)}"
    yield f"- right by: {scored(example)}"
    if example.source:
        yield f"- from: {example.source}"
    rows = [setting(facts) for facts in preset.settings().values()]
    yield from ("", *table(("setting", "default", "unit", "meaning"), rows))


def scored(example: Task) -> str:
    """The scoring, and what somebody scores who knows nothing."""
    kind = example.scoring
    parts = kind.of if isinstance(kind, Several) else (kind,)
    inner = [f" of `{type(part.of).__name__}`" if isinstance(part, WorstCondition) else "" for part in parts]
    names = [f"`{type(part).__name__}`{of}" for part, of in zip(parts, inner, strict=True)]
    batch = example.sample(512, noise=False)
    return f"{' and '.join(names)}; chance is {100 * example.score(batch.targets, batch).chance:.0f} %"


def setting(facts: Setting) -> tuple[str, ...]:
    return f"`{facts.name}`", f"`{number(facts.default)}`", facts.unit, facts.help or facts.label


# ---------------------------------------------------------------------------------------------------- networks


def networks() -> Iterator[str]:
    for name, config in NETWORKS.items():
        text = inspect.getdoc(config) or ""
        yield from (f"## {name}", "", text.split("\n\nExample")[0], "")
        yield from ("As it stands by default:", "", "```", config().equation, "```", "")
        yield from (*table(("field", "default", "unit", "meaning"), list(fields(config))), "")
    yield from (
        "## Nonlinearities",
        "",
        'Given by name (`nonlinearity="tanh"`) or as a value where they have settings.',
        "",
    )
    rows = [(f"`{kind.__name__}`", (inspect.getdoc(kind) or "").split("\n")[0]) for kind in NONLINEARITIES.values()]
    yield from table(("kind", "f(x)"), rows)
    yield from ("", "For outputs alone (`output_nonlinearity`):", "")
    yield from table(("kind", "g(z)"), [(f"`{Softmax.__name__}`", (inspect.getdoc(Softmax) or "").split("\n")[0])])
    for title, kinds in (
        ("Weights", (Weights,)),
        ("Connections", (Density, Areas, Given)),
        ("Shared noise", (SharedNoise,)),
    ):
        yield from ("", f"## {title}", "", *described(kinds))
    yield from ("", "## Initialisers", "", *described(INITIALISERS.values()))


def described(kinds: Iterable[type[Spec]]) -> Iterator[str]:
    """Each kind's first sentence, or all of them, and its settings."""
    rows = []
    for kind in kinds:
        settings = "; ".join(f"{name} ({default}): {meaning}" for name, default, _, meaning in fields(kind))
        rows.append((f"`{kind.__name__}`", meaning_of(kind), settings))
    yield from table(("kind", "meaning", "settings (default)"), rows)


def meaning_of(kind: type[Spec]) -> str:
    text, length = (inspect.getdoc(kind) or "").split("\n\n"), None if kind in IN_FULL else 1
    return " ".join(" ".join(text[:length]).split())


def fields(config: type[Spec]) -> Iterator[tuple[str, ...]]:
    notes = attribute_docs(config)
    for field in dataclasses.fields(config):
        default = field.default
        shown = type(default).__name__ if isinstance(default, Spec) else number(default)
        shown = "required" if default is dataclasses.MISSING else shown
        unit = field.metadata.get("unit", "")
        meaning = field.metadata.get("help") or notes.get(field.name, "")
        words = [repr(word) for word in get_args(hints(config)[field.name]) if isinstance(word, str)]
        meaning = meaning or ("one of " + ", ".join(words) if words else "")
        yield f"`{field.name}`", f"`{shown}`", unit, meaning


def attribute_docs(config: type) -> dict[str, str]:
    """The strings under the fields of a class, which Python throws away."""
    found: dict[str, str] = {}
    for owner in config.__mro__:
        if issubclass(owner, Spec) and owner is not Spec:
            pairs = re.findall(
                r'^    (\w+): [^\n]*\n    """(.*?)"""', inspect.getsource(owner), re.MULTILINE | re.DOTALL
            )
            found |= {name: " ".join(text.split()) for name, text in pairs if name not in found}
    return found


# ---------------------------------------------------------------------------------------------------- training

TRAINING: dict[str, Any] = {
    "Losses": runs.losses.AnyLoss,
    "Penalties": runs.penalties.AnyPenalty,
    "Optimisers": runs.optimisers.AnyOptimiser,
    "Schedules": runs.schedules.AnySchedule,
    "Ends": runs.stopping.AnyStop,
}
IN_FULL = {*get_args(runs.losses.AnyLoss), *get_args(runs.penalties.AnyPenalty)}
"""Kinds whose formula needs more than their first sentence."""


def training() -> Iterator[str]:
    for title, union in TRAINING.items():
        yield from (f"## {title}", "", *described(get_args(union)), "")
    yield from ("## Training", "", *table(("field", "default", "unit", "meaning"), list(fields(runs.Training))))


# ---------------------------------------------------------------------------------------------------- analyses


def analyses() -> Iterator[str]:
    families = list(dict.fromkeys(entry.family for entry in ANALYSES.values()))
    for family in families:
        rows = [row(name, entry) for name, entry in ANALYSES.items() if entry.family == family]
        yield from (f"## {family.capitalize()}", "", *table(("name", "what it shows", "question", "from"), rows), "")
    yield from ("## Settings of the questions", "")
    for entry in ANALYSES.values():
        if entry.question is not None:
            controls = ", ".join(CONTROLS[name].title for name in entry.question.controls) or "none"
            yield from (f"**{entry.question.__name__}.** Controls: {controls}.", "")
            yield from (*table(("setting", "default", "unit", "meaning"), list(fields(entry.question))), "")


def row(name: str, entry: Analysis) -> tuple[str, ...]:
    question = "" if entry.question is None else f"`{entry.question.__name__}`"
    return f"`{name}`", entry.sentence, question, entry.paper


# ------------------------------------------------------------------------------------------------------- files


def renewed(page: Path, write: Callable[[], Iterator[str]]) -> str:
    text = page.read_text()
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{page}: the marks {BEGIN!r} and {END!r} are missing")
    return f"{head}{BEGIN}\n\n" + "\n".join(write()).strip() + f"\n\n{END}{tail}"


PAGES: dict[str, Callable[[], Iterator[str]]] = {
    "tasks.md": tasks,
    "networks.md": networks,
    "training.md": training,
    "analysis.md": analyses,
}


def main() -> int:
    stale = []
    for name, write in PAGES.items():
        page = DOCS / name
        text = renewed(page, write)
        if text != page.read_text():
            stale.append(name)
            if "--check" not in sys.argv:
                page.write_text(text)
    if stale and "--check" in sys.argv:
        print(f"docs/{', docs/'.join(stale)}: not what the catalogues say; run python scripts/make_docs.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The documents say what is true: their commands and code run, their links lead somewhere, nothing is left out."""

from __future__ import annotations

import doctest
import importlib
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import get_args, get_origin

import pytest

import rnnlab as rl
from rnnlab.app.cli import build_parser
from rnnlab.spec.codec import hints, kinds

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
QUICK = ["--set", "training.updates=2", "--set", "training.batch_size=4", "--set", "training.validation_trials=8"]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def blocks(path: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", path.read_text(), re.MULTILINE | re.DOTALL)


def commands(path: Path) -> list[list[str]]:
    """Every command line in the shell blocks of a document, comments removed."""
    lines = [line for block in blocks(path, "bash") for line in block.splitlines()]
    return [words for line in lines if (words := shlex.split(line, comments=True))]


# --------------------------------------------------------------------------------------------------- commands


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_command_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for program, *arguments in commands(document):
        if program == "make":
            assert arguments[0] in targets
        elif program == "rnnlab":
            build_parser().parse_args(arguments)
        else:
            assert (ROOT / program).exists() or program in {"pip", ".venv/bin/python", ".venv/bin/pytest", "panel"}


def test_the_first_two_commands_of_the_readme() -> None:
    assert [words[:2] for words in commands(ROOT / "README.md")[:2]] == [["make", "lab"], ["make", "test"]]


def test_the_commands_of_the_readme_run(tmp_path: Path) -> None:
    """All but the lab, which the browser tests open; a training is cut to two updates."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    for program, *arguments in commands(ROOT / "README.md"):
        if program != "rnnlab" or arguments[0] == "lab":
            continue
        extra = QUICK if arguments[0] == "train" else []
        command = [sys.executable, "-m", "rnnlab.app.cli", *arguments, *extra]
        result = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert result.returncode == 0, (arguments, result.stderr)
    assert (tmp_path / "first.html").stat().st_size > 10_000


@pytest.mark.parametrize("document", [d for d in DOCUMENTS if blocks(d, "python")], ids=name)
def test_the_code_runs(document: Path, tmp_path: Path) -> None:
    """All blocks of a document after each other, as a reader would type them; trainings are cut to two updates."""
    code = re.sub(r"updates=\d+", "updates=2", "\n".join(blocks(document, "python")))
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr


def test_no_document_writes_where_another_has() -> None:
    """A reader goes from one to the next in one folder; what the command line refuses there says how to go on."""
    code = {name(document): "\n".join(blocks(document, "python")) for document in DOCUMENTS}
    written = [(folder, document) for document, text in code.items() for folder in re.findall(r'out="([^"]+)"', text)]
    written += [
        (words[words.index("--out") + 1], "README.md") for words in commands(ROOT / "README.md") if "--out" in words
    ]
    where = {folder: {document for other, document in written if other == folder} for folder, _ in written}
    assert len(where) > 5
    assert [(folder, documents) for folder, documents in where.items() if len(documents) > 1] == []


def modules() -> Iterator[str]:
    for path in sorted((ROOT / "rnnlab").rglob("*.py")):
        if ">>> " in path.read_text():
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts).removesuffix(".__init__")


@pytest.mark.parametrize("module", list(modules()))
def test_the_examples_in_docstrings_run(module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    outcome = doctest.testmod(importlib.import_module(module), optionflags=flags)
    assert outcome.attempted > 0
    assert outcome.failed == 0


# ------------------------------------------------------------------------------------------- nothing is left out


def mentions(document: str, word: str) -> bool:
    return re.search(rf"\b{re.escape(word)}\b", (ROOT / document).read_text()) is not None


def test_every_catalogue_entry_is_in_the_docs() -> None:
    from rnnlab import analysis, networks, tasks, views
    from rnnlab.runs.losses import AnyLoss
    from rnnlab.runs.optimisers import AnyOptimiser
    from rnnlab.runs.penalties import AnyPenalty
    from rnnlab.runs.schedules import AnySchedule
    from rnnlab.runs.stopping import AnyStop

    places = {
        "docs/tasks.md": tasks.TASKS,
        "docs/networks.md": networks.NETWORKS,
        "docs/training.md": kinds(AnyLoss | AnyPenalty | AnyOptimiser | AnySchedule | AnyStop),
        "docs/analysis.md": analysis.ANALYSES,
        "docs/lab.md": views.VIEWS,
    }
    missing = [(place, entry) for place, table in places.items() for entry in table if not mentions(place, entry)]
    assert missing == []


def test_the_readme_counts_the_tasks_of_the_catalogue() -> None:
    said = re.findall(r"one of (\d+) tasks, or of (\d+) sets and curricula", (ROOT / "README.md").read_text())
    assert said == [(str(len(rl.tasks.TASKS)), str(len(rl.tasks.COLLECTIONS)))]


def test_every_public_name_is_in_the_docs() -> None:
    assert [word for word in rl.__all__ if not mentions("docs/python.md", word)] == []


def test_every_command_and_option_is_in_the_docs() -> None:
    text = (ROOT / "docs" / "cli.md").read_text()
    subcommands = build_parser()._subparsers._group_actions[0].choices
    for command, parser in subcommands.items():
        assert f"## rnnlab {command}\n" in text
        options = {option for action in parser._actions for option in action.option_strings if option.startswith("--")}
        for option in options - {"--help"}:
            assert option in text, (command, option)


def test_the_generated_pages_are_what_the_catalogues_say() -> None:
    script = ROOT / "scripts" / "make_docs.py"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    result = subprocess.run(
        [sys.executable, script, "--check"], env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


# ------------------------------------------------------------------------------------------------------- links


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_link_inside_the_project_resolves(document: Path) -> None:
    targets = re.findall(r"\]\(([^)\s]+)\)", document.read_text())
    for target in targets:
        if "://" in target or target.startswith("mailto:"):
            continue
        path, _, anchor = target.partition("#")
        file = (document.parent / path) if path else document
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), target


def anchors(document: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


# --------------------------------------------------------------------------------------------------- changelog


def test_the_changelog_begins_with_this_version_and_goes_back_in_time() -> None:
    text = (ROOT / "CHANGELOG.md").read_text()
    versions = re.findall(r"^## (\d+)\.(\d+)\.(\d+) \((?:unreleased|\d{4}-\d\d-\d\d)\)$", text, re.MULTILINE)
    numbers = [tuple(map(int, version)) for version in versions]
    assert len(numbers) == len(re.findall(r"^## ", text, re.MULTILINE))
    assert ".".join(versions[0]) == tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert numbers == sorted(set(numbers), reverse=True)


def test_every_version_says_something() -> None:
    sections = re.split(r"^## .*$", (ROOT / "CHANGELOG.md").read_text(), flags=re.MULTILINE)[1:]
    assert all(re.search(r"^- \*\*.+", section, re.MULTILINE) for section in sections)


# ------------------------------------------------------------------------------------------------- the language


def kinds_of_the_language() -> list[str]:
    places = ((rl.tasks.Epoch, "duration"), (rl.tasks.Factor, "rule"), (rl.tasks.Channel, "signals"))
    found = [kinds(hints(rl.tasks.Task)["scoring"])]
    for owner, field in places:
        annotation = hints(owner)[field]
        found.append(kinds(get_args(annotation)[0] if get_origin(annotation) is tuple else annotation))
    return sorted({kind.__name__ for table in found for kind in table.values()})


@pytest.mark.parametrize("kind", kinds_of_the_language())
def test_every_kind_of_the_task_language_is_documented(kind: str) -> None:
    language = (ROOT / "docs" / "tasks.md").read_text().split("## The language")[1].split("\n## ")[0]
    assert f"`{kind}`" in language

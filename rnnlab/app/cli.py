"""The command line: ``rnnlab lab | train | tasks | info | script | fixed-points | export``.

Reading the arguments imports nothing heavy; each command imports what it needs when it runs. A mistake in what was
given is one line on stderr that names place, value and remedy, with exit code 2; ``--traceback`` shows where it rose.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

from rnnlab.app.settings import parse_setting

MISUSED = 2
"""Exit code where what was given cannot be used."""

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    parser = build_parser()
    options = parser.parse_args(arguments)
    module, _, function = options.command.partition(":")
    try:
        return getattr(import_module(f"rnnlab.app.commands.{module}"), function)(options)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # `rnnlab info RUN | head` closes our output early
        sys.stderr.close()
        return 0
    except (ValueError, OSError) as error:
        if options.traceback:
            raise
        print(f"rnnlab: {_one_line(error)}", file=sys.stderr)
        return MISUSED


def _one_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}; check the path"
    return " ".join(str(error).split())


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage that `--help` prints."""

    def error(self, message: str) -> NoReturn:
        self.exit(MISUSED, f"{self.prog}: {message}; see {self.prog} --help\n")


def build_parser() -> argparse.ArgumentParser:
    """All commands and their options, with a ``command`` of the form ``module:function`` for each."""
    parser = Parser(prog="rnnlab", description="A laboratory for recurrent neural networks.")
    parser.add_argument("--version", action="version", version=f"rnnlab {_version()}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for add in (_add_lab, _add_train, _add_tasks, _add_info, _add_script, _add_fixed_points, _add_export):
        command = add(commands)
        command.add_argument("--traceback", action="store_true", help="on an error, show where it was raised")
    return parser


def _version() -> str:
    import rnnlab

    return rnnlab.__version__


_Commands = argparse._SubParsersAction  # the type of what add_subparsers returns has no public name


def _command(commands: _Commands, name: str, help: str, command: str, epilog: str = "") -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=help, description=help, epilog=epilog)
    parser.set_defaults(command=command)
    return parser


def _add_lab(commands: _Commands) -> argparse.ArgumentParser:
    parser = _command(commands, "lab", "Open the lab in a browser tab.", "lab:lab")
    parser.add_argument(
        "source", nargs="?", metavar="RUN|EXPERIMENT.json|TASK.json", help="what to open (default: an example)"
    )
    parser.add_argument("--port", type=_port, default=5006, help="port to serve on; 0 takes a free one (default: 5006)")
    parser.add_argument("--no-browser", action="store_true", help="print the address and open no tab")
    return parser


def _add_train(commands: _Commands) -> argparse.ArgumentParser:
    parser = _command(
        commands,
        "train",
        "Train a network and write a run.",
        "train:train",
        epilog="example: rnnlab train perceptual_discrimination --set training.updates=400 --seed 0 --out runs/first",
    )
    parser.add_argument(
        "what",
        nargs="?",
        metavar="TASK|FILE.json",
        help="a task of the catalogue, or an experiment's or a task's file",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        type=_setting,
        metavar="PATH=VALUE",
        dest="settings",
        help="change one field, e.g. network.n_units=100; may be given several times",
    )
    parser.add_argument("--seed", type=int, help="decides every random number of the run (default: the experiment's)")
    parser.add_argument(
        "--seeds", type=_seeds, metavar="0-15", help="train an ensemble: a run for each seed, in folders of --out"
    )
    parser.add_argument("--out", metavar="DIR", help="folder for the run")
    parser.add_argument("--resume", metavar="DIR", help="go on with a run, exactly as if it had not been stopped")
    return parser


def _add_tasks(commands: _Commands) -> argparse.ArgumentParser:
    return _command(commands, "tasks", "List the tasks that can be trained by name.", "tasks:tasks")


def _add_info(commands: _Commands) -> argparse.ArgumentParser:
    parser = _command(commands, "info", "Say what a run is and how far it came.", "inspect:info")
    return _with_run(parser, "folder of the run, or of an ensemble")


def _add_script(commands: _Commands) -> argparse.ArgumentParser:
    parser = _command(commands, "script", "Print a short Python file that reproduces a run.", "inspect:script")
    return _with_run(parser)


def _add_fixed_points(commands: _Commands) -> argparse.ArgumentParser:
    parser = _command(commands, "fixed-points", "Find the fixed points of a trained network.", "inspect:fixed_points")
    parser.add_argument("--inputs", type=_numbers, metavar="U1,U2,...", help="constant input (default: all zero)")
    parser.add_argument("--starts", type=int, default=1024, help="number of states to search from (default: 1024)")
    parser.add_argument("--json", action="store_true", help="print everything found, as JSON")
    return _with_run(parser)


def _add_export(commands: _Commands) -> argparse.ArgumentParser:
    parser = _command(commands, "export", "Write a run's figures to one page that opens from disk.", "export:export")
    parser.add_argument("--html", required=True, metavar="FILE", help="the page to write")
    return _with_run(parser)


def _with_run(parser: argparse.ArgumentParser, help: str = "folder of the run") -> argparse.ArgumentParser:
    parser.add_argument("run", metavar="RUN", help=help)
    return parser


def _setting(text: str) -> tuple[str, object]:
    try:
        return parse_setting(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _numbers(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a list of numbers such as 1,0.5,0") from None


MOST_SEEDS = 10_000


def _seeds(text: str) -> tuple[int, ...]:
    """``0-3,7`` as 0, 1, 2, 3, 7."""
    found: list[int] = []
    for part in text.split(","):
        first, dash, last = part.partition("-")
        ends = [first, last] if dash else [first, first]
        if not all(end.isdecimal() for end in ends) or not 0 <= int(ends[1]) - int(ends[0]) < MOST_SEEDS:
            raise argparse.ArgumentTypeError(f"{text!r} is not a list of seeds such as 0-15 or 0,3,7")
        found += range(int(ends[0]), int(ends[1]) + 1)
    return tuple(found)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; give a number from 0 to 65535")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())

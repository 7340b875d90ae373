"""The command line: what it does, what it refuses and how, and that it starts at once."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import rnnlab as rl
from rnnlab.app.cli import MISUSED, main
from rnnlab.app.commands.train import read_experiment
from rnnlab.app.settings import apply_settings, parse_setting
from rnnlab.session.folder import copy_run

Said = tuple[int, str, str]

TINY = ["--set", "training.updates=4", "--set", "training.batch_size=4", "--set", "training.validation_trials=8"]


@pytest.fixture
def say(capfd: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Runs a command in this process: exit code, stdout, stderr."""

    def run(*arguments: str | Path) -> Said:
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = capfd.readouterr()
        return code, out, err

    return run


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of four updates, trained by the command line."""
    out = tmp_path_factory.mktemp("runs") / "first"
    assert main(["train", "perceptual_discrimination", *TINY, "--seed", "3", "--out", str(out)]) == 0
    return out


# ------------------------------------------------------------------------------------------------------- train


def test_train_writes_the_run_that_was_asked_for(run: Path) -> None:
    trained = rl.load(run)
    assert trained.experiment.task == rl.tasks.get("perceptual_discrimination")
    assert (trained.experiment.seed, trained.experiment.training.updates, trained.update) == (3, 4, 4)


def test_train_is_the_script_bit_for_bit(run: Path, tmp_path: Path) -> None:
    for _ in rl.train(rl.load(run).experiment, out=tmp_path / "again"):
        pass
    again = rl.load(tmp_path / "again").parameters
    assert all(np.array_equal(array, again[name]) for name, array in rl.load(run).parameters.items())


def test_train_shows_loss_and_accuracy(say: Callable[..., Said], tmp_path: Path) -> None:
    code, out, err = say("train", "flip_flop", *TINY, "--out", tmp_path / "run")
    assert code == 0
    assert re.search(r"4/4 .*loss=\d", err)
    assert re.search(r"correct after 4 updates in \d+ s \(all updates done\)", out)
    assert f"rnnlab lab {tmp_path / 'run'}" in out


def test_what_is_odd_about_a_network_is_said(say: Callable[..., Said], tmp_path: Path) -> None:
    """Units that drive only themselves: nothing leads from one to another, before training and, frozen, after it."""
    out = tmp_path / "run"
    diagonal = rl.networks.Weights(initial=rl.networks.Identity(0.9))
    alone = rl.Experiment(
        task=rl.tasks.get("flip_flop"),
        network=rl.networks.LeakyRNN(n_units=4, weights_rec=diagonal, train=("W_in", "W_out")),
        training=rl.Training(updates=1, batch_size=4, validation_trials=4),
    )
    (tmp_path / "alone.json").write_text(alone.to_json())
    code, _, err = say("train", tmp_path / "alone.json", "--out", out)
    wanted = "the recurrent graph is not strongly connected: its 4 units fall into 4 parts"
    assert code == 0 and f"note: {wanted}" in err
    assert wanted in say("info", out)[1]


def test_train_reads_an_experiment_from_a_file(say: Callable[..., Said], run: Path, tmp_path: Path) -> None:
    file = tmp_path / "experiment.json"
    file.write_text(rl.load(run).experiment.to_json())
    code, _, err = say("train", file, "--set", "network.n_units=7", "--out", tmp_path / "run")
    assert code == 0, err
    assert rl.load(tmp_path / "run").experiment == rl.load(run).experiment.replace(network__n_units=7)


def test_train_reads_a_task_from_a_file(say: Callable[..., Said], tmp_path: Path) -> None:
    task = rl.tasks.get("flip_flop", n_bits=2)
    file = tmp_path / "mine.json"
    file.write_text(task.to_json())
    code, _, err = say("train", file, *TINY, "--out", tmp_path / "run")
    assert code == 0, err
    assert rl.load(tmp_path / "run").experiment.task == task


def test_train_reads_a_set_and_a_curriculum_from_a_file(say: Callable[..., Said], tmp_path: Path) -> None:
    two = rl.tasks.MultitaskSet("two", (rl.tasks.get("xor"), rl.tasks.get("half_adder")))
    steps = rl.tasks.Curriculum("steps", tuple(rl.tasks.Stage(rl.tasks.get("xor", noise=s)) for s in (0.0, 0.1)))
    for name, task in (("two", two), ("steps", steps)):
        file = tmp_path / f"{name}.json"
        file.write_text(task.to_json())
        code, _, err = say("train", file, *TINY, "--out", tmp_path / name)
        assert code == 0, err
        assert rl.load(tmp_path / name).experiment.task == task


def test_a_set_of_the_catalogue_is_read_by_its_name() -> None:
    assert read_experiment("delay_tasks", []).task == rl.tasks.collection("delay_tasks")


def test_a_task_of_the_catalogue_takes_its_own_settings(say: Callable[..., Said], tmp_path: Path) -> None:
    settings = ["--set", "task.coherences=0.1,0.3", "--set", "network.nonlinearity=tanh"]
    code, _, err = say("train", "perceptual_discrimination", *TINY, *settings, "--out", tmp_path / "run")
    assert code == 0, err
    experiment = rl.load(tmp_path / "run").experiment
    assert experiment.task == rl.tasks.get("perceptual_discrimination", coherences=(0.1, 0.3))
    assert type(experiment.network.nonlinearity).__name__.lower() == "tanh"


def test_a_task_of_the_catalogue_is_not_hidden_by_a_file(
    say: Callable[..., Said], run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("flip_flop", "mine"):
        Path(name).write_text(rl.load(run).experiment.to_json())
    for what, name in [("flip_flop", "flip_flop"), ("./flip_flop", None), ("mine", None)]:
        out = tmp_path / f"run-{what.replace('/', '-')}"
        code, _, err = say("train", what, *TINY, "--out", out)
        assert code == 0, err
        assert rl.load(out).experiment.task.name == (name or rl.load(run).experiment.task.name)


def test_resume_refuses_what_made_the_weights(say: Callable[..., Said], run: Path, tmp_path: Path) -> None:
    out = copy_run(run, tmp_path / "run")
    code, _, err = say("train", "--resume", out, "--set", "training.learning_rate=0.1")
    assert code == MISUSED
    assert re.search(
        r"learning_rate=0\.1: .*only updates, stop_accuracy, stop, save_every, states, states_at, device; .*a new run",
        err,
    )
    assert err.count("\n") == 1
    code, _, err = say("train", "--resume", out, "--set", "training.updates=6")
    assert code == 0, err
    assert rl.load(out).update == 6


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "rnnlab.app.cli", *map(str, arguments)]


def updates_shown(log: Path, total: int) -> int:
    counts = re.findall(rf"(\d+)/{total} ", log.read_text())
    return int(counts[-1]) if counts else 0


def updates(count: int) -> list[str]:
    return ["--set", f"training.updates={count}"]


def test_ctrl_c_saves_and_the_resumed_run_is_the_uninterrupted_one(tmp_path: Path, root: Path) -> None:
    small = ["--set", "training.batch_size=4", "--set", "network.n_units=8"]
    small += ["--set", "training.validation_trials=8", "--set", "task.stimulus=200"]
    whole, broken, log = tmp_path / "whole", tmp_path / "broken", tmp_path / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            command("train", "perceptual_discrimination", *small, *updates(1_000_000), "--out", broken),
            cwd=root, stderr=file, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        deadline = time.monotonic() + 120
        while not (broken / "run.json").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=120)
    assert process.returncode == 130, log.read_text()
    assert f"rnnlab train --resume {broken}" in said
    stopped_at = rl.load(broken).update
    assert f"stopped after {stopped_at} updates" in said
    longer = stopped_at + 100
    subprocess.run(command("train", "--resume", broken, *updates(longer)), cwd=root, check=True, capture_output=True)
    anew = command("train", "perceptual_discrimination", *small, *updates(longer), "--out", whole)
    subprocess.run(anew, cwd=root, check=True, capture_output=True)
    resumed, uninterrupted = rl.load(broken), rl.load(whole)
    assert resumed.update == uninterrupted.update == longer
    for name, array in uninterrupted.parameters.items():
        assert np.array_equal(array, resumed.parameters[name]), name
    assert np.array_equal(resumed.history.losses, uninterrupted.history.losses)


# -------------------------------------------------------------------------------------------- looking at a run


def test_info_says_what_the_run_is(say: Callable[..., Said], run: Path) -> None:
    code, out, _ = say("info", run)
    assert code == 0
    for expected in (
        "perceptual_discrimination",
        "LeakyRNN, 50 units",
        "4 of 4, all updates done",
        rl.load(run).experiment.digest,
    ):
        assert expected in out


def test_the_score_that_is_told_is_that_of_the_network_that_is_kept(say: Callable[..., Said], tmp_path: Path) -> None:
    """A learning rate this high spoils the network at once: the best one is the untrained one."""
    out = tmp_path / "run"
    best = [
        "--set",
        "training.keep=best",
        "--set",
        "training.learning_rate=0.05",
        "--set",
        "training.validation_trials=40",
    ]
    code, said, _ = say("train", "perceptual_discrimination", *TINY, *best, "--out", out)
    run = rl.load(out)
    first, last = run.history.accuracies
    assert code == 0 and run.kept_update == 0 and first != last
    assert f"{out}: {first:.1%} correct by the network of update 0, the best, after 4 updates" in said
    facts = say("info", out)[1]
    assert f"{first:.1%} of the validation trials" in facts and "the network of update 0, the best" in facts


def test_info_of_an_ensemble_lists_its_runs(say: Callable[..., Said], run: Path, tmp_path: Path) -> None:
    for name in ("seed-10", "seed-9", "seed-2"):
        copy_run(run, tmp_path / "many" / name)
    (tmp_path / "many" / "seed-9" / "run.json").write_text("{}")
    (tmp_path / "many" / "notes").mkdir()
    code, out, _ = say("info", tmp_path / "many")
    head, second, ninth, tenth = out.splitlines()
    assert code == 0
    assert head.split() == ["run", "seed", "correct", "updates", "ended"]
    score = f"{rl.load(run).accuracy:.1%}"
    assert re.fullmatch(rf"seed-2 +3 +{re.escape(score)} +4 of 4 +all updates done", second)
    assert re.fullmatch(r"seed-9 +was not written by rnnlab", ninth)
    assert tenth.split()[0] == "seed-10"
    code, _, err = say("script", tmp_path / "many")
    assert code == MISUSED
    assert f"it holds runs: give one, {tmp_path / 'many' / 'seed-2'}" in err


def test_tasks_lists_what_can_be_trained_by_name(say: Callable[..., Said]) -> None:
    code, out, _ = say("tasks")
    entries = {**rl.tasks.TASKS, **rl.tasks.COLLECTIONS}
    assert code == 0
    assert [line.split(maxsplit=1) for line in out.splitlines()] == [[n, e.title] for n, e in entries.items()]


@pytest.mark.parametrize("arguments", [[], ["--seeds", "0-3"], ["--resume"]])
def test_a_bad_value_is_refused_before_torch_is_loaded(arguments: list[str], run: Path, tmp_path: Path) -> None:
    what = [*arguments, run] if "--resume" in arguments else ["flip_flop", "--out", tmp_path / "run", *arguments]
    said = [str(word) for word in ("train", *what, "--set", "training.save_every=-1")]
    code = f"import sys; from rnnlab.app.cli import main; print(main({said!r}), 'torch' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.split() == [str(MISUSED), "False"]
    assert re.search(r"save_every: -1 is out of range", result.stderr)


def test_script_prints_python_that_makes_the_run_again(
    say: Callable[..., Said], run: Path, tmp_path: Path, root: Path
) -> None:
    code, out, _ = say("script", run)
    assert code == 0
    assert out == rl.load(run).script()
    assert len(out.splitlines()) < 60
    (tmp_path / "again.py").write_text(out)
    environment = {"PYTHONPATH": str(root), "PATH": "/usr/bin:/bin", "OMP_NUM_THREADS": "1", "HOME": str(tmp_path)}
    subprocess.run([sys.executable, "again.py"], cwd=tmp_path, env=environment, check=True, capture_output=True)
    (written,) = [path.parent for path in tmp_path.rglob("run.json")]
    again, first = rl.load(written), rl.load(run)
    assert again.experiment == first.experiment
    assert all(np.array_equal(array, again.parameters[name]) for name, array in first.parameters.items())


def test_fixed_points_finds_some_in_the_example(say: Callable[..., Said], example_run: Path) -> None:
    code, out, _ = say("fixed-points", example_run, "--starts", "64", "--json")
    assert code == 0
    found = json.loads(out)
    assert len(found["points"]) >= 1
    network = rl.load(example_run).network
    for point in found["points"]:
        state = np.array([point["state"]])
        moved = network.step(state, np.zeros((1, network.n_inputs))) - state
        assert np.abs(moved).max() < 1e-5
        assert (point["n_unstable"] == 0) == (point["stability"] == "stable")


def test_fixed_points_prints_a_table(say: Callable[..., Said], example_run: Path) -> None:
    code, out, _ = say("fixed-points", example_run, "--starts", "64", "--inputs", "0,0")
    assert code == 0
    assert re.match(r"\d+ fixed points", out)
    assert "stability" in out


# ------------------------------------------------------------------------------------------------ what it refuses


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["train", "perceptual_discriminatoin", "--out", "x"],
            r"did you mean 'perceptual_discrimination'\? 'rnnlab tasks'",
        ),
        (
            ["train", "angle", "--out", "x"],
            r"did you mean '\w*angle\w*' or '\w*angle\w*'\? 'rnnlab tasks' lists",
        ),
        (["train", "longer_delay", "--out", "x"], "did you mean 'longer_delays'"),
        (["train", "qqqq", "--out", "x"], r"^rnnlab: task: unknown task 'qqqq'; 'rnnlab tasks' lists all$"),
        (["train", "flip_flop", "--set", "trainng.updates=4", "--out", "x"], r"experiment\.trainng.*'training'"),
        (["train", "flip_flop", "--set", "training.update=4", "--out", "x"], r"training\.update:.*'updates'"),
        (["train", "flip_flop", "--set", "network.nonlinearity=tahn", "--out", "x"], r"'tahn'.*did you mean 'Tanh'"),
        (["train", "flip_flop", "--set", "training.updates=-1", "--out", "x"], r"training\.updates: -1.*at least 0"),
        (["train", "flip_flop", "--set", "network.dt=500", "--out", "x"], r"network.*(dt|tau)"),
        (["train", "perceptual_discrimination", "--set", "task.coherence=0.1", "--out", "x"], "'coherences'"),
        (["train", "flip_flop", "--set", "training.updates", "--out", "x"], "PATH=VALUE"),
        (
            ["train", "flip_flop", "--set", "task.epochs.nowhere.weight=2", "--out", "x"],
            r"epochs\.nowhere: there is no",
        ),
        (["train", "flip_flop"], "--out DIR is missing"),
        (["train", "missing.json", "--out", "x"], "missing.json: No such file"),
        (["train", "--resume", "nowhere"], "nowhere: does not exist"),
        (["info", "nowhere"], "nowhere: does not exist"),
        (["info", "."], "is not a run"),
        (["lab", "--port", "70000"], "not a port"),
        (["fixed-points", "nowhere", "--inputs", "a,b"], "not a list of numbers"),
        (["frobnicate"], "invalid choice: 'frobnicate'"),
        ([], "required"),
    ],
)
def test_a_mistake_is_one_line_with_place_and_remedy(
    arguments: list[str],
    message: str,
    say: Callable[..., Said],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = say(*arguments)
    assert (code, out) == (MISUSED, "")
    assert err.count("\n") == 1
    assert err.startswith("rnnlab")
    assert re.search(message, err), err
    assert list(tmp_path.iterdir()) == []


def test_the_lab_refuses_what_it_cannot_open_before_it_serves(tmp_path: Path, root: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(root)}
    opened = command("lab", tmp_path / "nowhere", "--no-browser", "--port", "0")
    result = subprocess.run(opened, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert (result.returncode, result.stdout) == (MISUSED, "")
    assert re.fullmatch(r"rnnlab: .*nowhere.*\n", result.stderr), result.stderr


def test_a_mistake_beside_a_good_run_leaves_the_run(say: Callable[..., Said], run: Path) -> None:
    before = {path.name: path.read_bytes() for path in run.iterdir()}
    code, _, err = say("train", "flip_flop", "--out", run)
    assert code == MISUSED
    assert "holds a run already" in err
    assert {path.name: path.read_bytes() for path in run.iterdir()} == before


def test_a_truncated_run_is_named(say: Callable[..., Said], run: Path, tmp_path: Path) -> None:
    for path in run.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    state = max(tmp_path.glob("state-*"))  # the newest
    state.write_bytes(state.read_bytes()[:-10])
    code, _, err = say("info", tmp_path)
    assert code == MISUSED
    assert re.search(rf"{state.name}: is truncated.*restore", err)


def test_traceback_shows_where_an_error_was_raised() -> None:
    with pytest.raises(rl.RunError):
        main(["info", "nowhere", "--traceback"])


# ------------------------------------------------------------------------------------------------ `--set` itself


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("training.updates=400", ("training.updates", 400)),
        ("training.stop_accuracy=null", ("training.stop_accuracy", None)),
        ("network.nonlinearity=tanh", ("network.nonlinearity", "tanh")),
        ("task.coherences=0.1,0.3", ("task.coherences", [0.1, 0.3])),
        ("task.name=a=b", ("task.name", "a=b")),
    ],
)
def test_values_are_json_or_lists_or_text(text: str, expected: tuple[str, object]) -> None:
    assert parse_setting(text) == expected


def test_fields_that_depend_on_each_other_change_together() -> None:
    experiment = rl.Experiment(task=rl.tasks.get("flip_flop"), network=rl.networks.LeakyRNN())
    slow = apply_settings(experiment, [("network.tau", 400)])
    changed = apply_settings(slow, [("network.tau", 15), ("network.dt", 12)])
    assert (changed.network.dt, changed.network.tau) == (12, 15)


def test_a_kind_is_given_by_its_name_and_then_its_fields() -> None:
    experiment = rl.Experiment(task=rl.tasks.get("flip_flop"), network=rl.networks.LeakyRNN())
    changed = apply_settings(experiment, [("network", "LSTM"), ("network.n_units", 12)])
    assert changed.network == rl.networks.LSTM(n_units=12)


def test_an_item_of_a_list_is_found_by_name_or_number() -> None:
    experiment = rl.Experiment(task=rl.tasks.get("flip_flop"), network=rl.networks.LeakyRNN())
    name = experiment.task.epochs[0].name
    by_name = apply_settings(experiment, [(f"task.epochs.{name}.weight", 2)])
    assert by_name.task.epochs[0].weight == 2
    assert by_name == apply_settings(experiment, [("task.epochs[0].weight", 2.0)])


# -------------------------------------------------------------------------------------------------------- start-up


def test_help_comes_at_once_and_loads_nothing_heavy() -> None:
    code = "import sys; from rnnlab.app.cli import build_parser; build_parser().format_help(); print(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"numpy", "torch", "panel", "bokeh", "tqdm"} & set(result.stdout.split())


def test_version(say: Callable[..., Said]) -> None:
    code, out, _ = say("--version")
    assert (code, out.strip()) == (0, f"rnnlab {rl.__version__}")


def test_info_tells_where_a_run_came_from_and_how_it_was_steered(
    say: Callable[..., Said], run: Path, tmp_path: Path
) -> None:
    states = rl.load(run).states
    rl.branch(run, tmp_path / "twig", states[0], {"training.learning_rate": 0.01})
    code, out, _ = say("info", tmp_path / "twig")
    assert code == 0
    assert f"branched at update {states[0]} off {rl.load(run).experiment.digest}" in out
    assert f"training.learning_rate = 0.01 from update {states[0]}" in out
    assert "branched" not in say("info", run)[1]

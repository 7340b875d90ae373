"""Tasks in addresses and files: what goes comes back, and what strangers hand in is bounded, checked data."""

from __future__ import annotations

import base64
import json
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest

import rnnlab as rl
from rnnlab.session import Session, sharing
from rnnlab.session.sharing import MAX_PARTS, MAX_QUERY, MAX_TASK, packed, unpacked
from rnnlab.spec import SpecError
from rnnlab.tasks import TASKS, edit
from tests.session.helpers import small


@pytest.fixture
def idle() -> Iterator[Session]:
    """A session in which nothing is trained; it starts no process."""
    made = Session(small())
    yield made
    made.close()


@pytest.fixture(scope="module")
def other() -> Iterator[Session]:
    """Somebody else's session."""
    made = Session(small())
    yield made
    made.close()


def letters(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def query(data: bytes) -> str:
    return f"task={letters(zlib.compress(data, 9))}"


# ------------------------------------------------------------------------------------------------- there and back


@pytest.mark.parametrize("name", TASKS)
def test_any_task_of_the_library_comes_back_letter_by_letter(name: str) -> None:
    task = edit.set_facts(rl.tasks.get(name), name="mine", source="é 漢字 🧠")
    text = packed(task)
    assert unpacked(text) == task
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    assert len(text) < 2000


def test_a_preset_is_shared_by_its_name_and_what_was_changed(idle: Session, other: Session) -> None:
    idle.set_task("delay_go")
    assert idle.shared() == "preset=delay_go"
    idle.set_setting("noise", 0.125)
    idle.set_setting("delay", (300, 1000.5))
    assert idle.shared() == "preset=delay_go&delay=300,1000.5&noise=0.125"
    assert other.open_shared("?" + idle.shared())
    assert other.intent.experiment.task == idle.intent.experiment.task
    assert (other.task_name, other.settings) == (idle.task_name, idle.settings)


@pytest.mark.parametrize("name", TASKS)
def test_every_kind_of_setting_comes_back(idle: Session, other: Session, name: str) -> None:
    preset = TASKS[name]
    assert idle.set_task(name)
    for setting in preset.settings().values():
        changed = _changed(setting.default)
        if changed != setting.default:
            idle.set_setting(setting.name, changed)  # some are refused; the others count
    assert other.open_shared(idle.shared()), other.errors
    assert dict(other.settings) == dict(idle.settings)


def _changed(value: object) -> object:
    if isinstance(value, tuple):
        return (*value, value[-1]) if value and isinstance(value[0], tuple) else tuple(map(_changed, value))
    return value * 1.1 if isinstance(value, float) else value


def test_an_edited_task_is_shared_whole(idle: Session, other: Session) -> None:
    idle.edit(lambda task: edit.duplicate_epoch(task, "stimulus"), "copy")
    assert list(parse_qs(idle.shared())) == ["task"]
    assert other.open_shared(idle.shared())
    assert (other.experiment.task, other.task_name) == (idle.experiment.task, "")


def test_a_task_too_large_for_an_address_says_so(idle: Session) -> None:
    def enlarge(task: rl.tasks.Task) -> rl.tasks.Task:
        channels = (rl.tasks.Channel(f"c{i}", (rl.tasks.Hold(i * 0.7123 % 1),)) for i in range(1500))
        return task.replace(inputs=tuple(channels))

    assert idle.edit(enlarge, "enlarge"), idle.errors
    with pytest.raises(ValueError, match=f"more than the {MAX_QUERY} an address may have; save it to a file"):
        idle.shared()


def test_an_address_that_names_no_task_changes_nothing(idle: Session) -> None:
    before = idle.intent
    for text in ("", "?", "utm=1", "token=abc&bokeh-session-id=x"):
        assert idle.open_shared(text)
    assert (idle.intent, idle.undoable, idle.errors) == (before, "", {})
    assert idle.open_shared("preset=xor&token=abc&bokeh-protocol-version=2")
    assert idle.task_name == "xor"


# ------------------------------------------------------------------------------------------------ what is refused

GOOD = json.loads(rl.tasks.get("sine_wave").to_json())
HUGE = {**GOOD, "epochs": [{"name": "oscillation", "duration": {"kind": "Constant", "value": 1e300}, "scored": True}]}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("task=", "damaged"),
        ("task=!!!!", "damaged"),
        ("task=A", "damaged"),
        ("task=" + letters(b"no zlib"), "damaged"),
        ("task=" + letters(zlib.compress(b"{}")[:-3]), "damaged"),
        ("task=" + letters(zlib.compress(b"{}") + b"more"), "damaged"),
        (query(b"\xff\xfe"), "not valid JSON"),
        (query(b"[1]"), "expected a JSON object"),
        (query(b'{"name": NaN}'), "NaN is not a JSON number"),
        (query(b'{"name": 1, "name": 2}'), "appears twice"),
        (query(b"[" * 100_000), "nested too deeply"),
        (query(json.dumps({**GOOD, "kind": "Experiment"}).encode()), "of the kind 'Experiment'"),
        (query(json.dumps({**GOOD, "extra": 1}).encode()), "no field 'extra'"),
        (query(json.dumps({**GOOD, "name": "<script>"}).encode()), "is no name"),
        (query(json.dumps({**GOOD, "rnnlab": 99}).encode()), "schema 99"),
        (query(json.dumps({**GOOD, "factors": [0] * (MAX_PARTS + 1)}).encode()), "more than the"),
        (query(json.dumps(HUGE).encode()), "trials"),
        (query(json.dumps(GOOD).encode()) + "&preset=xor", "a task and a preset"),
        (query(json.dumps(GOOD).encode()) + "&noise=1", "means nothing beside a task"),
        ("preset=xor&preset=xor", "twice"),
        ("preset=no_such", "unknown name"),
        ("preset=delay_go&nois=1", "did you mean 'noise'"),
        ("preset=delay_go&noise=loud", "expected a number"),
        ("preset=delay_go&noise=nan", "finite"),
        ("preset=delay_go&noise=1e999", "finite"),
        ("preset=delay_go&delay=30,20", "goes down"),
        ("preset=delay_go&delay=1,2,3", "expected two numbers"),
        ("preset=" + "x" * MAX_QUERY, "more than the"),
        ("preset=%ff%fe", "cannot be read"),
        ("&".join(f"a{i}=1" for i in range(200)), "cannot be read"),
    ],
)
def test_what_cannot_be_read_changes_nothing_and_says_why(other: Session, text: str, why: str) -> None:
    before = other.intent, other.undoable
    assert not other.open_shared(text)
    assert (other.intent, other.undoable) == before
    assert list(other.errors) == ["open_shared"] and why in other.errors["open_shared"]


@pytest.mark.alone
def test_a_bomb_is_not_inflated(other: Session) -> None:
    bomb = letters(zlib.compress(b" " * 11_000_000, 9))
    assert len(bomb) < MAX_QUERY
    tracemalloc.start()
    start = time.perf_counter()
    assert not other.open_shared(f"task={bomb}")
    seconds = time.perf_counter() - start
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert f"more than {MAX_TASK} bytes" in other.errors["open_shared"]
    assert peak < 4 * MAX_TASK and seconds < 1


def test_trials_that_would_fill_the_memory_are_not_drawn(other: Session) -> None:
    """Within every bound of the language: 100 000 steps, 40 channels of 40 signals."""
    epochs = [{"name": "oscillation", "duration": {"kind": "Constant", "value": 1e6}, "scored": True}]
    inputs = [{"name": f"c{i}", "signals": [{"kind": "Hold"}] * 40} for i in range(40)]
    data = json.dumps({**GOOD, "epochs": epochs, "inputs": inputs}).encode()
    tracemalloc.start()
    assert not other.open_shared(query(data)), "drawn"
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "too large to show" in other.errors["open_shared"]
    assert peak < 50e6


def test_no_code_runs_on_the_way(other: Session, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    code = f"__import__('pathlib').Path({str(trap)!r}).touch()"
    for text in (code, f"preset={code}", f"preset=xor&noise={code}", query(code.encode()), f"task={letters(b'cos')}"):
        other.open_shared(text)
        other.open_task("{" + text)
    assert not trap.exists()


# -------------------------------------------------------------------------------------------------------- files


def test_a_task_is_saved_and_opened(idle: Session, other: Session, tmp_path: Path) -> None:
    assert idle.edit(lambda task: edit.set_facts(task, name="mine"), "name")
    assert idle.save_task(tmp_path / "new" / "mine")
    saved = tmp_path / "new" / "mine.json"
    assert saved.read_text() == idle.task_json()
    assert (
        other.open_task(saved) and other.open_task(saved.read_text()) and other.open_task("\ufeff" + saved.read_text())
    )
    assert other.experiment.task == idle.experiment.task
    assert idle.edit(edit.add_factor, "add a factor")
    assert idle.save_task(saved) and rl.tasks.Task.from_json(saved.read_text()) == idle.experiment.task


def test_text_is_never_taken_for_a_path(idle: Session, other: Session, tmp_path: Path) -> None:
    """It may be a stranger's, and would otherwise read this machine's files."""
    saved = tmp_path / "mine.json"
    assert idle.edit(lambda task: edit.set_facts(task, name="mine"), "name") and idle.save_task(saved)
    before, said = other.intent, set()
    for text in (str(saved), str(tmp_path), "/etc/passwd", "~", "."):
        assert not other.open_task(text)
        said.add(other.errors["open_task"])
    assert other.intent == before
    assert len(said) == 1, "nothing is told of what is there"


@pytest.mark.parametrize(
    "text", ["", "null", "[1, 2]", "\0", "[" * 50_000, '{"' + "k" * 5000 + '": 1}', '"' + "x" * 5000 + '"']
)
def test_whatever_is_handed_in_the_answer_is_a_sentence(other: Session, text: str) -> None:
    assert not other.open_task(text)
    assert 10 < len(other.errors["open_task"]) < 300


def test_a_preset_that_was_saved_has_its_settings_again(idle: Session, other: Session) -> None:
    idle.set_task("delay_go")
    idle.set_setting("noise", 0.3)
    assert other.open_task(idle.task_json())
    assert (other.task_name, other.settings["noise"]) == ("delay_go", 0.3)


def test_files_that_are_no_tasks_are_refused(idle: Session, tmp_path: Path) -> None:
    before = idle.intent
    notes, large = tmp_path / "notes.json", tmp_path / "large.json"
    notes.write_text("my notes")
    large.write_bytes(b" " * (MAX_TASK + 100))
    for path in (notes, large, tmp_path, tmp_path / "none.json", "\0"):
        assert not idle.open_task(path)
        assert idle.errors["open_task"]
    assert idle.intent == before
    assert not idle.save_task(notes)
    assert "is there already and holds no task" in idle.errors["save_task"]
    assert notes.read_text() == "my notes"
    assert not idle.save_task(tmp_path / "notes.json" / "below.json") and idle.errors["save_task"]


def test_a_complaint_goes_with_the_next_thing_that_is_granted(idle: Session) -> None:
    assert not idle.open_shared("preset=none") and not idle.set_setting("noise", -1)
    assert set(idle.errors) == {"open_shared", "task.noise"}
    assert idle.set_training("updates", 10)
    assert set(idle.errors) == {"task.noise"}  # which still waits


def test_damaged_letters_are_refused_by_the_reader_itself() -> None:
    with pytest.raises(SpecError, match=r"address\.task: the task in the address is damaged; was the address copied"):
        unpacked("_" * 40)


# -------------------------------------------------------------------------------------------------------- bounds


def with_inputs(n: int) -> rl.tasks.Task:
    """A task of that many inputs, each of a name and a level of its own."""
    channels = (rl.tasks.Channel(f"c{i}", (rl.tasks.Hold(i * 0.7123 % 1),)) for i in range(n))
    return rl.tasks.get("sine_wave").replace(inputs=tuple(channels))


def test_a_wide_task_is_saved_opened_and_saved_over(idle: Session, other: Session, tmp_path: Path) -> None:
    wide = with_inputs(520)
    assert idle.set_own_task(wide) and idle.save_task(tmp_path / "wide.json"), idle.errors
    assert other.open_task(tmp_path / "wide.json"), other.errors
    assert other.experiment.task == wide
    assert other.save_task(tmp_path / "wide.json"), other.errors
    assert other.set_task("xor") and other.save_task(tmp_path / "wide.json"), other.errors


def test_the_largest_family_of_the_library_is_saved_and_opened() -> None:
    task = rl.tasks.cognitive_tasks(n_ring=256).tasks[0]
    assert task.n_inputs > 500
    assert sharing.read_task(sharing.file_text(task)) == task


@pytest.mark.parametrize(
    ("name", "limit", "why"),
    [("MAX_PARTS", 3, "has 4 inputs, more than the 3 that are read"), ("MAX_TASK", 700, "more than the 700 that")],
)
def test_what_could_not_be_opened_again_is_neither_saved_nor_shared(
    idle: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, limit: int, why: str
) -> None:
    assert idle.set_own_task(with_inputs(4))
    text, query = idle.task_file(), idle.shared()
    monkeypatch.setattr(sharing, name, limit)
    assert not idle.open_task(text) and not idle.open_shared(query)
    assert not idle.save_task(tmp_path / "new" / "mine.json")
    assert why in idle.errors["save_task"] and "could not be opened again; take some away" in idle.errors["save_task"]
    assert not any(tmp_path.iterdir())
    for act in (idle.task_file, idle.shared):
        with pytest.raises(ValueError, match=f"{why}.*could not be opened again"):
            act()


def test_a_task_of_as_many_parts_as_may_be_is_read_and_written_and_one_more_is_not() -> None:
    description = json.loads(rl.tasks.get("sine_wave").to_json())
    parts = [{"name": f"c{i}", "signals": [{"kind": "Hold"}]} for i in range(MAX_PARTS + 1)]
    task = sharing.read_task(json.dumps({**description, "inputs": parts[:-1]}))
    assert task.n_inputs == MAX_PARTS and len(sharing.file_text(task)) < MAX_TASK
    with pytest.raises(SpecError, match=f"task.inputs: {MAX_PARTS + 1} are more than the {MAX_PARTS} that are read"):
        sharing.read_task(json.dumps({**description, "inputs": parts}))

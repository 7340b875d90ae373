"""Random tasks: they round-trip, and either compile to sound batches or are refused with the place named."""

from __future__ import annotations

import json
import re
from typing import Any, get_args, get_type_hints

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rnnlab import tasks
from rnnlab.spec import Spec, SpecError
from rnnlab.spec.codec import hints
from rnnlab.tasks import (
    AngularError,
    Blocks,
    Bump,
    Category,
    Channel,
    Choice,
    Compare,
    ComparedSums,
    Component,
    Constant,
    Delayed,
    Epoch,
    Exponential,
    Factor,
    FirstCrossing,
    Gate,
    Hold,
    LargestLast,
    LargestMean,
    LastPulse,
    Linear,
    Lookup,
    Markov,
    Noise,
    Normal,
    Previous,
    Product,
    PulseTrain,
    Ramp,
    Remainder,
    Rotate,
    RSquared,
    RunningSum,
    Sequence,
    Several,
    SignOfMean,
    Sine,
    Task,
    TruncatedExponential,
    TruncatedNormal,
    TurnedBump,
    Uniform,
    Until,
    WithinTolerance,
    WorstCondition,
)
from rnnlab.tasks.epochs import Duration
from rnnlab.tasks.factors import Rule
from rnnlab.tasks.scoring import AnyScoring
from rnnlab.tasks.signals import AnySignal

PLACE = re.compile(r"(Task|task)(\.\w+(\[\d+\])*)*")


def stands(place: str, whole: Any) -> bool:
    """Whether there is such a place in a description: its last field may be one that is not given."""
    *path, last = re.findall(r"\w+", place)[1:] or [""]
    for step in path:
        whole = whole[int(step)] if step.isdigit() else _field(whole, step)
        if whole is None:
            return False
    if last.isdigit():
        return int(last) < len(whole)
    return not last or isinstance(whole, Spec | dict)


def _field(whole: Any, name: str) -> Any:
    return whole.get(name) if isinstance(whole, dict) else getattr(whole, name, None)


number = st.floats(-3, 3) | st.integers(-2, 3)
factor_name = st.sampled_from(["f0", "f1", "f0", "f1", "f2"])
epoch_name = st.sampled_from(["e0", "e1", "e2"])
channel_name = st.sampled_from(["c0", "c1"])
level = number | factor_name
time = st.floats(1, 300)
some_epochs = st.lists(epoch_name, max_size=2).map(tuple)
where = {"epochs": some_epochs, "when": st.just("") | factor_name}


def built(kind: type[Spec], *args: st.SearchStrategy, **kwargs: st.SearchStrategy) -> st.SearchStrategy:
    """Values of ``kind``; combinations that it refuses on its own are refused here."""

    def make(pair: tuple[list[Any], dict[str, Any]]) -> Spec | None:
        try:
            return kind(*pair[0], **pair[1])
        except SpecError as error:
            assert error.path.startswith(kind.__name__)
            return None

    return st.tuples(st.tuples(*args), st.fixed_dictionaries(kwargs)).map(make).filter(lambda made: made is not None)


def mostly(numbers: st.SearchStrategy) -> st.SearchStrategy:
    """Numbers with bounds that most factors are beyond."""
    return st.one_of(numbers, numbers, numbers, numbers, factor_name)


def between(kind: type[Spec], *first: st.SearchStrategy, value: st.SearchStrategy = number) -> st.SearchStrategy:
    return st.tuples(value, value, *first).map(lambda t: kind(*t[2:], min(t[:2]), max(t[:2])))


def word(kind: type[Spec], name: str) -> st.SearchStrategy:
    """One of the words that a field may hold."""
    return st.sampled_from(get_args(get_type_hints(kind)[name]))


choices = st.lists(st.integers(0, 3), min_size=1, max_size=3).map(lambda values: Choice(tuple(values)))
RULES = {
    Choice: choices,
    Uniform: between(Uniform),
    Normal: built(Normal, number, st.floats(0, 2)),
    Exponential: built(Exponential, st.floats(0.1, 2), number),
    Markov: built(Markov, st.lists(number, max_size=3).map(tuple), st.floats(0, 1) | factor_name),
    Previous: built(Previous, factor_name, st.integers(1, 3)),
    TruncatedExponential: between(TruncatedExponential, st.floats(0.1, 2)),
    TruncatedNormal: between(TruncatedNormal, number, st.floats(0.1, 2)),
    Constant: built(Constant, number),
    Lookup: built(Lookup, factor_name, st.lists(level, min_size=1, max_size=4).map(tuple)),
    Linear: built(Linear, st.lists(st.tuples(factor_name, number), max_size=2).map(tuple), number),
    Product: built(Product, st.lists(level, max_size=3).map(tuple)),
    Compare: built(Compare, factor_name, word(Compare, "operator"), level),
    Gate: built(Gate, word(Gate, "operator"), st.lists(factor_name, max_size=2).map(tuple)),
    Rotate: built(Rotate, factor_name, level),
    Component: built(Component, factor_name, word(Component, "axis"), number),
    Category: built(Category, factor_name, st.integers(1, 3)),
}
DURATIONS = {
    Constant: built(Constant, time),
    Uniform: between(Uniform, value=time),
    Choice: st.lists(time, min_size=1, max_size=3).map(lambda values: Choice(tuple(values))),
    TruncatedExponential: between(TruncatedExponential, time, value=time),
    TruncatedNormal: between(TruncatedNormal, time, time, value=time),
    Until: between(Until, value=st.floats(1, 600)),
    Remainder: built(Remainder, st.floats(1, 1500)),
}
SHOWN = {
    Hold: built(Hold, level, number, number, **where),
    Ramp: built(Ramp, level, level, **where),
    Sine: built(Sine, level, level, **where),
    Bump: built(Bump, level, number, mostly(st.floats(0.1, 3)), level, word(Bump, "shape"), **where),
    Sequence: built(Sequence, st.lists(level, max_size=3).map(tuple), time, time, st.floats(0, 50), **where),
    Blocks: built(Blocks, number, number, time, time, st.sampled_from([0.0, 30.0]), word(Blocks, "part"), **where),
    PulseTrain: built(PulseTrain, level, time, time, mostly(time), word(PulseTrain, "signs"), st.booleans(), **where),
}
NOISE = {Noise: built(Noise, mostly(st.floats(0, 1)), time, st.sampled_from(["", "common"]), **where)}
LOOKING_BACK = {
    LastPulse: built(LastPulse, channel_name, **where),
    Delayed: built(Delayed, channel_name, time, **where),
    ComparedSums: built(
        ComparedSums,
        channel_name,
        word(ComparedSums, "operator"),
        st.just("") | channel_name,
        level,
        level,
        level,
        **where,
    ),
    RunningSum: built(RunningSum, channel_name, level, st.just("") | channel_name, st.booleans(), **where),
    TurnedBump: built(
        TurnedBump, level, number, channel=channel_name, minus=st.just("") | channel_name, gain=level, **where
    ),
}
restricted = {"outputs": st.sampled_from([(), (), ("o0", "o1"), ("o1",)]), "only": st.sampled_from(["", "", "f1"])}
one_output = {"outputs": st.sampled_from([("o0",), ("o1",), ()])}
PLAIN = {
    LargestMean: built(LargestMean, some_epochs, **restricted),
    LargestLast: built(LargestLast, st.just(()), st.sampled_from([None, 0.5]), **restricted),
    SignOfMean: built(SignOfMean, some_epochs, **one_output),
    FirstCrossing: built(
        FirstCrossing, st.floats(0.1, 1), some_epochs, st.sampled_from([None, None, 0.0, 15.0]), **restricted
    ),
    WithinTolerance: built(WithinTolerance, st.floats(0.1, 1), st.sampled_from([0.0, 0.0, 15.0])),
    RSquared: built(RSquared, **restricted),
    AngularError: built(AngularError, st.floats(0.1, 1), word(AngularError, "code"), **restricted),
}
rules, durations, shown, noise, looking_back, plain = (
    st.one_of(*table.values()) for table in (RULES, DURATIONS, SHOWN, NOISE, LOOKING_BACK, PLAIN)
)
worst = built(WorstCondition, plain, st.lists(factor_name, min_size=1, max_size=2).map(tuple))
several = built(Several, st.lists(plain | worst, max_size=2).map(tuple))
JOINED = {
    WorstCondition: built(WorstCondition, plain | several, st.lists(factor_name, max_size=2).map(tuple)),
    Several: several,
}


def test_every_kind_of_the_closed_tables_is_drawn() -> None:
    tables = {Rule: RULES, Duration: DURATIONS, AnySignal: {**SHOWN, **NOISE, **LOOKING_BACK}}
    for union, table in {**tables, AnyScoring: {**PLAIN, **JOINED}}.items():
        assert set(get_args(union)) == set(table)


def few(strategy: st.SearchStrategy, least: int = 0, most: int = 3) -> st.SearchStrategy:
    return st.lists(strategy, min_size=least, max_size=most)


def mostly(usual: st.SearchStrategy, other: st.SearchStrategy) -> st.SearchStrategy:
    """Enough of the drawn tasks have to be sound, or nothing is learned about sound ones."""
    return st.integers(0, 9).flatmap(lambda n: usual if n < 9 else other)


when = st.sampled_from(["", "", "", "f0"])
epoch = st.tuples(
    durations,
    st.booleans(),
    st.sampled_from([0.0, 0.0, 20.0]),
    mostly(st.floats(0.1, 2), factor_name),
    when,
    mostly(st.just(False), st.just(True)),
)
scorings = st.one_of(built(LargestMean), *PLAIN.values(), *JOINED.values())
parts = st.fixed_dictionaries(
    {
        "factors": st.tuples(mostly(choices, rules), mostly(choices, rules), rules),
        "epochs": st.tuples(
            mostly(few(epoch, 2, 2), few(epoch, 0, 2)),
            mostly(st.just((Constant(60), True, 20.0, 2.0, "", False)), epoch),
        ),
        "inputs": mostly(st.tuples(few(shown | noise), few(shown)), few(few(shown | noise), 0, 2)),
        "outputs": mostly(few(few(shown | looking_back, 1, 2), 2, 2), few(few(shown), 1, 2)),
        "scoring": scorings,
        "smooth": mostly(st.just(0.0), st.floats(0, 100) | factor_name),
        "design": st.sampled_from(["random", "balanced"]),
        "baseline": mostly(st.just(True), st.booleans()),
    }
)


def assemble(drawn: dict[str, Any]) -> Task:
    return Task(**described(drawn))


def described(drawn: dict[str, Any]) -> dict[str, Any]:
    """The parts of a task, which need not fit each other."""
    baseline = (Hold(0.1),) if drawn["baseline"] else ()
    return {
        "name": "random",
        "factors": tuple(Factor(f"f{i}", rule) for i, rule in enumerate(drawn["factors"])),
        "epochs": tuple(
            Epoch(f"e{i}", duration, scored, grace if scored else 0.0, weight, when, shared)
            for i, (duration, scored, grace, weight, when, shared) in enumerate(
                (*drawn["epochs"][0], drawn["epochs"][1])
            )
        ),
        "design": drawn["design"],
        "inputs": tuple(Channel(f"c{i}", tuple(signals), drawn["smooth"]) for i, signals in enumerate(drawn["inputs"])),
        "outputs": tuple(Channel(f"o{i}", (*baseline, *signals)) for i, signals in enumerate(drawn["outputs"])),
        "scoring": drawn["scoring"],
    }


seen = {"task": 0, "batch": 0}


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(parts, st.sampled_from([1.0, 7.0, 10.0]), st.integers(0, 2**32))
def random_tasks(drawn: dict[str, Any], dt: float, seed: int) -> None:
    try:
        parts = described(drawn)
    except SpecError as error:
        assert re.fullmatch(r"Epoch\.\w+", error.path) and error.path.removeprefix("Epoch.") in hints(Epoch)
        assert error.problem
        return
    try:
        task = Task(**parts)
    except SpecError as error:
        assert PLACE.fullmatch(error.path) and stands(error.path, parts), error.path
        assert error.problem
        return
    seen["task"] += 1
    assert Task.from_json(task.to_json()) == task
    assert Task.from_json(task.to_json()).digest == task.digest
    try:
        batch = task.sample(6, dt, seed)
    except SpecError as error:
        assert PLACE.fullmatch(error.path) and stands(error.path, parts), error.path
        assert error.remedy
        return
    seen["batch"] += 1
    check_batch(task, batch, dt, seed)


def check_batch(task: Task, batch: tasks.Batch, dt: float, seed: int) -> None:
    assert batch.targets.shape == (6, batch.lengths.max(), task.n_outputs)
    assert np.isfinite(batch.inputs).all()
    assert np.isfinite(batch.targets).all()
    assert (batch.mask > 0).any(axis=(1, 2)).all()
    padding = np.arange(batch.n_steps)[None, :] >= batch.lengths[:, None]
    assert not batch.inputs[padding].any()
    assert not batch.mask[padding].any()
    quiet = task.sample(6, dt, seed, noise=False)
    assert np.array_equal(quiet.targets, batch.targets)
    score = task.score(batch.targets, batch)
    assert 0 <= score.accuracy <= 1
    if isinstance(task.scoring, LargestMean | LargestLast | WithinTolerance):
        right = score.correct == 1
        assert right[score.counted].all() if score.counted is not None else right.all()


def test_random_tasks() -> None:
    random_tasks()
    assert seen["task"] > 50, "hardly any random task is a task: the strategy tests nothing"
    assert seen["batch"] > 30


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(tasks.TASKS)), st.data())
def test_a_mutated_task_file_gives_a_task_or_a_spec_error(name: str, data: st.DataObject) -> None:
    document = json.loads(tasks.get(name).to_json())
    node: Any = document
    junk = st.one_of(
        st.none(), st.booleans(), st.integers(-5, 5), st.floats(), st.text(max_size=3), st.just([]), st.just({}),
        st.sampled_from(["Hold", "Noise", "Constant", "stimulus", "direction", 1e308, -1.0, 0]),
    )  # fmt: skip
    while True:
        key = data.draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
        if isinstance(node[key], dict | list) and node[key] and data.draw(st.integers(0, 3)):
            node = node[key]
            continue
        if data.draw(st.booleans()):
            node[key] = data.draw(junk)
        else:
            del node[key]
        break
    try:
        task = Task.from_json(json.dumps(document))
        task.sample(2, 10)
    except SpecError as error:
        assert PLACE.fullmatch(error.path) and stands(error.path, document), error.path
        assert error.problem

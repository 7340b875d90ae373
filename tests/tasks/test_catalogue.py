"""What holds for every task of the catalogue."""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import pairwise
from types import FrameType

import numpy as np
import pytest

from rnnlab import tasks
from rnnlab.spec import SpecError
from rnnlab.tasks import (
    TASKS,
    AngularError,
    Batch,
    Bump,
    Channel,
    Factor,
    FirstCrossing,
    Noise,
    Rotate,
    RSquared,
    Several,
    Task,
    WithinTolerance,
    WorstCondition,
)
from rnnlab.tasks.presets import Setting
from rnnlab.tasks.scoring import AnyScoring
from rnnlab.tasks.scoring.base import narrowed
from tests.tasks.golden import facts

GOLDEN = {
    "perceptual_discrimination": ("a9962462758cf8e5", 639794844, 8251.87, 7852.80),
    "delayed_discrimination": ("a64392fe61ee0279", 118100941, 6244.90, 1369.20),
    "flip_flop": ("4178316eafd323d7", 4218398435, 6405.00, -511.00),
    "random_dots": ("15a3f2a87edcb202", 3537654558, 7992.04, 2720.00),
    "random_dots_variable": ("689fa1a49d0ffbfd", 3593882856, 7842.70, 2720.00),
    "random_dots_reaction_time": ("0251595ffd0651b7", 3034953336, 10967.90, 4910.00),
    "signed_random_dots": ("a4574f4d851bde16", 429908538, 1585.21, 240.00),
    "signed_random_dots_reaction_time": ("4d935575b542908a", 136284508, 1585.21, 900.00),
    "fixed_time_discrimination": ("8cf0db0b9094220d", 3833009385, 14450.51, 3840.00),
    "evidence_pulse": ("a7e5e806a6a90893", 2569975896, 12615.76, 6404.00),
    "answer_during_stimulus": ("cd046504d70fd910", 868449145, 40165.04, 16004.00),
    "poisson_clicks": ("d0c653a871fb6284", 3438695218, 7472.18, 1920.00),
    "context_decision": ("d50832bd215384a1", 3730933456, 24439.85, 2600.00),
    "context_integration": ("f1c404ab16a6cf1a", 1195860149, 44800.00, 6400.00),
    "signed_context_integration": ("a33ae685f1206058", 2469471517, 25898.00, 1000.00),
    "remembered_rule": ("fb6c17bbe03d07a9", 3717756621, 8091.63, 4864.00),
    "multisensory": ("dbf89e9408f4c4d3", 2843481429, 28743.04, 3220.00),
    "parametric_memory": ("0cc6d98ee0ba3442", 2884907361, 20477.56, 2800.00),
    "delayed_match_to_sample": ("353d492605ca80c5", 3800070003, 3840.00, 1920.00),
    "uncued_match_to_sample": ("e9bc8c7f145a744d", 1875359239, 3840.00, 1920.00),
    "match_to_category": ("d2e2d73a2a1dc286", 432180038, 16688.78, 5120.00),
    "colour_matching": ("016caf135477ccd7", 1097771999, 6024.61, 8896.00),
    "ax_cpt": ("f494226dd7c1004f", 3982687350, 1920.00, 704.00),
    "delay_go": ("db845c664cbd0539", 2236713848, 21167.77, 17365.00),
    "delay_anti": ("4cefcccdf4998222", 1437214661, 21167.77, 17365.00),
    "delay_go_angle": ("8794c9c955c11586", 2333945301, 22365.70, 14242.56),
    "delay_anti_angle": ("e223f1589f430dfd", 2332115619, 22365.70, 14629.44),
    "delay_match": ("d094971548eec83f", 1647666814, 37336.62, 26412.00),
    "delay_antimatch": ("dc060bbbc578add7", 1368750467, 37336.62, 26736.00),
    "memory_number": ("17fab8abd78d9990", 832800297, 11823.92, 1215.68),
    "memory_anti_number": ("af1822b746d73865", 1584953835, 10923.31, 964.86),
    "memory_anti_angle": ("52157fde0647cbc3", 4181975697, 18560.00, 4480.00),
    "memory_anti_direction": ("0da5578e6ac48f30", 86184438, 11871.16, 1684.86),
    "memory_side": ("73c2dfcb4705a616", 1103181554, 3311.00, 2021.00),
    "delayed_decision": ("842d26d43db4b7da", 3202934176, 3880.00, 1760.00),
    "block_decision": ("bb213780b6657355", 1202674288, 8331.55, 0.00),
    "fixed_point_memory": ("d85ac61b314441d7", 3827542652, 4480.00, 8960.00),
    "n_back": ("54362751e69d04c0", 1213748837, 3200.00, -340.00),
    "cued_flip_flop": ("84426e14e5d4ed44", 2225972693, 1082.68, 844.80),
    "echo": ("d56a0efd062119df", 617227691, 4341.38, 4008.00),
    "delayed_xor": ("4de9ae743bc82039", 2874864411, 1920.00, 1984.00),
    "delayed_or": ("7511f49ce2d33a22", 3549950913, 1920.00, 1984.00),
    "delayed_and": ("5b5e836d311f3141", 3722316946, 1920.00, 1984.00),
    "memory_saccade": ("e74b771b189097df", 3247533974, 1920.00, 1984.00),
    "delayed_logic": ("74f84f6427a482b4", 310917475, 9600.00, 1984.00),
    "uncued_delayed_logic": ("e5315e528a7002b1", 2314247429, 384.00, 634.40),
    "xor": ("30b150f1c86493da", 2103432969, 19200.00, 8640.00),
    "half_adder": ("388112083b1d8fe6", 3045088994, 9900.00, 2880.00),
    "go_nogo": ("527a178fc0f13cfd", 3766511583, 7583.51, 640.00),
    "identity": ("64880895073f4e61", 1418174376, 6515.50, 6515.50),
    "square": ("ab7bc42d10c05805", 618877650, 9439.19, 1416.81),
    "integration": ("cc369783afce24b0", 3322002612, 17229.84, 2404.26),
    "integration_pulse": ("e68a350c8af0ea61", 1197526352, 17963.00, 7204.26),
    "angle_integration": ("8ddfcde8e7518ba6", 1844076087, 21217.30, 13440.00),
    "angle_integration_pulse": ("49902581aaa85f2c", 1197526352, 17963.00, 12800.00),
    "angle_addition": ("36a3f2109fc2e2d6", 3753465966, 15360.00, 5760.00),
    "eye_sequences": ("aec33e8ccbba1f29", 840761405, 69133.14, 700.00),
    "sine_wave": ("6d55a7737616a9aa", 2374954050, 0.00, 0.00),
}
"""First digits of each default task's digest; of 64 trials with seed 2026 the checksum of factors and epochs, the sum
of the inputs' sizes and the sum of the judged targets. A digest that changes orphans every file and paper that cites
it; trials that change make published runs impossible to repeat."""

family = pytest.mark.parametrize("name", TASKS)
noisy = pytest.mark.parametrize("name", [name for name, preset in TASKS.items() if "noise" in preset.settings()])
LONGER = {"cued_flip_flop": {"n_turns": 9}, "uncued_delayed_logic": {"wait": 600}}
"""Settings for the tasks of which few trials last 600 ms."""


def same(a: Batch, b: Batch) -> bool:
    arrays = all(np.array_equal(getattr(a, x), getattr(b, x)) for x in ("inputs", "targets", "mask", "lengths"))
    return arrays and all(np.array_equal(a.factors[name], b.factors[name]) for name in a.factors)


@family
def test_goes_to_json_and_back(name: str) -> None:
    task = tasks.get(name)
    again = Task.from_json(task.to_json())
    assert again == task
    assert again.digest == task.digest
    assert same(again.sample(4), task.sample(4))


@family
def test_digest_is_golden(name: str) -> None:
    assert tasks.get(name).digest[:16] == GOLDEN[name][0]


@family
def test_trials_are_golden(name: str) -> None:
    batch = tasks.get(name).sample(64, dt=10, seed=2026)
    checksum, shown, wanted = facts(batch)
    assert checksum == GOLDEN[name][1]
    assert (shown, wanted) == pytest.approx(GOLDEN[name][2:], rel=1e-5)


@family
def test_batch_has_the_promised_form(name: str) -> None:
    task = tasks.get(name)
    batch = task.sample(16, dt=10, seed=3)
    assert batch.inputs.shape == (16, batch.n_steps, task.n_inputs)
    assert batch.targets.shape == batch.mask.shape == (16, batch.n_steps, task.n_outputs)
    for array in (batch.inputs, batch.targets, batch.mask):
        assert array.dtype == np.float32
        assert array.flags.c_contiguous
        assert np.isfinite(array).all()
    assert batch.n_steps == batch.lengths.max()
    assert tuple(batch.epochs) == task.epoch_names
    assert set(batch.factors) == set(task.factor_names)
    assert all(values.shape == (16,) for values in batch.factors.values())
    assert np.array_equal(batch.time, 10.0 * np.arange(batch.n_steps))


@family
def test_epochs_fill_the_trial(name: str) -> None:
    batch = tasks.get(name).sample(64, seed=1)
    edges = list(batch.epochs.values())
    assert (edges[0][:, 0] == 0).all()
    assert (edges[-1][:, 1] == batch.lengths).all()
    for before, after in pairwise(edges):
        assert np.array_equal(before[:, 1], after[:, 0])


@family
def test_padding_is_empty(name: str) -> None:
    batch = tasks.get(name).sample(64, seed=1)
    padding = np.arange(batch.n_steps)[None, :] >= batch.lengths[:, None]
    for array in (batch.inputs, batch.targets, batch.mask):
        assert not array[padding].any()


@family
def test_same_seed_same_batch(name: str) -> None:
    task = tasks.get(name)
    assert same(task.sample(8, seed=5), tasks.get(name).sample(8, seed=5))
    assert same(task.sample(8, seed=(5, 2)), task.sample(8, seed=[5, 2]))
    assert same(task.sample(8, seed=np.random.default_rng(1)), task.sample(8, seed=np.random.default_rng(1)))
    if not task.inputs:
        return  # there is nothing random about the sine wave
    assert not same(task.sample(8, seed=5), task.sample(8, seed=6))
    assert not same(task.sample(8, seed=(5, 2)), task.sample(8, seed=(5, 3)))
    rng = np.random.default_rng(1)
    assert not same(task.sample(8, seed=rng), task.sample(8, seed=rng))


@family
def test_halving_the_time_step_keeps_durations(name: str) -> None:
    task = tasks.get(name)
    coarse, fine = task.sample(64, dt=10, seed=2), task.sample(64, dt=5, seed=2)
    for epoch in task.epoch_names:
        assert np.abs(coarse.epochs[epoch] * 10 - fine.epochs[epoch] * 5).max() <= 7.5
    for factor in task.factor_names:
        assert np.array_equal(coarse.factors[factor], fine.factors[factor])


@noisy
def test_noise_of_a_leaky_unit_does_not_depend_on_the_time_step(name: str) -> None:
    """A leaky unit of 100 ms driven by an input's noise has the standard deviation that the setting states."""
    sigma = 0.02
    task = tasks.get(name, noise=sigma, **LONGER.get(name, {}))
    for dt in (20.0, 5.0):
        batch = task.sample(400, dt, seed=4)
        noise = (batch.inputs - task.sample(400, dt, seed=4, noise=False).inputs)[batch.lengths * dt >= 600]
        x, late = np.zeros(noise[:, 0].shape), []
        for t in range(round(600 / dt)):
            x = x + dt / 100 * (noise[:, t] - x)
            late += [x] if t * dt >= 400 else []
        # The discrete leaky unit has variance σ² / (1 - dt / 2τ).
        assert np.array(late).std() == pytest.approx(sigma / np.sqrt(1 - dt / 200), rel=0.08)


@noisy
def test_noise_leaves_everything_else_alone(name: str) -> None:
    quiet = tasks.get(name, noise=0).sample(32, seed=9)
    loud = tasks.get(name, noise=0.3).sample(32, seed=9)
    without = tasks.get(name, noise=0.3).sample(32, seed=9, noise=False)
    assert same(quiet, without)
    assert np.array_equal(quiet.targets, loud.targets)
    assert not np.array_equal(quiet.inputs, loud.inputs)


@family
def test_every_judged_step_has_a_defined_target(name: str) -> None:
    """Each step that counts lies in an epoch for which that output was given a target."""
    task = tasks.get(name)
    batch = task.sample(256, seed=7)
    for i, output in enumerate(task.outputs):
        defined = np.zeros(batch.mask.shape[:2], dtype=bool)
        for signal in output.signals:
            for epoch in signal.epochs or task.epoch_names:
                defined |= batch.window(epoch)
        assert not (batch.mask[:, :, i] > 0)[~defined].any()


@family
@pytest.mark.parametrize("dt", [1.0, 7.0, 10.0, 20.0])
def test_every_trial_is_judged(name: str, dt: float) -> None:
    batch = tasks.get(name).sample(500, dt, seed=7)
    assert (batch.mask > 0).any(axis=(1, 2)).all()


@family
def test_the_oracle_is_always_right(name: str) -> None:
    task = tasks.get(name)
    batch = task.sample(400, seed=11)
    score = task.score(batch.targets, batch)
    assert score.accuracy == 1.0
    assert (score.correct[slice(None) if score.counted is None else score.counted] == 1).all()
    for part in score.parts.values():
        assert part.accuracy == 1.0


@family
def test_no_constant_answer_is_better_than_chance(name: str) -> None:
    """Silence above all, which for outputs of which the largest is the choice is a guess."""
    task = tasks.get(name)
    batch = task.sample(2000, seed=12)
    silence = np.zeros_like(batch.targets)
    score = task.score(silence, batch)
    assert score.accuracy <= score.chance + 0.04
    assert 0 <= score.chance <= 0.75
    if score.choices is not None:
        for i in range(task.n_outputs):
            constant = silence.copy()
            constant[:, :, i] = 1
            assert task.score(constant, batch).accuracy <= score.chance + 0.04


def plain(scoring: AnyScoring) -> list[AnyScoring]:
    """The scorings that a task's scoring is made of, of the same trials."""
    if isinstance(scoring, Several):
        return [part for each in scoring.of for part in plain(each)]
    if isinstance(scoring, WorstCondition):
        return plain(scoring.of.replace(only=scoring.of.only or scoring.only))
    return [scoring]


def guess(scoring: AnyScoring, batch: Batch) -> np.ndarray:
    """An answer to each trial by somebody who looks at nothing: of choices and signs all equally likely; of angles and
    values that of another trial, in the task's own code."""
    rng = np.random.default_rng(0)
    names = batch.task.output_names
    columns = [names.index(name) for name in scoring.outputs or names]
    said = rng.normal(size=(batch.n_trials, len(columns)))
    if isinstance(scoring, AngularError):
        weights = narrowed(batch.mask, batch, scoring.epochs)
        said = (weights * batch.targets).sum(axis=1) / weights.sum(axis=1)
        said = said[rng.permutation(batch.n_trials)][:, columns]
    elif isinstance(scoring, FirstCrossing):
        said = 2 * scoring.threshold * np.eye(len(columns))[said.argmax(axis=1)]
    elif isinstance(scoring, RSquared):
        said = batch.targets[rng.permutation(batch.n_trials), -1][:, columns]
    elif isinstance(scoring, WithinTolerance):
        said = np.zeros_like(said)
    outputs = np.zeros_like(batch.targets)
    outputs[:, :, columns] = said[:, None, :]
    return outputs


@family
def test_guessing_scores_chance(name: str) -> None:
    """By every scoring of the task; a chance level that is stated is that of the best answer that never changes."""
    batch = tasks.get(name).sample(3000, dt=20, seed=13, noise=False)
    for scoring in plain(batch.task.scoring):
        if getattr(scoring, "chance", None) is None:
            found = scoring.score(guess(scoring, batch), batch)
        else:
            columns = np.concatenate([np.zeros((1, batch.task.n_outputs)), 3 * np.eye(batch.task.n_outputs)])
            constant = [np.broadcast_to(levels, batch.targets.shape) for levels in columns]
            found = max((scoring.score(levels, batch) for levels in constant), key=lambda score: score.accuracy)
        assert found.accuracy == pytest.approx(found.chance, abs=0.04), type(scoring).__name__


@pytest.mark.parametrize("name", [name for name in TASKS if isinstance(tasks.get(name).scoring, AngularError)])
def test_an_angle_in_the_own_code_is_right_up_to_the_tolerance(name: str) -> None:
    """Whatever the angle: every trial is right with the targets turned by a little less, none by a little more."""
    task = tasks.get(name)
    batch = task.sample(300, dt=20, seed=14, noise=False)
    scoring = task.scoring
    assert isinstance(scoring, AngularError)
    for by, right in ((0.97, 1.0), (-0.97, 1.0), (1.03, 0.0), (-1.03, 0.0)):
        turned = turned_targets(task, by * scoring.tolerance).sample(300, dt=20, seed=14, noise=False)
        assert task.score(turned.targets, batch).accuracy == right


def turned_targets(task: Task, by: float) -> Task:
    """The task with the targets at other angles, in its own code."""
    if task.scoring.code == "vector":
        sine, cosine = (next(s.level for s in c.signals if isinstance(s.level, str)) for c in axes(task))
        rules = {factor.name: factor.rule for factor in task.factors}
        angle = rules[sine].angle
        new = {name: rules[name].replace(angle="turned") for name in (sine, cosine)}
        factors = (f.replace(rule=new.get(f.name, f.rule)) for f in task.factors)
        return task.replace(factors=(*factors, Factor("turned", Rotate(angle, by))))
    return task.replace(
        outputs=tuple(
            channel.replace(
                signals=tuple(
                    s.replace(preferred=s.preferred - by) if isinstance(s, Bump) else s for s in channel.signals
                )
            )
            for channel in task.outputs
        )
    )


def axes(task: Task) -> list[Channel]:
    named = task.scoring.outputs or task.output_names
    return [channel for channel in task.outputs if channel.name in named]


@family
def test_the_opposite_is_never_right(name: str) -> None:
    """But where an answer may be withheld, the opposite of withholding one is not to answer either."""
    task = tasks.get(name)
    batch = task.sample(400, seed=12)
    score = task.score(-5 * (batch.targets + 0.3), batch)
    withheld = getattr(task.scoring, "threshold", None) is not None
    assert score.accuracy <= score.chance + 0.07 if withheld else score.accuracy == 0


@family
def test_outputs_that_are_not_numbers_are_not_right(name: str) -> None:
    task = tasks.get(name)
    batch = task.sample(10)
    assert task.score(np.full_like(batch.targets, np.nan), batch).accuracy == 0


def instructions(work: Callable[[], object]) -> int:
    """How many instructions Python executes (not how long they take, nor what NumPy does inside of one)."""
    count = 0

    def trace(frame: FrameType, event: str, _: object) -> Callable:
        nonlocal count
        frame.f_trace_opcodes = True
        count += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


@family
def test_drawing_loops_over_no_trials_and_no_steps(name: str) -> None:
    """A loop would take half a dozen instructions for each more."""
    task = tasks.get(name)
    few, many, fine = (
        (task.sample(n, dt, 1), instructions(lambda n=n, dt=dt: task.sample(n, dt, 1)))
        for n, dt in ((24, 10.0), (124, 10.0), (24, 2.5))
    )
    assert many[1] - few[1] < 5 * 100
    assert fine[1] - few[1] < 2 * (fine[0].n_steps - few[0].n_steps)


@family
def test_settings_carry_what_a_slider_needs(name: str) -> None:
    preset = TASKS[name]
    assert preset.name == name
    assert preset.description
    for key, setting in preset.settings().items():
        assert isinstance(setting, Setting)
        assert setting.name == key
        assert setting.label
        assert setting.help.endswith(".")
        assert setting.low < setting.high
        assert setting.step > 0
        assert setting.read(setting.default, key) == setting.default
        values = np.ravel(setting.default)
        assert setting.low <= values.min()
        assert values.max() <= setting.high


@family
def test_defaults_are_the_settings_given(name: str) -> None:
    preset = TASKS[name]
    assert preset(**{key: setting.default for key, setting in preset.settings().items()}) == tasks.get(name)


@family
def test_both_ends_of_every_slider_make_a_task_or_name_a_setting(name: str) -> None:
    preset = TASKS[name]
    for key, setting in preset.settings().items():
        for end in (setting.low, setting.high):
            value = {"range": (end, end), "numbers": (end,), "pairs": ((end, end + 1),)}.get(setting.kind, end)
            try:
                preset(**{key: value})
            except SpecError as error:
                assert error.path.split("[")[0].removeprefix(f"{name}.") in preset.settings(), str(error)
                assert error.remedy


def test_unknown_names_are_answered() -> None:
    with pytest.raises(SpecError, match="did you mean 'flip_flop'"):
        tasks.get("flipflop")
    with pytest.raises(SpecError, match=r"flip_flop\.nbits: unknown setting 'nbits'; did you mean 'n_bits'"):
        tasks.get("flip_flop", nbits=2)


def test_every_preset_has_input_noise_as_a_setting() -> None:
    for name in TASKS:
        assert all(any(isinstance(s, Noise) for s in c.signals) for c in tasks.get(name).inputs)

"""Every kind of intervention, against a network written number by number."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import pytest

from rnnlab.networks import GRU, LSTM, Areas, Cell, Given, LeakyRNN, Network, from_arrays
from rnnlab.simulation import (
    AnyIntervention,
    Clamp,
    Current,
    CutWeights,
    Group,
    InputNoise,
    InputOverride,
    InputPulse,
    Intervention,
    Kick,
    Lesion,
    ReplaceWeights,
    ScaleWeights,
    StateNoise,
    WeightsInTime,
    simulate,
)
from rnnlab.spec import SpecError
from rnnlab.spec.codec import decode, encode
from tests.simulation.scalar import Scalar

N, RNG = 4, np.random.default_rng(5)
INPUTS = RNG.standard_normal((5, 12, 2))
FACTORS = tuple(Given.of(RNG.uniform(0, 2, (N, N))) for _ in range(3))

CELLS: dict[str, Cell] = {
    "current": LeakyRNN(n_units=N, noise=0.2),
    "rate": LeakyRNN(n_units=N, form="rate", nonlinearity="tanh", noise=0.2, tau=40),  # type: ignore[arg-type]
    "LSTM": LSTM(n_units=N),
}

KINDS: dict[str, Intervention] = {
    "lesion": Lesion((1, 3)),
    "rate clamp": Clamp((0, 2), value=(0.5, -1.0)),
    "state clamp": Clamp((1,), value=0.7, of="state"),
    "cut": CutWeights(senders=(0, 2), receivers=(1, 3)),
    "cut inputs": CutWeights(of="W_in", senders=(1,)),
    "scale": ScaleWeights(-0.5, receivers=(2,)),
    "scale read-out": ScaleWeights(2.0, of="W_out", receivers=(1,), senders=(0, 3)),
    "scale by a matrix": ScaleWeights([[0.5, 2.0]], receivers=(3,), senders=(1, 0)),  # type: ignore[arg-type]
    "replace": ReplaceWeights(0.3, senders=(1,)),
    "replace by a matrix": ReplaceWeights(RNG.standard_normal((2, 1)), receivers=(0, 2), senders=(3,)),  # type: ignore[arg-type]
    "in time": WeightsInTime(FACTORS),
    "in time, slowly": WeightsInTime(FACTORS, every=20),
    "kick": Kick((0, 3), amount=(1.5, -1.0)),
    "current": Current((1, 2), amount=(0.8, -0.4)),
    "pulse": InputPulse((1.0, -2.0)),
    "override": InputOverride(0.4, channels=(1,)),
    "override in time": InputOverride(RNG.standard_normal((2, 2)), every=20),  # type: ignore[arg-type]
}
NOISES: dict[str, Intervention] = {
    "state noise": StateNoise((0, 2), 0.5),
    "input noise": InputNoise(0.5, channels=(1,)),
}
ALL = KINDS | NOISES


def network_of(name: str) -> Network:
    network = Network.initialised(CELLS[name], 2, 2, rng=3)
    p = network.parameters
    return Network(network.config, p | {"b_rec": p["b_rec"] + 0.2, "b_out": p["b_out"] - 0.1, "x0": p["x0"] + 0.3})


def placed(intervention: Intervention, **place: Any) -> Intervention:
    return intervention.replace(**{k: v for k, v in place.items() if k not in type(intervention).unused})


def fits(kind: str, cell: str) -> bool:
    return not (cell == "LSTM" and kind == "current")


PAIRS = [(kind, cell) for kind in KINDS for cell in CELLS if fits(kind, cell)]
PLACES: dict[str, dict[str, Any]] = {
    "always": {},
    "in a window": {"start": 30, "stop": 80},
    "on some trials": {"start": 20, "trials": (1, 4)},
}


def same_as_scalar(network: Network, plan: list[Intervention], seed: int | None = 1) -> None:
    found, wanted = simulate(network, INPUTS, plan, seed=seed), Scalar(network, INPUTS, plan, seed)
    for name in ("states", "rates", "outputs"):
        np.testing.assert_allclose(getattr(found, name), getattr(wanted, name), rtol=0, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize(("kind", "cell"), PAIRS)
def test_each_is_what_the_scalar_loop_does(kind: str, cell: str, place: dict[str, Any]) -> None:
    same_as_scalar(network_of(cell), [placed(KINDS[kind], **place)])


@pytest.mark.parametrize("cell", ["current", "rate"])
def test_all_together_compose_in_the_order_stated(cell: str) -> None:
    """The scalar loop has the order in its equations: the order given does not count between kinds."""
    places = [{"start": 10 * i, "stop": 10 * i + 60, "trials": (i % 5, (i + 2) % 5)} for i in range(len(KINDS))]
    plan = [placed(kind, **place) for kind, place in zip(KINDS.values(), places, strict=True)]
    same_as_scalar(network_of(cell), plan)
    mixed = sorted(plan, key=lambda i: i.rank, reverse=True)
    network = network_of(cell)
    np.testing.assert_array_equal(simulate(network, INPUTS, plan, 1).states, simulate(network, INPUTS, mixed, 1).states)


def test_within_a_sort_the_order_given_counts() -> None:
    network = network_of("current")
    for plan in (
        [ReplaceWeights(0.3), ScaleWeights(2.0)],
        [ScaleWeights(2.0), ReplaceWeights(0.3)],
        [InputPulse(1.0), InputOverride(0.0)],
        [InputOverride(0.0), InputPulse(1.0)],
        [Clamp((0,), 1.0), Clamp((0, 1), (2.0, 3.0))],
        [Lesion((0,)), Clamp((0, 1), 1.0)],
    ):
        same_as_scalar(network, plan)
    clamped = simulate(network, INPUTS, [Clamp((0,), 1.0), Clamp((0,), 2.0)])
    assert (clamped.rates[..., 0] == 2.0).all()


# ----------------------------------------------------------------------------------- time, trials, and the noise


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("cell", CELLS)
def test_trials_not_chosen_and_steps_before_are_bit_identical(kind: str, cell: str) -> None:
    if not fits(kind, cell):
        return
    network, dtype = network_of(cell), np.float32
    intact = simulate(network, INPUTS, seed=2, dtype=dtype)
    touched = simulate(network, INPUTS, [placed(ALL[kind], start=40, stop=100, trials=(0, 3))], seed=2, dtype=dtype)
    for name in ("states", "rates", "outputs"):
        found, wanted = getattr(touched, name), getattr(intact, name)
        np.testing.assert_array_equal(found[[1, 2, 4]], wanted[[1, 2, 4]])
        np.testing.assert_array_equal(found[:, :4], wanted[:, :4])
        if name == "outputs":
            assert (found[[0, 3], 4:] != wanted[[0, 3], 4:]).any(axis=(1, 2)).all()


@pytest.mark.parametrize("kind", ALL)
def test_a_window_is_half_open(kind: str) -> None:
    """Cut in two at any step, it is the same; what changes in time is not cut."""
    intervention, network = ALL[kind], network_of("current")
    if "in time" in kind or kind == "kick":
        return
    whole = simulate(network, INPUTS, [intervention.replace(start=20, stop=90)], seed=1)
    halves = [intervention.replace(start=20, stop=50), intervention.replace(start=50, stop=90)]
    np.testing.assert_allclose(simulate(network, INPUTS, halves, seed=1).states, whole.states, rtol=0, atol=1e-13)


def test_no_intervention_shifts_the_noise() -> None:
    """A network without weights is its noise: whatever is done to one unit, the others' stays."""
    network = Network(CELLS["current"], network_of("current").parameters | {"W_rec": np.zeros((N, N))})
    intact = simulate(network, INPUTS, seed=4).states
    for kind in (Lesion((0,)), Clamp((0,), 2.0), Kick((0,), 1.0), Current((0,), 1.0), StateNoise((0,), 1.0)):
        for trials in (None, (1, 2)):
            touched = simulate(network, INPUTS, [placed(kind, start=30, stop=60, trials=trials)], seed=4).states
            np.testing.assert_allclose(touched[..., 1:], intact[..., 1:], rtol=0, atol=1e-14)


def test_extra_noise_has_its_strength_and_its_seeds() -> None:
    """A leaky sum of white noise has variance 2 sigma^2 / (2 - a); so has one through an input with weight one."""
    state, inputs = StateNoise(Group(), 0.3), InputNoise(0.3)

    def last(plan: list[Intervention], seed: int | None = None, n_units: int = 300, n_trials: int = 30) -> np.ndarray:
        network = from_arrays(
            W_rec=np.zeros((n_units, n_units)), W_in=np.ones((n_units, 1)), nonlinearity="linear", dt=20
        )
        return simulate(network, np.zeros((n_trials, 30, 1)), plan, seed=seed).states[:, -1]

    wanted = 2 * 0.3**2 / (2 - 0.2)
    assert last([state]).var() == pytest.approx(wanted, rel=0.06)
    assert last([inputs], n_units=1, n_trials=3000).var() == pytest.approx(wanted, rel=0.1)
    np.testing.assert_array_equal(last([state]), last([state]))
    for other in (last([state], seed=1), last([state.replace(seed=1)])):
        assert abs(np.corrcoef(other.ravel(), last([state]).ravel())[0, 1]) < 0.05


def test_a_lagged_networks_inputs_are_changed_in_their_own_time() -> None:
    network = Network.initialised(LeakyRNN(n_units=N, input_index="previous"), 2, 1)
    edited = INPUTS.copy()
    edited[:, 3:5] += 1.0
    touched = simulate(network, INPUTS, [InputPulse(1.0, start=30, stop=50)])
    np.testing.assert_allclose(touched.states, simulate(network, edited).states, rtol=0, atol=1e-14)


def test_matrices_over_time_keep_their_meaning_at_another_time_step() -> None:
    network = network_of("current")
    inputs, plan = np.repeat(INPUTS[:, :1], 24, axis=1), [WeightsInTime(FACTORS, every=20, start=20)]
    fine = simulate(network, inputs, plan, dt=5)
    by_hand = [ScaleWeights(f, start=20 + 20 * i, stop=40 + 20 * i if i < 2 else None) for i, f in enumerate(FACTORS)]
    np.testing.assert_array_equal(fine.states, simulate(network, inputs, by_hand, dt=5).states)


# ---------------------------------------------------------------------------------------------- what they are told


def test_the_table_holds_every_kind() -> None:
    assert {type(intervention) for intervention in ALL.values()} == set(get_args(AnyIntervention))


@pytest.mark.parametrize("kind", ALL)
def test_json_both_ways(kind: str) -> None:
    intervention = placed(ALL[kind], start=30, trials=(0, 2))
    assert type(intervention).from_json(intervention.to_json()) == intervention
    assert decode(AnyIntervention, encode(intervention), "plan") == intervention


AREAS = LeakyRNN(n_units=6, areas=Areas((2, 4)), excitatory=0.5)


def test_groups_are_units_told_by_what_they_are() -> None:
    found = [Group().indices(AREAS, ""), Group(areas=(1,)).indices(AREAS, "")]
    found += [Group(sign="inhibitory").indices(AREAS, ""), Group(areas=(1,), sign="excitatory").indices(AREAS, "")]
    assert [list(units) for units in found] == [[0, 1, 2, 3, 4, 5], [2, 3, 4, 5], [1, 4, 5], [2, 3]]
    network = Network.initialised(AREAS, 1, 1)
    by_name, by_number = (
        simulate(network, np.ones((2, 9, 1)), [Lesion(units)]) for units in (Group(areas=(1,)), (2, 3, 4, 5))
    )
    np.testing.assert_array_equal(by_name.states, by_number.states)


@pytest.mark.parametrize(
    ("intervention", "message"),
    [
        (Lesion(Group(areas=(2,))), r"interventions\[0\]\.units\.areas\[0\]: 2 is not one of 2 areas; give 0 to 1"),
        (Lesion((0, 0)), r"units\[1\]: 0 is named twice"),
        (Clamp((0, 1), (1.0,)), r"interventions\[0\]\.value: a list of 1 for 2 units; give one number for all"),
        (Kick(Group(), (1.0,)), r"interventions\[0\]\.amount: a list of 1 for 6 units"),
        (CutWeights(of="W_in", senders=(1,)), r"senders\[0\]: 1 is not an input of a network of 1; give 0 to 0"),
        (CutWeights(of="W_out", receivers=Group()), r"receivers: a group of units, but these are outputs"),
        (ScaleWeights(Given("1 2"), receivers=(0,)), r"factor: is 1x2; give 1 rows of 6 numbers"),
        (WeightsInTime((np.ones((6, 6)), np.ones((6, 5)))), r"factors\[1\]: is 6x5; give 6 rows of 6 numbers"),  # type: ignore[arg-type]
        (InputPulse(1.0, channels=(0, 1)), r"channels\[1\]: 1 is not an input of a network of 1"),
        (InputOverride(Given("1 2; 3 4")), r"value: is 2x2; give 2 rows of 1 numbers"),
        (
            Lesion((0,), trials=(0, 7)),
            r"interventions\[0\]\.trials\[1\]: 7 is not a trial of a batch of 2; give 0 to 1",
        ),
        (Lesion((0,), start=11, stop=14), r"interventions\[0\]\.stop: from 11 to 14 ms there is no step of 10 ms"),
    ],
)
def test_what_does_not_fit_the_network_or_batch_is_refused(intervention: Intervention, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        simulate(Network.initialised(AREAS, 1, 1), np.zeros((2, 9, 1)), [intervention])


def test_groups_and_currents_that_are_not_there_are_refused() -> None:
    for units, message in (
        (Group(areas=(0,)), "the network has no areas"),
        (Group(sign="excitatory"), "no excitatory units"),
    ):
        with pytest.raises(SpecError, match=message):
            simulate(network_of("current"), INPUTS, [Lesion(units)])
    for cell, named in ((LSTM(n_units=3), "an LSTM"), (GRU(n_units=3), "a GRU")):
        with pytest.raises(SpecError, match=f"a unit of {named} has no single drive; give a Kick"):
            simulate(Network.initialised(cell, 2, 1), INPUTS, [Current((0,), 1.0)])
    with pytest.raises(SpecError, match=r"Kick\.stop: a kick is over at once"):
        Kick((0,), stop=50)
    with pytest.raises(SpecError, match=r"WeightsInTime\.factors: no matrices"):
        WeightsInTime(())


def test_an_error_in_a_file_says_where() -> None:
    data = [encode(Lesion((0,))), encode(Clamp((0,))) | {"units": [0, -1]}]
    with pytest.raises(SpecError, match=r"plan\[1\]\.units\[1\]: -1 is out of range"):
        decode(tuple[AnyIntervention, ...], data, "plan")
    with pytest.raises(SpecError, match=r"plan\[0\]: unknown kind 'Leson'; did you mean 'Lesion'"):
        decode(tuple[AnyIntervention, ...], [{"kind": "Leson"}], "plan")

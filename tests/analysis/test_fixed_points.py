"""Fixed points: known answers first."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq

from rnnlab.analysis import FixedPoints, fixed_points
from rnnlab.networks import GRU, LSTM, NETWORKS, NONLINEARITIES, Cell, LeakyRNN, Network, from_arrays
from rnnlab.simulation import simulate
from tests.analysis.oracles import lstm_points, one_unit, relu_points, same_points, small_lstm, three_latents
from tests.networks.family import N_INPUTS, N_OUTPUTS, VARIANTS, Case

GATED: dict[str, Cell] = {"LSTM": LSTM(n_units=6), "large GRU": GRU(n_units=12)}


@pytest.fixture(scope="module")
def latents() -> tuple[Network, np.ndarray, FixedPoints]:
    network, expected = three_latents()
    return network, expected, fixed_points(network)


# --------------------------------------------------------------------------------------------------- one unit


@pytest.mark.parametrize("form", ["current", "rate"])
@pytest.mark.parametrize("w", [-2.0, 0.5, 0.95])
def test_a_weak_unit_has_one_point(form: str, w: float) -> None:
    points = fixed_points(one_unit(w, form))
    assert points.n_points == 1
    assert abs(points.states[0, 0]) < 1e-9
    assert points.stability == ("stable",)
    assert points.balanced


@pytest.mark.parametrize("dt", [1.0, 10.0, 100.0])
@pytest.mark.parametrize("w", [1.05, 2.0, 5.0])
def test_a_strong_unit_has_three_points(w: float, dt: float) -> None:
    points = fixed_points(one_unit(w, "rate", dt=dt))
    root = brentq(lambda x: np.tanh(w * x) - x, 1e-3, 1, xtol=1e-15)
    assert np.sort(points.states[:, 0]) == pytest.approx([-root, 0, root], abs=1e-9)
    assert points.counts() == {"stable": 2, "unstable": 1}
    assert points.states[2, 0] == pytest.approx(0, abs=1e-9)
    assert points.index.tolist() == [1, 1, -1]
    assert points.index_sum == 1
    assert points.certificate.startswith("balanced")


def test_the_flow_does_not_depend_on_the_time_step() -> None:
    w = 3.0
    at = [fixed_points(one_unit(w, dt=dt)) for dt in (1.0, 20.0)]
    assert at[0].eigenvalues == pytest.approx(at[1].eigenvalues, rel=1e-9)
    # At the origin the flow is (w - 1) x / tau, so the rate is (3 - 1) / 0.1 s.
    assert at[0].eigenvalues[2, 0] == pytest.approx(20.0)
    assert at[0].time_constants[2, 0] == pytest.approx(-50, rel=0.02)


def test_an_input_moves_the_point() -> None:
    points = fixed_points(one_unit(0.5), inputs=[0.7])
    root = brentq(lambda x: 0.5 * np.tanh(x) + 0.7 - x, -5, 5, xtol=1e-14)
    assert points.states[0, 0] == pytest.approx(root, abs=1e-9)
    assert points.inputs.tolist() == [0.7]


def test_a_degenerate_point_is_called_marginal() -> None:
    points = fixed_points(one_unit(1.0))
    assert points.n_points == 1
    assert set(points.stability) == {"marginal"}
    assert points.certificate.startswith("does not apply, because")
    assert points.balanced is None


def test_outputs_and_rates_are_those_of_the_network(latents: tuple[Network, np.ndarray, FixedPoints]) -> None:
    network, _, points = latents
    assert points.outputs == pytest.approx(network.readout(points.states))


# ---------------------------------------------------------------------------------------------------- linear


def linear(W: np.ndarray, b: np.ndarray, **config: object) -> Network:
    return from_arrays(nonlinearity="linear", dt=10, tau=100, W_rec=W, b_rec=b, W_out=np.eye(len(W)), **config)


@pytest.mark.parametrize("form", ["current", "rate"])
def test_a_linear_network_has_the_point_of_its_equation(form: str) -> None:
    rng = np.random.default_rng(1)
    W, b = rng.normal(size=(20, 20)) / 20**0.5 * 1.5, rng.normal(size=20)
    points = fixed_points(linear(W, b, form=form))
    assert points.states == pytest.approx(np.linalg.solve(np.eye(20) - W, b)[None], rel=1e-8)
    expected = (np.linalg.eigvals(W) - 1) / 0.1  # tau = 0.1 s
    assert np.sort_complex(points.eigenvalues[0]) == pytest.approx(np.sort_complex(expected), abs=1e-8)
    assert points.n_unstable_flow[0] == (expected.real > 0).sum()
    assert points.certificate.startswith("balanced: there is exactly one fixed point, since the update is linear")


def test_a_line_attractor_is_not_called_a_list_of_points() -> None:
    W = np.diag([1.0, 0.5, 0.2])
    points = fixed_points(linear(W, np.zeros(3)), max_points=20)
    assert set(points.stability) == {"marginal"}
    assert points.states[:, 1:] == pytest.approx(0, abs=1e-6)
    assert "samples of a line" in points.note
    assert points.certificate.startswith("does not apply, because")


def test_finding_none_is_a_result() -> None:
    points = fixed_points(linear(np.eye(2), np.ones(2)))  # an integrator of a constant: it never rests
    assert points.n_points == 0
    assert points.states.shape == (0, 2)
    assert points.outputs.shape == (0, 2)
    assert points.eigenvalues.shape == (0, 2)
    assert "no fixed point was found" in points.note
    assert points.certificate.startswith("at least one missing")
    assert "none" in repr(points)


# --------------------------------------------------------------------------------------- many points, known


def test_all_27_points_of_three_bistable_latents_are_found(latents: tuple[Network, np.ndarray, FixedPoints]) -> None:
    _, expected, points = latents
    assert len(expected) == 27
    assert same_points(points.states, expected)
    assert np.bincount(points.n_unstable).tolist() == [8, 12, 6, 1]
    assert points.index_sum == 1
    assert points.certificate.startswith("balanced")
    assert points.speed.max() < 1e-9


@pytest.mark.parametrize("seed", [1, 2])
def test_all_27_points_are_found_from_other_seeds(seed: int, latents: tuple[Network, np.ndarray, FixedPoints]) -> None:
    network, expected, _ = latents
    assert same_points(fixed_points(network, seed=seed, n_starts=256).states, expected)


def test_stored_patterns_of_a_hopfield_network_are_stable_points() -> None:
    n, beta = 64, 2.0
    hadamard = np.array([[1.0]])
    while len(hadamard) < n:
        hadamard = np.block([[hadamard, hadamard], [hadamard, -hadamard]])
    patterns = hadamard[[3, 9, 30]]
    points = fixed_points(
        from_arrays(form="rate", nonlinearity="tanh", dt=20, tau=100, W_rec=beta * patterns.T @ patterns / n)
    )
    overlap = brentq(lambda m: np.tanh(beta * m) - m, 0.1, 1)
    stable = points.states[: points.counts()["stable"]]
    for pattern in [*patterns, *-patterns]:
        assert np.linalg.norm(stable - overlap * pattern, axis=1).min() < 1e-6
    assert points.balanced


@pytest.mark.parametrize("form", ["current", "rate"])
@pytest.mark.parametrize("seed", range(12))
def test_relu_points_are_those_of_the_activation_patterns(form: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = [2, 4, 6, 8][seed % 4]
    W = rng.normal(size=(n, n)) * [1, 2, 3][seed % 3] / n**0.5 + (seed % 2) * np.eye(n)
    b = rng.normal(size=n)
    network = from_arrays(form=form, nonlinearity="relu", dt=20, tau=100, W_rec=W, b_rec=b, W_out=np.ones((1, n)))
    expected = relu_points(W, b, form)
    solved = fixed_points(network)
    assert same_points(solved.states, expected)
    assert solved.certificate.startswith("complete")
    searched = fixed_points(network, starts=rng.normal(size=(1024, n)) * 3)
    assert same_points(searched.states, expected)
    assert searched.balanced is not False


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("form", ["current", "rate"])
def test_going_from_region_to_region_finds_what_solving_all_of_them_finds(form: str, seed: int) -> None:
    """Twelve units: 4096 regions to solve, 1024 starts to search from."""
    rng, n = np.random.default_rng(100 + seed), 12
    W, b = rng.normal(size=(n, n)) * [1.5, 2.5, 3.5][seed % 3] / n**0.5, rng.normal(size=n)
    network = from_arrays(form=form, nonlinearity="relu", dt=20, tau=100, W_rec=W, b_rec=b, W_out=np.ones((1, n)))
    solved = fixed_points(network)
    assert same_points(solved.states, relu_points(W, b, form))
    assert solved.certificate.startswith("complete: all 4096 activation patterns")
    searched = fixed_points(network, starts=rng.normal(size=(1024, n)) * 3)
    assert same_points(searched.states, solved.states)


@pytest.mark.parametrize("name", ["low rank", "layer in front", "adapting"])
def test_other_cells_of_relu_units_are_solved_by_region_too(name: str) -> None:
    cell = VARIANTS[name].replace(nonlinearity="relu")
    network = Network(cell, Case(cell, seed=3).p)
    solved = fixed_points(network, INPUTS)
    assert solved.certificate.startswith("complete: all 64 activation patterns")
    assert solved.speed.max() < 1e-12
    searched = fixed_points(network, INPUTS, starts=np.random.default_rng(0).normal(size=(256, network.n_states)) * 3)
    assert same_points(searched.states, solved.states)


def test_a_large_relu_network_with_a_known_pair_of_points() -> None:
    # Mutual inhibition between two halves: either half wins, and the tie between them is the saddle.
    n = 60
    half = np.repeat([0, 1], n // 2)
    W = np.where(half[:, None] == half[None], 0.5, -1.0) / (n // 2)
    network = from_arrays(form="rate", nonlinearity="relu", dt=10, tau=100, W_rec=W, b_rec=np.ones(n))
    points = fixed_points(network)
    expected = np.array([np.where(half == 0, 2.0, 0.0), np.where(half == 1, 2.0, 0.0), np.full(n, 2 / 3)])
    assert same_points(points.states, expected)
    assert points.counts() == {"stable": 2, "saddle": 1}
    assert "unbounded" in points.certificate


@pytest.mark.parametrize(("seed", "gain"), [(1, 4.0), (0, 8.0), (4, 8.0), (5, 8.0), (21, 1.0), (26, 1.0)])
def test_lstm_points_are_those_of_a_scan(seed: int, gain: float) -> None:
    network = small_lstm(seed, gain)
    points = fixed_points(network)
    assert same_points(points.states, lstm_points(network))
    assert points.balanced


def test_the_lstm_oracle_has_cases_with_several_points() -> None:
    assert len(lstm_points(small_lstm(0, 8.0))) == 3


# ------------------------------------------------------------------------------------------- every network


def cells() -> dict[str, Network]:
    """Random networks of every kind, with random biases, at half to full gain."""
    rng = np.random.default_rng(5)
    found = {}
    for form in ("current", "rate"):
        for name in NONLINEARITIES:
            config = LeakyRNN(n_units=8, form=form, nonlinearity=name, tau=tuple(np.linspace(50, 200, 8)), dt=20)
            config = config.replace(spectral_radius=0.7)
            found[f"{form} {name}"] = Network.initialised(config, N_INPUTS, N_OUTPUTS, rng)
    damped = LeakyRNN(n_units=8, nonlinearity="relu", damping=0.1, excitatory=0.75, spectral_radius=1.5)
    found["damped"] = Network.initialised(damped, N_INPUTS, N_OUTPUTS, rng)
    cases = {name: Case(cell) for name, cell in (VARIANTS | GATED).items()}
    return found | {name: Network(case.cell, case.p) for name, case in cases.items()}


EVERY_NETWORK = pytest.mark.parametrize("network", cells().values(), ids=cells())
INPUTS = np.array([0.3, -0.2, 0.1])


def test_every_kind_of_network_is_among_them() -> None:
    assert {type(network.config) for network in cells().values()} == set(NETWORKS.values())


@EVERY_NETWORK
def test_every_point_of_every_cell_stands_still_and_has_the_modes_of_its_jacobian(network: Network) -> None:
    points = fixed_points(network, INPUTS, n_starts=64)
    assert points.n_points >= 1 or points.balanced is None
    after = network.step(points.states, np.repeat(INPUTS[None], len(points), axis=0))
    assert after == pytest.approx(points.states, abs=1e-9)
    assert points.balanced is not False
    assert points.outputs == pytest.approx(network.readout(points.states))
    for k in range(min(len(points), 3)):
        check_linearisation(points, k)


def one_sided(network: Network, x: np.ndarray, h: float) -> np.ndarray:
    """(to, from) slopes of the update towards larger (or for negative h smaller) values, to second order."""
    u, moves = np.repeat(INPUTS[None], len(x), axis=0), h * np.eye(len(x))
    at, near, far = (network.step(x + k * moves, u) for k in (0, 1, 2))
    return ((4 * near - 3 * at - far) / (2 * h)).T


def check_linearisation(points: FixedPoints, k: int) -> None:
    """The Jacobian against differences, the eigenvalues and both kinds of eigenvectors against the Jacobian."""
    network, x = points.network, points.states[k]
    J = points.jacobian(k)
    sides = [one_sided(network, x, h) for h in (1e-6, -1e-6)]  # at a corner of the update it is the slope of one side
    np.testing.assert_allclose(np.min([np.abs(J - side).max(axis=0) for side in sides], axis=0), 0, atol=3e-8)
    modes = points.modes(k)
    np.testing.assert_allclose(modes.map_eigenvalues, points.map_eigenvalues[k], atol=1e-6)
    np.testing.assert_allclose(J @ modes.right.T, modes.right.T * modes.map_eigenvalues, atol=1e-9)
    np.testing.assert_allclose(modes.left @ J, modes.map_eigenvalues[:, None] * modes.left, atol=1e-6)
    assert points.n_unstable[k] == (np.abs(np.linalg.eigvals(J)) > 1).sum()
    assert points.n_unstable_flow[k] == (np.linalg.eigvals(J - np.eye(len(x))).real > 0).sum()
    assert points.leading[k].map_eigenvalues[0] == modes.map_eigenvalues[0]


def test_stable_points_attract_and_saddles_do_not(latents: tuple[Network, np.ndarray, FixedPoints]) -> None:
    network, _, points = latents
    beside = points.states + 1e-4 * np.random.default_rng(0).normal(size=points.states.shape)
    state = beside
    for _ in range(300):
        state = network.step(state, np.zeros((27, 1)))
    distance = np.linalg.norm(state - points.states, axis=1)
    stable = np.array(points.stability) == "stable"
    assert distance[stable].max() < 1e-6
    assert distance[~stable].min() > 0.1


def test_map_and_flow_disagree_where_the_step_is_too_long() -> None:
    points = fixed_points(linear(np.array([[-25.0]]), np.zeros(1)))  # decays at 260 / s, but dt is 10 ms
    assert points.eigenvalues[0, 0] == pytest.approx(-260)
    assert points.n_unstable_flow.tolist() == [0]
    assert points.n_unstable.tolist() == [1]
    assert points.stability == ("unstable",)
    assert "the time step is too long" in points.note


def test_a_rotation_that_only_the_time_step_makes_grow_is_said_to_be_one() -> None:
    spiral = fixed_points(linear(50 * np.array([[0.0, -1.0], [1.0, 0.0]]), np.zeros(2)))
    assert (spiral.n_unstable[0], spiral.n_unstable_flow[0], spiral.n_unstable_by_step[0]) == (2, 0, 2)
    assert "at 1 of 1 points the time step is too long for some modes" in spiral.note
    grows = fixed_points(linear(np.diag([3.0, 0.5]), np.zeros(2)))
    assert grows.n_unstable_by_step.tolist() == [0]
    assert "time step" not in grows.note


# --------------------------------------------------------------------------------------- how it is searched


def test_the_same_seed_gives_the_same_points(latents: tuple[Network, np.ndarray, FixedPoints]) -> None:
    network, _, points = latents
    again = fixed_points(network)
    assert np.array_equal(again.states, points.states)
    assert again.rounds == points.rounds


def test_guesses_follow_a_network_that_changes(latents: tuple[Network, np.ndarray, FixedPoints]) -> None:
    network, _, points = latents
    noise = 0.002 * np.random.default_rng(3).normal(size=(100, 100))
    changed = Network(network.config, {**network.parameters, "W_rec": network.parameters["W_rec"] + noise})
    followed = fixed_points(changed, guesses=points.states, n_starts=32)
    assert followed.rounds[0].starts == "guesses"
    assert followed.rounds[0].n_new == 27
    assert followed.n_points == 27
    assert followed.balanced


@pytest.mark.parametrize("method", ["exact", "approx"])
def test_each_start_by_itself_as_other_programs_search(method: str) -> None:
    network = one_unit(2.0, "rate")
    points = fixed_points(network, method=method, tolerance=1e-12, n_starts=60)
    root = brentq(lambda x: np.tanh(2 * x) - x, 1e-3, 1)
    assert np.sort(points.states[:, 0]) == pytest.approx([-root, 0, root], abs=1e-4)
    assert points.n_led.sum() == 60
    assert len(points.rounds) == 1


def test_approx_takes_what_is_slow_enough_and_says_so() -> None:
    fold = np.arccosh(2**0.5)
    ghost = one_unit(2.0, bias=-1.1 * (2 * np.tanh(fold) - fold))
    assert fixed_points(ghost, method="exact", n_starts=60).n_points == 1
    loose = fixed_points(ghost, method="approx", tolerance=1e-4, n_starts=60)
    assert loose.n_points > 1
    assert loose.certificate == "does not apply, because any state with q below 0.0001 was taken, root or not"


def test_the_curve_of_points_found_per_start(latents: tuple[Network, np.ndarray, FixedPoints]) -> None:
    _, _, points = latents
    starts, found = points.curve
    assert (np.diff(starts) >= 0).all() and (np.diff(found) >= -1e-9).all()
    assert starts[-1] == sum(each.n_starts for each in points.rounds)
    assert found[-1] == points.n_points
    assert found[1] == pytest.approx((points.n_led / 1024).sum(), abs=1e-9)  # one start leads to one point, or to none
    assert points.n_led.sum() <= 1024


def test_the_search_goes_on_while_a_point_is_missing_and_ends_with_its_budget() -> None:
    network, expected = three_latents()
    saddle = expected[[1]]  # alone it does not balance
    few, more = (fixed_points(network, starts=saddle, n_starts=1024, budget=budget) for budget in (1, None))
    assert sum(each.n_starts for each in few.rounds) < sum(each.n_starts for each in more.rounds)
    assert same_points(more.states, expected)
    assert few.balanced is False or few.n_points == 27


def test_starts_may_be_a_trajectory(latents: tuple[Network, np.ndarray, FixedPoints]) -> None:
    network, _, _ = latents
    trajectory = simulate(network, np.zeros((4, 50, 1)), initial_state=np.random.default_rng(0).normal(size=(4, 100)))
    points = fixed_points(network, starts=trajectory, n_starts=64)
    assert points.rounds[0].n_starts == 64
    assert points.counts()["stable"] >= 1


def test_a_source_with_a_task_starts_from_its_trials() -> None:
    from rnnlab.tasks import get

    class Source:
        task = get("flip_flop", n_bits=1)
        network = Network.initialised(LeakyRNN(n_units=10, nonlinearity="tanh"), 1, 1)

    points = fixed_points(Source(), n_starts=64)
    assert points.rounds[0].n_starts == 64
    assert points.n_points >= 1


def test_a_ghost_is_reported_as_a_slow_point_when_asked() -> None:
    fold = np.arccosh(2**0.5)  # where 2 tanh(x) - x is largest
    height = 2 * np.tanh(fold) - fold
    ghost = one_unit(2.0, bias=-1.1 * height)  # the two upper points have just met and gone
    points = fixed_points(ghost, slow=0.02)
    assert points.n_points == 1
    assert points.slow_states == pytest.approx(np.array([[fold]]), abs=1e-4)
    assert points.slow_q == pytest.approx(0.5 * (0.1 * 0.1 * height) ** 2, rel=1e-4)
    assert fixed_points(ghost).slow_q.size == 0


# ------------------------------------------------------------------------------------------- what it refuses


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"inputs": [0.0, 1.0]}, r"inputs: shape \(2,\)"),
        ({"inputs": [np.nan]}, "inputs: .*finite"),
        ({"starts": np.zeros((3, 2))}, r"starts: shape \(3, 2\)"),
        ({"guesses": np.zeros(1)}, r"guesses: shape \(1,\)"),
        ({"starts": np.full((3, 1), np.inf)}, "starts: .*finite"),
        ({"n_starts": -1}, "n_starts: -1"),
        ({"method": "fast"}, "method: 'fast'; choose one of search, exact, approx"),
    ],
)
def test_wrong_arguments_are_named(arguments: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fixed_points(one_unit(2.0), **arguments)


def test_a_description_without_weights_is_refused() -> None:
    with pytest.raises(ValueError, match="no weights"):
        fixed_points(LeakyRNN(n_units=3))


def test_no_starts_at_all_finds_none() -> None:
    assert fixed_points(one_unit(2.0), n_starts=0).n_points == 0


# ------------------------------------------------------------------------------------------------ what it shows


def test_the_display_names_shapes_and_never_arrays(latents: tuple[Network, np.ndarray, FixedPoints]) -> None:
    _, _, points = latents
    assert "8 stable, 19 saddle" in repr(points)
    assert "(point 27, state 100)" in repr(points)
    assert "[" not in repr(points)
    assert "<table>" in points._repr_html_()
    with pytest.raises(ValueError, match="read-only"):
        points.states[0, 0] = 1


@pytest.mark.parametrize("apart", [0.0, 1e-9, 1e-5])
def test_starts_that_coincide_find_each_point_once(apart: float) -> None:
    network, root = one_unit(1.5, "rate"), brentq(lambda x: np.tanh(1.5 * x) - x, 1e-3, 1, xtol=1e-15)
    points = fixed_points(network, starts=np.linspace(0, apart, 32)[:, None])
    np.testing.assert_allclose(np.sort(points.states[:, 0]), [-root, 0, root], atol=1e-9)
    assert points.balanced

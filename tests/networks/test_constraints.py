"""Dale's law in its four ways, frozen weights, bounds, and the spectral radius of what is really connected."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
import torch
from numpy.random import default_rng

from rnnlab.networks import LSTM, Areas, Density, Identity, LeakyRNN, Network, Uniform, Weights, from_arrays
from rnnlab.networks.scaling import balanced, scale_to_radius, spectral_radius
from rnnlab.spec import SpecError
from tests.networks.family import CONSTRAINED, N_INPUTS, N_OUTPUTS


@pytest.mark.parametrize(("excitatory", "n"), [(0.8, 40), (0.29, 14), (1.0, 50), (0.02, 1)])
def test_dale(excitatory: float, n: int) -> None:
    config = LeakyRNN(n_units=50, excitatory=excitatory)
    np.testing.assert_array_equal(config.unit_signs, [1] * n + [-1] * (50 - n))
    rng = np.random.default_rng(0)
    p = config.effective({k: rng.standard_normal(s) for k, s in config.parameter_shapes(3, 2).items()})
    assert (p["W_rec"][:, :n] > 0).all()
    assert (p["W_rec"][:, n:] < 0).all()
    assert (p["W_in"] > 0).all()
    assert (p["W_out"][:, :n] > 0).all()
    assert (p["W_out"][:, n:] == 0).all()


def test_without_dale_signs_are_free_and_weights_as_they_are() -> None:
    config = LeakyRNN(n_units=10)
    raw = config.initialise(2, 1, np.random.default_rng(0))
    assert (config.unit_signs == 0).all()
    assert all(config.effective(raw)[name] is array for name, array in raw.items())


def test_without_autapses_the_diagonal_is_zero_and_gets_no_gradient() -> None:
    config = LeakyRNN(n_units=6, autapses=False)
    raw = {
        name: torch.tensor(a, requires_grad=True)
        for name, a in config.initialise(2, 1, np.random.default_rng(0)).items()
    }
    W = config.effective(raw)["W_rec"]
    assert (W.diagonal() == 0).all()
    W.square().sum().backward()
    gradient = raw["W_rec"].grad
    assert gradient is not None
    assert (gradient.diagonal() == 0).all()
    assert (gradient.abs().sum(1) > 0).all()


@pytest.mark.parametrize("excitatory", [None, 0.8, 0.5, 1.0])
@pytest.mark.parametrize("autapses", [True, False])
@pytest.mark.parametrize("radius", [0.0, 0.9, 1.5])
def test_the_radius_asked_for_is_that_of_the_effective_matrix(
    excitatory: float | None, autapses: bool, radius: float
) -> None:
    config = LeakyRNN(n_units=40, excitatory=excitatory, autapses=autapses, spectral_radius=radius)
    p = config.effective(config.initialise(2, 1, np.random.default_rng(0)))
    np.testing.assert_allclose(spectral_radius(p["W_rec"]), radius, rtol=1e-10, atol=1e-12)


def test_excitation_and_inhibition_start_balanced() -> None:
    """The mean input to a unit is zero within its sampling error."""
    config = LeakyRNN(n_units=400, excitatory=0.8)
    W = config.effective(config.initialise(1, 1, np.random.default_rng(0)))["W_rec"]
    rows = W.sum(1)
    assert abs(rows.mean()) < 3 * rows.std() / np.sqrt(400)
    assert balanced(np.ones((2, 2)), np.array([1, 1])).tolist() == [[1, 1], [1, 1]]


def test_a_unit_alone_without_autapse_can_be_initialised() -> None:
    p = LeakyRNN(n_units=1, autapses=False).initialise(1, 1, np.random.default_rng(0))
    assert np.isfinite(p["W_rec"]).all()
    np.testing.assert_array_equal(scale_to_radius(np.eye(2), np.zeros((2, 2)), 1.0), np.eye(2))


def test_the_same_generator_gives_the_same_weights() -> None:
    a, b = (LeakyRNN().initialise(2, 1, np.random.default_rng(5)) for _ in range(2))
    for name, array in a.items():
        np.testing.assert_array_equal(array, b[name])


def test_what_is_not_trained() -> None:
    assert LeakyRNN().trainable == {"W_in", "W_rec", "W_out", "b_rec", "b_out", "x0"}
    fixed = LeakyRNN(train_biases=False, start="zero")
    assert fixed.trainable == {"W_in", "W_rec", "W_out"}
    assert not fixed.initialise(2, 1, np.random.default_rng(0))["x0"].any()


# ------------------------------------------------------------------------------------- the four ways of Dale's law

LAWS = pytest.mark.parametrize("law", ["abs", "rectify", "project", "reflect"])


def by_hand(law: str, w: float, sign: int) -> float:
    """One effective weight of raw ``w``."""
    if sign == 0:
        return w
    return sign * abs(w) if law == "abs" else sign * max(sign * w, 0.0)


@LAWS
def test_each_law_weight_by_weight(law: str) -> None:
    signs = (1, -1, 0, 1)
    config = LeakyRNN(n_units=4, signs=signs, dale=law, output_sign="signed", input_sign=(1, 0))  # type: ignore[arg-type]
    raw = {k: default_rng(0).standard_normal(s) for k, s in config.parameter_shapes(2, 3).items()}
    p = config.effective(raw)
    for name, senders in (("W_in", (1, 0)), ("W_rec", signs), ("W_out", signs)):
        wanted = [[by_hand(law, w, s) for w, s in zip(row, senders, strict=True)] for row in raw[name]]
        np.testing.assert_array_equal(p[name], wanted)


@pytest.mark.parametrize(
    ("law", "raw", "after"),
    [
        ("abs", [0.5, -0.5], [0.5, -0.5]),
        ("rectify", [0.5, -0.5], [0.5, -0.5]),
        ("project", [0.5, -0.5], [0.5, 1e-12]),
        ("reflect", [0.5, -0.5], [0.5, 0.5]),
    ],
)
def test_what_happens_after_an_update(law: str, raw: list[float], after: list[float]) -> None:
    config = LeakyRNN(n_units=2, signs=(1, -1), dale=law)  # type: ignore[arg-type]
    arrays = {k: np.zeros(s) for k, s in config.parameter_shapes(1, 1).items()}
    arrays["W_rec"] = np.array([[raw[0], -raw[0]], [raw[1], -raw[1]]])  # the first row right, the second wrong
    W = config.project(arrays)["W_rec"]
    np.testing.assert_array_equal(W, [[after[0], -after[0]], [after[1], -after[1]]])
    assert config.projects == (law in ("project", "reflect"))


def test_the_read_out_of_inhibitory_units() -> None:
    raw = LeakyRNN(n_units=4).initialise(1, 1, default_rng(0)) | {"W_out": np.array([[-1.0, 2.0, -3.0, 4.0]])}
    found = {
        sign: LeakyRNN(n_units=4, excitatory=0.5, output_sign=sign).effective(raw)["W_out"][0].tolist()  # type: ignore[arg-type]
        for sign in ("excitatory", "signed", "positive", "free")
    }
    assert found == {
        "excitatory": [1, 2, 0, 0],
        "signed": [1, 2, -3, -4],
        "positive": [1, 2, 3, 4],
        "free": [-1, 2, -3, 4],
    }


def test_signs_of_inputs_are_a_switch_of_their_own() -> None:
    raw = LeakyRNN(n_units=2).initialise(2, 1, default_rng(0)) | {"W_in": np.array([[1.0, -1.0], [-2.0, 2.0]])}

    def seen(**fields: object) -> list[list[float]]:
        return LeakyRNN(n_units=2, **fields).effective(raw)["W_in"].tolist()  # type: ignore[arg-type,no-any-return]

    assert seen() == [[1, -1], [-2, 2]]
    assert seen(input_sign="positive") == seen(excitatory=0.5) == [[1, 1], [2, 2]]
    assert seen(excitatory=0.5, input_sign="free") == [[1, -1], [-2, 2]]
    assert seen(input_sign=(0, -1)) == [[1, -1], [-2, -2]]


@LAWS
def test_a_network_begins_with_every_weight_alive(law: str) -> None:
    """Under rectification a raw weight of the wrong sign would never learn."""
    config = LeakyRNN(n_units=20, excitatory=0.8, dale=law)  # type: ignore[arg-type]
    raw = config.initialise(3, 2, default_rng(0))
    p = config.effective(raw)
    assert (p["W_rec"][:, :16] > 0).all()
    assert (p["W_rec"][:, 16:] < 0).all()
    assert (p["W_in"] > 0).all()


# --------------------------------------------------------------------------------------------------- frozen weights


def gradient_of(config: LeakyRNN, raw: dict[str, np.ndarray], name: str) -> np.ndarray:
    tensors = {k: torch.tensor(a, requires_grad=True) for k, a in raw.items()}
    sum(a.square().sum() for a in config.effective(tensors).values()).backward()  # type: ignore[union-attr]
    gradient = tensors[name].grad
    assert gradient is not None
    return gradient.numpy()


def test_frozen_weights_get_no_gradient_and_the_others_do() -> None:
    frozen = default_rng(1).random((6, 6)) < 0.4
    config = LeakyRNN(n_units=6, weights_rec=Weights(frozen=frozen))  # type: ignore[arg-type]
    raw = config.initialise(2, 1, default_rng(0))
    np.testing.assert_array_equal(gradient_of(config, raw, "W_rec") == 0, frozen)
    np.testing.assert_array_equal(config.effective(raw)["W_rec"], raw["W_rec"])
    np.testing.assert_array_equal(config.frozen(2, 1)["W_rec"], frozen)


def test_fixed_weights_hold_what_is_given_whatever_is_raw() -> None:
    fixed = np.array([[0.1, -0.2], [0.3, 0.4]])
    config = LeakyRNN(n_units=2, weights_rec=Weights(frozen=np.eye(2), fixed=fixed))  # type: ignore[arg-type]
    raw = config.initialise(1, 1, default_rng(0)) | {"W_rec": np.full((2, 2), 9.0)}
    np.testing.assert_array_equal(config.effective(raw)["W_rec"], [[0.1, 9], [9, 0.4]])


def test_the_radius_is_that_of_learning_and_fixed_weights_together() -> None:
    fixed = 0.5 * np.eye(20)
    config = LeakyRNN(n_units=20, weights_rec=Weights(frozen=np.eye(20), fixed=fixed), spectral_radius=1.3)  # type: ignore[arg-type]
    W = config.effective(config.initialise(2, 1, default_rng(0)))["W_rec"]
    np.testing.assert_allclose(spectral_radius(W), 1.3, rtol=1e-9)
    np.testing.assert_array_equal(np.diag(W), 0.5)
    with pytest.raises(SpecError, match=r"LeakyRNN\.spectral_radius: no scale .* gives 0\.2 beside the fixed ones"):
        config.replace(spectral_radius=0.2).initialise(2, 1, default_rng(0))


def test_no_radius_leaves_weights_as_drawn() -> None:
    raw = LeakyRNN(n_units=50, spectral_radius=None).initialise(1, 1, default_rng(0))["W_rec"]
    np.testing.assert_allclose(raw.std(), 1 / np.sqrt(50), rtol=0.05)


@pytest.mark.parametrize("config", CONSTRAINED.values(), ids=CONSTRAINED)
def test_what_a_network_holds_is_what_its_description_allows(config: LeakyRNN) -> None:
    """Random raw arrays, projected and made effective, are accepted as a network and stay the same."""
    rng = default_rng(0)
    raw = {k: rng.standard_normal(s) for k, s in config.parameter_shapes(N_INPUTS, N_OUTPUTS).items()}
    after = config.project(raw)
    network = Network(config, config.effective(after))
    again = config.effective(config.project(network.parameters))
    for name, array in network.parameters.items():
        np.testing.assert_allclose(again[name], array, rtol=0, atol=2e-12)


@pytest.mark.parametrize("config", CONSTRAINED.values(), ids=CONSTRAINED)
def test_a_network_can_be_where_another_starts(config: LeakyRNN) -> None:
    network = Network.initialised(config, N_INPUTS, N_OUTPUTS, 3)
    again = Network.initialised(network.as_start(), N_INPUTS, N_OUTPUTS, 4)
    for name, array in network.parameters.items():
        np.testing.assert_array_equal(again.parameters[name], array)


def test_a_network_without_ends_can_be_where_another_starts() -> None:
    alone = Network.initialised(LeakyRNN(n_units=3), 0, 0)
    assert (
        Network.initialised(alone.as_start(), 0, 0, 1).parameters["W_rec"].tolist()
        == alone.parameters["W_rec"].tolist()
    )
    with pytest.raises(ValueError, match="as_start: an LSTM cannot be given its weights"):
        Network.initialised(LSTM(n_units=3), 1, 1).as_start()


def test_a_description_that_has_computed_with_tensors_pickles_without_them() -> None:
    config = CONSTRAINED["current, projected Dale"]
    raw = {k: torch.tensor(a) for k, a in config.initialise(N_INPUTS, N_OUTPUTS, default_rng(0)).items()}
    config.project(config.effective(raw))
    pickled = pickle.dumps(config)
    assert b"torch" not in pickled
    assert pickle.loads(pickled) == config


# ------------------------------------------------------------------------------------------------ bounds and switches


def test_biases_stay_in_their_range() -> None:
    config = LeakyRNN(n_units=50, bias_rec=Uniform(-1, 1), bias_range=(-0.1, 0.2))
    raw = config.initialise(1, 1, default_rng(0))
    assert raw["b_rec"].min() == -0.1
    assert raw["b_rec"].max() == 0.2
    raw["b_rec"] = np.linspace(-1, 1, 50)
    np.testing.assert_array_equal(config.effective(raw)["b_rec"], np.clip(raw["b_rec"], -0.1, 0.2))
    np.testing.assert_array_equal(config.project(raw)["b_rec"], np.clip(raw["b_rec"], -0.1, 0.2))


def test_which_arrays_learn() -> None:
    assert LeakyRNN(train=("W_rec", "b_rec")).trainable == {"W_rec", "b_rec"}
    assert LeakyRNN(train=("W_rec", "b_rec"), train_biases=False).trainable == {"W_rec"}
    assert LeakyRNN(start="given", start_at="zero").trainable == LeakyRNN(start="zero").trainable  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"train": ("W_recc",)}, r"LeakyRNN\.train\[0\]: there is no array 'W_recc'; did you mean 'W_rec'\?"),
        ({"signs": (1, -1)}, r"LeakyRNN\.signs: a list of 2 for 50 units; give one per unit"),
        ({"signs": (1,) * 50, "excitatory": 0.8}, r"LeakyRNN\.signs: a fraction of excitatory units is given too"),
        ({"signs": (2,) * 50}, r"LeakyRNN\.signs\[0\]: unknown value 2; known: -1, 0, 1"),
        ({"bias_range": (1, -1)}, r"LeakyRNN\.bias_range: \(1\.0, -1\.0\) is empty"),
        ({"start": "given"}, r"LeakyRNN\.start_at: is missing; give the state to start in"),
        ({"start": "zero", "start_at": "zero"}, r"LeakyRNN\.start_at: the start is zero"),
        ({"noise_correlation": [[1, 2], [2, 1]]}, r"LeakyRNN\.noise_correlation: is 2x2; give 50 rows of 50 numbers"),
        ({"n_units": 2, "noise_correlation": [[1, 2], [2, 1]]}, r"LeakyRNN\.noise_correlation: no noise has such"),
        (
            {"n_units": 2, "noise_correlation": [[4, 1], [1, 1]]},
            r"LeakyRNN\.noise_correlation: is not a matrix",
        ),
        ({"weights_rec": {"kind": "Weights"}}, r"LeakyRNN\.weights_rec: expected Weights"),
    ],
)
def test_what_cannot_be_is_refused(fields: dict[str, object], message: str) -> None:
    with pytest.raises(SpecError, match=message):
        LeakyRNN(**fields)  # type: ignore[arg-type]


def test_values_without_frozen_weights_are_refused() -> None:
    with pytest.raises(SpecError, match=r"Weights\.fixed: no weights are frozen to hold these"):
        Weights(fixed=np.eye(2))  # type: ignore[arg-type]


def test_given_weights_that_break_dales_law_are_refused() -> None:
    wrong = Weights(initial=-np.ones((2, 2)))  # type: ignore[arg-type]
    with pytest.raises(SpecError, match=r"LeakyRNN\.weights_rec\.initial: 2 weights have not the sign of their sender"):
        LeakyRNN(signs=(1, -1), n_units=2, weights_rec=wrong).initialise(1, 1, default_rng(0))
    fixed = Weights(frozen=np.eye(2), fixed=np.eye(2))  # type: ignore[arg-type]
    with pytest.raises(SpecError, match=r"LeakyRNN\.weights_rec\.fixed: 1 weights have not the sign"):
        LeakyRNN(signs=(1, -1), n_units=2, weights_rec=fixed).initialise(1, 1, default_rng(0))


@pytest.mark.parametrize(
    "missing",
    [
        {"weights_rec__connections": np.eye(3)},
        {"weights_rec__connections": Density(0.0)},
        {"areas": Areas((1, 2), between=0.0)},
    ],
)
def test_fixed_weights_need_connections_to_stand_in(missing: dict[str, object]) -> None:
    """Elsewhere what is fixed does not matter."""
    fixed = np.array([[0.0, 0.5, 0.0], [0.5, 0.0, 0.0], [0.0, 0.0, 0.0]])
    whole = LeakyRNN(n_units=3, weights_rec=Weights(frozen=fixed != 0, fixed=fixed + np.eye(3)))  # type: ignore[arg-type]
    with pytest.raises(SpecError, match=r"LeakyRNN\.weights_rec\.fixed: 2 of its weights stand where there is no conn"):
        whole.replace(**missing)
    assert whole.replace(autapses=False).rules(1, 1)["W_rec"].fixed is not None


def test_channel_lists_must_fit_the_task() -> None:
    for fields in ({"input_sign": (1, 0)}, {"input_noise": (0.1, 0.2)}):
        with pytest.raises(SpecError, match="a list of 2 for 3 inputs"):
            LeakyRNN(**fields).check_channels(3, 1)  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------------------------------- notes


def test_notes_are_silent_about_a_balanced_connected_network() -> None:
    assert LeakyRNN().notes() == ()
    assert LeakyRNN(excitatory=0.8, n_units=100).notes() == ()


def test_notes_say_what_is_unbalanced() -> None:
    (note,) = LeakyRNN(excitatory=1.0).notes()
    assert note.startswith("excitation and inhibition are not balanced: 100% of all recurrent weight is excitation")
    W = np.array([[1.0, -3.0], [1.0, -3.0]])
    p = {"W_in": np.ones((2, 1)), "W_rec": W, "W_out": np.array([[1.0, 0.0]]), "b_rec": np.zeros(2)}
    network = Network(LeakyRNN(n_units=2, signs=(1, -1)), p | {"b_out": np.zeros(1), "x0": np.zeros(2)})
    assert "75% of all recurrent weight is inhibition" in network.notes[0]


def test_notes_know_a_ring_from_a_chain() -> None:
    """A ring of units is the sparsest graph that is strongly connected; without any one link it is a chain."""
    ring = np.roll(np.eye(40), 1, axis=0)
    assert from_arrays(W_rec=ring).notes == ()
    for i in (0, 17, 39):
        chain = np.where(np.arange(40)[:, None] == i, 0.0, ring)
        assert from_arrays(W_rec=chain).notes[0].startswith("the recurrent graph is not strongly connected: its 40")
        assert "fall into 40 parts" in from_arrays(W_rec=chain).notes[0]


def test_notes_say_where_the_graph_falls_apart() -> None:
    chain = LeakyRNN(n_units=4, weights_rec=Weights(initial="chain"))  # type: ignore[arg-type]
    assert "its 4 units fall into 4 parts" in chain.notes()[0]
    pairs = np.kron(np.eye(2), np.ones((2, 2)))
    apart = LeakyRNN(n_units=4, weights_rec=Weights(connections=pairs))  # type: ignore[arg-type]
    assert "its 4 units fall into 2 parts" in apart.notes()[0]
    assert LeakyRNN(n_units=1).notes() == ()
    assert "4 parts" in LeakyRNN(n_units=4, weights_rec=Weights(initial=Identity())).notes()[0]
    assert LeakyRNN(n_units=30, weights_rec=Weights(connections=Density(0.5))).notes() == ()

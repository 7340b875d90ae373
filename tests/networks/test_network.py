"""`Network`, `from_arrays`, `as_network`: weights from anywhere, and what is refused."""

from __future__ import annotations

import pickle
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from rnnlab.networks import LSTM, LeakyRNN, Network, as_network, from_arrays
from rnnlab.spec import SpecError


def arrays(n: int = 4, n_inputs: int = 3, n_outputs: int = 2) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    shapes = LeakyRNN(n_units=n).parameter_shapes(n_inputs, n_outputs)
    return {name: rng.standard_normal(shape) for name, shape in shapes.items()}


def test_from_arrays_computes_with_what_it_was_given() -> None:
    given = arrays()
    network = from_arrays(form="rate", nonlinearity="tanh", dt=5, tau=50, **given)
    assert (network.n_units, network.n_inputs, network.n_outputs, network.dt) == (4, 3, 2, 5)
    x, u = np.ones((1, 4)), np.ones((1, 3))
    drive = given["W_rec"].sum(1) + given["W_in"].sum(1) + given["b_rec"]
    np.testing.assert_allclose(network.step(x, u)[0], 0.9 + 0.1 * np.tanh(drive))
    np.testing.assert_allclose(network.readout(x)[0], given["W_out"].sum(1) + given["b_out"])
    np.testing.assert_array_equal(network.initial_state(2), np.stack([given["x0"]] * 2))
    np.testing.assert_array_equal(network.rates(x), x)
    assert network.jacobian(x, u).shape == (1, 4, 4)
    np.testing.assert_allclose(network.vjp(x, u, x), x @ network.jacobian(x, u)[0])
    np.testing.assert_array_equal(network.linearise(x, u)[0], network.step(x, u))
    assert network.config.noises == frozenset()


def test_what_is_left_out_is_zero_or_missing() -> None:
    network = from_arrays(nonlinearity="tanh", W_rec=np.eye(3))
    assert (network.n_inputs, network.n_outputs) == (0, 0)
    np.testing.assert_array_equal(network.initial_state(1), np.zeros((1, 3)))
    assert network.step(np.ones((2, 3)), np.zeros((2, 0))).shape == (2, 3)
    assert network.readout(np.ones((2, 3))).shape == (2, 0)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"W_rec": np.ones((4, 5))}, r"W_rec: has shape \(4, 5\), wanted \(unit, unit\)"),
        ({"W_rec": np.ones((0, 0))}, r"W_rec: has shape \(0, 0\), wanted \(unit, unit\)"),
        ({"W_rec": "weights"}, r"W_rec: not an array of numbers: str"),
        ({"W_in": np.ones((3, 4))}, r"W_in: has shape \(3, 4\), wanted \(4, 4\)"),
        ({"W_in": np.ones(4)}, r"W_in: has shape \(4,\), wanted \(4, 4\)"),
        ({"W_out": np.ones((2, 5))}, r"W_out: has shape \(2, 5\), wanted \(2, 4\)"),
        ({"W_out": np.ones(4)}, r"W_out: has shape \(4,\), wanted \(4, 4\)"),
        ({"W_out": 1.0}, r"W_out: has shape \(\), wanted \(0, 4\)"),
        ({"b_rec": np.ones(5)}, r"b_rec: has shape \(5,\), wanted \(4,\)"),
        ({"b_out": np.ones(3)}, r"b_out: has shape \(3,\), wanted \(2,\)"),
        ({"x0": np.ones((1, 4))}, r"x0: has shape \(1, 4\), wanted \(4,\)"),
        ({"b_rec": [0, np.nan, 0, np.inf]}, r"b_rec: 2 of 4 values are not finite"),
        ({"excitatory": 0.5}, r"W_in: \d+ of 12 values break the description's constraints"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        from_arrays(**(arrays() | changes))


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^nonlinearty: .*did you mean 'nonlinearity'\?$"):
        from_arrays(W_rec=np.eye(2), nonlinearty="tanh")


@pytest.mark.parametrize(("name", "meant"), [("nois", "noise"), ("W_inn", "W_in"), ("b_recc", "b_rec")])
def test_a_misspelt_argument_is_named_with_the_closest_there_is(name: str, meant: str) -> None:
    with pytest.raises(ValueError, match=rf"^{name}: from_arrays has no such argument; did you mean '{meant}'\?$"):
        from_arrays(**{name: 1})


def test_recurrent_weights_are_required() -> None:
    with pytest.raises(ValueError, match="W_rec: is missing"):
        from_arrays(W_out=np.ones((1, 3)))


def test_missing_and_unknown_arrays_are_refused() -> None:
    given = arrays()
    del given["b_out"]
    with pytest.raises(ValueError, match="b_out: is missing; a LeakyRNN has W_in, W_rec"):
        Network(LeakyRNN(n_units=4), given)
    with pytest.raises(ValueError, match="W_extra: unknown"):
        Network(LeakyRNN(n_units=4), arrays() | {"W_extra": np.ones(3)})


def test_a_network_does_not_follow_the_arrays_it_was_made_from() -> None:
    given = arrays()
    network = Network(LeakyRNN(n_units=4), given)
    digest = network.digest
    given["W_rec"][:] = 0.0
    assert network.parameters["W_rec"].any()
    assert Network(LeakyRNN(n_units=4), network.parameters).digest == digest
    with pytest.raises(ValueError, match="read-only"):
        network.parameters["W_rec"][0, 0] = 1.0


def test_equal_networks_have_equal_digests_and_nothing_else_does() -> None:
    a, b = (from_arrays(**arrays(), name=name) for name in ("a", "b"))
    assert a == b
    assert hash(a) == hash(b)
    changed = arrays()
    changed["W_rec"][0, 0] += 1e-12
    assert from_arrays(**changed) != a
    assert from_arrays(**arrays(), tau=50) != a
    assert a != "a"
    assert pickle.loads(pickle.dumps(a)) == a


def test_single_precision_weights_keep_their_values() -> None:
    given = {name: array.astype(np.float32) for name, array in arrays().items()}
    network = from_arrays(**given)
    assert all(array.dtype == np.float64 for array in network.parameters.values())
    np.testing.assert_array_equal(network.parameters["W_rec"], given["W_rec"])


def test_what_should_be_known_is_in_a_notebooks_table() -> None:
    network = from_arrays(W_rec=np.array([[0, 0], [1, 0]]))
    assert "the recurrent graph is not strongly connected" in network._repr_html_()
    assert "notes" not in Network.initialised(LeakyRNN(), 1, 1)._repr_html_()


def test_as_network() -> None:
    network = from_arrays(**arrays())
    assert as_network(network) is network
    assert as_network(SimpleNamespace(network=network)) is network
    for nothing in (LeakyRNN(), SimpleNamespace(network=LeakyRNN()), None):
        with pytest.raises(ValueError, match="has no weights; give a Network or a Run"):
            as_network(nothing)


def test_an_untrained_network() -> None:
    config = LeakyRNN(n_units=6, excitatory=0.8)
    network = Network.initialised(config, 3, 2, 7)
    again = Network.initialised(config, 3, 2, np.random.default_rng(7))
    assert network == again
    assert network.equation == config.equation
    np.testing.assert_array_equal(network.unit_signs, config.unit_signs)
    assert Network.initialised(LSTM(n_units=6), 3, 2).n_states == 12


def test_repr_tells_shapes_units_and_digest_never_values() -> None:
    network = from_arrays(**arrays(), name="probe")
    assert repr(network).splitlines() == [
        "LeakyRNN 'probe': 4 units, 3 inputs, 2 outputs, dt 10 ms",
        "  arrays  W_in (4, 3), W_rec (4, 4), W_out (2, 4), b_rec (4,), b_out (2,), x0 (4,)",
        f"  digest  {network.digest[:12]}",
    ]
    assert "1 unit, 0 inputs" in repr(from_arrays(W_rec=[[0.5]]))


def test_html_escapes_names() -> None:
    html = from_arrays(**arrays(), name="<img src=x onerror=alert(1)>")._repr_html_()
    assert "<img" not in html
    assert "&lt;img" in html
    assert "W_rec f(x[t−1])" in html


def test_the_room_loads_neither_torch_nor_scipy() -> None:
    code = "import sys, rnnlab.networks; print(sorted({'torch', 'scipy', 'panel', 'bokeh'} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_starts_for_places_are_asked_for() -> None:
    with pytest.raises(SpecError, match=r'x0: is missing, and start="places" has a state for each place .*; give x0'):
        from_arrays(W_rec=np.eye(3), start="places")
    assert from_arrays(W_rec=np.eye(3), start="places", x0=np.zeros((4, 3))).config.n_starts == 4

"""The LSTM against torch's own, and against PsychRNN's variant written out."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rnnlab.networks import LSTM, unroll
from rnnlab.spec import SpecError


def test_against_torch() -> None:
    """torch orders the gates input, forget, candidate, output."""
    config, rng = LSTM(n_units=7), np.random.default_rng(0)
    p = config.initialise(3, 2, rng)
    p["b_rec"] = rng.standard_normal(28)
    inputs = rng.standard_normal((4, 6, 3))
    order = np.concatenate([np.arange(7) + 7 * block for block in (1, 0, 3, 2)])
    reference = torch.nn.LSTM(3, 7, batch_first=True).double()
    with torch.no_grad():
        reference.weight_ih_l0.copy_(torch.tensor(p["W_in"][order]))
        reference.weight_hh_l0.copy_(torch.tensor(p["W_rec"][order]))
        reference.bias_ih_l0.copy_(torch.tensor(p["b_rec"][order]))
        reference.bias_hh_l0.zero_()
        hidden, (_, memory) = reference(torch.tensor(inputs))
    states = unroll(config, p, inputs).states
    np.testing.assert_allclose(states[:, :, :7], hidden.numpy(), rtol=0, atol=1e-14)
    np.testing.assert_allclose(states[:, -1, 7:], memory[0].numpy(), rtol=0, atol=1e-14)


def test_psychrnn_squashes_the_memory_by_a_sigmoid() -> None:
    rng = np.random.default_rng(1)
    config = LSTM(n_units=3, cell_output="sigmoid")
    p = config.initialise(2, 1, rng)
    h, c, u = rng.standard_normal((1, 3)), rng.standard_normal((1, 3)), rng.standard_normal((1, 2))
    drive = [p["W_rec"][3 * k : 3 * k + 3] @ h[0] + p["W_in"][3 * k : 3 * k + 3] @ u[0] for k in range(4)]
    drive = [d + p["b_rec"][3 * k : 3 * k + 3] for k, d in enumerate(drive)]
    f, i, o = (1 / (1 + np.exp(-d)) for d in drive[:3])
    memory = f * c[0] + i * np.tanh(drive[3])
    new = config.step(p, np.hstack([h, c]), u)
    np.testing.assert_allclose(new[0, 3:], memory, rtol=1e-13)
    np.testing.assert_allclose(new[0, :3], o / (1 + np.exp(-memory)), rtol=1e-13)


def test_gates_start_as_promised() -> None:
    p = LSTM(n_units=5).initialise(2, 1, np.random.default_rng(0))
    np.testing.assert_array_equal(p["b_rec"], [1.0] * 5 + [0.0] * 15)
    assert list(LSTM(n_units=5).recurrent_matrices(p)) == ["forget", "input", "output", "candidate"]


def test_it_counts_steps_not_milliseconds() -> None:
    with pytest.raises(SpecError, match=r"LSTM\.dt: an LSTM has no time constant; .* use dt=10"):
        LSTM().at(5)
    assert LSTM().at(10) == LSTM()

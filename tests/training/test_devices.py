"""Training on a GPU: the same trials and noise, and everything where it belongs. No GPU is needed to see that."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

import rnnlab as rl
from rnnlab.networks import LeakyRNN
from rnnlab.runs import Experiment, Training

HOME = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def found() -> Any:
    command = [sys.executable, "-m", "tests.training.trained_elsewhere"]
    done = subprocess.run(command, cwd=HOME, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_every_kind_of_training_ends_elsewhere_with_the_same_weights(found: Any) -> None:
    """Cells, equations, constraints, losses, penalties, optimisers; resumed, side by side; alike to rounding."""
    assert len(found["apart"]) > 60
    wrong = {name: apart for name, apart in found["apart"].items() if isinstance(apart, str) or not apart < 1e-6}
    assert not wrong


def test_a_divergence_elsewhere_is_told_as_ever(found: Any) -> None:
    assert found["diverged"].startswith("rate of unit")


def test_a_tensor_made_here_by_mistake_would_be_noticed(found: Any) -> None:
    assert found["met"].endswith("tensors here and elsewhere meet")


def test_without_a_gpu_one_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    training = Training(updates=1, device="cuda")
    experiment = Experiment(rl.tasks.get("perceptual_discrimination"), LeakyRNN(n_units=8), training)
    with pytest.raises(ValueError, match=r"training\.device: cuda: this torch finds no GPU; give cpu"):
        list(rl.train(experiment))

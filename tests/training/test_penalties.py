"""Penalties against plain loops over numbers, and their gradients against finite differences."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from rnnlab import runs, tasks
from rnnlab.events import Evaluated, Updated
from rnnlab.networks import LSTM, NETWORKS, LeakyRNN, LowRankRNN, unroll
from rnnlab.runs import Experiment
from rnnlab.runs.penalties import AnyPenalty
from rnnlab.spec import SpecError
from rnnlab.training import train
from rnnlab.training.engine import engine_for
from rnnlab.training.flat import FlatParameters
from rnnlab.training.losses import masked_squared_error
from rnnlab.training.noise import Noise
from rnnlab.training.penalties import Penalties, Seen, without_opposition
from rnnlab.training.penalties.apply import penalty_value
from rnnlab.training.penalties.vanishing import omega
from rnnlab.training.trainer import Trainer
from rnnlab.training.trials import Trials
from tests.training.small import NETWORKS as SMALL
from tests.training.small import small

T, K, N = 6, 4, 5
NETWORK = LeakyRNN(n_units=N, excitatory=0.6, nonlinearity="tanh", noise=0.0)


def draw(*shape: int) -> Tensor:
    return torch.from_numpy(np.random.default_rng(sum(shape)).standard_normal(shape))


def seen(network: LeakyRNN = NETWORK, **given: Tensor) -> Seen:
    """A batch of arbitrary numbers: ``rates``, ``W_rec`` ... may be given."""
    n = network.n_units
    p = {"W_in": draw(n, 3), "W_rec": draw(n, n), "W_out": draw(2, n), "b_rec": draw(n)}
    p |= {name: a for name, a in given.items() if name in p}
    targets = draw(2, T, K)
    targets[:, :, 2] = targets[:, :, 0]  # trials 0 and 2 ask for the same
    parts = {"inputs": draw(T, K, 3), "outputs": draw(2, T, K), "rates": draw(T, K, n), "states": draw(T, K, n)}
    parts |= {name: a for name, a in given.items() if name in parts}
    return Seen(network, p, targets=targets, **parts)


# ------------------------------------------------------------------------------------- the same, number by number


def values(a: Tensor) -> list[float]:
    return [float(x) for x in a.flatten()]


def l1(s: Seen) -> float:
    return statistics.fmean(abs(w) for w in values(s.p["W_in"]))


def l2(s: Seen) -> float:
    return statistics.fmean(w * w for w in values(s.p["W_out"]))


def cap(s: Seen) -> float:
    total, c = 0.0, 0.4 * math.log(101) / math.log(1 + N)
    for i in range(N):
        for j in range(N):
            limit = c if j < 3 else c * 3 / 2  # three excitatory units and two inhibitory ones
            total += max(abs(float(s.p["W_rec"][i, j])) / limit - 1, 0) ** 3
    return total / N**2


def in_degree(s: Seen) -> float:
    total = 0.0
    for i in range(N):
        row = values(s.p["W_rec"][i])
        degree = sum(map(abs, row)) ** 2 / sum(w * w for w in row)
        total += max(degree - 2, 0) ** 2 / 4
    return total / N


def cosines(columns: list[list[float]]) -> list[float]:
    def norm(c: list[float]) -> float:
        return math.sqrt(sum(x * x for x in c))

    pairs = [(a, b) for a in columns for b in columns if a is not b]
    return [sum(x * y for x, y in zip(a, b, strict=True)) / norm(a) / norm(b) for a, b in pairs]


def orthogonal(s: Seen) -> float:
    return math.sqrt(statistics.fmean(c * c for c in cosines([values(c) for c in s.p["W_in"].T])))


def orthogonal_outputs(s: Seen) -> float:
    columns = [values(c) for c in s.p["W_in"].T] + [values(c) for c in s.p["W_out"]]
    return math.sqrt(sum(c * c for c in cosines(columns)))


def wiring(s: Seen) -> float:
    places = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1)]
    costs = [abs(float(s.p["W_rec"][i, j])) * (1 + math.dist(places[i], places[j])) for i in range(N) for j in range(N)]
    return statistics.fmean(costs)


def rates(s: Seen) -> float:
    return statistics.fmean(abs(r) ** 3 for r in values(s.rates))


def final(s: Seen) -> float:
    return statistics.fmean(math.sqrt(sum(r * r for r in values(s.rates[-1, k]))) for k in range(K))


def drive(s: Seen) -> float:
    total = 0.0
    for t in range(T):
        for k in range(K):
            for i in range(N):
                total += sum(float(s.p["W_rec"][i, j] * s.rates[t, k, j]) for j in range(N)) ** 2 / (K * N)
    return total


def overshoot(s: Seen, what: Tensor, sides: str) -> list[float]:
    costs = []
    for i in range(N):
        r = values(what[:, :, i])
        w = [math.exp(4.0 * x / 0.8) for x in r]
        off = sum(a * b for a, b in zip(w, r, strict=True)) / sum(w) / 0.8 - 1
        costs.append((abs(off) if sides == "both" else max(off, 0)) ** 3)
    return costs


def rate_cap(s: Seen) -> float:
    return statistics.fmean(overshoot(s, s.rates, "both"))


def state_cap(s: Seen) -> float:
    costs = overshoot(s, s.states.abs(), "above")
    return math.log(statistics.fmean(map(math.exp, costs)))


def activities(what: Tensor) -> list[float]:
    a = [statistics.fmean(map(abs, values(what[:, :, i]))) for i in range(N)]
    return [min(x, 1.1 * statistics.median(a)) for x in a]


def gini(s: Seen) -> float:
    a = activities(s.rates)
    return sum(abs(x - y) for x in a for y in a) / (2 * N * (N - 1)) / statistics.fmean(a)


def herfindahl(s: Seen) -> float:
    a = activities(drives(s))
    shares = [x / sum(a) for x in a]
    return (N * sum(x * x for x in shares) - 1) / (N - 1)


def drives(s: Seen) -> Tensor:
    """W_rec r[t] + W_in u[t + 1] + b, the last input once more."""
    found = torch.zeros_like(s.rates)
    for t in range(T):
        for k in range(K):
            u = s.inputs[min(t + 1, T - 1), k]
            found[t, k] = s.p["W_rec"] @ s.rates[t, k] + s.p["W_in"] @ u + s.p["b_rec"]
    return found


def shared(s: Seen) -> float:
    h = drives(s)
    common = statistics.pvariance([statistics.fmean(values(h[t, k])) for t in range(T) for k in range(K)])
    return common / statistics.fmean(statistics.pvariance(values(h[:, :, i])) for i in range(N))


def dimensionality(s: Seen) -> float:
    values_ = np.linalg.svd(s.rates.reshape(-1, N).numpy() - s.rates.reshape(-1, N).numpy().mean(0))[1] ** 2
    return float(values_[2:].sum() / values_.sum())


def clusters(s: Seen) -> float:
    units = [values(s.rates[:, :, i]) for i in range(N)]
    pairs = [(i, j) for i in range(N) for j in range(i) if (i < 3) == (j < 3)]
    distances = [math.dist(units[i], units[j]) for i, j in pairs]
    q = float(np.quantile(distances, 0.9))
    return statistics.fmean(triangle(d / q) for d in distances)


def triangle(x: float) -> float:
    return x / 0.5 if x < 0.5 else max((1.1 - x) / 0.6, 0.0)


def trial_variance(s: Seen) -> float:
    total = 0.0
    for z in s.outputs.reshape(-1, K).tolist():
        total += 2 * ((z[0] - z[2]) / 2) ** 2  # trials 0 and 2 ask for the same; 1 and 3 are alone
    return total / sum(x * x for x in values(s.outputs))


CASES: dict[str, tuple[AnyPenalty, Callable[[Seen], float], tuple[str, ...]]] = {
    "L1": (runs.L1(of="W_in"), l1, ("W_in",)),
    "L2": (runs.L2(of="W_out"), l2, ("W_out",)),
    "weight cap": (runs.WeightCap(cap=0.4, power=3), cap, ("W_rec",)),
    "in-degree": (runs.InDegree(degree=2), in_degree, ("W_rec",)),
    "orthogonality": (runs.Orthogonality(), orthogonal, ("W_in",)),
    "orthogonality, outputs": (runs.Orthogonality(outputs=True, size="norm"), orthogonal_outputs, ("W_in", "W_out")),
    "wiring cost": (runs.WiringCost(), wiring, ("W_rec",)),
    "rates": (runs.Rates(power=3), rates, ("rates",)),
    "final rates": (runs.FinalRates(), final, ("rates",)),
    "recurrent drive": (runs.RecurrentDrive(), drive, ("rates", "W_rec")),
    "rate cap": (runs.RateCap(cap=0.8, sharpness=4), rate_cap, ("rates",)),
    "state cap": (
        runs.RateCap(cap=0.8, sharpness=4, sides="above", of="states", over_units="worst"),
        state_cap,
        ("states",),
    ),
    "gini": (runs.Inequality(limit=1.1), gini, ("rates",)),
    "herfindahl": (runs.Inequality(of="drives", index="herfindahl", limit=1.1), herfindahl, ("rates", "W_rec")),
    "shared drive": (runs.SharedDrive(), shared, ("rates", "W_rec", "inputs")),
    "dimensionality": (runs.Dimensionality(dimensions=2), dimensionality, ("rates",)),
    "clusters": (runs.Clusters(near=0.5, far=1.1), clusters, ("rates",)),
    "trial variance": (runs.TrialVariance(), trial_variance, ("outputs",)),
}
HELD = {"gini", "herfindahl", "clusters"}
"""A quantile in them is taken as given, so finite differences would see more."""


@pytest.mark.parametrize("case", CASES)
def test_value_is_the_formula(case: str) -> None:
    penalty, formula, _ = CASES[case]
    found = float(penalty_value(penalty, seen()))
    assert found == pytest.approx(formula(seen()), rel=1e-9)
    assert found > 0


def number(s: Seen, name: str) -> Tensor:
    found: Tensor = s.p[name] if name in s.p else getattr(s, name)
    return found


@pytest.mark.parametrize("case", [case for case in CASES if case not in HELD])
def test_gradient_is_the_derivative(case: str) -> None:
    penalty, _, names = CASES[case]
    given = [number(seen(), name).clone().requires_grad_() for name in names]
    assert torch.autograd.gradcheck(
        lambda *a: penalty_value(penalty, seen(**dict(zip(names, a, strict=True)))), given, fast_mode=True
    )


@pytest.mark.parametrize("case", sorted(HELD))
def test_what_is_held_has_no_gradient(case: str) -> None:
    """The penalty is of degree zero in the rates only because of the quantile: without it, scaling changes it."""
    penalty, _, _ = CASES[case]
    rates_ = draw(T, K, N).requires_grad_()
    value = penalty_value(penalty, seen(rates=rates_))
    (gradient,) = torch.autograd.grad(value, rates_)
    assert torch.isfinite(gradient).all() and bool(gradient.any())


def test_every_kind_has_a_case() -> None:
    kinds = {type(penalty) for penalty, *_ in CASES.values()} | {runs.VanishingGradient}
    assert kinds == set(AnyPenalty.__args__)


MATRICES = [
    (name, matrix)
    for name, cell in NETWORKS.items()
    for matrix in sorted(cell().trainable)
    if matrix.lower().startswith("w_")
]


@pytest.mark.parametrize(("name", "matrix"), MATRICES)
def test_each_matrix_of_every_cell_can_be_kept_small(name: str, matrix: str) -> None:
    network = NETWORKS[name](n_units=4)
    parameters, trials = batch(network)  # type: ignore[arg-type]
    both = runs.L1(of=matrix, weight=2.0), runs.L2(of=matrix)  # type: ignore[arg-type]
    Experiment(tasks.get("delayed_discrimination"), network, runs.Training(penalties=both))
    penalties = Penalties(network, both, False)  # type: ignore[arg-type]
    found = penalties.backward(engine_for(network, "fast"), parameters, trials, None, masked_squared_error)  # type: ignore[arg-type]
    W = network.effective({key: array.detach().numpy() for key, array in parameters.raw.items()})[matrix]
    assert found[2:] == pytest.approx((2 * statistics.fmean(abs(W).flat), 0.01 * statistics.fmean((W**2).flat)))


@pytest.mark.parametrize("penalty", [runs.Orthogonality(), runs.InDegree(), runs.Inequality(), runs.Clusters()])
def test_nothing_there_gives_a_number(penalty: AnyPenalty) -> None:
    zeros = {"W_in": torch.zeros(N, 3), "W_rec": torch.zeros(N, N), "rates": torch.zeros(T, K, N)}
    given = {name: a.double().requires_grad_() for name, a in zeros.items()}
    value = penalty_value(penalty, seen(**given))
    value.backward()
    assert math.isfinite(value.item())
    assert all(a.grad is None or bool(torch.isfinite(a.grad).all()) for a in given.values())


# ---------------------------------------------------------------------------------------------------------- Omega


def three_units(form: str = "current") -> tuple[LeakyRNN, dict[str, Any], Tensor, Tensor, Tensor]:
    network = LeakyRNN(n_units=3, nonlinearity="tanh", tau=50.0, form=form, noise=0.0)
    p = {
        "W_in": draw(3, 2),
        "W_rec": draw(3, 3),
        "b_rec": draw(3),
        "W_out": draw(1, 3),
        "b_out": draw(1),
        "x0": draw(3),
    }
    return network, p, draw(5, 4, 3), draw(5, 4, 2), draw(4, 5, 3).permute(1, 0, 2)


@pytest.mark.parametrize("pairing", ["same", "next"])
@pytest.mark.parametrize("bound", [1e-20, 2.0])
def test_omega_is_the_formula(pairing: str, bound: float) -> None:
    """num = |(1 - a) d + ((a d) W_rec) f'(x)|^2 and den = |d|^2, number by number."""
    network, p, x, following, d = three_units()
    a, W, total, counted = network.dt / 50.0, p["W_rec"], 0.0, 0
    for t in range(5 if pairing == "same" else 4):
        for k in range(4):
            v = d[t if pairing == "same" else t + 1, k]
            den = float(sum(v**2))
            if den < bound:
                continue
            through = [sum(a * float(v[i] * W[i, j]) for i in range(3)) for j in range(3)]
            slopes = [1 - math.tanh(float(x[t, k, j])) ** 2 for j in range(3)]
            num = sum(((1 - a) * float(v[j]) + through[j] * slopes[j]) ** 2 for j in range(3))
            total, counted = total + (num / den - 1) ** 2, counted + 1
    assert counted > 0
    assert (bound < 1) == (counted == (20 if pairing == "same" else 16))
    assert float(omega(network, p, x, following, d, pairing, bound)) == pytest.approx(total / counted, rel=1e-9)


@pytest.mark.parametrize("form", ["current", "rate"])
@pytest.mark.parametrize("pairing", ["same", "next"])
def test_gradient_of_omega_is_the_derivative(form: str, pairing: str) -> None:
    network, p, x, following, d = three_units(form)
    W, step = p["W_rec"].clone().requires_grad_(), 1e-6

    def value(matrix: Tensor) -> Tensor:
        return omega(network, p | {"W_rec": matrix}, x, following, d, pairing, 1e-20)

    (gradient,) = torch.autograd.grad(value(W), W)
    for i in range(3):
        for j in range(3):
            nudge = torch.zeros(3, 3, dtype=torch.float64)
            nudge[i, j] = step
            wanted = float(value(p["W_rec"] + nudge) - value(p["W_rec"] - nudge)) / (2 * step)
            assert float(gradient[i, j]) == pytest.approx(wanted, rel=1e-5, abs=1e-8)


def test_the_scale_of_the_gradient_does_not_matter_to_omega() -> None:
    """Also where its square is too small for single precision."""
    network, p, x, following, d = three_units()
    single = {name: a.float() for name, a in p.items()}
    tiny = omega(network, single, x.float(), following.float(), (1e-30 * d).float(), "next", 1e-80)
    assert float(tiny) == pytest.approx(float(omega(network, p, x, following, d, "next", 1e-20)), rel=1e-4)
    assert float(omega(network, single, x.float(), following.float(), (1e-30 * d).float(), "next", 1e-20)) == 0.0


# ------------------------------------------------------------------------------------------- joined with the loss


def batch(network: LeakyRNN | LSTM | LowRankRNN) -> tuple[FlatParameters, Trials]:
    raw = network.initialise(3, 2, np.random.default_rng(0))
    parameters = FlatParameters(network.parameter_shapes(3, 2), network.trainable, torch.float64)
    parameters.load(parameters.values, raw)
    return parameters, Trials(draw(7, 4, 3), draw(2, 7, 4), torch.ones(2, 7, 4, dtype=torch.float64))


ALL = tuple(penalty for penalty, *_ in CASES.values())


NOT_FOR_GATES = {"one for each pair": runs.WiringCost(), "come from fewer": CASES["orthogonality, outputs"][0]}


@pytest.mark.parametrize("extra", [(), (runs.VanishingGradient(),), (runs.VanishingGradient(pairing="same"),)])
@pytest.mark.parametrize("protect", [False, True])
@pytest.mark.parametrize("network", SMALL)
def test_fast_and_plain_engine_agree_on_all_penalties_at_once(network: str, protect: bool, extra: tuple) -> None:
    found = {}
    for kind in ("fast", "autograd"):
        parameters, trials = batch(SMALL[network])
        wanted = tuple(penalty for penalty in ALL if network != "lstm" or penalty not in NOT_FOR_GATES.values())
        penalties = Penalties(SMALL[network], wanted + extra, protect)
        engine = engine_for(SMALL[network], kind)
        noise = Noise("table", 0, "noise", 1)
        loss = penalties.backward(engine, parameters, trials, noise, masked_squared_error)[:2]
        found[kind] = torch.cat([torch.tensor(loss), parameters.gradient])
    assert torch.allclose(found["fast"], found["autograd"], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("network", ["leaky", "rate"])
def test_gradient_of_loss_and_penalties_is_the_derivative(network: str) -> None:
    """Through the whole network, for penalties on weights and rates, by finite differences along random directions."""
    config = SMALL[network].replace(nonlinearity="softplus")
    penalties = Penalties(
        config, (runs.Rates(weight=0.5), runs.RecurrentDrive(), runs.L2(), runs.TrialVariance()), False
    )
    parameters, trials = batch(config)
    engine, noise = engine_for(config, "fast"), Noise("table", 0, "noise", 1)

    def total() -> float:
        parameters.gradient.zero_()
        return sum(penalties.backward(engine, parameters, trials, noise, masked_squared_error)[:2])

    total()
    gradient, start = parameters.gradient.clone(), parameters.values.clone()
    trained = torch.cat([torch.full((a.numel(),), float(a.requires_grad)) for a in parameters.raw.values()]).double()
    for seed in range(3):
        direction = trained * torch.from_numpy(np.random.default_rng(seed).standard_normal(len(start)))
        ends = []
        for sign in (1, -1):
            with torch.no_grad():
                parameters.values.copy_(start + sign * 1e-6 * direction)
            ends.append(total())
        assert (ends[0] - ends[1]) / 2e-6 == pytest.approx(float(gradient @ direction), rel=1e-5)


def test_omega_moves_nothing_but_recurrent_weights() -> None:
    config = SMALL["leaky"]
    gradients = []
    for wanted in ((runs.L1(weight=0.0),), (runs.VanishingGradient(weight=3.0),)):
        parameters, trials = batch(config)
        penalties = Penalties(config, wanted, False)
        penalties.backward(engine_for(config, "fast"), parameters, trials, None, masked_squared_error)
        gradients.append(parameters.named(parameters.gradient))
    changed = {name for name in gradients[0] if not torch.allclose(gradients[0][name], gradients[1][name])}
    assert changed == {"W_rec"}


def test_the_last_step_is_each_trials_own() -> None:
    """Of trials of a task that differ in length, followed one by one without what they are filled up with."""
    described = small(penalties=(runs.FinalRates(weight=1.0),), dtype="float64", validation_trials=4)
    trainer = Trainer(described.replace(network__noise=0.0, network__input_noise=0.0, network__output_noise=0.0))
    batch = described.task.sample(6, dt=20, seed=runs.stream(described.seed, "batch", 0))
    assert len(set(batch.lengths.tolist())) > 1
    p, config, norms = trainer.learner.effective(), trainer.experiment.network, []
    for inputs, n in zip(batch.inputs.astype(float), batch.lengths, strict=True):
        last = unroll(config, p, inputs[None, :n]).states[:, -1]
        norms.append(math.sqrt(sum(r * r for r in config.rates(p, last)[0])))
    assert trainer.advance().penalty == pytest.approx(statistics.fmean(norms), rel=1e-9)


# ------------------------------------------------------------------------------------------------- of low rank


def made(p: dict[str, Tensor]) -> Tensor:
    """W_to W_from^T / N, with the random part where there is one, number by number."""
    W = torch.zeros(N, N, dtype=torch.float64)
    for i in range(N):
        for j in range(N):
            W[i, j] = sum(p["W_to"][i, k].item() * p["W_from"][j, k].item() for k in range(2)) / N
            W[i, j] += p["W_random"][i, j].item() if "W_random" in p else 0.0
    return W


def without_signs(s: Seen) -> float:
    limit = 0.4 * math.log(101) / math.log(1 + N)
    return statistics.fmean(max(abs(w) / limit - 1, 0) ** 3 for w in values(s.p["W_rec"]))


OF_LOW_RANK: dict[str, tuple[AnyPenalty, Callable[[Seen], float]]] = {
    "L1": (runs.L1(), lambda s: statistics.fmean(abs(w) for w in values(s.p["W_rec"]))),
    "L2": (runs.L2(), lambda s: statistics.fmean(w * w for w in values(s.p["W_rec"]))),
    "weight cap": (runs.WeightCap(cap=0.4, power=3), without_signs),
    "in-degree": (runs.InDegree(degree=2), in_degree),
    "wiring cost": (runs.WiringCost(), wiring),
    "recurrent drive": (runs.RecurrentDrive(), drive),
    "herfindahl": (runs.Inequality(of="drives", index="herfindahl", limit=1.1), herfindahl),
    "shared drive": (runs.SharedDrive(), shared),
}


def low_rank(random: float) -> tuple[LowRankRNN, FlatParameters, Trials]:
    network = LowRankRNN(n_units=N, rank=2, random=random, overlap=1.5, noise=0.0, nonlinearity="tanh")
    parameters, trials = batch(network)
    return network, parameters, Trials(trials.inputs[:T], trials.targets[:, :T], trials.mask[:, :T])


@pytest.mark.parametrize("random", [0.0, 0.8])
@pytest.mark.parametrize("case", OF_LOW_RANK)
def test_of_low_rank_the_whole_matrix_is_meant(case: str, random: float) -> None:
    """Also as a part of an experiment; the penalty's slope is followed through the network by finite differences."""
    penalty, formula = OF_LOW_RANK[case]
    network, parameters, trials = low_rank(random)
    Experiment(tasks.get("delayed_discrimination"), network, runs.Training(penalties=(penalty,)))
    penalties, engine = Penalties(network, (penalty.replace(weight=1.0),), False), engine_for(network, "fast")
    p = {name: a.detach().clone() for name, a in parameters.raw.items()}
    passage = engine.passage(p, trials.inputs, None)
    by_hand = Seen(
        network, p | {"W_rec": made(p)}, trials.inputs, passage.outputs, trials.targets, passage.rates, passage.states
    )

    def total() -> float:
        parameters.gradient.zero_()
        return sum(penalties.backward(engine, parameters, trials, None, masked_squared_error)[:2])

    parameters.gradient.zero_()
    added = penalties.backward(engine, parameters, trials, None, masked_squared_error)[1]
    assert added == pytest.approx(formula(by_hand), rel=1e-9)
    gradients = {name: a.clone() for name, a in parameters.named(parameters.gradient).items()}
    for name, at in (("W_to", (1, 0)), ("W_from", (3, 1)), ("W_in", (2, 2))):
        ends = []
        for step in (1e-6, -1e-6):
            with torch.no_grad():
                parameters.raw[name][at] += step
            ends.append(total())
            with torch.no_grad():
                parameters.raw[name][at] -= step
        if case not in HELD:
            assert float(gradients[name][at]) == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-4, abs=1e-8)
    assert not gradients.get("W_random", torch.zeros(1)).any()


@pytest.mark.parametrize("random", [0.0, 0.8])
def test_omega_of_low_rank_is_that_of_the_whole_matrix(random: float) -> None:
    """In value, and by the chain rule from W_rec to what it is made of; nothing else is moved."""
    network, parameters, trials = low_rank(random)
    engine, kind = engine_for(network, "fast"), runs.VanishingGradient(weight=1.0)
    found = Penalties(network, (kind,), False).backward(engine, parameters, trials, None, masked_squared_error)
    both = {name: a.clone() for name, a in parameters.named(parameters.gradient).items()}
    parameters.gradient.zero_()
    Penalties(network, (runs.Rates(weight=0.0),), False).backward(
        engine, parameters, trials, None, masked_squared_error
    )
    own = {name: both[name] - a for name, a in parameters.named(parameters.gradient).items()}
    p = {name: a.detach().clone().requires_grad_() for name, a in parameters.raw.items()}
    passage = engine.passage(p, trials.inputs, None)
    masked_squared_error(passage.outputs, trials.targets, trials.mask).backward()
    d, x, W = passage.state_gradients(), passage.states.detach(), made(p).requires_grad_()
    alpha, ratios = network.dt / network.tau, []
    for t in range(T - 1):
        for k in range(K):
            v = d[t + 1, k]
            sent = (1 - alpha) * v + alpha * (v @ W) * (1 - torch.tanh(x[t, k]) ** 2)
            ratios.append((sent @ sent / (v @ v) - 1) ** 2)
    value = torch.stack(ratios).mean()
    assert found[1] == pytest.approx(value.item(), rel=1e-9)
    (by_W,) = torch.autograd.grad(value, W)
    wanted = {"W_to": by_W @ p["W_from"] / N, "W_from": by_W.T @ p["W_to"] / N}
    for name, gradient in own.items():
        expected = wanted[name].detach() if name in wanted else torch.zeros_like(gradient)
        assert torch.allclose(gradient, expected, rtol=1e-8, atol=1e-12), name


def test_what_opposes_the_task_is_left_out() -> None:
    task, against = torch.tensor([2.0, 0.0]), torch.tensor([-1.0, 3.0])
    assert without_opposition(against, task).tolist() == [0.0, 3.0]
    assert without_opposition(-against, task).tolist() == [1.0, -3.0]
    assert without_opposition(against, torch.zeros(2)).tolist() == [-1.0, 3.0]


def test_a_protected_task_keeps_its_slope() -> None:
    """However strong the penalty: the joint gradient goes down the loss at least as the loss's own does."""
    config = SMALL["leaky"]
    dots = {}
    for protect in (False, True):
        parameters, trials = batch(config)
        engine = engine_for(config, "fast")
        masked_squared_error(
            engine.outputs(config.effective(parameters.raw), trials.inputs, None), trials.targets, trials.mask
        ).backward()
        task = parameters.gradient.clone()
        parameters.gradient.zero_()
        penalties = Penalties(config, (runs.Rates(weight=1e3), runs.L2(weight=1e3, of="W_out")), protect)
        penalties.backward(engine, parameters, trials, None, masked_squared_error)
        dots[protect] = float(parameters.gradient @ task) / float(task @ task)
    assert dots[True] >= 1.0 - 1e-9
    assert dots[False] < 0.0 or dots[True] == pytest.approx(dots[False])


# ------------------------------------------------------------------------------------------------ in experiments


def test_a_penalty_on_rates_lowers_them() -> None:
    def cost(weight: float) -> float:
        fields = {"updates": 60, "evaluate_every": 60, "learning_rate": 0.01}
        events = list(train(small(penalties=(runs.Rates(weight=weight),), **fields)))
        found = [event.penalty for event in events if isinstance(event, Updated)]
        return found[-1] / found[0]

    assert cost(30.0) < 0.5 < cost(1e-9)


def test_penalties_are_said_beside_the_loss() -> None:
    plain, added = (
        next(event for event in train(small(penalties=penalties)) if isinstance(event, Updated))
        for penalties in ((), (runs.L2(weight=2.0),))
    )
    assert added.loss == pytest.approx(plain.loss, rel=1e-6)
    first = next(event for event in train(small()) if isinstance(event, Evaluated))
    assert plain.penalty == 0.0
    assert added.penalty == pytest.approx(2.0 * float((first.parameters["W_rec"] ** 2).mean()), rel=1e-5)


@pytest.mark.parametrize("why", NOT_FOR_GATES)
def test_penalties_that_gates_cannot_have_are_refused(why: str) -> None:
    with pytest.raises(SpecError, match=why) as caught:
        small("lstm", penalties=(runs.L1(), NOT_FOR_GATES[why]))
    assert caught.value.path == "Experiment.training.penalties[1]"


def test_penalties_are_part_of_the_experiment_and_its_script() -> None:
    experiment = small(penalties=(runs.L1(weight=0.5), runs.RateCap(), "Sussillo"), protect_task=True)
    assert type(experiment).from_json(experiment.to_json()) == experiment
    assert "rl.runs.L1(weight=0.5), rl.runs.RateCap(), rl.runs.RecurrentDrive()" in " ".join(
        experiment.script().split()
    )

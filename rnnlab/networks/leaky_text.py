"""The leaky network's equations in force, as text for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rnnlab.networks.nonlinearity import Linear

if TYPE_CHECKING:
    from rnnlab.networks.leaky import LeakyRNN


def leaky_equation(config: LeakyRNN) -> str:
    """The lines: state, rate and seen input where they are not plain, output, numbers."""
    lines = [_state(config), _seen_input(config), _output(config), f"f(x) = {config.nonlinearity.formula}"]
    if config.output_nonlinearity != Linear():
        lines.append(f"g(x) = {config.output_nonlinearity.formula}")
    return "\n".join(line for line in (*lines, _constraint(config), _numbers(config)) if line)


def _state(config: LeakyRNN) -> str:
    source = "f(x[t−1])" if config.form == "current" else "x[t−1]"
    seen = "v" if _seen_input(config) else "u"
    index = "t" if config.lag == 0 else "t−1"
    drive = f"W_rec {source} + W_in {seen}[{index}] + b_rec"
    noisy = "recurrent" in config.noises
    if noisy and config.noise_at == "drive":
        drive += " + √(2/α) σ ξ[t]"
    bracket = f"({drive})" if config.form == "current" else f"f({drive})"
    damping = " − α γ x[t−1]³" if config.damping else ""
    noise = " + √(2α) σ ξ[t]" if noisy and config.noise_at == "state" else ""
    return f"x[t] = (1 − α) x[t−1] + α {bracket}{damping}{noise}"


def _seen_input(config: LeakyRNN) -> str:
    terms = "u[t]"
    terms += f" + {config.input_baseline:g}" if config.input_baseline else ""
    terms += " + √(2τ/dt) σ_in ξ_in[t]" if config.input_noise else ""
    terms = f"max({terms}, 0)" if config.input_rectified else terms
    return "" if terms == "u[t]" else f"v[t] = {terms}"


def _output(config: LeakyRNN) -> str:
    rates = "f(x[t])" if config.form == "current" else "x[t]"
    rates = f"({rates} + √(2/α) σ_out ξ_out[t])" if config.output_noise else rates
    linear = f"W_out {rates} + b_out"
    return f"z[t] = {linear}" if config.output_nonlinearity == Linear() else f"z[t] = g({linear})"


def _constraint(config: LeakyRNN) -> str:
    n_excitatory, n = int((config.unit_signs > 0).sum()), config.n_units
    dale = f"{n_excitatory} excitatory, {n - n_excitatory} inhibitory units; excitatory units read out"
    return "; ".join(
        text for text, holds in ((dale, config.excitatory is not None), ("no autapses", not config.autapses)) if holds
    )


def _numbers(config: LeakyRNN) -> str:
    spread = [("α", config.alpha), ("τ", config.tau)]
    if "recurrent" in config.noises:
        spread.append(("σ", config.noise))
    single = [("σ_in", config.input_noise), ("σ_out", config.output_noise), ("γ", config.damping)]
    texts = [f"{name} = {_range(value)}{' ms' if name == 'τ' else ''}" for name, value in spread]
    return ", ".join([*texts, *(f"{name} = {value:g}" for name, value in single if value)])


def _range(value: object) -> str:
    values = [float(v) for v in value] if hasattr(value, "__iter__") else [float(value)]  # type: ignore[arg-type]
    low, high = min(values), max(values)
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"

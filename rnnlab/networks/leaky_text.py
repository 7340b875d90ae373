"""The leaky network's equations in force, as text for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rnnlab.networks.cell_text import learning_text, start_text
from rnnlab.networks.nonlinearity import Linear
from rnnlab.networks.wired_text import connections_text, frozen_text, joined, signs_text

if TYPE_CHECKING:
    from rnnlab.networks.leaky import LeakyRNN


def leaky_equation(config: LeakyRNN) -> str:
    """The lines: state, seen input where it is not plain, output, start, functions, constraints, numbers."""
    lines = [_state(config), _seen_input(config), _output(config), start_text(config)]
    lines.append(f"f(x) = {config.nonlinearity.formula}")
    if config.output_nonlinearity != Linear():
        lines.append(f"g(x) = {config.output_nonlinearity.formula}")
    lines += [signs_text(config), connections_text(config), joined(_learning(config)), _numbers(config)]
    return "\n".join(line for line in lines if line)


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
    tau = "τ_in" if _own_input_tau(config) else "τ"
    terms += f" + √(2{tau}/dt) σ_in ξ_in[t]" if "input" in config.noises else ""
    terms = f"max({terms}, 0)" if config.input_rectified else terms
    return "" if terms == "u[t]" else f"v[t] = {terms}"


def _output(config: LeakyRNN) -> str:
    rates = "f(x[t])" if config.form == "current" else "x[t]"
    rates = f"({rates} + √(2/α) σ_out ξ_out[t])" if config.output_noise else rates
    linear = f"W_out {rates} + b_out"
    return f"z[t] = {linear}" if config.output_nonlinearity == Linear() else f"z[t] = g({linear})"


def _learning(config: LeakyRNN) -> tuple[str, ...]:
    bounds = config.bias_range
    bounded = "" if bounds is None else f"b_rec between {bounds[0]:g} and {bounds[1]:g}"
    return frozen_text(config), bounded, learning_text(config)


def _numbers(config: LeakyRNN) -> str:
    spread = [("α", config.alpha), ("τ", config.tau)]
    if "recurrent" in config.noises:
        spread.append(("σ", config.noise))
    if "input" in config.noises:
        spread.append(("σ_in", config.input_noise))
        spread += [("τ_in", config.seen_input_tau)] if _own_input_tau(config) else []
    single = [("σ_out", config.output_noise), ("γ", config.damping)]
    texts = [f"{name} = {_range(value)}{' ms' if name in ('τ', 'τ_in') else ''}" for name, value in spread]
    kinds = (("ξ", "units", config.noise_correlation), ("ξ_in", "inputs", config.input_noise_correlation))
    shared = [f"{name} correlated between {of}" for name, of, shape in kinds if shape is not None]
    return ", ".join([*texts, *(f"{name} = {value:g}" for name, value in single if value), *shared])


def _own_input_tau(config: LeakyRNN) -> bool:
    """Whether the time constant of the input noise is another than τ, or τ is not one number."""
    return config.tau != config.seen_input_tau


def _range(value: object) -> str:
    values = [float(v) for v in value] if hasattr(value, "__iter__") else [float(value)]  # type: ignore[arg-type]
    low, high = min(values), max(values)
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"

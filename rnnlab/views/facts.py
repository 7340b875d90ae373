"""What a control has to know of a setting, read from where the setting is declared."""

from __future__ import annotations

import dataclasses
import re
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args, get_origin

from rnnlab.networks import NONLINEARITIES
from rnnlab.tasks import Setting

Kind = Literal["number", "integer", "whole", "range", "numbers", "pairs", "switch", "choice", "text"]


@dataclass(frozen=True)
class Facts:
    """One setting as a person meets it.

    Attributes:
        name: of the setting; ``label``: what it is called on the screen.
        kind: ``"whole"`` is a whole number that is typed, not dragged (a seed).
        unit: e.g. ``"ms"``.
        low, high: the ends of a slider; a value outside widens it.
        step: its notch; None leaves it to the control.
        options: label -> value, where only some values are offered.
        help: one sentence.
        empty: what it means to give none.
        each: names of the numbers of a list that has so many; ``among``: what the numbers 0, 1 ... in it stand for.
    """

    name: str
    label: str
    kind: Kind = "number"
    unit: str = ""
    low: float = 0.0
    high: float = 1.0
    step: float | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    help: str = ""
    empty: str = "none"
    each: tuple[str, ...] = ()
    among: tuple[str, ...] = ()

    @property
    def logarithmic(self) -> bool:
        """Whether a slider counts in factors: nothing says how far a notch goes, and the range spans decades."""
        return self.step is None and self.kind == "number" and self.low > 0 and self.high / self.low >= 50


def of_setting(setting: Setting) -> Facts:
    """Facts of a task's setting."""
    return Facts(
        setting.name,
        setting.label,
        setting.kind,
        setting.unit,
        setting.low,
        setting.high,
        setting.step,
        help=setting.help,
        each=setting.each,
        among=setting.among,
    )


def of_field(spec: type[Any], name: str) -> Facts:
    """Facts of a field of a network's or a training's description."""
    declared = next(f for f in dataclasses.fields(spec) if f.name == name)
    about = declared.metadata
    low, high = about.get("soft") or (about.get("low", 0), about.get("high", 1))
    options = OPTIONS.get(name) or words_of(typing.get_type_hints(spec)[name])
    kind = "choice" if options else _KINDS.get(name) or _kind(typing.get_type_hints(spec)[name])
    return Facts(
        name,
        label_of(spec, name),
        kind,
        about.get("unit", ""),
        low,
        high,
        about.get("step"),
        options,
        about.get("help", ""),
    )


def label_of(kind: type[Any], name: str) -> str:
    """What a field of a description is called on the screen."""
    owned = (LABELS.get(f"{each.__name__}.{name}") for each in kind.__mro__)
    return next(filter(None, owned), None) or LABELS.get(name, name.replace("_", " ").capitalize())


def named(sentence: str) -> str:
    """A sentence of an error with its fields called as on the screen.

    >>> named("64 starts for batches of 128 trials; give n_starts=128, or batch_size=64")
    '64 starts for batches of 128 trials; give Starts = 128, or Trials per update = 64'
    """
    known = {name.rpartition(".")[2]: label for name, label in LABELS.items()} | LABELS
    return re.sub(r"\b([a-z]+(?:_[a-z]+)+)=(?=[\w'])", lambda found: f"{known.get(found[1], found[1])} = ", sentence)


def title_of(kind: type | str) -> str:
    """What a kind of thing is called on the screen.

    >>> title_of("TruncatedExponential")
    'Truncated exponential'
    """
    if isinstance(kind, type):
        return TITLES.get(f"{kind.__bases__[0].__name__}.{kind.__name__}") or title_of(kind.__name__)
    return TITLES.get(kind) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind).capitalize()


def words_of(annotation: Any) -> dict[str, str]:
    """The options of a `Literal`. Arrays keep their names.

    >>> words_of(Literal["W_rec", "as_drawn"])
    {'W_rec': 'W_rec', 'as drawn': 'as_drawn'}
    """
    if get_origin(annotation) is not Literal:
        return {}
    return {re.sub(r"(?<!\bW)(?<!\bb)_", " ", str(word)): word for word in get_args(annotation)}


def _kind(annotation: Any) -> Kind:
    if annotation is bool:
        return "switch"
    return "integer" if annotation is int else "number"


_KINDS: dict[str, Kind] = {"seed": "whole"}

TITLES = {
    "Constant": "Fixed",
    "Lookup": "Look-up table",
    "Derived.Linear": "Weighted sum",
    "Compare": "Comparison",
    "Rotate": "Turned angle",
    "Component": "Component of an angle",
    "Markov": "Markov chain over trials",
    "Previous": "Value in an earlier trial",
    "Until": "Until a time in the trial",
    "Remainder": "Remainder of the trial",
    "Delayed": "Delayed input",
    "LastPulse": "Last pulse of an input",
    "RunningSum": "Running sum of an input",
    "ComparedSums": "Compared sums of inputs",
    "TurnedBump": "Turned bump",
    "LargestMean": "Largest mean output",
    "LargestLast": "Largest output at the end",
    "SignOfMean": "Sign of the mean output",
    "RSquared": "Explained variance (R²)",
    "WorstCondition": "Worst condition",
    "Several": "Several at once",
    "LeakyRNN": "Leaky network",
    "LowRankRNN": "Low-rank network",
    "AdaptingRNN": "Network with adaptation",
    "PlasticRNN": "Network with plasticity",
    "FastWeightsRNN": "Network with fast weights",
    "AttentionRNN": "Network with input attention",
    "FeedForwardRNN": "Network behind a layer",
    "LSTM": "LSTM",
    "GRU": "GRU",
    "Given": "Given numbers",
    "SGD": "SGD",
    "AdamW": "AdamW",
    "AccuracyReached": "An accuracy reached",
    "LossReached": "A loss reached",
    "TrialBudget": "A number of trials",
    "TimeBudget": "A time",
    "LogNormal": "Log-normal",
    "DaleBalanced": "Balanced for Dale's law",
    "FeedForward": "Feed-forward",
    "BlockFeedForward": "Feed-forward in blocks",
    "FlipFlop": "Flip-flop",
    "InDegree": "In-degree",
    "MeanSquaredError": "Mean squared error",
    "Relu": "ReLU",
    "LeakyRelu": "Leaky ReLU",
    "PowerRelu": "Power of ReLU",
    "Gelu": "GELU",
    "RectifiedTanh": "Rectified tanh",
}
"""Names of kinds as a person reads them, where splitting their words is not enough."""

LABELS = {
    "n_trials": "Trials",
    "n_clusters": "Clusters",
    "n_durations": "Durations",
    "n_starts": "Starts",
    "n_components": "Components",
    "n_groups": "Groups",
    "n_exponents": "Exponents",
    "n_delays": "Delays",
    "FixedPointsAlongQuestion.n_steps": "Inputs on the way",
    "LyapunovQuestion.n_steps": "Steps",
    "LyapunovQuestion.given": "Input",
    "FlowQuestion.n": "Grid",
    "SelectionQuestion.slow": "Slow below",
    "SortedWeightsQuestion.by": "Sorted by",
    "LowRankQuestion.change": "Change in training",
    "PopulationsQuestion.most": "Populations, at most",
    "TargetedDimensionsQuestion.with_choice": "The choice, too",
    "MixedSelectivityQuestion.first": "First factor",
    "MixedSelectivityQuestion.second": "Second factor",
    "TargetedDimensionsQuestion.second": "Second factor",
    "DemixedComponentsQuestion.second": "Second factor",
    "LesionsQuestion.start": "Silent from",
    "LesionsQuestion.stop": "Silent until",
    "LesionsQuestion.of": "Silenced",
    "SilentUnitsQuestion.share": "Tolerance",
    "n_units": "Units",
    "Cell.n_starts": "Starts (as trials per update)",
    "tau": "Time constant",
    "dt": "Time step",
    "noise": "Recurrent noise",
    "form": "Nonlinearity acts on",
    "updates": "Updates",
    "batch_size": "Trials per update",
    "learning_rate": "Learning rate",
    "stop_accuracy": "Stop when correct",
    "seed": "Seed",
    "spectral_radius": "Spectral radius at start",
    "cell_output": "Memory's output",
    "LowRankRNN.random": "Random part",
    "LowRankRNN.overlap": "Overlap at start",
    "AdaptingRNN.strength": "Adaptation",
    "tau_adapt": "Time constant of adaptation",
    "facilitating": "Facilitating synapses",
    "FastWeightsRNN.gate": "Pace of fast weights",
    "tau_attention": "Time constant of attention",
    "n_layer": "Units in the layer",
    "layer_nonlinearity": "Layer's nonlinearity",
    "GRU.reset": "Reset gate acts",
    "excitatory": "Share of excitatory units",
    "when": "Trials with",
    "Epoch.shared": "Same in a batch",
    "Previous.back": "Trials back",
    "only": "Count trials with",
    "of": "Of",
    "by": "By",
    "sd": "SD",
    "sigma": "Strength σ",
    "minus": "Minus",
    "rule": "Rule",
    "code": "Angle code",
    "WorstCondition.of": "Each trial",
    "Several.of": "Scorings",
    "WorstCondition.factors": "Conditions of",
    "Training.noise": "Noise from",
    "Cell.start": "State at start",
    "dtype": "Precision",
    "device": "Computed on",
    "input_index": "Input seen is",
    "LeakyFields.noise_at": "Noise acts on",
    "noise_correlation": "Shared noise",
    "input_noise": "Input noise",
    "input_tau": "Its time constant",
    "input_noise_correlation": "Shared input noise",
    "output_noise": "Read-out noise",
    "input_rectified": "Inputs cut at zero",
    "damping": "Cubic damping γ",
    "autapses": "Self-connections",
    "LeakyFields.signs": "Sign of each unit",
    "dale": "Signs kept by",
    "input_sign": "Input weights",
    "output_sign": "Read-out weights",
    "weights_in": "Input weights W_in",
    "weights_rec": "Recurrent weights W_rec",
    "weights_out": "Read-out weights W_out",
    "bias_rec": "Recurrent biases start",
    "bias_out": "Output biases start",
    "bias_range": "Bounds of b_rec",
    "train_biases": "Biases learn",
    "Cell.train": "Arrays that learn",
    "Weights.initial": "Starts as",
    "Weights.connections": "Connections (density)",
    "MeanSquaredError.over": "Mean over",
    "Weights.frozen": "Do not learn",
    "std": "SD",
    "tau_fast": "Fast time constant",
    "tau_slow": "Slow time constant",
    "tau_trace": "Time constant of the trace",
    "release_facilitating": "Release, facilitating",
    "release_depressing": "Release, depressing",
    "negative_slope": "Slope below zero",
    "half_life": "Half-life",
    "long_range": "Between areas from",
    "Areas.between": "Density between",
    "Areas.within": "Density within",
    "Areas.sizes": "Units in each",
    "warmup": "Warm-up",
    "Weights.fixed": "Held at",
    "evaluate_every": "Updates between evaluations",
    "half_step": "Score at half the time step",
    "Training.keep": "Network kept",
    "Training.stop": "Ends also at",
    "protect_task": "Protect the task's gradient",
    "save_every": "Updates between saves",
    "Training.states": "Earlier states kept",
    "states_at": "States kept besides",
    "Training.schedule": "Rate over updates",
    "noise_schedule": "Noise over updates",
    "Training.clip": "Gradient clipped",
    "Training.not_finite": "Gradient not finite",
    "Training.validation": "Validation trials are",
    "Category.n": "Sectors",
    "Delayed.by": "Delay",
    "Sequence.first": "First after",
    "Epoch.weight": "Weight in loss",
    "Noise.tau": "Time constant τ",
    "PulseTrain.gap": "Mean extra gap",
    "Blocks.mean": "Mean block",
    "Blocks.shortest": "Shortest block",
    "Blocks.gap": "Gap after each",
    "FirstCrossing.threshold": "Threshold",
    "Ending.last": "Evaluations",
    "Ending.updates": "At most",
    "Ending.metric": "Until",
    "AboutSet.rules": "Rule inputs",
    "AboutSet.rule_level": "Their strength",
    "AboutSet.mixing": "Mixing in a batch",
}
"""Names of fields as a person reads them, where capital letters and spaces are not enough."""

_NONLINEARITIES = {
    name.replace("_", " ").replace("relu", "ReLU").replace("gelu", "GELU"): kind.__name__
    for name, kind in NONLINEARITIES.items()
}

OPTIONS: dict[str, dict[str, Any]] = {
    "MeanSquaredError.over": {"steps that are scored": "mask", "all steps": "all"},
    "device": {"the processor": "cpu", "a GPU (CUDA)": "cuda"},
    "form": {"the state (current form)": "current", "the drive (rate form)": "rate"},
    "nonlinearity": _NONLINEARITIES,
    "layer_nonlinearity": _NONLINEARITIES,
    "gate": {"one, learnt": "fixed", "set by a gate": "self"},
    "reset": {"after the weights": "after", "before the weights": "before"},
    "stop_accuracy": {
        "never": None,
        "75 % of trials": 0.75,
        "85 % of trials": 0.85,
        "90 % of trials": 0.9,
        "95 % of trials": 0.95,
        "98 % of trials": 0.98,
        "99 % of trials": 0.99,
    },
    "noise_at": {"the state": "state", "the drive": "drive"},
    "input_index": {"of the same step": "same", "of the step before": "previous"},
    "dale": {
        "|W| (abs)": "abs",
        "cutting at zero (rectify)": "rectify",
        "putting back to zero (project)": "project",
        "mirroring at zero (reflect)": "reflect",
    },
    "input_sign": {"positive with Dale's law": "dale", "positive": "positive", "free": "free"},
    "output_sign": {
        "from excitatory units only": "excitatory",
        "with the unit's sign": "signed",
        "positive": "positive",
        "free": "free",
    },
    "start": {
        "learnt": "trained",
        "learnt for each place in the batch": "places",
        "zero": "zero",
        "given": "given",
        "carried over from trial to trial": "carried",
    },
    "long_range": {"excitatory units only": "excitatory", "all units": "all"},
    "Ending.metric": {
        "all trials": "accuracy",
        "the worst condition": "worst_condition",
        "the worst task": "worst_task",
        "the loss": "loss",
    },
    "AboutSet.mixing": {"trial by trial": "trials", "batch by batch": "batches"},
    "Training.noise": {"a table (fast)": "table", "normal numbers": "normal"},
    "engine": {"fast": "fast", "automatic differentiation": "autograd"},
    "Training.keep": {"the last": "last", "the best on validation": "best"},
    "Training.validation": {"drawn at random": "random", "balanced over conditions": "balanced"},
    "Training.clip": {"as a whole": "whole", "array by array": "array"},
    "Training.not_finite": {"ends the training": "stop", "is skipped": "skip", "shrinks W_rec": "shrink"},
    "excitatory": {"signs are free": None, "half": 0.5, "80 %": 0.8},
}
"""Options of fields that hold a closed choice of values, or an open one of which these few are offered."""

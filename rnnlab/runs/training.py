"""`Training`: how a network is trained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from rnnlab.runs.losses import AnyLoss, CodeLoss, MeanSquaredError
from rnnlab.runs.optimisers import Adam, AnyOptimiser
from rnnlab.runs.penalties import AnyPenalty
from rnnlab.runs.schedules import AnySchedule, Steady
from rnnlab.runs.stopping import AnyStop
from rnnlab.spec import Spec, quantity

MAY_CHANGE = ("updates", "stop_accuracy", "stop", "save_every", "states", "states_at", "device")
"""The fields of a training that have no part in the weights made so far."""


@dataclass(frozen=True)
class Training(Spec):
    """How a network is trained, one batch of fresh trials per update; by default with Adam on the masked squared error.

    Training ends after ``updates``, or at the first evaluation that reaches ``stop_accuracy``, or as a part of ``stop``
    says, or when loss or gradient stop being finite (see ``not_finite``).

    Example:
        >>> import rnnlab as rl
        >>> training = rl.Training(loss="CrossEntropy", optimiser=rl.runs.SGD(momentum=0.9), schedule="Cosine")
        >>> training.schedule.factor(update=500)
        0.5
    """

    groups: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "Ends and validation": ("stop", "keep", "evaluate_every", "validation_trials", "validation", "half_step"),
        "Loss and penalties": ("loss", "penalties", "protect_task"),
        "Optimiser": ("optimiser", "schedule", "clip", "not_finite"),
        "Noise while training": ("noise_schedule", "noise"),
        "Saving": ("save_every", "states", "states_at"),
        "Computing": ("engine", "dtype", "device", "threads"),
    }

    updates: int = quantity(1000, low=0, soft=(50, 5000), step=50, help="number of updates after which training ends")
    batch_size: int = quantity(128, low=1, high=65_536, soft=(8, 512), step=8, help="trials per update")
    learning_rate: float = quantity(1e-3, above=0, soft=(1e-4, 1e-2), help="size of a step")
    gradient_clip: float = quantity(
        1.0, low=0, soft=(0, 10), help="largest Euclidean norm of the gradient; 0 does not clip"
    )
    stop_accuracy: float | None = quantity(
        None,
        low=0,
        high=1,
        soft=(0.5, 1),
        step=0.01,
        start=0.9,
        empty="never",
        help="share of correct validation trials that ends the training",
    )
    evaluate_every: int = quantity(20, low=1, soft=(5, 200), step=5, help="updates between evaluations")
    validation_trials: int = quantity(
        256, low=1, high=1_000_000, soft=(64, 1024), step=64, help="trials in the fixed validation set"
    )
    save_every: int = quantity(100, low=1, soft=(20, 1000), step=20, help="updates between saves of the run")
    states: int = quantity(
        8,
        low=0,
        high=10_000,
        soft=(0, 50),
        step=1,
        help="at most so many earlier states are kept, evenly over the whole training; 0 keeps the newest only",
    )
    states_at: tuple[int, ...] = quantity((), low=0, unit="updates", help="updates whose states are kept besides")
    noise: Literal["table", "normal"] = field(
        default="table",
        metadata={
            "help": (
                "Where a network's noise comes from: table draws 65 536 equally probable Gaussian quantiles "
                "(|z| <= 4.3), three times faster than normal, NumPy's ziggurat."
            )
        },
    )
    engine: Literal["fast", "autograd"] = field(
        default="fast",
        metadata={"help": "fast uses a hand-written backward pass where the network has one, autograd never does."},
    )
    dtype: Literal["float32", "float64"] = "float32"
    device: Literal["cpu", "cuda"] = field(
        default="cpu",
        metadata={
            "help": (
                "Where it is computed: the processor, or a GPU that torch finds. Trials and noise are the same there, "
                "and results agree to rounding."
            )
        },
    )
    threads: int = quantity(
        1,
        low=1,
        high=256,
        soft=(1, 8),
        help="processor threads; one is fastest up to 256 units or so. Another number gives other last bits",
    )
    stop: tuple[AnyStop, ...] = field(default=(), metadata={"help": "what else ends it, whichever comes first"})
    keep: Literal["last", "best"] = field(
        default="last",
        metadata={
            "help": (
                "Which network the run holds: the last one, or that of the evaluation with the most correct "
                "validation trials."
            )
        },
    )
    validation: Literal["random", "balanced"] = field(
        default="random",
        metadata={
            "help": "Whether validation trials are drawn as in training, or every condition comes equally often."
        },
    )
    half_step: bool = field(
        default=False,
        metadata={
            "help": (
                "Whether each evaluation also asks how many of (at most 64 of) its trials are correct at half the "
                "time step; it takes about half as long again."
            )
        },
    )
    loss: AnyLoss | CodeLoss = field(default=MeanSquaredError(), metadata={"help": "what training makes small"})
    penalties: tuple[AnyPenalty, ...] = field(default=(), metadata={"help": "what is added to the loss, each weighted"})
    protect_task: bool = field(
        default=False,
        metadata={"help": "Whether the part of the penalties' gradient that opposes the loss's own is left out."},
    )
    optimiser: AnyOptimiser = field(default=Adam(), metadata={"help": "how gradients become steps"})
    clip: Literal["whole", "array"] = field(
        default="whole",
        metadata={
            "help": (
                "Whether ``gradient_clip`` limits the norm of the whole gradient, or that of each parameter array "
                "by itself."
            )
        },
    )
    not_finite: Literal["stop", "skip", "shrink"] = field(
        default="stop",
        metadata={
            "help": (
                "What a loss or gradient that is not finite does: stop ends the training, skip leaves the update out, "
                "shrink takes 0.02 W for the gradient of the recurrent weights W and 0 for all others, which an "
                "optimiser with a memory goes on to move (pycog's rule, also for norms above 1e10). A validation loss "
                "that is not finite always ends it."
            )
        },
    )
    schedule: AnySchedule = field(default=Steady(), metadata={"help": "multiplies the learning rate as updates go by"})
    noise_schedule: AnySchedule = field(
        default=Steady(), metadata={"help": "multiplies the network's noise as updates go by; validation has all of it"}
    )

    def __post_init__(self) -> None:
        if callable(self.loss) and not isinstance(self.loss, type | CodeLoss):
            object.__setattr__(self, "loss", CodeLoss(self.loss))  # a function of a user's
        super().__post_init__()

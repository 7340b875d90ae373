"""The task language: factors, epochs, channels and signals as data, turned into arrays by `Task.sample`."""

from rnnlab.tasks import edit
from rnnlab.tasks.adapters import SlowTaskWarning, from_function, from_neurogym, from_psychrnn, to_gymnasium
from rnnlab.tasks.batch import Batch
from rnnlab.tasks.catalogue import TASKS, get
from rnnlab.tasks.catch import with_catch
from rnnlab.tasks.channels import Channel
from rnnlab.tasks.code import CodeTask, MissingTask
from rnnlab.tasks.collected import COLLECTIONS, Collection, collection, collection_of
from rnnlab.tasks.curriculum import AnyTask, Curriculum, Stage, single_tasks, task_names
from rnnlab.tasks.draws import Choice, Constant, Exponential, Normal, TruncatedExponential, TruncatedNormal, Uniform
from rnnlab.tasks.epochs import Epoch, Remainder, Until
from rnnlab.tasks.factors import Category, Compare, Component, Factor, Gate, Linear, Lookup, Product, Rotate
from rnnlab.tasks.history import Markov, Previous
from rnnlab.tasks.library.cognitive import cognitive_tasks
from rnnlab.tasks.library.delayed_discrimination import delayed_discrimination
from rnnlab.tasks.library.flip_flop import flip_flop
from rnnlab.tasks.library.perceptual_discrimination import perceptual_discrimination
from rnnlab.tasks.multitask import MultitaskSet
from rnnlab.tasks.presets import Preset, Setting
from rnnlab.tasks.scoring import (
    AngularError,
    FirstCrossing,
    LargestLast,
    LargestMean,
    RSquared,
    Score,
    Several,
    SignOfMean,
    WithinTolerance,
    WorstCondition,
)
from rnnlab.tasks.shared import share_durations
from rnnlab.tasks.signals import (
    Blocks,
    Bump,
    ComparedSums,
    Delayed,
    Hold,
    LastPulse,
    Noise,
    PulseTrain,
    Ramp,
    RunningSum,
    Sequence,
    Sine,
    TurnedBump,
)
from rnnlab.tasks.source import TaskSource
from rnnlab.tasks.task import Task

__all__ = [
    "COLLECTIONS",
    "TASKS",
    "AngularError",
    "AnyTask",
    "Batch",
    "Blocks",
    "Bump",
    "Category",
    "Channel",
    "Choice",
    "CodeTask",
    "Collection",
    "Compare",
    "ComparedSums",
    "Component",
    "Constant",
    "Curriculum",
    "Delayed",
    "Epoch",
    "Exponential",
    "Factor",
    "FirstCrossing",
    "Gate",
    "Hold",
    "LargestLast",
    "LargestMean",
    "LastPulse",
    "Linear",
    "Lookup",
    "Markov",
    "MissingTask",
    "MultitaskSet",
    "Noise",
    "Normal",
    "Preset",
    "Previous",
    "Product",
    "PulseTrain",
    "RSquared",
    "Ramp",
    "Remainder",
    "Rotate",
    "RunningSum",
    "Score",
    "Sequence",
    "Setting",
    "Several",
    "SignOfMean",
    "Sine",
    "SlowTaskWarning",
    "Stage",
    "Task",
    "TaskSource",
    "TruncatedExponential",
    "TruncatedNormal",
    "TurnedBump",
    "Uniform",
    "Until",
    "WithinTolerance",
    "WorstCondition",
    "cognitive_tasks",
    "collection",
    "collection_of",
    "delayed_discrimination",
    "edit",
    "flip_flop",
    "from_function",
    "from_neurogym",
    "from_psychrnn",
    "get",
    "perceptual_discrimination",
    "share_durations",
    "single_tasks",
    "task_names",
    "to_gymnasium",
    "with_catch",
]

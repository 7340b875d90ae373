"""The task language: factors, epochs, channels and signals as data, turned into arrays by `Task.sample`."""

from rnnlab.tasks.adapters import SlowTaskWarning, from_function, from_neurogym, from_psychrnn, to_gymnasium
from rnnlab.tasks.batch import Batch
from rnnlab.tasks.catalogue import TASKS, get
from rnnlab.tasks.channels import Channel
from rnnlab.tasks.code import CodeTask, MissingTask
from rnnlab.tasks.draws import Choice, Constant, Normal, TruncatedExponential, TruncatedNormal, Uniform
from rnnlab.tasks.epochs import Epoch, Remainder
from rnnlab.tasks.factors import Category, Compare, Factor, Gate, Linear, Lookup, Product, Rotate
from rnnlab.tasks.library.delayed_discrimination import delayed_discrimination
from rnnlab.tasks.library.flip_flop import flip_flop
from rnnlab.tasks.library.perceptual_discrimination import perceptual_discrimination
from rnnlab.tasks.presets import Preset, Setting
from rnnlab.tasks.scoring import LargestMean, Score, WithinTolerance
from rnnlab.tasks.signals import Bump, Hold, LastPulse, Noise, PulseTrain, Ramp, RunningSum, Sine
from rnnlab.tasks.source import TaskSource
from rnnlab.tasks.task import Task

__all__ = [
    "TASKS",
    "Batch",
    "Bump",
    "Category",
    "Channel",
    "Choice",
    "CodeTask",
    "Compare",
    "Constant",
    "Epoch",
    "Factor",
    "Gate",
    "Hold",
    "LargestMean",
    "LastPulse",
    "Linear",
    "Lookup",
    "MissingTask",
    "Noise",
    "Normal",
    "Preset",
    "Product",
    "PulseTrain",
    "Ramp",
    "Remainder",
    "Rotate",
    "RunningSum",
    "Score",
    "Setting",
    "Sine",
    "SlowTaskWarning",
    "Task",
    "TaskSource",
    "TruncatedExponential",
    "TruncatedNormal",
    "Uniform",
    "WithinTolerance",
    "delayed_discrimination",
    "flip_flop",
    "from_function",
    "from_neurogym",
    "from_psychrnn",
    "get",
    "perceptual_discrimination",
    "to_gymnasium",
]

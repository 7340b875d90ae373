"""Tasks from elsewhere: a function of a batch, a PsychRNN class, a NeuroGym environment; and the way out to Gymnasium.

Neither PsychRNN nor NeuroGym nor Gymnasium is imported before a task needs it.
"""

from rnnlab.tasks.adapters.function import FunctionTask, from_function
from rnnlab.tasks.adapters.neurogym import NeuroGymTask, from_neurogym
from rnnlab.tasks.adapters.psychrnn import PsychRNNTask, SlowTaskWarning, from_psychrnn
from rnnlab.tasks.adapters.to_gymnasium import to_gymnasium

__all__ = [
    "FunctionTask",
    "NeuroGymTask",
    "PsychRNNTask",
    "SlowTaskWarning",
    "from_function",
    "from_neurogym",
    "from_psychrnn",
    "to_gymnasium",
]

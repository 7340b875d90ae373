"""Networks run with NumPy alone: trajectories, and interventions such as lesions."""

from rnnlab.simulation.interventions import AnyIntervention, Intervention, Lesion
from rnnlab.simulation.simulate import simulate
from rnnlab.simulation.trajectory import Trajectory

__all__ = ["AnyIntervention", "Intervention", "Lesion", "Trajectory", "simulate"]

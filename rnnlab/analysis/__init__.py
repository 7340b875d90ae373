"""Questions asked of tasks, networks and trajectories. Pure functions, frozen results; NumPy and SciPy only."""

from collections.abc import Callable
from typing import Any

from rnnlab.analysis._intervals import wilson
from rnnlab.analysis.accuracy import Accuracy, accuracy
from rnnlab.analysis.decoding import Decoding, decoding
from rnnlab.analysis.demixed import DemixedComponents, demixed_components
from rnnlab.analysis.design import Check, Design, Durations, Share, design
from rnnlab.analysis.fixed_points import FixedPoints, fixed_points
from rnnlab.analysis.flow import Flow, Plane, flow, plane_along, plane_of_modes, plane_through
from rnnlab.analysis.lyapunov import Lyapunov, lyapunov
from rnnlab.analysis.modes import Modes, modes_of
from rnnlab.analysis.principal_components import PrincipalComponents, principal_components
from rnnlab.analysis.psychometric import Psychometric, psychometric
from rnnlab.analysis.rotations import Rotations, rotations
from rnnlab.analysis.selection import Selection, selection
from rnnlab.analysis.spectrum import Spectrum, spectrum
from rnnlab.analysis.targeted import TargetedDimensions, targeted_dimensions
from rnnlab.analysis.units import UnitOrder, peak_order, selectivity

ANALYSES: dict[str, Callable[..., Any]] = {
    "fixed_points": fixed_points,
    "principal_components": principal_components,
    "psychometric": psychometric,
    "accuracy": accuracy,
    "peak_order": peak_order,
    "selectivity": selectivity,
    "spectrum": spectrum,
    "design": design,
    "targeted_dimensions": targeted_dimensions,
    "demixed_components": demixed_components,
    "rotations": rotations,
    "decoding": decoding,
    "flow": flow,
    "selection": selection,
    "lyapunov": lyapunov,
}
"""Every analysis by name."""

__all__ = [
    "ANALYSES",
    "Accuracy",
    "Check",
    "Decoding",
    "DemixedComponents",
    "Design",
    "Durations",
    "FixedPoints",
    "Flow",
    "Lyapunov",
    "Modes",
    "Plane",
    "PrincipalComponents",
    "Psychometric",
    "Rotations",
    "Selection",
    "Share",
    "Spectrum",
    "TargetedDimensions",
    "UnitOrder",
    "accuracy",
    "decoding",
    "demixed_components",
    "design",
    "fixed_points",
    "flow",
    "lyapunov",
    "modes_of",
    "peak_order",
    "plane_along",
    "plane_of_modes",
    "plane_through",
    "principal_components",
    "psychometric",
    "rotations",
    "selection",
    "selectivity",
    "spectrum",
    "targeted_dimensions",
    "wilson",
]

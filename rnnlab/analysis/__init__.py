"""Questions asked of networks and trajectories. Pure functions, frozen results; NumPy and SciPy only."""

from rnnlab.analysis.fixed_points import FixedPoints, fixed_points
from rnnlab.analysis.principal_components import PrincipalComponents, principal_components
from rnnlab.analysis.units import UnitOrder, peak_order, selectivity

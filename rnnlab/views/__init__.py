"""Views: a figure plus controls over a session. They own no state and leave computing to the session's results."""

from rnnlab.views.activity import ActivityView
from rnnlab.views.composer import ComposerView
from rnnlab.views.deck import Deck
from rnnlab.views.design import DesignView
from rnnlab.views.display import Displayed
from rnnlab.views.dissection import DissectionView
from rnnlab.views.exchange import ExchangeView
from rnnlab.views.fixed_points import FixedPointsView
from rnnlab.views.frame import Frame
from rnnlab.views.gallery import GalleryView
from rnnlab.views.learning import LearningView
from rnnlab.views.marking import MarkedView
from rnnlab.views.members import MembersView
from rnnlab.views.network import NetworkView
from rnnlab.views.psychometric import PsychometricView
from rnnlab.views.running import RunningView
from rnnlab.views.script import ScriptView
from rnnlab.views.steering import SteeringView
from rnnlab.views.structure import StructureView
from rnnlab.views.trial import TrialView
from rnnlab.views.view import Part, View
from rnnlab.views.weights import WeightsView

VIEWS: dict[str, type[View]] = {
    "trial": TrialView,
    "learning": LearningView,
    "activity": ActivityView,
    "weights": WeightsView,
    "fixed_points": FixedPointsView,
    "psychometric": PsychometricView,
    "design": DesignView,
    "script": ScriptView,
    "composer": ComposerView,
    "exchange": ExchangeView,
    "gallery": GalleryView,
    "members": MembersView,
    "dissection": DissectionView,
    "network": NetworkView,
    "structure": StructureView,
    "steering": SteeringView,
    "marked": MarkedView,
    "running": RunningView,
}
"""Every view by name."""

__all__ = [
    "VIEWS",
    "ActivityView",
    "ComposerView",
    "Deck",
    "DesignView",
    "Displayed",
    "DissectionView",
    "ExchangeView",
    "FixedPointsView",
    "Frame",
    "GalleryView",
    "LearningView",
    "MarkedView",
    "MembersView",
    "NetworkView",
    "Part",
    "PsychometricView",
    "RunningView",
    "ScriptView",
    "SteeringView",
    "StructureView",
    "TrialView",
    "View",
    "WeightsView",
]

"""Frozen values to JSON and back, with digests and path-precise errors. Standard library only."""

from rnnlab.spec.base import SCHEMA, Spec, quantity
from rnnlab.spec.errors import SpecError, did_you_mean, shown
from rnnlab.spec.live import Live, NotCitableError

__all__ = ["SCHEMA", "Live", "NotCitableError", "Spec", "SpecError", "did_you_mean", "quantity", "shown"]

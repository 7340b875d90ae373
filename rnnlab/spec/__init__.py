"""Frozen values to JSON and back, with digests and path-precise errors. Standard library only."""

from rnnlab.spec.base import SCHEMA, Spec, quantity
from rnnlab.spec.errors import SpecError, did_you_mean, shown

__all__ = ["SCHEMA", "Spec", "SpecError", "did_you_mean", "quantity", "shown"]

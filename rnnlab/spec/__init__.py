"""Frozen values to JSON and back, with digests and path-precise errors. Standard library only."""

from rnnlab.spec.base import SCHEMA, Spec, quantity
from rnnlab.spec.errors import SpecError, did_you_mean, shown, with_article
from rnnlab.spec.live import Live, NotCitableError, check_arguments

__all__ = [
    "SCHEMA",
    "Live",
    "NotCitableError",
    "Spec",
    "SpecError",
    "check_arguments",
    "did_you_mean",
    "quantity",
    "shown",
    "with_article",
]

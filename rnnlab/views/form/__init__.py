"""Forms made from descriptions: whatever a `Spec` may hold has a control, found in its annotations and metadata."""

from rnnlab.views.form.form import SpecForm

__all__ = ["SpecForm"]

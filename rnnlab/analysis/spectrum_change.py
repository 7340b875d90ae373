"""Eigenvalues before and after training, against the circular law."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from rnnlab.analysis._result import Result
from rnnlab.analysis.spectrum import Spectrum, spectrum


@dataclass(frozen=True, repr=False, eq=False)
class SpectrumChange(Result):
    """Two spectra of one network.

    Attributes:
        before, after: training.
    """

    before: Spectrum
    after: Spectrum

    @property
    def moved_out(self) -> int:
        """How many more eigenvalues lie beyond the random disc's edge than did before."""
        return int(self.after.outside.sum()) - int(self.before.outside.sum())

    @property
    def filled(self) -> tuple[float, float]:
        """Before and after, the mean squared modulus over the squared radius of the disc, which the circular law puts
        at 1/2: less where eigenvalues crowd in the middle."""
        shares = [_filled(each) for each in (self.before, self.after)]
        return shares[0], shares[1]

    def facts(self) -> dict[str, str]:
        before, after = self.before, self.after
        return {
            "matrix": after.name,
            "spectral radius": f"{before.radius:.3g} before, {after.radius:.3g} after",
            "random disc": f"{before.disc:.3g} before, {after.disc:.3g} after",
            "outside it": f"{int(before.outside.sum())} before, {int(after.outside.sum())} after",
            "filling of the disc": f"{self.filled[0]:.2f} before, {self.filled[1]:.2f} after (0.5 by the circular law)",
        }


def spectrum_change(after: Any, before: Any, matrix: str | None = None) -> SpectrumChange:
    """The spectra of a network after and before training.

    Independent weights fill a disc evenly (Girko 1984); what training adds in a few directions moves a few eigenvalues
    out of it and leaves the rest (Rajan & Abbott 2006, PRL 97; Tao 2013, Probab. Theory Relat. Fields 155).

    Args:
        after: a Network, a Run, or a square array (to, from).
        before: the same before training.
        matrix: which matrix, for networks that have several (an LSTM's gates).

    Raises:
        ValueError: the matrices are not square or not of one size.

    >>> found = spectrum_change([[2.0, 0.0], [0.0, 0.5]], before=[[0.5, 0.0], [0.0, 0.5]])
    >>> found.before.radius, found.after.radius
    (0.5, 2.0)
    """
    found = SpectrumChange(spectrum(before, matrix), spectrum(after, matrix))
    sizes = len(found.before.eigenvalues), len(found.after.eigenvalues)
    if sizes[0] != sizes[1]:
        raise ValueError(f"before: {sizes[0]} units where the network has {sizes[1]}; give it as it was before")
    return found


def _filled(each: Spectrum) -> float:
    inside = np.abs(each.eigenvalues[~each.outside])
    return float((inside**2).mean() / each.disc**2) if inside.size and each.disc > 0 else 0.0

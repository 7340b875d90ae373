"""Eigenvalues before and after training, against the circular law."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from rnnlab.analysis._result import Result
from rnnlab.analysis._weights import recurrent
from rnnlab.analysis.spectrum import Spectrum, spectrum


@dataclass(frozen=True, repr=False, eq=False)
class SpectrumChange(Result):
    """Two spectra of one network.

    Attributes:
        before, after: training.
        beside: what ``before`` is: ``"before"``, or ``"shuffled"`` for the same weights dealt at random.
    """

    before: Spectrum
    after: Spectrum
    beside: str = "before"

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
        before, after, word = self.before, self.after, self.beside
        return {
            "matrix": after.name,
            "spectral radius": f"{after.radius:.3g}, {before.radius:.3g} {word}",
            "random disc": f"{after.disc:.3g}, {before.disc:.3g} {word}",
            "outside it": f"{int(after.outside.sum())} eigenvalues, {int(before.outside.sum())} {word}",
            "filling of the disc": f"{self.filled[1]:.2f}, {self.filled[0]:.2f} {word} (0.5 by the circular law)",
        }


def spectrum_change(after: Any, before: Any = None, matrix: str | None = None) -> SpectrumChange:
    """The spectra of a network after and before training.

    Independent weights fill a disc evenly (Girko 1984); what training adds in a few directions moves a few eigenvalues
    out of it and leaves the rest (Rajan & Abbott 2006, PRL 97; Tao 2013, Probab. Theory Relat. Fields 155).

    Args:
        after: a Network, a Run, or a square array (to, from).
        before: the same before training; None where that is not known, for its own weights dealt at random.
        matrix: which matrix, for networks that have several (an LSTM's gates).

    Raises:
        ValueError: the matrices are not square or not of one size.

    >>> found = spectrum_change([[2.0, 0.0], [0.0, 0.5]], before=[[0.5, 0.0], [0.0, 0.5]])
    >>> found.before.radius, found.after.radius
    (0.5, 2.0)
    """
    if before is None:
        name, W, _ = recurrent(after, matrix)
        shuffled = np.random.default_rng(0).permutation(W.ravel()).reshape(W.shape)
        return SpectrumChange(spectrum(shuffled, name), spectrum(after, name), "shuffled")
    found = SpectrumChange(spectrum(before, matrix), spectrum(after, matrix))
    sizes = len(found.before.eigenvalues), len(found.after.eigenvalues)
    if sizes[0] != sizes[1]:
        raise ValueError(f"before: {sizes[0]} units where the network has {sizes[1]}; give it as it was before")
    return found


def _filled(each: Spectrum) -> float:
    inside = np.abs(each.eigenvalues[~each.outside])
    return float((inside**2).mean() / each.disc**2) if inside.size and each.disc > 0 else 0.0

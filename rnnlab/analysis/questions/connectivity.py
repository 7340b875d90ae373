"""Questions about the weights alone."""

from __future__ import annotations

from dataclasses import dataclass

from rnnlab.analysis.questions.controls import OF_WEIGHTS
from rnnlab.analysis.questions.question import Question
from rnnlab.analysis.questions.subject import Subject
from rnnlab.analysis.spectrum import Spectrum, spectrum


@dataclass(frozen=True)
class SpectrumQuestion(Question):
    """What are the eigenvalues of the recurrent weights?"""

    controls = OF_WEIGHTS

    matrix: str = ""
    """Which recurrent matrix, for cells that have several (an LSTM's gates); nothing: the first."""

    def ask(self, subject: Subject) -> Spectrum:
        matrices = subject.network.config.recurrent_matrices(subject.network.parameters)
        return spectrum(subject.network, self.matrix or next(iter(matrices)))

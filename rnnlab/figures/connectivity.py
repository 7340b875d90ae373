"""Weights as panels."""

from __future__ import annotations

import numpy as np

from rnnlab.analysis import Degrees, LowRank, Populations, SortedWeights, Spectrum, SpectrumChange
from rnnlab.figures.panels import Curves, Heat, Panels, Series


def spectrum(result: Spectrum) -> Panels:
    """Eigenvalues in the complex plane, the disc of a random matrix dashed."""
    values, turn = result.eigenvalues, np.linspace(0, 2 * np.pi, 121)
    reach = 1.08 * max(result.radius, result.disc, 1.0)
    circle = Series(result.disc * np.cos(turn), result.disc * np.sin(turn))
    dots = Series(values.real, values.imag, line=False, dots=True)
    return (
        Curves(
            "real part (dashed: disc of a random matrix)",
            "imaginary part",
            (dots,),
            reference=(circle,),
            x_range=(-reach, reach),
            y_range=(-reach, reach),
            square=True,
        ),
    )


def spectrum_change(result: SpectrumChange) -> Panels:
    """Both spectra in the complex plane, with the disc of a random matrix like the network as it is."""
    word = {"before": "before training", "shuffled": "weights shuffled"}[result.beside]
    turn = np.linspace(0, 2 * np.pi, 121)
    reach = 1.08 * max(result.before.radius, result.after.radius, result.after.disc, 1.0)
    disc = result.after.disc
    return (
        Curves(
            "real part (dashed: disc of a random matrix)",
            "imaginary part",
            tuple(
                Series(each.eigenvalues.real, each.eigenvalues.imag, label, line=False, dots=True)
                for each, label in ((result.after, "as it is"), (result.before, word))
            ),
            reference=(Series(disc * np.cos(turn), disc * np.sin(turn)),),
            palette="categorical",
            x_range=(-reach, reach),
            y_range=(-reach, reach),
            square=True,
        ),
    )


def sorted_weights(result: SortedWeights) -> Panels:
    """The matrix in order; and the mean weights between groups."""
    n, m = len(result.weights), len(result.groups)
    middles = (result.edges[:-1] + result.edges[1:]) / 2
    names = {float(at): name for at, name in zip(middles, result.groups, strict=True)}
    places = {k + 0.5: name for k, name in enumerate(result.groups)}
    return (
        Heat(
            f"from unit, by {result.by}",
            "to unit",
            np.asarray(result.weights),
            (0.0, float(n)),
            (float(n), 0.0),
            "weight",
            signed=True,
            y_names=names,
            rows=result.order,
            columns=result.order,
        ),
        Heat(
            "from group",
            "to group",
            np.asarray(result.means),
            (0.0, float(m)),
            (float(m), 0.0),
            "mean weight",
            signed=True,
            x_names=places if m * max(map(len, result.groups)) <= 44 else {k: str(int(k) + 1) for k in places},
            y_names=places,
        ),
    )


def degrees(result: Degrees) -> Panels:
    """How many units have how many connections, beside the binomial law; and what each receives of both signs."""
    ends = [int(end) for end in (min(result.incoming.min(), result.outgoing.min()), max(result.incoming.max(), 1))]
    ends[1] = max(ends[1], int(result.outgoing.max()))
    step = -(-(ends[1] - ends[0] + 1) // 16)  # whole numbers, so that no bin is empty for want of one
    edges = np.arange(ends[0], ends[1] + step + 1, step) - 0.5
    centres = (edges[:-1] + edges[1:]) / 2
    counts = [np.histogram(each, bins=edges)[0] for each in (result.incoming, result.outgoing)]
    spread, mean = max(result.expected_spread, 1e-9), float(result.incoming.mean())
    x = np.linspace(edges[0], edges[-1], 121)
    width = float(edges[1] - edges[0])
    law = len(result.incoming) * width * np.exp(-(((x - mean) / spread) ** 2) / 2) / (spread * np.sqrt(2 * np.pi))
    units = np.arange(len(result.incoming))
    names = tuple(f"unit {unit}" for unit in units)
    return (
        Curves(
            "connections (dashed: if placed independently)",
            "units",
            tuple(
                Series(centres, each, label, dots=True)
                for each, label in zip(counts, ("incoming", "outgoing"), strict=True)
            ),
            reference=(Series(x, law),),
            palette="categorical",
        ),
        Curves(
            "inhibition received (summed weight)",
            "excitation received (summed weight)",
            (Series(result.inhibition, result.excitation, line=False, dots=True, names=names, units=units),),
            reference=(Series([0.0, float(result.inhibition.min())], [0.0, -float(result.inhibition.min())]),),
        ),
    )


def low_rank(result: LowRank) -> Panels:
    """Singular values beside the largest of a random matrix; and how components lie to inputs and outputs."""
    values = np.asarray(result.singular_values[:30], float)
    kinds = (("n in", result.read_in), ("m in", result.write_in), ("m out", result.write_out))
    overlaps = np.concatenate([each for _, each in kinds], axis=1)
    labels = [f"{name} {k}" for name, each in kinds for k in range(each.shape[1])]
    overlaps = np.concatenate([overlaps, np.diagonal(result.loop)[:, None]], axis=1)
    labels.append("loop")
    m, n = overlaps.shape
    return (
        Curves(
            "component (dashed: edge of a random matrix)",
            f"singular value of the {result.name}",
            (Series(np.arange(1, len(values) + 1), values, dots=True),),
            levels=(result.edge,),
        ),
        Heat(
            "component",
            "with",
            overlaps.T,
            (0.0, float(m)),
            (float(n), 0.0),
            "cosine",
            signed=True,
            x_names={k + 0.5: str(k + 1) for k in range(m)},
            y_names={k + 0.5: label for k, label in enumerate(labels)} if n <= 16 else {0.0: ""},
        ),
    )


def populations(result: Populations) -> Panels:
    """Units in the plane of the first component's two vectors; and the information criterion."""
    a, b = (next(k for k, name in enumerate(result.axes) if name.startswith(letter)) for letter in "mn")
    series = []
    for k in range(result.n_populations):
        of = np.flatnonzero(result.labels == k)
        names = tuple(f"unit {unit}" for unit in of)
        points = result.vectors[of]
        series.append(
            Series(points[:, a], points[:, b], f"population {k}", line=False, dots=True, names=names, units=of)
        )
    number = np.arange(1, len(result.bic) + 1)
    return (
        Curves(
            f"writes: {result.axes[a]} (root mean square 1)",
            f"reads: {result.axes[b]} (root mean square 1)",
            tuple(series),
            palette="categorical",
        ),
        Curves(
            "populations",
            "information criterion (BIC)",
            (Series(number, result.bic, dots=True),),
            x_names={float(k): str(k) for k in number},
        ),
    )

#!/usr/bin/env python
"""Write docs/truths.md from what was measured.

python -m scripts.truths.page            rewrite
python -m scripts.truths.page --check    exit with 1 if that would change anything
"""

from __future__ import annotations

import math
import statistics
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from scripts.truths.catalogue import CLAIMS, FAMILIES
from scripts.truths.claim import Claim
from scripts.truths.measure import Measured, measured

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "truths.md"
FEWEST, SHARE = 5, 0.8
"""Seeds that a verdict takes, and the share of them in which a claim that passes holds."""

INTRODUCTION = """\
# Published results, tried here

What the literature says about trained networks, and what comes out when rnnlab trains them. A claim is judged once it
was tried on five seeds, each a training of its own; it **passes** where it holds in at least four of five of them.
How it is trained and what counts as holding was settled on pilots with seed 0, the others were then run unseen. What
fails stays on this page: the claim may hold only for the networks of its paper, or these trainings may be too short
or too different. Results that are exact, without training, are ordinary tests (`tests/analysis/test_truths.py`,
`tests/networks/test_physics.py`).

A script makes this page from what was measured:

```bash
.venv/bin/python -m scripts.truths.measure            # train and measure what is missing (an hour or two)
.venv/bin/python -m scripts.truths.page               # write this page
make truths                                           # one seed of every claim again, as tests
```

The definitions are code, `scripts/truths/claims/`; results are kept in `scripts/truths/measured/`, a file for each
claim, with the digests of their experiments. Trainings repeat bit for bit on one machine with the same versions;
elsewhere a single seed may come out otherwise."""


def page() -> str:
    """The whole page."""
    lines = [INTRODUCTION, "", *summary()]
    for family, claims in FAMILIES.items():
        lines += [f"## {family}", ""]
        for name, claim in claims.items():
            lines += section(claim, list(measured(name).values()))
    return "\n".join(lines).rstrip() + "\n"


def summary() -> Iterator[str]:
    """A line for each claim, and how many pass."""
    results = {name: list(measured(name).values()) for name in CLAIMS}
    verdicts = [verdict(each) for each in results.values()]
    counts = ", ".join(f"{verdicts.count(word)} {word}" for word in dict.fromkeys(verdicts))
    yield from (f"{len(CLAIMS)} claims: {counts}.", "", "| claim | holds in | verdict |", "| --- | --- | --- |")
    for family, claims in FAMILIES.items():
        for name, claim in claims.items():
            yield f"| {family}: {claim.title} | {share(results[name])} | {verdict(results[name])} |"
    yield ""


def section(claim: Claim, results: Sequence[Measured]) -> Iterator[str]:
    """What was claimed, what was done, what came out."""
    yield from (f"### {claim.title}", "", f"{claim.says} ({claim.paper})", "", f"*Here:* {claim.here}", "")
    yield from (f"*Holds where:* {claim.criterion}.", "")
    if not results:
        yield from ("Not measured yet.", "")
        return
    yield from ("| measured | median | range |", "| --- | --- | --- |")
    for name, meaning in claim.shows.items():
        values = [result.values[name] for result in results]
        yield f"| {meaning} | {number(median(values))} | {span(values)} |"
    seconds = sum(result.seconds for result in results)
    yield from ("", f"Holds in {share(results)}: **{verdict(results)}**. Processor time {minutes(seconds)}.", "")


def share(results: Sequence[Measured]) -> str:
    held = [result.seed for result in results if result.held]
    return f"{len(held)} of {len(results)} seed{'s' * (len(results) > 1)}" if results else "no seed yet"


def verdict(results: Sequence[Measured]) -> str:
    """Passed, failed, or not known yet."""
    if len(results) < FEWEST:
        return "not measured" if not results else "too few seeds"
    return "passed" if sum(result.held for result in results) >= SHARE * len(results) else "failed"


def median(values: Sequence[float]) -> float:
    """Of what there was to measure."""
    there = [value for value in values if not math.isnan(value)]
    return statistics.median(there) if there else math.nan


def span(values: Sequence[float]) -> str:
    there = [value for value in values if not math.isnan(value)]
    missing = len(values) - len(there)
    text = f"{number(min(there))} to {number(max(there))}" if there else "nothing to measure"
    return text + (f"; {missing} without" if missing and there else "")


def number(value: float) -> str:
    """Three digits, counts as they are."""
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "never"
    return f"{value:,.0f}".replace(",", " ") if value == round(value) and abs(value) < 1e9 else f"{value:.3g}"


def minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def main() -> int:
    text = page()
    if "--check" in sys.argv:
        if text != PAGE.read_text():
            print("docs/truths.md: not what was measured; run python -m scripts.truths.page")
            return 1
        return 0
    PAGE.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())

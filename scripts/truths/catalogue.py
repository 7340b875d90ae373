"""`CLAIMS`: every published claim about trained networks that is tried here, the most telling first."""

from __future__ import annotations

from scripts.truths.claim import Claim
from scripts.truths.claims import context, delay, flip_flop, memory, psychrnn, pycog, ranks, silence

FAMILIES: dict[str, dict[str, Claim]] = {
    "Memories of bits": flip_flop.CLAIMS,
    "Context": context.CLAIMS,
    "Memory of a value": memory.CLAIMS,
    "Several tasks in one network": delay.CLAIMS,
    "The smallest rank": ranks.CLAIMS,
    "Learning": psychrnn.CLAIMS,
    "The models of Song, Yang & Wang": pycog.CLAIMS,
    "Silent units": silence.CLAIMS,
}

CLAIMS: dict[str, Claim] = {name: claim for claims in FAMILIES.values() for name, claim in claims.items()}

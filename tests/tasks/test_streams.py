"""Random streams: NumPy's own, seed by seed and label by label."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnlab.tasks.streams import Streams

words = st.integers(0, 2**70) | st.sampled_from([0, 2**32 - 1, 2**32, 2**64 - 1])


@settings(deadline=None, max_examples=60)
@given(st.lists(words, min_size=1, max_size=7), st.text(max_size=8))
def test_a_stream_is_that_of_numpys_seed_sequence(seed: list[int], label: str) -> None:
    key = (zlib.crc32(label.encode()),)
    theirs = np.random.Generator(np.random.SFC64(np.random.SeedSequence(seed, spawn_key=key)))
    ours = Streams(seed)[label]
    assert np.array_equal(ours.random(5), theirs.random(5))
    assert ours.bit_generator.state["state"]["state"].tolist() == theirs.bit_generator.state["state"]["state"].tolist()


@settings(deadline=None, max_examples=60)
@given(st.lists(words, min_size=1, max_size=7), st.lists(st.text(max_size=8), min_size=1, max_size=9))
def test_streams_that_are_expected_are_those_that_are_not(seed: list[int], labels: list[str]) -> None:
    expecting, plain = Streams(seed), Streams(seed)
    expecting.expect(tuple(labels))
    for label in labels:
        assert np.array_equal(expecting[label].random(3), plain[label].random(3))
        assert np.array_equal(expecting[label].random(3), plain[label].random(3))


def test_a_stream_begins_anew_each_time() -> None:
    streams = Streams(3)
    assert streams["a"].random() == streams["a"].random() != streams["b"].random()


@pytest.mark.parametrize("seed", [-1, 1.5, "3", [], [1, -2], True, None])
def test_what_is_no_seed_is_refused(seed: object) -> None:
    with pytest.raises(ValueError, match="is no seed"):
        Streams(seed)  # type: ignore[arg-type]

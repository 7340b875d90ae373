"""Frames: what goes in comes out, and noise on the pipe is refused, not believed."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from rnnlab.runs import frames

ARRAYS = st.sampled_from(["float64", "float32", "int64", "int32", "bool"]).flatmap(
    lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=5))
)
HEADERS = st.dictionaries(st.text().filter(lambda name: name != "arrays"), st.integers() | st.text() | st.none())


@given(HEADERS, st.dictionaries(st.text(), ARRAYS, max_size=3))
def test_a_frame_comes_out_as_it_went_in(header: dict, arrays: dict) -> None:
    header_back, arrays_back = frames.unpack(frames.pack(header, arrays))
    assert header_back == header
    assert list(arrays_back) == list(arrays)
    for name, array in arrays.items():
        assert arrays_back[name].dtype == array.dtype
        np.testing.assert_array_equal(arrays_back[name], array)


def test_arrays_of_other_byte_orders_and_strides_arrive_equal() -> None:
    swapped = np.arange(6, dtype=">f8").reshape(2, 3)
    _, arrays = frames.unpack(frames.pack({}, {"swapped": swapped, "turned": swapped.T}))
    np.testing.assert_array_equal(arrays["swapped"], swapped)
    np.testing.assert_array_equal(arrays["turned"], swapped.T)


def test_arrays_that_arrive_can_be_written_to() -> None:
    _, arrays = frames.unpack(frames.pack({}, {"a": np.zeros(3)}))
    arrays["a"][0] = 1


def test_a_stream_gives_its_frames_in_order_and_then_none() -> None:
    stream = io.BytesIO(frames.pack({"n": 1}) + frames.pack({"n": 2}, {"x": np.ones(4)}))
    first, second = frames.read(stream), frames.read(stream)
    assert first is not None and second is not None
    assert (first[0], second[0], frames.read(stream)) == ({"n": 1}, {"n": 2}, None)
    assert second[1]["x"].tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize("cut", [1, 7, 9, 30, 50])
def test_a_stream_that_ends_inside_a_frame_has_ended(cut: int) -> None:
    assert frames.read(io.BytesIO(frames.pack({"kind": "news"}, {"x": np.ones(4)})[:cut])) is None


def test_prints_before_the_greeting_are_skipped() -> None:
    stream = io.BytesIO(b"a warning\nhalf a line " + frames.GREETING + frames.pack({"n": 1}))
    assert frames.find_greeting(stream)
    assert frames.read(stream) == ({"n": 1}, {})


def test_a_stream_without_greeting_is_noticed() -> None:
    assert not frames.find_greeting(io.BytesIO(b"Traceback\n  no such module\n"))


def test_numbers_that_json_does_not_know_are_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        frames.pack({"loss": float("nan")})
    _, arrays = frames.unpack(frames.pack({}, {"loss": np.array([np.nan, np.inf])}))
    np.testing.assert_array_equal(arrays["loss"], [np.nan, np.inf])


def test_objects_are_refused() -> None:
    with pytest.raises(ValueError, match="dtype object"):
        frames.pack({}, {"x": np.array([object()])})


def raw(header: object, body: bytes = b"") -> bytes:
    text = json.dumps(header).encode()
    return frames.LENGTHS.pack(len(text), len(body)) + text + body


@pytest.mark.parametrize(
    "noise",
    [
        b"hello, I am a print",
        raw([1, 2]),
        raw({"kind": "x"}),
        raw({"arrays": [["x", "object", [1]]]}, b"12345678"),
        raw({"arrays": [["x", "float64", [2]]]}, b"12345678"),
        raw({"arrays": []}, b"left over"),
        raw({"arrays": [["x", "float64", [-1]]]}),
        raw({"arrays": [["x", "float64", ["a"]]]}),
    ],
)
def test_noise_is_refused(noise: bytes) -> None:
    with pytest.raises(frames.FrameError):
        frames.unpack(noise)

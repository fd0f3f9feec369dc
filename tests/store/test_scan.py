"""Finding values by their brackets, in bytes that no parser takes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.store.containers import scan

texts = st.text(max_size=8) | st.sampled_from(['"', "\\", "{["])
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(['"', "\\", "{["]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(values, st.sampled_from([b"", b"  ", b",", b"]", b"}", b"\nx"]), st.booleans())
def test_a_value_ends_where_json_ends_it(value: object, behind: bytes, ascii_only: bool) -> None:
    written = json.dumps(value, ensure_ascii=ascii_only).encode()
    assert scan.value_end(b"[" + written + behind, 1) == 1 + len(written)


@given(st.lists(values) | st.dictionaries(st.text(max_size=4), values), st.data())
def test_a_cut_container_has_no_end(value: object, data: st.DataObject) -> None:
    written = json.dumps(value).encode()
    length = data.draw(st.integers(1, len(written) - 1))
    with pytest.raises(scan.Cut):
        scan.value_end(written[:length], 0)
    with pytest.raises(scan.Cut):
        scan.value_end(written, 0, length)


@given(st.binary(max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_any_bytes(data: bytes, start: int, stop: int) -> None:
    try:
        end = scan.value_end(data, start, stop)
    except scan.Cut:
        return
    assert start < end <= min(stop, len(data))


@pytest.mark.parametrize(
    "damaged",
    [b"[}", b"{]", b"[[}]", b'{"a":[}', b'{"a', b'["a]', b'["\\"]', b"", b"]", b",", b'"a'],
)
def test_no_end(damaged: bytes) -> None:
    with pytest.raises(scan.Cut):
        scan.value_end(damaged, 0)


def test_depth_does_not_matter() -> None:
    data = b"[" * 100_000 + b"]" * 100_000
    assert scan.value_end(data, 0) == len(data)


def test_broken_text_in_strings_does_not_matter() -> None:
    data = b'{"a":"\xff\x00\x1b{\\"","\xed\xa0\x80":NaN} '
    assert scan.value_end(data, 0) == len(data) - 1


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b'"key" : 5', (b"key", 8)),
        (b'"a\\"b":[', (b'a\\"b', 7)),
        (b'"":', (b"", 3)),
        (b'"key"', None),
        (b'"key', None),
        (b"key:5", None),
        (b"", None),
    ],
)
def test_member(data: bytes, found: tuple[bytes, int] | None) -> None:
    assert scan.member(data, 0) == found


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ({}, "an object"),
        ([], "a list"),
        ("x", "text"),
        (None, "null"),
        (True, "true or false"),
        (False, "true or false"),
        (-5, "a number"),
        (1.5, "a number"),
    ],
)
def test_shape(value: object, shape: str) -> None:
    assert scan.shape(json.dumps(value).encode()) == shape

"""Records that strict readers refuse are read all the same, and marked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.store.containers.tolerant import Unreadable, read_record
from ctexplore.trail.record import decode_record
from tests.build import event, raw


@pytest.mark.parametrize(
    ("old", "new", "oddity"),
    [
        (b"aws-cli", b"\xff", "not UTF-8"),
        (b"aws-cli", b"\x1b", "raw control character"),
        (b"aws-cli", b"\\udfff", "half of a surrogate pair"),
        (b'"i-00000001"', b"NaN", "NaN, which is not JSON"),
        (b'"i-00000001"', b'NaN,"a":1,"a":2', "NaN, which is not JSON, duplicate key"),
        (b"aws-cli", b"\xff\x1b\xfe\x1b", "raw control character, not UTF-8"),
        (b'"i-00000001"', b"[NaN,NaN,NaN]", "NaN, which is not JSON"),
        (b'"Event1"', b"7", ""),
        (b'"i-00000001"', b"1e400", ""),
    ],
)
def test_oddity(old: bytes, new: bytes, oddity: str) -> None:
    assert read_record(raw(event(1)).replace(old, new))[1] == oddity


def test_values_are_those_of_the_strict_reader() -> None:
    usual = decode_record(raw(event(1)))
    odd, _ = read_record(raw(event(1)).replace(b"request-1", b"\xff"))
    for name in ("eventName", "eventTime", "userAgent", "eventID", "recipientAccountId"):
        assert getattr(odd, name) == getattr(usual, name)
    assert bytes(odd.userIdentity) == bytes(usual.userIdentity)


def test_nested_values_keep_their_bytes() -> None:
    written = b'{"a": [1.50, 1e400, "\\u00e4", "\xff"], "b":NaN}'
    record, _ = read_record(raw(event(1)).replace(b'{"instanceId":"i-00000001"}', written))
    assert bytes(record.requestParameters) == written.replace(b": ", b":").replace(b", ", b",")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"null", "a record is null, not an object"),
        (b" [1]", "a record is a list, not an object"),
        (b'"x"', "a record is text, not an object"),
        (b"NaN", "a record is a number, not an object"),
        (b'{"a":1', "not JSON: the JSON is cut off at byte 6"),
        (b'{"a" 1}', "not JSON: a colon is missing at byte 5"),
        (b"", "not JSON: nothing here at byte 0"),
        (
            b'{"a":' + b"[" * 1024 + b"]" * 1024 + b"}",
            "nested deeper than 1,024 levels at byte 1,028",
        ),
    ],
)
def test_unreadable(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as error:
        read_record(data)
    assert str(error.value) == reason


@given(
    st.binary(max_size=50)
    | st.binary(max_size=30).map(lambda inside: b'{"eventName":"%s"}' % inside)
)
def test_any_bytes_are_read_or_told(data: bytes) -> None:
    try:
        record, _ = read_record(data)
    except Unreadable as error:
        assert str(error)
    else:
        assert isinstance(record.eventName, str)

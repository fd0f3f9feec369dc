"""The records in a file's JSON, byte for byte, whatever container they came in."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.store.containers.split import envelope, split
from ctexplore.store.problem import Outcome
from tests.build import event, events, log, raw

texts = st.text(max_size=6) | st.sampled_from(['"Records"', "]}", '{"eventVersion":'])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=3,
)
records = st.builds(lambda key, value: {"eventName": "x", key: value}, texts, values)
some = st.lists(records, max_size=4)
written = st.sampled_from(
    [
        raw,
        lambda value: json.dumps(value).encode(),
        lambda value: json.dumps(value, ensure_ascii=False).encode(),
        lambda value: json.dumps(value, indent=1).encode(),
    ]
)
Write = Callable[[Any], bytes]


def pieces(data: bytes) -> list[bytes]:
    found = split(data)
    assert not found.problems
    return [bytes(record) for record in found.records]


@given(some, written, st.sampled_from([b"", b"\n", b" \r\n"]))
def test_a_log_files_records_are_its_bytes(drawn: list[Any], write: Write, around: bytes) -> None:
    inside = [write(record) for record in drawn]
    for comma in (b",", b", ", b" ,\n"):
        data = b'{"Records":[' + comma.join(inside) + b"]}"
        assert pieces(around + data + around) == inside
    spaced = b'{ "Records" : [\n' + b",\n".join(inside) + b"\n] }"
    assert pieces(spaced) == inside


@given(some, written)
def test_a_bare_list(drawn: list[Any], write: Write) -> None:
    inside = [write(record) for record in drawn]
    assert pieces(b"[" + b",".join(inside) + b"]") == inside


@given(st.lists(records, min_size=2, max_size=4))
def test_lines(drawn: list[Any]) -> None:
    inside = [raw(record) for record in drawn]
    assert pieces(b"\n".join(inside)) == inside
    assert pieces(b"\n\n".join(inside) + b"\r\n") == inside


@given(some, st.sampled_from(["Events", "events", "logEvents"]))
def test_records_in_texts(drawn: list[Any], name: str) -> None:
    inside = [raw(record) for record in drawn]
    key = "CloudTrailEvent" if name == "Events" else "message"
    listed = [{"id": "1", key: record.decode()} for record in inside]
    assert pieces(raw({name: listed, "NextToken": None})) == inside


@given(st.lists(some, min_size=2, max_size=3))
def test_log_files_in_a_row(files: list[list[Any]]) -> None:
    inside = [raw(record) for drawn in files for record in drawn]
    for between in (b"", b"\n", b",", b"\n\n"):
        assert pieces(between.join(log(*drawn) for drawn in files)) == inside


@pytest.mark.parametrize(
    "data",
    [
        b'{"Records":[{"a":1}],"Records":[]}',
        b'{"Records":[{"a":1}],"Records":[{"a":1}]}',
        b'{"Records":[{"a":1}],"\\u0052ecords":[{"b":1}]}',
        b'{"Records":[],"Records":[{"a":1}]}',
        b'{"Records":[{"a":1}],"x":1}',
        b'{"x":1,"Records":[{"a":1}]}',
        b'{"Records":[{"a":1}]}x',
        b'{"Records":null}',
        b'{"records":[{"a":1}]}',
        b'{"Records":[' + b" " * 100_000 + b'],"x":1}',
        b"[]",
        b"",
    ],
)
def test_only_a_plain_log_file_goes_the_fast_way(data: bytes) -> None:
    assert envelope(data) is None


def test_a_second_list_is_never_hidden() -> None:
    one, two, three = (raw(event(n)) for n in (1, 2, 3))
    for again in (b'"Records"', b'"\\u0052ecords"', b'"Recor\\u0064s"'):
        data = b'{"Records":[%s,%s],%s:[%s]}' % (one, two, again, three)
        assert pieces(data) == [one, two, three]


def test_an_envelope_inside_records_is_no_envelope() -> None:
    """What a log file lists is what CloudTrail wrote, whatever it looks like."""
    odd = raw({"message": "text", "detail": {}, "detail-type": "x"})
    assert pieces(log(odd)) == [odd]
    assert pieces(log(odd)[:-1] + b',"x":1}') == [odd]


def test_places_of_lines() -> None:
    found = split(b"\n".join([raw(event(1)), b'{"a":', b"", log(event(2), event(3))]))
    assert found.places == {
        0: "line 1",
        1: "line 2",
        2: "line 4, record 1",
        3: "line 4, record 2",
    }


def test_what_is_said_of_a_file_is_said_once_and_not_without_end() -> None:
    line = raw({"schemaVersion": "2.0", "service": {}, "severity": 1})
    assert [p.reason for p in split(b"\n".join([line] * 50)).problems] == [
        "a GuardDuty finding, it holds no events"
    ]
    problems = split(raw(event(1)) + b"\n" + b"junk\n" * 50 + raw(event(2))).problems
    assert len(problems) == 21
    assert problems[-1].reason == "30 more places where something is amiss"


def test_a_record_that_looks_like_more_records() -> None:
    """Inside a damaged file a record may hold what looks like the start of another."""
    nested = raw(event(2, requestParameters=event(7)))
    data = log(event(1), nested, b'{"a":NaN}', event(3))
    assert [bytes(r) for r in split(data).records] == [
        raw(event(1)),
        nested,
        b'{"a":NaN}',
        raw(event(3)),
    ]


@pytest.mark.parametrize("damage", [b'"', b"{", b"}", b"[", b"]", b"\\", b"x", b'","', b"}}"])
@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
def test_around_damage_all_records_are_found(damage: bytes, place: float) -> None:
    good = [raw(record) for record in events(1, 2, 4, 5)]
    broken = raw(event(3))
    at = int(place * len(broken))
    broken = broken[:at] + damage + broken[at:]
    found = [bytes(r) for r in split(log(*good[:2], broken, *good[2:])).records]
    assert [piece for piece in found if piece in good] == good


@pytest.mark.parametrize(
    "data",
    [
        b'{"eventVersion":"' * 3000,
        b'{"Records":[' + b'{"eventVersion":"1","a":' * 3000 + b"NaN",
        b'{"Records":[{"eventVersion":1}]' * 3000,
        b"".join(b'{"Records":[{"k%d":1}]' % n for n in range(3000)),
        b"[" + b"[]," * 20_000 + b"NaN]",
        b'{"a":[' * 10_000 + b'{"eventVersion":1}]',
        b'{"x":' + b'{"Records":[1' * 5000,
        b"{" * 50_000,
        b"{}\n" * 5000 + b"x",
    ],
)
def test_hostile_bytes_are_read_in_linear_work(
    data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted in bytes that the slow scanner passes over, not in time."""
    from ctexplore.store.containers import scan

    passed = 0
    value_end = scan.value_end

    def counting(data: bytes, start: int, stop: int | None = None) -> int:
        nonlocal passed
        try:
            end = value_end(data, start, stop)
        except scan.Cut:
            passed += (len(data) if stop is None else stop) - start
            raise
        passed += end - start
        return end

    monkeypatch.setattr(scan, "value_end", counting)
    split(data)
    assert passed < 20 * len(data)


def test_outcomes() -> None:
    outcomes = {
        b"{}": Outcome.FAILED,
        raw({"digestStartTime": "x", "logFiles": []}): Outcome.SKIPPED,
        log(event(1)) + b"x": Outcome.NOTED,
        log(event(1), event(2))[:-9]: Outcome.PARTIAL,
    }
    for data, outcome in outcomes.items():
        assert [p.outcome for p in split(data).problems] == [outcome]

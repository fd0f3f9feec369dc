"""What is exported is what CloudTrail wrote, and opens again as the same records."""

from __future__ import annotations

import gzip
import json
from pathlib import PurePath
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctexplore.engines.answer import BLOCK, Answer, Lost, blocks
from ctexplore.export.chunks import chunks
from ctexplore.export.formats import CLOUDTRAIL, JSON, JSONL, RAW, format_of, suffix_of
from ctexplore.export.records import TooLarge, one_line
from tests.build import event, events, gz, log, raw
from tests.export.answers import all_of, answer_of, opened, raw_records
from tests.sources.memory_source import log_key

OF_RECORDS = (JSON, JSONL, CLOUDTRAIL, RAW)


def exported(form: str, answer: Answer) -> bytes:
    return b"".join(chunks(form, [answer]))


def with_parameter(number: int, text: bytes) -> bytes:
    return raw(event(number, requestParameters=None)).replace(
        b'"requestParameters":null', b'"requestParameters":' + text
    )


ODD = {
    "digits": b'{"a":12345678901234567890123,"b":1.50,"c":1e5,"d":-0.0}',
    "twice": b'{"a":1,"a":2}',
    "escapes": rb'{"a":"\u0041\/\ud83d\ude00\u2028\u0000"}',
    "unicode": '{"a":"é\u2028\u202e"}'.encode(),
    "not UTF-8": b'{"a":"\xff\xfe"}',
    "lone surrogate": rb'{"a":"\ud800"}',
    "blanks": b'{ "a" :\t[ 1 , 2 ] }',
    "deep": b"[" * 200 + b"]" * 200,
}


@pytest.mark.parametrize("form", OF_RECORDS)
@pytest.mark.parametrize("inside", ODD.values(), ids=ODD)
def test_bytes_stay_as_they_were(form: str, inside: bytes) -> None:
    records = [with_parameter(3, b"{}"), with_parameter(2, inside), with_parameter(1, b"[]")]
    answer = answer_of(*records)
    assert raw_records(f"export{suffix_of(form)}", exported(form, answer)) == records


plain = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(plain, inner, max_size=3),
    max_leaves=6,
)
separators = st.sampled_from([(",", ":"), (", ", ": "), (",\n ", ":\t"), (",\r\n", ": ")])


drawn_records = st.lists(st.tuples(values, separators, st.booleans()), min_size=1, max_size=6).map(
    lambda drawn: [
        json.dumps(event(n, requestParameters=value), separators=style, ensure_ascii=plain).encode()
        for n, (value, style, plain) in enumerate(drawn)
    ]
)


@settings(max_examples=60)
@given(drawn_records, st.sampled_from([JSON, JSONL, CLOUDTRAIL]))
def test_any_records_open_again_as_they_were(records: list[bytes], form: str) -> None:
    newest_first = records[::-1]
    wanted = [one_line(r) for r in newest_first] if form == JSONL else newest_first
    written = exported(form, answer_of(*records))
    assert raw_records(f"export{suffix_of(form)}", written) == wanted


@settings(max_examples=60)
@given(drawn_records)
def test_raw_is_the_records_with_newlines_between(records: list[bytes]) -> None:
    assert exported(RAW, answer_of(*records)) == b"".join(r + b"\n" for r in records[::-1])


def test_a_line_break_between_tokens_is_a_blank_in_lines() -> None:
    record = json.dumps(event(1), indent=1).replace("\n", "\r\n").encode()
    [line] = exported(JSONL, answer_of(record)).splitlines()
    assert json.loads(line) == event(1)
    assert exported(RAW, answer_of(record)) == record + b"\n"


def test_the_forms_are_what_others_read() -> None:
    answer = answer_of(*events(1, 2, 3))
    newest_first = events(3, 2, 1)
    assert json.loads(exported(JSON, answer)) == newest_first
    assert [json.loads(line) for line in exported(JSONL, answer).splitlines()] == newest_first
    assert json.loads(gzip.decompress(exported(CLOUDTRAIL, answer))) == {"Records": newest_first}


def test_a_cloudtrail_file_is_the_same_each_time() -> None:
    answer = answer_of(*events(1, 2))
    assert exported(CLOUDTRAIL, answer) == exported(CLOUDTRAIL, answer)


def test_more_than_opens_again_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = answer_of(*events(1, 2))
    size = len(gzip.decompress(exported(CLOUDTRAIL, answer)))
    monkeypatch.setattr("ctexplore.export.records.LIMIT", size)
    exported(CLOUDTRAIL, answer)
    monkeypatch.setattr("ctexplore.export.records.LIMIT", size - 1)
    with pytest.raises(TooLarge, match="export fewer of them, or as jsonl"):
        exported(CLOUDTRAIL, answer)


@pytest.mark.parametrize(("form", "empty"), [(JSON, b"[\n\n]\n"), (JSONL, b""), (RAW, b"")])
def test_nothing_is_still_a_file(form: str, empty: bytes) -> None:
    assert exported(form, answer_of()) == empty


def test_no_records_are_a_cloudtrail_file_without_records() -> None:
    assert json.loads(gzip.decompress(exported(CLOUDTRAIL, answer_of()))) == {"Records": []}


def test_rows_come_in_their_order_whatever_file_they_are_in() -> None:
    session, _ = opened(
        {
            log_key("2024/03/05", "0100"): gz(log(*events(5, 1, 3))),
            log_key("2024/03/05", "0105"): gz(log(*events(4, 2, 6))),
        }
    )
    names = [json.loads(line)["eventName"] for line in exported(JSONL, all_of(session)).split()]
    assert names == [f"Event{n}" for n in (6, 5, 4, 3, 2, 1)]


def test_records_that_cannot_be_read_are_counted_and_named() -> None:
    gone, kept = log_key("2024/03/05", "0100"), log_key("2024/03/05", "0105")
    session, source = opened({gone: gz(log(*events(1, 2))), kept: gz(log(*events(3)))})
    source.files[gone] = gz(log(*events(1)))
    lost = Lost(source.uri)
    lines = exported(JSONL, all_of(session, lost)).splitlines()
    assert [json.loads(line)["eventName"] for line in lines] == ["Event3", "Event1"]
    assert (lost.count, lost.names) == (1, [f"s3://my-logs/{gone} record 2"])


def test_records_are_held_a_block_at_a_time() -> None:
    answer = answer_of(*events(*range(3 * BLOCK)))
    cut = list(blocks([answer]))
    assert max(map(len, cut)) == BLOCK
    assert len(cut[0]) < BLOCK
    assert [row for block in cut for row in block.rows] == answer.rows.tolist()


def test_nothing_is_read_before_it_is_asked_for() -> None:
    asked = []

    def answers() -> Any:
        for number in (1, 2):
            asked.append(number)
            yield answer_of(event(number))

    coming = chunks(JSONL, answers())
    assert asked == []
    next(coming)
    assert asked == [1]


def test_a_format_is_known_by_its_files_names() -> None:
    names = ("a.csv", "a.b.JSON", "a.ndjson", "a.jsonl", "a.json.gz", "a.log", "a.gz", "csv")
    found = [format_of(PurePath(name)) for name in names]
    assert found == ["csv", "json", "jsonl", "jsonl", "json.gz", "raw", "", ""]
    assert all(format_of(PurePath("a" + suffix_of(form))) == form for form in OF_RECORDS)

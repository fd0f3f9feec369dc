"""CSV that a spreadsheet can open: nothing in it runs, and nothing in it is lost."""

from __future__ import annotations

import csv
import io
import re
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctexplore.engines.answer import Answer, Lost
from ctexplore.export.chunks import chunks
from ctexplore.export.csv import csv_rows, guarded, unguarded
from ctexplore.export.fields import FieldError, fields
from tests.build import event, events, gz, log, raw, without
from tests.export.answers import all_of, answer_of, opened
from tests.sources.memory_source import log_key

DANGEROUS = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
FORMULAS = [
    "=cmd|'/C calc'!A0",
    "+1+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "＋1",
    "－1",
    "＠1",
    '="a";"b"',
]


def exported(answer: Answer, names: str = "", *, csv_raw: bool = False) -> bytes:
    more = {"fields": fields(names)} if names else {}
    return b"".join(chunks("csv", [answer], csv_raw=csv_raw, **more))  # type: ignore[arg-type]


def cells(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_begins_like_a_formula(formula: str) -> None:
    answer = answer_of(event(1, userAgent=formula, eventName=formula, errorMessage=formula))
    [_, row] = cells(exported(answer, "agent,name,errorMessage,requestParameters.instanceId"))
    assert row == ["'" + formula] * 3 + ["i-00000001"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_raw_cells_are_what_the_log_has(formula: str) -> None:
    answer = answer_of(event(1, userAgent=formula))
    assert cells(exported(answer, "agent", csv_raw=True)) == [["agent"], [formula]]


anything = st.text(st.sampled_from("=+-@\t\r\n＝'\",;a \0é\u202e") | st.characters(codec="utf-8"))


@settings(max_examples=100)
@given(st.lists(st.lists(anything, min_size=2, max_size=2), max_size=5))
def test_cells_differ_by_the_documented_prefix_only(rows: list[list[str]]) -> None:
    read = cells(csv_rows(rows))
    assert not any(DANGEROUS.match(cell) for row in read for cell in row)
    assert [[unguarded(cell) for cell in row] for row in read] == rows
    pairs = zip(chain(*rows), chain(*read), strict=True)
    assert all(now in (was, "'" + was) for was, now in pairs)
    assert cells(csv_rows(rows, raw=True)) == rows


@settings(max_examples=100)
@given(anything)
def test_an_apostrophe_of_the_log_is_told_from_ours(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert unguarded(text) == text or text.startswith("'")


def test_every_cell_is_quoted() -> None:
    assert csv_rows([["a", 'b"c']]) == b'"a","b""c"\n'


def test_the_columns_are_those_of_the_list() -> None:
    answer = answer_of(*events(1, 2))
    head, newest, _ = cells(exported(answer))
    assert head == [
        "time",
        "name",
        "source",
        "who",
        "target",
        "ip",
        "region",
        "account",
        "error",
    ]
    assert newest == [
        "2024-03-05T00:00:02Z",
        "Event2",
        "ec2.amazonaws.com",
        "alice",
        "i-00000002",
        "192.0.2.7",
        "eu-west-1",
        "111122223333",
        "",
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("eventName", "Event1"),
        ("user", "alice"),
        ("USER", "alice"),
        ("key", "AKIAEXAMPLEALICE"),
        ("userIdentity.accessKeyId", "AKIAEXAMPLEALICE"),
        ("userIdentity.arn", "arn:aws:iam::111122223333:user/alice"),
        ("useridentity.ARN", "arn:aws:iam::111122223333:user/alice"),
        ("id", "00000001-0000-4000-8000-000000000001"),
        ("eventID", "00000001-0000-4000-8000-000000000001"),
        ("eventTime", "2024-03-05T00:00:01Z"),
        ("time", "2024-03-05T00:00:01Z"),
        ("readOnly", "false"),
        ("errorCode", ""),
        ("requestParameters.gone", ""),
        ("requestParameters", '{"instanceId":"i-1","n":[1.50,2],"a,b":[{"c":"x"},{"c":"y"}]}'),
        ("requestParameters.n", '["1.5", "2"]'),
        ('requestParameters."a,b".c', '["x", "y"]'),
        ('requestParameters."a,b"[].c', '["x", "y"]'),
        (".eventName", "Event1"),
    ],
)
def test_a_field_has_the_names_that_filters_have(name: str, text: str) -> None:
    parameters = b'{"instanceId":"i-1","n":[1.50,2],"a,b":[{"c":"x"},{"c":"y"}]}'
    record = raw(event(1, requestParameters=0)).replace(
        b'"requestParameters":0', b'"requestParameters":' + parameters
    )
    assert cells(exported(answer_of(record), f"source, {name} ,region"))[1] == [
        "ec2.amazonaws.com",
        text,
        "eu-west-1",
    ]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ("nmae", 'there is no field "nmae" (name?)'),
        ("name,requestParameter.x", 'there is no field "requestParameter.x" (requestParameters?)'),
        ("name who", '"name who" is no field'),
        ("name:x", '"name:x" is no field'),
        ("9", '"9" is no field'),
        ("is:write", '"is:write" is no field'),
        (" , ", "no fields are named"),
    ],
)
def test_a_name_that_is_no_field_is_told(names: str, said: str) -> None:
    with pytest.raises(FieldError, match=re.escape(said)):
        fields(names)


@pytest.mark.parametrize(
    ("time", "text"),
    [
        ("2024-03-05T00:00:01Z", "2024-03-05T00:00:01Z"),
        ("2024-03-05T00:00:01.250Z", "2024-03-05T00:00:01.250Z"),
        ("2024-03-05T02:00:01+02:00", "2024-03-05T00:00:01Z"),
        ("2024-02-30T00:00:00Z", "2024-02-30T00:00:00Z"),
        ("soon", "soon"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
    ],
)
def test_times_are_utc_or_the_logs_own_text(time: str, text: str) -> None:
    assert cells(exported(answer_of(event(1, eventTime=time)), "time"))[1] == [text]


def test_an_event_without_a_time_has_an_empty_cell() -> None:
    assert exported(answer_of(without(event(1), "eventTime")), "time") == b'"time"\n""\n'


@pytest.mark.parametrize(
    ("inside", "text"),
    [(b"\xffA", "\\xffA"), (rb"\ud83dA", "\\ud83dA"), (b"\xc3\xa9", "é"), (rb"\u00e9", "é")],
)
def test_what_utf8_cannot_hold_is_an_escape(inside: bytes, text: str) -> None:
    record = raw(event(1, userAgent="A", requestID="A"))
    record = record.replace(b'"userAgent":"A"', b'"userAgent":"%b"' % inside)
    record = record.replace(b'"requestID":"A"', b'"requestID":"%b"' % inside)
    assert cells(exported(answer_of(record), "agent,requestID"))[1] == [text, text]


def test_columns_need_no_record_and_paths_need_each_once() -> None:
    session, source = opened({log_key("2024/03/05"): gz(log(*events(1, 2, 3)))})
    read: list[str] = []
    real = source.read
    source.read = lambda file: (read.append(file.key), real(file))[1]  # type: ignore[method-assign]
    answer = all_of(session)
    exported(answer, "time,name,who,target,error,key,agent")
    assert read == []
    exported(answer, "requestParameters.instanceId,userIdentity.arn,requestID")
    assert len(read) == 1


def test_a_row_whose_record_is_gone_stays_and_is_named() -> None:
    session, source = opened({log_key("2024/03/05"): gz(log(*events(1, 2)))})
    source.files[log_key("2024/03/05")] = gz(log(*events(1)))
    lost = Lost(source.uri)
    table = cells(exported(all_of(session, lost), "name,requestID"))
    assert table == [["name", "requestID"], ["Event2", ""], ["Event1", "request-1"]]
    assert lost.names == [f"s3://my-logs/{log_key('2024/03/05')} record 2"]

"""Bytes may only rule records out, however the text is spelled in them."""

from __future__ import annotations

import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.query.raw import AnyTest, holds
from ctexplore.query.record import all_texts, decode, text_of, values_at
from tests.query.events import rows_of
from tests.query.reference import everything
from tests.query.strategies import TEXTS, json_values, records


@given(records(), st.data())
def test_a_text_that_is_there_is_never_ruled_out(raw: bytes, data: st.DataObject) -> None:
    texts = [t for t in all_texts(decode(raw)) if t]
    text = data.draw(st.sampled_from(texts)).casefold()
    start = data.draw(st.integers(0, len(text) - 1))
    piece = text[start : data.draw(st.integers(start + 1, len(text)))]
    test = holds([[piece], [piece, "zzz"]])
    assert test(raw)
    assert test(b'{"Records":[{"eventName":"x"},' + raw + b"]}")
    quoted = json.dumps(raw.decode("utf-8", "surrogateescape")).encode()
    assert test(b'{"CloudTrailEvent":' + quoted + b"}")


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        ("kelvin", '{"a":"\u212aelvin"}'.encode()),
        ("kelvin", b'{"a":"\\u212Aelvin"}'),
        ("kelvin", b'{"a":"\\u004b\\u0045LVIN"}'),
        ("strasse", '{"a":"STRA\u00dfE"}'.encode()),
        ("a/b", b'{"a":"a\\/b"}'),
        ("1000", b'{"a":1e3}'),
        ("1000", b'{"a":[0, 1.0E3]}'),
        ("1.5", b'{"a":0.15e1}'),
        ('say "hi"', b'{"a":"say \\"hi\\""}'),
        ("\u00e9t\u00e9", b'{"a":"\\u00c9T\\u00c9"}'),
        ("\U0001f600", b'{"a":"\\ud83d\\ude00"}'),
    ],
)
def test_spellings_that_bytes_do_not_show(text: str, raw: bytes) -> None:
    assert holds([[text]])(raw)
    assert any(text.casefold() in t.casefold() for t in all_texts(decode(raw)))


@pytest.mark.parametrize(
    ("groups", "raw"),
    [
        ([["alice"]], b'{"a":"bob"}'),
        ([["alice"]], b'{"a":"b\\"o\\\\b\\n"}'),
        ([["alice"]], b'{"a":"b\\u003d"}'),
        ([["alice"]], '{"a":"\u00e9"}'.encode()),
        ([["1000"]], b'{"a":10, "b":"1.0.0.0"}'),
        ([["username"], ["bob"]], b'{"userName":"alice"}'),
        ([["bob", "carol"]], b'{"userName":"alice"}'),
    ],
)
def test_records_are_ruled_out(groups: list[list[str]], raw: bytes) -> None:
    assert not holds(groups)(raw)


def test_what_has_no_plain_text_rules_nothing_out() -> None:
    assert holds([['"\\']])(b"{}")
    assert holds([["\u00e9", "x"]])(b"{}")


def test_any_test_is_as_wide_as_its_widest() -> None:
    any_ = AnyTest((holds([["alice"]]), holds([["bob"]])))
    assert any_(b'{"a":"BOB"}') and any_(b'{"a":"Alice"}') and not any_(b'{"a":"carol"}')
    assert pickle.loads(pickle.dumps(any_))(b'{"a":"bob"}')


@given(json_values)
def test_decoding_gives_every_text(value: object) -> None:
    raw = json.dumps({"a": value}).encode()
    assert sorted(all_texts(decode(raw))) == sorted(everything({"a": value}))


@pytest.mark.parametrize(
    ("literal", "text"),
    [
        ("0", "0"), ("-0", "0"), ("-0.0", "0"), ("10", "10"), ("1.50", "1.5"), ("1e3", "1000"),
        ("1E-7", "1e-07"), ("123456789012345678901234", "123456789012345678901234"),
        ("18446744073709551615", "18446744073709551615"), ("1e400", "1e400"), ("NaN", "NaN"),
        ("true", "true"), ("null", ""),
    ],
)  # fmt: skip
def test_numbers_have_one_text(literal: str, text: str) -> None:
    for raw in (f'{{"a":{literal}}}', f'{{"a":{literal},"long":1234567890123456789012}}'):
        assert [text_of(v) for v in values_at(decode(raw.encode()), ["a"])] == [text] * bool(text)


def test_digits_past_64_bits_are_exact() -> None:
    event = {"eventName": "x", "requestParameters": {"n": 2**70, "deep": {"n": [2**70 + 1]}}}
    assert rows_of(f"requestParameters.n:{2**70}", event) == [0]
    assert rows_of(f"requestParameters.n:{2**70 + 1}", event) == []
    assert rows_of(f"requestParameters.deep.n:{2**70 + 1}", event) == [0]
    assert rows_of(str(2**70 + 1), event) == [0]
    assert rows_of(f"requestParameters.n:>{2**70}", event) == []
    assert rows_of(f"requestParameters.n:>={2**70}", event) == [0]


def test_both_of_two_equal_keys_are_seen_where_the_strict_reader_refuses() -> None:
    raw = b'{"a":"first","a":"second","b":NaN}'
    assert values_at(decode(raw), ["a"]) == ["first", "second"]


def test_texts_do_not_run_into_one_another() -> None:
    event = {"eventName": "ab", "userAgent": "cd"}
    for text in TEXTS:
        event[f"k{text}"] = text
    assert rows_of('"abcd"', event) == []
    assert rows_of('"ab\\u0000cd"', event) == []
    assert rows_of('"eventNameab"', event) == []


@pytest.mark.parametrize("number", ["5242880.0", "5242880", "5.24288e6", "52428800E-1"])
def test_a_number_is_found_however_it_is_typed(number: str) -> None:
    events = [{"eventName": "x", "requestParameters": {"n": n}} for n in (5242880, 5242880.0, 7.5)]
    assert rows_of(f"requestParameters.n:{number}", *events) == [0, 1]
    small = {"eventName": "x", "requestParameters": {"n": 1.5e-7}}
    assert rows_of("requestParameters.n:1.5e-7", small) == [0]
    assert rows_of("requestParameters.n:1.5e-8", small) == []

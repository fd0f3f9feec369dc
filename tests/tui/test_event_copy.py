"""What is copied is exact, safe to paste, and no masked secret."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.text import safe
from ctexplore.trail.exact import parse
from ctexplore.tui.detail.event_copy import (
    Copied,
    copy_event,
    copy_file,
    copy_key,
    copy_path,
    copy_row,
    copy_value,
)
from ctexplore.tui.detail.json_rows import JsonRows

TOKEN = "IQoJb3JpZ2lu" + "x" * 100


def value_of(raw: bytes) -> Copied:
    """What is copied of the first value of an object."""
    rows = JsonRows(parse(raw).root)
    return copy_value(rows, rows.rows[0])


@pytest.mark.parametrize(
    "written,copied",
    [
        ('"arn:aws:iam::aws:policy/x"', "arn:aws:iam::aws:policy/x"),
        ('"C:\\\\new\\\\x41"', "C:\\new\\x41"),
        ("18446744073709551617", "18446744073709551617"),
        ("1.50", "1.50"),
        ("-0", "-0"),
        ("false", "false"),
        ("null", "null"),
        ('{"b": [1, 2.0], "a": "x", "b": null}', '{"b":[1,2.0],"a":"x","b":null}'),
        ('["\\u00fc\\/"]', '["\\u00fc\\/"]'),
        ("{}", "{}"),
        ('"Grüße 漢字"', "Grüße 漢字"),
    ],
)
def test_values_are_copied_as_they_were_written(written, copied):
    assert value_of(f'{{"a":{written}}}'.encode()) == Copied(copied)


def test_a_document_in_a_text_is_copied_as_json():
    policy = '{\n "Statement": []\n, "n": 1.50}'
    copied = value_of(json.dumps({"p": policy}).encode())
    assert copied == ('{"Statement":[],"n":1.50}', "the document that the text holds")


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":"x\\u001b]52;c"}',
        b'{"a":"x\x1b]52;c"}',
        '{"a":"\u202eabc\\n"}'.encode(),
        b'{"a":"two\\nlines"}',
        b'{"a":"\xff"}',
        b'{"a":["\\u001b\x1b","\xc2\x9b"]}',
        '{"a":{"\u202e":"\U000e0041"}}'.encode(),
    ],
)
def test_what_acts_or_hides_on_a_terminal_is_copied_as_plain_ascii_json(raw):
    text, note = value_of(raw)
    assert text.isascii() and text.isprintable()
    assert note.startswith("as JSON")
    copied = parse(f'{{"a":{text}}}'.encode()).root
    assert copied == parse(raw).root


@given(st.text())
def test_any_text_can_be_pasted_without_harm(text):
    copied, note = value_of(json.dumps({"a": text}).encode())
    if note:
        assert copied.isascii() and copied.isprintable()
    elif copied:
        assert copied == text
        assert safe(text.replace("\\", "/")) == text.replace("\\", "/")


def test_a_masked_secret_is_not_copied_nor_what_holds_it():
    rows = JsonRows(parse(json.dumps({"responseElements": {"sessionToken": TOKEN}}).encode()).root)
    for row in rows.rows:
        assert copy_value(rows, row).text == ""
        assert "x shows it" in copy_value(rows, row).note
    rows.show_secrets(True)
    assert copy_value(rows, rows.rows[1]) == Copied(TOKEN)


def test_the_event_is_its_bytes_and_says_when_it_holds_a_secret():
    raw = b'{ "a" :1.50, "a": "\xff", "b":18446744073709551617 }'
    rows = JsonRows(parse(raw).root)
    copied = copy_event(rows, raw)
    assert copied.text.encode("utf-8", "surrogateescape") == raw
    assert copied.note == ""
    raw = json.dumps({"sessionToken": TOKEN}).encode()
    assert copy_event(JsonRows(parse(raw).root), raw).note == "it holds a secret"
    assert copy_event(None, b"[[") == Copied("[[")


def test_keys_and_paths():
    rows = JsonRows(parse(b'{"resources":[{"a.b":1}],"\\u001b":2}').root)
    rows.unfold_all(10)
    assert [copy_key(row).text for row in rows.rows] == [
        "resources",
        "0",
        "a.b",
        '"\\u001b"',
    ]
    assert [copy_path(row).text for row in rows.rows] == [
        "resources",
        "resources[0]",
        'resources[0]."a.b"',
        '"\\u001b"',
    ]
    scalar = JsonRows(parse(b"7").root)
    assert copy_key(scalar.rows[0]).text == copy_path(scalar.rows[0]).text == ""


def test_row_and_file():
    assert copy_row(("a", "b\tc\x1b")).text == "a\tb\\tc\\x1b"
    assert copy_file(["s3://b/k record 2.json record 7", "other"]).text == "s3://b/k record 2.json"
    assert copy_file(["s3://b/\x1b record 7"]).text == '"s3://b/\\u001b"'
    assert copy_file([]).text == ""

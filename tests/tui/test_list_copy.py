"""What is copied of a line of the list."""

from __future__ import annotations

import pytest

from ctexplore.tui.events.columns import DEFAULT, column
from ctexplore.tui.events.list_copy import copy_cell, copy_field, copy_files, copy_line, copy_path
from ctexplore.tui.events.record_cells import Cell
from ctexplore.tui.values import Values
from tests.tui.event_views import START, table, view

BUCKET = "requestParameters.bucketName"
SIGNED = "https://b.s3.amazonaws.com/k?X-Amz-Signature=0123456789abcdef0123456789abcdef"
EVENTS = view(
    table(
        {
            "time": START,
            "name": "Decrypt",
            "source": "kms.amazonaws.com",
            "who": "alice\x1b[2J",
            "target": SIGNED,
        }
    )
)


def test_a_cell_is_copied_exactly_or_as_json() -> None:
    assert copy_cell(column("source"), EVENTS, 0) == ("kms.amazonaws.com", "")
    assert copy_cell(column("time"), EVENTS, 0) == ("2024-01-15T09:04:05Z", "")
    text, note = copy_cell(column("who"), EVENTS, 0)
    assert text == '"alice\\u001b[2J"'
    assert note.startswith("as JSON")


def test_what_is_not_copied_says_why() -> None:
    assert copy_cell(column("error"), EVENTS, 0) == ("", "not copied: the event has no error")
    for name, why in ((BUCKET, "not read yet"), ("target", "masked secret")):
        text, note = copy_cell(column(name), EVENTS, 0)
        assert (text, why in note) == ("", True)


def test_a_cell_that_was_read() -> None:
    values = Values()
    values.add({0: {BUCKET: Cell("logs", "logs")}})
    assert copy_cell(column(BUCKET, read=values.of(BUCKET)), EVENTS, 0) == ("logs", "")


@pytest.mark.parametrize(
    ("name", "field", "path"),
    [
        ("time", "at", "eventTime"),
        ("name", "name", "eventName"),
        ("source", "source", "eventSource"),
        ("who", "who", "userIdentity"),
        ("error", "error", "errorCode"),
        ("ip", "ip", "sourceIPAddress"),
        ("region", "region", "awsRegion"),
        ("account", "account", "recipientAccountId"),
        ("agent", "agent", "userAgent"),
        (BUCKET, BUCKET, BUCKET),
        ("target", "target", ""),
        ("role", "role", ""),
    ],
)
def test_fields_and_paths(name: str, field: str, path: str) -> None:
    assert copy_field(column(name)).text == field
    copied = copy_path(column(name))
    assert copied.text == path
    assert copied.note or path


def test_a_line_is_whole_and_safe_and_has_its_secrets_masked() -> None:
    cells = copy_line(tuple(map(column, (*DEFAULT, BUCKET))), EVENTS, 0).text.split("\t")
    assert cells[:4] == ["2024-01-15T09:04:05Z", "Decrypt", "kms.amazonaws.com", "alice\\x1b[2J"]
    assert "0123456789abcdef" not in cells[5]
    assert len(cells) == len(DEFAULT) + 1


def test_every_file_once() -> None:
    assert copy_files(["s3://b/1", "s3://b/2", "s3://b/1"]).text == "s3://b/1\ns3://b/2"
    text, note = copy_files(["s3://b/\u202ex", "s3://b/\x07"])
    assert text.isascii()
    assert note.count("as JSON") == 1

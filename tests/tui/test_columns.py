"""What the columns say of an event, and how they are cut short."""

from __future__ import annotations

import pytest

from ctexplore.query.syntax import FilterError
from ctexplore.text import cell_width
from ctexplore.tui.events.columns import DEFAULT, Column, canonical_name, cell, column, path_of
from ctexplore.tui.events.list_copy import copy_line
from ctexplore.tui.events.record_cells import Cell
from ctexplore.tui.values import Values
from tests.tui.event_views import START, table, view


def say(name: str, width: int = 40, /, **event: object) -> str:
    shown = column(name)
    return cell(shown, shown.text(view(table({"time": START, **event})), 0), width).rstrip()


def value(name: str, /, **event: object) -> str | None:
    return column(name).value(view(table({"time": START, **event})), 0)


def test_sources_and_targets_are_short() -> None:
    assert say("source", source="iam.amazonaws.com") == "iam"
    assert say("source", source="partner.example") == "partner.example"
    assert say("target", target="arn:aws:iam::111122223333:role/Admin") == "role/Admin"
    assert say("target", target="arn:aws:s3:::bucket/key") == "bucket/key"
    assert say("target", target="i-0ab12cd34ef56ab78") == "i-0ab12cd34ef56ab78"


def test_a_value_is_what_the_log_has_whatever_is_shown() -> None:
    assert value("source", source="iam.amazonaws.com") == "iam.amazonaws.com"
    assert value("target", target="arn:aws:s3:::bucket/key") == "arn:aws:s3:::bucket/key"
    assert value("error", error="Client.UnauthorizedOperation") == "Client.UnauthorizedOperation"
    assert value("error") == ""
    assert value("time") == "2024-01-15T09:04:05Z"


def test_a_long_path_keeps_both_ends() -> None:
    assert say("target", 15, target="logs-bucket/2024/01/15") == "logs-bu…4/01/15"


@pytest.mark.parametrize(
    ("who", "width", "shown"),
    [
        ("cloudtrail.amazonaws.com", 15, "cloudtrail.ama…"),
        ("web-node/i-0694d352d642696ea", 27, "web-node/i-0694d352d642696…"),
        ("web-node/i-0694d352d642696ea", 13, "web-node/i-0…"),
        ("OrganizationSecurityAudit/audit-collector", 27, "Organizati…/audit-collector"),
        ("checkout-service-in-production/checkout-service-6e68e5", 20, "checkout-service-in…"),
        ("AWSServiceRoleForAutoScaling/AutoScaling", 27, "…AutoScaling/AutoScaling"),
        (
            "AWSServiceRoleForAutoScaling/AutoScaling",
            40,
            "AWSServiceRoleForAutoScaling/AutoScaling",
        ),
        ("管理者研究/研究開発部門", 18, "≈管理者研究/研究…"),
    ],
)
def test_of_role_and_session_one_stays_whole_if_it_can(who: str, width: int, shown: str) -> None:
    assert say("who", width, who=who) == shown


def test_a_code_too_long_loses_who_is_to_blame_first() -> None:
    code = "Client.UnauthorizedOperation"
    assert say("error", 28, error=code) == code
    assert say("error", 12, error=code) == "Unauthorize…"
    assert say("error", 12, error="Client") == "Client"


HOSTILE = (
    "\x1b]52;c;ZXZpbA==\x07",
    "a\nb\tc\r",
    "[/bold]",
    "\u202etxt.exe",
    "\x9b31m",
    "a" + "\u0301" * 50,
    "a/\x1b[2J/b",
)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("name", [n for n in DEFAULT if n != "time"])
def test_log_text_only_shows(name: str, text: str) -> None:
    shown = column(name)
    drawn = cell(shown, shown.text(view(table({"time": START, name: text})), 0), 12)
    assert drawn.isprintable()
    assert "\u202e" not in drawn
    assert cell_width(drawn) == 12


def test_wide_characters_take_exactly_their_cells() -> None:
    events = view(table({"time": START, "who": "管理者/研究開発部門", "name": "操作した人"}))
    for width in range(20):
        for name in ("who", "name"):
            shown = column(name)
            assert cell_width(cell(shown, shown.text(events, 0), width)) == width


def test_a_megabyte_of_text_shows_its_ends() -> None:
    path = "bucket/" + "x" * 1_000_000 + "/the-end"
    assert say("target", 17, target=path) == "bucket/x…/the-end"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("eventName", "name"),
        ("WHO", "who"),
        ("time", "time"),
        ("eventTime", "time"),
        ("userAgent", "agent"),
        ("id", "eventID"),
        ("eventid", "eventID"),
        ("requestparameters.bucketName", "requestParameters.bucketName"),
        ('requestParameters."odd key".x', 'requestParameters."odd key".x'),
        (".eventName", ".eventName"),
        ("resources[0].ARN", "resources.ARN"),
    ],
)
def test_columns_are_named_as_filters_name_fields(typed: str, name: str) -> None:
    assert canonical_name(typed) == name
    assert canonical_name(name) == name
    assert column(name).name == name


def test_a_field_that_nobody_knows_is_no_column() -> None:
    for typed in (
        "",
        "bucketName",
        "nmae",
        "is",
        "since",
        "..",
        "resources[0]x",
        "-who",
        "who or ip",
        "name:a ",
    ):
        with pytest.raises(FilterError):
            canonical_name(typed)


def test_what_the_table_has_is_not_read_from_records() -> None:
    assert path_of("agent") == path_of("time") == path_of("who") == ()
    assert path_of("eventID") == ("eventID",)
    assert path_of('requestParameters."a.b"') == ("requestParameters", "a.b")
    agent = column("agent")
    assert agent.value(view(table({"time": START, "agent": "curl"})), 0) == "curl"
    assert agent.path == "userAgent"


def test_what_is_not_read_yet_says_so() -> None:
    bucket = column("requestParameters.bucketName")
    events = view(table({"time": START}))
    assert bucket.value(events, 0) is None
    assert bucket.text(events, 0) == "…"
    assert bucket.title == "bucketName"
    read = (lambda _view, _row: "logs", lambda _view, _row: "logs, more")
    known = column("requestParameters.bucketName", read=read)
    assert (known.value(events, 0), known.text(events, 0)) == ("logs", "logs, more")


def test_a_secret_in_a_cell_is_masked() -> None:
    url = "https://bucket.s3.amazonaws.com/key?X-Amz-Signature=0123456789abcdef0123456789abcdef"
    assert "0123456789abcdef" not in say("target", 120, target=url)
    assert "masked" in say("target", 120, target=url)


def test_titles_are_safe_and_tell_the_order() -> None:
    hostile = Column("x", "\x1b[2J", lambda _view, _row: "", (1, 1, 1), 0)
    assert hostile.head(6).isprintable()
    assert column("name").head(8, "▲") == "▲EVENT  "
    assert column("name").head(3, "▲") == "▲E…"


@pytest.mark.parametrize(
    ("written", "shown"),
    [("5242880.0", "5.0 MB"), ("0", "0 B"), ("812", "812 B"), ("lots", "lots"), ("", "")],
)
def test_bytes_are_shown_for_a_person_and_copied_as_they_are(written: str, shown: str) -> None:
    name = "additionalEventData.bytesTransferredOut"
    values = Values()
    values.add({0: {name: Cell(written, written)}})
    bytes_out, seen = column(name, read=values.of(name)), view(table({"time": START}))
    assert cell(bytes_out, bytes_out.text(seen, 0), 12).rstrip() == shown
    assert bytes_out.value(seen, 0) == written
    assert copy_line([bytes_out], seen, 0).text == written

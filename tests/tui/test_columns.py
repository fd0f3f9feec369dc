"""What the columns say of an event, and which of them fit."""

from __future__ import annotations

from datetime import UTC, timedelta, timezone

import numpy as np
import pytest

from ctexplore.store.order import Copies
from ctexplore.store.schema import NO_TIME
from ctexplore.text import cell_width
from ctexplore.tui.columns import GAP, Column, Layout, event_columns, layout
from ctexplore.tui.row_text import GUTTER
from tests.tui.event_views import START, table, view

PANE = (60, 80, 100, 160)  # terminal widths; the scrollbar takes one cell of each


def shown(width: int) -> Layout:
    return layout(event_columns(), width - 1 - GUTTER)


def names(of: Layout) -> list[str]:
    return [c.name for c, _ in of]


def column(name: str, **options: object) -> Column:
    return next(c for c in event_columns(**options) if c.name == name)  # type: ignore[arg-type]


def say(name: str, width: int = 40, /, **event: object) -> str:
    return column(name).cell(view(table({"time": START, **event})), 0, width).rstrip()


def test_what_does_not_fit_goes_by_priority() -> None:
    core = ["sign", "time", "name", "source", "who", "error", "copies"]
    assert names(shown(60)) == ["sign", "time", "name", "who", "error"]
    assert names(shown(80)) == core
    assert names(shown(100)) == core
    assert names(shown(160)) == [
        "sign", "time", "name", "source", "who", "target", "ip", "region", "account", "error",
        "copies",
    ]  # fmt: skip


@pytest.mark.parametrize("width", PANE)
def test_columns_fill_the_pane_and_no_more(width: int) -> None:
    used = GUTTER + sum(w for _, w in shown(width)) + GAP * (len(shown(width)) - 1)
    assert used <= width - 1
    grown_out = all(w == c.widths[2] for c, w in shown(width))
    assert used == width - 1 or grown_out


def test_a_wider_pane_never_loses_a_column() -> None:
    before: set[str] = set()
    for width in range(20, 260):
        now = set(names(shown(width)))
        assert before <= now
        before = now
    assert before == {c.name for c in event_columns()}


def test_widths_stay_within_their_bounds() -> None:
    for width in range(20, 260):
        for one, cells in shown(width):
            assert one.widths[0] <= cells <= one.widths[2]


def test_what_is_essential_stays_in_the_narrowest_pane() -> None:
    assert names(shown(20)) == ["sign", "time", "name"]


def test_a_common_error_is_whole_at_80() -> None:
    cells = {c.name: w for c, w in shown(80)}
    assert cells["error"] >= len("AccessDenied")


def test_time_carries_its_date() -> None:
    assert say("time") == "2024-01-15 09:04:05"
    assert column("time").title == "TIME UTC"


def test_a_local_time_carries_its_offset() -> None:
    india = timezone(timedelta(hours=5, minutes=30))
    local = column("time", zone=india)
    assert local.cell(view(table({"time": START})), 0, 25) == "2024-01-15 14:34:05+05:30"
    assert local.title == "TIME local"
    assert all(len(column("time", zone=z).title) <= 19 for z in (UTC, india, None))


def test_the_machines_own_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        own = column("time", zone=None).cell(view(table({"time": START})), 0, 25)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert own == "2024-01-15 18:04:05+09:00"


def test_the_last_day_of_the_calendar_has_no_local_time_but_is_shown() -> None:
    last = 253_402_300_799_000  # 9999-12-31T23:59:59Z
    events = view(table({"time": last}))
    east = timezone(timedelta(hours=9))
    assert column("time", zone=east).cell(events, 0, 25) == "9999-12-31 23:59:59+00:00"


def test_a_time_that_cannot_be_read_is_shown_as_it_is() -> None:
    assert say("time", 19, time=NO_TIME, timetext="yesterday") == "yesterday"
    assert say("time", 19, time=NO_TIME, timetext="\x1b[2J") == "\\x1b[2J"
    assert say("time", 19, time=NO_TIME) == "-"


def test_sources_and_targets_are_short() -> None:
    assert say("source", source="iam.amazonaws.com") == "iam"
    assert say("source", source="partner.example") == "partner.example"
    assert say("target", target="arn:aws:iam::111122223333:role/Admin") == "role/Admin"
    assert say("target", target="arn:aws:s3:::bucket/key") == "bucket/key"
    assert say("target", target="i-0ab12cd34ef56ab78") == "i-0ab12cd34ef56ab78"


def test_a_long_path_keeps_both_ends() -> None:
    assert say("who", 15, who="ci-deploy/i-0ab12cd3") == "ci-depl…ab12cd3"
    assert say("who", 15, who="cloudtrail.amazonaws.com") == "cloudtrail.ama…"


def test_severity_is_a_sign() -> None:
    assert say("sign", 1, readonly="true") == ""
    assert say("sign", 1, readonly="false") == "+"
    assert say("sign", 1, readonly="true", idaccount="1", account="2") == "+"
    assert say("sign", 1, error="AccessDenied") == "!"
    assert say("sign", 1, idtype="Root") == "!"
    assert say("sign", 1, name="StopLogging", readonly="false") == "!"


def test_copies_are_counted() -> None:
    events = table({"time": START}, {"time": START}, {"time": START})
    folded = Copies(np.array([1, 2], np.uint32), np.array([0, 0], np.uint32))
    assert column("copies").cell(view(events, [0], folded), 0, 2) == "×3"
    assert column("copies").cell(view(events), 0, 2) == "  "


HOSTILE = (
    "\x1b]52;c;ZXZpbA==\x07",
    "a\nb\tc\r",
    "[/bold]",
    "\u202etxt.exe",
    "\x9b31m",
    "a" + "\u0301" * 50,
)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("field", ["name", "source", "who", "target", "ip", "region", "error"])
def test_log_text_only_shows(field: str, text: str) -> None:
    one = column(field)
    cell = one.cell(view(table({"time": START, field: text})), 0, 12)
    assert cell.isprintable()
    assert "\u202e" not in cell
    assert cell_width(cell) == 12


def test_wide_characters_take_exactly_their_cells() -> None:
    for width in range(1, 20):
        events = view(table({"time": START, "who": "管理者/研究開発部門", "name": "操作した人"}))
        assert cell_width(column("who").cell(events, 0, width)) == width
        assert cell_width(column("name").cell(events, 0, width)) == width


def test_a_megabyte_of_text_shows_its_ends() -> None:
    path = "bucket/" + "x" * 1_000_000 + "/the-end"
    assert say("target", 17, target=path) == "bucket/x…/the-end"

"""What the event list draws."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta, timezone

import numpy as np
from rich.text import Text

from ctexplore.store.columns.copies import Copies
from ctexplore.text import cell_width
from tests.tui.event_views import START, add, numbered, table, view
from tests.tui.listing import PAGE, SIZE, Listing, listing


async def test_the_page_at_80() -> None:
    events = table(
        {
            "time": START,
            "name": "AttachUserPolicy",
            "source": "iam.amazonaws.com",
            "who": "ci-deploy/i-0ab12cd3",
            "readonly": "false",
            "error": "AccessDenied",
        },
        {
            "time": START - 1000,
            "name": "GetUser",
            "source": "iam.amazonaws.com",
            "who": "ci-deploy/i-0ab12cd3",
        },
        {"time": START - 2000, "name": "StopLogging", "source": "cloudtrail.amazonaws.com"},
    )
    app = Listing(view(events))
    async with app.run_test(size=(80, 6)):
        assert app.lines() == [
            "    TIME UTC 2024  EVENT                    SOURCE  WHO           ERROR",
            "▌ ! 01-15 09:04:05▸AttachUserPolicy         iam     ci-deploy/i-… AccessDenied",
            "    01-15 09:04:04 GetUser                  iam     ci-deploy/i-0ab12cd3",
            "  ! 01-15 09:04:03 StopLogging              cloudt…",
            "",
            "",
        ]


async def test_titles_stay_while_scrolling_and_the_zone_changes_them() -> None:
    app = listing()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("G")
        assert "TIME UTC" in app.text(0)
        app.list.zone = timezone(timedelta(hours=-5))
        await pilot.pause()
        assert "-05:00 2024" in app.text(0)
        assert "01-15 04:04:05▸Call0000" in app.lines()[PAGE]


async def test_a_message_stands_where_no_events_are() -> None:
    app = Listing(None)
    async with app.run_test(size=SIZE) as pilot:
        app.list.message = Text("nothing matches\nesc clears the filter")
        await pilot.pause()
        lines = app.lines()
        at = [i for i, line in enumerate(lines) if "nothing matches" in line]
        assert at == [3]
        assert lines[4].strip() == "esc clears the filter"
        assert abs(lines[3].index("nothing") - (79 - 15) // 2) <= 1
        app.list.show(view(table(*numbered(2))))
        await pilot.pause()
        assert "nothing" not in "".join(app.lines())
        assert "TIME UTC" in app.text(0)


async def test_hostile_text_is_shown_and_obeyed_by_nobody() -> None:
    hostile = "\x1b]52;c;ZXZpbA==\x07\x9b2J\u202e[/x]"
    fields = ("name", "source", "who", "target", "ip", "region", "account", "error")
    app = Listing(view(table({"time": START, **dict.fromkeys(fields, hostile)})))
    async with app.run_test(size=(160, 4)):
        drawn = "".join(app.lines())
        assert drawn.isprintable()
        assert "\u202e" not in drawn
        assert drawn.count("\\x1b]5") == len(fields)


async def test_wide_characters_keep_the_grid() -> None:
    names = ["管理者コンソール操作", "Ünïcödé", "ascii", "한국어이벤트이름입니다", "e\u0301" * 30]
    events = table(*({"time": START, "name": n, "who": n, "error": n} for n in names))
    for width in (40, 60, 80, 100, 160):
        app = Listing(view(events))
        async with app.run_test(size=(width, 8)):
            for line in range(1, 6):
                strip = app.list.render_line(line)
                assert strip.cell_length == sum(cell_width(s.text) for s in strip) == width - 1


async def test_few_segments_a_row() -> None:
    events = table({"time": START}, {"time": START, "error": "AccessDenied"}, {"time": START})
    app = Listing(view(events))
    async with app.run_test(size=SIZE):
        # The cursor's line: up to its cell, the cell, what follows.
        assert [len(app.list.render_line(y)._segments) for y in (1, 2, 3)] == [3, 3, 1]


async def test_a_narrow_pane_keeps_the_names() -> None:
    app = listing(20)
    async with app.run_test(size=(24, 8)) as pilot:
        assert app.lines()[0].split() == ["EVENT"]
        assert app.lines()[1] == "▌  ▸Call0019"
        await pilot.press("l", "h", "right", "left")
        assert all(app.list.render_line(y).cell_length == 23 for y in range(8))
        await pilot.resize_terminal(3, 8)
        assert all(app.list.render_line(y).cell_length == 2 for y in range(8))


async def test_the_year_moves_to_the_lines_once_when_another_comes() -> None:
    events = table(*numbered(20))
    app = Listing(view(events))
    async with app.run_test(size=SIZE) as pilot:
        assert "TIME UTC 2024  EVENT" in app.text(0)
        await pilot.press("G")
        add(events, numbered(1, START - 40 * 86_400_000, 100))
        app.list.show(view(events))
        await pilot.pause()
        assert "TIME UTC            EVENT" in app.text(0)
        assert "2024-01-15 09:04:05▸Call0000" in "".join(app.lines())
        app.list.show(view(events, range(20)))  # the other year is filtered out, and still loaded
        await pilot.pause()
        assert "2024-01-15 09:04:05▸Call0000" in "".join(app.lines())
        app.list.show(view(table(*numbered(5))))
        await pilot.pause()
        assert "TIME UTC 2024  EVENT" in app.text(0)


async def test_a_long_name_has_the_cells_of_an_error_that_is_not_there() -> None:
    who = "AWSServiceRoleForAutoScaling/AutoScaling"
    events = table(
        {"time": START, "name": "A", "who": who},
        {"time": START, "name": "B", "who": who, "error": "AccessDenied"},
    )
    app = Listing(view(events))
    async with app.run_test(size=SIZE) as pilot:
        assert app.lines()[1].endswith(" …AutoScaling… AccessDenied")
        assert app.lines()[2].endswith(" …AutoScaling/AutoScaling")
        await pilot.press("j", "l", "l")
        assert app.lines()[2].endswith("▸…AutoScaling/AutoScaling")
        await pilot.press("l")  # the empty cell itself is current: it is shown where it is
        assert app.lines()[2].endswith(" …AutoScaling…▸")


async def test_copies_are_counted_beside_the_name() -> None:
    long = "DescribeScheduledInstanceAvailability"
    events = table(*({"time": START, "name": name} for name in (long, "GetUser", "x", "y", "z")))
    folded = Copies(np.array([2, 3, 4], np.uint32), np.array([0, 0, 1], np.uint32))
    app = Listing(view(events, [0, 1], folded))
    async with app.run_test(size=SIZE):
        assert "▸GetUser               ×2 " in app.text(1)
        assert " DescribeScheduledIns… ×3 " in app.text(2)


async def test_a_smaller_pane_keeps_the_cursor_in_sight() -> None:
    app = listing()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(*["j"] * 6)
        await pilot.resize_terminal(80, 4)
        await pilot.pause()
        first, last = app.list.visible_rows
        assert first <= 6 <= last == first + 2
        await pilot.press("G")
        await pilot.resize_terminal(80, 20)
        await pilot.pause()
        assert app.list.visible_rows == (81, 99)


async def test_what_is_cached_is_drawn_anew_when_its_look_changes() -> None:
    app = listing(5)
    async with app.run_test(size=SIZE) as pilot:

        def styles() -> Iterable[object]:
            return [s.style for s in app.list.render_line(2)]

        app.lines()
        before = styles()
        app.theme = "textual-dark"
        await pilot.pause()
        app.lines()
        assert styles() != before
        focused = [s.style for s in app.list.render_line(1)]
        app.set_focus(None)
        await pilot.pause()
        app.lines()
        assert [s.style for s in app.list.render_line(1)] != focused

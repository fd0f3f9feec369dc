"""The line with the histogram, in the explorer."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.geometry import Region

from tests.tui.exploring import Narrowed, event, exploring

# On a line of 60 cells thirteen bars of an hour: 00 has one event, 09 three, one of which
# failed, 11 one, 12 two.
MORNING = [
    event("15T00:10:00", "Z1"),
    event("15T09:10:00", "A1"),
    event("15T09:20:00", "A2", errorCode="AccessDenied"),
    event("15T09:30:00", "A3"),
    event("15T11:30:00", "C1"),
    event("15T12:10:00", "D1"),
    event("15T12:40:00", "D2"),
]


def bars(explorer: Narrowed) -> str:
    return explorer.drawn("TimelineBar")[0]


async def test_bars_failures_and_labels(tmp_path: Path) -> None:
    async with exploring(tmp_path, MORNING, (60, 24)) as explorer:
        line = bars(explorer)
        assert line == " 01-15 00:00 ▃▃                         ██⣿   ▃▃ ▅▅  13:00"


async def test_a_wide_line_says_more(tmp_path: Path) -> None:
    async with exploring(tmp_path, MORNING) as explorer:
        line = bars(explorer)
        assert line.startswith(" 2024-01-15 00:00 ")
        assert "01-15 12:30: 1 · 30 min a bar · peak 2 at 01-15 09:00" in line
        await explorer.press("G", "T")
        assert "UTC" not in explorer.drawn("Header")[0]


async def test_undated_events_are_in_no_bar_and_said(tmp_path: Path) -> None:
    events = [*MORNING, event("no time at all", "E")]
    async with exploring(tmp_path, events, (80, 24)) as explorer:
        assert bars(explorer).endswith(" 1 without time")
        await explorer.press("G")
        assert explorer.at == "E"
        assert explorer.screen.timeline.chosen is None


async def test_keys_go_from_bar_to_bar(tmp_path: Path) -> None:
    async with exploring(tmp_path, MORNING, (60, 24)) as explorer:
        assert explorer.at == "D2"
        await explorer.press("left_square_bracket")
        assert explorer.at == "C1"
        await explorer.press("left_square_bracket")
        assert explorer.at == "A3"
        await explorer.press("left_square_bracket", "left_square_bracket")
        assert explorer.at == "Z1"
        await explorer.press(*["right_square_bracket"] * 4)
        assert explorer.at == "D2"


async def test_zooming_narrows_the_filter_and_can_be_undone(tmp_path: Path) -> None:
    async with exploring(tmp_path, MORNING, (60, 24), text="is:write") as explorer:
        await explorer.press("left_square_bracket", "left_square_bracket", "z")
        hour = "is:write since:2024-01-15T09:00:00Z until:2024-01-15T10:00:00Z"
        assert explorer.filter == hour
        await explorer.until(lambda: explorer.names == ["A3", "A2", "A1"])
        await explorer.counted()
        timeline = explorer.screen.timeline.timeline
        assert timeline is not None and timeline.width == 300_000
        await explorer.press("z")
        assert explorer.filter == "is:write since:2024-01-15T09:30:00Z until:2024-01-15T09:35:00Z"
        await explorer.press("Z")
        assert explorer.filter == hour
        await explorer.press("Z")
        assert explorer.filter == "is:write"
        await explorer.press("Z")
        assert explorer.filter == "is:write"
        await explorer.press("u")
        assert explorer.filter == hour


async def test_zooming_out_keeps_what_was_added_since(tmp_path: Path) -> None:
    async with exploring(tmp_path, MORNING, (60, 24), text="since:2024-01-15") as explorer:
        await explorer.press("z", "plus")
        assert explorer.filter.startswith("since:2024-01-15T12:00:00Z until:2024-01-15T13:00:00Z")
        await explorer.press("Z")
        assert explorer.filter == "name:D2 since:2024-01-15"
        await explorer.press("Z")
        assert explorer.filter == "name:D2"


async def test_the_page_and_the_cursor_are_marked(tmp_path: Path) -> None:
    async with exploring(tmp_path, MORNING, (60, 10)) as explorer:
        await explorer.press("G")
        strip = explorer.screen.timeline.render_line(0)
        styles = [s.style for s in strip for _ in s.text if s.style]
        reversed_, underlined = ([i for i, s in enumerate(styles) if getattr(s, look)]
                                 for look in ("reverse", "underline"))  # fmt: skip
        assert reversed_ == [13, 14, 15]
        # Seven events on ten lines: the page has all but the newest two.
        assert underlined == list(range(13, 13 + 10 * 3))


async def test_a_click_goes_there_and_a_drag_chooses_a_span(tmp_path: Path) -> None:
    async with exploring(tmp_path, MORNING, (60, 24)) as explorer:
        pilot, timeline = explorer.pilot, explorer.screen.timeline
        nine = 13 + 9 * 3  # the first cell of its bar
        await pilot.click("TimelineBar", offset=(nine, 0))
        assert explorer.at == "A3"
        await pilot.mouse_down("TimelineBar", offset=(nine + 1, 0))
        await pilot.hover("TimelineBar", offset=(nine + 6, 0))
        await pilot.mouse_up("TimelineBar", offset=(nine + 6, 0))
        assert timeline.chosen is not None
        await explorer.press("z")
        assert explorer.filter == "since:2024-01-15T09:00:00Z until:2024-01-15T12:00:00Z"
        await explorer.until(lambda: explorer.names == ["C1", "A3", "A2", "A1"])


async def test_keys_choose_a_span_of_bars(tmp_path: Path) -> None:
    async with exploring(tmp_path, MORNING, (60, 24)) as explorer:
        await explorer.press("left_square_bracket", "less_than_sign", "less_than_sign")
        await explorer.press("greater_than_sign")
        assert explorer.at == "C1", "the list stays where it is"
        await explorer.press("less_than_sign", "z")
        assert explorer.filter == "since:2024-01-15T09:00:00Z until:2024-01-15T12:00:00Z"
        await explorer.press("Z")
        await explorer.until(lambda: explorer.at == "C1" and len(explorer.names) == 7)
        await explorer.counted()
        await explorer.press(*["greater_than_sign"] * 5, "z")
        assert explorer.filter == "since:2024-01-15T11:00:00Z until:2024-01-15T13:00:00Z"


async def test_only_what_differs_is_painted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with exploring(tmp_path, MORNING, (60, 24)) as explorer:
        painted: list[Region] = []
        timeline = explorer.screen.timeline
        monkeypatch.setattr(timeline, "refresh", lambda *regions: painted.extend(regions))
        await explorer.press("down")
        assert explorer.at == "D1" and painted == []
        await explorer.press("down")
        assert explorer.at == "C1"
        assert [r.width for r in painted] == [6]


@pytest.mark.parametrize(("variable", "value"), [("TERM", "linux"), ("LANG", "C")])
async def test_plain_characters_where_no_others_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    async with exploring(tmp_path, MORNING, (80, 24)) as explorer:
        line = bars(explorer)
        assert line.isascii()
        assert "#" in line and "!" in line


async def test_no_events_no_bars(tmp_path: Path) -> None:
    async with exploring(tmp_path, MORNING, text="name:Nothing") as explorer:
        await explorer.until(lambda: explorer.screen.timeline.timeline is not None)
        assert "█" not in bars(explorer)[:100]
        await explorer.press("left_square_bracket", "z", "Z")
        assert explorer.filter == "name:Nothing"

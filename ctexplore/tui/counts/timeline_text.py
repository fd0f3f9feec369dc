"""The timeline as cells: how many a bar takes, what stands left and right of them. No screen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from msgspec import Struct

from ctexplore.query.timeline import Timeline
from ctexplore.text import cell_width
from ctexplore.tui.glyphs import Glyphs, height

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WIDEST = 6  # cells of one bar, so that a handful of bars does not look like a mountain
_ENLARGED = 20  # times, at most, that failures are drawn higher than events
_ROOMY = 100  # cells from which on there is room to say more than where the range begins and ends
_UNITS = ((86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1000, "s"))


class Cell(NamedTuple):
    """One character of the line. style: events, failed or label."""

    text: str
    style: str
    page: bool = False
    chosen: bool = False


class Pointed(Struct, frozen=True):
    """What is pointed at, as bins: the first and the last that the list's page shows, and the
    first and last chosen; None is nothing."""

    page: tuple[int, int] | None = None
    chosen: tuple[int, int] | None = None


def bins_wanted(width: int) -> int:
    """Bars that a line of ``width`` cells can show: each takes one cell for its events and one
    for its failures."""
    return max(2, (width - _beside(width)) // 2)


def _beside(width: int) -> int:
    return 80 if width >= _ROOMY + 40 else 62 if width >= _ROOMY else 26


class Axis:
    """A timeline on a line of ``width`` cells.

    start: the first cell of the first bar. per: cells of a bar.
    """

    def __init__(self, timeline: Timeline, width: int, zone: tzinfo | None) -> None:
        """zone: of the times shown; None is this machine's own."""
        self.timeline = timeline
        self.width = width
        self._zone = zone
        first, last = int(timeline.edges[0]), int(timeline.edges[-1])
        wide = width >= _ROOMY
        same_day = self._at(first).date() == self._at(last - 1).date()
        self._left = f" {self._said(first, year=wide)} "
        whole_days = timeline.width >= 86_400_000
        # The range ends before its last edge; a day is named by what is in it.
        end = last - timeline.width if whole_days else last
        midnight = self._at(last).date() != self._at(last - 1).date()
        if same_day and not whole_days:
            self._right = " 24:00" if midnight else f" {self._clock(last)}"
        else:
            self._right = f" {self._said(end)}"
        self.start = cell_width(self._left)
        room = max(1, width - _beside(width)) if wide else self._room()
        self.per = max(1, min(_WIDEST, room // max(1, len(timeline))))

    def _room(self) -> int:
        undated = cell_width(self._undated())
        return max(1, self.width - self.start - cell_width(self._right) - undated)

    def bin_at(self, cell: int) -> int:
        """The bin drawn at a cell of the line, or the one nearest to it."""
        return max(0, min((cell - self.start) // self.per, len(self.timeline) - 1))

    def bin_of(self, time: int) -> int | None:
        """The bin of a time in milliseconds since 1970 UTC; None outside the range."""
        edges = self.timeline.edges
        if not edges[0] <= time < edges[-1]:
            return None
        return int((time - edges[0]) // self.timeline.width)

    def cells(self, pointed: Pointed, glyphs: Glyphs) -> list[Cell]:
        """The whole line, ``width`` cells or, where that is too few, as much as fits."""
        timeline = self.timeline
        found = [Cell(c, "label") for c in self._left]
        peak = int(timeline.counts.max())
        # Most trails fail now and then: on one scale with the events all failures look alike.
        worst = max(int(timeline.failures.max()), peak / _ENLARGED)
        for number, (events, failed) in enumerate(
            zip(timeline.counts.tolist(), timeline.failures.tolist(), strict=True)
        ):
            page, chosen = _within(number, pointed.page), _within(number, pointed.chosen)
            bar = Cell(height(events, peak, glyphs.events), "events", page, chosen)
            found += [bar] * max(1, self.per - 1)
            if self.per > 1:
                found.append(Cell(height(failed, worst, glyphs.failed), "failed", page, chosen))
            elif failed:
                found[-1] = bar._replace(style="failed")
        # What is blank has no colour, and every change of it costs some ten bytes on the wire.
        found = [c if c.text != " " or c.page or c.chosen else Cell(" ", "label") for c in found]
        found += [Cell(c, "label") for c in self._right]
        said = self._facts(self.width - len(found), pointed, glyphs)
        found += [Cell(" ", "label")] * (self.width - len(found) - len(said))
        found += [Cell(c, "label") for c in said]
        return found[: self.width]

    def _facts(self, room: int, pointed: Pointed, glyphs: Glyphs) -> str:
        """As many facts as there is room for, the most wanted first."""
        said = ""
        facts = [self._undated()]
        if self.width >= _ROOMY:
            facts += [
                self._chosen(pointed),
                f"{span(self.timeline.width)} a bar",
                self._peak(),
                f"{glyphs.events[-1]} events {glyphs.failed[-1]} failed",
            ]
        for fact in filter(None, facts):
            more = f"{said} · {fact}" if said else fact
            if len(more) + 3 > room:
                break
            said = more
        return f"{said} " if said else ""

    def _undated(self) -> str:
        return f"{self.timeline.undated:,} without time" if self.timeline.undated else ""

    def _chosen(self, pointed: Pointed) -> str:
        """Of the bars chosen, when and how many events."""
        if pointed.chosen is None:
            return ""
        first, last = pointed.chosen
        timeline = self.timeline
        start = self._said(int(timeline.edges[first]))
        if last > first:
            start += f" to {self._said(int(timeline.edges[last + 1]))}"
        events = int(timeline.counts[first : last + 1].sum())
        failed = int(timeline.failures[first : last + 1].sum())
        return f"{start}: {events:,}" + (f", {failed:,} failed" if failed else "")

    def _peak(self) -> str:
        timeline = self.timeline
        at = int(timeline.counts.argmax())
        if not timeline.counts[at]:
            return ""
        return f"peak {int(timeline.counts[at]):,} at {self._said(int(timeline.edges[at]))}"

    def _at(self, time: int) -> datetime:
        """A time, or the nearest that the calendar has."""
        try:
            return (_EPOCH + timedelta(milliseconds=time)).astimezone(self._zone)
        except OverflowError:
            return datetime.max if time > 0 else datetime.min

    def _clock(self, time: int) -> str:
        return (
            f"{self._at(time):%H:%M:%S}"
            if self.timeline.width < 60_000
            else f"{self._at(time):%H:%M}"
        )

    def _said(self, time: int, *, year: bool = False) -> str:
        at = self._at(time)
        day = f"{at:%Y-%m-%d}" if year else f"{at:%m-%d}"
        return day if self.timeline.width >= 86_400_000 else f"{day} {self._clock(time)}"


def span(milliseconds: int) -> str:
    """``30 min``, ``1 h``, ``7 d``: the width of a bar."""
    size, unit = next(u for u in _UNITS if milliseconds % u[0] == 0)
    return f"{milliseconds // size} {unit}"


def _within(number: int, span: tuple[int, int] | None) -> bool:
    return span is not None and span[0] <= number <= span[1]

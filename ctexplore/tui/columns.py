"""The columns of the event list: what each shows of an event, and which fit a width."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from ctexplore.store.order import View
from ctexplore.store.schema import NO_TIME
from ctexplore.text import clip, clip_middle, fit, safe
from ctexplore.trail.severity import Severity, severity
from ctexplore.trail.target import short

Text = Callable[[View, int], str]
"""From a view and a row number to what the log says there: not yet safe for a screen."""

GAP = 1  # cells between two columns
ESSENTIAL = 2  # columns up to this priority stay even where the list must scroll sideways
CORE = 6  # up to this one they stay even when narrow; others wait until these have good widths

SIGNS = {Severity.READ: " ", Severity.NOTABLE: "+", Severity.ALERT: "!"}

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SERVICE = ".amazonaws.com"


@dataclass(frozen=True)
class Column:
    """One column. Widths are terminal cells.

    widths: the fewest that say anything, those for most values, and more than which is of no
    use. priority: lower stays longer as the list gets narrower. middle: a path too long is cut
    in its middle, because both of its ends tell.
    """

    name: str
    title: str
    text: Text
    widths: tuple[int, int, int]
    priority: int
    middle: bool = False

    def cell(self, view: View, row: int, width: int) -> str:
        """The event's text, safe for a screen, in exactly ``width`` cells."""
        text = self.text(view, row)
        # A value may be a megabyte; a cell is made of at most five characters (a letter and
        # its marks), so the ends hold all that can be seen.
        reach = 5 * (width + 1)
        if len(text) > 2 * reach:
            text = text[:reach] + text[-reach:]
        shown = safe(text)
        return fit(clip_middle(shown, width) if self.middle and "/" in shown else shown, width)

    def head(self, width: int) -> str:
        """The title in exactly ``width`` cells."""
        return fit(clip(self.title, width), width)


Layout = tuple[tuple[Column, int], ...]


def event_severity(view: View, row: int) -> Severity:
    """How loudly the event of a row speaks."""
    text = view.table.text
    return severity(
        text("source", row),
        text("name", row),
        readonly=text("readonly", row),
        error=text("error", row),
        idtype=text("idtype", row),
        caller_account=text("idaccount", row),
        account=text("account", row),
    )


def time_text(view: View, row: int, zone: tzinfo | None) -> str:
    """When the event happened, to the second and never without its date.

    UTC is ``2024-01-15 09:14:05``; any other zone (None is this machine's) adds its offset,
    because local clocks show one hour of the year twice. A time that could not be read is the
    record's own text, a missing one "-".
    """
    stamp = int(view.table.time[row])
    if stamp == NO_TIME:
        return view.table.text("timetext", row) or "-"
    moment = _EPOCH + timedelta(milliseconds=stamp)
    if zone is UTC:
        return moment.isoformat(" ", "seconds")[:19]
    try:
        return moment.astimezone(zone).isoformat(" ", "seconds")
    except OverflowError:  # the first and last day of the calendar have no local time everywhere
        return moment.isoformat(" ", "seconds")


def event_columns(zone: tzinfo | None = UTC) -> tuple[Column, ...]:
    """The columns of the list in order, with times shown in a zone; None is the machine's own."""

    def when(view: View, row: int) -> str:
        return time_text(view, row, zone)

    utc = zone is UTC
    width = (19, 19, 19) if utc else (25, 25, 25)
    return (
        Column("sign", "", _sign, (1, 1, 1), 0),
        Column("time", "TIME UTC" if utc else "TIME local", when, width, 1),
        Column("name", "EVENT", _field("name"), (13, 22, 34), 2),
        Column("source", "SOURCE", _source, (6, 8, 14), 5),
        Column("who", "WHO", _field("who"), (8, 18, 36), 3, middle=True),
        Column("target", "TARGET", _target, (16, 22, 72), 7, middle=True),
        Column("ip", "SOURCE IP", _field("ip"), (15, 15, 22), 8),
        Column("region", "REGION", _field("region"), (14, 14, 14), 9),
        Column("account", "ACCOUNT", _field("account"), (12, 12, 12), 10),
        Column("error", "ERROR", _field("error"), (12, 13, 28), 4),
        Column("copies", "", _copies, (2, 2, 3), 6),
    )


def layout(columns: Sequence[Column], width: int) -> Layout:
    """The columns that ``width`` cells have room for, each with its own width.

    Depends on nothing but the columns and the width, so that nothing moves while events
    arrive.
    """
    shown: set[str] = set()
    least = good = -GAP  # cells that the shown columns take at the fewest, and at good widths
    for column in sorted(columns, key=lambda c: c.priority):
        core = column.priority <= CORE
        needed = (least if core else good) + GAP + column.widths[0]
        if needed > width and column.priority > ESSENTIAL:
            break
        shown.add(column.name)
        least += GAP + column.widths[0]
        good += GAP + column.widths[1]
    kept = [c for c in columns if c.name in shown]
    return tuple(zip(kept, _share(kept, width - least), strict=True))


def _share(columns: Sequence[Column], spare: int) -> list[int]:
    """Their widths, with spare cells given one by one to whatever is furthest below good."""
    widths = [c.widths[0] for c in columns]
    for _ in range(spare):
        growing = [i for i, c in enumerate(columns) if widths[i] < c.widths[2]]
        if not growing:
            break
        widths[min(growing, key=lambda i: widths[i] / columns[i].widths[1])] += 1
    return widths


def _field(name: str) -> Text:
    return lambda view, row: view.table.text(name, row)


def _sign(view: View, row: int) -> str:
    return SIGNS[event_severity(view, row)]


def _source(view: View, row: int) -> str:
    return view.table.text("source", row).removesuffix(_SERVICE)


def _target(view: View, row: int) -> str:
    return short(view.table.text("target", row))


def _copies(view: View, row: int) -> str:
    folded = len(view.copies.of_row(row))
    return f"×{folded + 1}" if folded else ""

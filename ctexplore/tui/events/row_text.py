"""From an event to one line of the list: text and as few styled segments as will do."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from typing import NamedTuple

from msgspec import Struct
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.cache import LRUCache
from textual.strip import Strip

from ctexplore.store.columns.added import Values
from ctexplore.store.columns.order import View
from ctexplore.store.columns.table import Table
from ctexplore.tui.events.column_layout import GAP, Layout, Place
from ctexplore.tui.events.columns import PINNED, cell, copies_text, event_severity
from ctexplore.tui.events.signs import Signs

GUTTER = 4  # cells before the first column: cursor, mark, severity, a gap
# Columns that have a sign behind the events' names.
VERDICTS, FIRST = "integrity", "new"
_LOUD = ("changed", "missing", "unreferenced")
_KEPT = 2000  # lines; some ten screens of a large terminal


class Line(NamedTuple):
    """What a line of the list shows, beside its look: equal lines are drawn alike.

    column: of the cell under the cursor, "" when the list has no focus; None on other lines.
    contested: another event has the same id, with other bytes. new: it came while following.
    found: the values of columns that rooms above added, which may change. flag: what follows the
    name, of a rule's hit. verdict: whether CloudTrail vouches for it, None where nothing was
    verified. first: its actor did something for the first time.
    """

    row: int
    copies: int
    column: str | None
    marked: bool
    contested: bool = False
    new: bool = False
    found: tuple[Values, ...] = ()
    flag: str = ""
    verdict: str | None = None
    first: bool = False


class Look(Struct, frozen=True):
    """Everything that decides how all lines are drawn.

    severities: by level, of whole rows. error, cursor and cell are laid over these; a cursor
    with a text colour of its own covers an error's.
    """

    table: Table
    columns: Layout
    width: int
    severities: tuple[Style, ...]
    error: Style
    cursor: Style
    cell: Style
    signs: Signs


def _no_flag(_view: View, _row: int) -> str:
    return ""


def lines_of(
    view: View,
    first: int,
    last: int,
    cursor: int | None,
    column: str,
    marked: Container[int],
    new_from: int | None = None,
    added: Sequence[str] = (),
    flag: Callable[[View, int], str] = _no_flag,
) -> list[Line]:
    """The lines of the positions from ``first`` to ``last``.

    cursor, column: the row number and column under the cursor. new_from: the first row that is
    new. added: the columns of rooms above that the lines show. flag: of a row's rules.
    """
    found = [one for name in added if (one := view.added.get(name))]
    judged, compared = view.added.get(VERDICTS), view.added.get(FIRST)
    rows = view.rows[first : last + 1]
    folded, conflicts = view.copies.of, view.conflicts
    copies = folded.searchsorted(rows, "right") - folded.searchsorted(rows, "left")
    contested = conflicts.searchsorted(rows, "right") - conflicts.searchsorted(rows, "left")
    return [
        Line(
            row,
            many,
            column if row == cursor else None,
            row in marked,
            bool(other),
            new_from is not None and row >= new_from,
            tuple(each.values(row) for each in found),
            flag(view, row),
            None if judged is None else "".join(judged.values(row)),
            compared is not None and bool(compared.values(row)),
        )
        for row, many, other in zip(rows.tolist(), copies.tolist(), contested.tolist(), strict=True)
    ]


def title_line(
    columns: Layout, width: int, here: str, order: tuple[str, str], style: Style
) -> Strip:
    """The titles of the columns.

    here: the current column, told by reversing it. order: the column that the list is sorted
    by, and the sign before its title.
    """
    segments = []
    at = 0
    for place in columns:
        sign = order[1] if place.column.name == order[0] else ""
        head = place.column.head(place.width, sign)
        segments.append(Segment(" " * (place.start - at), style))
        is_here = place.column.name == here
        segments.append(
            Segment(head, style + Style(reverse=not style.reverse) if is_here else style)
        )
        at = place.end
    return Strip(Segment.simplify(segments)).adjust_cell_length(width, style)


def message_lines(message: Text, width: int, height: int, console: Console) -> list[Strip]:
    """A text in the middle of ``height`` lines of ``width`` cells, from the first line on."""
    lines = message.wrap(console, max(1, width), justify="center", overflow="fold")
    above = [Strip([])] * max(0, (height - len(lines)) // 2)
    return above + [Strip(line.render(console, end="")) for line in lines[:height]]


class RowPainter:
    """Draws lines and keeps them for as long as the look stays the same."""

    def __init__(self) -> None:
        self._look: Look | None = None
        self._strips: LRUCache[Line, Strip] = LRUCache(_KEPT)

    def paint(self, view: View, line: Line, look: Look) -> Strip:
        if look is not self._look and look != self._look:
            self._look = look
            self._strips.clear()
        strip = self._strips.get(line)
        if strip is None:
            strip = self._strips[line] = _draw(view, line, look)
        return strip

    def forget(self, rows: Container[int]) -> None:
        """Draw these rows anew: more is known of them."""
        for line in list(self._strips.keys()):
            if line.row in rows:
                self._strips.discard(line)


def _draw(view: View, line: Line, look: Look) -> Strip:
    level = event_severity(view, line.row)
    style, error = look.severities[level], look.error
    if line.column is not None:
        style += look.cursor
        error = Style.null() if look.cursor.color else error
    signs = look.signs
    bar = signs.cursor if line.column is not None else " "
    plain = bar + ("*" if line.marked else signs.new if line.new else " ") + signs.severity[level]
    segments: list[Segment] = []
    at = len(plain)
    for place, text in _cells(view, line, look):
        here = place.column.name == line.column
        # A segment of its own costs some twenty bytes on the wire, so only the cell under the
        # cursor and a real error have one.
        own = look.cell if here else error if place.column.name == "error" else Style.null()
        gap = " " * (place.start - at)
        if here:
            gap = gap[:-1] + signs.cell
        shown = text if here else text.rstrip()
        if line.verdict in _LOUD and place.column.name == PINNED and not here:
            segments += [Segment(plain + gap + text[:-1], style), Segment(text[-1], style + error)]
            plain = ""
        elif here or (own and shown):
            segments += [Segment(plain + gap, style), Segment(shown, style + own)]
            plain = text[len(shown) :]
        else:
            plain += gap + text
        at = place.end
    segments.append(Segment(plain, style))
    return Strip(segments).adjust_cell_length(look.width, style)


def _cells(view: View, line: Line, look: Look) -> list[tuple[Place, str]]:
    """The texts in the places they take: a long one runs on into sparse cells that are empty,
    but for the one under the cursor."""
    columns = look.columns
    texts = [place.column.text(view, line.row) for place in columns]
    cells: list[tuple[Place, str]] = []
    for at, place in enumerate(columns):
        if cells and place.start < cells[-1][0].end:
            continue
        end = place.end
        for after, text in zip(columns[at + 1 :], texts[at + 1 :], strict=True):
            if text or not after.column.sparse or after.column.name == line.column:
                break
            end = after.end
        width = end - place.start
        copies = ""
        if place.column.name == PINNED:
            signs = look.signs.first * line.first + look.signs.contested * line.contested
            behind: tuple[str, ...] = (line.flag, signs + copies_text(line.copies))
            if line.verdict is not None:
                behind += (look.signs.integrity[line.verdict],)
            copies = " ".join(filter(None, behind))
        room = width - (GAP + len(copies) if copies else 0)
        text = cell(place.column, texts[at], max(0, room))
        if copies:
            text = (text + " " * GAP + copies)[-width:]
        cells.append((place._replace(width=width), text))
    return cells

"""The start page's list: sections that come and grow while the cursor stays where it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Size

from ctexplore.text import cell_width, clip_middle, fit, safe
from ctexplore.tui.line_list import Line, LineList
from ctexplore.tui.start_page.start_entries import Entry, Section

# Cells of the first columns, where there are many and where there are two; the rest take what
# they need.
_WIDEST = (24, 12, 40)
_WIDEST_OF_TWO = (56,)
_GAP = "  "


class StartList(LineList[Entry]):
    """A cursor on one entry. Entries that come above it scroll out at the top, so that it stays
    on its entry and on its line of the screen. Moved: also when what is known of it has changed.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "open", "Open", id="start.open")]

    def show_sections(self, sections: Iterable[Section]) -> None:
        """Show what is known now in the place of what was known before."""
        lines = list(_lines(sections))
        before, was = self.item, self._line
        line = was - self.scroll_offset.y
        self._make = lambda _: lines
        self._layout()
        if not self._places:
            return
        keys = [entry.key for n in self._places if (entry := lines[n].item)]
        kept = before is not None and before.key in keys
        if before is not None and kept:
            self._at = keys.index(before.key)
        else:
            self._at = min(range(len(keys)), key=lambda at: abs(self._places[at] - was))
        top = max(0, self._line - line) if kept else self.scroll_offset.y
        # A list that is no longer than the screen may need to scroll for that, too.
        self.virtual_size = Size(self.size.width, max(len(lines), top + self.size.height))
        self.scroll_to(y=top, animate=False, immediate=True)
        self.refresh()
        if self.item != before:
            self.post_message(self.Moved())

    def action_open(self) -> None:
        if self.item is not None and self.item.words:
            super().action_open()


def _lines(sections: Iterable[Section]) -> Iterator[Line[Entry]]:
    for number, section in enumerate(sections):
        if number:
            yield Line("")
        rows = [tuple(map(safe, entry.cells)) for entry in section.entries]
        heads = (safe(section.title), *(head.upper() for head in section.heads))
        # An entry of one cell is a sentence, and no column.
        widths = _widths([heads, *(row for row in rows if len(row) > 1)])
        yield Line(" " + _joined(heads, widths), "head")
        for entry, row in zip(section.entries, rows, strict=True):
            text = _joined(row, widths) if len(row) > 1 else "".join(row)
            kind = "alert" if entry.sign else "quiet" if entry.quiet else "row"
            yield Line(f"{entry.sign or ' '} {text}", kind, entry)


def _widths(rows: Sequence[tuple[str, ...]]) -> list[int]:
    count = max(map(len, rows))
    limits = _WIDEST if count > 2 else _WIDEST_OF_TWO
    widest = [
        max((cell_width(row[n]) for row in rows if n < len(row)), default=0) for n in range(count)
    ]
    return [min(w, *limits[n : n + 1] or (w,)) for n, w in enumerate(widest)]


def _joined(cells: Sequence[str], widths: Sequence[int]) -> str:
    return _GAP.join(
        fit(clip_middle(cell, width), width) for cell, width in zip(cells, widths, strict=False)
    ).rstrip()

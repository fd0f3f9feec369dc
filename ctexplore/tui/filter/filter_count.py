"""How much the filter lets through, at the right of its line."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static

from ctexplore.text import clip, safe

_LEAST_ASKED = 30  # cells for what somebody else answers; two fifths of a wide screen
_MOST_BEGUN = 16  # cells for the value that is taken for a beginning


class FilterCount(Static):
    """``1,204 of 300,112``, and what has to be known about these numbers."""

    DEFAULT_CSS = """
    FilterCount { width: 20; padding: 0 1; text-align: right; }
    """

    def __init__(self) -> None:
        super().__init__("", markup=False)
        self._counts = 0, 0, 0, True
        self._asked = ""

    def count(
        self, shown: int, total: int, *, unread: int = 0, complete: bool = True, asked: str = ""
    ) -> None:
        """Numbers for the next ``tell``. unread: events that only their records could decide, and
        these could not be read. complete: false while rows are still being looked at. asked: what
        of the filter somebody else answers."""
        self._counts = shown, total, unread, complete
        self._asked = asked

    def tell(self, begun: str, key: str, *, typing: bool) -> None:
        """begun: how the last word is taken until ``key`` ends it, "" if it is whole."""
        shown, total, unread, complete = self._counts
        line = Text(no_wrap=True)
        if begun:
            line.append(f"{clip(safe(begun), _MOST_BEGUN)} until {key}  ", "dim")
        if self._asked:
            room = max(_LEAST_ASKED, self.screen.size.width * 2 // 5)
            line.append(f"{clip(safe(self._asked), room)}  ", "dim")
        if unread:
            line.append(f"{unread:,} unreadable, ", "bold")
        more = "" if complete else "…"
        line.append(f"{shown:,}{more} of {total:,}", style="bold" if shown != total else "dim")
        self.update(line, layout=False)
        # While a filter is typed the width only grows: another one moves the whole screen, at
        # ten times the cost of the line.
        width = line.cell_len + 2
        if width > self.size.width + 2 or not typing:
            self.styles.width = width

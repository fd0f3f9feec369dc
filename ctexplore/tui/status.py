"""The line above the keys: what was found and what has become of it."""

from __future__ import annotations

import time

from rich.text import Text
from textual.widget import Widget

from ctexplore.store.scope import Tally

_BAR = 12


class StatusLine(Widget):
    """Always adds up: found = read + failed + skipped, and waiting while it loads."""

    DEFAULT_CSS = """
    StatusLine { height: 1; background: $panel; color: $foreground; padding: 0 1; }
    """

    def __init__(self, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._line = Text("")
        self._started = 0.0
        self._before = 0

    def begin(self) -> None:
        """A load starts, or goes on: the rate counts from here."""
        self._started = time.monotonic()
        self._before = -1

    def tell(self, text: str) -> None:
        """Something other than a tally, such as what is being listed. Plain, safe text."""
        self._line = Text(text, no_wrap=True)
        self.refresh()

    def show(self, tally: Tally, *, running: bool, folded: int, note: str = "") -> None:
        """``note`` comes first: why loading stands still, for instance."""
        if self._before < 0:
            self._before = tally.stored
        line = Text(no_wrap=True, overflow="ellipsis")
        if note:
            line.append(f"{note}  ", style="bold")
        if running:
            self._progress(line, tally)
        self._counts(line, tally)
        line.append(f" · {tally.events:,} events")
        if folded:
            line.append(f" · {folded:,} copies folded")
        if tally.rejected:
            line.append(f" · {tally.rejected:,} records unreadable", style="bold")
        if tally.outside:
            line.append(f" · {tally.outside:,} outside the time range")
        line.append(f" · {megabytes(tally.stored)}")
        if tally.partial and not running:
            line.append(" · E shows why", style="bold")
        self._line = line
        self.refresh()

    def _progress(self, line: Text, tally: Tally) -> None:
        done = tally.found - tally.waiting
        share = done / tally.found if tally.found else 0.0
        filled = round(share * _BAR)
        line.append("━" * filled + "─" * (_BAR - filled) + " ")
        spent = time.monotonic() - self._started
        if spent > 0.5:
            rate = (tally.stored - self._before) / spent
            line.append(f"{megabytes(int(rate))}/s  ")

    def _counts(self, line: Text, tally: Tally) -> None:
        """The failed ones keep a sign and weight of their own: colour is never the only one."""
        line.append(f"{tally.found:,} files = {tally.read:,} read")
        line.append(f" + {tally.failed:,} failed", style="bold" if tally.failed else "")
        line.append(f" + {tally.skipped:,} skipped")
        if tally.waiting:
            line.append(f" + {tally.waiting:,} waiting")

    def render(self) -> Text:
        return self._line


def megabytes(size: int) -> str:
    """A size in bytes in a person's unit."""
    if size < 1 << 20:
        return f"{size / 1024:,.0f} KB"
    if size < 10 << 30:
        return f"{size / (1 << 20):,.1f} MB"
    return f"{size / (1 << 30):,.1f} GB"

"""The line above the keys: what was found and what has become of it."""

from __future__ import annotations

import time
from collections.abc import Iterator

from msgspec.structs import replace
from rich.text import Text
from textual.geometry import Size
from textual.widget import Widget

from ctexplore.store.sent import NONE, Sent
from ctexplore.store.tally import Tally
from ctexplore.text import cell_width, clip
from ctexplore.tui.key_names import key_name

_BAR = 12
_MOST_NOTE = 2  # lines; what stands there is one sentence


class StatusLine(Widget):
    """Always adds up: found = read + failed + skipped, and waiting while it loads.

    What does not fit beside that goes, the least wanted first. A note that does not fit gets
    lines of its own above.
    """

    DEFAULT_CSS = """
    StatusLine { height: auto; background: $panel; color: $foreground; padding: 0 1; }
    """

    def __init__(self, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._tally: Tally | None = None
        self._loading = self._partial = False
        self._folded = 0
        self._note = ""
        self._sent = NONE
        self._rate = 0
        self._started = 0.0
        self._before = -1

    def begin(self) -> None:
        """A load starts, or goes on: the rate counts from here."""
        self._started = time.monotonic()
        self._before = -1

    def tell(self, text: str) -> None:
        """Something other than a tally, such as what is being listed. Plain, safe text."""
        self._tally, self._note = None, text
        self._changed()

    def show(
        self, tally: Tally, *, running: bool, folded: int, note: str = "", sent: Sent = NONE
    ) -> None:
        """``note``, plain and safe, comes first: why loading stands still, for instance. sent:
        requests since the start."""
        self._sent = sent
        if self._before < 0:
            self._before = tally.stored
        spent = time.monotonic() - self._started
        self._rate = round((tally.stored - self._before) / spent) if spent > 0.5 else 0
        self._loading, self._folded, self._note = running, folded, note
        # The loader's thread goes on counting: what it holds between two counts is not shown.
        now = replace(tally, problems=[])
        if now.found == now.read + now.failed + now.skipped + now.waiting or not running:
            self._tally, self._partial = now, not running and tally.partial
        self._changed()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        return len(self._lines(width))

    def render(self) -> Text:
        return Text("\n").join(self._lines(self.size.width))

    def _changed(self) -> None:
        """A line more or less moves the panes, so the layout is made anew only then."""
        self.refresh(layout=len(self._lines(self.size.width)) != self.size.height)

    def _lines(self, width: int) -> list[Text]:
        width = max(1, width)
        if self._tally is None:
            return [Text(line) for line in _folded(self._note, width)]
        counts = _counts(self._tally)
        room = width - counts.cell_len
        above: list[Text] = []
        line = Text(no_wrap=True)
        if self._note and cell_width(self._note) + 2 <= room:
            line.append(f"{self._note}  ", style="bold")
        elif self._note:
            above = [Text(line, style="bold") for line in _folded(self._note, width)]
        if self._loading and line.cell_len + _BAR + 1 <= room:
            line.append(_bar(self._tally) + " ")
        line.append_text(counts)
        for part in self._parts(self._tally):
            if line.cell_len + part.cell_len > width:
                break
            line.append_text(part)
        return [*above, line]

    def _parts(self, tally: Tally) -> Iterator[Text]:
        """What is said besides, the most wanted first."""
        if self._partial:
            yield Text(f" · {key_name(self, 'app.problems')} shows why", style="bold")
        yield Text(f" · {tally.events:,} event{'s' * (tally.events != 1)}")
        if tally.rejected:
            records = f"record{'s' * (tally.rejected != 1)}"
            yield Text(f" · {tally.rejected:,} {records} unreadable", style="bold")
        if self._folded:
            yield Text(f" · {self._folded:,} {'copy' if self._folded == 1 else 'copies'}")
            yield Text(" folded")
        if tally.outside:
            yield Text(f" · {tally.outside:,} outside the time range")
        if tally.after_midnight:
            yield Text(f" · {tally.after_midnight:,} delivered after midnight")
        yield Text(f" · {megabytes(tally.stored)}")
        if self._loading and self._rate:
            yield Text(f" · {megabytes(self._rate)}/s")
        if self._sent.lists or self._sent.gets:
            yield Text(f" · {self._sent.lists:,} LIST, {self._sent.gets:,} GET")


def _counts(tally: Tally) -> Text:
    """The failed ones keep a sign and weight of their own: colour is never the only one."""
    line = Text(f"{tally.found:,} file{'s' * (tally.found != 1)} = {tally.read:,} read")
    line.append(f" + {tally.failed:,} failed", style="bold" if tally.failed else "")
    line.append(f" + {tally.skipped:,} skipped")
    if tally.waiting:
        line.append(f" + {tally.waiting:,} waiting")
    return line


def _bar(tally: Tally) -> str:
    done = tally.found - tally.waiting
    filled = round(done / tally.found * _BAR) if tally.found else 0
    return "━" * filled + "─" * (_BAR - filled)


def _folded(text: str, width: int) -> list[str]:
    """The text over at most ``_MOST_NOTE`` lines, broken between words; "…" where it is cut."""
    lines: list[str] = []
    rest = text
    while rest and len(lines) < _MOST_NOTE - 1 and cell_width(rest) > width:
        head = clip(rest, width + 1)[:-1]
        cut = head.rfind(" ") + 1 or len(head)
        if not cut:
            break
        lines.append(rest[:cut].rstrip())
        rest = rest[cut:]
    return [*lines, clip(rest, width)]


def megabytes(size: int) -> str:
    """A size in bytes in a person's unit."""
    if size < 1 << 20:
        return f"{size / 1024:,.0f} KB"
    number, unit = (size / (1 << 20), "MB") if size < 1 << 30 else (size / (1 << 30), "GB")
    return f"{number:,.1f} {unit}" if number < 100 else f"{number:,.0f} {unit}"

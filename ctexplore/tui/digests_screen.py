"""The digest files of a folder as a chain that can be read; they hold no events."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from ctexplore.sources.source import Source
from ctexplore.text import safe
from ctexplore.trail.digest import Digest, Link, chains
from ctexplore.tui.digest_reader import MOST, DigestReader, DigestsRead
from ctexplore.tui.events.signs import signs
from ctexplore.tui.footer import Footer
from ctexplore.tui.help import HelpScreen

_UNVERIFIED = "Nothing here is verified: this is what the digests say of themselves."
_TOLD = 200  # log files, or problems, named one by one


class _Line(NamedTuple):
    """A line of the list; those without a link are heads of chains and gaps."""

    said: Content
    link: Link | None = None


class DigestList(OptionList):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "cursor_down", show=False, id="digests.down"),
        Binding("up,k", "cursor_up", show=False, id="digests.up"),
        Binding("home,g", "first", show=False, id="digests.first"),
        Binding("end,G", "last", show=False, id="digests.last"),
        Binding("pagedown,space,ctrl+d", "page_down", show=False, id="digests.page_down"),
        Binding("pageup,b,ctrl+u", "page_up", show=False, id="digests.page_up"),
    ]


class DigestsScreen(Screen[None]):
    """Above the digests, newest first in each chain; below what the one under the cursor says."""

    DEFAULT_CSS = """
    DigestsScreen > Static { height: auto; padding: 0 1; background: $panel; }
    DigestsScreen DigestList {
        height: 1fr; border: none; padding: 0; text-wrap: nowrap; scrollbar-size: 0 1;
        &:focus { border: none; background-tint: transparent; }
    }
    DigestsScreen VerticalScroll { height: 40%; border-top: hkey $panel; padding: 0 1; }
    DigestsScreen VerticalScroll > Static { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "app.pop_screen", "Back", id="app.quit"),
        Binding("escape", "app.pop_screen", "Back", show=False),
        Binding("question_mark", "keys", "Keys", id="app.keys"),
        Binding("tab", "app.focus_next", "Other pane", id="digests.pane"),
    ]

    def __init__(self, source: Source, folder: str) -> None:
        super().__init__()
        self._source = source
        self._folder = folder
        self._lines: list[_Line] = []
        self._marked = 0  # the line that has the cursor's sign
        self._cursor = signs(os.environ).cursor

    def compose(self) -> ComposeResult:
        head = f"Digest files: {safe(self._source.uri(self._folder))}\nreading …"
        yield Static(head, markup=False)
        yield DigestList(markup=False)
        with VerticalScroll():
            yield Static(id="digest-detail", markup=False)
        yield Footer()

    def on_mount(self) -> None:
        self._reader = DigestReader(self._source, self._folder, self.post_message)

    def action_keys(self) -> None:
        self.app.push_screen(HelpScreen([self, *self.query(DigestList)]))

    def on_unmount(self) -> None:
        self._reader.close()

    @on(DigestsRead)
    def _read(self, event: DigestsRead) -> None:
        listed = self.query_one(DigestList)
        at = listed.highlighted
        self._lines = list(_lines(event.digests))
        listed.clear_options()
        listed.add_options(Option(line.said, disabled=line.link is None) for line in self._lines)
        self._marked = 0
        first = next((n for n, line in enumerate(self._lines) if line.link), None)
        listed.highlighted = first if at is None else min(at, len(self._lines) - 1)
        self._say(event)
        if not event.digests and not event.running:
            self._detail(
                Content(safe("\n".join(event.problems[:_TOLD])) or "No digest files here.")
            )

    def _say(self, event: DigestsRead) -> None:
        files = sum(len(digest.files) for digest in event.digests)
        said = f"{len(event.digests):,} digests name {files:,} log files"
        if event.problems:
            said += f" · {len(event.problems):,} cannot be read: {event.problems[0]}"
        if event.more:
            said += f" · only the newest {MOST:,} are read: open a smaller folder for others"
        if event.running:
            said += " · reading …"
        place = safe(self._source.uri(self._folder))
        head = f"Digest files: {place}\n{safe(said)}\n{_UNVERIFIED}"
        self.query(Static).first().update(Content(head))

    @on(OptionList.OptionHighlighted)
    def _show(self, event: OptionList.OptionHighlighted) -> None:
        at = event.option_index
        if at < len(self._lines) and (link := self._lines[at].link) is not None:
            self._mark(at)
            self._detail(detail_lines(link))

    def _mark(self, at: int) -> None:
        """Say where the cursor is without colours, too."""
        listed = self.query_one(DigestList)
        if self._marked < len(self._lines):
            listed.replace_option_prompt_at_index(self._marked, self._lines[self._marked].said)
        listed.replace_option_prompt_at_index(at, Content(self._cursor) + self._lines[at].said[1:])
        self._marked = at

    def _detail(self, said: Content) -> None:
        self.query_one("#digest-detail", Static).update(said)


def _lines(digests: list[Digest]) -> Iterator[_Line]:
    for chain, links in chains(digests).items():
        account, *rest = chain
        named = " ".join(part for part in (account, *rest[:1]) if part)
        trail = f" trail {rest[1]} of {rest[2]}" if len(rest) > 2 else ""
        backfill = ", backfill" if chain[-1] == "backfill" else ""
        head = f" {named}{trail}{backfill}: {len(links):,} digest{'s' * (len(links) != 1)}"
        yield _Line(Content.styled(safe(head), "bold"))
        for link in links:
            yield _Line(Content(_line(link)), link)
            if link.gap:
                start, end = map(_minute, link.gap)
                gap = f" no digest here from {start} to {end}"
                yield _Line(Content.styled(safe(gap), "$text-warning"))


def _line(link: Link) -> str:
    """At most 78 cells where times are as CloudTrail writes them."""
    digest = link.digest
    count = f"{len(digest.files):,} log file{'s' * (len(digest.files) != 1)}"
    events = f"{_clock(digest.oldest)[6:]} to {_clock(digest.newest)[6:]}" if digest.newest else ""
    start, end = _minute(digest.start), _minute(digest.end)
    end = end[6:] if end[:6] == start[:6] else end
    return safe(f" {start} to {end:<5}  {count:<13} {events:<20}  {_before(link)}")


def _before(link: Link) -> str:
    if not link.digest.previous:
        return "begins a chain"
    return "previous here" if link.before else "previous not here"


def detail_lines(link: Link) -> Content:
    """Everything that one digest says, in lines."""
    digest = link.digest
    signature = digest.previous_signature
    hashed = f"{digest.previous_algorithm} {digest.previous_hash}".strip()
    previous = {
        "previous": f"{digest.previous} ({'here' if link.before else 'not here'})",
        "its hash": hashed,
        "its signature": f"present, {len(signature):,} digits" if signature else "absent",
    }
    rows = {
        "digest": digest.found,
        "delivered to": f"s3://{digest.bucket}/{digest.key}" if digest.key else "",
        "period": f"{digest.start} to {digest.end}",
        "events": f"{digest.oldest} to {digest.newest}" if digest.newest else "none",
        **(previous if digest.previous else {"previous": "none: a chain begins here"}),
        "signed with": f"{digest.algorithm}, public key {digest.fingerprint}",
        "own signature": "in the metadata of the S3 object, not in the file; not read",
        "log files": f"{len(digest.files):,}" or "none",
    }
    said = [_row(name, value) for name, value in rows.items() if value]
    for file in digest.files[:_TOLD]:
        times = f"{file.oldest} to {file.newest}" if file.newest else ""
        said.append(Content(f"  {safe(file.key.rpartition('/')[2])}  {safe(times)}"))
        said.append(Content.styled(f"    {safe(file.algorithm)} {safe(file.hash)}", "dim"))
    if len(digest.files) > _TOLD:
        said.append(Content(f"  and {len(digest.files) - _TOLD:,} more"))
    return Content("\n").join(said)


def _row(name: str, value: str) -> Content:
    return Content.assemble((f"{name:<14} ", "dim"), safe(value))


def _clock(time: str) -> str:
    """``2026-03-07T04:07:12Z`` as ``03-07 04:07:12``; anything else as it is."""
    whole = len(time) == 20 and time[10] == "T" and time.endswith("Z")
    return f"{time[5:10]} {time[11:19]}" if whole else time


def _minute(time: str) -> str:
    """As _clock, without the seconds, which are the same for all digests of a trail."""
    shown = _clock(time)
    return shown[:-3] if shown != time else time

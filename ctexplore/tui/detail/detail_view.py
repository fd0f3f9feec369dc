"""One event on the screen: five lines that say what happened, and the record as a tree."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from msgspec import Struct
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from ctexplore.text import safe
from ctexplore.trail.exact import JsonError, Note, Parsed, parse
from ctexplore.trail.insight import Insight, read_insight
from ctexplore.trail.node import Object, Path, path_of
from ctexplore.trail.summary import Summary, summarise
from ctexplore.tui.copy_choices import CopyChoices
from ctexplore.tui.detail.event_summary import (
    hit_lines,
    note_line,
    related_lines,
    summary_lines,
    where_line,
)
from ctexplore.tui.detail.insight_graph import LEAST, insight_graph
from ctexplore.tui.detail.json_label import Piece
from ctexplore.tui.detail.json_rows import JsonRows
from ctexplore.tui.detail.json_search import Search
from ctexplore.tui.detail.json_tree import JsonTree
from ctexplore.tui.glyphs import glyphs
from ctexplore.tui.search_line import SearchLine

# Records from here on are read beside the screen's thread; reading takes about 0.2 s a megabyte.
_LARGE = 200_000
_NOTHING = "No event to show. Go to one in the list and press enter."
_PATH_LINE = 16  # lines a pane needs before one of them shows the cursor's path
_WHERE_LINE = 9
_BESIDE_GRAPH = 10  # lines that the summary, four rows of the tree and the last line take


class _Read(Struct):
    """A record made ready to show, or why it cannot be."""

    parsed: Parsed | None
    rows: JsonRows | None
    summary: Summary | None
    trouble: str = ""
    insight: Insight | None = None


class DetailView(Vertical):
    """Summary, JSON tree, and the lines below it; no keys of its own."""

    DEFAULT_CSS = """
    DetailView > #detail-summary { max-height: 50%; text-wrap: nowrap; }
    DetailView > #detail-notes { height: auto; max-height: 2; }
    DetailView > #detail-related { max-height: 3; text-wrap: nowrap; }
    DetailView > #detail-rules { text-wrap: nowrap; }
    DetailView > #detail-graph { text-wrap: nowrap; }
    DetailView > JsonTree { height: 1fr; }
    DetailView > #detail-integrity { height: auto; max-height: 2; }
    DetailView > .detail-line { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    @dataclass
    class _Ready(Message):
        number: int
        read: _Read

    def __init__(self, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._record: bytes | None = None
        self._number = 0  # of the record that is shown, which may come back after another
        self._where: list[str] = []
        self._related: list[str] = []
        self._hits: list[list[Piece]] = []
        self._verdict = Content("")
        self._noted = ""
        self._read: _Read | None = None
        self._search: Search | None = None

    def compose(self) -> ComposeResult:
        yield Static(Content(_NOTHING), id="detail-summary", markup=False)
        yield Static(id="detail-notes", markup=False)
        yield Static(id="detail-related", markup=False)
        yield Static(id="detail-rules", markup=False)
        yield Static(id="detail-graph", markup=False)
        yield JsonTree()
        yield SearchLine()
        yield CopyChoices()
        yield Static(id="detail-path", classes="detail-line", markup=False)
        yield Static(id="detail-integrity", markup=False)
        yield Static(id="detail-where", classes="detail-line", markup=False)

    def on_mount(self) -> None:
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    @property
    def json(self) -> JsonTree:
        return self.query_one(JsonTree)

    @property
    def searching(self) -> bool:
        return self._search is not None

    def focus(self, scroll_visible: bool = True) -> DetailView:
        self.json.focus(scroll_visible)
        return self

    def expect(self) -> None:
        """Say that a record is on its way; what is shown already stays until then."""
        if self._record is None:
            self.show(None, [], "reading …")

    def show(self, record: bytes | None, where: list[str], error: str = "") -> None:
        """Show a record and the files that hold it, each ``<uri> record <number>``.

        error: why there is no record. Folds, cursor and search stay as they are on the next
        record; secrets are masked again.
        """
        if not self.query("#detail-summary"):
            return  # an answer that comes while the screen is taken down
        self._where = where
        if record is not None and record == self._record:
            self._draw()
            return
        self._record, self._related, self._hits = record, [], []
        self._number += 1
        if record is None:
            self._take(_Read(None, None, None, error or _NOTHING))
        elif len(record) < _LARGE:
            self._take(_open(record, self.json.choices()))
        else:
            size = f"reading {len(record) / 1_000_000:.1f} MB …"
            number, choices = self._number, self.json.choices()
            self._take(_Read(None, None, None, size))
            threading.Thread(
                target=lambda: self.post_message(self._Ready(number, _open(record, choices))),
                name="detail",
                daemon=True,
            ).start()

    def relate(self, lines: list[str]) -> None:
        """Say, with the next drawing too, what belongs with the record that is shown."""
        self._related = lines
        self._draw()

    def explain(self, lines: list[list[Piece]]) -> None:
        """Say which rules match the record that is shown, and why; roles are styles."""
        if lines or self._hits:
            self._hits = lines
            self._draw()

    def vouch(self, verdict: Content) -> None:
        """Say whether CloudTrail vouches for the file of the record; "" is nothing."""
        if verdict == self._verdict:
            return  # a Static that is updated has the whole screen laid out anew
        self._verdict = verdict
        if self.query("#detail-integrity"):
            self._draw_verdict()

    def _draw_verdict(self) -> None:
        line = self.query_one("#detail-integrity", Static)
        line.display = bool(self._verdict.plain) and self._record is not None
        line.update(self._verdict)

    @property
    def noted(self) -> str:
        """A person's note on the event, shown above what belongs with it."""
        return self._noted

    @noted.setter
    def noted(self, text: str) -> None:
        if text != self._noted:
            self._noted = text
            self._draw()

    @on(_Ready)
    def _ready(self, event: _Ready) -> None:
        event.stop()
        if event.number == self._number:
            self._take(event.read)

    def _take(self, read: _Read) -> None:
        self._read = read
        self.json.load(read.rows)
        if self._search and read.rows:
            self._search = Search(read.rows, self._search.words)
        self._draw()

    def _draw(self) -> None:
        """Everything but the tree, for the pane's height of now."""
        if not self.query("#detail-summary"):
            return  # the screen is taken down before it stood
        read, height = self._read, self.size.height
        summary = self.query_one("#detail-summary", Static)
        notes: Sequence[Note] = ()
        if read is not None and read.summary is not None and read.parsed is not None:
            wrap = self.json.wrap
            _fill(summary, summary_lines(read.summary, self.size.width, height, wrap=wrap))
            notes = read.parsed.notes
        else:
            trouble = (read.trouble if read else _NOTHING).splitlines()
            _fill(summary, Content("\n").join(Content(safe(line)) for line in trouble))
        line = self.query_one("#detail-notes", Static)
        line.display = bool(notes)
        line.update(note_line(notes))
        beside = self.query_one("#detail-related", Static)
        beside.display = bool(self._related or self._noted)
        _fill(beside, related_lines(self._related, self.size.width, self._noted))
        rules = self.query_one("#detail-rules", Static)
        rules.display = bool(self._hits)
        if self._hits:
            _fill(rules, hit_lines(self._hits, self.size.width, height))
        self._draw_graph()
        place = self.query_one("#detail-where", Static)
        place.display = bool(self._where) and height >= _WHERE_LINE
        place.update(where_line(self._where))
        self._draw_verdict()
        self._draw_path()

    def _draw_graph(self) -> None:
        """An Insight's rates, in the lines that the rest of the pane can spare."""
        read, graph = self._read, self.query_one("#detail-graph", Static)
        insight = read.insight if read else None
        spare = self.size.height - _BESIDE_GRAPH - len(self._related) - len(self._hits)
        graph.display = insight is not None and spare >= LEAST
        if insight is not None and graph.display:
            bars = glyphs(os.environ)
            _fill(graph, insight_graph(insight, self.size.width, spare, bars))

    @on(JsonTree.Moved)
    def _draw_path(self) -> None:
        row, line = self.json.row, self.query_one("#detail-path", Static)
        search = None if self.query_one(SearchLine).display else self._search
        line.display = row is not None and (bool(search) or self.size.height >= _PATH_LINE)
        if row is None:
            return
        if search:
            words = (f"/{safe(search.words)}", "bold")
            count = search.count(row.address)
            line.update(Content.assemble(words, f"  {count}  n next  N previous  esc ends"))
        else:
            line.update(Content.assemble(("path ", "dim"), safe(path_of(row.path))))


def _fill(pane: Static, lines: Content) -> None:
    """Show lines that do not wrap. Of a text that comes while the one before it is laid out
    Textual 8.2 keeps the other's height, so the height is told."""
    pane.update(lines)
    pane.styles.height = lines.plain.count("\n") + 1


def _open(record: bytes, choices: Mapping[Path, bool]) -> _Read:
    """Parse a record and make its rows; runs on any thread."""
    try:
        parsed = parse(record)
    except JsonError as error:
        raw = record[:2_000].decode("utf-8", "surrogateescape")
        return _Read(None, None, None, f"This record cannot be shown as a tree: {error}.\n{raw}")
    root = parsed.root
    insight = read_insight(root) if isinstance(root, Object) else None
    return _Read(parsed, JsonRows(root, choices), summarise(root), insight=insight)

"""The detail pane: what its keys do with the event it shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message

from ctexplore.trail.node import Object, Path, path_of
from ctexplore.tui.copy_choices import CopyChoices
from ctexplore.tui.detail import event_copy
from ctexplore.tui.detail.detail_view import DetailView
from ctexplore.tui.detail.event_copy import Copied
from ctexplore.tui.detail.json_lines import MOST_WRAPPED
from ctexplore.tui.detail.json_rows import Address
from ctexplore.tui.detail.json_search import Search, holds_secret
from ctexplore.tui.search_line import SearchLine


class EventDetail(DetailView):
    """Keys that fold and move are the tree's; copies and filters are the screen's to carry out."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", "Copy", id="detail.copy"),
        Binding("/", "search", "Search", id="detail.search"),
        Binding("n", "step(1)", "Next", show=False, id="detail.next"),
        Binding("N", "step(-1)", "Previous", show=False, id="detail.previous"),
        Binding("x", "secrets", "Secrets", id="detail.secrets"),
        Binding("W", "wrap", "Wrap", show=False, id="detail.wrap"),
        Binding("+", "narrow('+')", "Only this", id="narrow.only"),
        Binding("-", "narrow('-')", "Not this", id="narrow.not"),
        Binding("=", "narrow('=')", "This too", show=False, id="narrow.also"),
        Binding("escape", "end_search", "End search", show=False, id="detail.end_search"),
    ]

    @dataclass
    class CopyRequested(Message):
        """Somebody wants ``text``, which is raw log text, on the clipboard.

        what: one of copy_choices.CHOICES. note: what to tell about it, our own words, or "".
        """

        what: str
        text: str
        note: str = ""

    @dataclass
    class Narrow(Message):
        """Filter by a value: ``+`` only, ``-`` not, ``=`` this one too.

        path: as filters name it. value: a text, digits, ``true``, ``false`` or ``null``.
        """

        op: str
        path: str
        value: str

    _origin: Address = ()  # of the cursor when the search began

    @property
    def selected(self) -> tuple[Path, str] | None:
        """Path and text of the leaf under the cursor; None on branches and masked secrets."""
        tree = self.json
        row = tree.row
        if tree.model is None or row is None or tree.model.mask(row) is not None:
            return None
        if tree.model.branch(row) is not None or isinstance(row.value, Object | list):
            return None
        return row.path, event_copy.value_text(row.value)

    def check_action(
        self,
        action: str,
        parameters: tuple[object, ...],  # noqa: ARG002
    ) -> bool | None:
        """Without an event no key works; escape is the screen's unless a search is to end."""
        if action == "end_search":
            return self._search is not None
        if action in ("copy", "search", "step", "secrets", "wrap", "narrow"):
            return self._record is not None
        return True

    def action_copy(self) -> None:
        self.query_one(CopyChoices).open()

    @on(CopyChoices.Closed)
    def _copy_closed(self, event: CopyChoices.Closed) -> None:
        event.stop()
        self.json.focus()

    @on(CopyChoices.Chosen)
    def _copy(self, event: CopyChoices.Chosen) -> None:
        event.stop()
        copied = self._copied(event.what)
        if copied.text:
            self.post_message(self.CopyRequested(event.what, *copied))
        else:
            self.notify(copied.note, severity="warning", markup=False)

    def _copied(self, what: str) -> Copied:
        rows, row = self.json.model, self.json.row
        if what == "file":
            return event_copy.copy_file(self._where)
        if what == "event" and self._record is not None:
            return event_copy.copy_event(rows, self._record)
        if what == "row" and self._read is not None and self._read.summary is not None:
            return event_copy.copy_row(self._read.summary.row)
        if what == "link" and self._read is not None and self._read.parsed is not None:
            return event_copy.copy_link(self._read.parsed.root)
        if rows is None or row is None:
            return Copied("", "not copied: no event is shown")
        match what:
            case "value":
                return event_copy.copy_value(rows, row)
            case "key":
                return event_copy.copy_key(row)
        return event_copy.copy_path(row)

    def action_narrow(self, op: str) -> None:
        selected, row = self.selected, self.json.row
        if selected is None or row is None:
            text = "masked (x shows it)" if self._masked() else "not one value (l opens it)"
        elif row.inside_text:
            text = "inside a text, which filters see whole"
        else:
            path, value = selected
            self.post_message(self.Narrow(op, path_of(path), value))
            return
        self.notify(f"no filter: this is {text}", severity="warning", markup=False)

    def _masked(self) -> bool:
        rows, row = self.json.model, self.json.row
        return rows is not None and row is not None and rows.mask(row) is not None

    def action_secrets(self) -> None:
        rows = self.json.model
        if rows is None:
            return
        if not holds_secret(rows, rows.root):
            self.notify("this event holds no value that is masked", markup=False)
            return
        self.json.show_secrets(not rows.shown)
        said = "secrets are shown until the next event" if rows.shown else "secrets are masked"
        self.notify(said, markup=False, timeout=3)
        if self._search:
            self._search = Search(rows, self._search.words)

    def action_wrap(self) -> None:
        wrap = not self.json.wrap
        self.json.set_wrap(wrap)
        self._draw()
        if wrap and not self.json.wrapping:
            self.notify(
                f"more than {MOST_WRAPPED:,} lines are open: values stay on one line "
                "until some are folded",
                markup=False,
            )

    def action_search(self) -> None:
        self._origin = self.json.row.address if self.json.row else ()
        self.query_one(SearchLine).open()

    @on(SearchLine.Typed)
    def _typed(self, event: SearchLine.Typed) -> None:
        event.stop()
        rows = self.json.model
        if rows is None:
            return
        self._search = Search(rows, event.words)
        self.json.find_words(event.words)
        self._go_to(self._search.here(self._origin))
        row = self.json.row
        self.query_one(SearchLine).count(self._search.count(row.address if row else ()))

    @on(SearchLine.Done)
    def _done(self, event: SearchLine.Done) -> None:
        event.stop()
        if not event.kept:
            self._go_to(self._origin)
        if not event.kept or self._search is None or not self._search.words:
            self.action_end_search()
        self.json.focus()

    def action_step(self, direction: int) -> None:
        if self._search is None:
            self.notify("nothing is searched for (/ does)", markup=False)
            return
        row = self.json.row
        self._go_to(self._search.step(row.address if row else (), direction))

    def action_end_search(self) -> None:
        self._search = None
        self.json.find_words("")
        self._draw_path()
        self.refresh_bindings()

    def _go_to(self, address: Address | None) -> None:
        if address is not None:
            self.json.go_to(address)
        self._draw_path()

"""The pane to walk through a JSON value: fold, unfold, move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from ctexplore.trail.node import Path
from ctexplore.tui.detail.json_lines import INDENT, JsonLines
from ctexplore.tui.detail.json_rows import Address, JsonRows, Row

MOST_UNFOLDED = 5_000  # rows that "unfold all" shows


class JsonTree(JsonLines, can_focus=True, inherit_bindings=False):
    """Keys and mouse over the lines. No step costs more than the rows in sight of the model."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="json.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="json.down"),
        Binding("pageup,b", "page(-1)", "Page up", show=False, id="json.page_up"),
        Binding("pagedown,space", "page(1)", "Page down", show=False, id="json.page_down"),
        Binding("ctrl+u", "page(-0.5)", "Half a page up", show=False, id="json.half_up"),
        Binding("ctrl+d", "page(0.5)", "Half a page down", show=False, id="json.half_down"),
        Binding("home,g", "first", "Top", show=False, id="json.first"),
        Binding("end,G", "last", "Bottom", show=False, id="json.last"),
        Binding("left,h", "fold", "Fold", show=False, id="detail.fold"),
        Binding("right,l", "unfold", "Unfold", id="detail.unfold"),
        Binding("enter", "toggle_row", "Fold or unfold", show=False, id="detail.toggle"),
        Binding("{", "fold_all", "Fold all", show=False, id="detail.fold_all"),
        Binding("}", "unfold_all", "Unfold all", show=False, id="detail.unfold_all"),
    ]

    @dataclass
    class Moved(Message):
        """The cursor is on another row, or what is in sight has changed."""

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, JsonTree.Moved)

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if self.cursor < len(self.rows) else None

    def load(self, model: JsonRows | None) -> None:
        """Show another value; the cursor stays on the same path, on the same line if it can."""
        path, line = (self.row.path if self.row else ()), self.cursor - self.scroll_offset.y
        self.model = model
        found = model.find(path) if model and path else None
        self.cursor = found or 0
        self._changed()
        self.scroll_to(y=max(0, self.start_of(self.cursor) - line) if found else 0)

    def choices(self) -> dict[Path, bool]:
        """What has been folded and unfolded, for the next value."""
        return self.model.choices if self.model else {}

    def go_to(self, address: Address) -> None:
        if self.model:
            self.cursor = self.model.reveal(address)
            self._changed()

    def show_secrets(self, shown: bool) -> None:
        if self.model:
            row = self.row
            self.model.show_secrets(shown)
            self._changed(row)

    def set_wrap(self, wrap: bool) -> None:
        """Show values whole, as far as ``wrapping`` allows."""
        self.wrap = wrap
        self._changed()

    def find_words(self, words: str) -> None:
        """Draw these words apart from now on."""
        self.words = words
        self.refresh()

    def action_move(self, rows: int) -> None:
        self._move(self.cursor + rows)

    def action_page(self, pages: float) -> None:
        self._move(self.cursor + int(pages * max(2, self.size.height - 1)))

    def action_first(self) -> None:
        self._move(0)

    def action_last(self) -> None:
        self._move(len(self.rows) - 1)

    def action_fold(self) -> None:
        """Fold the row; on a folded one or a leaf, go to what it belongs to."""
        row = self.row
        if self.model is None or row is None:
            return
        if self.model.fold(self.cursor):
            self._changed()
        elif row.parent is not None and row.parent is not self.model.root:
            self._move(self.rows.index(row.parent))

    def action_unfold(self) -> None:
        """Unfold the row; on an unfolded one, go to its first value."""
        row = self.row
        if self.model is None or row is None:
            return
        if self.model.unfold(self.cursor):
            self._changed()
        elif row.open and self.model.branch(row) is not None:
            self._move(self.cursor + 1)

    def action_toggle_row(self) -> None:
        if self.model and (self.model.fold(self.cursor) or self.model.unfold(self.cursor)):
            self._changed()

    def action_fold_all(self) -> None:
        row = self.row
        if self.model and row:
            self.model.fold_all()
            self._changed(row.lineage()[1] if row.depth > 0 else row)

    def action_unfold_all(self) -> None:
        if self.model is None:
            return
        row = self.row
        if not self.model.unfold_all(MOST_UNFOLDED):
            self.notify(
                f"{len(self.rows):,} lines are open; more than {MOST_UNFOLDED:,} at once are "
                "not unfolded, so some branches stay folded (l opens one)",
                markup=False,
            )
        self._changed(row)

    def on_click(self, event: events.Click) -> None:
        index = self.row_at(int(event.y) + self.scroll_offset.y)
        if index >= len(self.rows):
            return
        self._move(index)
        arrow = self.indent_of(self.rows[index])
        if arrow <= event.x < arrow + INDENT or event.chain == 2:
            self.action_toggle_row()

    def on_resize(self) -> None:
        self.measure()
        self._move(self.cursor)

    def _changed(self, row: Row | None = None) -> None:
        """Take what the model has in sight now, and the cursor to ``row`` or what holds it."""
        rows = self.rows
        while row is not None and row not in rows:
            row = row.parent
        if row is not None:
            self.cursor = rows.index(row)
        self.measure()
        self._move(self.cursor)
        self.refresh()

    def _move(self, index: int) -> None:
        before, self.cursor = self.cursor, max(0, min(index, len(self.rows) - 1))
        self.refresh_row(before)
        self.refresh_row(self.cursor)
        first, last = self.start_of(self.cursor), self.start_of(self.cursor + 1) - 1
        top, height = self.scroll_offset.y, self.size.height
        if first < top or last - first >= height:
            self.scroll_to(y=first)
        elif last >= top + height:
            self.scroll_to(y=last - height + 1)
        self.post_message(self.Moved())

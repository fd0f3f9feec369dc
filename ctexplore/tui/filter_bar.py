"""The second line: the filter as typed, and how much it lets through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.geometry import Offset
from textual.message import Message
from textual.widgets import Input, Static

from ctexplore.query.complete import Completion
from ctexplore.query.syntax import FilterError, Incomplete
from ctexplore.text import cell_width, clip, safe
from ctexplore.tui.filter_hints import Completions, FilterTrouble
from ctexplore.tui.filter_input import FilterInput
from ctexplore.tui.history import History
from ctexplore.tui.line_input import LineInput
from ctexplore.tui.narrowing import Narrowing

if TYPE_CHECKING:
    from ctexplore.query.evaluate import Filter

Complete = Callable[[str, int], list[Completion]]
_MOST_RECALLED = 50  # cells of a filter of earlier
_MOST_BEGUN = 16  # cells for the value that is taken for a beginning


class FilterBar(Horizontal):
    """Posts ``Narrowed`` whenever another filter is in force, with every keystroke that makes one.

    A half-typed or mistaken text leaves the last good filter in force and says why. Once the
    bar is left, what stands in it is what filters.
    """

    DEFAULT_CSS = """
    FilterBar { height: 1; background: $surface; }
    FilterBar > #filter-label { width: 9; padding: 0 1; color: $text-muted; }
    FilterBar > #filter-count { width: 20; padding: 0 1; text-align: right; }
    """

    @dataclass
    class Narrowed(Message):
        """``filter`` is in force now; None lets everything through."""

        filter: Filter | None

    def __init__(
        self,
        complete: Complete,
        text: str = "",
        id: str | None = None,  # noqa: A002
        history: History | None = None,
    ) -> None:
        """complete: (text, cursor) to completions; called on each keystroke. text: to start.
        history: of filters; without one, none outlasts the run."""
        super().__init__(id=id)
        self._complete = complete
        self._history = history or History(None)
        self._offered: list[Completion] = []
        self._chosen = False  # whether the highlighted completion was gone to by hand
        self._taken = ""  # the text with a completion that was taken over: its value is whole
        self._narrowing = Narrowing(text)
        self._first = text
        self._counts = 0, 0, True

    def compose(self) -> ComposeResult:
        yield Static("filter", id="filter-label", markup=False)
        yield FilterInput(self._first, "source:iam name:Create* · f to type, + and - on a row")
        yield Static("", id="filter-count", markup=False)

    def on_mount(self) -> None:
        self.call_after_refresh(self._say)

    @property
    def input(self) -> FilterInput:
        return self.query_one(FilterInput)

    @property
    def _list(self) -> Completions:
        return self.screen.query_one(Completions)

    @property
    def filter(self) -> Filter | None:
        """The filter in force."""
        return self._narrowing.filter

    @property
    def text(self) -> str:
        """The text of the filter in force."""
        return self._narrowing.text

    def add(self, operator: str, field: str, value: str) -> None:
        """Narrow by one more term: ``+`` only this value, ``-`` not this, ``=`` this one too."""
        self.put(self._narrowing.added(operator, field, value))

    def put(self, text: str) -> None:
        """Filter by another text, as a step of its own."""
        self._narrowing.keep()
        self._put(text)
        self._keep()

    def undo(self) -> None:
        self._back_to(self._narrowing.undo(), "nothing to undo")

    def redo(self) -> None:
        self._back_to(self._narrowing.redo(), "nothing to redo")

    def _back_to(self, text: str | None, otherwise: str) -> None:
        if text is None:
            self.notify(otherwise, markup=False)
        else:
            self._put(text)

    # -- what is said beside and below the text

    def say(self, shown: int, total: int, *, complete: bool = True) -> None:
        """``1,204 of 300,112``; not complete: rows are still being looked at."""
        self._counts = shown, total, complete
        self._say()

    def _say(self) -> None:
        shown, total, complete = self._counts
        line = Text(no_wrap=True)
        if self._narrowing.begun:
            enter = self.app.get_key_display(Binding("enter", ""))
            line.append(f"{clip(safe(self._narrowing.begun), _MOST_BEGUN)} until {enter}  ", "dim")
        more = "" if complete else "…"
        line.append(f"{shown:,}{more} of {total:,}", style="bold" if shown != total else "dim")
        self._set_count(line)
        self._point_out(self._narrowing.error)

    def _set_count(self, line: Text) -> None:
        """While a filter is typed the width only grows: another one moves the whole screen, at
        ten times the cost of the line."""
        count = self.query_one("#filter-count", Static)
        count.update(line, layout=False)
        width = line.cell_len + 2
        if width > count.size.width + 2 or not self.input.has_focus:
            count.styles.width = width

    def _point_out(self, error: FilterError | None, *, at_once: bool = False) -> None:
        """What is wrong; but what is still being typed is no mistake yet while it goes on."""
        trouble = self.screen.query_one(FilterTrouble)
        if isinstance(error, Incomplete) and not at_once:
            error = None
        trouble.tell(error, self._below(error.column if error else 0))
        self.input.underline((error.column, error.end) if error else None)

    def _below(self, column: int) -> Offset:
        """The cell below a character of the text."""
        line = self.input
        before = cell_width(line.value[:column]) - int(line.scroll_offset.x)
        return Offset(line.region.x + max(0, before), self.region.bottom)

    def _offer(self) -> None:
        text, cursor = self.input.value, self.input.cursor_position
        self._offered = self._complete(text, cursor)
        if [c.insert for c in self._offered] == [text[c.start : c.end] for c in self._offered]:
            self._offered = []  # at most one, and it stands there already
        self._chosen = False
        start = self._offered[0].start if self._offered else 0
        below = self.screen.query_one(FilterTrouble).display
        self._list.offer(self._offered, self._below(start) + Offset(0, int(below)))

    def _hide(self) -> None:
        self._list.display = False
        self._chosen = False

    # -- what the keys do

    @on(Input.Changed)
    def _edited(self, event: Input.Changed) -> None:
        event.stop()
        line = self.input
        typing = line.has_focus and line.cursor_at_end and event.value != self._taken
        self._read(event.value, typing=typing)
        if line.has_focus:
            self._offer()

    def _read(self, text: str, *, typing: bool = False) -> None:
        if self._narrowing.read(text, typing=typing):
            self.post_message(self.Narrowed(self._narrowing.filter))
        self._say()

    def _put(self, text: str) -> None:
        """Another text, whole."""
        line = self.input
        with line.prevent(Input.Changed):
            line.value = text
        # Of a long text that nobody edits, the beginning shows.
        line.cursor_position = len(text) if line.has_focus else 0
        self._hide()
        self._read(text)

    def _settle(self) -> None:
        """Let the text and the filter in force say the same: what was shown stays shown."""
        narrowing = self._narrowing
        if narrowing.error:
            text = narrowing.in_force
        elif narrowing.begun.endswith("*") and not self._is_value(narrowing.begun[:-1]):
            text = f"{narrowing.text}*"
        else:
            text = narrowing.text
        self._put(text)
        self._keep()

    def _is_value(self, typed: str) -> bool:
        """Whether the last value of the text is one itself, not the beginning of some."""
        text = self._narrowing.text
        found = [c.label.casefold() for c in self._complete(text, len(text))]
        typed = typed.casefold()
        return typed in found or not any(label.startswith(typed) for label in found)

    def _keep(self) -> None:
        """Remember the filter in force: for ``undo``, and for other runs."""
        self._narrowing.keep()
        known = self._history.problem
        self._history.add(self._narrowing.text)
        if self._history.problem != known:
            said = f"filters are not kept for later: {self._history.problem}"
            self.notify(safe(said), severity="warning", markup=False)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._chosen:
            self._take()
        elif self._narrowing.error:
            self._hide()
            self._point_out(self._narrowing.error, at_once=True)
        else:
            self._go_back()

    @on(LineInput.Left)
    def _left(self, event: LineInput.Left) -> None:
        event.stop()
        if self._list.display:
            self._hide()
        else:
            self._go_back()

    def _go_back(self) -> None:
        self._settle()
        self.screen.query_one("EventList").focus()

    def on_descendant_blur(self) -> None:
        # Another window's having the keyboard is no reason to take a half-typed text away.
        if self.app.app_focus:
            self._settle()

    @on(FilterInput.Recalled)
    def _recall(self, event: FilterInput.Recalled) -> None:
        """The filter before or after this one among those of earlier."""
        event.stop()
        self._put(self._history.beside(self.input.value, event.step))

    def _offer_history(self) -> None:
        texts = self._history.texts
        self._offered = [Completion(0, 0, text, clip(text, _MOST_RECALLED)) for text in texts]
        self._list.offer(self._offered, self._below(0))

    @on(FilterInput.Chosen)
    def _choose(self, event: FilterInput.Chosen) -> None:
        event.stop()
        if event.step < 0 and not self.input.value and not self._chosen:
            self._offer_history()
        elif not self._list.display:
            self._offer()
        elif event.step > 0:
            self._list.action_cursor_down()
        else:
            self._list.action_cursor_up()
        self._chosen = self._list.display

    @on(FilterInput.Accepted)
    def _accept(self, event: FilterInput.Accepted) -> None:
        event.stop()
        if not self._list.display:
            self._offer()
        self._take()

    def take(self, place: int) -> None:
        """Take over the completion at ``place`` of those shown, as by a click."""
        self._list.highlighted = place
        self._take()
        self.input.focus()

    def _take(self) -> None:
        """Take over the highlighted completion."""
        if not self._offered or not self._list.display:
            return
        chosen = self._offered[self._list.highlighted or 0]
        line = self.input
        text = line.value[: chosen.start] + chosen.insert + line.value[chosen.end :]
        self._taken = text
        line.value, line.cursor_position = text, chosen.start + len(chosen.insert)

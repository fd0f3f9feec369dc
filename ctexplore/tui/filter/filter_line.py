"""The filter in force and its text: read, put, undone, and what is said about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from ctexplore.query.complete import Completion
from ctexplore.query.syntax import FilterError, Incomplete
from ctexplore.text import safe
from ctexplore.tui.filter.filter_count import FilterCount
from ctexplore.tui.filter.filter_hints import Completions, FilterTrouble
from ctexplore.tui.filter.filter_input import FilterInput
from ctexplore.tui.filter.history import History
from ctexplore.tui.filter.narrowing import Narrowing
from ctexplore.tui.first_run import USUAL
from ctexplore.tui.key_names import key_name

if TYPE_CHECKING:
    from ctexplore.query.evaluate import Filter

Complete = Callable[[str, int], list[Completion]]


class FilterLine(Horizontal):
    """Posts ``Narrowed`` whenever another filter is in force.

    A half-typed or mistaken text leaves the last good filter in force and says why.
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
        self._narrowing = Narrowing(text)
        self._first = text

    def compose(self) -> ComposeResult:
        yield Static("filter", id="filter-label", markup=False)
        keys = (key_name(self, name) for name in ("app.filter", "narrow.only", "narrow.not"))
        line = FilterInput(self._first, USUAL.format(*keys))
        if hint := getattr(self.app, "first_hint", str)():
            line.placeholder = hint
            line.add_class("-new")
        yield line
        yield FilterCount()

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

    def say(
        self,
        shown: int,
        total: int,
        *,
        unread: int = 0,
        complete: bool = True,
        asked: str = "",
    ) -> None:
        """What the filter lets through; see FilterCount.count."""
        count = self.query_one(FilterCount)
        count.count(shown, total, unread=unread, complete=complete, asked=asked)
        self._tell_begun()  # and nothing of a mistake: what enter said of it stays while rows come

    def _say(self) -> None:
        self._tell_begun()
        self._point_out(self._narrowing.error)

    def _tell_begun(self) -> None:
        enter = self.app.get_key_display(Binding("enter", ""))
        count = self.query_one(FilterCount)
        count.tell(self._narrowing.begun, enter, typing=self.input.has_focus)

    def _point_out(self, error: FilterError | None, *, at_once: bool = False) -> None:
        """What is wrong; but what is still being typed is no mistake yet while it goes on."""
        trouble = self.screen.query_one(FilterTrouble)
        if isinstance(error, Incomplete) and not at_once:
            error = None
        trouble.tell(error, self.input.below(error.column if error else 0))
        self.input.underline((error.column, error.end) if error else None)

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
        self._list.hide()
        self._read(text)

    def _settle(self) -> None:
        """Let the text and the filter in force say the same: what was shown stays shown."""
        text = self._narrowing.text
        self._put(self._narrowing.settled(lambda: self._complete(text, len(text))))
        self._keep()

    def _keep(self) -> None:
        """Remember the filter in force: for ``undo``, and for other runs."""
        self._narrowing.keep()
        known = self._history.problem
        self._history.add(self._narrowing.text)
        if self._history.problem != known:
            said = f"filters are not kept for later: {self._history.problem}"
            self.notify(safe(said), severity="warning", markup=False)

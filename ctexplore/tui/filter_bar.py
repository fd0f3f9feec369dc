"""The second line: the filter as typed, and how much it lets through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.geometry import Offset
from textual.message import Message
from textual.widgets import Input, Static

from ctexplore.query.complete import Completion
from ctexplore.query.syntax import FilterError, Incomplete
from ctexplore.text import clip, safe
from ctexplore.tui.filter_count import FilterCount
from ctexplore.tui.filter_hints import Completions, FilterTrouble
from ctexplore.tui.filter_input import FilterInput
from ctexplore.tui.history import History
from ctexplore.tui.line_input import LineInput
from ctexplore.tui.narrowing import Narrowing

if TYPE_CHECKING:
    from ctexplore.query.evaluate import Filter

Complete = Callable[[str, int], list[Completion]]
_MOST_RECALLED = 50  # cells of a filter of earlier


class FilterBar(Horizontal):
    """Posts ``Narrowed`` whenever another filter is in force, with every keystroke that makes one.

    A half-typed or mistaken text leaves the last good filter in force and says why. Once the
    bar is left, what stands in it is what filters.
    """

    DEFAULT_CSS = """
    FilterBar { height: 1; background: $surface; }
    FilterBar > #filter-label { width: 9; padding: 0 1; color: $text-muted; }
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
        self._taken = ""  # the text with a completion that was taken over: its value is whole
        self._narrowing = Narrowing(text)
        self._first = text

    def compose(self) -> ComposeResult:
        yield Static("filter", id="filter-label", markup=False)
        yield FilterInput(self._first, "source:iam name:Create* · f to type, + and - on a row")
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
        self._say()

    def _say(self) -> None:
        enter = self.app.get_key_display(Binding("enter", ""))
        count = self.query_one(FilterCount)
        count.tell(self._narrowing.begun, enter, typing=self.input.has_focus)
        self._point_out(self._narrowing.error)

    def _point_out(self, error: FilterError | None, *, at_once: bool = False) -> None:
        """What is wrong; but what is still being typed is no mistake yet while it goes on."""
        trouble = self.screen.query_one(FilterTrouble)
        if isinstance(error, Incomplete) and not at_once:
            error = None
        trouble.tell(error, self.input.below(error.column if error else 0))
        self.input.underline((error.column, error.end) if error else None)

    def _offer(self) -> None:
        text, cursor = self.input.value, self.input.cursor_position
        offered = self._complete(text, cursor)
        if [c.insert for c in offered] == [text[c.start : c.end] for c in offered]:
            offered = []  # at most one, and it stands there already
        start = offered[0].start if offered else 0
        below = self.screen.query_one(FilterTrouble).display
        self._list.offer(offered, self.input.below(start) + Offset(0, int(below)))

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

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._list.chosen:
            self._take()
        elif self._narrowing.error:
            self._list.hide()
            self._point_out(self._narrowing.error, at_once=True)
        else:
            self._go_back()

    @on(LineInput.Left)
    def _left(self, event: LineInput.Left) -> None:
        event.stop()
        if self._list.display:
            self._list.hide()
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
        offered = [Completion(0, 0, text, clip(text, _MOST_RECALLED)) for text in texts]
        self._list.offer(offered, self.input.below(0))

    @on(FilterInput.Chosen)
    def _choose(self, event: FilterInput.Chosen) -> None:
        event.stop()
        if event.step < 0 and not self.input.value and not self._list.chosen:
            self._offer_history()
        elif not self._list.display:
            self._offer()
        else:
            self._list.step(event.step)
        self._list.chosen = self._list.display

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
        chosen = self._list.current
        if chosen is None:
            return
        line = self.input
        text = line.value[: chosen.start] + chosen.insert + line.value[chosen.end :]
        self._taken = text
        line.value, line.cursor_position = text, chosen.start + len(chosen.insert)

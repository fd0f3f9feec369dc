"""The second line: the filter as it is typed, completed and left."""

from __future__ import annotations

from textual import on
from textual.geometry import Offset
from textual.widgets import Input

from ctexplore.query.complete import Completion
from ctexplore.text import clip
from ctexplore.tui.filter.filter_hints import FilterTrouble
from ctexplore.tui.filter.filter_input import FilterInput
from ctexplore.tui.filter.filter_line import FilterLine
from ctexplore.tui.line_input import LineInput

_MOST_RECALLED = 50  # cells of a filter of earlier


class FilterBar(FilterLine):
    """Every keystroke that makes another filter puts it in force. Once the bar is left, what
    stands in it is what filters."""

    DEFAULT_CSS = """
    FilterBar { height: 1; background: $surface; }
    FilterBar > #filter-label { width: 9; padding: 0 1; color: $text-muted; }
    FilterBar > .-new > .input--placeholder { color: $primary; }
    """

    _taken = ""
    """The text with a completion that was taken over: its value is whole."""

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

"""The second line: the filter as typed, what is wrong with it, and how much it lets through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from ctexplore.text import clip, safe
from ctexplore.tui.narrowing import Narrowing

if TYPE_CHECKING:
    from ctexplore.query.complete import Completion
    from ctexplore.query.evaluate import Filter

Complete = Callable[[str, int], "list[Completion]"]


class FilterInput(Input):
    """Completes with tab; up and down choose among the completions."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "accept", "Complete", id="filter.complete"),
        Binding("down", "choose(1)", show=False, id="filter.next"),
        Binding("up", "choose(-1)", show=False, id="filter.previous"),
        Binding("escape", "leave", "Back", id="filter.leave"),
    ]

    @dataclass
    class Accepted(Message):
        """The highlighted completion is wanted."""

    @dataclass
    class Chosen(Message):
        """The highlight moves."""

        step: int

    @dataclass
    class Left(Message):
        """Back to the list."""

    def action_accept(self) -> None:
        self.post_message(self.Accepted())

    def action_choose(self, step: int) -> None:
        self.post_message(self.Chosen(step))

    def action_leave(self) -> None:
        self.post_message(self.Left())


class Completions(OptionList, can_focus=False):
    """The values that can follow, with how often each occurs; floats below the filter."""

    DEFAULT_CSS = """
    Completions {
        layer: above; display: none; width: auto; min-width: 24; max-width: 70;
        max-height: 10; offset: 9 2; background: $surface; border: none; padding: 0;
    }
    """


class FilterBar(Horizontal):
    """Posts ``Narrowed`` whenever another filter is in force, with every keystroke that makes one.

    A half-typed or mistaken text leaves the last good filter in force and says why.
    """

    DEFAULT_CSS = """
    FilterBar { height: 1; background: $surface; }
    FilterBar > #filter-label { width: 9; padding: 0 1; color: $text-muted; }
    FilterBar > FilterInput {
        width: 1fr; border: none; height: 1; padding: 0; background: $surface;
    }
    FilterBar > #filter-count { width: auto; padding: 0 1; }
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
    ) -> None:
        """complete: (text, cursor) to completions; called on each keystroke. text: to start."""
        super().__init__(id=id)
        self._complete = complete
        self._offered: list[Completion] = []
        self._narrowing = Narrowing(text)
        self._counts = 0, 0, True

    def compose(self) -> ComposeResult:
        yield Static("filter", id="filter-label", markup=False)
        yield FilterInput(
            self._narrowing.text,
            placeholder="source:iam name:Create* · f to type, + and - on a row",
            select_on_focus=False,
            compact=True,
        )
        yield Static("", id="filter-count", markup=False)

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

    def add(self, operator: str, field: str, value: str) -> None:
        """Narrow by one more term: ``+`` only this value, ``-`` not this, ``=`` this one too."""
        self._narrowing.keep()
        self._put(self._narrowing.added(operator, field, value))
        self._narrowing.keep()

    def undo(self) -> None:
        self._back_to(self._narrowing.undo(), "nothing to undo")

    def redo(self) -> None:
        self._back_to(self._narrowing.redo(), "nothing to redo")

    def say(self, shown: int, total: int, *, complete: bool = True) -> None:
        """``1,204 of 300,112``; not complete: rows are still being looked at."""
        self._counts = shown, total, complete
        self._say()

    def _say(self) -> None:
        shown, total, complete = self._counts
        line = Text(no_wrap=True)
        if error := self._narrowing.error:
            line.append(clip(safe(error), max(20, self.size.width // 2)) + "  ", style="bold")
        more = "" if complete else "…"
        line.append(f"{shown:,}{more} of {total:,}", style="bold" if shown != total else "dim")
        self.query_one("#filter-count", Static).update(line)

    def _back_to(self, text: str | None, otherwise: str) -> None:
        if text is None:
            self.notify(otherwise, markup=False)
        else:
            self._put(text)

    def _put(self, text: str) -> None:
        self.input.value = text
        self.input.cursor_position = len(text)
        self._hide()

    @on(Input.Changed)
    def _edited(self, event: Input.Changed) -> None:
        event.stop()
        if self._narrowing.read(event.value):
            self.post_message(self.Narrowed(self._narrowing.filter))
        self._say()
        if self.input.has_focus:
            self._offer()

    @on(Input.Submitted)
    @on(FilterInput.Left)
    def _leave(self, event: Message) -> None:
        event.stop()
        if isinstance(event, FilterInput.Left) and self._list.display:
            self._hide()
            return
        self._hide()
        self._narrowing.keep()
        self.screen.query_one("EventList").focus()

    @on(FilterInput.Chosen)
    def _choose(self, event: FilterInput.Chosen) -> None:
        event.stop()
        if not self._list.display:
            self._offer()
        elif event.step > 0:
            self._list.action_cursor_down()
        else:
            self._list.action_cursor_up()

    @on(FilterInput.Accepted)
    def _accept(self, event: FilterInput.Accepted) -> None:
        event.stop()
        if not self._list.display:
            self._offer()
        if not self._offered or not self._list.display:
            return
        chosen = self._offered[self._list.highlighted or 0]
        text = self.input.value
        self.input.value = text[: chosen.start] + chosen.insert + text[chosen.end :]
        self.input.cursor_position = chosen.start + len(chosen.insert)

    def _offer(self) -> None:
        text, cursor = self.input.value, self.input.cursor_position
        self._offered = self._complete(text, cursor)
        shown = self._list
        shown.clear_options()
        shown.add_options(Option(_line(c)) for c in self._offered)
        shown.display = bool(self._offered)
        if self._offered:
            shown.highlighted = 0
            shown.styles.offset = (9 + min(self._offered[0].start, 40), 2)

    def _hide(self) -> None:
        self._list.display = False

    def on_descendant_blur(self) -> None:
        self._hide()


def _line(completion: Completion) -> Content:
    count = f"{completion.count:>9,}  " if completion.count is not None else " " * 11
    return Content.assemble((count, "dim"), safe(completion.label))

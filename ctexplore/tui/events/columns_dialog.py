"""Which columns the list has, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from ctexplore.query.syntax import FilterError
from ctexplore.text import safe
from ctexplore.tui.events.columns import DEFAULT, PINNED, canonical_name, path_of
from ctexplore.tui.line_input import LineInput

_KEYS = (
    ("space", "show or not"),
    ("J K", "move"),
    ("a", "add a field"),
    ("0", "as at first"),
    ("enter", "done"),
    ("esc", "leave"),
)


class ColumnChoices(OptionList):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.accept", "Done", id="columns.accept"),
        Binding("j", "cursor_down", show=False, id="columns.down"),
        Binding("k", "cursor_up", show=False, id="columns.up"),
    ]


class ColumnField(LineInput):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "screen.leave_field", "Back", id="columns.leave_field"),
    ]


class ColumnsDialog(ModalScreen[tuple[str, ...] | None]):
    """Dismissed with the columns in their order, or None when nothing is to change."""

    DEFAULT_CSS = """
    ColumnsDialog { align: center middle; }
    ColumnsDialog > Vertical {
        width: 64; max-width: 100%; height: auto; max-height: 100%; padding: 0 1;
        background: $surface; border: round $primary;
    }
    ColumnsDialog ColumnChoices {
        height: auto; max-height: 65vh; border: none; padding: 0; background: $surface;
        &:focus { border: none; background-tint: transparent; }
    }
    ColumnsDialog ColumnField { display: none; }
    ColumnsDialog #columns-note { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "choose", "Show or not", id="columns.toggle"),
        Binding("J", "shift(1)", "Move down", id="columns.later"),
        Binding("K", "shift(-1)", "Move up", id="columns.sooner"),
        Binding("a", "add", "Add a field", id="columns.add"),
        Binding("0", "reset", "As at first", id="columns.reset"),
        Binding("escape,q,C", "leave", "Leave", id="columns.leave"),
    ]

    def __init__(
        self, chosen: tuple[str, ...], fitting: Callable[[tuple[str, ...]], tuple[str, ...]]
    ) -> None:
        """fitting: of some columns those that the list has room for."""
        super().__init__()
        self._fitting = fitting
        self._names = [*chosen, *(name for name in DEFAULT if name not in chosen)]
        self._chosen = set(chosen)

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(Content.styled("Columns", "bold"), markup=False)
            yield ColumnChoices(markup=False)
            yield ColumnField(placeholder="userAgent, requestParameters.bucketName …")
            yield Static(id="columns-note", markup=False)

    def on_mount(self) -> None:
        self._draw(0)
        self._say("")

    @property
    def _list(self) -> ColumnChoices:
        return self.query_one(ColumnChoices)

    @property
    def _at(self) -> int:
        return self._list.highlighted or 0

    def action_choose(self) -> None:
        name = self._names[self._at]
        if name == PINNED:
            self._say("the event's name always stays")
            return
        self._chosen ^= {name}
        self._say("")
        self._draw(self._at)

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_choose()

    def action_shift(self, step: int) -> None:
        old = self._at
        new = old + step
        if 0 <= new < len(self._names):
            names = self._names
            names[old], names[new] = names[new], names[old]
            self._draw(new)

    def action_reset(self) -> None:
        self._names, self._chosen = list(DEFAULT), set(DEFAULT)
        self._say("")
        self._draw(0)

    def action_add(self) -> None:
        field = self.query_one(ColumnField)
        field.display = True
        field.value = ""
        field.focus()

    @on(Input.Submitted)
    def _added(self, event: Input.Submitted) -> None:
        event.stop()
        if not event.value.strip():
            self.action_leave_field()
            return
        try:
            name = canonical_name(event.value)
        except FilterError as error:
            self._say(safe(error.message + (f" ({error.hint})" if error.hint else "")))
            return
        if name not in self._names:
            self._names.insert(self._at + 1, name)
        self._chosen.add(name)
        self._say("")
        self._draw(self._names.index(name))
        self.action_leave_field()

    def action_leave_field(self) -> None:
        self.query_one(ColumnField).display = False
        self._list.focus()

    def action_accept(self) -> None:
        self.dismiss(self._result)

    def action_leave(self) -> None:
        self.dismiss(None)

    @property
    def _result(self) -> tuple[str, ...]:
        return tuple(name for name in self._names if name in self._chosen)

    def _draw(self, at: int) -> None:
        fitting = self._fitting(self._result)
        self._list.clear_options()
        self._list.add_options(Option(self._line(name, fitting)) for name in self._names)
        self._list.highlighted = at

    def _line(self, name: str, fitting: tuple[str, ...]) -> Content:
        chosen = name in self._chosen
        notes = []
        if chosen and name not in fitting:
            notes.append("no room now")
        if path_of(name):
            notes.append("read from records")
        box = "[x] " if chosen else "[ ] "
        note = f"  {', '.join(notes)}" if notes else ""
        return Content.assemble((box, "bold" if chosen else ""), safe(name), (note, "dim"))

    def _say(self, problem: str) -> None:
        keys = Content("  ").join(Content.assemble((k, "bold"), f" {does}") for k, does in _KEYS)
        lines = [Content.styled(problem, "bold"), keys] if problem else [keys]
        self.query_one("#columns-note", Static).update(Content("\n").join(lines))

"""The notebook on a screen of its own: go to an event, change a note, take it out, put it back."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import ClassVar

import msgspec
from msgspec import Struct
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from ctexplore.investigate.notebook.entries import Entry
from ctexplore.text import clip, safe
from ctexplore.trail.secrets import veil
from ctexplore.tui.events.signs import signs
from ctexplore.tui.footer import Footer
from ctexplore.tui.help import HelpScreen
from ctexplore.tui.key_names import key_name
from ctexplore.tui.prompt import Prompt

_NOTHING = "Nothing yet: in the list {} marks an event, {} writes a note on it."


class Chosen(Struct):
    """Where to go, or what to filter by."""

    entry: Entry


class BookList(OptionList):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Go there", id="book.open"),
        Binding("down,j", "cursor_down", show=False, id="book.down"),
        Binding("up,k", "cursor_up", show=False, id="book.up"),
        Binding("home,g", "first", show=False, id="book.first"),
        Binding("end,G", "last", show=False, id="book.last"),
        Binding("pagedown,space,ctrl+d", "page_down", show=False, id="book.page_down"),
        Binding("pageup,b,ctrl+u", "page_up", show=False, id="book.page_up"),
        Binding("i", "screen.edit", "Edit", id="book.edit", tooltip="Change the note or title"),
        Binding("d", "screen.take_out", "Take out", id="book.delete", tooltip="Take it out"),
        Binding("u", "screen.undo", "Undo", id="book.undo", tooltip="Undo the last change here"),
    ]


class BookScreen(Screen[Chosen | None]):
    """Events in the order of their times, filters first."""

    DEFAULT_CSS = """
    BookScreen > #book-head { height: 1; padding: 0 1; background: $panel; }
    BookScreen BookList {
        height: 1fr; border: none; padding: 0; text-wrap: nowrap; scrollbar-size: 0 1;
        &:focus { border: none; background-tint: transparent; }
    }
    BookScreen > #book-note { height: auto; max-height: 6; padding: 0 1; background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "leave", "Back", id="app.quit"),
        Binding("escape,I", "leave", "Back", show=False),
        Binding("question_mark", "keys", "Keys", id="app.keys"),
    ]

    def __init__(
        self,
        entries: tuple[Entry, ...],
        change: Callable[[tuple[Entry, ...], tuple[str, ...]], None],
    ) -> None:
        """change: put entries, take out others by their ids; ``show`` follows."""
        super().__init__()
        self._entries = entries
        self._change = change
        self._before: list[tuple[Entry, str]] = []  # as they were, and what was done
        self._listed: list[Entry] = []
        self._cursor = signs(os.environ).cursor
        self._at: int | None = None  # the line with the cursor's sign

    def compose(self) -> ComposeResult:
        yield Static(id="book-head", markup=False)
        yield BookList(markup=False)
        yield Static(id="book-note", markup=False)
        yield Prompt(back="BookList")
        yield Footer(lambda active: self._word(active.binding))

    def on_mount(self) -> None:
        self.show(self._entries)

    def on_resize(self) -> None:
        self.show(self._entries)

    def show(self, entries: tuple[Entry, ...]) -> None:
        """Show the notebook as it is now; the cursor keeps its entry or its line."""
        if not self.query(BookList):
            return
        listed = self.query_one(BookList)
        at = listed.highlighted
        here = self._here
        self._entries = entries
        self._listed = sorted(entries, key=_order)
        listed.clear_options()
        listed.add_options(Option(Content(" " + self._line(e))) for e in self._listed)
        self._at = None
        events = sum(e.event is not None for e in entries)
        said = f"Notebook: {events:,} events, {len(entries) - events:,} filters"
        if not entries:
            said = _NOTHING.format(key_name(self, "list.mark"), key_name(self, "notebook.note"))
        self.query_one("#book-head", Static).update(said)
        if self._listed:
            same = next((n for n, e in enumerate(self._listed) if here and e.id == here.id), None)
            listed.highlighted = same if same is not None else min(at or 0, len(self._listed) - 1)
        else:
            self.query_one("#book-note", Static).update("")
        self.refresh_bindings()

    @property
    def _here(self) -> Entry | None:
        at = self.query_one(BookList).highlighted
        return self._listed[at] if at is not None and at < len(self._listed) else None

    def _line(self, entry: Entry) -> str:
        return clip(_said(entry), max(20, self.size.width - 3))

    @on(OptionList.OptionHighlighted)
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        """Say where the cursor is without colours, too, and the note in full."""
        listed, at = self.query_one(BookList), event.option_index
        for n, sign in ((self._at, " "), (at, self._cursor)):
            if n is not None and n < len(self._listed):
                prompt = Content(sign + self._line(self._listed[n]))
                listed.replace_option_prompt_at_index(n, prompt)
        self._at = at
        entry = self._here
        if entry is not None:
            text = safe(veil(entry.text)) or ("marked" if entry.marked else "")
            where = safe(f"{entry.event.uri} record {entry.event.index + 1}") if entry.event else ""
            shown = where or safe(entry.filter)
            self.query_one("#book-note", Static).update(Content(f"{text}\n{shown}"))

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(Chosen(self._listed[event.option_index]))

    def action_edit(self) -> None:
        if entry := self._here:
            label = "note" if entry.event else "title"
            self.query_one(Prompt).ask(entry.id, label, "", entry.text)

    @on(Prompt.Answered)
    def _edited(self, event: Prompt.Answered) -> None:
        event.stop()
        entry = next((e for e in self._entries if e.id == event.name), None)
        if entry is not None and entry.text != event.text:
            self._before.append((entry, "the change"))
            self._change((msgspec.structs.replace(entry, text=event.text),), ())

    def action_take_out(self) -> None:
        if entry := self._here:
            self._before.append((entry, "taking out"))
            self._change((), (entry.id,))
            said = f"taken out; {key_name(self, 'book.undo')} puts it back"
            self.notify(said, markup=False, timeout=3)

    def action_undo(self) -> None:
        if not self._before:
            self.notify("nothing was changed here", markup=False, timeout=3)
            return
        entry, what = self._before.pop()
        self._change((entry,), ())
        self.notify(f"{what} is undone", markup=False, timeout=3)

    def action_leave(self) -> None:
        self.dismiss(None)

    def _word(self, binding: Binding) -> str:
        """Of keys that would do nothing now, nothing."""
        match binding.id:
            case "book.open" | "book.edit" | "book.delete":
                works = bool(self._listed)
            case "book.undo":
                works = bool(self._before)
            case _:
                works = True
        return binding.description if works else ""

    def action_keys(self) -> None:
        self.app.push_screen(HelpScreen([self, *self.query(BookList)]))


def _order(entry: Entry) -> tuple[bool, int, str]:
    at = entry.event.time if entry.event and entry.event.time is not None else 0
    return entry.event is not None, at, entry.made


def _said(entry: Entry) -> str:
    """One line, safe."""
    text = safe(veil(entry.text))
    if entry.event is None:
        return f"{safe(entry.kind)}  {text or safe(entry.filter)}"
    event = entry.event
    mark = "*" if entry.marked else " "
    name, who = safe(event.column("name") or "?"), safe(event.column("who") or "?")
    failed = f" [{safe(event.column('error'))}]" if event.column("error") else ""
    line = f"{mark} {event.said_time}  {name}{failed}  {who}"
    return f"{line}  {text}" if text else line

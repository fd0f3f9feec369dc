"""What to export, in which form, to which file; then how far it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from msgspec import Struct
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, Static

from ctexplore.export.formats import FORMATS, suffix_of
from ctexplore.store.columns.batch import Codes
from ctexplore.text import safe
from ctexplore.tui.exporting import Export, ExportEnded
from ctexplore.tui.footer import Footer
from ctexplore.tui.line_input import LineInput

_TICK = 0.2


class Offer(Struct, frozen=True):
    """Rows that can be exported. title: our own words. name: for the file, without an ending."""

    title: str
    name: str
    rows: Callable[[], Codes]


class Choice(Widget, can_focus=True, inherit_bindings=False):
    """One of a few words, on one line. ``at`` is the position of the chosen one."""

    DEFAULT_CSS = """
    Choice { height: 1; }
    Choice:focus { background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "step(-1)", "Choose", id="export.choose"),
        Binding("right,l,space", "step(1)", "Choose", show=False, id="export.choose_next"),
        Binding("up,k", "app.focus_previous", "Line above", show=False, id="export.up"),
        Binding("down,j", "app.focus_next", "Line below", show=False, id="export.down"),
    ]
    at: reactive[int] = reactive(0)

    @dataclass
    class Chosen(Message):
        choice: Choice

    def __init__(self, label: str, words: list[str], at: int = 0, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._label = label
        self._words = words
        self.set_reactive(Choice.at, at)

    def watch_at(self) -> None:
        self.post_message(self.Chosen(self))

    def action_step(self, step: int) -> None:
        self.at = (self.at + step) % len(self._words)

    def render(self) -> Content:
        line = Content(f"{self._label:<8}")
        for position, word in enumerate(self._words):
            style = "reverse" if position == self.at else ""
            line = Content.assemble(line, (f" {word} ", style), " ")
        return line

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        end = 8
        for position, word in enumerate(self._words):
            start, end = end, end + len(word) + 3
            if offset is not None and start <= offset.x < end:
                self.at = position


def _keys(prefix: str = "") -> list[BindingType]:
    """What enter and escape do depends on whether something is being written."""
    return [
        Binding("enter", f"{prefix}write", "Write it", id="export.write", priority=True),
        Binding("enter", f"{prefix}hide", "Go on meanwhile", id="export.hide", priority=True),
        Binding("escape", f"{prefix}leave", "Back", id="export.leave", priority=True),
        Binding("escape", f"{prefix}stop", "Stop", id="export.stop", priority=True),
    ]


class PathInput(LineInput):
    BINDINGS: ClassVar[list[BindingType]] = [
        *_keys("screen."),
        Binding("up", "app.focus_previous", "Line above", show=False, id="export.path_up"),
        Binding("down", "app.focus_next", "Line below", show=False, id="export.path_down"),
    ]


class ExportDialog(ModalScreen[None]):
    """Asks, starts the export, shows its progress and what became of it."""

    DEFAULT_CSS = """
    ExportDialog { align: center middle; }
    ExportDialog > VerticalScroll {
        width: 76; max-width: 100%; height: auto; max-height: 100%; padding: 1 2;
        background: $surface; border: round $primary; scrollbar-size-vertical: 1;
    }
    ExportDialog Horizontal { height: 1; margin: 1 0; }
    ExportDialog Horizontal Static { width: 9; }
    ExportDialog #about { padding-left: 9; color: $text-muted; }
    ExportDialog #said.-wrong { color: $text-error; }
    ExportDialog > Footer { dock: bottom; }
    """
    AUTO_FOCUS = "PathInput"
    BINDINGS: ClassVar[list[BindingType]] = _keys()

    def __init__(
        self, offers: list[Offer], folder: Path, export: Callable[[Offer, str, Path, bool], Export]
    ) -> None:
        """offers: at least one, the likeliest first. folder: where files go unless told
        otherwise. export: starts to write an offer's rows, in a format, to a file, which may be
        one to replace."""
        super().__init__()
        self._offers = offers
        self._folder = folder
        self._start = export
        self._formats = list(FORMATS)
        self._export: Export | None = None
        # The file that may be replaced, once somebody was told that it exists.
        self._may_replace: Path | None = None
        self._proposed = ""

    def compose(self) -> ComposeResult:
        self._proposed = self._proposal(0, 0)
        with VerticalScroll(can_focus=False):
            yield Static(Content.styled("Export", "bold"), markup=False)
            yield Choice("events", [offer.title for offer in self._offers], id="rows")
            yield Choice("format", self._formats, id="format")
            yield Static(FORMATS[self._formats[0]], id="about", markup=False)
            with Horizontal():
                yield Static("file", markup=False)
                yield PathInput(self._proposed)
            yield Static("", id="said", markup=False)
        yield Footer()

    def on_mount(self) -> None:
        self.set_interval(_TICK, self._progress)

    @property
    def _busy(self) -> bool:
        return self._export is not None

    def _chosen(self, name: str) -> int:
        return self.query_one(f"#{name}", Choice).at

    def _proposal(self, rows: int, form: int) -> str:
        name = self._offers[rows].name + suffix_of(self._formats[form])
        return str(self._folder / name)

    @on(Choice.Chosen)
    def _choose(self) -> None:
        """A name that was proposed follows what is chosen; one that was typed stays."""
        form = self._formats[self._chosen("format")]
        self.query_one("#about", Static).update(FORMATS[form])
        path = self.query_one(PathInput)
        proposed = self._proposal(self._chosen("rows"), self._chosen("format"))
        if path.value == self._proposed:
            path.value = proposed
            path.cursor_position = len(proposed)
        self._proposed = proposed

    @on(Input.Changed)
    def _typed(self) -> None:
        self._may_replace = None
        self._say("")

    def action_write(self) -> None:
        text = self.query_one(PathInput).value.strip()
        if not text:
            self._say("a file has a name", wrong=True)
            return
        try:
            path = self._folder / Path(text).expanduser()
        except RuntimeError:
            self._say(f"{text}: there is no such home folder", wrong=True)
            return
        offer = self._offers[self._chosen("rows")]
        form = self._formats[self._chosen("format")]
        self._export = self._start(offer, form, path, path == self._may_replace)
        self._say("writing …")
        self.refresh_bindings()

    def ended(self, event: ExportEnded) -> bool:
        """Close, or show why there is no file; whether it is told here."""
        if event.export is not self._export:
            return False
        self._export = None
        self.refresh_bindings()
        if event.written:
            self.dismiss()
            return False
        if event.exists:
            self._may_replace = event.export.wish.path
            self._say(f"{event.said}: press enter again to replace it", wrong=True)
        else:
            self._say(event.said, wrong=True)
        return True

    def _progress(self) -> None:
        if self._export is not None and self._export.total:
            self._say(f"{self._export.done:,} of {self._export.total:,} events")

    def _say(self, text: str, *, wrong: bool = False) -> None:
        said = self.query_one("#said", Static)
        said.set_class(wrong, "-wrong")
        said.update(safe(text))

    def action_hide(self) -> None:
        self.dismiss()

    def action_leave(self) -> None:
        self.dismiss()

    def action_stop(self) -> None:
        if self._export is not None:
            self._export.stop()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        match action:
            case "write" | "leave":
                return not self._busy
            case "hide" | "stop":
                return self._busy
        return True

"""A page of text over the explorer: read, copied, and left again."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from ctexplore.text import safe
from ctexplore.tui.clipboard import copy
from ctexplore.tui.footer import Footer
from ctexplore.tui.help import HelpScreen

_MARGIN = 1
_GOES_ON = "  … "


class Page(Screen[None]):
    """A head line, and a text below it that can be longer than the screen."""

    DEFAULT_CSS = """
    Page > #page-head { height: auto; padding: 0 1; background: $panel; }
    Page > VerticalScroll { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    Page Static { height: auto; text-wrap: nowrap; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,escape", "app.pop_screen", "Back", id="app.quit", tooltip="Back to the list"),
        Binding("question_mark", "keys", "Keys", id="app.keys", tooltip="What the keys do here"),
        Binding("y", "copy", "Copy", id="page.copy", tooltip="Copy this page"),
        Binding("j,down", "scroll(1)", "Down", id="page.down", show=False, tooltip="A line down"),
        Binding("k,up", "scroll(-1)", "Up", id="page.up", show=False, tooltip="A line up"),
        Binding(
            "space,pagedown,ctrl+d", "page(1)", "A page down", id="page.page_down", show=False,
            tooltip="A page down",
        ),
        Binding(
            "b,pageup,ctrl+u", "page(-1)", "A page up", id="page.page_up", show=False,
            tooltip="A page up",
        ),
        Binding("g,home", "end(-1)", "To the top", id="page.first", show=False, tooltip="The top"),
        Binding("G,end", "end(1)", "To the end", id="page.last", show=False, tooltip="The end"),
    ]  # fmt: skip

    def __init__(self, head: str, body: Content, text: str | None = None) -> None:
        """head: one line, plain and safe. text: what is copied; by default what is shown."""
        super().__init__()
        self._head = head
        self._body = body
        self._text = body.plain if text is None else text

    def compose(self) -> ComposeResult:
        yield Static(Content(self._head), id="page-head", markup=False)
        with VerticalScroll(can_focus=False):
            yield Static(id="page-body", markup=False)
        yield Footer()

    def on_resize(self) -> None:
        self._fill()

    @property
    def _pane(self) -> VerticalScroll:
        return self.query_one(VerticalScroll)

    def show(self, head: str, body: Content, text: str | None = None) -> None:
        """Another text in place of the one before."""
        self._head, self._body = head, body
        self._text = body.plain if text is None else text
        if self.is_mounted:
            self.query_one("#page-head", Static).update(Content(head))
            self._fill()

    def _fill(self) -> None:
        width = self.query_one("#page-body").container_viewport.width or self.size.width
        folded = folded_lines(self._body, max(20, width - 2 * _MARGIN))
        self.query_one("#page-body", Static).update(folded)

    def action_keys(self) -> None:
        self.app.push_screen(HelpScreen([self]))

    async def action_copy(self) -> None:
        self.notify(safe(await copy(self.app, self._text)), markup=False)

    def action_scroll(self, lines: int) -> None:
        self._pane.scroll_relative(y=lines, animate=False)

    def action_page(self, pages: int) -> None:
        self._pane.scroll_relative(y=pages * max(1, self._pane.size.height - 1), animate=False)

    def action_end(self, end: int) -> None:
        self._pane.scroll_to(y=0 if end < 0 else self._pane.max_scroll_y, animate=False)


def folded_lines(body: Content, width: int) -> Content:
    """The lines over as many as they need; one that goes on says so, lest what a log holds pass
    for a line of its own."""
    lines: list[Content] = []
    for line in body.split("\n", allow_blank=True):
        if line.cell_length <= width:
            lines.append(line)
            continue
        first, *others = line.fold(width - len(_GOES_ON))
        lines += [first, *(Content.assemble((_GOES_ON, "dim"), part) for part in others)]
    return Content("\n").join(lines)

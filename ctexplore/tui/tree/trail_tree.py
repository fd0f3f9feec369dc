"""The tree pane: folders of a source, opened one by one or several together."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar, TypeGuard

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import on
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.geometry import Offset, Region
from textual.message import Message
from textual.strip import Strip
from textual.widgets.tree import TreeNode

from ctexplore.sources.outline import Node, Outline
from ctexplore.sources.source import SourceError
from ctexplore.trail.layout import LogKind
from ctexplore.tui.glyphs import plain
from ctexplore.tui.tree.outline_tree import OutlineTree
from ctexplore.tui.tree.tree_label import PLAIN_SIGNS, Count, Signs, node_label, note_label

_GUTTER = 2  # cells: cursor and mark
_TOGGLE = Style.from_meta({"toggle": True})


class TrailTree(OutlineTree):
    """What is marked, what the list shows and how much is in it, each with a sign of its own."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", id="tree.open"),
        Binding("m", "mark", "Mark", id="tree.mark"),
        Binding("M", "mark_to_here", "Mark to here", show=False, id="tree.mark_to_here"),
        Binding("R", "list_again", "List again", show=False, id="tree.list_again"),
        Binding("space", "toggle_node", "Unfold or fold", show=False, id="tree.toggle"),
        Binding("right,l", "unfold", "Unfold", show=False, id="tree.unfold"),
        Binding("left,h", "fold", "Fold, then to the parent", show=False, id="tree.fold"),
        Binding("up,k", "move(-1)", "Up", show=False, id="tree.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="tree.down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="tree.page_up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="tree.page_down"),
        Binding("ctrl+u", "page(-0.5)", "Half a page up", show=False, id="tree.half_up"),
        Binding("ctrl+d", "page(0.5)", "Half a page down", show=False, id="tree.half_down"),
        Binding("home,g", "first", "First", show=False, id="tree.first"),
        Binding("end,G", "last", "Last", show=False, id="tree.last"),
    ]

    DEFAULT_CSS = """
    TrailTree { overflow-x: hidden; scrollbar-size-vertical: 1; }
    """

    @dataclass
    class Opened(Message):
        """Somebody wants the events of these folders, together."""

        folders: list[str]

    @dataclass
    class DigestsWanted(Message):
        """Somebody wants to read the digest files below a folder."""

        folder: str

    def __init__(self, outline: Outline | None = None, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.guide_depth = 2
        self.show_guides = False
        self._signs = PLAIN_SIGNS if plain(os.environ) else Signs()
        self._first = outline

    def _forget_all(self) -> None:
        super()._forget_all()
        self._counts: dict[str, Count] = {}
        self._marked: dict[str, None] = {}  # in the order of marking
        self._open: tuple[str, ...] = ()
        self._verdict: Callable[[str], str] = _nothing

    def on_mount(self) -> None:
        if self._first is not None:
            self.show(self._first)

    @property
    def marked(self) -> list[str]:
        """The marked folders, in the order in which they were marked."""
        return list(self._marked)

    def set_open(self, folders: Iterable[str]) -> None:
        """Say which folders the list shows; they and all below them get a sign."""
        self._open = tuple(folders)
        self._repaint()

    def show_verdicts(self, verdict: Callable[[str], str]) -> None:
        """Show a sign beside each folder; verdict: gives it, "" is none."""
        self._verdict = verdict
        self._repaint()

    def set_count(self, folder: str, events: int | None = None, files: int | None = None) -> None:
        """Say how many events, or log files, lie in a folder and below.

        Where no more than some folders below it are open, events are those of these: they do
        not take the place of a number that is known of all.
        """
        before = self._counts.get(folder, Count())
        part = bool(self._open) and not folder.startswith(self._open)
        if part and before.events is not None and not before.part:
            events, part = before.events, False
        self._counts[folder] = Count(events, files, part)
        if folder in self._node_of:
            self._node_of[folder].refresh()

    def action_open(self) -> None:
        """Open the marked folders, else the one under the cursor; a note lists again."""
        node = self.cursor_node
        if self._marked:
            folders = list(self._marked)
            self._marked.clear()
            self._repaint()
            self.post_message(self.Opened(folders))
        elif node is not None and node.data is None:
            self.list_again()
        elif node is not None and _holds_digests(node.data):
            self.post_message(self.DigestsWanted(node.data.folder))
        elif node is not None and self._may_open(node.data):
            self.post_message(self.Opened([node.data.folder]))

    def action_mark(self) -> None:
        node = self.cursor_node
        if node is None or not self._may_open(node.data):
            return
        if node.data.folder in self._marked:
            del self._marked[node.data.folder]
        else:
            self._marked[node.data.folder] = None
        node.refresh()

    def action_mark_to_here(self) -> None:
        """Mark what can be opened between the folder marked last and the cursor."""
        last = self._node_of.get(next(reversed(self._marked), ""))
        start = self.cursor_line if last is None or last.line < 0 else last.line
        for line in range(min(start, self.cursor_line), max(start, self.cursor_line) + 1):
            node = self.get_node_at_line(line)
            if node is not None and node.data is not None and node.data.openable:
                self._marked[node.data.folder] = None
        self._repaint()

    def action_list_again(self) -> None:
        self.list_again()

    def action_unfold(self) -> None:
        """Unfold; once unfolded, go to the first child."""
        node = self.cursor_node
        if node is None:
            return
        if node.allow_expand and node.is_collapsed:
            node.expand()
        elif node.is_expanded and node.children:
            self.move_cursor(node.children[0])

    def action_fold(self) -> None:
        node = self.cursor_node
        if node is None:
            return
        if node.allow_expand and node.is_expanded:
            node.collapse()
        elif node.parent is not None:
            self.move_cursor(node.parent)

    def action_move(self, lines: int) -> None:
        self._go(self.cursor_line + lines)

    def action_page(self, pages: float) -> None:
        self._go(self.cursor_line + int(pages * self.size.height))

    def action_first(self) -> None:
        self._go(0)

    def action_last(self) -> None:
        self._go(self.last_line)

    def _go(self, line: int) -> None:
        self.cursor_line = line
        self.scroll_to_line(self.cursor_line, animate=False)

    @on(Click)
    def _clicked(self, event: Click) -> None:
        """One click moves the cursor, two open: a slip must not start a load."""
        if event.chain == 2 and "line" in event.style.meta:
            self.action_open()

    def _may_open(self, node: Node | None) -> TypeGuard[Node]:
        if node is None or self._outline is None:
            return False
        if not node.openable:
            reason = (
                "another service's logs, which are not read"
                if node.foreign
                else "digest files hold no events: enter shows them, they cannot be marked"
            )
            place = self._outline.source.uri(node.folder)
            self.post_message(self.Problem(SourceError(place, reason, skipped=True)))
        return node.openable

    def _repaint(self) -> None:
        self.root.refresh()  # the root is on the way to every line, whose cache it clears
        self.refresh()

    def get_label_width(self, node: TreeNode[Node]) -> int:  # noqa: ARG002
        """0: lines are cut to the pane, so nothing lies beside it."""
        return 0

    def render_label(self, node: TreeNode[Node], base_style: Style, style: Style) -> Text:
        depth, above = 0, node.parent
        while above is not None:
            depth, above = depth + 1, above.parent
        width = self._width - _GUTTER - depth * self.guide_depth - 2
        signs, data = self._signs, node.data
        if data is None:
            return Text("  ").append_text(note_label(str(node.label), style, width))
        shown = data.openable and any(data.folder.startswith(folder) for folder in self._open)
        arrow = signs.unfolded if node.is_expanded else signs.folded
        toggle = base_style + _TOGGLE if node.allow_expand else base_style
        before = (arrow if node.allow_expand else " ") + (signs.shown if shown else " ")
        events, files, part = self._counts.get(data.folder, Count())
        count = Count(events, data.files if files is None else files, part)
        if sign := self._verdict(data.folder):
            label = node_label(data, count, style, width - 2)
            return Text.assemble((before, toggle), label, " " * (width - 1 - label.cell_len), sign)
        return Text.assemble((before, toggle), node_label(data, count, style, width))

    def render_lines(self, crop: Region) -> list[Strip]:
        if self.has_focus and self.cursor_line >= 0:
            # Braille displays and magnifiers follow the terminal's own cursor.
            line = Offset(0, self.cursor_line - self.scroll_offset.y)
            self.app.cursor_position = self.content_region.offset + line
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """The signs of the cursor and of a mark, then the line."""
        line = y + self.scroll_offset.y
        node = self.get_node_at_line(line)
        here = self.has_focus and line == self.cursor_line
        marked = node is not None and node.data is not None and node.data.folder in self._marked
        gutter = (self._signs.cursor if here else " ") + (self._signs.marked if marked else " ")
        strip = super().render_line(y).crop(0, self._width - _GUTTER)
        return Strip.join([Strip([Segment(gutter, self.rich_style)]), strip])

    @property
    def _width(self) -> int:
        return self.scrollable_content_region.width


def _nothing(_folder: str) -> str:
    return ""


def _holds_digests(node: Node | None) -> TypeGuard[Node]:
    return node is not None and node.place.kind is LogKind.DIGEST

"""The last line: the keys that work here and now, the most wanted first."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from rich.text import Text
from textual.binding import ActiveBinding
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from ctexplore.text import cell_width

# Binding ids, the most wanted first; at 80 columns about seven fit. What is not named here is
# shown by "?" only.
PRIORITY = (
    "ask.yes",
    "ask.no",
    "export.write",
    "export.hide",
    "export.leave",
    "export.stop",
    "export.choose",
    "load.stop",
    "load.resume",
    "load.retry",
    "filter.complete",
    "filter.accept",
    "filter.leave",
    "prompt.accept",
    "prompt.leave",
    "search.leave",
    "copy.leave",
    "around.leave",
    "start.stop",
    "start.open",
    "start.profile",
    "start.ask",
    "code.accept",
    "code.leave",
    "profile.take",
    "profile.leave",
    "tree.open",
    "tree.mark",
    "facets.only",
    "facets.not",
    "facets.also",
    "facets.next_group",
    "detail.copy",
    "detail.search",
    "detail.next",
    "lines.open",
    "chain.from",
    "chain.keep",
    "coverage.open",
    "coverage.zoom_in",
    "coverage.zoom_out",
    "coverage.files",
    "coverage.again",
    "files.open",
    "files.next",
    "profile.next",
    "related.go",
    "related.beneath",
    "app.filter",
    "list.open",
    "app.search",
    "app.next_match",
    "narrow.only",
    "narrow.not",
    "view.undo",
    "list.next_mark",
    "page.all",
    "page.copy",
    "page.save",
    "app.problems",
    "detail.secrets",
    "app.tree",
    "list.copy",
    "tree.list_again",
    "detail.unfold_all",
    "detail.wrap",
    "app.facets",
    "chain.follow",
    "chain.mentions",
    "chain.around",
    "chain.profile",
    "app.goto",
    "load.follow",
    "app.verify",
    "list.mark",
    "notebook.note",
    "book.open",
    "book.edit",
    "book.delete",
    "book.undo",
    "time.zoom_in",
    "list.sort",
    "app.export",
    "notebook.open",
    "app.detail",
    "list.columns",
    "list.print",
    "app.zone",
    "app.only",
    "problems.right",
    "digests.pane",
    "app.palette",
)
_ALWAYS = ("app.keys", "app.quit")
_GAP = 2  # cells between two keys


class _Key(NamedTuple):
    shown: str
    does: str
    pressed: str

    @property
    def width(self) -> int:
        return cell_width(self.shown) + 1 + cell_width(self.does)


class Footer(Widget):
    """Reads the screen's active bindings; a click on a key does what the key does."""

    DEFAULT_CSS = """
    Footer { height: 1; background: $panel; color: $foreground; padding: 0 1; }
    """

    def __init__(self, word: Callable[[ActiveBinding], str] | None = None) -> None:
        """word: what a key does here and now, "" for nothing; else its binding's description."""
        super().__init__()
        self._word = word or (lambda active: active.binding.description)
        self._drawn = Text()
        self.auto_links = False  # a line of underlined words is hard to read

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._updated)

    def _updated(self, _screen: Screen[object]) -> None:
        if self._drawn != self._line():
            self.refresh()

    def render(self) -> Text:
        self._drawn = self._line()
        return self._drawn

    def _line(self) -> Text:
        working = self._working()
        last = [working[i] for i in _ALWAYS if i in working]
        room = self.size.width - sum(key.width + _GAP for key in last)
        first = []
        for name in PRIORITY:
            if (key := working.get(name)) is None:
                continue
            if key.width > room:
                break
            room -= key.width + _GAP
            first.append(key)
        line = Text("  ").join(map(_text, first))
        line.append(" " * max(_GAP, room + (2 if first else 1) * _GAP))
        line.append_text(Text("  ").join(map(_text, last)))
        line.no_wrap = True
        return line

    def _working(self) -> dict[str, _Key]:
        """The keys that do something now, by the id of their binding."""
        focused = self.screen.focused
        typing = isinstance(focused, Input)
        found: dict[str, _Key] = {}
        for key, active in self.screen.active_bindings.items():
            # While text is typed, a letter is a letter.
            if typing and active.node is not focused and not key.startswith("ctrl+"):
                continue
            binding = active.binding
            if active.enabled and binding.id and (does := self._word(active)):
                key_shown = self.app.get_key_display(binding)
                found.setdefault(binding.id, _Key(key_shown, does, key))
        return found


def _text(key: _Key) -> Text:
    text = Text.assemble((key.shown, "bold"), (f" {key.does}", "dim"))
    text.apply_meta({"@click": f"app.simulate_key('{key.pressed}')"})
    return text

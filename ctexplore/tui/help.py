"""The keys, read from the panes' own bindings so that they are never out of date."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widgets import Static

from ctexplore.tui.footer import Footer

_TITLES = {
    "app": "Everywhere",
    "load": "Loading",
    "view": "Everywhere",
    "narrow": "Narrowing, on a row or a value",
    "list": "Event list",
    "tree": "Trail tree",
    "detail": "Detail",
    "filter": "Filter bar",
}
_FIRST = """\
Three keys are enough to begin:  f  types a filter,  enter  shows the whole event,  ?  this page.

A row's sign tells how loudly it speaks:  !  failed, destroyed something or was done by root;
+  a write, a call across accounts or a secret that was read;  no sign: it only read.
×2 is one event that was delivered twice.
"""


class HelpScreen(Screen[None]):
    DEFAULT_CSS = """
    HelpScreen > VerticalScroll { height: 1fr; padding: 0 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,escape,question_mark", "app.pop_screen", "Back", id="app.quit"),
        Binding("j", "scroll(1)", show=False),
        Binding("k", "scroll(-1)", show=False),
    ]

    def __init__(self, nodes: Iterable[DOMNode]) -> None:
        """``nodes``: the widgets and screens whose keys to list."""
        super().__init__()
        self._shown = list(nodes)

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield Static(self._text(), markup=False)
        yield Footer()

    def action_scroll(self, step: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=step, animate=False)

    def _text(self) -> Text:
        sections: dict[str, list[tuple[str, str]]] = {}
        seen: set[str] = set()
        for node in self._shown:
            for binding in _bindings(node):
                if not binding.id or not binding.description or binding.id in seen:
                    continue
                seen.add(binding.id)
                title = _TITLES.get(binding.id.partition(".")[0], "Everywhere")
                keys = " ".join(_key(k, self) for k in binding.key.split(","))
                sections.setdefault(title, []).append((keys, binding.description))
        text = Text(_FIRST)
        for title in dict.fromkeys(_TITLES.values()):
            if title in sections:
                text.append(f"\n{title}\n", style="bold underline")
                for keys, description in sections[title]:
                    text.append(f"  {keys:<22}", style="bold")
                    text.append(f"{description}\n")
        return text


def _bindings(node: DOMNode) -> Iterable[Binding]:
    for declared in type(node).BINDINGS:
        if isinstance(declared, Binding):
            yield declared


def _key(key: str, screen: Screen[None]) -> str:
    return screen.app.get_key_display(Binding(key, "", ""))

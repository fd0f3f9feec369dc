"""The keys, read from the panes' own bindings so that they are never out of date."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widgets import Static

from ctexplore.tui.events.signs import signs
from ctexplore.tui.footer import Footer
from ctexplore.tui.look_alike import SIGN

# A section's name by the first part of a binding's id, in the order of the page.
_TITLES = {
    "start": "Start page",
    "app": "Everywhere",
    "load": "Everywhere",
    "narrow": "Narrowing, on a row or a value",
    "view": "Narrowing, on a row or a value",
    "time": "Narrowing, on a row or a value",
    "chain": "Investigating, on an event",
    "around": "Around an event, after a",
    "compare": "Investigating, on an event",
    "preset": "Presets",
    "move": "Moving, in every pane",
    "list": "Event list",
    "tree": "Trail tree",
    "facets": "Facets",
    "detail": "Detail",
    "copy": "Detail, after y",
    "digests": "Digest files",
    "lines": "A list of answers",
    "coverage": "What digests cover",
    "files": "What digests cover",
    "notebook": "Notebook",
    "book": "Notebook",
    "profile": "A list of answers",
    "filter": "Filter bar",
    "page": "A page of text",
}
_OBVIOUS = ("search", "prompt")  # lines that say themselves what their keys do
# What panes of their own bind to the same keys is told once.
_MOVING = {
    **dict.fromkeys(("up", "down"), "Up, down"),
    **dict.fromkeys(("page_up", "page_down"), "A page up, down"),
    **dict.fromkeys(("half_up", "half_down"), "Half a page up, down"),
    **dict.fromkeys(("first", "newest", "last", "oldest"), "To the first, to the last"),
}
_KEYS = 20  # cells
_THREE = {
    "app.filter": "type a filter",
    "list.open": "show the whole event",
    "app.keys": "this page",
}
_FIRST = """
A row's sign tells how loudly it speaks:
  !      failed, destructive, or done by root
  +      a write, across accounts, or a secret read
  ×2     one event that was delivered twice
         no sign: it only read
"""

Sections = dict[str, dict[str, list[str]]]


class HelpScreen(Screen[None]):
    """One column of sections, two where they have room."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (130, "-wide")]  # noqa: RUF012
    DEFAULT_CSS = """
    HelpScreen > VerticalScroll { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    HelpScreen.-wide > VerticalScroll { layout: horizontal; }
    HelpScreen Static { height: auto; }
    HelpScreen.-wide Static { width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "app.pop_screen", "Back", id="app.quit"),
        Binding("escape,question_mark", "app.pop_screen", "Back", show=False),
        Binding("j", "scroll(1)", show=False),
        Binding("k", "scroll(-1)", show=False),
        Binding("space,ctrl+d", "page(1)", show=False),
        Binding("b,ctrl+u", "page(-1)", show=False),
        Binding("g", "end(-1)", show=False),
        Binding("G", "end(1)", show=False),
    ]

    def __init__(self, nodes: Iterable[DOMNode]) -> None:
        """``nodes``: the widgets and screens whose keys to list."""
        super().__init__()
        self._shown = list(nodes)

    def compose(self) -> ComposeResult:
        sections = self._sections()
        titles = list(sections)
        half = titles.index(_TITLES["move"]) if _TITLES["move"] in titles else len(titles)
        with VerticalScroll():
            yield Static(_page(sections, titles[:half], self._first()), markup=False)
            rest = _page(sections, titles[half:])
            yield Static(rest + _signs() if _TITLES["list"] in sections else rest, markup=False)
        yield Footer()

    def _first(self) -> str:
        """The three keys to begin with, and what signs mean."""
        of = {b.id: b for node in self._shown for b in _bindings(node) if b.id in _THREE}
        three = [(self._keys(of[name]), does) for name, does in _THREE.items() if name in of]
        if len(three) < len(_THREE):
            return _FIRST.lstrip()
        lines = "".join(f"  {keys[0]:<6} {does}\n" for keys, does in three)
        return f"Three keys are enough to begin:\n{lines}{_FIRST}"

    def action_scroll(self, step: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=step, animate=False)

    def action_page(self, step: int) -> None:
        pane = self.query_one(VerticalScroll)
        pane.scroll_relative(y=step * max(1, pane.size.height - 1), animate=False)

    def action_end(self, step: int) -> None:
        pane = self.query_one(VerticalScroll)
        pane.scroll_to(y=pane.max_scroll_y if step > 0 else 0, animate=False)

    def _sections(self) -> Sections:
        """Titles to descriptions to keys. A key that does several things has one line."""
        found: Sections = {title: {} for title in _TITLES.values()}
        seen = set()
        for binding in (b for node in (*self._shown, self.app) for b in _bindings(node)):
            says = binding.tooltip or binding.description
            kind, _, name = (binding.id or "").partition(".")
            if name in _MOVING:
                kind, says = "move", _MOVING[name]
            elif not says or kind in _OBVIOUS or binding.id in seen:
                continue
            seen.add(binding.id)
            keys = found[_TITLES.get(kind, "Everywhere")].setdefault(says, [])
            keys += [key for key in self._keys(binding) if key not in keys]
        return {title: _by_key(described) for title, described in found.items() if described}

    def _keys(self, binding: Binding) -> list[str]:
        """The keys of a binding as a person types them."""
        keys_of = getattr(self.app, "keys_of", lambda b: b.key)
        shown = (self.app.get_key_display(Binding(k, "")) for k in keys_of(binding).split(","))
        return ["enter" if key == "⏎" else key for key in shown]


def _signs() -> Text:
    """What else stands in a row of the list."""
    shown = signs(os.environ)
    of = shown.integrity
    text = Text("\n").append("Signs in the event list\n", style="bold underline")
    for sign, says in (
        (shown.cell, "The value that + and - are about"),
        ("*", "Marked"),
        (SIGN, "A name with letters not of ASCII"),
        (shown.new, "Came while following"),
        (shown.contested, "Another event has the same id"),
        (shown.first, "First of its actor (is:new)"),
        (f"{shown.flag}H", "A Sigma rule of level high"),
        (f"{of['verified']} {of['changed']}", "Log file verified, changed"),
        (f"{of['missing']} {of['unreferenced']}", "Log file missing, in no digest"),
        (of["uncovered"], "No digest covers its time"),
    ):
        text.append(f"  {sign:<{_KEYS}}", style="bold").append(f"  {says}\n")
    return text


def _by_key(described: dict[str, list[str]]) -> dict[str, list[str]]:
    merged: dict[tuple[str, ...], list[str]] = {}
    for says, keys in described.items():
        merged.setdefault(tuple(keys), []).append(says)
    return {" / ".join(says): list(keys) for keys, says in merged.items()}


def _page(sections: Sections, titles: list[str], before: str = "") -> Text:
    text = Text(before)
    for title in titles:
        text.append("\n" if len(text) else "")
        text.append(f"{title}\n", style="bold underline")
        for says, keys in sections[title].items():
            text.append(f"  {'  '.join(keys):<{_KEYS}}", style="bold")
            text.append(f"  {says}\n")
    return text


def _bindings(node: DOMNode) -> Iterator[Binding]:
    """What the classes of ours bind, the most particular first; Textual's own have no ids."""
    for base in type(node).__mro__:
        for declared in base.__dict__.get("BINDINGS", ()):
            if isinstance(declared, Binding) and declared.id:
                yield declared

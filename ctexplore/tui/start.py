"""The first frame: drawn before numpy and the panes are imported, which takes longer than it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Static

from ctexplore.tui.header import Header


class StartScreen(Screen[None]):
    """Says where it is about to be; ``load`` runs on a daemon thread once that is on screen."""

    DEFAULT_CSS = """
    StartScreen > #opening { height: 1fr; content-align: center middle; color: $text-muted; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q", "app.quit", "Quit", id="app.quit")]

    def __init__(self, where: str, load: Callable[[], None]) -> None:
        super().__init__()
        self._where = where
        self._load = load

    def compose(self) -> ComposeResult:
        header = Header()
        header.where = self._where
        yield header
        yield Static("opening …", id="opening", markup=False)

    def on_mount(self) -> None:
        self.call_after_refresh(
            lambda: threading.Thread(target=self._load, name="start", daemon=True).start()
        )

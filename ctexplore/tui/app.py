"""The Textual application: themes, signals, and the first screen."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType

from ctexplore.sources.source import Source
from ctexplore.store.cache import Cache
from ctexplore.store.scope import Limits, Scope
from ctexplore.tui.start import StartScreen
from ctexplore.tui.theme import load_themes, pick_theme, variable_defaults

# Decoding in another thread may not delay a key by Python's usual 5 ms; measured 19.5 to 3.7 ms.
_SWITCH_INTERVAL = 0.0005


class ExplorerApp(App[None]):
    TITLE = "ctexplore"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+p", "command_palette", "Palette", id="app.palette", priority=True),
        Binding("ctrl+q", "quit", "Quit", id="app.quit_now", show=False, priority=True),
        Binding("ctrl+z", "suspend_process", "Suspend", id="app.suspend", show=False),
    ]

    def __init__(
        self,
        source: Source,
        cache: Cache,
        wanted: Scope,
        limits: Limits,
        *,
        text: str = "",
        theme: str = "",
    ) -> None:
        """wanted: times, regions and accounts of the command line. text: the filter to start."""
        super().__init__()
        themes, self._theme_problems = load_themes()
        for found in themes:
            self.register_theme(found)
        self.theme = theme if theme in self.available_themes else pick_theme(os.environ)
        self._first = source, cache, wanted, limits, text

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variable_defaults(self.current_theme)

    def on_mount(self) -> None:
        sys.setswitchinterval(_SWITCH_INTERVAL)
        # Without these, a lost connection leaves the terminal in the alternate screen.
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._end, 128 + number)
        for problem in self._theme_problems:
            self.notify(str(problem), severity="warning", markup=False)
        self.push_screen(StartScreen(self._first[0].label, self._import_panes))

    def _import_panes(self) -> None:
        from ctexplore.tui.explore import ExploreScreen

        self.call_from_thread(lambda: self.switch_screen(ExploreScreen(*self._first)))

    def _end(self, status: int) -> None:
        self.exit(return_code=status)

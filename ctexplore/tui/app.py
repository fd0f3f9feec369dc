"""The Textual application: themes, signals, what goes wrong, and the first screen."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, ClassVar

from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.filter import LineFilter
from textual.screen import Screen

from ctexplore import crash
from ctexplore.config import SettingsError, config_dir
from ctexplore.sources.source import Source
from ctexplore.store.cache.cache import Cache
from ctexplore.store.scope import Limits, Scope
from ctexplore.text import safe, show_only_ascii
from ctexplore.tui.first_run import KEYS, hint, is_first
from ctexplore.tui.glyphs import plain
from ctexplore.tui.keys_in_order import KeysInOrder
from ctexplore.tui.lost_terminal import is_lost, take_in_vain
from ctexplore.tui.plain import Plain
from ctexplore.tui.preferences import Preferences, told_of_keys
from ctexplore.tui.start import StartScreen
from ctexplore.tui.theme import OURS, load_themes, pick_theme, variable_defaults

# Decoding in another thread may not delay a key by Python's usual 5 ms; measured 19.5 to 3.7 ms.
_SWITCH_INTERVAL = 0.0005
_INTERRUPTED_TWICE = 3.0  # seconds within which a second ctrl+c quits


class UnknownTheme(ValueError):
    """No theme has this name; the message names those there are."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        short = sorted(theme.removeprefix(OURS) for theme in known)
        super().__init__(f"there is no theme {name!r}; known are {', '.join(short)}")


class TerminalApp(KeysInOrder):
    """Whatever screen comes first. crash: what nobody expected and ended the program; ``run``
    raises it."""

    TITLE = "ctexplore"
    ENABLE_COMMAND_PALETTE = True
    # Notices lie over the line of keys, the one line that nobody reads while an answer comes. Of
    # many the last stay: a key held down would cover the screen with its answers.
    CSS = """
    ToastRack { align: left bottom; margin: 0; max-height: 3; overflow: hidden; }
    Toast {
        width: 100%; max-width: 100%; margin: 0; padding: 0 1;
        background: $panel; text-style: bold;
    }
    Toast.-information, Toast.-warning, Toast.-error { border-left: none; }
    Toast.-warning { color: $text-warning; }
    Toast.-error { color: $text-error; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+p", "command_palette", "Palette", id="app.palette", priority=True),
        Binding("ctrl+q", "quit", "Quit at once", id="app.quit_now", show=False, priority=True),
        Binding("ctrl+z", "suspend_process", "Suspend", id="app.suspend", show=False),
    ]

    def __init__(self, theme: str = "", preferences: Preferences | None = None) -> None:
        """theme: its name, of ours also without ``ctexplore-``; "" for one that suits the terminal.

        Raises UnknownTheme for one that neither ctexplore, Textual nor the user has. In the place
        of a user's own with a fault comes the one that suits the terminal.
        """
        super().__init__()
        self._plain = Plain(enabled=plain(os.environ))
        show_only_ascii(self._plain.enabled)
        self.animation_level = "none"
        self.crash: BaseException | None = None
        self._interrupted_once = False
        self.preferences = preferences or Preferences()
        themes, self._theme_problems = load_themes(_own_themes())
        for found in themes:
            self.register_theme(found)
        self.theme = self._known(theme) or pick_theme(os.environ)
        self._first_theme = self.theme
        self._take_keys()

    def _known(self, theme: str) -> str:
        """The theme's full name; "" for none, and for a user's own that has a fault."""
        for name in (theme, OURS + theme):
            if name in self.available_themes:
                return name
        if theme and not any(problem.theme == theme for problem in self._theme_problems):
            raise UnknownTheme(theme, self.available_themes)
        return ""

    def _take_keys(self) -> None:
        wanted = self.preferences.keys
        if not wanted:
            return
        from ctexplore.tui.keymap import keymap

        keys, problems = keymap(wanted)
        self.set_keymap(keys)
        self.preferences = told_of_keys(self.preferences, problems)

    def keys_of(self, binding: Binding) -> str:
        """The keys of a binding, those that a person gave it before its own."""
        return self._keymap.get(binding.id or "", binding.key)

    def first_hint(self) -> str:
        """The keys to begin with, for who was never told, and "" from then on."""
        if not is_first(self.preferences.started):
            return ""
        keys = {name: self._keymap.get(name, usual) for name, usual in KEYS.items()}
        shown = {n: self.get_key_display(Binding(k.split(",")[0], "")) for n, k in keys.items()}
        return hint(shown)

    def first_screen(self) -> Screen[Any]:
        raise NotImplementedError

    def run(self, *args: Any, **kwargs: Any) -> None:
        """As App.run, but raises what crashed the program once the terminal is itself again."""
        super().run(*args, **kwargs)
        if self.crash is not None:
            raise self.crash

    def _fatal_error(self) -> None:
        """Textual would print a traceback with the values of all variables: log records,
        session tokens, credentials."""
        self.crash = self._exception
        self._close_messages_no_wait()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variable_defaults(self.current_theme)

    def get_key_display(self, binding: Binding) -> str:
        """``ctrl+p`` as in the documentation, and no signs that a console's font lacks."""
        shown = super().get_key_display(binding).replace("^", "ctrl+")
        return binding.key if self._plain.enabled and not shown.isascii() else shown

    def get_line_filters(self) -> Sequence[LineFilter]:
        filters = super().get_line_filters()
        return [*filters, self._plain] if self._plain.enabled else filters

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        from ctexplore.tui.palette import commands

        yield SystemCommand("Theme", "choose another one, seen at once", self.action_change_theme)
        if self.preferences.file and self.theme != self._first_theme:
            said = "the one that is shown, from now on"
            yield SystemCommand("Keep theme", said, self.action_keep_theme)
        yield from commands(self, screen)

    def search_themes(self) -> None:
        """What Textual's action opens: a palette that shows a theme before it is taken."""
        from ctexplore.tui.theme_palette import ThemePalette

        self.push_screen(ThemePalette(self.theme))

    def action_keep_theme(self) -> None:
        from ctexplore.tui.theme_palette import keep_theme

        if file := self.preferences.file:
            theme = self.theme.removeprefix(OURS)
            try:
                keep_theme(file, theme)
            except SettingsError as error:
                self.notify(safe(str(error)), severity="error", markup=False)
            else:
                self._first_theme = self.theme
                self.notify(safe(f"theme {theme} is kept: {file}"), markup=False)

    def on_mount(self) -> None:
        sys.setswitchinterval(_SWITCH_INTERVAL)
        threading.excepthook = self._thread_failed
        # Without these, a lost connection leaves the terminal in the alternate screen.
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._end, 128 + number)
        # Not by the loop: where something runs outside the screen, ctrl+c is Python's own again.
        self._sigint_before = signal.signal(
            signal.SIGINT, lambda *_: loop.call_soon_threadsafe(self._end, 130)
        )
        for problem in (*self.preferences.problems, *map(str, self._theme_problems)):
            self.notify(safe(problem), severity="warning", markup=False, timeout=15)
        self.push_screen(self.first_screen())

    def on_unmount(self) -> None:
        signal.signal(signal.SIGINT, self._sigint_before)
        threading.excepthook = threading.__excepthook__

    def _thread_failed(self, failed: threading.ExceptHookArgs) -> None:
        """A mistake of ours in a thread: Python would write it over the screen. That the terminal
        is gone is none: the program ends as by SIGHUP, which may come later or never."""
        if is_lost(failed):
            self.call_later(self._end, 128 + signal.SIGHUP)
            take_in_vain(failed.thread)
        elif isinstance(failed.exc_value, Exception) and self.is_running:
            said = safe(crash.keep(failed.exc_value))
            self.call_later(self.notify, said, severity="error", markup=False, timeout=60)

    def action_help_quit(self) -> None:
        """What ctrl+c does where no text is selected: it copies elsewhere, and quits here."""
        if self._interrupted_once:
            self.exit()
            return
        self._interrupted_once = True
        self.set_timer(_INTERRUPTED_TWICE, self._forget_interrupt)
        self.notify(
            "ctrl+c once more quits, q or ctrl+q too", markup=False, timeout=_INTERRUPTED_TWICE
        )

    def _forget_interrupt(self) -> None:
        self._interrupted_once = False

    def _end(self, status: int) -> None:
        self.exit(return_code=status)


class ExplorerApp(TerminalApp):
    """The explorer on one source."""

    def __init__(
        self,
        source: Source,
        cache: Cache,
        wanted: Scope,
        limits: Limits,
        *,
        text: str = "",
        theme: str = "",
        follow: bool = False,
        preferences: Preferences | None = None,
    ) -> None:
        """wanted: times, regions and accounts of the command line. text: the filter to start.
        follow: as by ``L`` from the start.

        Raises UnknownTheme.
        """
        super().__init__(theme, preferences)
        self._first = source, cache, wanted, limits, text
        self._follow = follow

    def first_screen(self) -> Screen[Any]:
        return StartScreen(self._first[0].label, self._import_panes)

    def _import_panes(self) -> None:
        from ctexplore.tui.explore import ExploreScreen

        def show() -> None:
            screen = ExploreScreen(*self._first)
            screen.follows = self._follow
            self.switch_screen(screen)

        self.call_from_thread(show)


def _own_themes() -> Path | None:
    """Where a person's own themes lie; nowhere without a home directory."""
    try:
        return config_dir() / "themes"
    except RuntimeError:
        return None

"""Choosing a theme: the screen shows the one under the cursor, esc brings back what was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace
from textual import on
from textual.await_complete import AwaitComplete
from textual.command import Command, CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.theme import Theme
from textual.widgets import OptionList

from ctexplore.config import parse_settings, read_text
from ctexplore.tui.settings_text import added, put, write
from ctexplore.tui.theme import OURS


def keep_theme(file: Path, theme: str) -> None:
    """Make a theme the usual one in the configuration file. Raises SettingsError."""
    text = read_text(file)
    settings = parse_settings(text, file)
    defaults = settings.options.get("defaults", {})
    options = {**settings.options, "defaults": {**defaults, "theme": theme}}
    new = f'theme = "{theme}"'
    there = "theme" in defaults
    candidates = put(text, "defaults", "theme", new) if there else added(text, "defaults", new)
    wanted = replace(settings, options=options)
    write(file, candidates, wanted, f"set below [defaults]:  {new}")


class _Choice(NamedTuple):
    title: str
    theme: str
    run: Callable[[], None]


class ThemeNames(Provider):
    """The theme in force, ours, a person's own and Textual's."""

    def _choices(self) -> Iterator[_Choice]:
        now = self.app.theme
        for name in sorted(
            self.app.available_themes, key=lambda n: (n != now, not n.startswith(OURS), n)
        ):
            yield _Choice(name.removeprefix(OURS), name, partial(setattr, self.app, "theme", name))

    async def discover(self) -> Hits:
        for choice in self._choices():
            yield DiscoveryHit(choice.title, choice.run, text=choice.title)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for choice in self._choices():
            if (score := matcher.match(choice.title)) > 0:
                yield Hit(score, matcher.highlight(choice.title), choice.run, text=choice.title)


class ThemePalette(CommandPalette):
    """What lies behind is not dimmed: it is what the choice is about."""

    DEFAULT_CSS = """
    ThemePalette { background: transparent; }
    """

    def __init__(self, before: str) -> None:
        """before: the theme to bring back."""
        super().__init__(
            providers=[ThemeNames], placeholder="a theme; enter takes it, esc does not"
        )
        self._before = before

    def on_mount(self) -> None:
        # Textual gives a palette its colours once.
        self.app.theme_changed_signal.subscribe(self, self._recolor)

    def _recolor(self, _theme: Theme) -> None:
        self.app.stylesheet.update(self)

    @on(OptionList.OptionHighlighted)
    def _preview(self, event: OptionList.OptionHighlighted) -> None:
        if isinstance(event.option, Command) and (run := event.option.hit.command):
            run()

    def dismiss(self, result: None = None) -> AwaitComplete:
        if self._selected_command is None:
            self.app.theme = self._before
        return super().dismiss(result)

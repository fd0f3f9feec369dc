"""Views: filters by the names that a person gave them, saved, loaded and deleted."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType

from ctexplore.config import SettingsError, View, config_file, read_settings
from ctexplore.query.combine import switched
from ctexplore.query.syntax import FilterError
from ctexplore.sources.source import Source
from ctexplore.store.cache.cache import Cache
from ctexplore.store.scope import Limits, Scope
from ctexplore.text import safe
from ctexplore.tui.events.category_columns import shown_columns
from ctexplore.tui.events.column_choice import checked
from ctexplore.tui.filter.filter_bar import FilterBar
from ctexplore.tui.filter.view_file import delete_view, save_view
from ctexplore.tui.key_names import key_name
from ctexplore.tui.loading import LoadingScreen
from ctexplore.tui.preferences import Preferences
from ctexplore.tui.prompt import Prompt

_SAVE = "save view"
_LONGEST = 60  # characters of a name


class ViewsScreen(LoadingScreen):
    """A view's columns are there as long as its filter is in force."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("V", "save_view", "Save view", id="view.save", tooltip="Save the filter as a view"),
    ]

    def __init__(
        self, source: Source, cache: Cache, wanted: Scope, limits: Limits, text: str = ""
    ) -> None:
        super().__init__(source, cache, wanted, limits, text)
        self._columns_of: dict[str, tuple[str, ...]] = {}  # by the text of a loaded view's filter
        self._may_replace = ""  # the name of a view, once somebody was told that it is taken

    @property
    def usual_columns(self) -> tuple[str, ...]:
        """Those of the configuration file, or else the program's own."""
        own = getattr(self.app, "preferences", Preferences())
        return checked(own.usual_columns, "column")[0]

    @property
    def view_columns(self) -> tuple[str, ...]:
        """The columns of the view in force, none where it has none or no view is in force."""
        return self._columns_of.get(self.bar.text, ())

    @view_columns.setter
    def view_columns(self, names: tuple[str, ...]) -> None:
        self._columns_of[self.bar.text] = names

    def action_view(self, name: str, view: View) -> None:
        """Filter by a named view; a view that cannot be read changes nothing."""
        try:
            switched("", view.filter)
        except FilterError as error:
            self._say(f"view {name}: {error}", wrong=True)
            return
        columns, problem = checked(view.columns, f"view {name}, column")
        self._columns_of.pop(view.filter, None)
        if view.columns:
            self._columns_of[view.filter] = columns
        if problem:
            self._say(problem, wrong=True)
        if self.bar.text == view.filter:
            self.post_message(FilterBar.Narrowed(self.bar.filter))  # other columns, perhaps
        self.bar.put(view.filter)

    def action_save_view(self) -> None:
        self._may_replace = ""
        if not self.bar.text.strip():
            types = key_name(self, "app.filter")
            self._say(f"a view is a filter with a name: {types} types a filter", wrong=True)
            return
        try:
            views = read_settings(config_file()).views
        except (SettingsError, RuntimeError) as error:
            self._say(str(error), wrong=True)
            return
        known = next((n for n, view in views.items() if view.filter == self.bar.text), "")
        self._ask(known)

    def _ask(self, name: str) -> None:
        self.query_one(Prompt).ask(_SAVE, "save view as", "a name for this filter", name)

    @on(Prompt.Answered)
    def _named(self, event: Prompt.Answered) -> None:
        if event.name != _SAVE:
            return
        name, view = event.text, self._as_view()
        try:
            old = read_settings(config_file()).views.get(name)
            if len(name) > _LONGEST:
                self._say(f"a name has at most {_LONGEST} characters", wrong=True)
                self._ask(name)
            elif old not in (None, view) and name != self._may_replace:
                self._may_replace = name
                self._say(f"view {name} is there already: enter again replaces it", wrong=True)
                self._ask(name)
            else:
                save_view(config_file(), name, view)
                self._columns_of.pop(view.filter, None)
                if view.columns:
                    self._columns_of[view.filter] = view.columns
                with_columns = " with its columns" if view.columns else ""
                self._say(f"view {name} is saved{with_columns}: {config_file()}")
        except (SettingsError, RuntimeError) as error:
            self._say(str(error), wrong=True)

    def _as_view(self) -> View:
        """The filter in force, and the list's columns where they are not the usual ones."""
        text, shown = self.bar.text, self.events.columns
        usual = shown_columns(self.usual_columns, text, self.desk.folders)
        return View(text, () if shown == usual else shown)

    def action_delete_view(self, name: str, view: View) -> None:
        try:
            delete_view(config_file(), name)
        except (SettingsError, RuntimeError) as error:
            self._say(str(error), wrong=True)
        else:
            self._say(f"view {name} is deleted; it was {view.filter}")

    def _say(self, text: str, *, wrong: bool = False) -> None:
        self.notify(safe(text), severity="error" if wrong else "information", markup=False)

"""Asking AWS Organizations for the names of accounts while the screen is up."""

from __future__ import annotations

import threading

from ctexplore.config import Account
from ctexplore.query.evaluate import Filter
from ctexplore.sources.source import SourceError
from ctexplore.store.cache.account_names import names_of
from ctexplore.text import safe
from ctexplore.trail.accounts import NAMES
from ctexplore.tui.loading import LoadingScreen
from ctexplore.tui.tree.trail_tree import TrailTree


def ask_for_names(screen: LoadingScreen) -> None:
    """Ask on a daemon thread; what comes shows everywhere at once, an error in a notice."""

    def ask() -> None:
        desk = screen.desk
        try:
            found = names_of(desk.source, desk.cache)
        except SourceError as error:
            screen.app.call_from_thread(_tell, screen, str(error), wrong=True)
        else:
            screen.app.call_from_thread(_show, screen, found)

    threading.Thread(target=ask, name="names", daemon=True).start()


def _show(screen: LoadingScreen, found: dict[str, Account]) -> None:
    NAMES.learn(found, over=False)
    # Columns have room for names, and what a filter means may be another thing now.
    screen.events.columns = screen.events.columns
    screen.query_one(TrailTree).set_open(screen.desk.folders)
    if screen.bar.filter is not None:
        screen.desk.filter(Filter(screen.bar.filter.node))
    screen.refresh()
    _tell(screen, f"{len(found):,} accounts have names from AWS Organizations")


def _tell(screen: LoadingScreen, text: str, *, wrong: bool = False) -> None:
    screen.notify(safe(text), severity="error" if wrong else "information", markup=False)

"""What the explorer shows first, found off the screen thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from textual.message import Message

from ctexplore.sources.newest import newest_day
from ctexplore.sources.outline import Outline
from ctexplore.sources.source import Source, SourceError
from ctexplore.store.scope import Scope
from ctexplore.trail.layout import Place


@dataclass
class Opened(Message):
    """folders to load; () when there is nothing that could be opened unasked."""

    folders: tuple[str, ...]
    root: str


@dataclass
class CannotOpen(Message):
    """The source refuses or is unreachable; with ``wants_prefix`` another folder may do."""

    error: SourceError
    wants_prefix: bool


def open_in_background(
    source: Source, outline: Outline, wanted: Scope, post: Callable[[Message], Any]
) -> None:
    """Decide what to load, on a daemon thread: a remote listing may take seconds."""
    work = threading.Thread(
        target=lambda: post(_decide(source, outline, wanted)), name="open", daemon=True
    )
    work.start()


def _decide(source: Source, outline: Outline, wanted: Scope) -> Message:
    try:
        root = _first_folder(source)
        narrowed = wanted.since or wanted.until
        if source.local or narrowed:
            return Opened((root,), root)
        days = newest_day(outline, root, lambda place: accepts(wanted, place))
        return Opened(tuple(days or ()), root)
    except SourceError as error:
        return CannotOpen(error, error.denied)


def _first_folder(source: Source) -> str:
    """Where the source begins; a bucket whose top may not be listed begins below it."""
    if source.local:
        return source.root
    from ctexplore.sources.s3_session import first_folder

    return first_folder(source)


def accepts(wanted: Scope, place: Place) -> bool:
    """Whether a place is within the regions and accounts that were asked for."""
    return not (
        (wanted.accounts and place.account and place.account not in wanted.accounts)
        or (wanted.regions and place.region and place.region not in wanted.regions)
    )

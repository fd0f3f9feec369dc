"""What the explorer shows first, found off the screen thread; asking a source anew."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from textual.app import App, SuspendNotSupported
from textual.message import Message

from ctexplore.sources.arranged import ArrangedSource
from ctexplore.sources.athena.source import AthenaSource
from ctexplore.sources.history.source import HistorySource
from ctexplore.sources.newest import newest_day
from ctexplore.sources.outline import Outline
from ctexplore.sources.several import SeveralSource
from ctexplore.sources.source import Source, SourceError, undated
from ctexplore.store.cache.kept import KeptSource
from ctexplore.store.parts import parts_of
from ctexplore.store.scope import Scope
from ctexplore.text import safe
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


def begin_at(outline: Outline, prefix: str) -> None:
    """Let the source begin at another folder, ``prefix`` as typed, where its top is closed."""
    outline.source.root = prefix.strip().strip("/") + "/"
    outline.forget("")


def _decide(source: Source, outline: Outline, wanted: Scope) -> Message:
    root = source.root
    try:
        if source.local:
            return Opened((root,), root)
        # The tree needs it anyway, and a loader would take a closed top for one lost folder.
        outline.listed(root)
        if wanted.since or wanted.until:
            return Opened((root,), root)
        if isinstance(source, HistorySource):
            return Opened(source.newest(), root)
        if undated(source):
            return Opened(tuple(outline.listed(root).folders), root)
        days = newest_day(outline, root, lambda place: accepts(wanted, place))
        return Opened(tuple(days or ()), root)
    except SourceError as error:
        return CannotOpen(error, error.denied)


def accepts(wanted: Scope, place: Place) -> bool:
    """Whether a place is within the regions and accounts that were asked for."""
    return not (
        (wanted.accounts and place.account and place.account not in wanted.accounts)
        or (wanted.regions and place.region and place.region not in wanted.regions)
    )


def renew(app: App[Any], source: Source) -> SourceError | None:
    """Connect every bucket of ``source`` anew, credential files read again; an error if one fails.

    The terminal is given back meanwhile: an MFA code may be asked for, and ctrl+c there means
    that it stays as it is. Blocks: the screen cannot draw then.
    """
    # Not needed for a folder or the demo, whose first frame it would hold up.
    from ctexplore.sources.s3.source import S3Source

    try:
        with _given_back(app):
            for part in parts_of(source):
                if isinstance(part, (S3Source, HistorySource)):
                    print(f"ctexplore: renewing the credentials for {safe(part.uri(''))} …")
                    part.refresh()
    except SourceError as error:
        return error
    except KeyboardInterrupt:
        return SourceError(source.uri(source.root), "the credentials were not renewed", retry=True)
    return None


def list_again(source: Source, folder: str) -> None:
    """Let nothing kept answer for ``folder`` and what is below it, however old it is."""
    match source:
        case KeptSource() | HistorySource() | AthenaSource():
            source.list_again(folder)
        case ArrangedSource():
            # Its folders are made up from the listing of its root.
            list_again(source.inner, source.root)
        case SeveralSource():
            for part, inside in source.below(folder):
                list_again(part, inside)


@contextlib.contextmanager
def _given_back(app: App[Any]) -> Iterator[None]:
    """The terminal as it was before the screen, where that is possible, and ctrl+c raising."""
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(SuspendNotSupported):
            stack.enter_context(app.suspend())
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        stack.callback(signal.signal, signal.SIGINT, before)
        yield

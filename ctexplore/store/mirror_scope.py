"""What of a source belongs to a scope that is taken offline: log files, and digests of them.

A digest lists the log files that were delivered in the hour before it (CloudTrail User Guide,
"CloudTrail digest file structure"), so those of a scope are vouched for by the digests from its
beginning to an hour after its last delivery; and the first of these by the one before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Final, TypeVar

from ctexplore.sources.found import Found, requests
from ctexplore.sources.source import LogFile, Page, Source, SourceError
from ctexplore.sources.walk import Walk
from ctexplore.store.fetch import Fetcher
from ctexplore.store.scope import Scope
from ctexplore.trail.layout import Level, LogKind, place_of
from ctexplore.trail.names import FileClass, parse_name
from ctexplore.trail.sidecar import KEYS_NAME
from ctexplore.trail.window import INSIGHT_SLACK, may_hold, past

_HOUR: Final = timedelta(hours=1)
# Listings under way at once.
_LISTING: Final = 8

A = TypeVar("A")
B = TypeVar("B")


@dataclass(slots=True)
class Wanted:
    """What is to be fetched. files: logs and digests, each key once, folder by folder.

    skipped, unread, problems, noted: as ``sources.found.Found`` has them. listed: LIST requests
    made. keys: the file of public keys in the source's root, where one lies there.
    """

    files: list[LogFile] = field(default_factory=list)
    skipped: list[tuple[LogFile, str]] = field(default_factory=list)
    unread: list[SourceError] = field(default_factory=list)
    problems: list[SourceError] = field(default_factory=list)
    noted: list[SourceError] = field(default_factory=list)
    listed: int = 0
    keys: LogFile | None = None

    @property
    def digests(self) -> list[LogFile]:
        return [file for file in self.files if file.kind is FileClass.DIGEST]


def wanted(source: Source, scope: Scope) -> Wanted:
    """List everything below ``source.root`` that is in scope; ``scope.folders`` is not heeded.

    Raises SourceError when every further request would fail alike.
    """
    seeing = _Seeing(source)
    walk = partial(Walk, seeing, regions=scope.regions, accounts=scope.accounts)
    since, until = _around(source.root, scope)
    wide = walk(since=since, until=until, digests=True)
    logs = walk(since=scope.since, until=scope.until)
    survey = wide.day_folders([source.root, *_beside(source.root)], _side_by_side)
    if survey.fatal is not None:
        raise survey.fatal
    result = Wanted(listed=survey.listings)
    for found in survey.found:
        found.files = [file for file in found.files if _in_span(file, scope)]
        _add(result, found)

    def listing(day: str) -> list[Found]:
        if place_of(day).kind is LogKind.DIGEST:
            return list(wide.files_of(day))
        if not may_hold(place_of(day), scope.since, scope.until):
            return []
        return list(logs.first_files_of(day) if day in survey.after else logs.files_of(day))

    for pages in _side_by_side(listing, survey.days):
        result.listed += requests(pages)
        for found in pages:
            _add(result, found)
            fatal = next((problem for problem in found.problems if problem.fatal), None)
            if fatal is not None:
                raise fatal
    result.files = list({file.key: file for file in result.files}.values())
    result.keys = seeing.keys
    return result


class _Seeing:
    """A source, watched for the file of public keys in its root."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.identity = source.identity
        self.label = source.label
        self.root = source.root
        self.local = source.local
        self.keys: LogFile | None = None

    def children(self, folder: str, start_after: str = "") -> Iterator[Page]:
        for page in self.source.children(folder, start_after):
            if folder == self.root:
                ours = (file for file in page.files if file.key == self.root + KEYS_NAME)
                self.keys = next(ours, self.keys)
            yield page

    def read(self, file: LogFile) -> bytes:
        return self.source.read(file)

    def uri(self, key: str) -> str:
        return self.source.uri(key)

    def close(self) -> None:
        self.source.close()


def _around(root: str, scope: Scope) -> tuple[datetime | None, datetime | None]:
    """The times in which the digests of a scope end."""
    since, until = scope.since, scope.until
    if span := place_of(root).span():
        first, last = (datetime.combine(day, time.min, UTC) for day in span)
        since = max(since, first) if since else first
        until = min(until, last + timedelta(days=1)) if until else last + timedelta(days=1)
    return _later(since, -_HOUR), _later(until, INSIGHT_SLACK + _HOUR)


def _later(at: datetime | None, span: timedelta) -> datetime | None:
    try:
        return at and at + span
    except OverflowError:
        return None


def _beside(root: str) -> list[str]:
    """The folder of digests for a root that lies so deep that it is not below it."""
    place = place_of(root)
    if place.kind in (None, LogKind.DIGEST):
        return []
    parts = root.removesuffix("/").split("/")
    at = len(parts) - 1 - parts[::-1].index(str(place.kind))
    region = [place.region] if place.level is not Level.KIND else []
    return ["/".join([*parts[:at], str(LogKind.DIGEST), *region, ""])]


def _in_span(file: LogFile, scope: Scope) -> bool:
    """Of a file outside day folders, which was listed with the digests' wider times."""
    name = parse_name(file.name)
    if name is None or name.kind is LogKind.DIGEST:
        return True
    since = scope.since and scope.since.replace(second=0, microsecond=0)
    return not (past(name, scope.until) or (since and name.delivered < since))


def _add(result: Wanted, found: Found) -> None:
    result.files += found.files
    result.skipped += found.skipped
    result.unread += found.unread
    result.problems += found.problems
    result.noted += found.noted


def _side_by_side(work: Callable[[A], B], items: Sequence[A]) -> Iterable[B]:
    """As ``map``, several at once."""
    fetcher = Fetcher(work, _LISTING)
    try:
        for answer in [fetcher.fetch(item) for item in items]:
            yield answer.result()
    finally:
        fetcher.close()

"""What of a source belongs to a scope that is taken offline: log files, and digests of them.

A digest lists the log files that were delivered in the hour before it (CloudTrail User Guide,
"CloudTrail digest file structure"). So those of a scope are vouched for by the digests from its
beginning to an hour after its last delivery, and the first of these by the one before it. What
these list beyond the scope, two hours before it at most and one after, comes along: else it would
be missed when the folder is verified.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from typing import Final, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from ctexplore.sources.found import Found, requests
from ctexplore.sources.source import LogFile, Page, Source, SourceError
from ctexplore.sources.walk import Walk
from ctexplore.store.fetch import Fetcher
from ctexplore.store.scope import Scope
from ctexplore.trail.layout import Level, LogKind, place_of
from ctexplore.trail.names import FileClass, LogName, parse_name
from ctexplore.trail.sidecar import KEYS_NAME
from ctexplore.trail.window import DELIVERY_SLACK, INSIGHT_SLACK, past

_HOUR: Final = timedelta(hours=1)
# How long after the scope its last digest may end: that of the last delivery, which is a quarter
# of an hour nearer, since a walk adds that much itself.
_UNTIL: Final = INSIGHT_SLACK + _HOUR - DELIVERY_SLACK
_DATED: Final = {Level.YEAR: 1, Level.MONTH: 2, Level.DAY: 3}
# Listings under way at once.
_LISTING: Final = 8

A = TypeVar("A")
B = TypeVar("B")


class Wanted(Struct):
    """What is to be fetched. files: logs and digests, each key once, folder by folder. beyond:
    logs before and after the scope, wanted if one of the digests lists them.

    skipped, unread, problems, noted: as ``sources.found.Found`` has them. listed: LIST requests
    made. keys: the file of public keys in the source's root, where one lies there.
    """

    files: list[LogFile] = field(default_factory=list)
    beyond: list[LogFile] = field(default_factory=list)
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
    seeing, scope = _Seeing(source), _dated(source.root, scope)
    walk = Walk(
        seeing,
        since=_later(scope.since, -2 * _HOUR),
        until=_later(scope.until, _UNTIL),
        regions=scope.regions,
        accounts=scope.accounts,
        digests=True,
    )
    survey = walk.day_folders([source.root, *_beside(source.root)], _side_by_side)
    result = Wanted(listed=survey.listings)
    _add(result, survey.found)

    def listing(day: str) -> list[Found]:
        return list(walk.first_files_of(day) if day in survey.after else walk.files_of(day))

    if survey.fatal is None:
        for pages in _side_by_side(listing, survey.days):
            result.listed += requests(pages)
            _add(result, pages)
    fatal = survey.fatal or next((p for p in result.problems if p.fatal), None)
    if fatal is not None:
        raise fatal
    _part(result, scope)
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


def _dated(root: str, scope: Scope) -> Scope:
    """The scope with the times that its root tells."""
    span = place_of(root).span()
    if span is None:
        return scope
    first, last = (datetime.combine(day, time.min, UTC) for day in span)
    after = _later(last, timedelta(days=1))
    return replace(
        scope,
        since=max(scope.since or first, first),
        until=min(filter(None, (scope.until, after)), default=None),
    )


def _later(at: datetime | None, span: timedelta) -> datetime | None:
    try:
        return at and at + span
    except OverflowError:
        return None


def _beside(root: str) -> list[str]:
    """What belongs to a root that lies so deep that it is not below it: the folder of digests,
    and the days before and after it."""
    place = place_of(root)
    if place.kind in (None, LogKind.DIGEST):
        return []
    parts = root.removesuffix("/").split("/")
    at = len(parts) - 1 - parts[::-1].index(str(place.kind))
    region = [place.region] if place.level is not Level.KIND else []
    beside = ["/".join([*parts[:at], str(LogKind.DIGEST), *region, ""])]
    if span := place.span():
        above = "/".join(parts[: -_DATED[place.level]])
        with suppress(OverflowError):
            for day in (span[0] - timedelta(days=1), span[1] + timedelta(days=1)):
                beside.append(f"{above}/{day.year:04}/{day.month:02}/{day.day:02}/")
    return beside


def _part(result: Wanted, scope: Scope) -> None:
    """Tell the files of the longer time that was listed apart."""
    since = scope.since and scope.since.astimezone(UTC).replace(second=0, microsecond=0)
    first = _later(since, -_HOUR)
    files, result.files = {file.key: file for file in result.files}.values(), []
    outside: list[tuple[LogFile, LogName]] = []
    proving: set[tuple[str, str]] = set()
    for file in files:
        name = parse_name(file.name)
        if name and name.kind is LogKind.DIGEST:
            if first is None or name.delivered >= first:
                result.files.append(file)
                proving.add((name.account, name.region))
        elif name and (past(name, scope.until) or (since and name.delivered < since)):
            outside.append((file, name))
        else:
            result.files.append(file)
    result.beyond = [f for f, name in outside if (name.account, name.region) in proving]


def _add(result: Wanted, pages: Iterable[Found]) -> None:
    for found in pages:
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

"""What a walk of a source finds, one LIST request after the other."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct, field

from ctexplore.sources.source import LogFile, SourceError


class Found(Struct):
    """What one LIST request told of a folder, or the cache of one: ``kept``.

    Markers of folders, and what ``fetch`` keeps beside the logs, are in neither list.
    files: log files in scope. skipped: other files, and why they are not read. Files that the
    scope's times, accounts or regions rule out are in neither: they were not asked for.
    unread: what the listing names and is no file to read, or could not be looked at.
    problems: what could not be listed, here or below. noted: what could not, and was asked for
    by nobody: the first files of the day after one that is open.
    """

    folder: str
    files: list[LogFile] = field(default_factory=list)
    skipped: list[tuple[LogFile, str]] = field(default_factory=list)
    unread: list[SourceError] = field(default_factory=list)
    problems: list[SourceError] = field(default_factory=list)
    noted: list[SourceError] = field(default_factory=list)
    kept: bool = False

    def __bool__(self) -> bool:
        return bool(self.files or self.skipped or self.unread or self.problems or self.noted)


class Survey(Struct):
    """The way to the days in scope. days: their folders, newest first, not listed yet.

    after: those of them that follow a folder that was asked for: of these only the first files
    are in scope, which hold that folder's last events.
    found: files that lie above or outside days, listed already.
    listings: LIST requests made; each of ``days`` will cost at least one more.
    fatal: the error that would meet every further request; the survey ended there.
    """

    days: list[str] = field(default_factory=list)
    after: frozenset[str] = frozenset()
    found: list[Found] = field(default_factory=list)
    listings: int = 0
    fatal: SourceError | None = None


class Entered(Struct):
    """A folder on the way to the days. below: folders to enter next."""

    below: list[str] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)


def requests(found: Iterable[Found]) -> int:
    """LIST requests that were made for it."""
    return sum(not page.kept for page in found)


def fatal_of(found: Iterable[Found]) -> SourceError | None:
    """The error that would meet every further request, if one of them has met it."""
    return next((p for page in found for p in page.problems if p.fatal), None)

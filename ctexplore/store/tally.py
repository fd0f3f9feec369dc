"""What has become of the log files of a load, counted where it happens."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, field

from ctexplore.sources.source import LogFile, SourceError
from ctexplore.store.problem import Outcome, Problem

if TYPE_CHECKING:
    from ctexplore.sources.found import Found
    from ctexplore.store.columns.decode import Decoded


class Tally(Struct):
    """Counts of a load, each made where it happens and none by subtraction.

    found, read, failed, skipped, waiting: log files; found = read + failed + skipped + waiting.
    cached: of the read ones, those that cost no GET. events: in the table. outside: decoded but
    not within since/until. after_midnight: those of an open day that lie in the next day's folder;
    next_day: decoded from the same files, but of the next day, which is not open. rejected:
    records that could not be read. stored: compressed bytes read; unpacked: bytes of JSON. listed:
    LIST requests made. lossy: of the problems, those that hid events; counted, since a screen asks
    often and a load may have a hundred thousand.
    """

    found: int = 0
    read: int = 0
    failed: int = 0
    skipped: int = 0
    waiting: int = 0
    cached: int = 0
    events: int = 0
    outside: int = 0
    after_midnight: int = 0
    next_day: int = 0
    rejected: int = 0
    stored: int = 0
    unpacked: int = 0
    listed: int = 0
    problems: list[Problem] = field(default_factory=list)
    lossy: int = 0

    @property
    def partial(self) -> bool:
        """Whether something that should be there is not."""
        return bool(self.waiting or self.lossy)

    def add_found(self, found: Found) -> None:
        """A listing's files wait; what else it names is skipped or failed, and told why."""
        self.found += len(found.files) + len(found.skipped) + len(found.unread)
        self.waiting += len(found.files)
        self.skipped += len(found.skipped)
        self.note(Problem(f.key, Outcome.SKIPPED, why) for f, why in found.skipped)
        for error in found.unread:
            self._add_unread(error.place, error, retry=False)
        for error in found.noted:
            self.note([Problem(error.place, Outcome.NOTED, error.reason, hint=error.hint)])
        for error in found.problems:
            # A folder that cannot be listed hides files nobody can count.
            self.note([_problem(error.place, error, retry=False)])

    def add_failure(self, file: LogFile, error: SourceError) -> None:
        """A file that waited could not be read."""
        self.waiting -= 1
        self._add_unread(file.key, error, retry=error.retry)

    def add_decoded(self, decoded: Decoded, files: Sequence[LogFile], *, cached: bool) -> None:
        """These files, which waited, were read. cached: none of them cost a GET."""
        self.waiting -= len(files)
        skipped = {p.key for p in decoded.problems if p.outcome is Outcome.SKIPPED}
        for file, read in zip(files, decoded.read, strict=True):
            if read:
                self.read += 1
            elif file.key in skipped:
                self.skipped += 1
            else:
                self.failed += 1
        self.cached += len(files) if cached else 0
        self.stored += sum(f.size for f in files)
        self.unpacked += decoded.unpacked
        self.rejected += decoded.rejected
        self.note(decoded.problems)

    def take_back(self, files: Collection[LogFile]) -> None:
        """Let files that failed in a way that may pass wait again, and forget how they did."""
        keys = {f.key for f in files}
        self.problems[:] = [p for p in self.problems if not (p.retry and p.key in keys)]
        self.lossy = sum(map(_hides, self.problems))
        self.failed -= len(files)
        self.waiting += len(files)

    def note(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.problems.append(problem)
            self.lossy += _hides(problem)

    def _add_unread(self, key: str, error: SourceError, *, retry: bool) -> None:
        if error.skipped:
            self.skipped += 1
        else:
            self.failed += 1
        self.note([_problem(key, error, retry=retry)])


def _hides(problem: Problem) -> bool:
    """Whether events are missing because of it."""
    return problem.outcome in (Outcome.FAILED, Outcome.PARTIAL)


def _problem(key: str, error: SourceError, *, retry: bool) -> Problem:
    outcome = Outcome.SKIPPED if error.skipped else Outcome.FAILED
    return Problem(key, outcome, error.reason, hint=error.hint, retry=retry)

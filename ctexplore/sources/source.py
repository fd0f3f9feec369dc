"""The one protocol every place that holds log files answers to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from msgspec import Struct, field

from ctexplore.trail.names import FileClass, classify


class LogFile(Struct, frozen=True):
    """A file as its listing describes it; nothing of it has been read.

    key: full S3 key, or path relative to the opened folder, ``/`` between parts.
    size: stored (compressed) bytes.
    version: S3 ETag, or ``<mtime_ns>`` of a local file. Equal (key, size, version) is
        equal content.
    storage: S3 storage class; empty when it can be read at once.
    by_content: its content begins like a log's, whatever its name says.
    """

    key: str
    size: int
    version: str = ""
    storage: str = ""
    by_content: bool = False

    @property
    def kind(self) -> FileClass:
        """What to do with it, as far as it is known before it is read."""
        return FileClass.LOG if self.by_content else classify(self.key, self.size)

    @property
    def name(self) -> str:
        return self.key.rsplit("/", 1)[-1]

    @property
    def folder(self) -> str:
        """Where the key itself lies, ``""`` or ending in ``/``; a tree may show it elsewhere."""
        above, slash, _ = self.key.rpartition("/")
        return above + slash


class Page(Struct):
    """One page of a folder's listing. ``folders`` are full keys that end in ``/``.

    unread: entries that are no files to read (a FIFO, a link to nowhere: ``skipped``) or could
    not be looked at. Each counts as one file found, and skipped or failed.
    problems: what else is amiss with the listing, where nobody can say how many files it hides.
    kept: no request was made for it: it comes from the cache, or the folder is made up.
    """

    folders: list[str] = field(default_factory=list)
    files: list[LogFile] = field(default_factory=list)
    problems: list[SourceError] = field(default_factory=list)
    unread: list[SourceError] = field(default_factory=list)
    kept: bool = False


class SourceError(Exception):
    """A place could not be listed or read.

    place: what was asked for, as a user would write it (``s3://bucket/key`` or a path).
    reason: one line, what went wrong; no trailing full stop.
    hint: one line, what to do; may be empty.
    skipped: true when nothing is wrong with the place but it holds no events to read now
        (an archived object, a FIFO), so it counts as skipped, not failed.
    retry: true when the same call may succeed later.
    fatal: true when every further call would fail alike (expired credentials).
    denied: true when a permission is missing, so that only this folder or file is closed.
    """

    def __init__(
        self,
        place: str,
        reason: str,
        hint: str = "",
        *,
        skipped: bool = False,
        retry: bool = False,
        fatal: bool = False,
        denied: bool = False,
    ) -> None:
        super().__init__(f"{place}: {reason}" + (f" ({hint})" if hint else ""))
        self.place = place
        self.reason = reason
        self.hint = hint
        self.skipped = skipped
        self.retry = retry
        self.fatal = fatal
        self.denied = denied


class Source(Protocol):
    """Where log files lie. Methods may block and are called off the screen thread only.

    identity: stable across processes; names the place in the cache
        (``s3:<endpoint>/<bucket>``, ``folder:<absolute path>``).
    label: what the breadcrumb starts with.
    root: the folder shown first, ``""`` or a key that ends in ``/``.
    local: true when reading again costs nothing, so that original bytes need no cache.
    """

    identity: str
    label: str
    root: str
    local: bool

    def children(self, folder: str, start_after: str = "") -> Iterator[Page]:
        """List one level below ``folder``, names in byte order, page by page.

        ``start_after`` is a full key: nothing up to and including it is listed.
        Raises SourceError; pages already yielded stay valid.
        """
        ...

    def read(self, file: LogFile) -> bytes:
        """The file's stored bytes, whole and checked as far as the place allows.

        Raises SourceError. Safe to call from several threads at once.
        """
        ...

    def uri(self, key: str) -> str:
        """The key as a person would write it: ``s3://bucket/key`` or a path."""
        ...

    def close(self) -> None: ...


def streams(source: Source) -> bool:
    """Whether a day's pages come one by one, as slowly as somebody answers.

    They are read as they come then, several folders side by side; listing a folder again after
    a fatal error goes on where it broke off.
    """
    return bool(getattr(source, "streams", False))


def in_place(source: Source) -> bool:
    """Whether all of the source's files that were listed so far lie in the file system as they
    are, so that a copy of this process, which has none of its open files, can read them, too."""
    return bool(getattr(source, "in_place", False))


def undated(source: Source) -> bool:
    """Whether there are no days, but one answer to a question, which comes page by page."""
    return bool(getattr(source, "undated", False))


def original_of(source: Source) -> Callable[[bytes], bytes] | None:
    """From a record of the source's files to the one it stands for, where they only stand for
    records that lie elsewhere; it may block, and raises SourceError. None where they are records.
    """
    return getattr(source, "original", None)

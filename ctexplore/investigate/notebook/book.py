"""A notebook's file: lines that are only ever added, so that no crash and no second program
loses what was written."""

from __future__ import annotations

import fcntl
import os
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import msgspec

from ctexplore.config import state_dir
from ctexplore.investigate.notebook.entries import Entry
from ctexplore.store.cache.entries import fingerprint
from ctexplore.store.private_file import prepare

_VERSION: Final = 1
_NAME: Final = re.compile(r"[\w.@ -]{1,100}")


class NotebookError(Exception):
    """A notebook that cannot be used; the message names it and says why."""


class _Line(msgspec.Struct, omit_defaults=True):
    """One line: what the file is, an entry put or put anew, one taken out, or a record's bytes."""

    ctexplore: str = ""
    version: int = 0
    source: str = ""
    put: Entry | None = None
    out: str = ""
    record: str = ""
    bytes: str = ""


_read = msgspec.json.Decoder(_Line).decode
_write = msgspec.json.Encoder().encode


def notebook_file(named: str, identity: str = "", label: str = "") -> Path:
    """Where a notebook lies: a name in our own folder, a path, or by default one per source.

    Raises NotebookError for what is neither.
    """
    if "/" in named or named.endswith(".jsonl"):
        return Path(named).expanduser()
    if not named:
        short = re.sub(r"[^\w.-]+", "-", label)[:60].strip("-.") or "source"
        named = f"{short}-{fingerprint([identity], size=4)}"
    if not _NAME.fullmatch(named) or named.startswith("."):
        raise NotebookError(f"{named!r} is no name for a notebook: letters, digits, - . _ @")
    return state_dir() / "notebooks" / f"{named}.jsonl"


class Notebook:
    """Entries by their ids, in the order in which they were made. Threads take turns outside.

    unread: lines that are none of ours or damaged; they stay in the file. The file is made with
    the first entry, mode 0600.
    """

    def __init__(self, file: Path, source: str = "") -> None:
        """source: what the events come from, for people. Raises NotebookError."""
        self.file = file
        self.source = source
        self.unread = 0
        self.entries: dict[str, Entry] = {}
        self._records: dict[str, str] = {}
        self._end = 0
        self.refresh()

    # -- reading

    def refresh(self) -> bool:
        """Take in what was added since, also by another program; whether there was anything.

        Raises NotebookError.
        """
        try:
            with self.file.open("rb") as file:
                if file.seek(0, os.SEEK_END) < self._end:
                    self._forget()
                file.seek(self._end)
                added = file.read()
        except FileNotFoundError:
            found = bool(self.entries)
            self._forget()
            return found
        except OSError as error:
            raise NotebookError(f"{self.file}: {error.strerror or error}") from None
        whole = added[: added.rfind(b"\n") + 1]
        self._end += len(whole)
        for line in whole.splitlines():
            self._take(line)
        return bool(whole)

    def record(self, entry_id: str) -> bytes | None:
        """The bytes of an event's record; None where they were not kept."""
        kept = self._records.get(entry_id)
        return None if kept is None else b64decode(kept)

    def lines(self) -> Iterator[bytes]:
        """The notebook as it is now, in lines that a file of its own may have."""
        yield _write(_Line(ctexplore="notebook", version=_VERSION, source=self.source)) + b"\n"
        for entry in self.entries.values():
            yield _write(_Line(put=entry)) + b"\n"
            if kept := self._records.get(entry.id):
                yield _write(_Line(record=entry.id, bytes=kept)) + b"\n"

    def _forget(self) -> None:
        self.entries, self._records, self._end, self.unread = {}, {}, 0, 0

    def _take(self, written: bytes) -> None:
        if not written.strip():
            return
        try:
            line = _read(written)
        except msgspec.DecodeError:
            self.unread += 1
            return
        if line.version > _VERSION:
            raise NotebookError(f"{self.file} was written by a newer version of ctexplore")
        if line.source:
            self.source = line.source
        if line.put is not None:
            self.entries[line.put.id] = line.put
        elif line.out:
            self.entries.pop(line.out, None)
        elif line.record:
            self._records[line.record] = line.bytes

    # -- writing

    def put(self, *entries: Entry) -> None:
        """Add entries, or put them in the place of those with the same id. Raises NotebookError."""
        self._append([_Line(put=entry) for entry in entries])

    def take_out(self, *ids: str) -> None:
        """Raises NotebookError. What was taken out may be put again."""
        self._append([_Line(out=each) for each in ids])

    def keep_records(self, records: Iterable[tuple[str, bytes]]) -> None:
        """Keep the bytes of events' records, by their entries' ids. Raises NotebookError."""
        self._append([_Line(record=i, bytes=b64encode(raw).decode()) for i, raw in records])

    def begin_with(self, lines: bytes) -> None:
        """Take over another notebook's lines where this one has none yet. Raises NotebookError."""
        if self._end:
            return
        other = Notebook(Path(os.devnull))
        for line in lines.splitlines():
            other._take(line)
        self.source = other.source or self.source
        kept = other._records.items()
        entries = [_Line(put=entry) for entry in other.entries.values()]
        self._append([*entries, *(_Line(record=i, bytes=written) for i, written in kept)])

    def _append(self, lines: Sequence[_Line]) -> None:
        """On the disk when this returns."""
        if not lines:
            return
        try:
            prepare(self.file)
            with _held(self.file) as file:
                size = os.fstat(file).st_size
                before = b""
                if not size:
                    head = _Line(ctexplore="notebook", version=_VERSION, source=self.source)
                    before = _write(head) + b"\n"
                elif os.pread(file, 1, size - 1) != b"\n":
                    before = b"\n"  # a line that a crash cut short ends here
                _write_all(file, before + b"".join(_write(line) + b"\n" for line in lines))
                os.fsync(file)
            if not size:
                _sync_folder(self.file.parent)
        except OSError as error:
            raise NotebookError(f"{self.file}: {error.strerror or error}") from None
        self.refresh()


@contextmanager
def _held(file: Path) -> Iterator[int]:
    """The file open at its end, nobody else writing."""
    opened = os.open(file, os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        with suppress(OSError):  # a file system without locks: then one program at a time
            fcntl.flock(opened, fcntl.LOCK_EX)
        yield opened
    finally:
        os.close(opened)


def _write_all(file: int, data: bytes) -> None:
    rest: Any = memoryview(data)
    while rest:
        rest = rest[os.write(file, rest) :]


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)

"""Copying the files of a scope to a folder: what is there stays, the cache before S3, the rest
side by side."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import CancelledError, Future
from typing import TYPE_CHECKING

from msgspec import Struct, field

from ctexplore.sources.source import LogFile, Source, SourceError
from ctexplore.sources.tagged import read_tagged
from ctexplore.store.fetch import Fetcher
from ctexplore.store.groups import group_files
from ctexplore.store.mirror.count import Count, Price
from ctexplore.store.mirror.digests import listed_by
from ctexplore.store.mirror.folder import MirrorFolder, NoRoom, Seen, Taken
from ctexplore.store.mirror.names import refused
from ctexplore.trail.names import FileClass
from ctexplore.trail.sidecar import SIGNATURE_ENDING, Signature

if TYPE_CHECKING:
    from ctexplore.store.cache.packs import Packs
    from ctexplore.store.mirror.scope import Wanted


class _Kept(Struct, frozen=True):
    written: bool
    sha256: str
    signed: bool


class _Todo(Struct):
    """Files by what is to be done for them. packed: folder, pack of the cache, and files."""

    there: int = 0
    failures: list[tuple[str, str]] = field(default_factory=list)
    packed: list[tuple[str, str, list[LogFile]]] = field(default_factory=list)
    fresh: list[LogFile] = field(default_factory=list)

    @property
    def cached(self) -> int:
        return sum(len(files) for _, _, files in self.packed)


class Mirror:
    """One copying of ``wanted`` to a folder. stopped: what ended it early, None otherwise."""

    def __init__(
        self, source: Source, packs: Packs | None, folder: MirrorFolder, wanted: Wanted
    ) -> None:
        """packs: where the cache keeps log files of the source, if it does."""
        self.count = Count()
        self.stopped: SourceError | NoRoom | None = None
        self._source = source
        self._packs = packs
        self._folder = folder
        self._wanted = wanted
        self._refused: dict[str, str] = {}
        self._digests, self._logs = _Todo(), _Todo()
        self._fetcher = Fetcher(self._fetch)

    def plan(self) -> Price:
        """See what is there already, and what the rest costs. Reads the files that are there."""
        wanted, count = self._wanted, self.count
        count.found = len(wanted.skipped) + len(wanted.unread)
        for error in wanted.unread:
            if error.skipped:
                count.skipped += 1
            else:
                count.fail(error.place, error.reason)
        count.skipped += len(wanted.skipped)
        keys = (file.key for file in [*wanted.files, *wanted.beyond])
        self._refused = refused(keys, folds=self._folder.folds)
        digests = wanted.digests
        self._digests = self._begin(digests)
        self._logs = self._begin(f for f in wanted.files if f.kind is not FileClass.DIGEST)
        every = (self._digests, self._logs, self._sorted(wanted.beyond))
        return Price(
            objects=len(wanted.files) + len(wanted.beyond) + len(wanted.unread),
            digests=len(digests),
            beyond=len(wanted.beyond),
            there=sum(todo.there for todo in every),
            cached=sum(todo.cached for todo in every),
            gets=sum(len(todo.fresh) for todo in every),
            stored=sum(file.size for todo in every for file in todo.fresh),
            listed=wanted.listed,
        )

    def run(self) -> Iterator[None]:
        """Copy what ``plan`` found missing, a step for each file. To leave it early is to stop."""
        try:
            yield from self._copy(self._digests)
            listed = listed_by(self._folder, self._wanted.digests) if self._wanted.beyond else set()
            beyond = self._begin(f for f in self._wanted.beyond if f.name in listed)
            self._logs.packed += beyond.packed
            self._logs.fresh += beyond.fresh
            yield from self._copy(self._logs)
        finally:
            self.close()

    def close(self) -> None:
        """Fetch nothing more."""
        self._fetcher.close()

    def _begin(self, files: Iterable[LogFile]) -> _Todo:
        """Count these files as found, and what there is to do for them as left."""
        todo, count = self._sorted(files), self.count
        for key, reason in todo.failures:
            count.fail(key, reason)
        count.there += todo.there
        count.left += todo.cached + len(todo.fresh)
        count.found += todo.there + len(todo.failures) + todo.cached + len(todo.fresh)
        return todo

    def _sorted(self, files: Iterable[LogFile]) -> _Todo:
        todo = _Todo()
        by_folder: dict[str, list[LogFile]] = {}
        for file in files:
            try:
                if reason := self._refused.get(file.key):
                    todo.failures.append((file.key, reason))
                elif self._is_there(file):
                    todo.there += 1
                else:
                    by_folder.setdefault(file.folder, []).append(file)
            except (Taken, OSError) as error:
                todo.failures.append((file.key, _why(error)))
        for folder, missing in by_folder.items():
            packed = self._packs.index(folder) if self._packs else {}
            for group in group_files(folder, missing, packed):
                if group.pack:
                    todo.packed.append((folder, group.pack, list(group.files)))
                else:
                    todo.fresh += group.files
        return todo

    def _is_there(self, file: LogFile) -> bool:
        """Whether nothing is to be done for a file. Raises Taken, OSError."""
        if self._folder.look(file) is not Seen.WHOLE:
            return False
        # A digest's signature came before it, unless somebody took that away.
        signed = file.kind is FileClass.DIGEST
        return not signed or self._folder.read(file.key + SIGNATURE_ENDING) is not None

    def _copy(self, todo: _Todo) -> Iterator[None]:
        for folder, pack, files in todo.packed:
            missed = yield from self._unpack(folder, pack, files)
            todo.fresh += missed
        if self.stopped is None:
            for file, answer in [(file, self._fetcher.fetch(file)) for file in todo.fresh]:
                self._settle(file, answer)
                yield

    def _unpack(
        self, folder: str, pack: str, files: list[LogFile]
    ) -> Generator[None, None, list[LogFile]]:
        """The files that turn out not to be in the cache."""
        if self.stopped is not None or self._packs is None:
            return []
        contents = self._packs.read_files(folder, pack, files)
        for file in files:
            if file.key in contents:
                answer: Future[_Kept] = Future()
                try:
                    answer.set_result(self._keep(file, contents[file.key]))
                    self.count.cached += 1
                except Exception as error:
                    answer.set_exception(error)
                self._settle(file, answer)
                yield
        return [file for file in files if file.key not in contents]

    def _fetch(self, file: LogFile) -> _Kept:
        content, metadata = read_tagged(self._source, file)
        if file.kind is not FileClass.DIGEST:
            return self._keep(file, content)
        # Before its digest, so that a digest that is there has its signature.
        signature = Signature.of(metadata)
        beside = self._beside(file) if self._source.local and not signature.value else None
        if beside or signature.value or not self._source.local:
            self._folder.write(file.key + SIGNATURE_ENDING, beside or signature.write())
        return self._keep(file, content, signed=bool(beside or signature.value))

    def _keep(self, file: LogFile, content: bytes, *, signed: bool = True) -> _Kept:
        written = self._folder.write(file.key, content)
        return _Kept(written, hashlib.sha256(content).hexdigest(), signed)

    def _beside(self, digest: LogFile) -> bytes | None:
        """The file with a local digest's signature, out of an earlier fetch."""
        name = digest.key + SIGNATURE_ENDING
        for page in self._source.children(digest.folder, digest.key):
            for file in page.files:
                if file.key == name:
                    return self._source.read(file)
        return None

    def _settle(self, file: LogFile, answer: Future[_Kept]) -> None:
        """Count one file; what would meet all others, too, stops the rest."""
        count = self.count
        try:
            kept = answer.result()
        except CancelledError:
            return
        except NoRoom as error:
            self._stop(error)
            return
        except SourceError as error:
            if error.fatal:
                self._stop(error)
                return
            count.fail(file.key, _why(error))
        except (Taken, OSError) as error:
            count.fail(file.key, _why(error))
        else:
            if kept.written:
                count.written += 1
                count.stored += file.size
            else:
                count.there += 1
            count.unsigned += not kept.signed
            self._note(file, kept.sha256)
        count.left -= 1

    def _note(self, file: LogFile, sha256: str) -> None:
        """What is not noted is looked at again by the next fetch, and costs no more."""
        try:
            self._folder.note(file, sha256)
        except NoRoom as error:
            self._stop(error)
        except OSError:
            return

    def _stop(self, error: SourceError | NoRoom) -> None:
        self.stopped = self.stopped or error
        self.close()


def _why(error: Exception) -> str:
    if isinstance(error, SourceError):
        return error.reason + (f" ({error.hint})" if error.hint else "")
    return (error.strerror or str(error)).lower() if isinstance(error, OSError) else str(error)

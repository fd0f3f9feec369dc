"""Copying the files of a scope to a folder: what is there stays, the cache before S3, the rest
side by side."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctexplore.sources.source import LogFile, Source, SourceError
from ctexplore.sources.tagged import read_tagged
from ctexplore.store.fetch import Fetcher
from ctexplore.store.groups import group_files
from ctexplore.store.mirror_folder import MirrorFolder, NoRoom, Seen, Taken
from ctexplore.store.mirror_names import refused
from ctexplore.trail.names import FileClass
from ctexplore.trail.sidecar import SIGNATURE_ENDING, Signature

if TYPE_CHECKING:
    from ctexplore.store.mirror_scope import Wanted
    from ctexplore.store.packs import Packs


@dataclass(slots=True)
class Count:
    """What became of each object: found = written + there + failed + skipped + left.

    there: in the folder before, whole. left: not tried yet, and in the end none, unless the fetch
    was stopped. stored:
    bytes written. cached: those that came out of the cache. failures: why, by key.
    unsigned: digests that came without a signature.
    """

    found: int = 0
    written: int = 0
    there: int = 0
    failed: int = 0
    skipped: int = 0
    left: int = 0
    stored: int = 0
    cached: int = 0
    unsigned: int = 0
    failures: list[tuple[str, str]] = field(default_factory=list)

    def fail(self, key: str, reason: str) -> None:
        self.failed += 1
        self.failures.append((key, reason))


@dataclass(frozen=True, slots=True)
class Price:
    """objects: found and not skipped, digests among them. stored: bytes to get in ``gets``."""

    objects: int
    digests: int
    there: int
    cached: int
    gets: int
    stored: int
    listed: int


@dataclass(frozen=True, slots=True)
class _Kept:
    written: bool
    sha256: str
    signed: bool


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
        self._packed: list[tuple[str, str, list[LogFile]]] = []
        self._fresh: list[LogFile] = []
        self._fetcher = Fetcher(self._fetch)

    def plan(self) -> Price:
        """See what is there already, and what the rest costs. Reads the files that are there."""
        wanted, count = self._wanted, self.count
        count.found = len(wanted.files) + len(wanted.skipped) + len(wanted.unread)
        for error in wanted.unread:
            if error.skipped:
                count.skipped += 1
            else:
                count.fail(error.place, error.reason)
        count.skipped += len(wanted.skipped)
        why = refused((file.key for file in wanted.files), folds=self._folder.folds)
        by_folder: dict[str, list[LogFile]] = {}
        for file in wanted.files:
            if reason := why.get(file.key):
                count.fail(file.key, reason)
            elif not self._is_there(file):
                by_folder.setdefault(file.folder, []).append(file)
        for folder, files in by_folder.items():
            packed = self._packs.index(folder) if self._packs else {}
            for group in group_files(folder, files, packed):
                if group.pack:
                    self._packed.append((folder, group.pack, list(group.files)))
                else:
                    self._fresh += group.files
        cached = sum(len(files) for _, _, files in self._packed)
        count.left = cached + len(self._fresh)
        return Price(
            objects=len(wanted.files) + len(wanted.unread),
            digests=len(wanted.digests),
            there=count.there,
            cached=cached,
            gets=len(self._fresh),
            stored=sum(file.size for file in self._fresh),
            listed=wanted.listed,
        )

    def run(self) -> Iterator[None]:
        """Copy what ``plan`` found missing, a step for each file. To leave it early is to stop."""
        try:
            for folder, pack, files in self._packed:
                yield from self._unpack(folder, pack, files)
            coming = [] if self.stopped else [(f, self._fetcher.fetch(f)) for f in self._fresh]
            for file, answer in coming:
                self._settle(file, answer)
                yield
        finally:
            self.close()

    def close(self) -> None:
        """Fetch nothing more."""
        self._fetcher.close()

    def _is_there(self, file: LogFile) -> bool:
        """Whether nothing is to be done for a file."""
        try:
            seen = self._folder.look(file)
            if seen is Seen.WHOLE and file.kind is FileClass.DIGEST:
                # Its signature came before it, unless somebody took that away.
                signature = self._folder.read(file.key + SIGNATURE_ENDING)
                seen = Seen.UNSURE if signature is None else seen
        except (Taken, OSError) as error:
            self.count.fail(file.key, _why(error))
            return True
        if seen is Seen.WHOLE:
            self.count.there += 1
        return seen is Seen.WHOLE

    def _unpack(self, folder: str, pack: str, files: list[LogFile]) -> Iterator[None]:
        assert self._packs is not None
        if self.stopped:
            return
        contents = self._packs.read_files(folder, pack, files)
        for file in files:
            content = contents.get(file.key)
            if content is None:
                self._fresh.append(file)
                continue
            answer: Future[_Kept] = Future()
            try:
                answer.set_result(self._keep(file, content))
                self.count.cached += 1
            except Exception as error:
                answer.set_exception(error)
            self._settle(file, answer)
            yield

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

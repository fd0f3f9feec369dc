"""What the cache keeps: packs of log files, listings of folders, decoded columns.

All of it is kept by the identity of its source, so that a bucket of the same name behind
another endpoint is another bucket, and under keys that are digests, never an S3 key.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import blake2b
from itertools import accumulate
from typing import NamedTuple

import msgspec

from ctexplore.sources.source import LogFile, Page
from ctexplore.store.cache import entries
from ctexplore.store.cache.cache import Cache
from ctexplore.store.cache.entries import FileRows, cache_key, fingerprint

# The digit is the layout's version: a value of another one is a miss.
_PACK = b"ctexplore pack 1\n"
_INDEX = b"ctexplore index 1\n"
_FOLDER = b"ctexplore folder 1\n"
_LISTING = b"ctexplore listing 1\n"

_DIGEST_SIZE = 16
_FIRST_OFFSET = len(_PACK) + 2 * _DIGEST_SIZE + 1
# More packs of one folder are not remembered; the oldest are forgotten, which is a miss.
_MOST_PACKS = 4096


class Stored(NamedTuple):
    """Where one log file's bytes lie: ``read_pack(pack)[offset : offset + size]``.

    digest: BLAKE2b of these bytes, 16 bytes long.
    """

    version: str
    size: int
    pack: str
    offset: int
    digest: bytes


class _Index(msgspec.Struct, array_like=True):
    files: FileRows
    digests: bytes


class _Folder(msgspec.Struct, array_like=True):
    packs: list[str]


class _Listing(msgspec.Struct, array_like=True):
    taken: str
    folders: list[bytes]
    files: FileRows


class Packs:
    """Original bytes of S3 log files, many to a pack, by source identity and folder.

    A folder has a short list of its packs, and each pack an index of its own: whichever of
    them the cache evicts, the rest stays right and what it held is a miss. When two processes
    add to one folder at the same moment, the later list may lack the other's pack; its files
    are then a miss too, fetched and kept again, never wrong.
    """

    def __init__(self, cache: Cache, source_identity: str) -> None:
        self._cache = cache
        self._identity = source_identity
        self._adding = threading.Lock()

    def index(self, folder: str) -> dict[str, Stored]:
        """The log files kept of ``folder``, by key; of two versions the one added last.

        A pack may be gone although its index is not: ``read_pack`` tells.
        """
        return {
            key: stored for pack in self._packs(folder) for key, stored in self._of(folder, pack)
        }

    def read_pack(self, pack: str) -> bytes | None:
        """A whole pack; a ``Stored`` says where in it a file lies."""
        value = self._cache.get(self._key("pack", pack))
        if value is None or not value.startswith(_pack_header(pack)):
            return None
        return value

    def read(self, folder: str, file: LogFile) -> bytes | None:
        """One file's bytes, if its key, version and size are those that were kept."""
        stored = self.index(folder).get(file.key)
        if stored is None or (stored.version, stored.size) != (file.version, file.size):
            return None
        value = self.read_pack(stored.pack)
        if value is None:
            return None
        content = value[stored.offset : stored.offset + stored.size]
        return content if _digest(content) == stored.digest else None

    def read_files(self, folder: str, pack: str, files: Sequence[LogFile]) -> dict[str, bytes]:
        """Files' bytes out of one pack, by key: of those that are in it and undamaged."""
        value = self.read_pack(pack)
        if value is None:
            return {}
        index = dict(self._of(folder, pack))
        found = {}
        for file in files:
            stored = index.get(file.key)
            if stored and (stored.version, stored.size) == (file.version, file.size):
                content = value[stored.offset : stored.offset + stored.size]
                if _digest(content) == stored.digest:
                    found[file.key] = content
        return found

    def add(self, folder: str, files: Sequence[tuple[LogFile, bytes]]) -> str | None:
        """Keep these files of ``folder`` as one pack; its id, or None when it was not kept.

        The id is a digest of names, versions and contents, so the same files are the same pack.
        A file whose bytes are not as many as its listing says is left out.
        """
        whole = [(file, content) for file, content in files if len(content) == file.size]
        if not whole:
            return None
        digests = b"".join(_digest(content) for _, content in whole)
        rows = FileRows.of(folder, [file for file, _ in whole])
        index = entries.write(_INDEX, _Index(rows, digests))
        pack = _digest(entries.name_bytes(folder) + b"\n" + index).hex()
        value = b"".join([_pack_header(pack), *(content for _, content in whole)])
        put = self._cache.put
        # In this order: what is named was there, and what the cache evicts first (the oldest)
        # is the pack, whose absence is noticed.
        with self._adding:
            kept = (
                put(self._key("pack", pack), value)
                and put(self._key("index", folder, pack), index)
                and put(self._key("packs", folder), self._list_with(folder, pack))
            )
        return pack if kept else None

    def _list_with(self, folder: str, pack: str) -> bytes:
        packs = [other for other in self._packs(folder) if other != pack]
        return entries.write(_FOLDER, _Folder([*packs, pack][-_MOST_PACKS:]))

    def _packs(self, folder: str) -> list[str]:
        known = entries.read(_FOLDER, _Folder, self._cache.get(self._key("packs", folder)))
        return known.packs if known else []

    def _of(self, folder: str, pack: str) -> Iterator[tuple[str, Stored]]:
        value = self._cache.get(self._key("index", folder, pack))
        index = entries.read(_INDEX, _Index, value)
        if index is None:
            return
        try:
            files = index.files.files()
        except ValueError:
            return
        offsets = accumulate((file.size for file in files), initial=_FIRST_OFFSET)
        for number, (file, offset) in enumerate(zip(files, offsets, strict=False)):
            digest = index.digests[number * _DIGEST_SIZE : (number + 1) * _DIGEST_SIZE]
            yield file.key, Stored(file.version, file.size, pack, offset, digest)

    def _key(self, kind: str, *parts: str) -> str:
        return cache_key(kind, self._identity, *parts)


class Listings:
    """Folders as they were listed, with the time, for browsing without a connection."""

    def __init__(self, cache: Cache, source_identity: str) -> None:
        self._cache = cache
        self._identity = source_identity

    def put(self, folder: str, pages: Sequence[Page], taken: datetime) -> None:
        """Keep a complete listing; one with problems, or with entries that could not be looked
        at, is not kept, lest it hide them later.

        ``taken`` carries a time zone (ValueError without).
        """
        if taken.tzinfo is None:
            raise ValueError("the time a listing was taken needs a time zone")
        if any(page.problems or page.unread for page in pages):
            return
        folders = [entries.name_bytes(name) for page in pages for name in page.folders]
        files = FileRows.of(folder, [file for page in pages for file in page.files])
        value = entries.write(_LISTING, _Listing(taken.isoformat(), folders, files))
        self._cache.put(cache_key("listing", self._identity, folder), value)

    def get(self, folder: str) -> tuple[list[str], list[LogFile], datetime] | None:
        """The folders and files below ``folder``, and when they were listed."""
        value = self._cache.get(cache_key("listing", self._identity, folder))
        listing = entries.read(_LISTING, _Listing, value)
        if listing is None:
            return None
        try:
            folders = [entries.name_text(name) for name in listing.folders]
            return folders, listing.files.files(), datetime.fromisoformat(listing.taken)
        except ValueError:
            return None


class Columns:
    """Decoded columns of a group of log files, as ``group_id`` names it.

    A new version of the decoder finds nothing and decodes again. The version is part of the
    key and the value has no header, which would cost a copy of many megabytes to cut off.
    """

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    def get(self, group: str, decoder_version: int) -> bytes | None:
        return self._cache.get(cache_key("columns", group, str(decoder_version)))

    def put(self, group: str, decoder_version: int, value: bytes) -> bool:
        return self._cache.put(cache_key("columns", group, str(decoder_version)), value)


def group_id(files: Sequence[LogFile], source_identity: str) -> str:
    """Names these very files: another source, key, version or size is another id.

    The order of ``files`` does not matter.
    """
    rows = sorted((file.key, file.version, str(file.size)) for file in files)
    return fingerprint([source_identity, *(part for row in rows for part in row)])


def _pack_header(pack: str) -> bytes:
    return _PACK + entries.name_bytes(pack) + b"\n"


def _digest(content: bytes) -> bytes:
    return blake2b(content, digest_size=_DIGEST_SIZE).digest()

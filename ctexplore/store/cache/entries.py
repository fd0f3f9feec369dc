"""How indexes and listings are written as cache values, and read back or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Annotated, TypeVar

import msgspec

from ctexplore.sources.source import LogFile

_T = TypeVar("_T")


class FileRows(msgspec.Struct, array_like=True):
    """LogFiles as columns. Names are bytes: a key may hold surrogates that no UTF-8 can.

    prefix: what every key begins with, cut off in ``keys``.
    """

    prefix: bytes
    keys: list[bytes]
    sizes: list[Annotated[int, msgspec.Meta(ge=0)]]
    versions: list[bytes]
    storages: list[bytes]

    @classmethod
    def of(cls, folder: str, files: Sequence[LogFile]) -> FileRows:
        if not all(file.key.startswith(folder) for file in files):
            folder = ""
        return cls(
            name_bytes(folder),
            [name_bytes(file.key[len(folder) :]) for file in files],
            [file.size for file in files],
            [name_bytes(file.version) for file in files],
            [name_bytes(file.storage) for file in files],
        )

    def files(self) -> list[LogFile]:
        """Raises ValueError when the columns are not of one length or no names."""
        prefix = name_text(self.prefix)
        rows = zip(self.keys, self.sizes, self.versions, self.storages, strict=True)
        return [
            LogFile(prefix + name_text(key), size, name_text(version), name_text(storage))
            for key, size, version, storage in rows
        ]


def name_bytes(name: str) -> bytes:
    return name.encode("utf-8", "surrogatepass")


def name_text(name: bytes) -> str:
    return name.decode("utf-8", "surrogatepass")


def fingerprint(parts: Iterable[str], size: int = 20) -> str:
    """BLAKE2b of the parts, in hex; the lengths are part of it, so ``ab c`` is not ``a bc``."""
    digest = blake2b(digest_size=size)
    for part in parts:
        data = name_bytes(part)
        digest.update(b"%d:%b" % (len(data), data))
    return digest.hexdigest()


def cache_key(kind: str, *parts: str) -> str:
    """A key that is safe as a name whatever the parts hold."""
    return f"{kind}:{fingerprint(parts)}"


def write(header: bytes, content: msgspec.Struct) -> bytes:
    return header + msgspec.msgpack.encode(content)


def read(header: bytes, shape: type[_T], value: bytes | None) -> _T | None:
    """None for no value, one of another kind or version, and one that is not of this shape."""
    if value is None or not value.startswith(header):
        return None
    try:
        return msgspec.msgpack.decode(memoryview(value)[len(header) :], type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None

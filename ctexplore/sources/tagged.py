"""What a source may know beside the bytes of its files: S3's metadata of an object, public keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from ctexplore.sources.source import LogFile, Source
from ctexplore.trail.sidecar import PublicKey


@runtime_checkable
class TaggedSource(Protocol):
    """A source that may know more of a file than its bytes, or is made of one that may."""

    def read_tagged(self, file: LogFile) -> tuple[bytes, Mapping[str, str]]:
        """As ``Source.read``, and the object's user metadata, names in lower case without
        ``x-amz-meta-`` (Amazon S3 User Guide, "Working with object metadata")."""
        ...


@runtime_checkable
class KeyedSource(Protocol):
    """A source that has the public keys of its own digests."""

    def public_keys(self) -> list[PublicKey]: ...


def read_tagged(source: Source, file: LogFile) -> tuple[bytes, Mapping[str, str]]:
    """The file's bytes and metadata; no metadata where the place has none. Raises SourceError."""
    # Asking a protocol costs as much as opening the file.
    tagged = getattr(source, "read_tagged", None)
    return (source.read(file), {}) if tagged is None else tagged(file)

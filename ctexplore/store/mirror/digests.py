"""Which log files the digests list that were fetched."""

from __future__ import annotations

from collections.abc import Iterable

from ctexplore.sources.source import LogFile
from ctexplore.store.containers.unpack import UnpackError, unpack
from ctexplore.store.mirror.folder import MirrorFolder, Taken
from ctexplore.trail.digest import read_digest


def listed_by(folder: MirrorFolder, digests: Iterable[LogFile]) -> set[str]:
    """The names of the log files, without their folders: those of a copied bucket are others.

    A digest that is not there or cannot be read lists nothing; verifying will say why.
    """
    names: set[str] = set()
    for digest in digests:
        try:
            data = folder.read(digest.key)
            if data is not None:
                listed = read_digest(bytes(unpack(data).data), digest.key).files
                names.update(file.key.rpartition("/")[2] for file in listed)
        except (Taken, OSError, UnpackError, ValueError):
            continue
    return names

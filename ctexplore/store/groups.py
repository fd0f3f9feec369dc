"""Files that are read, decoded and cached together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from ctexplore.sources.source import LogFile
from ctexplore.store.cache.packs import Stored

# First groups are small so that rows show early; later ones spread the cost of a batch over
# enough events. The steps start again in each folder, so that a folder is cut the same way
# whatever else is opened with it and its cached columns are found again.
_STEPS: Final = ((64, 1 << 20), (256, 4 << 20), (1024, 4 << 20))


class Group(Struct, frozen=True):
    """files of one folder; pack is where all their bytes lie in the cache, or ""."""

    folder: str
    files: tuple[LogFile, ...]
    pack: str = ""

    @property
    def size(self) -> int:
        """Stored bytes."""
        return sum(f.size for f in self.files)


def group_files(
    folder: str, files: Sequence[LogFile], packed: Mapping[str, Stored]
) -> Iterator[Group]:
    """Cut a folder's files into groups: each pack's files together, then those not cached."""
    packs: dict[str, list[LogFile]] = {}
    fresh: list[LogFile] = []
    for file in files:
        stored = packed.get(file.key)
        if stored and (stored.version, stored.size) == (file.version, file.size):
            packs.setdefault(stored.pack, []).append(file)
        else:
            fresh.append(file)
    for pack, members in packs.items():
        yield Group(folder, tuple(members), pack)
    step, size = 0, 0
    part: list[LogFile] = []
    for file in fresh:
        count, most = _STEPS[step]
        if part and (len(part) == count or size + file.size > most):
            yield Group(folder, tuple(part))
            step, part, size = min(step + 1, len(_STEPS) - 1), [], 0
        part.append(file)
        size += file.size
    if part:
        yield Group(folder, tuple(part))

"""Several sources as one: a folder for each, named like it, above what it holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from ctexplore.sources.source import LogFile, Page, Source, SourceError, in_place
from ctexplore.sources.tagged import read_tagged


class SeveralSource:
    """``NAME/key`` is the inner source's ``key``; its root lies below ``NAME/`` as in its bucket.

    NAME is the inner source's label, made unique. What the cache keeps of this source is kept
    under all the sources' names together: a source that is opened alone, too, is kept twice.
    local: every one of them is.
    """

    root = ""

    def __init__(self, sources: Sequence[Source]) -> None:
        self.sources = tuple(sources)
        self._named = dict(zip(_names(self.sources), self.sources, strict=True))
        self.label = " + ".join(self._named)
        named = [f"{name}/{s.root} {s.identity}" for name, s in self._named.items()]
        self.identity = "several:" + "\n".join(sorted(named))
        self.local = all(source.local for source in self.sources)

    @property
    def in_place(self) -> bool:
        return all(map(in_place, self.sources))

    def children(self, folder: str, start_after: str = "") -> Iterator[Page]:
        if not folder:
            tops = sorted(top for name in self._named if (top := f"{name}/") > start_after)
            yield Page(tops, kept=True)
            return
        name, source, inner = self._inside(folder)
        if source.root.startswith(inner) and source.root != inner:
            # On the way to the root: nothing else there was asked for, so nothing is listed.
            step = source.root[len(inner) :].partition("/")[0]
            below = f"{folder}{step}/"
            yield Page([below] if below > start_after else [], kept=True)
            return
        top = f"{name}/"
        after = start_after[len(top) :] if start_after.startswith(top) else ""
        for page in source.children(inner, after):
            yield Page(
                [top + below for below in page.folders],
                [replace(file, key=top + file.key) for file in page.files],
                page.problems,
                page.unread,
                page.kept,
            )

    def read(self, file: LogFile) -> bytes:
        _, source, inner = self._inside(file.key)
        return source.read(replace(file, key=inner))

    def read_tagged(self, file: LogFile) -> tuple[bytes, Mapping[str, str]]:
        _, source, inner = self._inside(file.key)
        return read_tagged(source, replace(file, key=inner))

    def uri(self, key: str) -> str:
        if not key:
            return self.label
        _, source, inner = self._inside(key)
        return source.uri(inner)

    def below(self, folder: str) -> Iterator[tuple[Source, str]]:
        """The sources that ``folder`` holds something of, and what it is to them."""
        if not folder:
            yield from ((source, source.root) for source in self.sources)
            return
        _, source, inner = self._inside(folder)
        yield source, inner

    def close(self) -> None:
        for source in self.sources:
            source.close()

    def _inside(self, key: str) -> tuple[str, Source, str]:
        """The source's name, the source, and its own key."""
        name, _, inner = key.partition("/")
        source = self._named.get(name)
        if source is None:
            raise SourceError(key, "no source of this name is open")
        return name, source, inner


def _names(sources: Iterable[Source]) -> list[str]:
    """A name for each, all different: ``logs``, ``logs (2)``."""
    names: list[str] = []
    for source in sources:
        label = source.label.replace("/", "_") or "source"
        name, number = label, 1
        while name in names:
            number += 1
            name = f"{label} ({number})"
        names.append(name)
    return names

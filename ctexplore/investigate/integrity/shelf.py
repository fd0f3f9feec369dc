"""Where the files of a trail lie, by the places that digests name."""

from __future__ import annotations

from collections.abc import Iterable

from ctexplore.sources.source import LogFile, Source, SourceError
from ctexplore.trail.layout import Place, place_of

_S3 = "s3://"


class Shelf:
    """Files by name. In S3 a file is in its place where bucket and key are those it was delivered
    to. Elsewhere, what the path tells of account, region and day must not speak against it: a
    downloaded archive may begin anywhere, or be flat.
    """

    def __init__(self, source: Source, files: Iterable[LogFile]) -> None:
        self._source = source
        self._named: dict[str, list[LogFile]] = {}
        self._listed: set[str] = set()
        self._agreed: dict[tuple[str, str], bool] = {}
        for file in files:
            self._named.setdefault(file.name, []).append(file)

    def find(self, bucket: str, key: str) -> list[LogFile]:
        """The files that are what was delivered to ``bucket`` and ``key``; copies of a local
        archive may hold several."""
        return [f for f in self._candidates(key) if self.in_place(f, bucket, key)]

    def elsewhere(self, bucket: str, key: str) -> list[LogFile]:
        """Files of that name in other places."""
        return [f for f in self._candidates(key) if not self.in_place(f, bucket, key)]

    def look_beside(self, near: LogFile, said: str, key: str) -> None:
        """Take in the folder of ``key``, which may be out of the range that was listed.

        near: a file here, of which a digest says that it was delivered to the key ``said``.
        """
        folder = _folder_like(near.key, said, key.rpartition("/")[0] + "/")
        if folder is None or folder in self._listed:
            return
        self._listed.add(folder)
        known = {file.key for files in self._named.values() for file in files}
        try:
            for page in self._source.children(folder):
                for file in page.files:
                    if file.key not in known:
                        self._named.setdefault(file.name, []).append(file)
        except SourceError:
            return  # the folder may be what is missing

    def in_place(self, file: LogFile, bucket: str, key: str) -> bool:
        uri = self._source.uri(file.key)
        if not uri.startswith(_S3):
            folders = file.folder, key.rpartition("/")[0] + "/"
            if folders not in self._agreed:
                self._agreed[folders] = _agree(*map(place_of, folders))
            return self._agreed[folders]
        opened = uri[len(_S3) : len(uri) - len(key)].removesuffix("/")
        # An access point has another name than its bucket.
        known = ":" not in opened and not opened.endswith("-s3alias")
        return uri.endswith("/" + key) and (opened == bucket or not known)

    def _candidates(self, key: str) -> list[LogFile]:
        return self._named.get(key.rpartition("/")[2], [])


def _agree(here: Place, said: Place) -> bool:
    pairs = (
        (here.organization, said.organization),
        (here.account, said.account),
        (here.kind, said.kind),
        (here.region, said.region),
        (here.date, said.date),
    )
    return all(ours is None or ours == "" or ours == theirs for ours, theirs in pairs)


def _folder_like(key: str, said: str, folder: str) -> str | None:
    """``folder`` as this source names it, told from one key that it and a digest both name."""
    if key.endswith(said):
        return key[: len(key) - len(said)] + folder
    if said.endswith("/" + key):
        above = said[: len(said) - len(key)]
        return folder.removeprefix(above) if folder.startswith(above) else None
    return None

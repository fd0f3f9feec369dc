"""Reads the digest files below a folder, newest first, beside the screen's thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from textual.message import Message

from ctexplore.sources.source import LogFile, Source, SourceError
from ctexplore.sources.walk import Walk
from ctexplore.store.containers.unpack import UnpackError, unpack
from ctexplore.trail.digest import Digest, read_digest
from ctexplore.trail.names import FileClass, classify

# There is one an hour for each region; each costs a GET.
MOST = 1_000
_FEW = 50  # read between two looks at the screen


@dataclass
class DigestsRead(Message):
    """All digests read so far. problems: one line for each file or folder that gave none.

    more: there are others, older ones, that are not read. running: more are coming.
    """

    digests: list[Digest]
    problems: list[str]
    more: bool
    running: bool


class DigestReader:
    """One daemon thread for one folder; ``close`` ends it after the file at hand."""

    def __init__(self, source: Source, folder: str, post: Callable[[Message], Any]) -> None:
        self._source = source
        self._folder = folder
        self._post = post
        self._closed = False
        threading.Thread(target=self._work, name="digests", daemon=True).start()

    def close(self) -> None:
        self._closed = True

    def _work(self) -> None:
        digests: list[Digest] = []
        problems: list[str] = []
        more = False
        try:
            for file in self._files(problems):
                if self._closed:
                    return
                if len(digests) == MOST:
                    more = True
                    break
                try:
                    unpacked = unpack(self._source.read(file))
                    digests.append(read_digest(unpacked.data, file.key))
                except SourceError as error:
                    problems.append(str(error))
                    if error.fatal:
                        break
                except (UnpackError, ValueError) as error:
                    problems.append(f"{self._source.uri(file.key)}: {error}")
                if len(digests) % _FEW == 0:
                    self._post(DigestsRead(list(digests), list(problems), False, True))
        except Exception as error:
            problems.append(f"{type(error).__name__}: {error}")
        if not self._closed:
            self._post(DigestsRead(digests, problems, more, False))

    def _files(self, problems: list[str]) -> Iterator[LogFile]:
        walk = Walk(self._source, digests=True)
        survey = walk.day_folders([self._folder])
        outside = [file for found in survey.found for file in found.files]
        problems += [str(p) for found in survey.found for p in found.problems]
        yield from sorted(filter(_is_digest, outside), key=_key, reverse=True)
        for day in survey.days if survey.fatal is None else ():
            files: list[LogFile] = []
            for found in walk.files_of(day):
                files += found.files
                problems += map(str, found.problems)
            yield from sorted(filter(_is_digest, files), key=_key, reverse=True)


def _is_digest(file: LogFile) -> bool:
    return classify(file.key, file.size) is FileClass.DIGEST


def _key(file: LogFile) -> str:
    return file.key

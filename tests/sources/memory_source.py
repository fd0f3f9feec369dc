"""A Source over a dict, with S3's listing rules and a count of every request."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping

from ctexplore.sources.source import LogFile, Page, SourceError


class MemorySource:
    """Keys and bytes in memory; one listing request for every ``page_size`` names.

    requests: the folder of every LIST request, in order, one entry a page.
    refused: folders whose listing raises, and what it raises.
    breaks_after: folders whose listing breaks off after so many pages.
    gate: while clear, every listing waits (a slow network). waiting: how many do.
    """

    label = "my-logs"
    local = False

    def __init__(
        self,
        files: Mapping[str, bytes] | Iterable[str],
        *,
        root: str = "",
        page_size: int = 1000,
    ) -> None:
        self.files = dict(files) if isinstance(files, Mapping) else dict.fromkeys(files, b"{}")
        self.root = root
        self.identity = f"memory:{id(self)}"
        self.page_size = page_size
        self.requests: list[str] = []
        self.starts: list[str] = []
        self.refused: dict[str, SourceError] = {}
        self.breaks_after: dict[str, int] = {}
        self.storage: dict[str, str] = {}
        self.waiting = 0
        self.gate = threading.Event()
        self.gate.set()

    def children(self, folder: str, start_after: str = "") -> Iterator[Page]:
        names: dict[str, bool] = {}
        for key in sorted(self.files, key=_bytes):
            if not key.startswith(folder) or _bytes(key) <= _bytes(start_after):
                continue
            name, slash, _ = key[len(folder) :].partition("/")
            names[folder + name + slash] = bool(slash)
        entries = list(names.items())
        for first in range(0, max(len(entries), 1), self.page_size):
            self.waiting += 1
            self.gate.wait(10)
            self.waiting -= 1
            self.requests.append(folder)
            self.starts.append(start_after)
            if folder in self.refused:
                raise self.refused[folder]
            if folder in self.breaks_after and first >= self.breaks_after[folder] * self.page_size:
                raise SourceError(self.uri(folder), "cut off", retry=True)
            page = Page()
            for key, is_folder in entries[first : first + self.page_size]:
                if is_folder:
                    page.folders.append(key)
                else:
                    size, storage = len(self.files[key]), self.storage.get(key, "")
                    page.files.append(LogFile(key, size, storage=storage))
            yield page

    def read(self, file: LogFile) -> bytes:
        return self.files[file.key]

    def uri(self, key: str) -> str:
        return f"s3://{self.label}/{key}"

    def close(self) -> None:
        pass


def _bytes(key: str) -> bytes:
    return key.encode("utf-8", "surrogateescape")


def log_key(
    day: str = "2024/01/15",
    time: str = "0905",
    *,
    account: str = "111122223333",
    region: str = "us-east-1",
    kind: str = "CloudTrail",
    above: str = "AWSLogs/",
    unique: str = "aaaabbbbccccdddd",
) -> str:
    """The key of a log file; ``above`` is everything before the account."""
    name = f"{account}_{kind}_{region}_{day.replace('/', '')}T{time}Z_{unique}.json.gz"
    return f"{above}{account}/{kind}/{region}/{day}/{name}"


def denied(place: str) -> SourceError:
    return SourceError(place, "not allowed to list this prefix", "allow s3:ListBucket")

"""A query's answer as a source: rows come page by page, records when somebody wants them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

from ctexplore.sources.athena.queries import Done, Queries
from ctexplore.sources.athena.rows import origin, records
from ctexplore.sources.source import LogFile, Page, SourceError

FOLDER: Final = "answer/"
_HELD: Final = 8  # objects whose records may be wanted again

# (bucket, key) to an object's stored bytes; raises SourceError.
Fetch = Callable[[str, str], bytes]
# An object's stored bytes and an event id to the record in it, or None.
Find = Callable[[bytes, str], bytes | None]


@dataclass(frozen=True, slots=True)
class Question:
    """sql: one SELECT of ``rows.selected(more)``. wanted: the filter it answers, as text. said:
    the same as whoever made the question has it."""

    sql: str
    more: bool
    wanted: str = ""
    said: object = None


class AthenaSource:
    """The answer to one question. One instance serves one load: see ``narrowed``.

    done: what the last query cost, once it has ended. scanned: bytes read so far.
    """

    local = False
    streams = True
    undated = True
    root = ""

    def __init__(
        self,
        queries: Queries,
        table: str,
        fetch: Fetch,
        find: Find,
        ask: Callable[[Any, Any], Question],
        question: Question | None = None,
    ) -> None:
        """fetch, find: how a record is got from its object. ask: from a filter, None is
        everything, and a scope to a question."""
        self.ask = ask
        self.queries = queries
        self.table = table
        self.question = question
        self.label = f"Athena {table}"
        self.done: Done | None = None
        self.scanned = 0
        place = queries.place
        self.identity = f"athena:{place.database}/{table}"
        self._fetch, self._find = fetch, find
        self._pages: dict[str, tuple[LogFile, bytes]] = {}
        self._asked = False
        self._objects: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def narrowed(self, question: Question) -> AthenaSource:
        """The same table, asked something else."""
        return AthenaSource(self.queries, self.table, self._fetch, self._find, self.ask, question)

    def uri(self, key: str) -> str:
        return f"{self.label} {key}".strip()

    def close(self) -> None:
        self.queries.close()

    def children(self, folder: str, start_after: str = "") -> Iterator[Page]:  # noqa: ARG002
        if folder == self.root:
            yield Page([FOLDER], kept=True)
        elif folder != FOLDER:
            raise SourceError(self.uri(folder), "there is no such folder")
        elif self._asked:
            yield Page([], [file for file, _ in self._pages.values()], kept=True)
        elif self.question is not None:
            yield from self._ask(self.question)

    def _ask(self, question: Question) -> Iterator[Page]:
        query = self.queries.start(question.sql)

        def tell(scanned: int) -> None:
            self.scanned = scanned

        ended = False
        try:
            self.done = query.done(tell)
            for number, rows in enumerate(query.pages(), 1):
                if not rows:
                    continue
                body = b'{"Records":[' + b",".join(records(rows, question.more)) + b"]}"
                digest = blake2b(body, digest_size=8).hexdigest()
                file = LogFile(f"{FOLDER}{number:06}-{digest}.json", len(body), digest)
                self._pages[file.key] = (file, body)
                yield Page([], [file])
            ended = self._asked = True
        finally:
            if not ended:
                query.stop()  # whoever stops taking pages wants no more of it

    def read(self, file: LogFile) -> bytes:
        held = self._pages.get(file.key)
        if held is None:
            raise SourceError(self.uri(file.key), "the answer is no longer at hand", "ask again")
        return held[1]

    def original(self, record: bytes) -> bytes:
        """The record that a stand-in stands for, byte for byte, from its object.

        Raises SourceError.
        """
        if (found := origin(record)) is None:
            return record
        path, id_ = found
        whole = self._find(self._object(path), id_)
        if whole is None:
            raise SourceError(path, f"the event {id_} is not in this object any more")
        return whole

    def _object(self, path: str) -> bytes:
        with self._lock:
            if path in self._objects:
                self._objects.move_to_end(path)
                return self._objects[path]
        bucket, _, key = path.removeprefix("s3://").partition("/")
        data = self._fetch(bucket, key)
        with self._lock:
            self._objects[path] = data
            while len(self._objects) > _HELD:
                self._objects.popitem(last=False)
        return data

"""A query's answer as a source: rows come page by page, records when somebody wants them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from hashlib import blake2b
from itertools import chain
from typing import Any, Final

from msgspec import Struct

from ctexplore.sources.athena.queries import Done, Kept, Queries, Row
from ctexplore.sources.athena.rows import origin, records
from ctexplore.sources.source import LogFile, Page, SourceError

FOLDER: Final = "answer/"
_HELD: Final = 8  # objects whose records may be wanted again

# Values and how many events have each, most first.
Tally = Sequence[tuple[str, int]]

# (bucket, key) to an object's stored bytes; raises SourceError.
Fetch = Callable[[str, str], bytes]
# An object's stored bytes and an event id to the record in it, or None.
Find = Callable[[bytes, str], bytes | None]


class Question(Struct, frozen=True):
    """sql: one SELECT of ``rows.selected(more)``. wanted: the filter it answers, as text. said:
    the same as whoever made the question has it. until: the end of the times it is about."""

    sql: str
    more: bool
    wanted: str = ""
    said: object = None
    until: datetime | None = None


class AthenaSource:
    """The answer to one question. One instance serves one load: see ``narrowed``.

    done: what the last query cost, once it has ended. scanned: bytes read so far. kept: knows
    queries of before, whose answers Athena still has.
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
        *,
        count: Callable[[Any, Any, str], str],
    ) -> None:
        """fetch, find: how a record is got from its object. ask: from a filter, None is
        everything, and a scope to a question. count: from both and a field to SQL of two columns,
        value and number."""
        self.ask = ask
        self._count = count
        self.queries = queries
        self.table = table
        self.question = question
        self.label = f"Athena {table}"
        self.done: Done | None = None
        self.scanned = 0
        place = queries.place
        self.identity = f"athena:{place.database}/{table}"
        self.kept: Kept | None = None
        self._anew = False
        self._fetch, self._find = fetch, find
        self._pages: dict[str, tuple[LogFile, bytes]] = {}
        self._asked = False
        self._objects: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def narrowed(self, question: Question) -> AthenaSource:
        """The same table, asked something else."""
        parts = self.queries, self.table, self._fetch, self._find, self.ask, question
        other = AthenaSource(*parts, count=self._count)
        other.kept, other._anew, self._anew = self.kept, self._anew, False
        return other

    def tally(self, node: Any, scope: Any, field: str) -> tuple[Tally, Done]:
        """How often each value of a field comes, as one query. Raises SourceError, and what
        ``count`` raises."""
        rows, done = self.queries.run(self._count(node, scope, field))
        return [(value or "", int(number or 0)) for value, number in rows], done

    def list_again(self, folder: str) -> None:  # noqa: ARG002
        """Let the next load ask Athena, whatever answer of before there is."""
        self._anew = True

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
        if (known := self._again(question)) is not None:
            pages, self.done = known
            yield from self._taken(pages, question)
            self._asked = True
            return
        query = self.queries.start(question.sql)

        def tell(scanned: int) -> None:
            self.scanned = scanned

        ended = False
        try:
            self.done = query.done(tell)
            yield from self._taken(query.pages(), question)
            ended = self._asked = True
            if self.kept is not None:
                self.kept.put(question.sql, query.id)
        finally:
            if not ended:
                query.stop()  # whoever stops taking pages wants no more of it

    def _again(self, question: Question) -> tuple[Iterator[list[Row]], Done] | None:
        """The pages of an answer of before, where Athena still has it."""
        anew, self._anew = self._anew, False
        known = self.kept.get(question.sql) if self.kept and not anew else ""
        found = self.queries.again(question.sql, known, question.until) if known else None
        if found is None:
            return None
        query, done = found
        pages = query.pages()
        try:
            first = next(pages)
        except SourceError:
            return None  # its file is no longer there
        return chain([first], pages), done

    def _taken(self, pages: Iterator[list[Row]], question: Question) -> Iterator[Page]:
        for number, rows in enumerate(pages, 1):
            if not rows:
                continue
            body = b'{"Records":[' + b",".join(records(rows, question.more)) + b"]}"
            digest = blake2b(body, digest_size=8).hexdigest()
            file = LogFile(f"{FOLDER}{number:06}-{digest}.json", len(body), digest)
            self._pages[file.key] = (file, body)
            yield Page([], [file])

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

"""Answers to export, made from records as a trail's bucket would hold them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ctexplore.engines.answer import Answer, Lost, Noting
from ctexplore.store.cache.cache import NoCache
from ctexplore.store.scope import Scope
from ctexplore.store.session import Session
from tests.build import gz, log
from tests.sources.memory_source import MemorySource, log_key


def opened(files: Mapping[str, bytes]) -> tuple[Session, MemorySource]:
    source = MemorySource(files)
    session = Session(source, NoCache(""), Scope(("",)))
    for _ in session.load():
        pass
    session.close()
    session.order.update()
    return session, source


def answer_of(*records: object, lost: Lost | None = None) -> Answer:
    """All events of one log file of these records, newest first."""
    return all_of(opened({log_key("2024/03/05"): gz(log(*records))})[0], lost)


def all_of(session: Session, lost: Lost | None = None) -> Answer:
    records = Noting(session.table, session.records, lost) if lost else session.records
    return Answer(session.table, session.order.newest_first(), records)


def raw_records(name: str, content: bytes) -> list[bytes]:
    """The records of a file that is opened as any folder is, in the file's order."""
    session, _ = opened({name: content})
    assert not session.tally.failed, session.tally.problems
    table = session.table
    found = dict(session.records.read(session.order.newest_first()))
    by_place: Sequence[int] = sorted(found, key=lambda row: int(table.index[row]))
    return [found[row] for row in by_place]

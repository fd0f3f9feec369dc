"""A session that goes on: files that come after it was loaded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from ctexplore.sources.found import Found
from ctexplore.sources.source import LogFile
from ctexplore.store.cache.cache import MemoryCache
from ctexplore.store.scope import Scope
from ctexplore.store.session import Session
from tests.build import event, events, gz, log
from tests.sources.memory_source import MemorySource, log_key

DAY = "AWSLogs/111122223333/CloudTrail/us-east-1/2024/01/15/"
KEY = log_key()


class Versions(MemorySource):
    """Files whose version is their number of bytes."""

    def found(self, *keys: str) -> Found:
        sizes = ((key, len(self.files[key])) for key in keys)
        return Found(DAY, [LogFile(key, size, str(size)) for key, size in sizes])


def loaded(files: dict[str, bytes], folder: str = "") -> tuple[Versions, Session]:
    source = Versions(files)
    session = Session(source, MemoryCache(), Scope((folder,)))
    list(session.load())
    return source, session


def names(session: Session) -> list[str]:
    return [session.table.text("name", row) for row in range(session.table.count)]


def test_new_files_are_added_and_counted() -> None:
    source, session = loaded({KEY: gz(log(*events(1, 2)))})
    later = log_key(time="0910", unique="b" * 16)
    source.files[later] = gz(log(event(3)))
    session.more([source.found(later)], 2)
    assert not session.done
    list(session.load())
    assert names(session) == ["Event1", "Event2", "Event3"]
    tally = session.tally
    assert (tally.found, tally.read, tally.events, session.done) == (2, 2, 3, True)


def test_of_a_file_that_has_grown_only_the_new_is_added_and_all_of_it_can_be_read() -> None:
    source, session = loaded({KEY: gz(log(*events(1, 2)))})
    assert b"Event1" in session.records.one(0)
    source.files[KEY] = gz(log(*events(1, 2, 3)))
    session.more([source.found(KEY)])
    list(session.load())
    assert names(session) == ["Event1", "Event2", "Event3"]
    assert [f"Event{n + 1}".encode() in session.records.one(n) for n in range(3)] == [True] * 3
    assert {file.version for file in session.table.files} == {str(len(source.files[KEY]))}
    rows = np.arange(3, dtype=np.uint32)
    assert sorted(row for row, _ in session.records.read(rows)) == [0, 1, 2]


def test_a_file_that_was_written_anew_leaves_what_was_read_where_it_was() -> None:
    source, session = loaded({KEY: gz(log(*events(1, 2)))})
    before = session.table.files[0]
    source.files[KEY] = gz(log(*events(7, 2, 9)))
    session.more([source.found(KEY)])
    list(session.load())
    assert names(session) == ["Event1", "Event2", "Event7", "Event9"]
    assert session.table.files[0] == before


def test_the_next_days_first_file_is_read_whole_once_that_day_is_followed() -> None:
    midnight = datetime(2024, 1, 16, tzinfo=UTC)
    times = [f"{midnight + timedelta(seconds=s):%Y-%m-%dT%H:%M:%SZ}" for s in (-1, 1)]
    key = log_key("2024/01/16", "0005")
    old = log_key(time="2355")
    mixed = log(event(1, eventTime=times[0]), event(2, eventTime=times[1]))
    source, session = loaded({old: gz(log(event(0))), key: gz(mixed)}, DAY)
    assert names(session) == ["Event0", "Event1"] or names(session) == ["Event1", "Event0"]
    session.more([Found(key.rpartition("/")[0] + "/", source.found(key).files)])
    list(session.load())
    assert sorted(names(session)) == ["Event0", "Event1", "Event2"]
    session.order.update()
    assert not len(session.order.copies)

"""The event table: grows by batches, numbers stay, types widen as entries come."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.sources.source import LogFile
from ctexplore.store.columns.batch import Batch
from ctexplore.store.columns.decode import decode
from ctexplore.store.columns.entries import Entries
from ctexplore.store.columns.schema import DIMENSIONS, EMPTY, FIELDS, NO_TIME
from ctexplore.store.columns.table import Table
from tests.build import column, event, events, log, without


def append(table: Table, *files: bytes) -> range:
    named = [(f"file {len(table.files) + n}", data) for n, data in enumerate(files)]
    return table.append(decode(named).batch, [LogFile(key, len(data)) for key, data in named])


def numbered(start: int, count: int) -> Batch:
    """Events, each with an address of its own."""
    zeros = np.zeros(count, np.uint32)
    codes = dict.fromkeys(DIMENSIONS, zeros) | {"ip": np.arange(count, dtype=np.uint32)}
    entries = {name: Entries.of([empty]) for name, empty in EMPTY.items()}
    entries["ip"] = Entries.of((str(start + n),) for n in range(count))
    time = np.arange(start, start + count, dtype=np.int64)
    return Batch(time, np.zeros((count, 2), np.uint64), zeros, zeros, zeros, codes, entries)


def test_an_empty_table() -> None:
    table = Table()
    assert table.count == 0
    for name in ("time", "crc", "file", "index"):
        assert len(getattr(table, name)) == 0
    assert table.ids.shape == (0, 2)
    assert [len(table.codes(name)) for name in DIMENSIONS] == [0] * len(DIMENSIONS)
    assert append(table) == range(0)


def test_rows_are_what_was_decoded() -> None:
    table = Table()
    assert append(table, log(*events(1, 2)), log(event(3))) == range(3)
    assert append(table, log(event(4), without(event(5), "eventTime"))) == range(3, 5)
    assert [table.text("name", row) for row in range(5)] == [f"Event{n}" for n in range(1, 6)]
    assert table.file.tolist() == [0, 0, 1, 2, 2]
    assert table.index.tolist() == [0, 1, 0, 0, 1]
    assert [table.has_time(row) for row in range(5)] == [True] * 4 + [False]
    assert table.time.tolist()[4] == NO_TIME
    assert [f.key for f in table.files] == ["file 0", "file 1", "file 2"]
    assert table.values("region")[table.codes("region")[3]] == "eu-west-1"


def test_equal_entries_share_a_number_across_batches() -> None:
    table = Table()
    for number in range(5):
        append(table, log(event(number, eventName="Same")))
    assert len(set(table.codes("kind").tolist())) == 1
    assert table.values("name").count("Same") == 1


def test_number_zero_is_the_empty_entry() -> None:
    table = Table()
    append(table, log(event(1), without(event(2), "userAgent")))
    assert table.codes("agent").tolist()[1] == 0
    assert all(table.values(field)[0] == "" for field in FIELDS)


@pytest.mark.parametrize("sizes", [[100, 155, 1, 1], [255, 2, 65_278, 3], [70_000], [1] * 300])
def test_types_widen_and_no_row_changes(sizes: list[int]) -> None:
    table = Table()
    start = 0
    for size in sizes:
        before = table.codes("ip").copy()
        table.append(numbered(start, size), [LogFile("key", 1)])
        assert table.codes("ip")[:start].tolist() == before.tolist()
        start += size
    assert table.time.tolist() == list(range(start))
    addresses = table.values("ip")
    assert [addresses[code] for code in table.codes("ip")] == [str(n) for n in range(start)]
    width = 1 if start < 256 else 2 if start < 65_536 else 4
    assert table.codes("ip").itemsize == width
    assert table.codes("region").itemsize == 1


def test_a_reader_keeps_what_it_took() -> None:
    table = Table()
    table.append(numbered(0, 100), [LogFile("a", 1)])
    codes, time = table.codes("ip"), table.time
    table.append(numbered(100, 70_000), [LogFile("b", 1)])
    assert codes.tolist() == list(range(1, 101))
    assert time.tolist() == list(range(100))


def test_memory_is_counted() -> None:
    table = Table()
    sizes = []
    for n in range(4):
        table.append(numbered(n * 20_000, 20_000), [LogFile("key", 1)])
        sizes.append(table.nbytes)
    assert sizes == sorted(set(sizes))
    # Fixed columns, codes and a text of its own for each row.
    assert 80_000 * 36 < sizes[-1] < 80_000 * 600


@given(st.lists(st.lists(st.integers(0, 9), max_size=4), max_size=5))
def test_chunks_make_no_difference(chunks: list[list[int]]) -> None:
    files = [log(*events(*numbers)) for numbers in chunks]
    together, apart = Table(), Table()
    append(together, *files)
    for data in files:
        append(apart, data)
    decoded = decode([("key", data) for data in files])
    for name in FIELDS:
        expected = column(decoded, name)
        assert [together.text(name, row) for row in range(together.count)] == expected
        assert [apart.text(name, row) for row in range(apart.count)] == expected
    for name in ("time", "ids", "crc", "file", "index"):
        assert getattr(together, name).tolist() == getattr(apart, name).tolist()

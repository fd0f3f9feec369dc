"""Columns on their way to the table: packing loses nothing, taking takes what is asked for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctexplore.store.columns.batch import Batch
from ctexplore.store.columns.decode import decode
from ctexplore.store.columns.entries import Entries
from ctexplore.store.columns.schema import DIMENSIONS, EMPTY, NO_TIME
from tests.build import event, log, raw

FIXED = ("time", "ids", "crc", "file", "index")
SPARSE = ("issuing", "issued")
texts = st.text(st.characters(codec="utf-8"), max_size=5)


@st.composite
def batches(draw: st.DrawFn) -> Batch:
    n = draw(st.integers(0, 6))
    word = st.integers(0, 2**32 - 1)
    half = st.integers(0, 2**64 - 1)

    def column(of: st.SearchStrategy[int]) -> list[int]:
        return draw(st.lists(of, min_size=n, max_size=n))

    entries = {
        name: Entries.of(draw(st.lists(st.tuples(*[texts] * len(fields)), min_size=1, max_size=4)))
        for name, fields in DIMENSIONS.items()
    }
    return Batch(
        np.array(column(st.integers(NO_TIME, 2**63 - 1)), np.int64),
        np.array([column(half), column(half)], np.uint64).T.reshape(n, 2),
        np.array(column(word), np.uint32),
        np.array(column(word), np.uint32),
        np.array(column(word), np.uint32),
        {
            name: np.array(column(st.integers(0, len(entries[name]) - 1)), np.uint32)
            for name in DIMENSIONS
        },
        entries,
        np.array(
            issuing := draw(st.lists(st.sampled_from(range(n)), unique=True).map(sorted))
            if n
            else [],
            np.uint32,
        ),
        np.array([draw(half) for _ in issuing], np.uint64),
    )


def same(one: Batch, other: Batch) -> None:
    assert {name: list(entries) for name, entries in one.entries.items()} == {
        name: list(entries) for name, entries in other.entries.items()
    }
    for name in (*FIXED, *SPARSE):
        assert getattr(one, name).tolist() == getattr(other, name).tolist()
    for name in DIMENSIONS:
        assert one.codes[name].tolist() == other.codes[name].tolist()


@settings(max_examples=30)
@given(batches())
def test_unpacking_what_was_packed(batch: Batch) -> None:
    kept = Batch.unpack(batch.pack())
    same(kept, batch)
    same(Batch.unpack(memoryview(kept.pack())), batch)
    assert len(kept) == len(batch)
    assert all(isinstance(e, tuple) for entries in kept.entries.values() for e in entries)


@pytest.mark.parametrize("count", [1, 255, 256, 257, 65_535, 65_536, 65_537])
def test_codes_are_packed_as_narrow_as_they_fit(count: int) -> None:
    zeros = np.zeros(count, np.uint32)
    codes = dict.fromkeys(DIMENSIONS, zeros) | {"ip": np.arange(count, dtype=np.uint32)}
    entries = {name: Entries.of([empty]) for name, empty in EMPTY.items()}
    entries["ip"] = Entries.of((str(n),) for n in range(count))
    ids = np.zeros((count, 2), np.uint64)
    batch = Batch(np.zeros(count, np.int64), ids, zeros, zeros, zeros, codes, entries)
    same(Batch.unpack(batch.pack()), batch)


def test_half_pairs_and_undecodable_bytes_survive_packing() -> None:
    record = raw(event(1)).replace(b"aws-cli", b"\xff\\ud800").replace(b"alice", b"\xfe")
    batch = decode([("key", log(record, event(2)))]).batch
    assert ("\\xff\\ud800/2.15",) in batch.entries["agent"]
    same(Batch.unpack(batch.pack()), batch)


@settings(max_examples=30)
@given(batches(), st.data())
def test_taking_some(batch: Batch, data: st.DataObject) -> None:
    mask = np.array(
        data.draw(st.lists(st.booleans(), min_size=len(batch), max_size=len(batch))), bool
    )
    some = batch.take(mask)
    rows = np.flatnonzero(mask).tolist()
    assert len(some) == len(rows)
    for name in FIXED:
        assert getattr(some, name).tolist() == [getattr(batch, name).tolist()[r] for r in rows]
    issued = dict(zip(batch.issuing.tolist(), batch.issued.tolist(), strict=True))
    kept = {place: issued[row] for place, row in enumerate(rows) if row in issued}
    assert dict(zip(some.issuing.tolist(), some.issued.tolist(), strict=True)) == kept
    for name in DIMENSIONS:
        shown = [some.entries[name][code] for code in some.codes[name]]
        assert shown == [batch.entries[name][batch.codes[name][r]] for r in rows]


@settings(max_examples=30)
@given(batches(), st.data())
def test_what_is_not_whole_is_refused(batch: Batch, data: st.DataObject) -> None:
    packed = batch.pack()
    for bad in (packed[: data.draw(st.integers(0, len(packed) - 1))], packed + b"x", b"x" + packed):
        with pytest.raises(ValueError, match=r"\w"):
            Batch.unpack(bad)

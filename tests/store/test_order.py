"""The order of the event list: the same whatever arrives when, copies folded, conflicts told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.sources.source import LogFile
from ctexplore.store.columns.batch import Codes
from ctexplore.store.columns.decode import decode
from ctexplore.store.columns.order import Copies, Order
from ctexplore.store.columns.schema import NO_TIME
from ctexplore.store.columns.table import Table
from ctexplore.trail.names import order_key
from tests.build import event, gz, log, without

File = tuple[str, Sequence[object]]


def name(minute: int, unique: int = 0) -> str:
    return f"111122223333_CloudTrail_eu-west-1_20240305T00{minute:02}Z_{unique:016}.json.gz"


def append(table: Table, files: Sequence[File]) -> None:
    stored = [(key, gz(log(*records))) for key, records in files]
    table.append(decode(stored).batch, [LogFile(key, len(data)) for key, data in stored])


def loaded(*files: File) -> Order:
    order = Order(Table())
    append(order.table, files)
    order.update()
    return order


def listed(order: Order) -> list[str]:
    """Names of the events, newest first, with the number of their copies."""
    return [
        order.table.text("name", row) + "+" * len(order.copies.of_row(row))
        for row in order.newest_first().tolist()
    ]


def test_newest_first() -> None:
    order = loaded((name(0), [event(1), event(3), event(2)]))
    assert listed(order) == ["Event3", "Event2", "Event1"]
    assert order.count == 3


def test_rows_that_come_while_others_are_taken_in_wait_for_their_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    order = loaded((name(0), [event(1)]))
    append(order.table, [(name(1), [event(2)])])
    fold = order._fold

    def interrupted(rows: Codes) -> Copies:
        append(order.table, [(name(2), [event(3), event(1)])])
        return fold(rows)

    monkeypatch.setattr(order, "_fold", interrupted)
    order.update()
    assert listed(order) == ["Event2", "Event1"]
    monkeypatch.undo()
    order.update()
    assert listed(order) == ["Event3", "Event2", "Event1+"]


def test_of_one_second_the_later_delivered_is_newer_then_the_later_in_the_file() -> None:
    times = {"eventTime": "2024-03-05T00:00:00Z"}
    order = loaded(
        (name(5), [event(1, **times), event(2, **times)]), (name(0), [event(3, **times)])
    )
    assert listed(order) == ["Event2", "Event1", "Event3"]


def test_events_without_time_are_the_oldest() -> None:
    order = loaded((name(0), [event(1), without(event(2), "eventTime"), event(3, eventTime="?")]))
    assert listed(order) == ["Event1", "Event3", "Event2"]
    assert order.times.tolist()[:2] == [NO_TIME, NO_TIME]


def test_copies_are_one_row() -> None:
    order = loaded((name(0), [event(1), event(2)]), (name(1), [event(2)]), (name(2), [event(2)]))
    assert listed(order) == ["Event2++", "Event1"]
    assert [order.table.file[row] for row in order.copies.of_row(1)] == [1, 2]
    assert not len(order.conflicts)


def test_copies_in_one_file_are_one_row() -> None:
    assert listed(loaded((name(0), [event(1), event(1)]))) == ["Event1+"]


def test_copies_that_arrive_later_are_folded_into_the_row_that_is_there() -> None:
    order = loaded((name(1), [event(1)]))
    append(order.table, [(name(0), [event(1)]), (name(2), [event(1)])])
    order.update()
    assert order.rows.tolist() == [0]
    assert order.copies.rows.tolist() == [1, 2]
    assert order.copies.of.tolist() == [0, 0]


def test_a_missing_id_makes_no_copies() -> None:
    records = [without(event(1), "eventID")] * 2
    assert listed(loaded((name(0), records))) == ["Event1", "Event1"]


def test_one_id_with_other_bytes_stays_and_is_told() -> None:
    forged = event(1, userAgent="other")
    order = loaded((name(0), [event(1), event(2)]), (name(1), [forged, event(1)]))
    assert sorted(listed(order)) == ["Event1", "Event1+", "Event2"]
    assert order.conflicts.tolist() == [0, 2]


def test_a_conflict_that_arrives_later_is_told_of_both() -> None:
    order = loaded((name(0), [event(1), event(2)]))
    append(order.table, [(name(1), [event(2, errorCode="AccessDenied")])])
    order.update()
    assert order.conflicts.tolist() == [1, 2]
    append(order.table, [(name(2), [event(1, errorCode="AccessDenied"), event(3)])])
    order.update()
    assert order.conflicts.tolist() == [0, 1, 2, 3]


def test_equal_halves_of_ids_are_no_conflict() -> None:
    twin = event(2, eventID="ffffffff" + str(event(1)["eventID"])[8:])
    order = loaded((name(0), [event(1), twin]))
    assert listed(order) == ["Event2", "Event1"]
    assert not len(order.conflicts)


def test_an_equal_checksum_alone_hides_nothing() -> None:
    decoded = decode([(name(0), log(event(1))), (name(1), log(event(1, eventName="Event9")))])
    decoded.batch.crc[:] = 1  # a checksum of 32 bits can be made to fit
    order = Order(Table())
    order.table.append(decoded.batch, [LogFile(name(0), 1), LogFile(name(1), 1)])
    order.update()
    assert sorted(listed(order)) == ["Event1", "Event9"]
    assert order.conflicts.tolist() == [0, 1]


class Draw(NamedTuple):
    """What tells an event from another: id (0 for none), bytes, time."""

    id: int
    variant: int
    second: int

    def record(self) -> dict[str, object]:
        identified = event(1, eventID=f"{self.id:08x}-0000-4000-8000-000000000000")
        changes = {
            "userAgent": f"agent {self.variant}",
            "eventTime": f"2024-03-05T00:00:{self.second:02}Z",
        }
        return (identified if self.id else without(identified, "eventID")) | changes


draws = st.builds(Draw, st.integers(0, 3), st.integers(0, 1), st.integers(0, 2))
Place = tuple[str, int]


def expected(files: dict[str, list[Draw]]) -> list[tuple[Draw, frozenset[Place]]]:
    """Events, newest first, each with the places of all its copies."""
    places: dict[object, set[Place]] = defaultdict(set)
    for key, records in files.items():
        for index, record in enumerate(records):
            places[record if record.id else (record, key, index)].add((key, index))

    def rank(item: tuple[object, set[Place]]) -> tuple[object, ...]:
        group, at = item
        record = group if isinstance(group, Draw) else group[0]  # type: ignore[index]
        return record.second, min((order_key(key), index) for key, index in at)

    ranked = sorted(places.items(), key=rank, reverse=True)
    return [(g if isinstance(g, Draw) else g[0], frozenset(at)) for g, at in ranked]  # type: ignore[index]


@given(
    st.lists(st.lists(draws, max_size=5), min_size=1, max_size=6),
    st.lists(st.integers(0, 2), min_size=6, max_size=6),
    st.data(),
)
def test_the_sequence_is_the_same_however_it_arrives(
    contents: list[list[Draw]], minutes: list[int], data: st.DataObject
) -> None:
    files = {name(minutes[n], n): records for n, records in enumerate(contents)}
    order = Order(Table())
    arriving = data.draw(st.permutations(list(files)))
    drawn: list[Draw] = []
    while arriving:
        count = data.draw(st.integers(1, len(arriving)))
        chunk, arriving = arriving[:count], arriving[count:]
        append(order.table, [(key, [d.record() for d in files[key]]) for key in chunk])
        drawn += [d for key in chunk for d in files[key]]
        if data.draw(st.booleans()):
            order.update()
    order.update()
    table = order.table

    def place(row: int) -> Place:
        return table.files[int(table.file[row])].key, int(table.index[row])

    rows = order.newest_first().tolist()
    shown = [
        (drawn[row], frozenset(map(place, [row, *order.copies.of_row(row).tolist()])))
        for row in rows
    ]
    assert shown == expected(files)
    assert order.times.tolist() == table.time[order.rows].tolist()
    assert len(rows) + len(order.copies) == table.count
    clashing = [
        row
        for row in rows
        if drawn[row].id and any(drawn[o].id == drawn[row].id for o in rows if o != row)
    ]
    assert order.conflicts.tolist() == sorted(clashing)


@pytest.mark.parametrize("masked", [False, True])
def test_a_view_shows_what_the_mask_lets_through(masked: bool) -> None:
    order = loaded((name(0), [event(1), event(2), event(3)]), (name(1), [event(1)]))
    mask = np.array([True, False, True, True])
    view = order.view(mask if masked else None)
    assert view.rows.tolist() == ([2, 0] if masked else [2, 1, 0])
    assert view.total == 3
    assert len(view.copies) == 1

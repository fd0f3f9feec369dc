"""Columns that rooms above add to the table: filters, facets and exports know them like others."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctexplore.engines.answer import Answer
from ctexplore.export.fields import columns, field
from ctexplore.query import syntax as s
from ctexplore.query.added import added_in, unanswered
from ctexplore.query.canonical import canonical
from ctexplore.query.complete import completions
from ctexplore.query.evaluate import Filter
from ctexplore.query.facets import facet
from ctexplore.query.fields import ADDED
from ctexplore.query.lookup import Lookups
from ctexplore.query.narrow import also, exclude, only
from ctexplore.query.parse import parse
from ctexplore.query.syntax import FilterError, Node
from ctexplore.store.columns.added import Draft
from ctexplore.store.columns.order import Order
from ctexplore.store.columns.sorting import SortBy, Sorter
from ctexplore.store.columns.table import Table
from tests.query import reference
from tests.query.events import NOW, Bytes, table_of, written
from tests.query.strategies import nodes, records, texts, values
from tests.query.test_evaluate import parsed

# By column the values of each event; shorter than the table where events came later.
Found = dict[str, list[tuple[str, ...]]]
found_out: st.SearchStrategy[Found] = st.dictionaries(
    st.sampled_from(sorted(ADDED)),
    st.lists(st.lists(texts, max_size=3, unique=True).map(tuple), max_size=7),
)
about_added: st.SearchStrategy[Node] = st.builds(
    s.Term,
    st.sampled_from(sorted(ADDED)).map(s.Column),
    st.lists(values, min_size=1, max_size=2).map(tuple),
)
mixed = st.one_of(
    about_added,
    st.lists(st.one_of(about_added, about_added.map(s.negate), nodes), min_size=2, max_size=3).map(
        s.all_of
    ),
    st.lists(st.one_of(about_added, nodes), min_size=2, max_size=3).map(s.any_of),
)
some_records = st.lists(records(), min_size=1, max_size=6)


def put(table: Table, found: Found) -> None:
    for name, each in found.items():
        draft = Draft(name)
        for row, said in enumerate(each):
            draft.set(slice(row, row + 1), said)
        draft.put(table)


def judged(raw: list[bytes], found: Found) -> list[reference.Event]:
    events = []
    for row, record in enumerate(raw):
        event = reference.Judged(parsed(record))
        event.added = {name: each[row] for name, each in found.items() if row < len(each)}
        events.append(event)
    return events


@settings(max_examples=200)
@given(mixed, some_records, found_out, found_out)
def test_a_filter_agrees_with_plain_python_whatever_is_put_when(
    node: Node, raw: list[bytes], before: Found, after: Found
) -> None:
    table = table_of(raw)
    lookups = Lookups(table)
    filter_ = Filter(node, lookups)
    known: Found = {}
    for found in ({}, before, after):
        versions = filter_.versions(table)
        put(table, found)
        known |= found
        assert (filter_.versions(table) != versions) == bool(set(added_in(node)) & set(found))
        mask = filter_.mask(table, 0, len(raw), Bytes(raw))
        wanted = [reference.matches(node, event) for event in judged(raw, known)]
        assert mask.tolist() == wanted
        halves = [filter_.mask(table, a, b, Bytes(raw)) for a, b in ((0, 1), (1, len(raw)))]
        assert np.concatenate(halves).tolist() == wanted
    assert parse(canonical(node), NOW) == node


@given(some_records, found_out, st.sampled_from(sorted(ADDED)), st.data())
def test_facets_exports_and_order_agree_with_plain_python(
    raw: list[bytes], found: Found, name: str, data: st.DataObject
) -> None:
    table = table_of(raw)
    put(table, found)
    chosen = data.draw(st.lists(st.integers(0, len(raw) - 1), unique=True))
    each = [(found.get(name, []) + [()] * len(raw))[row] for row in range(len(raw))]
    for rows in (None, np.array(chosen, np.uint32)):
        among = each if rows is None else [each[row] for row in chosen]
        wanted = Counter(value for said in among for value in said or ("",))
        assert dict(facet(table, rows, name)) == dict(wanted)
    answer = Answer(table, np.array(chosen, np.uint32), Bytes(raw))
    (cells,) = columns(answer, [field(name)])
    for row, cell in zip(chosen, cells, strict=True):
        assert cell == ("" if not each[row] else each[row][0]) or len(each[row]) > 1
    order = Order(table)
    order.update()
    shown = Sorter(table, lambda _name, _rows: {}).sort(order.view(), SortBy(name)).rows.tolist()
    assert sorted(shown) == sorted(order.view().rows.tolist())
    empty = [not each[row] for row in shown]
    assert empty == sorted(empty)


def test_a_draft_shows_nothing_before_it_is_put_and_rows_that_come_later_have_no_value() -> None:
    record = written({"eventName": "CreateUser"})
    table = table_of([record] * 2)
    draft = Draft("rule")
    draft.set(np.array([1], np.uint32), ("b", "", "a", "b"))
    assert "rule" not in table.added
    before = table.nbytes
    draft.put(table)
    assert table.nbytes > before
    assert table.added["rule"].values(1) == ("b", "a")
    draft.set(slice(0, 2), ("c",))
    assert table.added["rule"].values(0) == ()
    table_of([record], table)
    draft.put(table)
    found = [table.added["rule"].values(row) for row in range(3)]
    assert found == [("c",), ("c",), ()]
    assert table.added["rule"].codes_of(np.array([2, 0])).tolist() == [0, 2]


def test_more_values_than_a_byte_counts_keep_apart() -> None:
    table = table_of([written({"eventName": "a"})] * 300)
    draft = Draft("rule")
    for row in range(300):
        draft.set(slice(row, row + 1), (f"rule {row}",))
    draft.put(table)
    assert [table.added["rule"].values(row) for row in (0, 255, 256, 299)] == [
        ("rule 0",), ("rule 255",), ("rule 256",), ("rule 299",),
    ]  # fmt: skip


def test_codes_without_an_entry_are_refused() -> None:
    table = table_of([written({"eventName": "a"})])
    for codes, entries in (([1], [()]), ([0], [("a",)]), ([0], [])):
        with pytest.raises(ValueError, match="without an entry"):
            table.put("rule", np.array(codes, np.uint8), entries)


def test_what_nobody_added_matches_nothing_and_says_so() -> None:
    table = table_of([written({"eventName": "a"})])
    for text, found in (("is:new", False), ("-integrity:changed", True), ("rule:*", False)):
        node = parse(text, NOW)
        assert Filter(node).mask(table, 0, 1).tolist() == [found]
        assert unanswered(node, table.added).startswith(f"{added_in(node)[0]}: ")
    both = parse("rule:x or (is:new -integrity:verified)", NOW)
    assert unanswered(both, {"integrity", "new"}) == f"rule: {ADDED['rule'].missing}"
    assert unanswered(parse("is:write name:new", NOW), ()) == ""
    with pytest.raises(FilterError, match="no field"):
        parse("verdict:changed", NOW)


def test_a_record_s_own_member_of_the_name_is_another_thing() -> None:
    raw = [written({"eventName": "a", "requestParameters": {"x": 1}, "integrity": "own"})]
    table = table_of(raw)
    draft = Draft("integrity")
    draft.set(slice(0, 1), ("verified",))
    draft.put(table)
    for text in ("integrity:verified", ".integrity:own", "-.integrity:verified"):
        assert Filter(parse(text, NOW)).mask(table, 0, 1, Bytes(raw)).tolist() == [True], text


def test_one_value_gives_way_and_several_stand_together() -> None:
    assert only("integrity:verified", "integrity", "changed") == "integrity:changed"
    assert only("rule:a", "rule", "b") == "rule:a rule:b"
    assert also("rule:a", "rule", "b") == "rule:a,b"
    assert exclude("integrity:changed,verified", "integrity", "changed") == "integrity:verified"


def test_names_and_values_are_completed() -> None:
    table = table_of([written({"eventName": "a"})] * 3)
    assert [c.insert for c in completions("integ", 5, table)] == ["integrity:"]
    draft = Draft("rule")
    draft.set(slice(0, 2), ("Root login", "Rare"))
    draft.set(slice(2, 3), ("Rare",))
    draft.put(table)
    offered = [(c.label, c.count) for c in completions("rule:r", 6, table)]
    assert offered == [("Rare", 3), ("Root login", 2)]

"""Orders other than newest first, beside plain Python sorting."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.store.columns import sorting
from ctexplore.store.columns.order import View
from ctexplore.store.columns.schema import NO_TIME
from ctexplore.store.columns.sorting import SortBy, Sorter
from tests.tui.event_views import START, add, table, view

TEXTS = st.sampled_from(("", "a", "A", "b", "ß", "SS", "ss", "Zoë", "管理者"))
EVENTS = st.lists(
    st.fixed_dictionaries(
        {
            "time": st.one_of(st.integers(START, START + 3), st.just(NO_TIME)),
            "who": TEXTS,
            "error": TEXTS,
        }
    ),
    max_size=30,
)


def by_text(of: View, field: str, *, descending: bool = False) -> list[int]:
    """Rows sorted as a person would: what has no text last, equal ones as they were."""
    text = of.table.text
    rows = of.rows.tolist()
    some = [r for r in rows if text(field, r)]
    some.sort(key=lambda r: (text(field, r).casefold(), text(field, r)))
    if descending:
        distinct = sorted({text(field, r) for r in some}, key=lambda t: (t.casefold(), t))
        some = [r for t in reversed(distinct) for r in rows if text(field, r) == t]
    return some + [r for r in rows if not text(field, r)]


@given(EVENTS, st.sampled_from(("who", "error")), st.booleans())
def test_sorted_as_python_does(
    events: list[dict[str, object]], field: str, descending: bool
) -> None:
    shown = view(table(*events))
    by = SortBy(field, descending)
    made = Sorter(shown.table).sort(shown, by)
    assert made.rows.tolist() == by_text(shown, field, descending=descending)
    assert made.sort is not None
    assert made.sort.by == by
    ranks = made.sort.of(shown.table, made.rows)
    assert (np.diff(ranks.astype(np.int64)) >= 0).all()


@given(EVENTS)
def test_oldest_first_is_the_other_way_round(events: list[dict[str, object]]) -> None:
    shown = view(table(*events))
    made = Sorter(shown.table).sort(shown, SortBy("time"))
    assert made.rows.tolist() == shown.rows.tolist()[::-1]


def test_newest_first_is_the_view_itself() -> None:
    shown = view(table({"time": START}))
    sorter = Sorter(shown.table)
    assert sorter.sort(shown, None) is shown
    assert sorter.sort(shown, SortBy("time", descending=True)) is shown


def test_addresses_go_by_number() -> None:
    ips = ["10.0.0.10", "10.0.0.9", "2001:db8::1", "AWS Internal", "ec2.amazonaws.com", "9.9.9.9"]
    shown = view(table(*({"time": START, "ip": ip} for ip in ips)))
    made = Sorter(shown.table).sort(shown, SortBy("ip"))
    said = [shown.table.text("ip", r) for r in made.rows.tolist()]
    numbers = sorted((i for i in ips if i[0] in "12349" and i != "AWS Internal"), key=version)
    assert said == [*numbers, "AWS Internal", "ec2.amazonaws.com"]


def version(text: str) -> tuple[int, int]:
    address = ip_address(text)
    return address.version, int(address)


def test_texts_that_come_later_are_ranked_anew() -> None:
    events = table({"time": START, "who": "m"})
    sorter = Sorter(events)
    sorter.sort(view(events), SortBy("who"))
    add(events, [{"time": START, "who": "a"}, {"time": START, "who": "z"}])
    assert sorter.sort(view(events), SortBy("who")).rows.tolist() == [1, 0, 2]
    assert sorter.sort(view(events), SortBy("who", descending=True)).rows.tolist() == [2, 0, 1]


def test_what_came_after_the_view_has_some_rank_and_no_error() -> None:
    events = table({"time": START, "who": "m"})
    made = Sorter(events).sort(view(events), SortBy("who"))
    later = add(events, [{"time": START, "who": "new"}])
    assert made.sort is not None
    assert made.sort.of(events, later.start) >= 0


@pytest.mark.parametrize("descending", [False, True])
def test_texts_from_elsewhere(descending: bool) -> None:
    said = {0: "b", 1: "", 3: "a"}

    def texts(field: str, rows: object) -> Mapping[int, str]:
        assert field == "requestParameters.key"
        return said

    shown = view(table(*({"time": START} for _ in range(5))))
    by = SortBy("requestParameters.key", descending)
    rows = Sorter(shown.table, texts).sort(shown, by).rows.tolist()
    assert rows == ([0, 3] if descending else [3, 0]) + [4, 2, 1]


def test_every_event_having_a_text_loses_none() -> None:
    shown = view(table(*({"time": START} for _ in range(3))))
    sorter = Sorter(shown.table, lambda _field, _rows: {0: "c", 1: "a", 2: "b"})
    by = SortBy("x", descending=True)
    assert sorter.sort(shown, by).rows.tolist() == [0, 2, 1]


@given(st.lists(st.integers(0, 70_000), max_size=200), st.sampled_from((np.uint8, np.uint32)))
def test_wide_ranks_sort_like_narrow_ones(numbers: list[int], kind: type) -> None:
    keys = np.array(numbers, np.uint32).astype(kind)
    assert sorting._stable(keys).tolist() == keys.argsort(kind="stable").tolist()


def test_many_texts_are_sorted_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorting, "_CHUNK", 3)
    texts = [f"{(7 * i) % 20:02}" for i in range(20)]
    ranks, last = sorting.rank([*texts, ""], "who")
    assert ranks.tolist() == [int(t) for t in texts] + [20]
    assert last == 20


@pytest.mark.parametrize("descending", [False, True])
def test_numbers_that_records_hold_go_by_size(descending: bool) -> None:
    texts = ["-3", "9", "812.0", "5242880", "1e9", "9" * 300, "1.5, 2", "none"]
    shown = view(table(*({"time": START} for _ in texts)))
    said = dict(enumerate(reversed(texts)))
    by = SortBy("requestParameters.n", descending)
    made = Sorter(shown.table, lambda _field, _rows: said).sort(shown, by)
    assert [said[row] for row in made.rows.tolist()] == (texts[::-1] if descending else texts)

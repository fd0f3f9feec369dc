"""Entries on their way to the table: equal texts are equal bytes, and nothing is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ctexplore.store.columns.entries import Entries

texts = st.text(st.characters(codec="utf-8") | st.sampled_from('\n\r\\"\u2028\u0085\0'), max_size=5)
entries = st.lists(st.tuples(texts, texts), max_size=5)


@given(entries)
def test_what_is_packed_comes_back(made: list[tuple[str, ...]]) -> None:
    whole = Entries.of(made)
    kept = Entries.unpack(whole.pack())
    assert kept.lines == whole.lines
    assert list(kept) == [kept[number] for number in range(len(kept))] == made


@given(entries, entries)
def test_equal_entries_are_equal_lines(
    one: list[tuple[str, ...]], two: list[tuple[str, ...]]
) -> None:
    lines = dict(zip(one, Entries.of(one).lines, strict=True))
    for entry, line in zip(two, Entries.of(two).lines, strict=True):
        assert lines.get(entry, line) == line
        assert (line in lines.values()) == (entry in lines)

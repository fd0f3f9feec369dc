"""Folding and unfolding keep exactly the rows that are open; searching finds what is drawn."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.text import cell_width
from ctexplore.trail.exact import parse
from ctexplore.tui.detail.json_label import clipped, pieces, plain, wrapped
from ctexplore.tui.detail.json_rows import JsonRows, Row, entries
from ctexplore.tui.detail.json_search import Search, holds_secret, search

TOKEN = "IQoJb3JpZ2lu" + "x" * 100
hostile = st.text(alphabet='ab"\\\x1b\u202e[/]{}é漢\u0301\ud800 :', max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | hostile,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(hostile, inner, max_size=4)
        | inner.map(json.dumps)
    ),
    max_leaves=15,
)


def rows_of(value: object) -> JsonRows:
    return JsonRows(parse(json.dumps(value).encode()).root)


def texts(rows: JsonRows, width: int = 200) -> list[str]:
    return [plain(pieces(rows, row, width)) for row in rows.rows]


def expected(rows: JsonRows, row: Row) -> list[Row]:
    """What must be in sight below a row, worked out the slow and plain way."""
    found = []
    for child in row.children or []:
        found.append(child)
        if child.open and rows.branch(child) is not None:
            found += expected(rows, child)
    return found


def branches(rows: JsonRows) -> int:
    return sum(rows.branch(row) is not None for row in rows.rows)


@given(values, st.lists(st.tuples(st.sampled_from("fuFUs"), st.integers(0, 50)), max_size=12))
def test_any_folding_and_unfolding_shows_what_is_open(value, steps):
    rows = rows_of({"a": value, "requestParameters": value})
    for step, number in steps:
        index = number % len(rows.rows)
        before = len(rows.rows)
        match step:
            case "f":
                gone = rows.fold(index)
                assert len(rows.rows) == before - gone
            case "u":
                came = rows.unfold(index)
                assert len(rows.rows) == before + came
            case "F":
                rows.fold_all()
                assert len(rows.rows) == 2
            case "U":
                assert rows.unfold_all(1000)
                assert all(row.open for row in rows.rows if rows.branch(row) is not None)
            case "s":
                rows.show_secrets(not rows.shown)
        assert rows.rows == expected(rows, rows.root)


@given(values, st.integers(8, 60))
def test_every_row_of_any_value_is_one_safe_line(value, width):
    rows = rows_of({"k": value})
    rows.unfold_all(1000)
    for row in rows.rows:
        line = pieces(rows, row, width)
        assert plain(line).isprintable()
        assert cell_width(plain(clipped(line, width))) <= width
        folded = wrapped(pieces(rows, row, width * 50), width, 2, 50)
        assert all(cell_width(plain(part)) <= width for part in folded)


@given(values)
def test_wrapping_loses_nothing(value):
    rows = rows_of({"k": value})
    rows.unfold_all(1000)
    for row in rows.rows:
        line = pieces(rows, row, 10_000)
        folded = wrapped(line, 20, 3, 10_000)
        assert plain(folded[0]) + "".join(plain(part)[3:] for part in folded[1:]) == plain(line)


@given(values)
def test_all_that_can_be_reached_is_searched(value):
    rows = rows_of({"k": value})
    rows.unfold_all(1000)
    for row in list(rows.rows):
        words = json.loads(json.dumps(row.key)) if isinstance(row.key, str) else ""
        if words and words.isalnum():
            assert row.address in search(rows, words)


@given(values, values)
def test_an_address_leads_to_its_row(value, other):
    rows = rows_of({"k": value, "resources": [other]})
    rows.unfold_all(1000)
    addresses = [row.address for row in rows.rows]
    assert addresses == sorted(addresses)
    for address in addresses:
        rows.fold_all()
        assert rows.rows[rows.reveal(address)].address == address


def test_useful_branches_are_open_at_first():
    rows = rows_of(
        {
            "userIdentity": {"type": "AssumedRole", "sessionContext": {"attributes": {"a": 1}}},
            "requestParameters": {"tags": {"items": [{"key": "a"}]}},
            "tlsDetails": {"tlsVersion": "TLSv1.3"},
        }
    )
    assert texts(rows) == [
        "▾ userIdentity: {2}",
        "  type: AssumedRole",
        "▸ sessionContext: {1}  attributes: {1}",
        "▾ requestParameters: {1}",
        "▾ tags: {1}",
        "▾ items: [1]",
        "▸ [0] {1}  key: a",
        "▸ tlsDetails: {1}  tlsVersion: TLSv1.3",
    ]


def test_what_was_folded_before_stays_folded():
    record = {"userIdentity": {"type": "Root"}, "tlsDetails": {"tlsVersion": "1"}}
    first = rows_of(record)
    first.fold(0)
    first.unfold(1)
    second = JsonRows(parse(json.dumps(record).encode()).root, first.choices)
    assert [row.path for row in second.rows] == [
        ("userIdentity",),
        ("tlsDetails",),
        ("tlsDetails", "tlsVersion"),
    ]


def test_a_policy_in_a_text_opens_as_a_tree():
    policy = {"Statement": [{"Effect": "Allow", "Action": "s3:*"}]}
    rows = rows_of({"requestParameters": {"policyDocument": json.dumps(policy)}})
    assert texts(rows)[1] == "▸ policyDocument: {1} in a text  Statement: [1]"
    rows.unfold_all(100)
    assert "  Action: s3:*" in texts(rows)
    assert rows.rows[-1].inside_text and not rows.rows[1].inside_text


def test_texts_that_could_mislead_are_quoted():
    rows = rows_of({"a": ["true", "1", "", " x", '"x"', "{2}", "[masked, 9 characters]", "1.2.3"]})
    rows.unfold(0)
    shown = [text.partition("] ")[2] for text in texts(rows)[1:]]
    assert shown == [
        '"true"',
        '"1"',
        '""',
        '" x"',
        '""x""',
        '"{2}"',
        '"[masked, 9 characters]"',
        "1.2.3",
    ]


def test_digits_repeats_and_odd_numbers_are_drawn_as_written():
    rows = JsonRows(parse(b'{"a":1.50,"a":18446744073709551617,"b":NaN}').root)
    assert texts(rows) == [
        "  a (duplicate key): 1.50",
        "  a (duplicate key): 18446744073709551617",
        "  b: NaN",
    ]
    assert pieces(rows, rows.rows[2], 40)[-1].role == "mark"


def test_repeats_inside_a_text_are_told_too():
    rows = rows_of({"p": '{"x":1,"x":2}'})
    rows.unfold(0)
    assert texts(rows)[1:] == ["  x (duplicate key): 1", "  x (duplicate key): 2"]


def test_a_masked_secret_shows_nowhere_until_asked():
    record = {
        "responseElements": {"credentials": {"sessionToken": TOKEN}},
        "requestParameters": {
            "SecretString": json.dumps({"user": "u", "pin": "48151623"}),
            "body": json.dumps({"password": "hunter2hunter2"}),
            "environment": [{"name": "DB_PASSWORD", "value": "hunter2hunter2"}],
        },
    }
    rows = rows_of(record)
    for _ in range(2):
        said = "\n".join(texts(rows, 1000))
        assert TOKEN[5:] not in said and "48151623" not in said and "hunter2" not in said
        rows.unfold_all(1000)
    assert search(rows, "48151623") == [] and search(rows, "hunter2") == []
    assert holds_secret(rows, rows.root)
    rows.show_secrets(True)
    rows.unfold_all(1000)
    said = "\n".join(texts(rows, 1000))
    assert TOKEN in said and "48151623" in said and "hunter2" in said
    assert len(search(rows, "hunter2")) == 2
    rows.show_secrets(False)
    assert "48151623" not in "\n".join(texts(rows, 1000))


def test_unfolding_all_is_bounded_and_says_so():
    rows = rows_of({f"k{n}": [{"a": n}] * 10 for n in range(100)})
    assert not rows.unfold_all(500)
    assert 400 <= len(rows.rows) <= 500
    assert rows.unfold_all(10_000)
    assert len(rows.rows) == 100 + 1000 + 1000


def test_a_hundred_thousand_keys_and_a_thousand_levels():
    wide = rows_of({"requestParameters": {f"k{n}": n for n in range(100_000)}})
    assert len(wide.rows) == 1
    assert wide.unfold(0) == 100_000
    assert wide.fold(0) == 100_000
    deep = JsonRows(parse(b'{"a":' * 1000 + b"1" + b"}" * 1000).root)
    assert deep.unfold_all(5000)
    assert deep.rows[-1].depth == 999
    assert search(deep, "1") == [(0,) * 1000]
    deep.fold_all()
    assert deep.reveal((0,) * 1000) == 999


@pytest.mark.parametrize("raw", [b"7", b'"x"', b"null", b"[]", b"{}"])
def test_a_record_that_is_no_object_is_one_row(raw):
    rows = JsonRows(parse(raw).root)
    assert texts(rows) == [f"  {raw.decode().strip(chr(34))}"]
    rows.fold_all()
    assert rows.unfold_all(10)
    assert rows.unfold(0) == rows.fold(0) == 0
    assert len(rows.rows) == 1


def test_an_array_has_its_items_as_rows():
    rows = rows_of([1, {"a": 2}])
    assert texts(rows) == ["  [0] 1", "▸ [1] {1}  a: 2"]
    assert rows.branch(rows.rows[0]) is None


def test_a_search_goes_round_and_counts():
    rows = rows_of({"a": "Key", "b": {"key": 1}, "c": "x"})
    found = Search(rows, "key")
    assert found.found == [(0,), (1, 0)]
    assert found.here(()) == (0,)
    assert found.here((2,)) == (0,)
    assert found.step((0,), 1) == (1, 0)
    assert found.step((1, 0), 1) == (0,)
    assert found.step((0,), -1) == (1, 0)
    assert found.count((1, 0)) == "2/2"
    assert found.count((2,)) == "2"
    assert Search(rows, "Key").found == [(0,)]
    nothing = Search(rows, "zebra")
    assert nothing.step((0,), 1) is None and nothing.here(()) is None
    assert nothing.count((0,)) == "not found"


def test_what_is_drawn_escaped_is_found_as_it_is_drawn():
    rows = rows_of({"agent": "a\x1b]52;c\u202e"})
    assert search(rows, r"\x1b]52") == [(0,)]
    assert search(rows, r"\u202e") == [(0,)]


def test_entries_of_both_kinds_of_branches():
    assert list(entries(parse(b'{"a":null,"a":true}').root)) == [("a", None), ("a", True)]
    assert list(entries(["x"])) == [(0, "x")]
    assert list(entries(None)) == []
    assert branches(rows_of({"a": {}, "b": {"c": 1}})) == 1

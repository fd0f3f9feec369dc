"""Text that is no filter, or not yet: what is said, where, and that nothing else is raised."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.query.canonical import canonical
from ctexplore.query.parse import parse
from ctexplore.query.syntax import FilterError, Incomplete, Node
from tests.query.events import NOW


def read(text: str) -> Node:
    return parse(text, NOW)


@pytest.mark.parametrize(
    ("text", "column", "end", "says", "hint"),
    [
        ("nmae:x", 0, 4, 'no field "nmae"', "did you mean name?"),
        ("a reg:x", 2, 5, 'no field "reg"', "did you mean region?"),
        ("evntName:x", 0, 8, 'no field "evntName"', "did you mean eventName?"),
        ("requestParamters.a:x", 0, 18, "no field", "did you mean requestParameters?"),
        ("https://x", 0, 5, 'no field "https"', "quote it"),
        ("is:writes", 3, 9, "is: has no writes", "did you mean is:write?"),
        ("has:zzz", 4, 7, "has: has no zzz", "one of mfa"),
        ("name:/(/", 5, 8, "not a regular expression", "quote"),
        ("name:/[/", 5, 8, "not a regular expression", "quote"),
        ("name:/a/b/", 5, 10, 'ends at its second "/"', r"\/"),
        ("ip:10.0.0.0/33", 3, 14, "no block of addresses", "10.0.0.0/8"),
        ("since:01/02/2024", 6, 16, "more than one way", "2024-01-02 or 2024-02-01"),
        ("since:soon", 6, 10, "no time", "2024-01-15"),
        ("a since:2024-02-30", 8, 18, "no time that exists", ""),
        ("at:now+-5", 3, 9, "no span of time", "90m"),
        ("since:>now", 6, 7, "takes a time without >", ""),
        ("since:now,now", 10, 13, "expected one time", ""),
        ("since:2024*", 6, 11, "expected a time", ""),
        ("requestParameters.n:>x", 20, 22, "no time", ""),
        ("a )", 2, 3, 'no "(" is open', ""),
        ("or a", 0, 2, 'expected a term before "or"', "quotes"),
        ("a or or b", 5, 7, "expected a term between", "quotes"),
        ("a - b", 2, 3, "must touch", ""),
        ("name:a, b", 6, 7, "expected a value right after the comma", ""),
        ('"name":x', 0, 6, "expected a field's name", '."name"'),
        ("(" * 60 + "a", 50, 51, "more than 50 parentheses", ""),
    ],
)
def test_errors_point_at_the_place(text: str, column: int, end: int, says: str, hint: str) -> None:
    with pytest.raises(FilterError) as caught:
        read(text)
    error = caught.value
    assert not isinstance(error, Incomplete)
    assert (error.column, error.end) == (column, end)
    assert says in error.message
    assert hint in error.hint
    assert str(error).startswith(f"column {column + 1}: {error.message}")


@pytest.mark.parametrize(
    "text",
    [
        "name:", "name: ", "name: b", "name:a,", "name:>", "name:/Cre", "name:/", "name://",
        'name:"Cre', 'name:"', '"Cre', '"', '""', "(", "(a", "(a or", "()", "a or", "a or ",
        "a and", "-", "a -", "not", "a not ", "is:", "is:wri", "has:", "since:", "at:",
        "requestParameters.bucketName:", 'requestParameters."a b',
    ],
)  # fmt: skip
def test_half_typed_text_is_incomplete(text: str) -> None:
    with pytest.raises(Incomplete):
        read(text)


TYPED = (
    'source:iam name:Create*,/^Get.*\\/x$/i -(error:* or is:denied) "a \\"b\\"" since:24h',
    'resources[].ARN:"x" at:2024-01-15T09:14:05Z+-5m requestParameters."odd key".n:>=10.5 or not x',
    "ip:10.0.0.0/8,2001:db8::/32 eventTime:>2024-01-15 until:monday who:*/session -- \u212a",
)


@pytest.mark.parametrize("text", TYPED)
def test_typing_a_filter_never_raises_anything_else(text: str) -> None:
    for length in range(len(text) + 1):
        prefix = text[:length]
        try:
            node = read(prefix)
        except FilterError as error:
            assert 0 <= error.column <= error.end <= len(prefix) + 1
        else:
            assert read(canonical(node)) == node


@given(st.text(st.sampled_from('ab:*,()/"\\-><=.[]@ \n\x000é1oris')) | st.text())
def test_any_text_is_a_filter_or_a_filter_error(text: str) -> None:
    try:
        node = read(text)
    except FilterError as error:
        assert 0 <= error.column <= error.end
        assert error.message
    else:
        assert read(canonical(node)) == node


LONG = {
    "parentheses": "(" * 10_000,
    "expression": ".*" * 5_000,
    "minuses": "-" * 9_999 + "a",
    "words": "a " * 5_000,
    "colons": "a,:" * 3_000,
    "backslashes": '"' + "\\" * 9_999,
    "nots": "not " * 3_000 + "a",
    "steps": "a.b." * 2_500 + ":x",
    "stars": "name:" + "*a" * 5_000,
    "values": "name:" + "a," * 5_000 + "a",
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_ten_thousand_characters_are_read_or_refused(text: str) -> None:
    try:
        node = read(text)
    except FilterError:
        return
    assert read(canonical(node)) == node

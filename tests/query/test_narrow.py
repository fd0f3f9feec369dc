"""One value more or less."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.query.canonical import canonical
from ctexplore.query.fields import UnknownField
from ctexplore.query.narrow import also, exclude, only
from ctexplore.query.syntax import FilterError, Node
from tests.query.events import rows_of
from tests.query.strategies import TEXTS, nodes


@pytest.mark.parametrize(
    ("text", "field", "value", "narrowed"),
    [
        ("", "name", "CreateUser", "name:CreateUser"),
        ("", "eventName", "CreateUser", "name:CreateUser"),
        ("", "source", "iam.amazonaws.com", "source:iam"),
        ("is:write", "error", "", "is:write -error:*"),
        ("name:A,B is:write", "name", "A", "is:write name:A"),
        ("name:A* -name:AB", "name", "AC", "name:AC"),
        ("who:Admin", "who", "Admin/x y", 'who:Admin who:"Admin/x y"'),
        ("a or b", "region", "us-east-1", "(a or b) region:us-east-1"),
        ("", "requestParameters.x", "a,b", 'requestParameters.x:"a,b"'),
        ("", "agent", "\x1b[31m", 'agent:"\\u001b[31m"'),
        ("", "target", "/aws/lambda", 'target:"/aws/lambda"'),
        ("", "ip", "10.0.0.0/8", 'ip:"10.0.0.0/8"'),
        ("since:24h", "at", "2024-01-15T09:14:05Z", "since:24h at:2024-01-15T09:14:05Z"),
        ("name:A", "is", "root", "name:A is:root"),
        ("", "eventTime", "2024-01-15T09:14:05Z", "at:2024-01-15T09:14:05Z"),
        ("", "eventTime", "soon", ".eventTime:soon"),
        ("", "eventTime", "", "-eventTime:*"),
    ],
)
def test_only(text: str, field: str, value: str, narrowed: str) -> None:
    assert only(text, field, value) == narrowed
    assert only(narrowed, field, value) == narrowed


@pytest.mark.parametrize(
    ("text", "field", "value", "narrowed"),
    [
        ("", "name", "A", "-name:A"),
        ("-name:A is:write", "name", "B", "-name:A,B is:write"),
        ("name:A*", "name", "AB", "name:A* -name:AB"),
        ("", "error", "", "error:*"),
        ("-is:read", "is", "service", "-is:read,service"),
        ("a or b", "who", "x", "(a or b) -who:x"),
        ("name:A is:write", "name", "a", "is:write -name:a"),
        ("name:A,B", "name", "A", "name:B"),
        ("name:A,B*", "name", "A", "name:B*"),
        ("source:iam", "source", "iam.amazonaws.com", "-source:iam"),
        ("source:iam.amazonaws.com,s3", "source", "iam.amazonaws.com", "source:s3"),
        ("who:A", "who", "A", "-who:A"),
        ("who:A,B", "who", "A", "who:A,B -who:A"),
        ("-error:*", "error", "", "error:*"),
        ("error:*", "error", "E", "error:* -error:E"),
    ],
)
def test_exclude(text: str, field: str, value: str, narrowed: str) -> None:
    assert exclude(text, field, value) == narrowed


@pytest.mark.parametrize(
    ("text", "field", "value", "widened"),
    [
        ("", "name", "A", "name:A"),
        ("name:A", "name", "B", "name:A,B"),
        ("name:A", "name", "A", "name:A"),
        ("name:A is:write", "name", "B", "name:A,B is:write"),
        ("-name:A,B", "name", "B", "-name:A"),
        ("-name:B is:write", "name", "B", "is:write"),
        ("is:write region:x", "name", "B", "is:write region:x or name:B"),
        ("error:E is:write", "error", "", 'error:E,"" is:write'),
        ("error:* is:write", "error", "", "is:write"),
        ("is:write", "is", "failed", "is:write,failed"),
    ],
)
def test_also(text: str, field: str, value: str, widened: str) -> None:
    assert also(text, field, value) == widened


def test_what_cannot_be_read_is_said() -> None:
    with pytest.raises(FilterError):
        only("name:", "region", "x")
    with pytest.raises(UnknownField):
        only("", "nmae", "x")


EVENTS = [{"eventName": text} for text in TEXTS]


@given(nodes, st.sampled_from(TEXTS))
def test_narrowing_does_what_its_name_says(node: Node, value: str) -> None:
    text = canonical(node)
    same = rows_of(only("", "name", value), *EVENTS)
    before = rows_of(text, *EVENTS)
    left = [r for r in before if r not in same]
    without = rows_of(exclude(text, "name", value), *EVENTS)
    assert without == left if left else not set(without) & set(same)
    assert set(before) <= set(rows_of(also(text, "name", value), *EVENTS))
    if set(same) <= set(before):
        assert rows_of(only(text, "name", value), *EVENTS) == same

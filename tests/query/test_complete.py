"""What is offered at the cursor."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.query.complete import completions, named
from ctexplore.query.fields import SHORT
from ctexplore.query.parse import parse
from tests.query.events import NOW, table_of, written
from tests.query.test_filter_errors import TYPED

TABLE = table_of(
    [
        written({"eventName": name, "eventSource": "iam.amazonaws.com", "userAgent": agent})
        for name, agent in (
            ("CreateUser", "aws-cli/2 (x)"), ("CreateUser", "Boto3"), ("CreateRole", "Boto3"),
            ("GetUser", "curl"),
        )
    ]
)  # fmt: skip


def offered(text: str, cursor: int | None = None) -> list[str]:
    """The texts that accepting each completion would give, ^ where it ended."""
    at = len(text) if cursor is None else cursor
    return [text[: c.start] + c.insert + "^" + text[c.end :] for c in completions(text, at, TABLE)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("na", "name:^"),
        ("-na", "-name:^"),
        ("(is:read or na", "(is:read or name:^"),
        ("eventN", "eventName:^"),
        ("EVENTN", "eventName:^"),
        ("requestParameters.bu", "requestParameters.bucketName:^"),
        ("has", "has:mfa^"),
        ("is", "is:write^"),
        ("is:w", "is:write^"),
        ("is:write,fa", "is:write,failed^"),
        ("since:y", "since:yesterday^"),
        ("name:", "name:CreateUser^"),
        ("name:createR", "name:CreateRole^"),
        ("eventName:g", "eventName:GetUser^"),
        ("name:CreateUser,", "name:CreateUser,CreateRole^"),
        ("source:i", "source:iam^"),
        ("agent:aws", 'agent:"aws-cli/2 (x)"^'),
        ('agent:"aws', 'agent:"aws-cli/2 (x)"^'),
    ],
)
def test_the_first_offer(text: str, first: str) -> None:
    assert offered(text)[0] == first


def test_values_come_with_their_counts_in_the_rows() -> None:
    found = completions("name:C", 6, TABLE)
    assert [(c.label, c.count) for c in found] == [("CreateUser", 2), ("CreateRole", 1)]
    found = completions("name:C", 6, TABLE, np.array([2], np.uint32))
    assert [(c.label, c.count) for c in found] == [("CreateRole", 1)]


def test_the_rest_of_the_word_is_replaced() -> None:
    assert offered("name:Get* is:read", 2)[0] == "name:^Get* is:read"
    assert offered("name:CreUser,GetUser x", 8)[0] == "name:CreateUser^,GetUser x"
    assert offered("name:CreateUser is:read", 15)[0] == "name:CreateUser^ is:read"


def test_at_the_start_of_a_term_the_short_names_are_offered() -> None:
    for text in ("", "name:x ", "(", "-", "name:x or "):
        labels = [c.label for c in completions(text, len(text), TABLE, limit=100)]
        assert labels[: len(SHORT)] == [f"{name}:" for name in SHORT]
        assert "requestParameters:" not in labels


@pytest.mark.parametrize(
    "text",
    ['"name', "name:/Cre", "name:>1", "name:Cre*", "nmae:x", "requestParameters.x:a", "id:0"],
)
def test_nothing_is_offered_where_nothing_fits(text: str) -> None:
    assert offered(text) == []


@given(st.sampled_from(TYPED), st.data())
def test_completion_never_fails_and_stays_inside_the_text(text: str, data: st.DataObject) -> None:
    text = text[: data.draw(st.integers(0, len(text)))]
    cursor = data.draw(st.integers(0, len(text)))
    for found in completions(text, cursor, TABLE):
        assert 0 <= found.start <= cursor <= found.end <= len(text)


def test_accepted_values_can_be_read() -> None:
    for text in ("agent:", "name:", "source:"):
        for accepted in offered(text):
            parse(accepted.replace("^", ""), NOW)


VIEWS = {"on call": "is:denied or is:root", "odd": "name:x"}


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("", ["is:denied or is:root", "name:x"]),
        ("o", ["is:denied or is:root", "name:x"]),
        ("ON", ["is:denied or is:root"]),
        ("on ca", ["is:denied or is:root"]),
        ("who:x on c", ["who:x (is:denied or is:root)"]),
        ("-on", ["-(is:denied or is:root)"]),
        ("(od", ["((name:x)"]),
        ("who:od", []),
        ("who:x ", []),
        ("call", []),
    ],
)
def test_named_filters_are_offered_by_the_beginning_of_their_names(
    text: str, taken: list[str]
) -> None:
    found = named(text, len(text), VIEWS)
    assert [text[: c.start] + c.insert + text[c.end :] for c in found] == taken
    for completed in taken:
        if not completed.startswith("(("):
            parse(completed, NOW)

"""Whole terms more or less in a filter's text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.query.canonical import canonical
from ctexplore.query.combine import (
    Asked,
    between,
    has_all,
    has_times,
    let_go,
    switched,
    timed_like,
    without,
)
from ctexplore.query.parse import parse
from ctexplore.query.presets import PRESETS, Preset
from ctexplore.query.syntax import Node
from tests.query.events import NOW
from tests.query.strategies import nodes

MOMENT = 1705309200000  # 2024-01-15T09:00:00Z


@pytest.mark.parametrize(
    ("text", "more", "switched_on", "switched_off"),
    [
        ("", "is:write", "is:write", ""),
        ("name:A", "-is:read", "name:A -is:read", "name:A"),
        ("name:A or name:B", "is:write", "(name:A or name:B) is:write", "name:A or name:B"),
        ("a", "source:x or name:y", "a (source:x or name:y)", "a"),
        # What was there already goes with the rest.
        ("is:write a", "is:write source:ec2", "is:write a source:ec2", "a"),
    ],
)
def test_switching_adds_terms_and_takes_them_back(
    text: str, more: str, switched_on: str, switched_off: str
) -> None:
    assert not has_all(text, more)
    assert switched(text, more) == switched_on
    assert has_all(switched_on, more)
    assert switched(switched_on, more) == switched_off


@given(nodes, st.sampled_from(PRESETS))
def test_a_preset_is_on_or_off_and_switching_changes_that(node: Node, preset: Preset) -> None:
    text = canonical(node)
    assert has_all(switched(text, preset.filter), preset.filter) != has_all(text, preset.filter)


@pytest.mark.parametrize(
    ("text", "since", "until", "expected"),
    [
        ("", MOMENT, None, "since:2024-01-15T09:00:00Z"),
        ("a", None, MOMENT + 1500, "a until:2024-01-15T09:00:01.500Z"),
        (
            "since:24h a until:now at:2024-01-15", MOMENT, MOMENT + 60_000,
            "a since:2024-01-15T09:00:00Z until:2024-01-15T09:01:00Z",
        ),
        ("a or since:24h", MOMENT, None, "(a or since:24h) since:2024-01-15T09:00:00Z"),
        ("since:24h a", None, None, "a"),
    ],
)  # fmt: skip
def test_between_puts_times_in_place_of_the_old(
    text: str, since: int | None, until: int | None, expected: str
) -> None:
    assert between(text, since, until) == expected
    assert parse(expected, NOW) is not None
    assert has_times(expected) == (since is not None or until is not None)


def test_the_times_of_another_filter_are_taken_over_as_they_were_typed() -> None:
    assert timed_like("a until:now", "b since:24h at:2024-01-15T09:14:05Z") == (
        "a since:24h at:2024-01-15T09:14:05Z"
    )
    assert timed_like("a until:now", "b") == "a"


def test_without_a_column_the_rest_stays() -> None:
    node = parse("name:A -name:B who:x (name:C or a)", NOW)
    assert canonical(without(node, "name")) == "who:x (name:C or a)"
    assert canonical(without(parse("name:A", NOW), "name")) == ""


@pytest.mark.parametrize(
    ("text", "column", "wanted", "unwanted"),
    [
        ("source:iam", "source", ["iam.amazonaws.com"], []),
        ("name:Create* -name:CreateUser", "name", ["CreateUser", "CreateRole"], ["CreateUser"]),
        ("who:a or who:b", "who", [], []),
        ("-error:*", "error", [""], []),
        ('error:"",X', "error", ["", "X"], []),
        ("-key:A,B", "key", [], ["A", "B"]),
    ],
)
def test_what_is_asked_of_a_column(
    text: str, column: str, wanted: list[str], unwanted: list[str]
) -> None:
    asked = Asked.of(parse(text, NOW), column)
    assert (asked.wanted is None) == (not wanted)
    assert (asked.unwanted is None) == (not unwanted)
    for value in wanted:
        assert asked.wanted is not None and asked.wanted(value)
    for value in unwanted:
        assert asked.unwanted is not None and asked.unwanted(value)
    for test in (asked.wanted, asked.unwanted):
        assert test is None or not test("something else")


@pytest.mark.parametrize(
    ("text", "column", "value", "left"),
    [
        ("source:iam,sts a", "source", "iam.amazonaws.com", "source:sts a"),
        ("source:iam a", "source", "iam.amazonaws.com", "a"),
        ("name:Create*,CreateUser", "name", "CreateUser", "name:Create*"),
        ("name:Create*", "name", "CreateUser", "name:Create*"),
        ("-error:* a", "error", "", "a"),
        ("-error:* a", "error", "X", "-error:* a"),
        ("-name:A name:A", "name", "A", "-name:A"),
        ("(name:A or b) who:x", "name", "A", "(name:A or b) who:x"),
    ],
)
def test_a_value_is_let_go(text: str, column: str, value: str, left: str) -> None:
    assert let_go(text, column, value) == left


def test_times_outside_the_calendar_are_open() -> None:
    assert between("a", -(10**17), 10**17) == "a"

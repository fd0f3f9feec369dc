"""Documents inside texts are found, whichever way a service wrote them."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.trail.node import Number, Object, dump
from ctexplore.trail.policy_text import MAX_LENGTH, embedded

POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*"}]}'


@pytest.mark.parametrize(
    "written",
    [
        POLICY,
        "\n  " + json.dumps(json.loads(POLICY), indent=2),
        quote(POLICY),
        quote("\n " + json.dumps(json.loads(POLICY), indent=2)),
        quote(POLICY).replace("%7B", "%7b"),
    ],
)
def test_a_policy_is_found(written):
    document = embedded(written)
    assert document is not None
    assert dump(document) == POLICY


def test_digits_and_repeats_stay_inside_too():
    assert embedded('{"n":1.50,"n":-0}') == Object([("n", Number("1.50")), ("n", Number("-0"))])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "arn:aws:iam::aws:policy/AdministratorAccess",
        "[S3Console/0.4]",
        "{}",
        "[]",
        "%7B",
        "100%",
        "{not json}",
        "7",
        '"quoted"',
        '{"a":1',
        "[" * 5000,
        '{"a":"' + "x" * MAX_LENGTH + '"}',
    ],
)
def test_other_texts_are_texts(text):
    assert embedded(text) is None


@given(st.text(alphabet='{}[]%7B5D":,a1\ud800\udcff \n'))
def test_any_text_is_taken(text):
    document = embedded(text)
    assert document is None or document

"""Where an answer names the credentials it issued, and that nothing odd in it is an error."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.trail.issued import issued_by

KEY = "ASIAEXAMPLEISSUED"


@pytest.mark.parametrize(
    "answer",
    [
        {"credentials": {"accessKeyId": KEY, "expiration": "x", "sessionToken": "y"}},
        {"accessKey": {"userName": "bob", "accessKeyId": KEY}},
        {"roleCredentials": {"accessKeyId": KEY}},
        {"credentialSet": [{"credentials": {"accessKeyId": KEY}}, {"credentials": {}}]},
        {"webIdentityTokenId": KEY},
        # Something beside it is of a type nobody expects.
        {"accessKey": 7, "credentials": {"accessKeyId": KEY}},
        {"credentialSet": {}, "accessKey": {"accessKeyId": KEY, "userName": None}},
    ],
)
def test_the_id_is_found_wherever_an_api_has_it(answer: dict[str, Any]) -> None:
    assert issued_by(json.dumps(answer).encode()) == KEY


@pytest.mark.parametrize(
    "raw", [b"", b"null", b"{}", b"[]", b'"text"', b"{", b'{"credentials":null}', b"\xff"]
)
def test_what_issues_nothing_is_nothing(raw: bytes) -> None:
    assert issued_by(raw) == ""


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(("credentials", "accessKey", "accessKeyId", "credentialSet")), inner
        )
    ),
    max_leaves=8,
)


@given(values)
def test_any_json_gives_a_text(value: object) -> None:
    assert isinstance(issued_by(json.dumps(value).encode()), str)

"""What fetch keeps beside the logs is read back as it was, and nothing else is taken for it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.trail.names import FileClass, classify
from ctexplore.trail.sidecar import (
    FETCHED_NAME,
    KEYS_NAME,
    SIGNATURE_ENDING,
    PublicKey,
    Signature,
    read_keys,
    read_signature,
    write_keys,
)

times = st.none() | st.datetimes(timezones=st.just(UTC))
keys = st.builds(
    PublicKey, st.text(min_size=1), st.binary(), st.sampled_from(["", "eu-west-1"]), times, times
)
DIGEST = "111122223333_CloudTrail-Digest_eu-west-1_my_trail_us-east-1_20260729T210000Z.json.gz"


@given(st.builds(Signature, st.text(), st.text(), st.text()))
def test_a_signature_comes_back(signature: Signature) -> None:
    assert read_signature(signature.write()) == signature


@given(st.lists(keys, unique_by=lambda key: (key.region, key.fingerprint)))
def test_keys_come_back_in_an_order_of_their_own(some: list[PublicKey]) -> None:
    written = write_keys(some)
    assert {*read_keys(written)} == {*some}
    assert write_keys(reversed(some)) == written


def test_metadata_of_other_kinds_is_no_signature() -> None:
    assert Signature.of({"signature": "0f", "owner": "x"}) == Signature("0f")


def test_what_the_command_line_of_aws_prints_is_read() -> None:
    printed = {
        "PublicKeyList": [
            {
                "Value": "AAEC",
                "ValidityStartTime": 1700000000.0,
                "ValidityEndTime": "2023-12-14T22:13:20+00:00",
                "Fingerprint": "67b9",
            }
        ]
    }
    [key] = read_keys(json.dumps(printed).encode())
    assert key.value == b"\0\1\2"
    assert key.start == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert key.end == datetime(2023, 12, 14, 22, 13, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xff", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"[]", "no JSON object"),
        (b"{}", "no list 'PublicKeyList'"),
        (b'{"PublicKeyList": [7]}', r"PublicKeyList\[0\] has no 'Fingerprint'"),
        (b'{"PublicKeyList": [{"Fingerprint": "x", "Value": "%"}]}', "not base64"),
        (b'{"PublicKeyList": [{"Fingerprint": "x", "ValidityEndTime": "x"}]}', "'x' is no time"),
    ],
)
def test_damaged_keys_are_an_error(data: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_keys(data)


@pytest.mark.parametrize("data", [b"", b"null", b"{}", b'{"signature": 7}'])
def test_a_damaged_signature_is_an_error(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"it has no|it is no|is no text"):
        read_signature(data)


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        (KEYS_NAME, True),
        (FETCHED_NAME, True),
        (DIGEST + SIGNATURE_ENDING, True),
        (DIGEST, False),
        (f"111122223333_CloudTrail_eu-west-1_20260729T2100Z_x.json.gz{SIGNATURE_ENDING}", False),
        (f"x{SIGNATURE_ENDING}", False),
        (f"x{KEYS_NAME}", False),
    ],
)
def test_only_these_names_are_ours(name: str, ours: bool) -> None:
    assert (classify(f"some/folder/{name}", 9) is FileClass.OURS) is ours

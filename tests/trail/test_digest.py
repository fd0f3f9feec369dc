"""Reading digest files and putting them into their chains."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ctexplore.trail.digest import Digest, chains, read_digest

FOLDER = "AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2026/03/02/"


def key(hour: int, trail: str = "corp_trail-1", tail: str = "") -> str:
    name = f"111122223333_CloudTrail-Digest_us-east-1_{trail}_eu-west-1_20260302T{hour:02}0712Z"
    return f"{FOLDER}{name}{tail}.json.gz"


def digest(hour: int, previous: int | None, **changes: Any) -> Digest:
    found = key(hour)
    content = {
        "awsAccountId": "111122223333",
        "digestStartTime": f"2026-03-02T{hour - 1:02}:07:12Z",
        "digestEndTime": f"2026-03-02T{hour:02}:07:12Z",
        "digestS3Bucket": "logs",
        "digestS3Object": found,
        "newestEventTime": None,
        "previousDigestS3Object": None if previous is None else key(previous),
        "previousDigestHashValue": None if previous is None else "ab" * 32,
        "logFiles": [],
        **changes,
    }
    return read_digest(json.dumps(content).encode(), found)


def test_a_digest_says_its_period_its_files_and_what_is_before_it():
    file = {
        "s3Bucket": "logs",
        "s3Object": "AWSLogs/x.json.gz",
        "hashValue": "cd" * 32,
        "hashAlgorithm": "SHA-256",
        "oldestEventTime": "2026-03-02T04:00:00Z",
        "newestEventTime": "2026-03-02T04:05:00Z",
    }
    read = digest(5, 4, logFiles=[file])
    assert (read.start, read.end) == ("2026-03-02T04:07:12Z", "2026-03-02T05:07:12Z")
    assert read.previous == key(4) and read.previous_hash == "ab" * 32
    assert read.newest == "" and read.previous_signature == ""
    assert [(f.key, f.hash, f.oldest) for f in read.files] == [
        ("AWSLogs/x.json.gz", "cd" * 32, "2026-03-02T04:00:00Z")
    ]
    assert read.chain == ("111122223333", "us-east-1", "corp_trail-1", "eu-west-1", "")


def test_a_chain_is_newest_first_and_says_which_link_is_at_hand():
    ((_, links),) = chains([digest(4, 3), digest(6, 5), digest(5, 4)]).items()
    assert [link.digest.end[11:13] for link in links] == ["06", "05", "04"]
    assert [link.before.end[11:13] if link.before else None for link in links] == [
        "05", "04", None,
    ]  # fmt: skip
    assert not any(link.gap for link in links)


def test_a_missing_hour_is_a_gap():
    ((_, links),) = chains([digest(4, 3), digest(7, None)]).items()
    assert [link.gap for link in links] == [
        ("2026-03-02T04:07:12Z", "2026-03-02T06:07:12Z"),
        None,
    ]


def test_trails_and_backfill_are_chains_of_their_own():
    other = read_digest(b'{"digestEndTime":"x"}', key(4, "other"))
    backfill = read_digest(b'{"digestEndTime":"x"}', key(4, tail="_backfill"))
    assert len(chains([digest(4, 3), other, backfill])) == 3


def test_a_copy_of_a_bucket_is_linked_by_file_names():
    content = {"awsAccountId": "111122223333", "digestEndTime": "2026-03-02T04:07:12Z"}
    below = read_digest(json.dumps(content).encode(), "backup/" + key(4))
    after = digest(5, 4)
    assert chains([below, after])[after.chain][0].before is below


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"Records":[]}', b"\xff", b'"x"'])
def test_what_is_no_digest_says_so(data):
    with pytest.raises(ValueError, match="no digest"):
        read_digest(data, "a")


def test_any_types_are_read():
    raw = b'{"digestEndTime":{"a":1},"logFiles":[1,null,{"s3Object":[2]}],"awsAccountId":7}'
    read = read_digest(raw, "x.json")
    assert (read.end, read.account, len(read.files), read.chain) == ("", "7", 3, ("7",))

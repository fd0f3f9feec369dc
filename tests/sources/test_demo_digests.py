"""The demo's digest files: true hashes in an unbroken chain."""

from __future__ import annotations

import gzip
import hashlib
import json
from itertools import pairwise

from ctexplore.sources.demo import DemoSource
from ctexplore.sources.source import LogFile
from tests.sources.test_demo import LOGS, PROD


def test_digests_tell_the_truth_about_the_files() -> None:
    source = DemoSource()
    folder = f"AWSLogs/{PROD}/CloudTrail-Digest/us-east-1/2026/03/"
    chain = []
    for day in ("02", "03"):
        for file in next(source.children(f"{folder}{day}/")).files:
            content = gzip.decompress(source.read(file))
            chain.append((file.key, content, json.loads(content)))
    assert len(chain) == 48
    listed = set()
    for _, _, digest in chain:
        for entry in digest["logFiles"]:
            stored = source.read(LogFile(entry["s3Object"], 0))
            content = gzip.decompress(stored)
            assert hashlib.sha256(content).hexdigest() == entry["hashValue"]
            times = [record["eventTime"] for record in json.loads(content)["Records"]]
            assert (min(times), max(times)) == (entry["oldestEventTime"], entry["newestEventTime"])
            listed.add(entry["s3Object"])
    first = {file.key for file in next(source.children(LOGS + "02/")).files}
    assert first <= listed
    assert chain[0][2]["previousDigestS3Object"] is None
    for (key, content, _), (_, _, later) in pairwise(chain):
        assert later["previousDigestS3Object"] == key
        assert later["previousDigestHashValue"] == hashlib.sha256(content).hexdigest()


def test_no_digest_while_logging_is_stopped_and_a_new_chain_after() -> None:
    source = DemoSource()
    folder = f"AWSLogs/{PROD}/CloudTrail-Digest/us-east-1/2026/03/07/"
    hours = {file.name[-15:-13]: file for file in next(source.children(folder)).files}
    assert {f"{hour:02d}" for hour in range(24)} - hours.keys() == {"05", "06"}
    restarted = json.loads(gzip.decompress(source.read(hours["07"])))
    assert restarted["previousDigestS3Object"] is None

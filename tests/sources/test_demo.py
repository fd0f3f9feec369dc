"""The demo as a source: its tree, its files, the shape of its records."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from ctexplore.sources.demo import DemoSource
from ctexplore.sources.source import LogFile, SourceError

PROD = "111122223333"
LOGS = f"AWSLogs/{PROD}/CloudTrail/us-east-1/2026/03/"
NAME = re.compile(r"(\d{12})_CloudTrail_([a-z0-9-]+)_(\d{8}T\d{4})Z_[A-Za-z0-9]{16}\.json\.gz")
ALWAYS = {
    "eventVersion",
    "userIdentity",
    "eventTime",
    "eventSource",
    "eventName",
    "awsRegion",
    "sourceIPAddress",
    "userAgent",
    "requestParameters",
    "responseElements",
    "eventID",
    "readOnly",
    "eventType",
    "managementEvent",
    "recipientAccountId",
    "eventCategory",
}


def below(source: DemoSource, folder: str = "") -> Iterator[LogFile]:
    for page in source.children(folder):
        for inner in page.folders:
            yield from below(source, inner)
        yield from page.files


@cache
def whole() -> tuple[tuple[str, dict[str, Any]], ...]:
    """(key, record) of the whole demo, digests and AWS Config left out."""
    source = DemoSource()
    out = []
    for file in below(source):
        if "/CloudTrail-Digest/" not in file.key and "/Config/" not in file.key:
            content = json.loads(gzip.decompress(source.read(file)))
            out += [(file.key, record) for record in content["Records"]]
    return tuple(out)


def logged() -> Iterator[tuple[str, dict[str, Any]]]:
    """What lies in ``CloudTrail`` folders: management and data events."""
    return ((key, record) for key, record in whole() if "/CloudTrail/" in key)


def test_the_tree_is_a_buckets() -> None:
    source = DemoSource()
    level = ["AWSLogs/"]
    assert next(source.children("")).folders == level
    assert next(source.children("AWSLogs/")).folders == [
        "AWSLogs/111122223333/",
        "AWSLogs/444455556666/",
        "AWSLogs/777788889999/",
    ]
    kinds = next(source.children(f"AWSLogs/{PROD}/")).folders
    assert [key.split("/")[2] for key in kinds] == [
        "CloudTrail-Digest",
        "CloudTrail-Insight",
        "CloudTrail-NetworkActivity",
        "CloudTrail",
        "Config",
    ]
    regions = next(source.children(f"AWSLogs/{PROD}/CloudTrail/")).folders
    assert len(regions) == 4
    days = next(source.children(LOGS)).folders
    assert [key.split("/")[-2] for key in days] == ["02", "03", "04", "05", "06", "07", "08"]


def test_upper_levels_make_no_file() -> None:
    source = DemoSource()
    for folder in ("", "AWSLogs/", f"AWSLogs/{PROD}/CloudTrail/us-east-1/2026/03/"):
        list(source.children(folder))
    assert "_generator" not in vars(source)


def test_names_are_in_byte_order_and_like_aws() -> None:
    source = DemoSource()
    page = next(source.children(LOGS + "04/"))
    names = [file.name for file in page.files]
    assert names == sorted(names)
    for name in names:
        found = NAME.fullmatch(name)
        assert found and found[1] == PROD and found[2] == "us-east-1"
        assert int(found[3][-2:]) % 5 == 0


def test_start_after_lists_the_rest_of_a_level() -> None:
    source = DemoSource()
    files = next(source.children(LOGS + "04/")).files
    assert next(source.children(LOGS + "04/", files[9].key)).files == files[10:]
    days = next(source.children(LOGS, LOGS + "06/zzz")).folders
    # A prefix is listed as long as something below it may come after the key.
    assert [key.split("/")[-2] for key in days] == ["06", "07", "08"]
    assert next(source.children(LOGS, LOGS + "060")).folders == [LOGS + "07/", LOGS + "08/"]


def test_a_listing_gives_the_size_that_is_read() -> None:
    source = DemoSource()
    for file in next(source.children(LOGS + "05/")).files:
        assert len(source.read(file)) == file.size


def test_what_does_not_exist() -> None:
    source = DemoSource()
    page = next(source.children("AWSLogs/999999999999/"))
    assert not page.folders and not page.files
    with pytest.raises(SourceError, match="no such file"):
        source.read(LogFile(LOGS + "04/nothing.json.gz", 1))


def test_reading_before_listing_gives_the_same() -> None:
    first, second = DemoSource(), DemoSource()
    files = next(first.children(LOGS + "06/")).files
    assert second.read(files[3]) == first.read(files[3])


def test_fifty_thousand_events_in_seven_days() -> None:
    assert len(whole()) == 50_000
    days = Counter(record["eventTime"][:10] for _, record in whole())
    assert set(days) == {f"2026-03-0{day}" for day in range(2, 9)}
    working = [days[f"2026-03-0{day}"] for day in range(2, 7)]
    assert min(working) > 1.5 * max(days["2026-03-07"], days["2026-03-08"])


def test_every_record_has_the_fields_of_its_kind() -> None:
    for key, record in logged():
        missing = ALWAYS - record.keys()
        assert not missing, (key, record["eventName"], missing)
        assert record["eventVersion"] == "1.11"
        assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", record["eventID"])
        assert record["managementEvent"] is (record["eventCategory"] == "Management")
        account, region = key.split("/")[1], key.split("/")[3]
        assert (record["recipientAccountId"], record["awsRegion"]) == (account, region)


def test_no_place_is_left_unfilled() -> None:
    source = DemoSource()
    for file in next(source.children(LOGS + "04/")).files:
        assert not re.search(rb"%\(\w\)[sd]", gzip.decompress(source.read(file)))


def test_events_precede_their_file_by_ten_minutes_at_most() -> None:
    late = 0
    for key, record in logged():
        found = NAME.search(key)
        assert found
        delivered = datetime.strptime(found[3], "%Y%m%dT%H%M")
        delay = delivered - datetime.strptime(record["eventTime"], "%Y-%m-%dT%H:%M:%SZ")
        assert delay > timedelta(0)
        if delay > timedelta(minutes=10):
            late += 1
            assert "addendum" in record
        assert delivered.strftime("/%Y/%m/%d/") in key
    assert late == 1


def test_the_last_minutes_of_a_day_lie_in_the_next_days_folder() -> None:
    skewed = [
        record for key, record in logged() if record["eventTime"][:10].replace("-", "/") not in key
    ]
    assert skewed
    assert {record["eventTime"][11:15] for record in skewed if "addendum" not in record} == {"23:5"}


def test_global_services_are_logged_at_home() -> None:
    regions = {
        record["awsRegion"]
        for _, record in logged()
        if record["eventSource"] in ("iam.amazonaws.com", "organizations.amazonaws.com")
    }
    assert regions == {"us-east-1"}


def test_a_mix_that_a_person_would_recognise() -> None:
    records = [record for _, record in logged()]
    kinds = Counter(record["userIdentity"].get("type", "") for record in records)
    assert {"AssumedRole", "AWSService", "IAMUser", "Root", "AWSAccount", "IdentityCenterUser"} < (
        kinds.keys()
    )
    assert {"SAMLUser", "WebIdentityUser", ""} < kinds.keys()
    errors = Counter(record.get("errorCode", "") for record in records)
    assert 0.005 < 1 - errors[""] / len(records) < 0.03
    assert {"AccessDenied", "ThrottlingException", "Client.UnauthorizedOperation"} < errors.keys()
    assert 0.6 < sum(record["readOnly"] for record in records) / len(records) < 0.9
    data = sum(record["eventCategory"] == "Data" for record in records)
    assert 0.1 < data / len(records) < 0.4
    assert len({record["eventName"] for record in records}) > 200
    console = [record for record in records if record["eventName"] == "ConsoleLogin"]
    answers = Counter(record["responseElements"]["ConsoleLogin"] for record in console)
    assert answers["Success"] > 30 and answers["Failure"] >= 10
    assert {record["additionalEventData"]["MFAUsed"] for record in console} == {"Yes", "No"}


def test_day_and_night() -> None:
    hours = Counter(record["eventTime"][11:13] for _, record in logged())
    assert hours["14"] > 1.7 * hours["04"]


def test_oddities_are_there() -> None:
    text = [json.dumps(record) for _, record in whole()]
    assert any("\\u001b" in each for each in text)
    assert any("HIDDEN_DUE_TO_SECURITY_REASONS" in each for each in text)
    assert any("%7B%22Version%22" in each for each in text)
    assert any('"ARNPrefix"' in each for each in text)
    assert any('"vpcEndpointId"' in each for each in text)
    roots = [record for _, record in logged() if record["userIdentity"].get("type") == "Root"]
    assert [record["eventName"] for record in roots].count("ConsoleLogin") == 1


def test_escapes_stay_escaped_in_the_file() -> None:
    source = DemoSource()
    for file in next(source.children(LOGS + "04/")).files:
        content = gzip.decompress(source.read(file))
        assert content.isascii() and not re.search(rb"[\x00-\x1f]", content)


def test_copies_are_identical_and_in_two_files() -> None:
    found: dict[str, list[tuple[str, str]]] = {}
    for key, record in logged():
        found.setdefault(record["eventID"], []).append((key, json.dumps(record)))
    copies = [each for each in found.values() if len(each) > 1]
    assert len(copies) == 40
    for pair in copies:
        assert len(pair) == 2
        assert pair[0][0] != pair[1][0] and pair[0][1] == pair[1][1]


def test_a_correction_names_the_event_it_corrects() -> None:
    [correction] = [record for _, record in logged() if "addendum" in record]
    by_id = {record["eventID"]: record for _, record in logged()}
    original = by_id[correction["addendum"]["originalEventID"]]
    assert original["requestID"] == correction["addendum"]["originalRequestID"]
    assert original["responseElements"] is None and correction["responseElements"]


def test_insights_come_in_pairs() -> None:
    insights = [record for _, record in whole() if record["eventCategory"] == "Insight"]
    states: dict[str, list[str]] = {}
    for record in insights:
        states.setdefault(record["sharedEventID"], []).append(record["insightDetails"]["state"])
    assert [sorted(pair) for pair in states.values()] == [["End", "Start"]] * 2


def test_network_activity_has_its_own_fields() -> None:
    events = [record for key, record in whole() if "/CloudTrail-NetworkActivity/" in key]
    assert len(events) == 3
    for record in events:
        assert record["eventType"] == "AwsVpceEvent" and record["errorCode"] == "VpceAccessDenied"
        assert "userAgent" not in record and "requestParameters" not in record


def test_every_folder_that_is_listed_holds_files() -> None:
    source = DemoSource()

    def leaves(folder: str) -> Iterator[str]:
        page = next(source.children(folder))
        if not page.folders:
            yield folder
        for inner in page.folders:
            yield from leaves(inner)

    for kind in ("CloudTrail-Insight", "CloudTrail-NetworkActivity", "CloudTrail-Digest", "Config"):
        for leaf in leaves(f"AWSLogs/{PROD}/{kind}/"):
            assert next(source.children(leaf)).files, leaf


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


_DIGEST = """
import gzip, hashlib, sys
from ctexplore.sources.demo import DemoSource
whole = hashlib.sha256()
source = DemoSource(int(sys.argv[1]))
for folder in sys.argv[2:]:
    for file in next(source.children(folder)).files:
        whole.update(file.key.encode() + gzip.decompress(source.read(file)))
print(whole.hexdigest())
"""
_SAMPLE = [
    f"{LOGS}04/",
    f"{LOGS}07/",
    "AWSLogs/444455556666/CloudTrail/eu-west-1/2026/03/03/",
    "AWSLogs/777788889999/CloudTrail/us-east-1/2026/03/07/",
    f"AWSLogs/{PROD}/CloudTrail-Insight/us-east-1/2026/03/04/",
    f"AWSLogs/{PROD}/CloudTrail-Digest/us-east-1/2026/03/02/",
]


def digest(seed: int, folders: list[str], hash_seed: str = "0") -> str:
    done = subprocess.run(
        [sys.executable, "-c", _DIGEST, str(seed), *folders],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_the_same_bytes_everywhere() -> None:
    """The digest changes when the demo does and for no other reason: on any machine, with any
    Python, in any process."""
    assert (
        digest(1, _SAMPLE, "1")
        == digest(1, _SAMPLE, "2")
        == "96fdea3037765c0ac19e74f5d033b06bee27b2fe6fcc32f7a784727174d8a6fe"
    )


def test_the_same_bytes_whatever_is_asked_for_first() -> None:
    forwards, backwards = DemoSource(), DemoSource()
    first = [next(forwards.children(folder)).files for folder in _SAMPLE]
    last = [next(backwards.children(folder)).files for folder in reversed(_SAMPLE)]
    # A file's version is the checksum of its content.
    assert first == last[::-1]


def test_another_seed_is_another_trail_with_the_same_story() -> None:
    assert DemoSource(1).identity != DemoSource(2).identity
    keys = [next(DemoSource(seed).children(LOGS + "03/")).files for seed in (1, 2)]
    assert {file.key for file in keys[0]}.isdisjoint(file.key for file in keys[1])

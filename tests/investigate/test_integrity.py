"""What verifying says of a whole trail, and of each thing that can be done to one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from ctexplore.investigate.integrity.keys import Beside, KeyRing
from ctexplore.investigate.integrity.result import Finding
from ctexplore.investigate.integrity.run import Verification
from ctexplore.sources.folder import FolderSource
from ctexplore.sources.source import Source, SourceError
from ctexplore.store.cache.cache import Cache, MemoryCache, NoCache
from ctexplore.trail.sidecar import PublicKey, Signature
from tests.build import event
from tests.digests import BUCKET, HOUR, START, Bucket, BucketSource, stamp
from tests.investigate.damages import DAMAGES, Damage


def found(
    source: Source,
    keys: Iterable[PublicKey] | KeyRing,
    cache: Cache | None = None,
    **options: Any,
) -> list[Finding]:
    ring = keys if isinstance(keys, KeyRing) else KeyRing(keys)
    verification = Verification(source, cache or NoCache("a test"), ring, **options)
    try:
        return list(verification.run())
    finally:
        verification.close()


def not_valid(findings: Iterable[Finding]) -> set[tuple[str, str]]:
    return {(f.uri, f.status) for f in findings if f.status != "valid"}


def uri(key: str) -> str:
    return f"s3://{BUCKET}/{key}"


def test_a_whole_trail_is_valid_in_several_trails_regions_and_accounts():
    made = Bucket()
    chains = [
        made.deliver(),
        made.deliver(trail="other"),
        made.deliver(region="eu-west-1", backfill=True, start=START - 100 * HOUR),
        made.deliver(region="eu-west-1"),
        made.deliver(account="999988887777", logs=0),
    ]
    findings = found(made.source(), made.keys)
    assert not_valid(findings) == set()
    keys = [key for chain in chains for key in (*chain.digests, *chain.all_logs)]
    assert sorted(f.uri for f in findings) == sorted(map(uri, keys))
    assert {(f.account, f.region) for f in findings} == {
        ("111122223333", "us-east-1"),
        ("111122223333", "eu-west-1"),
        ("999988887777", "us-east-1"),
    }


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_each_damage_has_a_clear_line_of_its_own(damage: Damage):
    made = Bucket()
    chain = made.deliver(hours=6)
    expected = damage(made, chain)
    findings = found(made.source(), made.keys)
    assert not_valid(findings) == {(uri(key), status) for key, status, _ in expected}
    for key, _, reason in expected:
        said = next(f.reason for f in findings if f.uri == uri(key) and f.status != "valid")
        assert reason in said


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_fetched_folder_says_the_same_without_a_connection(damage: Damage, tmp_path: Path):
    made = Bucket()
    expected = damage(made, made.deliver(hours=6))
    made.write(tmp_path)
    source = FolderSource(tmp_path)
    findings = found(source, Beside(source).keys())
    gone = {key for key, status, _ in expected if status == "missing"}
    assert not_valid(findings) == {
        (uri(key) if key in gone else source.uri(key), status) for key, status, _ in expected
    }


def test_a_folder_without_signatures_is_verified_but_for_its_newest_digest(tmp_path: Path):
    made = Bucket()
    chain = made.deliver()
    made.write(tmp_path, signatures=False)
    source = FolderSource(tmp_path)
    expected = {(source.uri(chain.digests[-1]), "invalid")}
    expected |= {(source.uri(key), "no-digest") for key in chain.logs[-1]}
    assert not_valid(found(source, made.keys)) == expected


def test_a_part_of_an_archive_may_be_verified_wherever_it_lies(tmp_path: Path):
    made = Bucket(prefix="deep/prefix/")
    made.deliver()
    flat = tmp_path / "flat"
    flat.mkdir()
    for key, data in made.objects.items():
        (flat / key.rpartition("/")[2]).write_bytes(data)
        if said := made.metadata.get(key):
            beside = flat / (key.rpartition("/")[2] + ".signature")
            beside.write_bytes(Signature.of(said).write())
    assert not_valid(found(FolderSource(flat), made.keys)) == set()
    made.write(tmp_path / "deep")
    below = FolderSource(tmp_path / "deep/deep/prefix/AWSLogs/111122223333")
    assert not_valid(found(below, made.keys)) == set()


# -- what is not there


def test_hours_without_a_digest_are_explained_by_the_calls_that_made_them():
    made = Bucket()
    stop = calls("StopLogging", START + 2 * HOUR, "corp_trail-1")
    start = calls(
        "StartLogging", START + 4 * HOUR, "arn:aws:cloudtrail:us-east-1:1:trail/corp_trail-1"
    )
    made.deliver(hours=8, off=(2, 3), events={1: [stop], 4: [start]})
    (gap,) = [f for f in found(made.source(), made.keys) if f.status != "valid"]
    assert (gap.kind, gap.status) == ("digest", "no-digest")
    assert gap.reason == (
        "no digest covers 2026-03-02T06:07:12Z to 2026-03-02T08:07:12Z, 2 hours: logging was "
        "stopped at 2026-03-02T06:07:12Z by alice (StopLogging) and started at "
        "2026-03-02T08:07:12Z by alice (StartLogging); a new chain begins after it"
    )


def test_a_call_on_another_trail_or_one_that_failed_explains_nothing():
    made = Bucket()
    other = calls("StopLogging", START + 2 * HOUR, "another")
    failed = calls("StopLogging", START + 2 * HOUR, "corp_trail-1") | {"errorCode": "AccessDenied"}
    made.deliver(hours=8, off=(2, 3), events={1: [other, failed]})
    (gap,) = [f for f in found(made.source(), made.keys) if f.status != "valid"]
    assert "no StopLogging or StartLogging event at hand explains it" in gap.reason


def test_log_files_of_hours_without_digests_are_named_and_read_for_the_call_that_explains():
    made = Bucket()
    stop = calls("StopLogging", START + 2 * HOUR, "corp_trail-1")
    chain = made.deliver(hours=6, undigested=(2,), events={2: [stop]})
    findings = [f for f in found(made.source(), made.keys) if f.status != "valid"]
    folder = chain.all_logs[0].rpartition("/")[0]
    logs = {f.uri for f in findings if f.kind == "log"}
    assert len(logs) == 2 and all(uri(folder) in log and "T061" in log for log in logs)
    assert {f.status for f in findings} == {"no-digest"}
    assert "stopped at 2026-03-02T06:07:12Z by alice" in findings[-1].reason


def test_a_range_asks_for_digests_from_its_start_to_its_end():
    made = Bucket()
    chain = made.deliver(hours=5)
    early, late = START - 3 * HOUR, START + 9 * HOUR
    gaps = [f.reason for f in found(made.source(), made.keys, since=early, until=late)]
    assert [gap[:64] for gap in gaps if gap] == [
        "no digest covers 2026-03-02T09:07:12Z to 2026-03-02T13:07:12Z, 4",
        "no digest covers 2026-03-02T01:07:12Z to 2026-03-02T04:07:12Z, 3",
    ]
    inside = found(made.source(), made.keys, since=START + 2 * HOUR, until=START + 3 * HOUR)
    assert not_valid(inside) == set()
    assert {f.uri for f in inside if f.kind == "digest"} == set(map(uri, chain.digests[1:4]))


def test_the_digest_before_the_range_is_not_asked_for_unless_it_is_in_it():
    made = Bucket()
    chain = made.deliver(hours=5)
    del made.objects[chain.digests[0]]
    for key in chain.logs[0]:
        del made.objects[key]
    assert not_valid(found(made.source(), made.keys)) == set()
    asked = found(made.source(), made.keys, since=START)
    assert not_valid(asked) == {(uri(chain.digests[0]), "missing")}


def test_a_log_of_a_backfill_digest_is_found_outside_the_range():
    made = Bucket()
    made.deliver(hours=1)
    chain = made.deliver(hours=1, backfill=True, start=START - 500 * HOUR, trail="late")
    content = made.content(chain.digests[0])
    content["digestEndTime"] = stamp(START + HOUR)
    key = (
        chain.digests[0]
        .replace("2026/02/09", "2026/03/02")
        .replace("20260209T090712", "20260302T050712")
    )
    content["digestS3Object"] = key
    del made.objects[chain.digests[0]]
    made.sign(key, content, "us-east-1", generated=START)
    findings = found(made.source(), made.keys, since=START, until=START + HOUR)
    assert not_valid(findings) == set()
    assert set(map(uri, chain.all_logs)) <= {f.uri for f in findings}


def test_logs_of_a_place_without_any_digest_are_vouched_for_by_nothing():
    made = Bucket()
    chain = made.deliver(hours=2)
    for key in chain.digests:
        del made.objects[key]
    findings = found(made.source(), made.keys)
    assert {f.status for f in findings} == {"no-digest"}
    assert [f.kind for f in findings] == ["log"] * 4 + ["digest"]


def test_nothing_is_said_of_what_is_too_new_to_have_its_digest():
    made = Bucket()
    chain = made.deliver(hours=4, undigested=(3,))
    now = START + 4.5 * HOUR
    verification = Verification(made.source(), NoCache(""), KeyRing(made.keys), now=now)
    assert not_valid(verification.run()) == set()
    assert verification.newer == 2
    assert len(chain.digests) == 3
    gaps = found(made.source(), made.keys, now=now, until=START + 99 * HOUR)
    assert not_valid(gaps) == set()
    later = found(made.source(), made.keys, now=now + HOUR * 2)
    assert {f.status for f in later if f.kind == "log"} == {"valid", "no-digest"}


def test_the_share_that_is_done_grows_to_all_of_it():
    made = Bucket()
    made.deliver(region="eu-west-1")
    made.deliver()
    verification = Verification(made.source(), NoCache(""), KeyRing(made.keys))
    shares = [verification.share for _ in verification.run()]
    assert shares == sorted(shares) and shares[-1] == 1.0
    assert shares[14] == pytest.approx(0.5)


# -- keys


def test_keys_are_asked_for_once_a_region_for_the_time_of_its_digests():
    made = Bucket()
    made.deliver(hours=3)
    made.deliver(hours=3, region="eu-west-1", start=START + HOUR)
    asked = []

    def ask(region, start, end):
        asked.append((region, start, end))
        return [key for key in made.keys if key.region == region]

    assert not_valid(found(made.source(), KeyRing((), ask))) == set()
    assert asked == [
        ("eu-west-1", START + HOUR, START + 6 * HOUR),
        ("us-east-1", START, START + 5 * HOUR),
    ]


def test_a_backfill_digest_needs_the_key_of_when_it_was_made():
    made = Bucket()
    chain = made.deliver(hours=1, backfill=True)
    made.metadata[chain.digests[0]]["backfill-generation-timestamp"] = "2026-06-01T12:00:00Z"
    asked = []

    def ask(region, start, end):
        asked.append((stamp(start), stamp(end)))
        return made.keys

    assert not_valid(found(made.source(), KeyRing((), ask))) == set()
    assert asked == [("2026-06-01T11:00:00Z", "2026-06-01T13:00:00Z")]


def test_a_backfill_digest_without_the_time_it_was_made_is_not_valid():
    made = Bucket()
    chain = made.deliver(hours=1, backfill=True)
    del made.metadata[chain.digests[0]]["backfill-generation-timestamp"]
    findings = found(made.source(), made.keys)
    assert (uri(chain.digests[0]), "invalid") in not_valid(findings)


# -- again


def test_a_second_run_reads_nothing_that_has_not_changed():
    made, cache = Bucket(), MemoryCache()
    made.deliver(hours=4)
    chain = made.deliver(hours=4, region="eu-west-1")
    first = made.source()
    assert not_valid(found(first, made.keys, cache)) == set()
    assert sorted(first.gets) == sorted(made.objects)
    second = made.source()
    assert len(found(second, made.keys, cache)) == len(made.objects)
    assert second.gets == []
    key = chain.logs[1][0]
    made.objects[key] = made.objects[chain.logs[0][0]] + b""
    third = made.source()
    assert not_valid(found(third, made.keys, cache)) == {(uri(key), "invalid")}
    assert third.gets == [key]


def test_what_was_done_before_a_run_broke_off_is_not_done_again():
    made, cache = Bucket(), MemoryCache()
    made.deliver(hours=4)
    made.deliver(hours=4, region="eu-west-1")
    first = made.source()
    verification = Verification(first, cache, KeyRing(made.keys))
    for finding in verification.run():
        if finding.kind == "log" and finding.region == "us-east-1":
            break
    verification.close()
    second = made.source()
    assert not_valid(found(second, made.keys, cache)) == set()
    assert not set(second.gets) & {key for key in made.objects if "/eu-west-1/" in key}


def calls(name: str, time, trail: str) -> dict[str, Any]:
    return event(
        1,
        eventName=name,
        eventSource="cloudtrail.amazonaws.com",
        eventTime=stamp(time),
        requestParameters={"name": trail},
    )


# -- what cannot be read


class Refusing(BucketSource):
    """refused: keys, and what reading them raises."""

    refused: dict[str, SourceError]

    def read_tagged(self, file):
        if file.key in self.refused:
            raise self.refused[file.key]
        return super().read_tagged(file)


def test_what_cannot_be_read_is_told_with_the_reason_and_the_rest_goes_on():
    made = Bucket()
    chain = made.deliver(hours=4)
    source = Refusing(made)
    digest, log_key = chain.digests[1], chain.logs[3][0]
    source.refused = {
        digest: SourceError(uri(digest), "not allowed", "allow kms:Decrypt", denied=True),
        log_key: SourceError(uri(log_key), "archived (GLACIER)", "restore it", skipped=True),
    }
    findings = found(source, made.keys)
    said = {f.uri: f.reason for f in findings if f.status == "missing"}
    assert said == {
        uri(digest): "cannot be read: not allowed (allow kms:Decrypt)",
        uri(log_key): "cannot be read: archived (GLACIER) (restore it)",
    }
    assert {f.uri for f in findings if f.status == "no-digest"} == set(map(uri, chain.logs[1]))
    assert sum(f.status == "valid" for f in findings) == 3 + 5


def test_expired_credentials_end_the_run_and_what_was_done_is_kept():
    made, cache = Bucket(), MemoryCache()
    made.deliver(region="eu-west-1", hours=2)
    chain = made.deliver(hours=2)
    source = Refusing(made)
    expired = SourceError("s3://my-logs", "the credentials have expired", retry=True, fatal=True)
    source.refused = dict.fromkeys(chain.all_logs, expired)
    with pytest.raises(SourceError, match="expired"):
        found(source, made.keys, cache)
    again = made.source()
    assert not_valid(found(again, made.keys, cache)) == set()
    assert sorted(again.gets) == sorted(chain.all_logs)


def test_a_folder_that_cannot_be_listed_is_told():
    made = Bucket()
    chain = made.deliver(hours=2)
    source = made.source()
    folder = chain.all_logs[0].rpartition("/")[0] + "/"
    source.refused[folder] = SourceError(
        uri(folder), "not allowed to list this prefix", denied=True
    )
    findings = not_valid(found(source, made.keys))
    assert (uri(folder), "missing") in findings

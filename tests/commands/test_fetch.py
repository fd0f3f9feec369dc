"""``ctexplore fetch``: a scope of a bucket in a folder, all of it, and what proving it takes."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

import ctexplore
from ctexplore import cli
from ctexplore.trail.sidecar import FETCHED_NAME, KEYS_NAME, Signature, read_keys, read_signature
from tests.build import event, gz, log
from tests.e2e.bucket import BUCKET, CountedBucket
from tests.fakes3 import FakeS3, Reply, Request, data, error, etag, item, listing
from tests.keys_endpoint import KeysEndpoint

ACCOUNT, REGION = "111122223333", "eu-west-1"
TOP = f"deep/er/AWSLogs/{ACCOUNT}/"
SPAN = ["--since", "2024-03-05T00:00Z", "--until", "2024-03-06T00:00Z"]
SIGNED = {"signature": "0f" * 256, "signature_algorithm": "SHA256withRSA"}


def log_key(at: datetime, region: str = REGION) -> str:
    name = f"{ACCOUNT}_CloudTrail_{region}_{at:%Y%m%dT%H%M}Z_0123456789abcdef.json.gz"
    return f"{TOP}CloudTrail/{region}/{at:%Y/%m/%d}/{name}"


def digest_key(at: datetime, region: str = REGION, backfill: str = "") -> str:
    name = f"{ACCOUNT}_CloudTrail-Digest_{region}_my_trail_us-east-1_{at:%Y%m%dT%H%M%S}Z{backfill}"
    return f"{TOP}CloudTrail-Digest/{region}/{at:%Y/%m/%d}/{name}.json.gz"


DAY = datetime(2024, 3, 5, tzinfo=UTC)
LOGS = {
    log_key(DAY + timedelta(hours=h)): gz(log(event(h + 100))) for h in range(-24, 49, 4)
}  # of three days and midnight
DIGESTS = {
    digest_key(DAY + timedelta(hours=h, minutes=7, seconds=12)): gz(b'{"digestEndTime": %d}' % h)
    for h in range(-30, 40)
}
OTHERS = {
    f"{TOP}Config/{REGION}/2024/3/5/ConfigHistory/x.json.gz": gz(b"{}"),
    f"{TOP}CloudTrail/{REGION}/2024/03/05/": b"",
    "elsewhere/readme.txt": b"hello",
}
# Delivered from the beginning of the day to half an hour after it, and the digests that end from
# an hour before that to an hour and a half after; those of 23:07:12 to 01:07:12.
IN_SPAN = [key for key in LOGS if "20240305T" in key or "20240306T0000" in key]
PROVING = [
    key
    for key in DIGESTS
    if "20240305T" in key or re.search(r"20240304T23|20240306T0[01]", key.rpartition("/")[2])
]


@pytest.fixture(scope="module")
def filled() -> Iterator[CountedBucket]:
    with CountedBucket() as bucket:
        bucket.put({**LOGS, **OTHERS}.items())
        bucket.put(DIGESTS.items(), **SIGNED)
        yield bucket


@pytest.fixture
def bucket(filled: CountedBucket) -> CountedBucket:
    filled.forget()
    return filled


@pytest.fixture
def endpoint(aws: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KeysEndpoint]:
    with KeysEndpoint() as endpoint:
        monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDTRAIL", endpoint.url)
        yield endpoint


Fetch = Callable[..., tuple[int, str]]


@pytest.fixture
def fetch(
    bucket: CountedBucket, endpoint: KeysEndpoint, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> Fetch:
    """Fetch from the bucket to ``tmp_path / "out"``: exit status and what was said."""

    def run(*more: str, prefix: str = "deep/er/", out: str = "out") -> tuple[int, str]:
        place = [f"s3://{BUCKET}/{prefix}", str(tmp_path / out), "--endpoint-url", bucket.url]
        status = cli.main(["fetch", *place, *SPAN, "--cache-dir", str(tmp_path / "cache"), *more])
        said = capfd.readouterr()
        assert bool(said.out) == ("--estimate" in more and not status)
        return status, said.out + said.err

    return run


def below(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def counts(said: str) -> list[int]:
    """found, written, there, failed, skipped of the last line, which has to add up."""
    found, *parts = map(int, re.findall(r"[0-9]+", said.splitlines()[-1].replace(",", "")))
    assert found == sum(parts)
    return [found, *parts]


def test_a_day_comes_with_its_digests_their_signatures_and_keys(
    fetch: Fetch, bucket: CountedBucket, endpoint: KeysEndpoint, tmp_path: Path
) -> None:
    status, said = fetch()
    assert status == 0
    got = below(tmp_path / "out")
    content = {key: {**LOGS, **DIGESTS}[key] for key in [*IN_SPAN, *PROVING]}
    assert {key: got[key] for key in content} == content
    signatures = {f"{key}.signature" for key in PROVING}
    assert got.keys() - content.keys() == signatures | {KEYS_NAME, FETCHED_NAME}
    signature = Signature("0f" * 256, "SHA256withRSA")
    assert {read_signature(got[name]) for name in signatures} == {signature}
    assert [(k.region, k.value) for k in read_keys(got[KEYS_NAME])] == [
        (REGION, f"{REGION} {number}".encode()) for number in range(2)
    ]
    [asked] = endpoint.asked
    assert asked.region == REGION
    assert asked.since < DAY - timedelta(hours=2)
    assert asked.until > DAY + timedelta(hours=28)
    # Seven log files, 27 digests; a folder for each part of the way, three days of each kind.
    assert counts(said) == [34, 34, 0, 0, 0]
    assert (len(IN_SPAN), len(PROVING)) == (7, 27)
    assert sorted(bucket.gets) == sorted(content)
    kinds = (f"{TOP}CloudTrail/{REGION}/2024/", f"{TOP}CloudTrail-Digest/{REGION}/2024/")
    above = ["deep/er/", "deep/er/AWSLogs/", TOP]
    above += [f"{TOP}{kind}/" for kind in ("CloudTrail", "CloudTrail-Digest")]
    above += [k.removesuffix("2024/") for k in kinds] + [*kinds] + [f"{k}03/" for k in kinds]
    days = [f"{kind}03/{day:02}/" for kind in kinds for day in (4, 5, 6)]
    # Opening the bucket has listed its root before.
    assert sorted(bucket.lists) == sorted(["deep/er/", *above, *days])
    assert "34 objects, 27 of them digests: 0 there already, 0 in the cache, 34 GET" in said
    assert f"{len(bucket.lists) - 1} LIST made" in said


def test_the_folder_opens_without_credentials_as_the_bucket_does(
    fetch: Fetch,
    bucket: CountedBucket,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fetch()
    asked = ["query", "", "--format", "jsonl", *SPAN]
    online = ["--endpoint-url", bucket.url, "--cache-dir", str(tmp_path / "cache")]
    assert cli.main([*asked, f"s3://{BUCKET}/deep/er/", *online]) == 0
    there = capfd.readouterr()
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    assert cli.main([*asked, str(tmp_path / "out"), "--no-cache"]) == 0
    here = capfd.readouterr()
    assert here.out == there.out
    assert len(here.out.splitlines()) == len(IN_SPAN)
    assert not here.err


def test_again_costs_no_get(fetch: Fetch, bucket: CountedBucket, tmp_path: Path) -> None:
    fetch()
    before = below(tmp_path / "out")
    bucket.forget()
    status, said = fetch()
    assert (status, counts(said)) == (0, [34, 0, 34, 0, 0])
    assert bucket.gets == []
    assert below(tmp_path / "out") == before


def test_only_what_is_missing_is_fetched(
    fetch: Fetch, bucket: CountedBucket, tmp_path: Path
) -> None:
    fetch()
    (tmp_path / "out" / IN_SPAN[0]).unlink()
    (tmp_path / "out" / f"{PROVING[0]}.signature").unlink()
    before = bucket.gets[:]
    bucket.forget()
    status, said = fetch()
    assert (status, counts(said)) == (0, [34, 1, 33, 0, 0])
    assert sorted(bucket.gets) == sorted([IN_SPAN[0], PROVING[0]])
    assert len(before) == 34


def test_what_the_cache_holds_is_not_asked_for(
    fetch: Fetch, bucket: CountedBucket, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    place = [f"s3://{BUCKET}/deep/er/", "--endpoint-url", bucket.url]
    assert cli.main(["query", "", *place, "--cache-dir", str(tmp_path / "cache")]) == 0
    capfd.readouterr()
    bucket.forget()
    status, said = fetch()
    assert (status, counts(said)) == (0, [34, 34, 0, 0, 0])
    assert sorted(bucket.gets) == sorted(PROVING)
    assert {key: below(tmp_path / "out")[key] for key in IN_SPAN} == {k: LOGS[k] for k in IN_SPAN}


def test_a_file_that_differs_is_left_and_named(fetch: Fetch, tmp_path: Path) -> None:
    path = tmp_path / "out" / IN_SPAN[0]
    path.parent.mkdir(parents=True)
    path.write_bytes(b"mine")
    (tmp_path / "out" / "notes.txt").write_bytes(b"mine, too")
    status, said = fetch()
    assert (status, counts(said)) == (3, [34, 33, 0, 1, 0])
    assert f"{IN_SPAN[0]}: another file is there, of 4 bytes" in said
    assert path.read_bytes() == b"mine"
    assert (tmp_path / "out" / "notes.txt").read_bytes() == b"mine, too"


def test_a_folder_that_may_not_be_listed_is_said(fetch: Fetch, bucket: CountedBucket) -> None:
    refused = f"{TOP}CloudTrail-Digest/"
    bucket.refused.add(refused)
    try:
        status, said = fetch()
    finally:
        bucket.refused.clear()
    assert (status, counts(said)) == (3, [7, 7, 0, 0, 0])
    assert f"s3://{BUCKET}/{refused}: not allowed to list this prefix" in said


def test_a_refusal_of_keys_is_said_and_the_rest_goes_on(
    fetch: Fetch, endpoint: KeysEndpoint, tmp_path: Path
) -> None:
    endpoint.refuses.add(REGION)
    status, said = fetch()
    assert (status, counts(said)) == (3, [34, 34, 0, 0, 0])
    assert f"public keys of {REGION}: not allowed (cloudtrail:ListPublicKeys)" in said
    assert not (tmp_path / "out" / KEYS_NAME).exists()
    endpoint.refuses.clear()
    assert fetch()[0] == 0
    assert len(read_keys((tmp_path / "out" / KEYS_NAME).read_bytes())) == 2


def test_a_deep_root_finds_its_digests_beside_it(
    fetch: Fetch, bucket: CountedBucket, tmp_path: Path
) -> None:
    status, said = fetch(prefix=f"{TOP}CloudTrail/{REGION}/2024/03/05/")
    assert (status, counts(said)) == (0, [34, 34, 0, 0, 0])
    assert set(below(tmp_path / "out")) >= {*IN_SPAN, *PROVING}


def test_too_many_are_refused_before_the_first(
    fetch: Fetch, bucket: CountedBucket, tmp_path: Path
) -> None:
    status, said = fetch("--max-objects", "33")
    assert status == 2
    assert "34 log files and digests are in scope, more than --max-objects 33" in said
    assert bucket.gets == []
    assert not (tmp_path / "out").exists()


def test_an_estimate_fetches_nothing(fetch: Fetch, bucket: CountedBucket, tmp_path: Path) -> None:
    status, said = fetch("--estimate")
    assert (status, bucket.gets) == (0, [])
    assert "34 GET requests" in said
    assert not (tmp_path / "out").exists()


def test_another_account_is_not_in_scope(fetch: Fetch, bucket: CountedBucket) -> None:
    status, said = fetch("--account", "444455556666")
    assert (status, bucket.gets) == (0, [])
    assert "nothing is in scope" in said


def test_backfill_asks_for_the_keys_of_its_making(
    fetch: Fetch, bucket: CountedBucket, endpoint: KeysEndpoint
) -> None:
    late = {"backfill_generation_timestamp": "2024-09-01T10:00:00Z", **SIGNED}
    key = digest_key(DAY + timedelta(hours=3), backfill="_backfill")
    bucket.put([(key, gz(b"{}"))], **late)
    try:
        assert fetch()[0] == 0
    finally:
        bucket.delete(key)
    [asked] = endpoint.asked
    assert asked.until > datetime(2024, 9, 1, 12, tzinfo=UTC)


def test_a_folder_that_was_fetched_can_be_fetched_from(
    fetch: Fetch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    fetch()
    first = below(tmp_path / "out")
    for _ in range(2):
        assert cli.main(["fetch", str(tmp_path / "out"), str(tmp_path / "copy"), "--no-cache"]) == 0
    second = below(tmp_path / "copy")
    assert {**first, FETCHED_NAME: b""} == {**second, FETCHED_NAME: b""}
    assert counts(capfd.readouterr().err) == [34, 0, 34, 0, 0]


def test_a_folder_is_not_copied_into_itself(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.json.gz").write_bytes(gz(log(event(1))))
    assert cli.main(["fetch", str(tmp_path), str(tmp_path / "copy"), "--no-cache"]) == 2
    assert "lies in the folder that is to be copied" in capfd.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["a.json.gz"]


# -- what a bucket may answer

HOSTILE = {
    "../../out.json": "has . or ..",
    "/etc/x.json": "begins with /",
    "a/\x1b[2J.json": "control characters",
    "a//b.json": "an empty name",
    f"{'x' * 300}.json": "a name of 305 bytes",
    "b": "a folder of other objects",
}
GOOD = {"b/c.json": log(event(1)), "a/d.json": log(event(2))}


def flat(request: Request) -> Reply:
    """All keys in the root, as no S3 would list them, so that each of them is met."""
    every = {**dict.fromkeys(HOSTILE, log(event(3))), **GOOD}
    if request.operation == "GetObject":
        return data(every[request.key])
    if request.query.get("prefix", ""):
        return listing()
    return listing([item(key, len(body), etag(body)) for key, body in every.items()])


def test_no_key_leads_out_of_the_folder(
    aws: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "deep" / "out"
    with FakeS3(flat) as fake:
        place = ["s3://logs", str(out), "--endpoint-url", fake.url, "--no-cache"]
        status = cli.main(["fetch", *place])
    said = capfd.readouterr().err
    assert (status, counts(said)) == (3, [8, 2, 0, 6, 0])
    assert {k: v for k, v in below(out).items() if k != FETCHED_NAME} == GOOD
    assert [p.name for p in tmp_path.rglob("*") if p.is_file() and out not in p.parents] == []
    for reason in HOSTILE.values():
        assert reason in said
    assert "\x1b" not in said


def one_day(answer: Callable[[Request], Reply]) -> Callable[[Request], Reply]:
    def script(request: Request) -> Reply:
        if request.operation == "GetObject":
            return answer(request)
        prefix = request.query.get("prefix", "")
        keys = {key: body for key, body in LOGS.items() if key.startswith(prefix)}
        here = [item(k, len(b), etag(b)) for k, b in keys.items() if "/" not in k[len(prefix) :]]
        folders = {prefix + k[len(prefix) :].partition("/")[0] + "/" for k in keys}
        return listing(here, sorted(f for f in folders if not here))

    return script


def test_expired_credentials_stop_it_and_the_next_one_goes_on(
    aws: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    place = [str(tmp_path / "out"), "--no-cache", "--max-objects", "100"]

    def expiring(request: Request) -> Reply:
        return data(LOGS[request.key]) if request.n <= 5 else error("ExpiredToken", 400)

    with FakeS3(one_day(expiring)) as fake:
        assert cli.main(["fetch", "s3://logs", *place, "--endpoint-url", fake.url]) == 3
        first = capfd.readouterr().err
        assert "stopped: " in first
        assert "the credentials expired" in first
        assert "the same command goes on from here" in first
        found, written, *_, left = counts(first)
        assert (found, written, left) == (19, 5, 14)
    with FakeS3(one_day(lambda request: data(LOGS[request.key]))) as fake:
        assert cli.main(["fetch", "s3://logs", *place, "--endpoint-url", fake.url]) == 0
        assert fake.count("GetObject") == 14
    assert counts(capfd.readouterr().err)[:3] == [19, 14, 5]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_killed_in_the_middle(
    number: signal.Signals, aws: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """At the sixth answer, of which half is out."""
    reached = threading.Event()

    def halting(request: Request) -> Reply:
        if request.n <= 5:
            return data(LOGS[request.key])
        reached.set()
        body = LOGS[request.key]
        return replace(data(body), body=body[:50], length=len(body), fault="stall")

    out = tmp_path / "out"
    with FakeS3(one_day(halting)) as fake:
        place = ["s3://logs", str(out), "--no-cache", "--endpoint-url", fake.url]
        began = subprocess.Popen(
            [sys.executable, "-m", "ctexplore", "fetch", *place],
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(Path(ctexplore.__file__).parents[1])},
        )
        assert reached.wait(60)
        while sum((out / key).exists() for key in LOGS) < 5 and began.poll() is None:
            time.sleep(0.01)
        began.send_signal(number)
        _, said = began.communicate(timeout=60)
    assert began.returncode == (-9 if number == signal.SIGKILL else 143)
    whole = {key: body for key, body in below(out).items() if key in LOGS}
    assert len(whole) == 5
    assert all(body == LOGS[key] for key, body in whole.items())
    if number == signal.SIGTERM:
        assert not (out / ".ctexplore-parts").exists()
        assert b"the same command goes on from here" in said
    with FakeS3(one_day(lambda request: data(LOGS[request.key]))) as fake:
        place[-1] = fake.url
        assert cli.main(["fetch", *place]) == 0
        assert fake.count("GetObject") == 14
    assert counts(capfd.readouterr().err)[:3] == [19, 14, 5]
    assert {key: body for key, body in below(out).items() if key != FETCHED_NAME} == LOGS
    assert not (out / ".ctexplore-parts").exists()


def test_when_nothing_could_be_fetched_it_could_not_run(
    aws: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with FakeS3(one_day(lambda _: error("ExpiredToken", 400))) as fake:
        place = ["s3://logs", str(tmp_path / "out"), "--no-cache", "--endpoint-url", fake.url]
        assert cli.main(["fetch", *place]) == 2
    assert "the credentials expired" in capfd.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_listing_in_the_cache_is_not_trusted(
    aws: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A folder of long ago is listed anew: what is gone from it must not be looked for."""
    place = ["--cache-dir", str(tmp_path / "cache"), "--endpoint-url"]
    kept = dict(LOGS)
    with FakeS3(one_day(lambda request: data(LOGS[request.key]))) as fake:
        assert cli.main(["query", "", "s3://logs", *place, fake.url, "--count"]) == 0
        try:
            LOGS.pop(max(LOGS))
            assert cli.main(["fetch", "s3://logs", str(tmp_path / "out"), *place, fake.url]) == 0
        finally:
            LOGS.update(kept)
    assert counts(capfd.readouterr().err)[0] == 18


def test_one_that_is_gone_is_failed_and_named(
    aws: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    gone = min(LOGS)

    def answer(request: Request) -> Reply:
        return error("NoSuchKey", 404) if request.key == gone else data(LOGS[request.key])

    with FakeS3(one_day(answer)) as fake:
        place = ["s3://logs", str(tmp_path / "out"), "--no-cache", "--endpoint-url", fake.url]
        assert cli.main(["fetch", *place]) == 3
    said = capfd.readouterr().err
    assert counts(said) == [19, 18, 0, 1, 0]
    assert f"{gone}: deleted since it was listed" in said


def test_encrypted_objects_are_known_again_without_a_checksum(
    aws: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Of what is encrypted with KMS the ETag is no MD5."""

    def opaque(key: str) -> str:
        return hashlib.sha1(key.encode(), usedforsecurity=False).hexdigest()[:32]

    def script(request: Request) -> Reply:
        if request.operation == "GetObject":
            kms = {"ETag": f'"{opaque(request.key)}"', "x-amz-server-side-encryption": "aws:kms"}
            return Reply(body=LOGS[request.key], headers=kms)
        if request.query.get("prefix", ""):
            return listing()
        return listing([item(k, len(body), opaque(k)) for k, body in LOGS.items()])

    with FakeS3(script) as fake:
        place = ["s3://logs", str(tmp_path / "out"), "--no-cache", "--endpoint-url", fake.url]
        for gets in (19, 19):
            assert cli.main(["fetch", *place]) == 0
            assert fake.count("GetObject") == gets
        # Without the notes only the content can tell.
        (tmp_path / "out" / FETCHED_NAME).unlink()
        assert cli.main(["fetch", *place]) == 0
        assert fake.count("GetObject") == 38
    assert counts(capfd.readouterr().err) == [19, 0, 19, 0, 0]


def test_a_full_disk_keeps_what_is_whole(
    fetch: Fetch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import errno

    real, left = os.fsync, iter(range(20))

    def fsync(handle: int) -> None:
        if next(left, None) is None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    status, said = fetch()
    assert status == 3
    assert "stopped: no space left on device" in said
    assert "the same command goes on from here" in said
    monkeypatch.undo()
    got = below(tmp_path / "out")
    assert all(got[key] == LOGS[key] for key in IN_SPAN if key in got)
    assert not any(".ctexplore-parts" in name for name in got)
    assert counts(said)[1] == len([key for key in got if key in LOGS or key in DIGESTS])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--demo", "--bucket", "x", "out"], "takes one SOURCE"),
        (["out"], "takes one SOURCE"),
        (["-", "out"], "takes one SOURCE"),
        (["a", "b", "out"], "takes one SOURCE"),
    ],
)
def test_one_source_and_one_folder(
    words: list[str],
    said: str,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["fetch", *words]) == 2
    assert said in capfd.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_no_folder_to_fetch_to(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "out").write_bytes(b"")
    assert cli.main(["fetch", "--demo", str(tmp_path / "out"), "--no-cache"]) == 2
    assert "is not a folder" in capfd.readouterr().err


def test_notes_tell_what_was_fetched(fetch: Fetch, tmp_path: Path) -> None:
    fetch()
    lines = (tmp_path / "out" / FETCHED_NAME).read_text().splitlines()
    noted = {line["key"]: line["sha256"] for line in map(json.loads, lines)}
    content = {key: {**LOGS, **DIGESTS}[key] for key in [*IN_SPAN, *PROVING]}
    assert noted == {key: hashlib.sha256(body).hexdigest() for key, body in content.items()}

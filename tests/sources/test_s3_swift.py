"""A second S3, whose rights and signatures are real: OpenStack Swift (``tests/swift.py``)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3
import pytest

from ctexplore import cli
from ctexplore.sources.s3.download import Again
from ctexplore.sources.source import LogFile, SourceError
from ctexplore.sources.walk import Walk
from tests.build import event, gz, log
from tests.fakes3 import FakeS3
from tests.faults import Faults, upstream
from tests.sources.s3_at import merged, s3_at
from tests.swift import BOB, EVE, REGION, TESTER, NoSwift, Swift, swift
from tests.tui.explorer import opened

DAY = "AWSLogs/111122223333/CloudTrail/us-east-1/2024/03/05/"
ODD = [
    "new\nline.json",
    "\x1b[31mred.json",
    "‮nosj.json",
    " blanks .json",
    "%2e%2e.json",
    "../../up.json",
    "a//b.json",
    "./x.json",
    "k" * 900 + ".json",
    "plus+and&and=and?.json",
    "ünï/çødé.json",
    "😀.json",
    "quote\"'<>.json",
    "back\\slash.json",
    "tab\there.json",
    "~tilde*star.json",
]


@pytest.fixture(scope="module")
def server() -> Iterator[Swift]:
    try:
        with swift() as started:
            yield started
    except NoSwift as why:
        pytest.skip(str(why))


@pytest.fixture(scope="module")
def odd(server: Swift) -> dict[str, bytes]:
    """A bucket called odd with a log file under each odd key."""
    bodies = {DAY + name: gz(log(event(n))) for n, name in enumerate(ODD)}
    client = server.client()
    client.create_bucket(Bucket="odd")
    for key, body in bodies.items():
        client.put_object(Bucket="odd", Key=key, Body=body)
    client.put_object(Bucket="odd", Key=DAY, Body=b"")
    return bodies


@pytest.fixture
def sign_as(aws: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[tuple[str, str]], None]:
    """Whose keys the environment holds; at first those that may do everything."""

    def to(who: tuple[str, str]) -> None:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", who[0])
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", who[1])

    to(TESTER)
    return to


SignAs = Callable[[tuple[str, str]], None]


def test_odd_keys_are_listed_and_read(
    server: Swift, odd: dict[str, bytes], sign_as: SignAs
) -> None:
    source = s3_at(server.url, bucket="odd")
    files = [file for found in Walk(source).walk([""]) for file in found.files]
    assert {file.key for file in files} == set(odd)
    for file in files:
        assert source.read(file) == odd[file.key], file.key
    assert source.requests.get == len(odd)


def test_odd_keys_in_a_query_and_from_its_cache(
    server: Swift,
    odd: dict[str, bytes],
    sign_as: SignAs,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    before = set(Path.cwd().iterdir())
    place = ["s3://odd/", "--endpoint-url", server.url, "--cache-dir", str(tmp_path / "cache")]
    for more in ((), ("--offline",)):
        assert cli.main(["query", "", *place, "--format", "jsonl", *more]) == 0
        out, said = capfd.readouterr()
        names = {json.loads(line)["eventName"] for line in out.splitlines()}
        assert names == {f"Event{n}" for n in range(len(ODD))}
        assert said == ""
    assert set(Path.cwd().iterdir()) == before
    assert all(path.name.isascii() for path in tmp_path.rglob("*"))


async def test_odd_keys_in_the_explorer(
    server: Swift, odd: dict[str, bytes], sign_as: SignAs
) -> None:
    async with opened(s3_at(server.url, bucket="odd"), size=(120, 40)) as explorer:
        await explorer.matches(len(odd))
        assert all(line.isprintable() for line in explorer.lines)


def refusal(run: Callable[[], object]) -> SourceError:
    with pytest.raises(SourceError) as caught:
        run()
    return caught.value


def test_refusals_say_whose_they_are(server: Swift, odd: dict[str, bytes], sign_as: SignAs) -> None:
    key, body = next(iter(odd.items()))
    file = LogFile(key, len(body))
    sign_as(BOB)
    bob = s3_at(server.url, bucket="odd")
    said = refusal(lambda: merged(bob, DAY))
    assert said.reason == "not allowed to list this prefix (s3:ListBucket)"
    assert (said.denied, said.fatal) == (True, False)
    said = refusal(lambda: bob.read(file))
    assert said.reason == "not allowed to read (s3:GetObject)"
    sign_as(EVE)
    said = refusal(lambda: merged(s3_at(server.url, bucket="odd"), DAY))
    assert said.reason == "the bucket does not exist"
    sign_as((TESTER[0], "wrong"))
    wrong = s3_at(server.url, bucket="odd")
    for said in (refusal(lambda: merged(wrong, DAY)), refusal(lambda: wrong.read(file))):
        assert "the secret key does not fit the access key" in said.reason
        assert said.fatal
        assert "wrong" not in str(said)
    sign_as(TESTER)
    said = refusal(lambda: s3_at(server.url, bucket="odd").read(LogFile(DAY + "gone", 5)))
    assert said.reason == "deleted since it was listed"


def test_another_region_is_found_and_every_signature_holds(
    server: Swift, odd: dict[str, bytes], sign_as: SignAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    assert REGION != "eu-central-1"
    source = s3_at(server.url, bucket="odd")
    page = merged(source, DAY)
    read = {file.key: source.read(file) for file in page.files}
    assert read == {key: body for key, body in odd.items() if "/" not in key[len(DAY) :]}


def test_an_object_that_was_overwritten_and_one_that_was_deleted(
    server: Swift, sign_as: SignAs
) -> None:
    client = server.client()
    client.create_bucket(Bucket="changing")
    for name in ("a", "b"):
        client.put_object(Bucket="changing", Key=f"{DAY}{name}.json", Body=log(event(1)))
    source = s3_at(server.url, bucket="changing")
    first, second = merged(source, DAY).files
    client.put_object(Bucket="changing", Key=first.key, Body=log(event(22)))
    client.delete_object(Bucket="changing", Key=second.key)
    assert refusal(lambda: source.read(first)).reason == "changed since it was listed"
    assert refusal(lambda: source.read(second)).reason == "deleted since it was listed"
    (now,) = merged(source, DAY).files
    assert source.read(now) == log(event(22))


def test_equal_names_behind_two_endpoints_do_not_mix(
    server: Swift,
    moto: str,
    sign_as: SignAs,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """One cache, the same bucket, key and size: bytes and rows of one never answer for the
    other, online or offline."""
    both = {moto: event(11), server.url: event(22)}
    for url, record in both.items():
        # A session of its own: boto3's default one keeps the keys that it found first.
        client = boto3.Session().client("s3", endpoint_url=url)
        client.create_bucket(Bucket="twins")
        client.put_object(Bucket="twins", Key=f"{DAY}one.json", Body=log(record))
    for more in ((), (), ("--offline",)):
        for url, record in both.items():
            place = ["s3://twins/", "--endpoint-url", url, "--cache-dir", str(tmp_path / "c")]
            assert cli.main(["query", "", *place, "--format", "jsonl", *more]) == 0
            assert json.loads(capfd.readouterr().out) == record


@pytest.mark.parametrize(
    ("seed", "objects"),
    [(21, 30), *(pytest.param(n, 400, marks=pytest.mark.slow) for n in (22, 23))],
)
def test_what_each_object_becomes_behind_faults(
    server: Swift, sign_as: SignAs, monkeypatch: pytest.MonkeyPatch, seed: int, objects: int
) -> None:
    monkeypatch.setattr(Again, "wait", lambda self, tried: 0.0)
    client = server.client()
    client.create_bucket(Bucket=f"faults{seed}")
    bodies = {f"{DAY}{n:04}.json.gz": gz(log(event(n))) for n in range(objects)}
    for key, body in bodies.items():
        client.put_object(Bucket=f"faults{seed}", Key=key, Body=body)
    faults = Faults(seed, share=0.4)
    with FakeS3(faults.before(upstream(server.url))) as proxy, ThreadPoolExecutor(4) as threads:
        source = s3_at(proxy.url, bucket=f"faults{seed}")
        files = merged(source, DAY).files
        assert [file.key for file in files] == sorted(bodies)

        def read(file: LogFile) -> tuple[str, str]:
            try:
                assert source.read(file) == bodies[file.key]
            except SourceError as error:
                return file.key, "skipped" if error.skipped else "failed"
            return file.key, "read"

        for key, became in threads.map(read, files):
            fault = faults.struck.get(key)
            assert became == (fault.becomes if fault else "read"), (key, fault)
        assert {"read", "failed"} <= {f.becomes for f in faults.struck.values()}
        faults.off = True
        assert all(source.read(file) == bodies[file.key] for file in files)

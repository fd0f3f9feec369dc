from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from msgspec import Struct
from msgspec.structs import replace

from ctexplore.sources.s3.source import S3Source
from ctexplore.sources.source import LogFile, SourceError
from tests.fakes3 import FakeS3, Reply, Request, Script, data, error, etag
from tests.sources.s3_at import s3_at

BODY = b"\x1f\x8b" + bytes(range(256)) * 9
KEY = "AWSLogs/111122223333/CloudTrail/us-east-1/2023/07/10/a.json.gz"
FILE = LogFile(KEY, len(BODY), etag(BODY))
ME = "arn:aws:iam::111122223333:user/eve"
KMS_KEY = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"


@contextmanager
def reading(script: Script, **more: object) -> Iterator[tuple[S3Source, FakeS3]]:
    with FakeS3(script) as fake:
        yield s3_at(fake.url, **more), fake  # type: ignore[arg-type]


def always(reply: Reply) -> Script:
    return lambda _: reply


def cut(fault: str) -> Reply:
    return replace(data(BODY), body=BODY[:100], length=len(BODY), fault=fault)


class Fault(Struct):
    """reason: a regular expression. gets: GETs that reach S3 before reading gives up."""

    reply: Reply
    reason: str
    gets: int
    hint: str = ""
    skipped: bool = False
    retry: bool = False
    fatal: bool = False
    denied: bool = False


FAULTS = {
    "slow down": Fault(
        error("SlowDown", 503), r"S3 is throttling \(3 tries\)", 15, "later", retry=True
    ),
    "internal error": Fault(
        error("InternalError", 500), "S3 internal error after 5 tries", 5, "try again", retry=True
    ),
    "bad gateway": Fault(Reply(502), "S3 internal error after 5 tries", 5, retry=True),
    "gateway timeout": Fault(Reply(504), "S3 internal error after 5 tries", 5, retry=True),
    "cut off": Fault(
        cut("close"), rf"download cut off at 100 of {len(BODY):,} bytes \(3 tries\)", 3, retry=True
    ),
    "cut off without a length": Fault(
        replace(cut("close"), length=None), "download cut off at 100 of", 3, retry=True
    ),
    "reset before the headers": Fault(
        Reply(0, fault="reset"), "connection was closed before an answer came", 5, retry=True
    ),
    "reset in the body": Fault(cut("reset"), "download cut off at 100 of", 3, retry=True),
    "too long": Fault(
        Reply(body=BODY + b"more"),
        rf"download is longer than the {len(BODY):,} bytes listed",
        3,
        retry=True,
    ),
    "wrong bytes": Fault(
        replace(data(BODY), body=BODY[::-1]),
        r"content does not match its checksum \(3 tries\)",
        3,
        retry=True,
    ),
    "wrong bytes by CRC32": Fault(
        replace(
            data(BODY, x_amz_checksum_crc32="AAAAAA==", x_amz_server_side_encryption="aws:kms"),
            body=BODY[::-1],
        ),
        "content does not match its checksum",
        3,
        retry=True,
    ),
    "denied": Fault(
        error("AccessDenied", 403, "Access Denied"),
        r"^not allowed to read \(s3:GetObject\)$",
        1,
        "--request-payer",
        denied=True,
    ),
    "denied with a reason": Fault(
        error(
            "AccessDenied",
            403,
            f'User: {ME} is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::'
            'logs/k" with an explicit deny in a resource-based policy',
        ),
        rf"^not allowed to read \(s3:GetObject\) as {ME}, "
        "with an explicit deny in a resource-based policy$",
        1,
        denied=True,
    ),
    "KMS denied": Fault(
        error(
            "AccessDenied",
            403,
            f"User: {ME} is not authorized to perform: kms:Decrypt on resource: {KMS_KEY} because "
            "no resource-based policy allows the kms:Decrypt action",
        ),
        rf"^the log's KMS key refuses kms:Decrypt as {ME}; key {KMS_KEY}, because no resource",
        1,
        "kms:Decrypt",
        denied=True,
    ),
    "KMS key of another account": Fault(
        error("AccessDenied", 403, "The ciphertext refers to a customer master key that does not"),
        r"^the log's KMS key refuses kms:Decrypt$",
        1,
        denied=True,
    ),
    "KMS disabled": Fault(
        error("KMS.DisabledException", 400), "^the KMS key is disabled$", 1, "enable it"
    ),
    "KMS pending deletion": Fault(
        error("KMS.KMSInvalidStateException", 400), "pending deletion", 1, "cancel the deletion"
    ),
    "no such bucket": Fault(
        error("NoSuchBucket", 404), "the bucket does not exist", 1, "check its name", fatal=True
    ),
    "no such key": Fault(error("NoSuchKey", 404), "^deleted since it was listed$", 1, "list"),
    "no such key, no XML": Fault(Reply(404), "deleted since it was listed", 1, "list"),
    "overwritten": Fault(
        error("PreconditionFailed", 412), "^changed since it was listed$", 1, "list", retry=True
    ),
    "overwritten, If-Match ignored": Fault(
        data(BODY[::-1]), "^changed since it was listed$", 1, "list", retry=True
    ),
    "another region, no lead": Fault(
        error("PermanentRedirect", 301, Endpoint="logs.s3-eu-west-1.amazonaws.com"),
        "the bucket is in another region",
        1,
        "--region",
        fatal=True,
    ),
    "expired": Fault(
        error("ExpiredToken", 400),
        "the credentials expired",
        1,
        "aws sso login",
        fatal=True,
        retry=True,
    ),
    "invalid token": Fault(
        error("InvalidToken", 400, "malformed", Token_0="SECRET"),
        "^the credentials' session token is not valid$",
        1,
        fatal=True,
        retry=True,
    ),
    "clock skew": Fault(
        error(
            "RequestTimeTooSkewed",
            403,
            RequestTime="20240101T001200Z",
            ServerTime="2024-01-01T00:00:00Z",
        ),
        r"^this machine's clock is off by 12 min \(the server's says 2024-01-01T00:00:00Z\)$",
        1,
        "clock",
        fatal=True,
        retry=True,
    ),
    "clock skew, no times": Fault(
        error("RequestTimeTooSkewed", 403), "clock is wrong", 1, fatal=True, retry=True
    ),
    "requester pays": Fault(
        error("AccessDenied", 403, "Requester Pays bucket requires x-amz-request-payer"),
        "requesters pay",
        1,
        "--request-payer",
        fatal=True,
    ),
    "archived tier": Fault(
        error(
            "InvalidObjectState",
            403,
            StorageClass="INTELLIGENT_TIERING",
            AccessTier="ARCHIVE_ACCESS",
        ),
        r"^archived \(INTELLIGENT_TIERING, ARCHIVE_ACCESS\)$",
        1,
        "--restore-request 'GlacierJobParameters",
        skipped=True,
    ),
    "unknown access key": Fault(
        error("InvalidAccessKeyId", 403, "AKIATESTTESTTESTTEST"), "not known here", 1, fatal=True
    ),
    "wrong secret": Fault(
        error("SignatureDoesNotMatch", 403, StringToSign="SECRET"),
        "secret key does not fit",
        1,
        fatal=True,
    ),
    "a portal's page": Fault(
        Reply(403, b"<html>pay here</html>", {"Content-Type": "text/html"}),
        r"did not answer with S3 XML \(content type text/html, 403\)",
        1,
        "portal",
        retry=True,
    ),
    "an overloaded proxy": Fault(
        Reply(502, b"<html><br>", {"Content-Type": "text/html; charset=utf-8"}),
        r"did not answer with S3 XML \(content type text/html, 502\)",
        5,
        retry=True,
    ),
    "something new": Fault(
        error("TeapotException", 418, "I am AKIAIOSFODNN7EXAMPLE\nshort"),
        r"^I am AKIA… short \(TeapotException\)$",
        1,
    ),
}


@pytest.mark.parametrize("good", [0, 2], ids=["at once", "after two good ones"])
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_and_costs_a_known_number_of_gets(name: str, good: int, aws: Path) -> None:
    """botocore sends the first GET; later ones, and their faults, must be no different."""
    fault = FAULTS[name]
    with reading(lambda r: data(BODY) if r.n <= good else fault.reply) as (source, fake):
        for _ in range(good):
            assert source.read(FILE) == BODY
        with pytest.raises(SourceError) as caught:
            source.read(FILE)
        got = caught.value
        assert re.search(fault.reason, got.reason), got.reason
        assert fault.hint in got.hint
        flags = (got.skipped, got.retry, got.fatal, got.denied)
        assert flags == (fault.skipped, fault.retry, fault.fatal, fault.denied)
        assert got.place == f"s3://logs/{KEY}"
        for secret in ("SECRET", "TESTTEST", "test-secret", "\n"):
            assert secret not in str(got)
        assert fake.count("GetObject") == source.requests.get == good + fault.gets
        assert {request.operation for request in fake.requests} == {"GetObject"}


BROKEN_TWICE = ("slow down", "cut off", "reset in the body", "wrong bytes", "too long")


@pytest.mark.parametrize("good", [0, 1])
@pytest.mark.parametrize("name", [*BROKEN_TWICE, "internal error", "reset before the headers"])
def test_two_faults_in_a_row_are_read_through(name: str, good: int, aws: Path) -> None:
    bad = FAULTS[name].reply
    with reading(lambda r: bad if good < r.n <= good + 2 else data(BODY)) as (source, fake):
        for _ in range(good + 1):
            assert source.read(FILE) == BODY
        assert fake.count("GetObject") == source.requests.get == good + 3
        assert source.requests.throttled == (2 if name == "slow down" else 0)


@pytest.mark.parametrize(
    "lead",
    [
        replace(error("PermanentRedirect", 301), headers={"x-amz-bucket-region": "eu-west-1"}),
        error("AuthorizationHeaderMalformed", 400, Region="eu-west-1"),
    ],
)
def test_a_bucket_in_another_region_is_found_silently(aws: Path, lead: Reply) -> None:
    with reading(lambda request: lead if request.n == 1 else data(BODY)) as (source, fake):
        assert source.read(FILE) == BODY
        assert source.read(FILE) == BODY
        signed = [request.headers["authorization"] for request in fake.requests]
        assert ["/eu-west-1/s3/" in header for header in signed] == [False, True, True]


def test_pauses_grow_and_are_longer_when_throttled(aws: Path) -> None:
    for name, low, high in (("cut off", 0.1, 0.4), ("slow down", 1.0, 4.0)):
        slept: list[float] = []
        script = always(FAULTS[name].reply)
        with reading(script, sleep=slept.append) as (source, _), pytest.raises(SourceError):
            source.read(FILE)
        assert len(slept) == 2
        assert low <= min(slept) and max(slept) <= high


def test_one_connection_serves_many_reads(aws: Path) -> None:
    with reading(always(data(BODY))) as (source, fake):
        for _ in range(5):
            assert source.read(FILE) == BODY
        assert len({request.port for request in fake.requests}) == 1
        assert source.requests.bytes == 5 * len(BODY)


def test_what_a_get_asks_for(aws: Path) -> None:
    with reading(always(data(BODY)), request_payer=True, expected_bucket_owner="111122223333") as (
        source,
        fake,
    ):
        odd = "a b/../%2e/\x1b[31m\n\u202e//x.json"
        source.read(LogFile(odd, len(BODY), etag(BODY)))
        (request,) = fake.requests
        assert (request.bucket, request.key) == ("logs", odd)
        assert request.headers["if-match"] == f'"{etag(BODY)}"'
        assert request.headers["x-amz-request-payer"] == "requester"
        assert request.headers["x-amz-expected-bucket-owner"] == "111122223333"


def test_md5_is_not_expected_where_the_etag_is_none(aws: Path) -> None:
    other = etag(b"other")
    for headers in (
        {"ETag": f'"{other}"', "x-amz-server-side-encryption": "aws:kms"},
        {"ETag": f'"{other}"', "x-amz-server-side-encryption-customer-algorithm": "AES256"},
        {"ETag": f'"{other}-2"'},
        {},
    ):
        with reading(always(Reply(body=BODY, headers=headers))) as (source, _):
            version = headers.get("ETag", "").strip('"')
            assert source.read(LogFile(KEY, len(BODY), version)) == BODY


def test_what_needs_no_get(aws: Path) -> None:
    with reading(always(data(BODY)), max_file_size=1 << 20) as (source, fake):
        assert source.read(LogFile(KEY, 0, "x")) == b""
        with pytest.raises(SourceError) as caught:
            source.read(LogFile("it's/a.gz", 9, "x", "DEEP_ARCHIVE"))
        assert caught.value.reason == "archived (DEEP_ARCHIVE)"
        assert caught.value.skipped
        assert caught.value.hint == (
            "aws s3api restore-object --bucket logs --key 'it'\"'\"'s/a.gz' "
            "--restore-request 'Days=7,GlacierJobParameters={Tier=Standard}'"
        )
        with pytest.raises(SourceError) as caught:
            source.read(LogFile(KEY, 9, "x", "GLACIER, restore in progress"))
        assert (caught.value.hint, caught.value.skipped) == ("", True)
        with pytest.raises(SourceError, match=r"3\.0 MB is over the max-file-size limit of 1 MB"):
            source.read(LogFile(KEY, 3 << 20, "x"))
        assert fake.requests == []


def ticking(step: float) -> Callable[[], float]:
    ticks = count()
    return lambda: next(ticks) * step


def test_a_drip_is_given_up(aws: Path) -> None:
    """The clock steps 11 s at each look, and every answer stops after 100 bytes for good."""
    with reading(always(cut("stall")), clock=ticking(11)) as (source, fake):
        with pytest.raises(SourceError, match=r"slower than 1 KB/s \(100 of") as caught:
            source.read(FILE)
        assert caught.value.retry
        assert fake.count("GetObject") == 3


def test_the_deadline_holds_over_all_tries(aws: Path) -> None:
    with reading(always(cut("stall")), clock=ticking(121)) as (source, fake):
        with pytest.raises(SourceError, match="not read within 120 s"):
            source.read(FILE)
        assert fake.count("GetObject") == 1


@pytest.mark.parametrize("good", [0, 1])
@pytest.mark.parametrize(
    ("stalled", "reason", "gets"),
    [
        (cut("stall"), r"^stalled for 20 s at 100 of .* \(3 tries\)$", 3),
        (Reply(0, fault="stall"), "^stalled: no byte came for 20 s$", 5),
    ],
)
def test_a_stall_ends_by_itself(
    aws: Path,
    monkeypatch: pytest.MonkeyPatch,
    stalled: Reply,
    reason: str,
    gets: int,
    good: int,
) -> None:
    from botocore.config import Config

    def impatient(**settings: object) -> Config:
        return Config(**(settings | {"read_timeout": 0.1}))

    monkeypatch.setattr("botocore.config.Config", impatient)
    with reading(lambda r: data(BODY) if r.n <= good else stalled) as (source, fake):
        for _ in range(good):
            source.read(FILE)
        with pytest.raises(SourceError) as caught:
            source.read(FILE)
        assert re.search(reason, caught.value.reason), caught.value.reason
        assert caught.value.retry
        assert fake.count("GetObject") == good + gets


def test_close_ends_a_read_that_waits(aws: Path) -> None:
    asked = threading.Event()

    def script(_: Request) -> Reply:
        asked.set()
        return cut("stall")

    with reading(script) as (source, _):
        caught: list[SourceError] = []

        def read() -> None:
            try:
                source.read(FILE)
            except SourceError as error:
                caught.append(error)

        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        asked.wait(10)
        source.close()
        thread.join(10)
        assert not thread.is_alive()
        assert [error.reason for error in caught] == ["stopped"]
        with pytest.raises(SourceError, match="stopped"):
            source.read(FILE)


def test_threads_share_a_source(aws: Path) -> None:
    def script(request: Request) -> Reply:
        return error("SlowDown", 503) if request.n % 7 == 0 else data(request.key.encode())

    with reading(script) as (source, fake):
        keys = [f"k{n}" for n in range(60)]
        got: dict[str, bytes] = {}

        def read(part: list[str]) -> None:
            for key in part:
                got[key] = source.read(LogFile(key, len(key), etag(key.encode())))

        threads = [threading.Thread(target=read, args=(keys[n::6],)) for n in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert got == {key: key.encode() for key in keys}
        assert source.requests.get == fake.count("GetObject")
        assert source.requests.throttled == fake.count("GetObject") - 60
        assert source.requests.bytes == sum(map(len, keys))

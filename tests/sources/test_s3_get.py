"""GETs that botocore does not send: that they are the same, and when they are botocore's again."""

from __future__ import annotations

import base64
import hashlib
import threading
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from ctexplore.sources.s3.source import S3Source
from ctexplore.sources.source import LogFile, SourceError
from tests.fakes3 import FakeS3, Reply, Request, Script, data, error, etag
from tests.sources.s3_at import s3_at

BODY = b"\x1f\x8b" + bytes(range(256)) * 5


def log(name: str = "a.json.gz", body: bytes = BODY) -> LogFile:
    return LogFile(f"AWSLogs/1/CloudTrail/us-east-1/2023/07/10/{name}", len(body), etag(body))


@pytest.fixture
def by_botocore(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keys of the objects botocore was asked for."""
    from botocore.client import BaseClient

    asked: list[str] = []
    call = BaseClient._make_api_call

    def note(self: Any, operation: str, params: dict[str, Any]) -> Any:
        asked.append(params["Key"])
        return call(self, operation, params)

    monkeypatch.setattr(BaseClient, "_make_api_call", note)
    return asked


@contextmanager
def reading(script: Script | Reply, **options: Any) -> Iterator[tuple[S3Source, FakeS3]]:
    answer = (lambda _: script) if isinstance(script, Reply) else script
    with FakeS3(answer) as fake:
        yield s3_at(fake.url, **options), fake


@pytest.mark.parametrize("token", ["", "token"])
def test_later_gets_are_the_first_one_again(
    aws: Path, by_botocore: list[str], monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    if token:
        monkeypatch.setenv("AWS_SESSION_TOKEN", token)
    owner = "111122223333"
    with reading(data(BODY), request_payer=True, expected_bucket_owner=owner) as (source, fake):
        for _ in range(3):
            assert source.read(log()) == BODY
        assert (len(by_botocore), source.requests.get, source.requests.bytes) == (
            *(1, 3),
            3 * len(BODY),
        )
        assert len({request.port for request in fake.requests}) == 1
        first, *others = fake.requests
        anew = {"x-amz-date", "authorization", "amz-sdk-invocation-id"}
        for other in others:
            assert (other.bucket, other.key, other.query) == (first.bucket, first.key, {})
            assert other.headers.keys() == first.headers.keys()
            differing = {n for n, v in first.headers.items() if other.headers[n] != v}
            assert differing <= anew
        assert first.headers.get("x-amz-security-token", "") == token
        assert len({r.headers["amz-sdk-invocation-id"] for r in fake.requests}) == 3


def test_keys_and_etags_that_need_quoting_are_left_to_botocore(
    aws: Path, by_botocore: list[str]
) -> None:
    with reading(data(BODY)) as (source, fake):
        source.read(log())
        odd = ["a b.gz", "a/../b.gz", "//a", "ä", "a%2Fb", "a+b", "\r\nx-evil: 1", "a?b"]
        for key in odd:
            assert source.read(LogFile(key, len(BODY), etag(BODY))) == BODY
        source.read(log("b"))
        assert by_botocore == [log().key, *odd]
        assert [request.key for request in fake.requests][1:] == [*odd, log("b").key]
        with pytest.raises(SourceError, match="changed since it was listed"):
            source.read(replace(log(), version="x\ty"))
        source.read(LogFile(log().key, len(BODY)))
        assert "if-match" not in fake.requests[-1].headers


def test_a_form_botocore_no_longer_signs_alike_is_not_used(
    aws: Path, by_botocore: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "f")  # botocore then adds a header of its own
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1")
    with reading(data(BODY)) as (source, fake):
        for _ in range(3):
            assert source.read(log()) == BODY
        assert len(by_botocore) == 3
        assert fake.requests[-1].headers["x-amzn-trace-id"] == "Root=1"


def test_a_redirect_is_learned_once(aws: Path, by_botocore: list[str]) -> None:
    lead = replace(error("PermanentRedirect", 301), headers={"x-amz-bucket-region": "eu-west-1"})

    def script(request: Request) -> Reply:
        there = "/eu-west-1/s3/" in request.headers["authorization"]
        return data(BODY) if request.n <= 2 or there else lead

    with reading(script) as (source, fake):
        for _ in range(6):
            assert source.read(log()) == BODY
        assert fake.count("GetObject") == source.requests.get == 7
        assert len(by_botocore) == 2


def test_gets_that_go_well_let_botocore_try_again(aws: Path) -> None:
    """Eight objects that fail use up its quota of retries but for 52; 14 go for each."""

    def script(request: Request) -> Reply:
        return error("InternalError", 500) if request.key.endswith("bad") else data(BODY)

    with reading(script) as (source, fake):
        source.read(log())
        for good in [0] * 8 + [30]:
            for _ in range(good):
                source.read(log())
            with pytest.raises(SourceError, match="S3 internal error after 5 tries"):
                source.read(log("bad"))
        assert fake.count("GetObject") == 1 + 9 * 5 + 30


@pytest.mark.parametrize(
    "reply", [error("InternalError", 500), Reply(0, fault="reset")], ids=["500", "reset"]
)
def test_where_botocore_has_no_quota_left_to_try_again_we_do(aws: Path, reply: Reply) -> None:
    bad = Counter[str]()

    def script(request: Request) -> Reply:
        bad[request.key] += 1
        passes = request.key.endswith("twice") and bad[request.key] > 2
        return data(BODY) if passes else reply

    with reading(script) as (source, fake):
        for _ in range(12):
            with pytest.raises(SourceError):
                source.read(log())
        before = fake.count("GetObject")
        with pytest.raises(SourceError, match=r"\(3 tries\)") as caught:
            source.read(log())
        assert caught.value.retry
        assert fake.count("GetObject") == before + 3
        assert source.read(log("twice")) == BODY


def test_a_monitor_of_calls_sees_them_all(
    aws: Path, by_botocore: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CSM_ENABLED", "true")
    with reading(data(BODY)) as (source, _):
        for _ in range(3):
            assert source.read(log()) == BODY
    assert len(by_botocore) == 3


def test_credentials_that_expire_and_are_renewed(
    aws: Path, by_botocore: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    keys = "[default]\naws_access_key_id = {}\naws_secret_access_key = s\n{}"
    (aws / "credentials").write_text(keys.format("OLD", ""))

    def script(request: Request) -> Reply:
        old = "Credential=OLD/" in request.headers["authorization"]
        return error("ExpiredToken", 400) if old and request.n > 3 else data(BODY)

    with reading(script) as (source, fake):
        for _ in range(3):
            source.read(log())
        with pytest.raises(SourceError, match="the credentials expired") as caught:
            source.read(log())
        assert (caught.value.fatal, caught.value.retry) == (True, True)
        assert fake.count("GetObject") == 4
        (aws / "credentials").write_text(keys.format("NEW", "aws_session_token = t\n"))
        source.refresh()
        for _ in range(3):
            assert source.read(log()) == BODY
        assert {r.headers["x-amz-security-token"] for r in fake.requests[4:]} == {"t"}
        assert len(by_botocore) == 3


def test_keys_that_renew_themselves_are_used_at_once(aws: Path, by_botocore: list[str]) -> None:
    from botocore.credentials import ReadOnlyCredentials

    with reading(data(BODY)) as (source, fake):
        source.read(log())
        source.read(log())
        client = source._connection.client
        for token, asked in (("", 1), ("t", 2), ("u", 2)):
            renewed = ReadOnlyCredentials(f"AKIA{token}NEW", "new", token or None)
            client._request_signer._credentials = _Fixed(renewed)
            source._gets._keys = _Fixed(renewed).get_frozen_credentials  # type: ignore[union-attr]
            source.read(log())
            source.read(log())
            assert f"Credential=AKIA{token}NEW/" in fake.requests[-2].headers["authorization"]
            assert fake.requests[-1].headers.get("x-amz-security-token", "") == token
            assert len(by_botocore) == asked


class _Fixed:
    def __init__(self, keys: Any) -> None:
        self._keys = keys

    def get_frozen_credentials(self) -> Any:
        return self._keys


def checksum(digest: Callable[[bytes], bytes], of: bytes = BODY) -> str:
    return base64.b64encode(digest(of)).decode()


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("crc32", checksum(lambda b: zlib.crc32(b).to_bytes(4, "big"))),
        ("sha1", checksum(lambda b: hashlib.sha1(b).digest())),
        ("sha256", checksum(lambda b: hashlib.sha256(b).digest())),
        ("sha512", checksum(lambda b: hashlib.sha512(b).digest())),
    ],
)
def test_stored_checksums_are_checked(
    aws: Path, by_botocore: list[str], name: str, right: str
) -> None:
    said = right

    def script(request: Request) -> Reply:
        headers = {"ETag": '"abc-2"', f"x-amz-checksum-{name}": said}
        return Reply(body=BODY, headers=headers)

    file = replace(log(), version="abc-2")
    with reading(script) as (source, fake):
        for _ in range(2):
            assert source.read(file) == BODY
        said = f"{right}-2"  # of parts: says nothing about the whole
        assert source.read(file) == BODY
        said = checksum(lambda b: b[:4])
        with pytest.raises(SourceError, match=r"content does not match its checksum \(3 tries\)"):
            source.read(file)
        assert fake.count("GetObject") == 6
        assert len(by_botocore) == 1


def test_a_checksum_only_botocore_can_check_is_left_to_it(
    aws: Path, by_botocore: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with botocore[crt] installed."""
    from botocore import httpchecksum

    class First(httpchecksum.Crc32Checksum):  # type: ignore[misc]
        seen = b""

        def update(self, chunk: bytes) -> None:
            self.seen += chunk

        def digest(self) -> bytes:
            return self.seen[:1]

    monkeypatch.setitem(httpchecksum._CHECKSUM_CLS, "crc64nvme", First)
    names = ["crc64nvme", "crc32"]
    monkeypatch.setattr(httpchecksum, "_SUPPORTED_CHECKSUM_ALGORITHMS", names)
    body = BODY
    with reading(lambda _: data(body, x_amz_checksum_crc64nvme="Hw==")) as (source, fake):
        for _ in range(2):
            assert source.read(log()) == BODY
        body = b"x" + BODY[1:]
        with pytest.raises(SourceError, match="does not match its checksum"):
            source.read(log(body=body))
        assert len(by_botocore) == 2 + 3
        assert fake.count("GetObject") == source.requests.get == 5


def test_an_answer_in_pieces_is_left_to_botocore(aws: Path, by_botocore: list[str]) -> None:
    def chunked(body: bytes) -> Reply:
        coded = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
        named = {"ETag": f'"{etag(body)}"', "Transfer-Encoding": "chunked"}
        return Reply(body=coded, headers=named, length=None)

    def script(request: Request) -> Reply:
        return data(BODY) if request.n == 1 else chunked(BODY)

    with reading(script) as (source, fake):
        for _ in range(3):
            assert source.read(log()) == BODY
        assert fake.count("GetObject") == 3
        assert len(by_botocore) == 3


@pytest.mark.parametrize("fault", ["close", ""])
def test_a_connection_that_is_closed_after_an_answer_is_not_used_again(
    aws: Path, by_botocore: list[str], fault: str
) -> None:
    headers = {} if fault else {"Connection": "close"}
    reply = replace(data(BODY, **headers), fault=fault)
    with reading(lambda r: data(BODY) if r.n == 1 else reply) as (source, fake):
        for _ in range(4):
            assert source.read(log()) == BODY
        assert fake.count("GetObject") == 4
        assert len({request.port for request in fake.requests}) == 3


def test_garbage_instead_of_an_answer(aws: Path) -> None:
    garbage = Reply(0, b"\x15\x03\x01 not HTTP\r\n\r\n", fault="close")
    with reading(lambda r: garbage if r.n in (2, 3) else data(BODY)) as (source, fake):
        for _ in range(2):
            assert source.read(log()) == BODY
        assert fake.count("GetObject") == source.requests.get == 4


def test_close_ends_a_get_and_closes_idle_connections(aws: Path, by_botocore: list[str]) -> None:
    stalled = threading.Event()

    def script(request: Request) -> Reply:
        if not request.key.endswith("stall"):
            return data(BODY)
        stalled.set()
        return replace(data(BODY), body=BODY[:9], length=len(BODY), fault="stall")

    with reading(script) as (source, _):
        source.read(log())
        caught: list[SourceError] = []

        def read() -> None:
            with pytest.raises(SourceError) as error:
                source.read(log("stall"))
            caught.append(error.value)

        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        stalled.wait(10)
        pool = source._gets._learned.pool  # type: ignore[union-attr]
        source.close()
        thread.join(10)
        assert [error.reason for error in caught] == ["stopped"]
        assert by_botocore == [log().key]
        assert pool.pool is None
        with pytest.raises(SourceError, match="stopped"):
            source.read(log())


def test_a_renewed_client_leaves_no_connection_behind(aws: Path) -> None:
    with reading(data(BODY)) as (source, _):
        source.read(log())
        pool = source._gets._learned.pool  # type: ignore[union-attr]
        source.refresh()
        assert pool.pool is None
        assert source.read(log()) == BODY


def test_threads_use_as_many_connections_as_there_are_threads(
    aws: Path, by_botocore: list[str]
) -> None:
    together = threading.Barrier(4)

    def script(request: Request) -> Reply:
        if request.n <= 4:
            together.wait(10)
        return data(request.key.encode())

    with reading(script) as (source, fake):

        def read(part: int) -> None:
            for n in range(20):
                file = log(f"{part}-{n}")
                body = file.key.encode()
                got = source.read(LogFile(file.key, len(body), etag(body)))
                assert got == body

        threads = [threading.Thread(target=read, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert fake.count("GetObject") == source.requests.get == 80
        assert len({request.port for request in fake.requests}) == len(by_botocore) == 4

"""Endpoints as AWS names them, reached through a proxy's tunnel and TLS, for every GET alike."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ctexplore.sources.address import parse_address
from ctexplore.sources.s3.options import S3Options
from ctexplore.sources.s3.session import open_s3
from ctexplore.sources.s3.source import S3Source
from ctexplore.sources.source import LogFile, SourceError
from tests.fakes3 import FakeS3, Reply, Request, data, etag
from tests.tunnel import certificate, tunnelled

BODY = b"\x1f\x8b" + bytes(range(256))
KEY = "AWSLogs/1/a.json.gz"
POINT = "arn:aws:s3:eu-west-1:111122223333:accesspoint/night"
NAMES = (
    *("*.s3.eu-west-1.amazonaws.com", "*.s3-fips.us-east-1.amazonaws.com"),
    *("*.s3.dualstack.eu-west-1.amazonaws.com", "*.s3-accesspoint.eu-west-1.amazonaws.com"),
    *("*.s3.cn-north-1.amazonaws.com.cn", "bucket.vpce-1.s3.us-east-1.vpce.amazonaws.com"),
    "s3.eu-west-1.amazonaws.com",
)


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("tls"), *NAMES)


@contextmanager
def reading(
    monkeypatch: pytest.MonkeyPatch, trusted: Path, bucket: str, **options: str
) -> Iterator[tuple[S3Source, FakeS3, list[str]]]:
    def script(request: Request) -> Reply:
        return data(BODY)

    with tunnelled(script, trusted) as (fake, proxy, hosts):
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        monkeypatch.setenv("AWS_CA_BUNDLE", str(trusted))
        address = parse_address(bucket, region=options.pop("region", ""))
        source = open_s3(S3Options.at(address, **options))
        yield source, fake, hosts
        source.close()


@pytest.mark.parametrize(
    ("bucket", "options", "env", "host", "path"),
    [
        ("my-logs", {"region": "eu-west-1"}, {}, "my-logs.s3.eu-west-1.amazonaws.com", ""),
        # A wildcard certificate is for one label: a dotted name goes into the path.
        ("my.logs", {"region": "eu-west-1"}, {}, "s3.eu-west-1.amazonaws.com", "my.logs"),
        (
            "my-logs",
            {"region": "us-east-1"},
            {"AWS_USE_FIPS_ENDPOINT": "true"},
            "my-logs.s3-fips.us-east-1.amazonaws.com",
            "",
        ),
        (
            "my-logs",
            {"region": "eu-west-1"},
            {"AWS_USE_DUALSTACK_ENDPOINT": "true"},
            "my-logs.s3.dualstack.eu-west-1.amazonaws.com",
            "",
        ),
        (POINT, {}, {}, "night-111122223333.s3-accesspoint.eu-west-1.amazonaws.com", ""),
        ("my-logs", {"region": "cn-north-1"}, {}, "my-logs.s3.cn-north-1.amazonaws.com.cn", ""),
        (
            "my-logs",
            {"endpoint_url": "https://bucket.vpce-1.s3.us-east-1.vpce.amazonaws.com"},
            {},
            "bucket.vpce-1.s3.us-east-1.vpce.amazonaws.com",
            "my-logs",
        ),
    ],
)
def test_every_get_goes_where_botocore_sends_the_first(
    aws: Path,
    monkeypatch: pytest.MonkeyPatch,
    trusted: Path,
    bucket: str,
    options: dict[str, str],
    env: dict[str, str],
    host: str,
    path: str,
) -> None:
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    with reading(monkeypatch, trusted, bucket, **options) as (source, fake, hosts):
        for _ in range(3):
            assert source.read(LogFile(KEY, len(BODY), etag(BODY))) == BODY
        assert {request.headers["host"] for request in fake.requests} == {host}
        assert {request.target for request in fake.requests} == {f"{path and '/' + path}/{KEY}"}
        assert hosts == [f"{host}:443"]
        assert source._gets._untold == 2  # type: ignore[union-attr]


def test_a_forwarding_proxy_is_left_to_botocore(aws: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeS3(lambda _: data(BODY)) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        source = open_s3(S3Options("my-logs", endpoint_url="http://s3.example.invalid"))
        for _ in range(2):
            assert source.read(LogFile(KEY, len(BODY), etag(BODY))) == BODY
        assert {r.target for r in proxy.requests} == {f"http://s3.example.invalid/my-logs/{KEY}"}
        assert source._gets._untold == 0  # type: ignore[union-attr]


def test_a_certificate_for_another_host(
    aws: Path, monkeypatch: pytest.MonkeyPatch, trusted: Path
) -> None:
    with (
        reading(monkeypatch, trusted, "my-logs", region="eu-central-1") as (source, fake, _),
        pytest.raises(SourceError, match="TLS failed: the certificate is for another host"),
    ):
        source.read(LogFile(KEY, len(BODY), etag(BODY)))
    assert fake.requests == []


def test_a_certificate_that_is_not_trusted(
    aws: Path, monkeypatch: pytest.MonkeyPatch, trusted: Path
) -> None:
    with reading(monkeypatch, trusted, "my-logs", region="eu-west-1") as (_, fake, _):
        monkeypatch.delenv("AWS_CA_BUNDLE")
        source = open_s3(S3Options("my-logs", region="eu-west-1"))
        with pytest.raises(SourceError, match="TLS failed: a self-signed certificate") as caught:
            source.read(LogFile(KEY, len(BODY), etag(BODY)))
        assert "AWS_CA_BUNDLE" in caught.value.hint
        assert fake.requests == []

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.backends import get_backend

from ctexplore.sources.address import parse_address
from ctexplore.sources.s3.options import S3Options
from ctexplore.sources.s3.session import first_folder, open_s3
from ctexplore.sources.source import SourceError
from tests.sources.s3_at import merged

DAY = "AWSLogs/111122223333/CloudTrail/us-east-1/2023/07/10/"
ALLOWED = {"ListObjectsV2", "GetObject", "AssumeRole", "GetCallerIdentity"}
ROLE = "arn:aws:iam::444455556666:role/reader"


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Every operation any botocore client of the test has sent, our own set-up apart."""
    from botocore.client import BaseClient

    seen: set[str] = set()
    call = BaseClient._make_api_call

    def note(self: Any, operation: str, params: dict[str, Any]) -> Any:
        seen.add(operation)
        return call(self, operation, params)

    monkeypatch.setattr(BaseClient, "_make_api_call", note)
    return seen


@pytest.fixture
def bucket(moto: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, bytes]], S3Options]:
    """Fill a bucket ``logs``; gives the options that lead to it."""

    def fill(objects: dict[str, bytes]) -> S3Options:
        client = boto3.client("s3", endpoint_url=moto)
        client.create_bucket(Bucket="logs")
        for key, body in objects.items():
            client.put_object(Bucket="logs", Key=key, Body=body)
        return S3Options("logs", endpoint_url=moto)

    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", moto)
    return fill


def test_a_bucket_is_walked_and_read_with_four_operations(
    bucket: Callable[[dict[str, bytes]], S3Options], request: pytest.FixtureRequest
) -> None:
    options = bucket({f"{DAY}{n}.json.gz": bytes([n]) * (n + 1) for n in range(3)} | {DAY: b""})
    sent: set[str] = request.getfixturevalue("sent")
    source = open_s3(options)
    folder = first_folder(source)
    while folders := merged(source, folder).folders:
        (folder,) = folders
    assert folder == DAY
    files = merged(source, folder).files
    assert [source.read(file) for file in files] == [b"\0", b"\1\1", b"\2\2\2"]
    assert source.caller() == "arn:aws:sts::123456789012:user/moto"
    assert (source.requests.get, source.requests.bytes) == (3, 6)
    assert sent <= ALLOWED
    assert {"ListObjectsV2", "GetObject", "GetCallerIdentity"} <= sent


def test_more_than_a_page_and_start_after(
    bucket: Callable[[dict[str, bytes]], S3Options],
) -> None:
    keys = [f"{DAY}{n:04}.json.gz" for n in range(1003)]
    source = open_s3(bucket({}))
    backend = get_backend("s3")["123456789012"]["aws"]  # 1,003 PUTs take six seconds
    for key in keys:
        backend.put_object("logs", key, b"")
    pages = list(source.children(DAY))
    assert [len(page.files) for page in pages] == [1000, 3]
    assert [file.key for page in pages for file in page.files] == keys
    assert [file.key for file in merged(source, DAY, keys[1000]).files] == keys[1001:]
    assert source.requests.list == 3


def test_a_role_is_assumed_once_and_named(
    bucket: Callable[[dict[str, bytes]], S3Options], sent: set[str]
) -> None:
    options = bucket({"AWSLogs/x.json": b"{}"})
    sent.clear()
    source = open_s3(
        S3Options("logs", prefix="AWSLogs/", endpoint_url=options.endpoint_url, role_arn=ROLE)
    )
    assert sent == {"AssumeRole"}
    (file,) = merged(source, source.root).files
    assert source.read(file) == b"{}"
    assert source.caller() == "arn:aws:sts::444455556666:assumed-role/reader/ctexplore"
    assert sent <= ALLOWED


def test_an_object_deleted_or_overwritten_after_listing(
    bucket: Callable[[dict[str, bytes]], S3Options],
) -> None:
    options = bucket({"a.json": b"old", "b.json": b"x"})
    source = open_s3(options)
    a, b = merged(source).files
    client = boto3.client("s3", endpoint_url=options.endpoint_url)
    client.put_object(Bucket="logs", Key="a.json", Body=b"new")
    client.delete_object(Bucket="logs", Key="b.json")
    with pytest.raises(SourceError, match="changed since it was listed"):
        source.read(a)
    with pytest.raises(SourceError, match="deleted since it was listed") as caught:
        source.read(b)
    assert not caught.value.skipped
    (again,) = merged(source).files
    assert (source.read(again), again.version != a.version) == (b"new", True)


def test_an_archived_object_is_known_from_its_listing(
    bucket: Callable[[dict[str, bytes]], S3Options],
) -> None:
    options = bucket({})
    client = boto3.client("s3", endpoint_url=options.endpoint_url)
    client.put_object(Bucket="logs", Key="a.json", Body=b"x", StorageClass="DEEP_ARCHIVE")
    source = open_s3(options)
    (file,) = merged(source).files
    assert file.storage == "DEEP_ARCHIVE"
    with pytest.raises(SourceError, match=r"archived \(DEEP_ARCHIVE\)"):
        source.read(file)
    assert source.requests.get == 0


def test_a_bucket_that_is_not_there(moto: str) -> None:
    source = open_s3(S3Options("nobodys-logs", endpoint_url=moto))
    with pytest.raises(SourceError, match="the bucket does not exist") as caught:
        first_folder(source)
    assert caught.value.fatal


def test_an_object_address_opens_that_object(
    bucket: Callable[[dict[str, bytes]], S3Options],
) -> None:
    options = bucket({f"{DAY}a.json": b"1", f"{DAY}a.json.gz": b"2", f"{DAY}b.json": b"3"})
    address = parse_address(f"s3://logs/{DAY}a.json")
    source = open_s3(S3Options.at(address, endpoint_url=options.endpoint_url))
    page = merged(source, source.root)
    assert [source.read(file) for file in page.files] == [b"1"]


def test_offline_opens_no_socket(aws: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def refuse(*_: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_EC2_METADATA_DISABLED")
    online = open_s3(S3Options("logs", region="eu-west-1"), offline=True)
    monkeypatch.setattr(socket, "socket", refuse)
    source = open_s3(S3Options("logs", region="eu-west-1"), offline=True)
    assert source.identity == online.identity == "s3:aws/logs"
    with pytest.raises(SourceError, match="not kept locally"):
        merged(source)

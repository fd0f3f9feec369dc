"""A bucket opened again, and offline: what is asked of S3, and what need not be."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import ctexplore
from ctexplore import cli
from ctexplore.sources.aws.endpoint_settings import endpoint_settings
from tests.build import event, gz, log
from tests.fakes3 import FakeS3, Reply, Request, data, etag, item, listing

# Names that tell nothing, so that the records have to say where each file belongs.
HEAP = {f"{number}.json.gz": gz(log(event(number))) for number in range(3)}


def heap(request: Request) -> Reply:
    if request.operation == "GetObject":
        return data(HEAP[request.key])
    if request.query.get("prefix", ""):
        return listing()
    return listing([item(key, len(stored), etag(stored)) for key, stored in HEAP.items()])


@pytest.fixture
def place(tmp_path: Path) -> list[str]:
    return ["s3://my-logs", "--cache-dir", str(tmp_path / "cache"), "--count"]


def query(*arguments: str) -> int:
    return cli.main(["query", "", *arguments])


def test_a_heap_of_unnamed_files_opens_again_without_a_get(
    aws: Path, place: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    with FakeS3(heap) as fake:
        assert query(*place, "--endpoint-url", fake.url) == 0
        gets = fake.count("GetObject")
        assert gets
        assert query(*place, "--endpoint-url", fake.url) == 0
        assert fake.count("GetObject") == gets
    assert capfd.readouterr().out == "3\n3\n"


def test_offline_needs_no_boto3(
    aws: Path, place: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with FakeS3(heap) as fake:
        place += ["--endpoint-url", fake.url]
        assert query(*place) == 0
    code = (
        "import os, sys; from ctexplore import cli\n"
        "sys.addaudithook(lambda event, _: event.startswith('socket.') and os._exit(99))\n"
        f"status = cli.main({['query', '', *place, '--offline']})\n"
        "print(status, sorted({m.partition('.')[0] for m in sys.modules}"
        " & {'boto3', 'botocore', 'urllib3'}))"
    )
    path = str(Path(ctexplore.__file__).parents[1])
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": path, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (ran.stdout, ran.stderr) == ("3\n0 []\n", "")


@pytest.mark.parametrize("how", ["variable", "configuration", "option"])
def test_offline_another_endpoint_is_another_bucket(
    how: str,
    aws: Path,
    place: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    def at(url: str) -> list[str]:
        if how == "option":
            return ["--endpoint-url", url]
        if how == "variable":
            monkeypatch.setenv("AWS_ENDPOINT_URL_S3", url)
        else:
            (aws / "config").write_text(f"[default]\nendpoint_url = {url}\n")
        return []

    with FakeS3(heap) as fake:
        here, there = fake.url, "http://127.0.0.1:9"
        assert query(*place, *at(here)) == 0
    assert query(*place, *at(there), "--offline") == 2
    assert query(*place, *at(here), "--offline") == 0
    assert "not on disk" in capfd.readouterr().err


def test_new_credentials_change_no_endpoint(aws: Path) -> None:
    lines = "[default]\naws_access_key_id = {0}\naws_session_token = {0}\nregion = {1}\n"
    (aws / "credentials").write_text(lines.format("one", "eu-west-1"))
    before = endpoint_settings()
    (aws / "credentials").write_text(lines.format("two", "eu-west-1"))
    assert endpoint_settings() == before
    assert "one" not in "".join(before)
    (aws / "credentials").write_text(lines.format("two", "cn-north-1"))
    assert endpoint_settings() != before


@pytest.mark.parametrize("content", [None, b"\xff\xfe[", b"services = x\n[services x]\n"])
def test_settings_are_read_from_any_file(aws: Path, content: bytes | None) -> None:
    if content is not None:
        (aws / "config").write_bytes(content)
    assert all(isinstance(text, str) for text in endpoint_settings())

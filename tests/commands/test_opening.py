"""From what is typed to an open source: which places, which region, several of them as one."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ctexplore import cli
from ctexplore.commands.failure import Failure
from ctexplore.commands.opening import open_source
from ctexplore.commands.source_options import add_source_options, limits_of
from ctexplore.sources.s3.options import S3Options
from ctexplore.sources.source import Source, SourceError
from ctexplore.store.cache.cache import NoCache
from tests.build import event, gz, log
from tests.fakes3 import FakeS3, Reply, Request, data, error, item, listing
from tests.sources.memory_source import MemorySource

Query = Callable[..., tuple[int, list[str], str]]


@pytest.fixture
def query(capfd: pytest.CaptureFixture[str], aws: Path) -> Query:
    def run(*arguments: object) -> tuple[int, list[str], str]:
        status = cli.main(["query", *map(str, arguments), "--no-cache"])
        out, err = capfd.readouterr()
        return status, out.splitlines(), err

    return run


def options(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("sources", nargs="*")
    add_source_options(parser)
    return parser.parse_intermixed_args(arguments)


def opened(*arguments: str, may_ask: bool = False) -> Source:
    return open_source(options(*arguments), NoCache(""), may_ask=may_ask)


def folder(path: Path, *numbers: int) -> Path:
    path.mkdir(parents=True)
    (path / "log.json.gz").write_bytes(gz(log(*map(event, numbers))))
    return path


def names(lines: list[str]) -> list[str]:
    return [json.loads(line)["eventName"] for line in lines]


# -- several sources


def test_several_sources_answer_as_one(query: Query, tmp_path: Path) -> None:
    one, two = folder(tmp_path / "a" / "logs", 1, 3, 5), folder(tmp_path / "b" / "logs", 2, 3, 4)
    status, lines, said = query("", one, two, "--format", "jsonl")
    assert (status, said) == (0, "")
    assert names(lines) == ["Event5", "Event4", "Event3", "Event2", "Event1"]
    assert query("name:Event3", one, "--count", two) == (0, ["1"], "")
    assert query("name:Event3", one, two, "--count", "--duplicates", "keep") == (0, ["2"], "")
    assert query("name:Event9", one, two, "--count") == (1, ["0"], "")


def test_a_source_named_twice_is_read_once(tmp_path: Path) -> None:
    path = folder(tmp_path / "logs", 1)
    assert opened(str(path), str(path)).label == "logs"


def test_a_bucket_and_a_folder_together(query: Query, tmp_path: Path) -> None:
    stored = gz(log(event(2), event(3)))

    def script(request: Request) -> Reply:
        if request.operation == "GetObject":
            return data(stored)
        return listing([item("x.json.gz", len(stored))])

    path = folder(tmp_path / "logs", 1, 2)
    with FakeS3(script) as fake:
        place = ("s3://my-logs", "--endpoint-url", fake.url)
        status, lines, said = query("", path, *place, "--format", "jsonl")
        assert fake.count("ListObjectsV2") == 1
    assert (status, names(lines), said) == (0, ["Event3", "Event2", "Event1"], "")


def test_what_is_wrong_with_the_last_is_said_before_the_first_is_asked(query: Query) -> None:
    with FakeS3(lambda _: listing()) as fake:
        status, _, said = query("", "s3://my-logs", "nowhere", "--endpoint-url", fake.url)
        assert (status, fake.requests) == (2, [])
    assert "nowhere: no such file or folder" in said


# -- how a command line is read


def test_a_filter_may_begin_with_its_minus(query: Query, tmp_path: Path) -> None:
    path = folder(tmp_path / "logs", 1, 2, 3)
    assert query("-name:Event1", path, "--count") == (0, ["2"], "")


def test_the_time_of_a_filter_narrows_what_is_read(query: Query, tmp_path: Path) -> None:
    region = tmp_path / "AWSLogs/111122223333/CloudTrail/us-east-1/2024/03"
    folder(region / "05", 1, 2)
    (folder(region / "09") / "log.json.gz").write_bytes(b"not JSON")
    assert query("", tmp_path, "--count")[:2] == (3, ["2"])
    assert query("until:2024-03-06", tmp_path, "--count") == (0, ["2"], "")
    status, lines, said = query("since:2024-03-06 until:2024-03-05", tmp_path, "--count")
    assert (status, lines) == (1, ["0"])
    assert said.startswith("ctexplore: no log files are in scope: none lie there, or none of")


def test_local_files_are_limited_only_when_asked(tmp_path: Path) -> None:
    source = opened(str(folder(tmp_path / "logs", 1)))
    remote = MemorySource([])
    assert limits_of(options(), source).max_objects > 10**9
    assert limits_of(options("--max-objects", "1,000"), source).max_objects == 1000
    assert limits_of(options(), remote).max_objects == 100_000


# -- buckets


@pytest.fixture
def asked_for(monkeypatch: pytest.MonkeyPatch, aws: Path) -> list[S3Options]:
    """The options of every bucket that is opened; none answers."""
    seen: list[S3Options] = []

    def refuse(options: S3Options, *, offline: bool = False, session: object = None) -> Source:
        seen.append(options)
        raise SourceError(options.uri(""), "not today")

    monkeypatch.setattr("ctexplore.sources.s3.session.open_s3", refuse)
    return seen


@pytest.mark.parametrize(
    ("source", "environment", "expected"),
    [
        ("s3://logs-1", {}, "us-east-1"),
        ("s3://logs-1", {"AWS_REGION": "eu-west-3"}, "eu-west-3"),
        ("s3://logs-1 --region eu-north-1 --region eu-west-1", {}, "eu-north-1"),
        ("s3://logs-1 --region eu-north-1", {"AWS_REGION": "eu-west-3"}, "eu-west-3"),
        ("s3://logs-1 --region eu-north-1", {"AWS_DEFAULT_REGION": "eu-west-3"}, ""),
        ("s3://logs-1 --region eu-north-1 --profile night", {}, ""),
        ("s3://logs-1 --region eu-north-1 --profile none", {}, ""),
        (
            "https://logs-1.s3.eu-south-1.amazonaws.com/a --region eu-north-1",
            {"AWS_REGION": "eu-west-3"},
            "eu-south-1",
        ),
    ],
)
def test_the_region_to_ask_first(
    asked_for: list[S3Options],
    aws: Path,
    monkeypatch: pytest.MonkeyPatch,
    source: str,
    environment: dict[str, str],
    expected: str,
) -> None:
    (aws / "config").write_text("[profile night]\nregion = ap-east-1\n")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(Failure, match="not today"):
        opened(*source.split())
    assert [options.region for options in asked_for] == [expected]


@pytest.mark.parametrize(
    ("typed", "bucket", "prefix", "key"),
    [
        ("--bucket my-logs", "my-logs", "", ""),
        ("--bucket my-logs --prefix a/b", "my-logs", "a/b/", ""),
        ("--bucket s3://my-logs/a", "my-logs", "a/", ""),
        ("--bucket night-abc-s3alias", "night-abc-s3alias", "", ""),
        ("s3://my-logs/a/x.json.gz", "my-logs", "a/", "a/x.json.gz"),
        (
            "arn:aws:s3:eu-west-1:111122223333:accesspoint/night/a/",
            "arn:aws:s3:eu-west-1:111122223333:accesspoint/night",
            "a/",
            "",
        ),
        (
            "https://eu-west-1.console.aws.amazon.com/s3/buckets/my-logs?prefix=a/b/",
            "my-logs",
            "a/b/",
            "",
        ),
        (
            "https://eu-west-1.console.aws.amazon.com/s3/object/my-logs?prefix=a/x.json.gz",
            "my-logs",
            "a/",
            "a/x.json.gz",
        ),
    ],
)
def test_places_in_s3(
    asked_for: list[S3Options], typed: str, bucket: str, prefix: str, key: str
) -> None:
    with pytest.raises(Failure):
        opened(*typed.split())
    assert [(o.bucket, o.prefix, o.key) for o in asked_for] == [(bucket, prefix, key)]


def test_options_reach_the_bucket(asked_for: list[S3Options]) -> None:
    role = "arn:aws:iam::444455556666:role/reader"
    with pytest.raises(Failure):
        opened(
            *("s3://my-logs", "--profile", "night", "--role-arn", role, "--request-payer"),
            *("--expected-bucket-owner", "444455556666", "--endpoint-url", "http://localhost:1"),
        )
    [got] = asked_for
    assert (got.profile, got.role_arn, got.request_payer) == ("night", role, True)
    assert (got.expected_bucket_owner, got.endpoint_url) == ("444455556666", "http://localhost:1")


def only(*allowed: str) -> Callable[[Request], Reply]:
    """A policy that lists these prefixes only, each empty."""

    def script(request: Request) -> Reply:
        prefix = request.query.get("prefix", "")
        return listing([]) if prefix in allowed else error("AccessDenied", 403)

    return script


def test_a_closed_top_leads_to_awslogs(aws: Path) -> None:
    with FakeS3(only("AWSLogs/")) as fake:
        source = opened("s3://my-logs", "--endpoint-url", fake.url)
        assert source.root == "AWSLogs/"


def test_where_all_is_closed_somebody_has_to_name_a_prefix(aws: Path) -> None:
    with FakeS3(only("logs/AWSLogs/")) as fake:
        place = ("s3://my-logs", "--endpoint-url", fake.url)
        with pytest.raises(Failure, match="--prefix") as caught:
            opened(*place)
        assert caught.value.status == 2
        assert opened(*place, may_ask=True).root == ""
        assert opened("s3://my-logs/logs/AWSLogs", *place[1:]).root == "logs/AWSLogs/"
        with pytest.raises(Failure, match="not allowed to list"):
            opened("s3://my-logs/a", *place[1:], may_ask=True)


def test_a_flat_bucket_is_arranged_for_one_listing(aws: Path) -> None:
    name = "111122223333_CloudTrail_us-east-1_202403{:02}T0905Z_aaaabbbbccccdddd.json.gz"
    with FakeS3(lambda _: listing([item(name.format(day)) for day in (1, 2)])) as fake:
        source = opened("s3://my-logs", "--endpoint-url", fake.url)
        [page] = source.children("")
        assert (page.folders, page.files) == (["111122223333/"], [])
        assert fake.count("ListObjectsV2") == 1

"""The price of a query before it is run, and the requests it took, exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ctexplore import cli
from ctexplore.commands import query
from ctexplore.sources.demo.layouts import layout_files, write_layout
from ctexplore.store.scope import Limits
from tests.e2e.bucket import BUCKET, CountedBucket

Run = Callable[..., tuple[int, str, str]]
FILES = [(key, content) for key, content, _ in layout_files("account")]
DAY = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/03/"


@pytest.fixture
def bucket(aws: Path) -> Iterator[CountedBucket]:
    with CountedBucket() as counted:
        counted.put(FILES)
        counted.forget()
        yield counted


@pytest.fixture
def run(bucket: CountedBucket, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    def ask(*arguments: str) -> tuple[int, str, str]:
        where = ["--endpoint-url", bucket.url, "--cache-dir", str(tmp_path / "cache")]
        status = cli.main(["query", "", *arguments, *where])
        return status, *capfd.readouterr()

    return ask


def test_an_estimate_lists_and_reads_nothing(bucket: CountedBucket, run: Run) -> None:
    status, out, err = run(f"s3://{BUCKET}", "--estimate")
    assert (status, err) == (0, "")
    assert out.startswith(f"{len(FILES)} log files, 0 of them on disk already: 8 GET requests")
    assert bucket.gets == []
    # The bucket, AWSLogs, account, kind, and for each region itself, year, month and three days.
    assert len(bucket.lists) == 4 + 2 * (1 + 1 + 1 + 3)
    assert f"{len(bucket.lists)} LIST made" in out


def test_what_is_on_disk_costs_no_get(bucket: CountedBucket, run: Run) -> None:
    run(f"s3://{BUCKET}/{DAY}")
    gets = len(bucket.gets)
    status, out, _ = run(f"s3://{BUCKET}", "--estimate")
    assert status == 0
    assert f"{gets} of them on disk already: {len(FILES) - gets} GET requests" in out


def test_after_a_wide_query_its_requests_are_told(
    bucket: CountedBucket, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query, "limits_of", lambda *_: Limits(ask_objects=4))
    status, _, err = run(f"s3://{BUCKET}", "--count")
    assert status == 0
    price, after = err.splitlines()
    assert price.startswith("ctexplore: 8 log files, 0 of them on disk already: 8 GET requests")
    counted = f"{len(bucket.lists)} LIST and {len(bucket.gets)} GET requests"
    assert after.startswith(f"ctexplore: {counted}, ")
    assert (len(bucket.lists), len(bucket.gets)) == (16, 8)


def test_a_narrow_query_says_nothing_of_requests(run: Run) -> None:
    assert run(f"s3://{BUCKET}", "--count") == (0, "24\n", "")


def test_a_day_costs_its_folder_and_the_next_ones(bucket: CountedBucket, run: Run) -> None:
    assert run(f"s3://{BUCKET}/{DAY}", "--count")[:2] == (0, "9\n")
    assert sorted(set(bucket.lists)) == [DAY, DAY.replace("03/03/", "03/04/")]
    assert len(bucket.lists) == 2
    assert len(bucket.gets) == len(set(bucket.gets)) == 3


def test_a_folder_costs_no_requests(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    write_layout(tmp_path / "trail", "account")
    assert cli.main(["query", "", str(tmp_path / "trail"), "--estimate"]) == 0
    out = capfd.readouterr().out
    assert out.startswith(f"{len(FILES)} log files, ") and " of memory\n" in out
    assert "GET" not in out and "LIST" not in out

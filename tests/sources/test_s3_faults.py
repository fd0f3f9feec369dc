"""Faults of every kind mixed in: nothing is lost, nothing is read wrong, all of it is counted."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3
import pytest

from ctexplore import cli
from ctexplore.sources.s3.download import Again
from ctexplore.sources.source import LogFile, SourceError
from ctexplore.store.cache.cache import MemoryCache
from ctexplore.store.scope import Scope
from ctexplore.store.session import Session
from tests.build import event, gz, log
from tests.fakes3 import FakeS3, Reply, Request, data, etag, item, listing
from tests.faults import Faults, upstream
from tests.sources.s3_at import merged, s3_at

ABOVE = "AWSLogs/111122223333/CloudTrail/us-east-1/2024/03/"


@pytest.fixture(autouse=True)
def unhurried(aws: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No pauses between tries."""
    monkeypatch.setattr(Again, "wait", lambda self, tried: 0.0)


# -- each object by itself, in front of moto


@pytest.mark.parametrize(
    ("seed", "objects"),
    [(1, 80), (2, 80), *(pytest.param(n, 400, marks=pytest.mark.slow) for n in range(3, 13))],
)
def test_what_each_object_becomes(moto: str, seed: int, objects: int) -> None:
    client = boto3.client("s3", endpoint_url=moto)
    client.create_bucket(Bucket="logs")
    bodies = {f"{ABOVE}05/{n:04}.json.gz": gz(log(event(n)) + b" " * n) for n in range(objects)}
    for key, body in bodies.items():
        client.put_object(Bucket="logs", Key=key, Body=body)
    faults = Faults(seed, share=0.4)
    with FakeS3(faults.before(upstream(moto))) as proxy, ThreadPoolExecutor(6) as threads:
        source = s3_at(proxy.url)
        files = merged(source, f"{ABOVE}05/").files
        assert [file.key for file in files] == sorted(bodies)

        def read(file: LogFile) -> tuple[str, str, bool]:
            try:
                assert source.read(file) == bodies[file.key]
            except SourceError as error:
                assert not error.fatal
                return file.key, "skipped" if error.skipped else "failed", error.retry
            return file.key, "read", False

        for key, became, retry in threads.map(read, files):
            fault = faults.struck.get(key)
            assert became == (fault.becomes if fault else "read"), (key, fault)
            assert retry == bool(fault and fault.retry)
        assert {"read", "failed", "skipped"} <= {f.becomes for f in faults.struck.values()}
        assert source.requests.get >= proxy.count("GetObject")
        faults.off = True
        assert all(source.read(file) == bodies[file.key] for file in files)


# -- a whole load


class Trail:
    """``files`` log files of ``each`` events in days of 50 files, as a bucket would serve them."""

    def __init__(self, files: int, each: int) -> None:
        self.bodies: dict[str, bytes] = {}
        for n in range(files):
            day = f"{1 + n // 50 % 28:02}"
            time = f"2024-03-{day}T00:00:00Z"
            records = (event(n * each + e, eventTime=time) for e in range(each))
            self.bodies[f"{ABOVE}{day}/{n:06}.json.gz"] = gz(log(*records))
        self.events = Counter(f"Event{n}" for n in range(files * each))
        self._listed: dict[str, list[str]] = {}
        for key, body in self.bodies.items():
            folder = key[: key.rindex("/") + 1]
            self._listed.setdefault(folder, []).append(item(key, len(body), etag(body)))

    def script(self, request: Request) -> Reply:
        if request.operation == "GetObject":
            return data(self.bodies[request.key])
        prefix = request.query.get("prefix", "")
        if prefix in self._listed:
            return listing(self._listed[prefix])
        at = len(prefix)
        below = {day[: day.index("/", at) + 1] for day in self._listed if day.startswith(prefix)}
        return listing(folders=sorted(below))


SIZES = [(600, 3), pytest.param(10_000, 100, marks=pytest.mark.slow)]
Run = Callable[[], tuple[int, Counter[str], str]]


def querying(url: str, cache: Path, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run ``ctexplore query`` over all of it: exit status, events' names, what was said."""

    def run() -> tuple[int, Counter[str], str]:
        place = ["s3://my-logs", "--endpoint-url", url, "--cache-dir", str(cache)]
        limits = ["--max-objects", "1000000", "--duplicates", "keep", "--format", "jsonl"]
        status = cli.main(["query", "", *place, *limits])
        out, said = capfd.readouterr()
        return status, Counter(json.loads(line)["eventName"] for line in out.splitlines()), said

    return run


@pytest.mark.parametrize(("files", "each"), SIZES)
def test_headless_counts_add_up_and_a_second_run_completes_the_answer(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], files: int, each: int
) -> None:
    trail, faults = Trail(files, each), Faults(seed=4, share=0.05)
    with FakeS3(faults.before(trail.script)) as fake:
        run = querying(fake.url, tmp_path / "cache", capfd)
        status, got, said = run()
        failed, skipped = faults.count("failed"), faults.count("skipped")
        read = files - failed - skipped
        assert failed and skipped
        assert status == 3
        assert (
            f"{files:,} files = {read:,} read + {failed:,} failed + {skipped:,} skipped "
            "+ 0 not read"
        ) in said
        assert got.total() == read * each
        assert got <= trail.events
        faults.off = True
        before = fake.count("GetObject")
        status, got, said = run()
        assert (status, said) == (0, "")
        assert got == trail.events
        assert fake.count("GetObject") - before == failed + skipped


@pytest.mark.parametrize(("files", "each"), SIZES)
def test_what_failed_is_read_when_it_is_tried_again(files: int, each: int) -> None:
    trail, faults = Trail(files, each), Faults(seed=5, share=0.05)
    cache = MemoryCache()

    def loaded(session: Session) -> Counter[str]:
        list(session.load())
        tally = session.tally
        assert tally.found == files == tally.read + tally.failed + tally.skipped
        assert tally.waiting == 0
        session.order.update()
        rows = map(int, session.order.newest_first())
        return Counter(session.table.text("name", row) for row in rows)

    with FakeS3(faults.before(trail.script)) as fake:
        source = s3_at(fake.url)
        first = Session(source, cache, Scope(("",)))
        got = loaded(first)
        tally = first.tally
        assert (tally.failed, tally.skipped) == (faults.count("failed"), faults.count("skipped"))
        assert got <= trail.events and got.total() == tally.read * each
        faults.off = True
        lasting = sum(f.becomes == "failed" and not f.retry for f in faults.struck.values())
        assert tally.failed > lasting > 0
        first.retry()
        got = loaded(first)
        assert (tally.failed, tally.skipped) == (lasting, faults.count("skipped"))
        assert got.total() == tally.read * each
        assert loaded(Session(source, cache, Scope(("",)))) == trail.events


def test_cold_twice_and_warm_are_one_answer(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    trail = Trail(120, 3)
    with FakeS3(trail.script) as fake:
        for cache, gets in (("one", 120), ("two", 240), ("two", 240)):
            answer = querying(fake.url, tmp_path / cache, capfd)()
            assert answer == (0, trail.events, "")
            assert fake.count("GetObject") == gets

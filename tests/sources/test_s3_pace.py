from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from ctexplore.sources.s3.download import Again
from ctexplore.sources.s3.pace import Pace
from ctexplore.sources.s3.requests import Requests
from ctexplore.sources.source import LogFile
from tests.fakes3 import FakeS3, Reply, Request, data, error, etag
from tests.sources.s3_at import s3_at

BODY = b"\x1f\x8b" + bytes(range(256))


def test_it_is_halved_once_for_what_was_under_way() -> None:
    requests = Requests()
    pace = Pace(8, requests)
    reads = [ExitStack() for _ in range(8)]
    for read in reads:
        read.enter_context(pace)
    limits = []
    for read in reads:
        requests.throttled += 1
        read.close()
        limits.append(pace.limit)
    # Eight were under way, then seven, six, five: only the fifth tells of the slower pace.
    assert limits == [4, 4, 4, 4, 2, 2, 1, 1]


def test_it_grows_again_to_what_it_was() -> None:
    requests = Requests()
    pace = Pace(4, requests)
    with pace:
        requests.throttled += 1
    assert pace.limit == 1
    limits = []
    for _ in range(10):
        with pace:
            pass
        limits.append(pace.limit)
    assert limits == [2, 2, 3, 3, 3, 4, 4, 4, 4, 4]


def test_what_fails_otherwise_changes_nothing() -> None:
    pace = Pace(4, Requests())
    pace.limit = 2
    for _ in range(5):
        with pytest.raises(ZeroDivisionError), pace:
            raise ZeroDivisionError
    assert pace.limit == 2


def test_nobody_reads_out_of_turn_and_closing_lets_all_go() -> None:
    pace = Pace(1, Requests())
    inside = threading.Event()

    def read() -> None:
        with pace:
            inside.set()

    with pace:
        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        assert not inside.wait(0.05)
        pace.close()
        assert inside.wait(10)
    thread.join(10)


def test_a_storm_of_slow_downs_is_read_through_by_fewer_threads(
    aws: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Again, "wait", lambda self, tried: 0.0)

    def script(request: Request) -> Reply:
        storm = request.n < 200 and request.n % 2
        return error("SlowDown", 503) if storm else data(BODY)

    with FakeS3(script) as fake, ThreadPoolExecutor(16) as threads:
        source = s3_at(fake.url, workers=16)
        files = [LogFile(f"{n:03}.gz", len(BODY), etag(BODY)) for n in range(200)]
        limits: list[int] = []

        def read(file: LogFile) -> bytes:
            got = source.read(file)
            limits.append(source.pace.limit)
            return got

        assert set(threads.map(read, files)) == {BODY}
        assert source.requests.throttled == 100
        assert min(limits) <= 8
        assert limits[-1] > min(limits)
        assert fake.count("GetObject") == 300

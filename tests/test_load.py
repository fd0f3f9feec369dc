"""Much of everything: listings of a hundred thousand objects, storms of keys and of sizes, filter
after filter. Bounds are counts and bytes, never times."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from ctexplore.sources.found import Found
from ctexplore.sources.walk import Walk
from ctexplore.trail.layout import Level, place_of
from tests.build import event, gz, log
from tests.e2e.terminal import Terminal, environment
from tests.fakes3 import FakeS3, Reply, Request, data, error, etag, item, listing
from tests.sources.s3_at import s3_at
from tests.tui.explorer import opened

PAGE = 1000
ACCOUNT = "AWSLogs/111122223333/CloudTrail/us-east-1/"
DAY = f"{ACCOUNT}2024/03/05/"

# Not ru_maxrss, which a process inherits from the one that started it.
_PEAK = """
import sys
from ctexplore import cli
status = cli.main(sys.argv[1:])
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print("peak", int(peak.split()[1]) >> 10, file=sys.stderr)
sys.exit(status)
"""


def named(number: int) -> str:
    minute = f"{number // 60 % 24:02}{number % 60:02}"
    return f"111122223333_CloudTrail_us-east-1_20240305T{minute}Z_{number:016x}.json.gz"


def day_of(objects: int) -> list[bytes]:
    """The pages of a listing of one day's folder."""
    keys = sorted(f"{DAY}{named(number)}" for number in range(objects))
    parts = [keys[first : first + PAGE] for first in range(0, objects, PAGE)]
    last = len(parts) - 1
    return [
        listing((item(key) for key in part), token="" if n == last else str(n + 1)).body
        for n, part in enumerate(parts)
    ]


def test_a_day_of_a_hundred_thousand_objects(aws: Path, tmp_path: Path) -> None:
    """Each page is asked for once, and what is known of an object takes little room."""
    pages = day_of(100_000)
    xml = {"Content-Type": "application/xml"}

    def script(request: Request) -> Reply:
        if request.query["prefix"] != DAY:
            return listing()
        return Reply(body=pages[int(request.query.get("continuation-token", 0))], headers=xml)

    def estimated(fake: FakeS3, prefix: str) -> tuple[str, int]:
        place = ["--bucket", "logs", "--prefix", prefix, "--endpoint-url", fake.url]
        words = ["query", "", *place, "--estimate", "--cache-dir", str(tmp_path / "cache")]
        ran = subprocess.run(
            [sys.executable, "-c", _PEAK, *words],
            capture_output=True, text=True, timeout=300, check=False,
            env=environment(tmp_path, AWS_DEFAULT_REGION="us-east-1"),
        )  # fmt: skip
        *said, peak = ran.stderr.splitlines()
        assert ran.returncode in (0, 2), ran.stderr
        return ran.stdout + "\n".join(said), int(peak.split()[1])

    with FakeS3(script) as fake:
        said, peak = estimated(fake, DAY)
        assert "100,000" in said
        asked = [request for request in fake.requests if request.query["prefix"] == DAY]
        assert len(asked) == len({request.target for request in asked}) == 100
        assert fake.count("ListObjectsV2") <= 102
        assert fake.count("GetObject") == 0
    with FakeS3(lambda _: Reply(body=day_of(1)[0], headers=xml)) as fake:
        _, empty = estimated(fake, DAY)
    assert peak - empty < 150


_BODY = gz(log(event(1)))


def account(request: Request) -> Reply:
    """A million objects in a thousand days, listed level by level."""
    if request.operation == "GetObject":
        return data(_BODY)
    prefix = request.query.get("prefix", "")
    place = place_of(prefix)
    if place.level is Level.DAY:
        return listing(item(f"{prefix}{named(n)}", len(_BODY), etag(_BODY)) for n in range(PAGE))
    below = {
        "": ["AWSLogs/"],
        "AWSLogs/": ["AWSLogs/111122223333/"],
        "AWSLogs/111122223333/": ["AWSLogs/111122223333/CloudTrail/"],
        "AWSLogs/111122223333/CloudTrail/": [ACCOUNT],
        ACCOUNT: [f"{ACCOUNT}{year}/" for year in (2022, 2023, 2024)],
    }
    if prefix in below:
        return listing(folders=below[prefix])
    depth = prefix.removeprefix(ACCOUNT).count("/")
    names = [f"{n:02}/" for n in (range(1, 13) if depth == 1 else range(1, 29))]
    return listing(folders=[prefix + name for name in names])


async def test_a_million_objects_are_not_listed_to_show_a_tree(aws: Path) -> None:
    with FakeS3(account) as fake:
        async with opened(s3_at(fake.url, workers=4), size=(120, 30)) as explorer:
            asked = {
                request.query["prefix"] for request in fake.requests if "prefix" in request.query
            }
            days = {prefix for prefix in asked if place_of(prefix).level is Level.DAY}
            # The newest day, and no other.
            assert len(days) <= 2
            before = fake.count("ListObjectsV2")
            assert before < 20
            await explorer.press("t", "k", "l")
            await explorer.settle()
            assert fake.count("ListObjectsV2") - before <= 3


@pytest.mark.slow
def test_a_million_objects_are_listed_whole(aws: Path) -> None:
    """Day by day, page by page, each once."""
    with FakeS3(account) as fake:
        walk = Walk(s3_at(fake.url, workers=8))
        files = sum(len(found.files) for found in walk.walk([""]) if isinstance(found, Found))
        assert files == 3 * 12 * 28 * PAGE
        listed = (request for request in fake.requests if request.operation != "STS")
        days = [r for r in listed if place_of(r.query.get("prefix", "")).level is Level.DAY]
        assert len(days) == len({request.target for request in days}) == 3 * 12 * 28


# -- storms


@pytest.fixture
def shown(tmp_path: Path) -> Path:
    file = tmp_path / "trail" / DAY / named(1)
    file.parent.mkdir(parents=True)
    file.write_bytes(gz(log(*(event(n) for n in range(3000)))))
    return tmp_path / "trail"


def test_a_storm_of_sizes(shown: Path, tmp_path: Path) -> None:
    dice = random.Random(3)
    with Terminal([str(shown)], environment(tmp_path), size=(80, 24)) as terminal:
        terminal.wait_for("3,000 of 3,000")
        for _ in range(300):
            terminal.resize(
                dice.choice((1, 2, 20, 60, 80, 140, 250)), dice.choice((1, 2, 9, 24, 70))
            )
            terminal.read_for(0.005)
        terminal.resize(80, 24)
        terminal.wait_for(lambda text: "3,000 of 3,000" in text and text.count("\n▌") == 1)
        terminal.press("\x11")
        assert terminal.status() == 0
        terminal.assert_restored()


@pytest.mark.parametrize("keys", [1_000, pytest.param(5_000, marks=pytest.mark.slow)])
def test_a_storm_of_keys_while_it_loads(tmp_path: Path, keys: int) -> None:
    """All are handled, in their order: as many steps down as up leave the cursor on the first."""
    with Terminal(["--demo"], environment(tmp_path), size=(80, 24)) as terminal:
        terminal.wait_for(lambda text: "\n▌" in text and "waiting" in text)
        for _ in range(keys // 200):
            terminal.press("j" * 100 + "k" * 100)
            terminal.read_for(0.01)
        terminal.wait_for("49,962 of 49,962")
        terminal.press("g")
        terminal.wait_for(lambda text: text.splitlines()[4].startswith("▌"))
        terminal.press("j" * 7 + "k" * 4)
        terminal.wait_for(lambda text: text.splitlines()[7].startswith("▌"))
        terminal.press("\x11")
        assert terminal.status() == 0
        terminal.assert_restored()


# -- filters

_FILTERED = """
import resource, sys
from datetime import UTC, datetime
from ctexplore.query.evaluate import Filter
from ctexplore.query.parse import parse
from ctexplore.sources.demo import DemoSource
from ctexplore.store.cache.cache import NoCache
from ctexplore.store.scope import Scope
from ctexplore.store.session import Session
events = int(sys.argv[1])
session = Session(DemoSource(events=events), NoCache(""), Scope(("",)))
for _ in session.load():
    session.order.update()
def now():
    pages = int(open("/proc/self/statm").read().split()[1])
    return pages * resource.getpagesize() >> 20
fields = ("name", "who", "source", "ip", "agent", "region", "error", "target")
def one(n):
    texts = (f"{fields[n % 8]}:*{n % 97}*", f"-is:read {fields[n % 8]}:*a{n % 10}*")
    wanted = Filter(parse(texts[n % 2], datetime.now(UTC)))
    mask = wanted.mask(session.table, 0, session.order.count, session.records)
    return len(session.order.view(mask).rows)
for n in range(20):
    one(n)
before = now()
found = sum(map(one, range(200)))
print(session.order.count, found, before, now())
"""


@pytest.mark.parametrize("events", [20_000, pytest.param(1_000_000, marks=pytest.mark.slow)])
def test_two_hundred_filters_keep_no_memory(events: int) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _FILTERED, str(events)],
        capture_output=True, text=True, timeout=1800, check=True,
    )  # fmt: skip
    count, found, before, after = map(int, ran.stdout.split())
    assert count >= events * 0.9 and found
    assert after <= before * 1.1
    assert after < 1500


# -- a minute of SlowDown


@pytest.mark.slow
def test_a_minute_of_slow_downs(aws: Path) -> None:
    """Every second answer for a minute; nothing fails, and nothing is asked more than needed."""
    import time
    from concurrent.futures import ThreadPoolExecutor

    from ctexplore.sources.source import LogFile

    body = gz(log(event(1)))
    began = time.monotonic()

    def script(request: Request) -> Reply:
        storm = time.monotonic() - began < 60 and request.n % 2
        return error("SlowDown", 503) if storm else data(body)

    with FakeS3(script) as fake, ThreadPoolExecutor(16) as threads:
        source = s3_at(fake.url, sleep=time.sleep, workers=16)
        read = 0
        while time.monotonic() - began < 62:
            files = [LogFile(f"{read + n:07}.gz", len(body), etag(body)) for n in range(1000)]
            assert set(threads.map(source.read, files)) == {body}
            read += len(files)
        assert source.requests.throttled > 1000
        assert fake.count("GetObject") == read + source.requests.throttled

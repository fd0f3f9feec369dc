"""A bucket, opened as a person opens it, and what that costs."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from tests.e2e.bucket import BUCKET, CountedBucket
from tests.e2e.conftest import files_of
from tests.e2e.terminal import GUARD, Terminal

FILES, EVENTS = 50, 400
_TIME = re.compile(r"\d\d-\d\d \d\d:\d\d:\d\d")
_TOTAL = re.compile(r"([\d,]+) files = ([\d,]+) read \+ ([\d,]+) failed \+ ([\d,]+) skipped(?! \+)")
# Ends the program with a status of its own when it so much as looks up a name.
NO_NETWORK = """
import os, sys
def watch(event, _):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        os.write(2, b"tried to reach the network\\n")
        os._exit(99)
sys.addaudithook(watch)
from ctexplore.cli import run
run()
"""


def total(text: str) -> list[int] | None:
    """found, read, failed, skipped as the last lines of the screen say, once nothing waits."""
    said = _TOTAL.search(text)
    return [int(number.replace(",", "")) for number in said.groups()] if said else None


@contextmanager
def opened(
    bucket: CountedBucket, env: dict[str, str], *more: str, shown: int = EVENTS, code: str = ""
) -> Iterator[Terminal]:
    """The explorer over the whole bucket, everything read; q ends it."""
    arguments = ["--bucket", BUCKET, "--endpoint-url", bucket.url, "--since", "2000-01-01", *more]
    with Terminal(arguments, env, code=code) as terminal:
        said = f"{shown:,} of {EVENTS:,}"
        terminal.wait_for(lambda text: said in text and total(text) is not None)
        yield terminal
        terminal.press("q")
        assert terminal.status() == 0
        terminal.assert_restored()


def shows_newest(terminal: Terminal) -> None:
    """Wait until the top of the list holds what is newest by the files themselves."""
    times = sorted((e["eventTime"][5:19].replace("T", " ") for e in EXPECTED), reverse=True)
    terminal.press("g")
    terminal.wait_for(
        lambda text: len(rows := _TIME.findall(text)) >= 10 and rows == times[: len(rows)]
    )


EXPECTED: list[dict[str, str]] = []


@pytest.fixture(autouse=True)
def expected(trail: Path) -> None:
    if not EXPECTED:
        for path in files_of(trail):
            EXPECTED.extend(orjson.loads(gzip.decompress(path.read_bytes()))["Records"])
        assert len(EXPECTED) == EVENTS


def test_each_file_is_fetched_once_and_never_again(
    bucket: CountedBucket, env: dict[str, str], trail: Path
) -> None:
    keys = [str(path.relative_to(trail)) for path in files_of(trail)]
    bucket.forget()
    with opened(bucket, env) as terminal:
        assert total(terminal.text) == [FILES, FILES, 0, 0]
        shows_newest(terminal)
    assert Counter(bucket.gets) == Counter(keys)

    bucket.forget()
    with opened(bucket, env) as terminal:
        shows_newest(terminal)
    assert bucket.gets == []

    bucket.forget()
    with opened(bucket, env, "--offline", code=NO_NETWORK) as terminal:
        assert total(terminal.text) == [FILES, FILES, 0, 0]
        shows_newest(terminal)
    assert (bucket.gets, bucket.lists) == ([], [])

    bucket.forget()
    now = datetime.now(UTC)
    new = f"AWSLogs/111122223333/CloudTrail/us-east-1/{now:%Y/%m/%d}/new.json.gz"
    with bucket.holding(new, files_of(trail)[0].read_bytes()), opened(bucket, env) as terminal:
        assert total(terminal.text) == [FILES + 1, FILES + 1, 0, 0]
        terminal.wait_for("8 copies folded")
    assert bucket.gets == [new]


def test_a_file_that_cannot_be_read_is_counted_and_named(
    bucket: CountedBucket, env: dict[str, str]
) -> None:
    folder = "AWSLogs/111122223333/CloudTrail/"
    broken, foreign = f"{folder}broken.json.gz", f"{folder}notes.pdf"
    with (
        bucket.holding(broken, b"not JSON"),
        bucket.holding(foreign, b"x"),
        opened(bucket, env) as terminal,
    ):
        assert total(terminal.text) == [FILES + 2, FILES, 1, 1]
        terminal.press("E")
        terminal.wait_for(lambda text: "1 failed, 1 skipped" in text and "broken.json.gz" in text)
        terminal.press("q")
        terminal.wait_for(" of 400")


def test_the_newest_day_is_open_at_once(bucket: CountedBucket, env: dict[str, str]) -> None:
    bucket.forget()
    with Terminal(["--bucket", BUCKET, "--endpoint-url", bucket.url], env) as terminal:
        terminal.wait_for(lambda text: total(text) is not None)
        terminal.press("q")
        assert terminal.status() == 0
    days = {key.rpartition("/")[0] for key in bucket.gets}
    assert len(days) == 1
    assert len(bucket.gets) == len(set(bucket.gets)) < FILES


def test_a_policy_that_opens_awslogs_only(bucket: CountedBucket, env: dict[str, str]) -> None:
    bucket.refused.add("")
    try:
        with opened(bucket, env) as terminal:
            assert total(terminal.text) == [FILES, FILES, 0, 0]
        assert query(bucket, env, "", "--count") == (0, f"{EVENTS}\n", "")
        assert query(bucket, env, "", "--count", "--offline") == (0, f"{EVENTS}\n", "")
    finally:
        bucket.refused.clear()


def test_a_policy_that_opens_another_prefix_only(
    bucket: CountedBucket, env: dict[str, str]
) -> None:
    bucket.refused.update(("", "AWSLogs/"))
    try:
        status, out, said = query(bucket, env, "", "--count")
        assert (status, out) == (2, "")
        assert "nor AWSLogs/" in said and "--prefix" in said and said.count("\n") == 1
        with Terminal(["--bucket", BUCKET, "--endpoint-url", bucket.url], env) as terminal:
            terminal.wait_for("open the folder")
            terminal.press("AWSLogs/111122223333\r")
            terminal.wait_for(lambda text: total(text) is not None)
            terminal.press("q")
            assert terminal.status() == 0
    finally:
        bucket.refused.clear()


def query(
    bucket: CountedBucket, env: dict[str, str], *arguments: str, code: str = ""
) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of ``ctexplore query`` over the bucket."""
    run = ["-c", code] if code else ["-m", "ctexplore"]
    place = [f"s3://{BUCKET}", "--endpoint-url", bucket.url]
    done = subprocess.run(
        [sys.executable, *run, "query", *arguments, *place],
        env=env,
        capture_output=True,
        text=True,
        timeout=GUARD,
    )
    return done.returncode, done.stdout, done.stderr


def test_query_answers_like_the_explorer_and_pays_once(
    bucket: CountedBucket, env: dict[str, str], trail: Path
) -> None:
    bucket.forget()
    assert query(bucket, env, "", "--count") == (0, f"{EVENTS}\n", "")
    assert len(bucket.gets) == len(set(bucket.gets)) == FILES
    assert len(bucket.lists) == len(set(bucket.lists))

    writes = str(sum(not event["readOnly"] for event in EXPECTED))
    bucket.forget()
    assert query(bucket, env, "is:write", "--count") == (0, f"{writes}\n", "")
    with opened(bucket, env, "--filter", "is:write", shown=int(writes)):
        """The explorer shows as many."""
    assert bucket.gets == []
    offline = query(bucket, env, "is:write", "--count", "--offline", code=NO_NETWORK)
    assert offline == (0, f"{writes}\n", "")
    assert query(bucket, env, "name:NoSuchEvent", "--count") == (1, "0\n", "")


def test_query_says_what_it_could_not_read(bucket: CountedBucket, env: dict[str, str]) -> None:
    key = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02/broken.json.gz"
    with bucket.holding(key, b"not JSON"):
        status, out, said = query(bucket, env, "", "--count")
    assert (status, out) == (3, f"{EVENTS}\n")
    assert key in said and f"{FILES + 1} files = {FILES} read + 1 failed" in said


def test_query_stops_at_max_objects(bucket: CountedBucket, env: dict[str, str]) -> None:
    bucket.forget()
    status, out, said = query(bucket, env, "", "--max-objects", "10")
    assert (status, out) == (2, "")
    assert f"{FILES} log files are in scope, more than --max-objects 10" in said
    assert "GET requests" in said
    assert bucket.gets == []


def test_a_single_file_and_its_folder_do_not_mix(
    bucket: CountedBucket, env: dict[str, str], trail: Path
) -> None:
    """The listing of one file is not kept for that of its folder, settled or not."""
    key = str(files_of(trail)[0].relative_to(trail))
    place = ["--endpoint-url", bucket.url]
    run = [sys.executable, "-m", "ctexplore", "query", "", "--count", *place]
    for source, expected in ((key, 8), (key.rpartition("/")[0] + "/", None), (key, 8)):
        done = subprocess.run(
            [*run, f"s3://{BUCKET}/{source}"], env=env, capture_output=True, timeout=GUARD
        )
        assert done.returncode == 0
        assert int(done.stdout) == expected or (expected is None and int(done.stdout) > 8)

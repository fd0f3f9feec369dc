"""How commands end: exit statuses, closed streams, the cache's own command."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

import ctexplore
from ctexplore import cli
from tests.build import event, gz, log
from tests.fakes3 import FakeS3, Reply, Request, data, error, item, listing

FILES = [f"{number:02}.json.gz" for number in range(10)]
STORED = gz(log(*map(event, range(5))))


def environment(home: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(ctexplore.__file__).parents[1]),
        "HOME": str(home),
    }


@pytest.fixture
def trail(tmp_path: Path) -> Path:
    (tmp_path / "log.json.gz").write_bytes(STORED)
    return tmp_path


def shell(command: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Run with ``ctexplore`` as a function of that name."""
    defined = f'ctexplore() {{ "{sys.executable}" -m ctexplore "$@"; }}; {command}'
    return subprocess.run(
        ["bash", "-c", defined], env=environment(home), capture_output=True, text=True, timeout=60
    )


# -- credentials that expire


@pytest.mark.parametrize(("good", "status"), [(0, 2), (4, 3)])
def test_credentials_that_expire_in_the_middle(
    aws: Path, capfd: pytest.CaptureFixture[str], good: int, status: int
) -> None:
    """What was read before is printed and called partial; with nothing read it is a refusal."""
    days = [f"AWSLogs/111122223333/CloudTrail/us-east-1/2024/03/{day:02}/" for day in (1, 2)]

    def script(request: Request) -> Reply:
        if request.operation == "GetObject":
            fresh = request.key.startswith(days[1]) and good
            return data(STORED) if fresh else error("ExpiredToken", 400)
        prefix = request.query.get("prefix", "")
        if prefix in days:
            return listing([item(f"{prefix}{n}.json.gz", len(STORED)) for n in range(4)])
        below = {day[: len(prefix) + day[len(prefix) :].index("/") + 1] for day in days}
        return listing(folders=sorted(below))

    with FakeS3(script) as fake:
        place = ["s3://my-logs", "--endpoint-url", fake.url, "--no-cache"]
        assert cli.main(["query", "", *place, "--count", "--duplicates", "keep"]) == status
    out, said = capfd.readouterr()
    assert out == ("20\n" if good else "")
    assert "the credentials expired" in said
    assert ("4 read" in said) == bool(good)


# -- signals

SIGNALS = [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]


@contextmanager
def hanging_query(tmp_path: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A query that shows its progress and then waits for S3; and its terminal."""
    day = "AWSLogs/111122223333/CloudTrail/us-east-1/2024/03/05/"

    def script(request: Request) -> Reply:
        if request.operation == "GetObject":
            return Reply(status=0, fault="stall")
        prefix = request.query.get("prefix", "")
        if prefix == day:
            return listing([item(f"{day}{n}.json.gz", len(STORED)) for n in range(9)])
        return listing(folders=[day[: day.index("/", len(prefix)) + 1]])

    with FakeS3(script) as fake:
        keys = {"AWS_ACCESS_KEY_ID": "AKIATEST", "AWS_SECRET_ACCESS_KEY": "test"}
        ours, theirs = os.openpty()
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "ctexplore", "query", "", "s3://my-logs", "--no-cache"),
                *("--endpoint-url", fake.url, "--region", "us-east-1", *arguments),
            ],
            env=environment(tmp_path) | keys,
            stdout=subprocess.DEVNULL,
            stderr=theirs,
        )
        os.close(theirs)
        try:
            yield process, ours
        finally:
            process.kill()
            process.wait()
            os.close(ours)


def read_until(terminal: int, wanted: bytes | None) -> bytes:
    """What comes until ``wanted`` has, or until the other side is closed."""
    said = b""
    with suppress(OSError):
        while wanted is None or wanted not in said:
            assert select.select([terminal], [], [], 30)[0], said
            more = os.read(terminal, 4096)
            if not more:
                break
            said += more
    return said


@pytest.mark.parametrize(("number", "status"), SIGNALS, ids=str)
def test_a_signal_ends_a_query_that_waits(
    number: signal.Signals, status: int, tmp_path: Path
) -> None:
    """At once, with its line of the terminal cleared and no half file left behind."""
    target = tmp_path / "out" / "events.jsonl"
    target.parent.mkdir()
    with hanging_query(tmp_path, "--output", str(target)) as (process, terminal):
        assert b"0 of 9 log files read" in read_until(terminal, b"files read")
        process.send_signal(number)
        rest = read_until(terminal, None)
        assert process.wait(timeout=20) == status
    assert rest.endswith(b"\r\x1b[K")
    assert b"Traceback" not in rest
    assert list(target.parent.iterdir()) == []


def test_a_terminal_that_goes_away_ends_a_query(tmp_path: Path) -> None:
    with hanging_query(tmp_path) as (process, terminal):
        read_until(terminal, b"files read")
        process.send_signal(signal.SIGSTOP)
        os.dup2(os.open(os.devnull, os.O_RDONLY), terminal)  # closes the pty's other end
        process.send_signal(signal.SIGHUP)
        process.send_signal(signal.SIGCONT)
        assert process.wait(timeout=20) == 129


def test_nohup_is_heeded() -> None:
    code = (
        "import os, signal; from ctexplore.commands.signals import heeded\n"
        "signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "with heeded(): os.kill(os.getpid(), signal.SIGHUP)\n"
        "print('still here')"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], env=environment(Path.cwd()), capture_output=True, text=True
    )
    assert (ran.returncode, ran.stdout) == (0, "still here\n")


# -- slips


@pytest.mark.parametrize("command", [["--demo", "--filter"], ["query"]])
@pytest.mark.parametrize(
    ("text", "told"),
    [("na me:(", "column 4: expected a value"), ("a or )", "column 6: expected a term")],
)
def test_a_mistake_in_a_filter_is_told_before_anything_opens(
    command: list[str], text: str, told: str, capfd: pytest.CaptureFixture[str]
) -> None:
    rest = ["--demo"] if command == ["query"] else []
    assert cli.main([*command, text, *rest, "--no-cache"]) == 2
    out, said = capfd.readouterr()
    assert out == ""
    assert said.startswith(f"ctexplore: filter: {told}")
    assert len(said.splitlines()) == 1


# -- streams


def test_output_that_nobody_reads_ends_quietly(trail: Path) -> None:
    done = shell(f"ctexplore query '' {trail} --no-cache | true; echo ${{PIPESTATUS[0]}}", trail)
    assert (done.stdout, done.stderr) == ("0\n", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has it")
def test_output_that_finds_no_room_is_an_error(trail: Path) -> None:
    done = shell(f"ctexplore query '' {trail} --no-cache > /dev/full", trail)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "ctexplore: standard output: No space left on device\n"


@pytest.mark.parametrize("closed", ["0<&-", "1>&-", "2>&-", "0<&- 1>&- 2>&-"])
def test_closed_streams(trail: Path, closed: str) -> None:
    """What is opened later must not take their numbers, or the cache would hold our output."""
    done = shell(f"ctexplore query '' {trail} --cache-dir {trail}/cache {closed}", trail)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == (0 if "1>" in closed else 5)
    again = shell(f"ctexplore cache info --cache-dir {trail}/cache", trail)
    assert "note" not in again.stdout


def test_a_stream_that_is_not_utf_8_gets_escapes(trail: Path) -> None:
    command = f"PYTHONIOENCODING=ascii ctexplore cache info --cache-dir {trail}/Zoë"
    done = shell(command, trail)
    assert (done.returncode, done.stderr) == (0, "")
    assert "/Zo\\xeb\n" in done.stdout


def test_hostile_names_are_escaped_in_what_is_said(trail: Path) -> None:
    (trail / "\x1b]0;x\x07.json").write_bytes(b"not JSON")
    done = shell(f"ctexplore query '' {trail} --count --no-cache", trail)
    assert done.returncode == 3
    assert "\x1b" not in done.stderr and "\\x1b]0;x\\x07.json: not JSON" in done.stderr


# -- the cache's command


def cache(capfd: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    status = cli.main(["cache", *map(str, arguments)])
    return status, *capfd.readouterr()


def test_cache_info_and_clear(trail: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = trail / "cache"
    cli.main(["query", "", str(trail / "log.json.gz"), "--cache-dir", str(folder), "--count"])
    capfd.readouterr()
    place = ("--cache-dir", folder, "--cache-size", "50M")
    status, info, said = cache(capfd, "info", *place)
    assert (status, said) == (0, "")
    assert f"path     {folder}\n" in info and "of at most 52,428,800\n" in info
    assert "entries  0" not in info
    status, cleared, said = cache(capfd, "clear", *place)
    assert (status, said) == (0, "") and cleared.endswith(" bytes freed\n")
    assert "entries  0\n" in cache(capfd, "info", *place)[1]


def test_a_folder_that_is_no_cache_is_not_cleared(
    trail: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    status, out, said = cache(capfd, "clear", "--cache-dir", trail)
    assert (status, out) == (2, "")
    assert f"{trail} holds other files" in said
    assert (trail / "log.json.gz").exists()
    status, info, _ = cache(capfd, "info", "--cache-dir", trail)
    assert status == 0 and "holds other files" in info


@pytest.mark.parametrize("size", ["0", "-1", "much", "", "1X", "inf"])
def test_a_size_that_is_none(capfd: pytest.CaptureFixture[str], size: str) -> None:
    status, _, said = cache(capfd, "info", f"--cache-size={size}")
    assert status == 2
    assert f"{size!r} is no size such as 500M or 2G" in said

"""``ctexplore follow`` as a process: begun, ended, killed, and begun again."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.build import event, gz, log
from tests.e2e.bucket import CountedBucket
from tests.e2e.terminal import GUARD, Terminal
from tests.sources.memory_source import log_key


class Trail:
    """A folder of log files. names: of all events in it since it was made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: list[str] = []
        self.add(0)

    def add(self, *numbers: int) -> None:
        file = self.folder / log_key(unique=f"{numbers[0]:016}")
        file.parent.mkdir(parents=True, exist_ok=True)
        (aside := file.with_suffix(".part~")).write_bytes(gz(log(*map(event, numbers))))
        aside.rename(file)
        self.names += [f"Event{n}" for n in numbers if n]


class Follow:
    """One run, its output going to a file that all runs share."""

    def __init__(self, logs: Trail, env: dict[str, str], out: Path, *more: str) -> None:
        self.out = out
        self.errors = out.with_suffix(".err")
        with out.open("ab") as lines, self.errors.open("wb") as errors:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "ctexplore", "follow", "", str(logs.folder)),
                    *("--interval", "1s", "--fields", "name", *more),
                ],
                env=env,
                stdout=lines,
                stderr=errors,
            )

    @property
    def names(self) -> list[str]:
        return self.out.read_text().split()

    def until(self, true: Callable[[], object]) -> None:
        deadline = time.monotonic() + GUARD
        while not true():
            assert self.process.poll() is None, self.errors.read_text()
            assert time.monotonic() < deadline, self.out.read_text()
            time.sleep(0.02)

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(GUARD)


@pytest.fixture
def logs(tmp_path: Path) -> Trail:
    return Trail(tmp_path / "logs")


@pytest.fixture
def begin(logs: Trail, env: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., Follow]]:
    """Begins a run, and waits until the position says that it follows."""
    runs: list[Follow] = []

    def begun(*more: str) -> Follow:
        run = Follow(logs, env, tmp_path / "out", *more)
        runs.append(run)
        position = Path(env["HOME"]) / ".local/state/ctexplore/follow"
        run.until(lambda: any(b"looked" in f.read_bytes() for f in position.glob("*")))
        return run

    yield begun
    for run in runs:
        if run.process.poll() is None:
            run.process.kill()
            run.process.wait()


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_begun_again_it_goes_on_where_a_signal_ended_it(
    begin: Callable[..., Follow], logs: Trail, number: signal.Signals, status: int
) -> None:
    first = begin()
    logs.add(1, 2)
    first.until(lambda: len(first.names) == 2)
    assert first.end(number) == status
    assert first.errors.read_text() == ""
    logs.add(3)
    second = begin()
    logs.add(4)
    second.until(lambda: len(second.names) == 4)
    assert second.end(signal.SIGINT) == 130
    assert Counter(second.names) == Counter(logs.names)
    assert "goes on from" in second.errors.read_text()


def test_killed_again_and_again_it_loses_nothing(begin: Callable[..., Follow], logs: Trail) -> None:
    kills = 2
    run = begin()
    torn = 0
    for n in range(kills):
        logs.add(*range(n * 3000 + 1, n * 3000 + 3001))
        run.until(lambda: len(run.names) > n * 3000 + 20 * (n + 1))  # noqa: B023
        assert run.end(signal.SIGKILL) == -signal.SIGKILL
        torn += len(run.names) < n * 3000 + 3000
        run = begin()
    run.until(lambda: set(run.names) == set(logs.names))
    run.end(signal.SIGINT)
    assert torn, "no run was killed while it printed"
    assert len(run.names) - len(logs.names) <= kills


def test_two_do_not_follow_the_same(
    begin: Callable[..., Follow], logs: Trail, env: dict[str, str]
) -> None:
    first = begin()
    second = Follow(logs, env, first.out.with_name("other"))
    assert second.process.wait(GUARD) == 2
    assert "the same is followed already" in second.errors.read_text()
    assert first.process.poll() is None


def test_it_ends_quietly_when_its_reader_does(logs: Trail, env: dict[str, str]) -> None:
    command = [sys.executable, "-m", "ctexplore", "follow", "", str(logs.folder)]
    run = subprocess.Popen(
        [*command, "--interval", "1s", "--since", "2020-01-01"],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert run.stdout is not None and run.stderr is not None
    assert b"Event0" in run.stdout.readline()
    run.stdout.close()
    assert run.wait(GUARD) == 0
    assert run.stderr.read() == b""
    run.stderr.close()


def test_in_a_terminal_ctrl_c_ends_it(logs: Trail, env: dict[str, str]) -> None:
    since = ["--since", "2020-01-01"]
    with Terminal(["follow", "", str(logs.folder), *since], env, size=(80, 24)) as terminal:
        terminal.wait_for("Event0")
        assert terminal.lines[0].startswith("TIME")
        terminal.press("\x03")
        assert terminal.status() == 130
        terminal.assert_untouched()


def test_a_bucket_is_followed_by_one_list_a_look(
    env: dict[str, str], bucket: CountedBucket, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    region = "AWSLogs/444455556666/CloudTrail/eu-west-1/"

    def key(number: int) -> str:
        day, minute = f"{now:%Y/%m/%d}", f"{now:%H%M}"
        made = log_key(
            day, minute, account="444455556666", region="eu-west-1", unique=f"{number:016}"
        )
        assert made.startswith(region)
        return made

    command = [sys.executable, "-m", "ctexplore", "follow", "", f"s3://my-logs/{region}"]
    options = ["--endpoint-url", bucket.url, "--interval", "1s", "--format", "jsonl"]
    with bucket.holding(key(1), gz(log(event(1)))):
        run = subprocess.Popen(
            [*command, *options], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert run.stdout is not None and run.stderr is not None
        position = Path(env["HOME"]) / ".local/state/ctexplore/follow"
        deadline = time.monotonic() + GUARD
        while not any(b"looked" in f.read_bytes() for f in position.glob("*")):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        bucket.forget()
        with bucket.holding(key(2), gz(log(event(2)))):
            line = run.stdout.readline()
        run.send_signal(signal.SIGTERM)
        assert run.wait(GUARD) == 143
    assert json.loads(line) == event(2)
    assert run.stderr.read() == b""
    assert bucket.gets == [key(2)]
    assert set(bucket.lists) == {f"{region}{now:%Y/%m/%d}/"}
    run.stdout.close()
    run.stderr.close()


def test_the_explorer_follows_by_an_option(logs: Trail, env: dict[str, str]) -> None:
    with Terminal([str(logs.folder), "--follow"], env, size=(100, 24)) as terminal:
        terminal.wait_for("following · looked")
        logs.add(1, 2)
        terminal.wait_for("2 new")
        terminal.wait_for("•+")
        terminal.press("q")
        assert terminal.status() == 0
        terminal.assert_restored()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["follow", "", "-"], "standard input ends"),
        (["follow", "", "--demo", "--until", "today"], "--until does not go with follow"),
        (["follow", "", "--demo", "--offline"], "--offline asks nobody"),
        (["follow", "", "--demo", "--interval", "0s"], "--interval"),
        (["follow", "", "--demo", "--fields", "name", "--format", "jsonl"], "--fields goes with"),
        (["follow", "is:nonsense", "--demo"], "filter:"),
        (["follow", ""], "nothing to open"),
    ],
)
def test_what_makes_no_sense_is_said(arguments: list[str], said: str, env: dict[str, str]) -> None:
    command = [sys.executable, "-m", "ctexplore", *arguments]
    run = subprocess.run(
        command, env=env, capture_output=True, text=True, timeout=GUARD, check=False
    )
    assert run.returncode == 2
    assert said in run.stderr
    assert run.stdout == ""

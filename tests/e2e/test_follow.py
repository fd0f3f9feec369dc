"""``ctexplore follow`` as a process: begun, ended, killed, and begun again."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.build import event, gz, log
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

    def __init__(self, trail: Trail, env: dict[str, str], out: Path, *more: str) -> None:
        self.out = out
        self.errors = out.with_suffix(".err")
        with out.open("ab") as lines, self.errors.open("wb") as errors:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "ctexplore", "follow", "", str(trail.folder)),
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
def trail(tmp_path: Path) -> Trail:
    return Trail(tmp_path / "logs")


@pytest.fixture
def begin(trail: Trail, env: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., Follow]]:
    """Begins a run, and waits until the position says that it follows."""
    runs: list[Follow] = []

    def begun(*more: str) -> Follow:
        run = Follow(trail, env, tmp_path / "out", *more)
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
    begin: Callable[..., Follow], trail: Trail, number: signal.Signals, status: int
) -> None:
    first = begin()
    trail.add(1, 2)
    first.until(lambda: len(first.names) == 2)
    assert first.end(number) == status
    assert first.errors.read_text() == ""
    trail.add(3)
    second = begin()
    trail.add(4)
    second.until(lambda: len(second.names) == 4)
    assert second.end(signal.SIGINT) == 130
    assert Counter(second.names) == Counter(trail.names)
    assert "goes on from" in second.errors.read_text()


def test_killed_again_and_again_it_loses_nothing(
    begin: Callable[..., Follow], trail: Trail
) -> None:
    kills = 4
    run = begin()
    torn = 0
    for n in range(kills):
        trail.add(*range(n * 3000 + 1, n * 3000 + 3001))
        run.until(lambda: len(run.names) > n * 3000 + 20 * (n + 1))  # noqa: B023
        assert run.end(signal.SIGKILL) == -signal.SIGKILL
        torn += len(run.names) < n * 3000 + 3000
        run = begin()
    run.until(lambda: set(run.names) == set(trail.names))
    run.end(signal.SIGINT)
    assert torn, "no run was killed while it printed"
    assert len(run.names) - len(trail.names) <= kills


def test_two_do_not_follow_the_same(
    begin: Callable[..., Follow], trail: Trail, env: dict[str, str]
) -> None:
    first = begin()
    second = Follow(trail, env, first.out.with_name("other"))
    assert second.process.wait(GUARD) == 2
    assert "the same is followed already" in second.errors.read_text()
    assert first.process.poll() is None


def test_it_ends_quietly_when_its_reader_does(trail: Trail, env: dict[str, str]) -> None:
    command = [sys.executable, "-m", "ctexplore", "follow", "", str(trail.folder)]
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


def test_in_a_terminal_ctrl_c_ends_it(trail: Trail, env: dict[str, str]) -> None:
    since = ["--since", "2020-01-01"]
    with Terminal(["follow", "", str(trail.folder), *since], env, size=(80, 24)) as terminal:
        terminal.wait_for("Event0")
        assert terminal.lines[0].startswith("TIME")
        terminal.press("\x03")
        assert terminal.status() == 130
        terminal.assert_untouched()

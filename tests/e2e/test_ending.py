"""However the program ends, the terminal is given back and the exit status says why."""

from __future__ import annotations

import gzip
import shutil
import signal
import sys
from pathlib import Path

import pytest

from tests.e2e.terminal import ALTERNATE, Terminal
from tests.fakes3 import FakeS3, Reply, Request, data, item, listing

DAY = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02/"
ONE = gzip.compress(b'{"Records": [{"eventName": "Once", "eventTime": "2026-03-02T00:00:00Z"}]}')
# The program with one of its parts broken from outside: what E shows.
CRASH = """
from ctexplore.tui.explore import ExploreScreen
def broken(self):
    secret = "AKIASECRETSECRET"
    raise ZeroDivisionError(secret)
ExploreScreen.action_problems = broken
from ctexplore.cli import run
run()
"""
# A person notices two seconds; a join on a thread that waits for S3 takes twenty.
SOON = 8.0


@pytest.fixture
def demo(env: dict[str, str]) -> Terminal:
    return Terminal(["--demo"], env, size=(80, 24))


def test_q_ends_it(demo: Terminal) -> None:
    with demo as terminal:
        terminal.wait_for("files =")
        assert terminal.modes()[1049]
        terminal.press("q")
        assert terminal.status() == 0
        terminal.assert_restored()


def test_ctrl_q_ends_it_from_anywhere(demo: Terminal) -> None:
    with demo as terminal:
        terminal.wait_for("files =")
        terminal.press("f")
        terminal.press("\x11")
        assert terminal.status() == 0
        terminal.assert_restored()


def test_ctrl_c_says_how_to_quit_and_quits_when_pressed_again(demo: Terminal) -> None:
    with demo as terminal:
        terminal.wait_for("files =")
        terminal.press("\x03")
        terminal.wait_for("ctrl+c once more quits, q or ctrl+q too")
        terminal.press("\x03")
        assert terminal.status() == 0
        terminal.assert_restored()


def test_ctrl_c_outside_the_screen_comes_back_to_it(demo: Terminal) -> None:
    with demo as terminal:
        terminal.wait_for("50,000 events")
        terminal.press("P")
        terminal.wait_for("enter goes back")
        terminal.press("\x03")
        terminal.wait_for(lambda text: "files =" in text and "enter goes back" not in text)
        terminal.press("q")
        assert terminal.status() == 0
        terminal.assert_restored()


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)],
    ids=str,
)
def test_signals(demo: Terminal, number: signal.Signals, status: int) -> None:
    with demo as terminal:
        terminal.wait_for("files =")
        terminal.signal(number)
        assert terminal.status() == status
        terminal.assert_restored()


def test_ctrl_z_and_fg(trail: Path, env: dict[str, str]) -> None:
    """In a shell that controls jobs: its own modes meanwhile, the same screen after."""
    shell = [shutil.which("bash") or "bash", "--norc", "--noediting", "-i"]
    with Terminal([], env | {"PS1": "ready> "}, size=(80, 24), program=shell) as terminal:
        terminal.wait_for("ready>")
        terminal.press(f"{sys.executable} -m ctexplore {trail}\r")
        terminal.wait_for("400 of 400")
        terminal.press("jj\x1a")
        terminal.wait_for("Stopped")
        terminal.assert_restored()
        terminal.press("fg\r")
        terminal.wait_for(lambda text: terminal.modes()[ALTERNATE] and text.count("\n▌") == 1)
        terminal.press("jq")
        # Not before the shell reads again: what is typed while modes change may be thrown away.
        terminal.wait_for(lambda _: terminal.seen.endswith(b"ready> "))
        terminal.press("echo status $?\r")
        terminal.wait_for("status 0")
        terminal.assert_restored()
        terminal.press("exit\r")
        assert terminal.status() == 0


def test_a_lost_connection_ends_it(demo: Terminal, env: dict[str, str]) -> None:
    with demo as terminal:
        terminal.wait_for("files =")
        terminal.press("jjjj")
        terminal.hang_up()
        assert terminal.process.wait(SOON) == 129
    assert not list(Path(env["HOME"]).rglob("crash.log"))


def test_a_mistake_of_ours_shows_one_line_and_no_variable(env: dict[str, str]) -> None:
    with Terminal(["--demo"], env, code=CRASH) as terminal:
        terminal.wait_for("files =")
        terminal.press("E")
        assert terminal.status() == 70
        terminal.assert_restored()
        assert "internal error, ZeroDivisionError" in terminal.text
        assert b"AKIASECRETSECRET" not in terminal.seen
        assert b"Traceback" not in terminal.seen


@pytest.mark.parametrize("hangs", ["GetObject", "ListObjectsV2"])
def test_quitting_waits_for_no_answer_of_s3(env: dict[str, str], hangs: str) -> None:
    keys = [f"{DAY}{number}.json.gz" for number in range(40)]

    def script(request: Request) -> Reply:
        if request.operation == hangs and (request.key or request.query.get("prefix", "") == DAY):
            return Reply(body=b"{", length=100, fault="stall")
        if request.operation == "GetObject":
            return data(ONE)
        prefix = request.query.get("prefix", "")
        if prefix == DAY:
            return listing([item(key, len(ONE)) for key in keys])
        below = DAY[len(prefix) :].partition("/")[0]
        return listing(folders=[f"{prefix}{below}/"])

    with FakeS3(script) as fake:
        arguments = ["--bucket", "logs", "--endpoint-url", fake.url]
        with Terminal(arguments, env) as terminal:
            terminal.wait_for(lambda _: any(r.operation == hangs for r in fake.requests))
            terminal.wait_for("Quit" if hangs == "ListObjectsV2" else "40 waiting")
            terminal.press("q")
            assert terminal.status(SOON) == 0
            terminal.assert_restored()


@pytest.mark.parametrize("size", [(1, 1), (20, 5), (300, 100)])
def test_any_size_of_screen(env: dict[str, str], size: tuple[int, int]) -> None:
    with Terminal(["--demo"], env, size=size) as terminal:
        # Only then does the terminal pass ctrl+q on.
        terminal.wait_for(lambda _: b"\x1b[?1004h" in terminal.seen)
        terminal.press("\x11")
        assert terminal.status() == 0
        terminal.assert_restored()

"""``follow --exec``: what the command gets, and what becomes of one that fails."""

from __future__ import annotations

import json
import shlex
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ctexplore.cli import main
from ctexplore.commands.failure import Failure
from ctexplore.commands.follow_exec import Alarm
from tests.build import event, log

HOSTILE = "$(touch /tmp/never); `id` \"quoted\" 'single' \x1b]52;c;x\x07 \\"


def python(code: str, *words: str) -> str:
    return shlex.join([sys.executable, "-c", code, *words])


def collecting(file: Path) -> str:
    """A command that adds its standard input and its arguments to a file."""
    code = "import json,sys; open(sys.argv[1],'a').write(json.dumps([sys.stdin.read(), sys.argv]))"
    return python(f"{code}; open(sys.argv[1],'a').write(chr(10))", str(file), "$HOME", "*")


def test_a_command_gets_the_record_and_its_own_words(tmp_path: Path) -> None:
    file = tmp_path / "got"
    alarm = Alarm(collecting(file), pytest.fail)
    records = [json.dumps({"userAgent": HOSTILE, "n": n}).encode() for n in range(3)]
    for record in records:
        alarm.ring(record)
    got = [json.loads(line) for line in file.read_text().splitlines()]
    assert [stdin.encode() for stdin, _ in got] == [record + b"\n" for record in records]
    assert all(words[1:] == [str(file), "$HOME", "*"] for _, words in got)
    assert (alarm.ran, alarm.failed) == (3, 0)


def test_failures_are_counted_and_said() -> None:
    said: list[str] = []
    alarm = Alarm(python("import sys; sys.exit(len(sys.stdin.read()) > 3 and 7)"), said.append)
    for record in (b"{}", b"{ }", b"{}"):
        alarm.ring(record)
    assert (alarm.ran, alarm.failed) == (3, 1)
    assert said == [f"--exec: {sys.executable} ended with status 7 (1 of 2 failed)"]


def test_one_that_hangs_is_ended_with_all_it_started() -> None:
    said: list[str] = []
    code = "import subprocess,sys,time; subprocess.Popen(['sleep','60']); time.sleep(60)"
    alarm = Alarm(python(code), said.append, longest=1.0)
    began = time.monotonic()
    alarm.ring(b"{}")
    assert time.monotonic() - began < 50
    assert "was ended after 1 s (1 of 1 failed)" in said[0]


def test_one_that_reads_nothing_is_no_failure() -> None:
    alarm = Alarm("true", pytest.fail)
    alarm.ring(b"x" * 1_000_000)
    assert (alarm.ran, alarm.failed) == (1, 0)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("'unclosed", "--exec: No closing quotation"),
        ("  ", "--exec names no command"),
        ("no-such-command-here x", "there is no command no-such-command-here"),
        ("echo x | mail me", ""),
    ],
)
def test_a_command_that_cannot_be_is_told_at_once(command: str, said: str) -> None:
    if not said:
        Alarm(command, pytest.fail)  # the bar is a word like any other
        return
    with pytest.raises(Failure, match=said):
        Alarm(command, pytest.fail)


def test_the_readmes_alarm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The line in README.md, with a command that keeps what it gets in mail's place."""
    for name in ("CONFIG", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    (line,) = [
        line for line in readme.splitlines() if "--exec" in line and "ctexplore follow" in line
    ]
    words = shlex.split(line)
    assert words[:4] == ["ctexplore", "follow", "@alarm-trails", "s3://my-logs"]
    got = tmp_path / "got"
    logs = tmp_path / "logs"
    logs.mkdir()

    class Ended(BaseException):
        pass

    looks = iter(range(10))

    def wait(_seconds: float) -> None:
        look = next(looks)
        if look == 3:
            raise Ended
        at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        names = ("DescribeTrails", "StopLogging")
        records = [
            event(look * 2 + n, eventTime=at, eventName=name, userAgent=HOSTILE,
                  eventSource="cloudtrail.amazonaws.com")
            for n, name in enumerate(names)
        ]  # fmt: skip
        (logs / f"{look}.json").write_bytes(log(*records))

    monkeypatch.setattr("ctexplore.commands.follow._wait", wait)
    words[3] = str(logs)
    words[words.index("--exec") + 1] = collecting(got)
    with pytest.raises(Ended):
        main([*words[1:], "--cache-dir", str(tmp_path / "cache")])
    records = [json.loads(json.loads(line)[0]) for line in got.read_text().splitlines()]
    assert [record["eventName"] for record in records] == ["StopLogging"] * 3
    assert {record["userAgent"] for record in records} == {HOSTILE}
    assert capfd.readouterr().out.count("StopLogging") == 3
    assert not Path("/tmp/never").exists()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("alarm-rot", "did you mean @alarm-root?"),
        ("mien", "did you mean @mine?"),
        ("", "there are"),
    ],
)
def test_a_view_that_is_not_there_is_told_with_what_is(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    name: str,
    said: str,
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "ctexplore").mkdir()
    (tmp_path / "ctexplore" / "config.toml").write_text('[views]\nMine = "name:StopLogging"\n')
    assert main(["query", f"@{name}", "--demo", "--no-cache"]) == 2
    assert said.lower() in capfd.readouterr().err.lower()
    assert main(["query", "@MINE", "--demo", "--no-cache", "--count"]) == 0

"""``ctexplore chain``: the same chain as on the screen, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ctexplore import cli
from tests.build import gz, log
from tests.investigate.credentials import at, call, session_of, taken, user

LEAKED, STOLEN = "AKIALEAKED", "ASIASTOLEN"
EVENTS = (
    call(1, user("ci-deploy", LEAKED), at(0)),
    taken(2, user("ci-deploy", LEAKED), at(1), "admin", STOLEN),
    call(3, session_of("admin", STOLEN, session="\x1b[31mred"), at(2), "StopLogging"),
)


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    (tmp_path / "log.json.gz").write_bytes(gz(log(*EVENTS)))
    return tmp_path


def chain(*arguments: object) -> int:
    return cli.main(["chain", *map(str, arguments), "--no-cache"])


@pytest.mark.parametrize("asked", [STOLEN, EVENTS[2]["eventID"], EVENTS[1]["eventID"].upper()])
def test_text_for_people(asked: str, logs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert chain(asked, logs) == 0
    out, err = capsys.readouterr()
    assert out.startswith("behind it: ci-deploy") and not err
    assert any(line.startswith(f">   {STOLEN}") for line in out.splitlines())
    assert "\x1b" not in out


def test_json_for_programs(logs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert chain(STOLEN, logs, "--format", "json") == 0
    data = json.loads(capsys.readouterr().out)
    assert [(c["key"], c["events"], c["asked"]) for c in data["callers"]] == [
        (LEAKED, 2, False),
        (STOLEN, 1, True),
    ]
    assert data["callers"][1]["filter"] == f"key:{STOLEN}"


@pytest.mark.parametrize("asked", ["AKIANOBODY", "00000000-0000-0000-0000-00000000ffff"])
def test_what_is_not_there_is_1(asked: str, logs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert chain(asked, logs) == 1
    assert asked in capsys.readouterr().err


def test_what_cannot_be_read_makes_it_partial(
    logs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (logs / "bad.json").write_bytes(b"{")
    assert chain(STOLEN, logs) == 3
    out, err = capsys.readouterr()
    assert STOLEN in out
    assert "2 files = 1 read + 1 failed" in err


def test_too_much_is_refused_before_it_is_read(
    logs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (logs / "more.json.gz").write_bytes(gz(log(*EVENTS)))
    assert chain(STOLEN, logs, "--max-objects", 1) == 2
    assert "--max-objects" in capsys.readouterr().err

"""``ctexplore detect``: rules over a folder, in words and as JSON, and its exit statuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ctexplore import cli
from tests.build import event, gz, log
from tests.investigate.sigma.asking import rule_text


@pytest.fixture
def trail(tmp_path: Path) -> Path:
    folder = tmp_path / "trail"
    folder.mkdir()
    records = [
        event(n, eventName="DeleteTrail" if n % 2 else "GetTrail", userAgent="\x1b[31mred")
        for n in range(1, 11)
    ]
    (folder / "a.json.gz").write_bytes(gz(log(*records)))
    (folder / "again.json.gz").write_bytes(gz(log(*records[:3])))
    return folder


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    name = {"s": {"eventName": "DeleteTrail"}, "condition": "s"}
    agent = {"s": {"userAgent|contains": "nobody"}, "condition": "s"}
    tags = ["attack.t1562.008"]
    (folder / "a.yml").write_text(rule_text(name, title="Gone \x9b", level="high", tags=tags))
    (folder / "b.yml").write_text(rule_text(agent, title="Nobody", level="low"))
    (folder / "c.yml").write_text("aws: [")
    return folder


def detect(*args: object) -> int:
    return cli.main(["detect", *map(str, args), "--no-cache"])


def test_it_tells_each_rule_with_its_newest_events(
    trail: Path, rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert detect(trail, "--rules", rules) == 0
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert lines[0].startswith("high: Gone ") and lines[0].endswith("(T1562.008)")
    assert "5 events, 2024-03-05 00:00:01 to 00:00:09" in lines[0]
    assert [line[:22] for line in lines[1:4]] == [f"  2024-03-05T00:00:0{n}Z" for n in (9, 7, 5)]
    assert lines[4:] == ["  and 2 more", lines[-1]]
    assert "1 of 2 rules match something in 10 events; 1 could not be asked" in lines[-1]
    assert "\x1b" not in out and "\x9b" not in out
    assert "c.yml" in err


def test_as_json_it_has_every_rule_that_matches(
    trail: Path, rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert detect(trail, "--rules", rules, "--format", "json", "--limit", "2") == 0
    said = json.loads(capsys.readouterr().out)
    (found,) = said["found"]
    assert (found["level"], found["events"], found["tags"]) == ("high", 5, ["attack.t1562.008"])
    assert (found["first"], found["last"]) == ("2024-03-05T00:00:01Z", "2024-03-05T00:00:09Z")
    assert [each["eventID"][:8] for each in found["newest"]] == ["00000009", "00000007"]
    assert (said["rules"], said["events"], len(said["problems"])) == (2, 10, 1)


def test_nothing_found_is_1_and_something_unread_is_3(trail: Path, rules: Path) -> None:
    (rules / "a.yml").unlink()
    assert detect(trail, "--rules", rules) == 1
    (trail / "broken.json.gz").write_bytes(b"\x1f\x8b\x08 and no more")
    assert detect(trail, "--rules", rules) == 3


def test_a_level_leaves_out_lesser_rules(
    trail: Path, rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert detect(trail, "--rules", rules, "--level", "high") == 0
    assert "1 of 1 rules" in capsys.readouterr().out
    assert detect(trail, "--rules", rules, "--level", "critical") == 2


@pytest.mark.parametrize("more", [(), ("--rules", "missing")])
def test_without_rules_it_says_what_to_do(
    trail: Path, more: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert detect(trail, *more) == 2
    assert "rules" in capsys.readouterr().err

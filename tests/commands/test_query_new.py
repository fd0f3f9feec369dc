"""``query`` where it asks for ``is:new``: everything in scope is compared first."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ctexplore.cli import main
from tests.build import gz, log
from tests.investigate.credentials import call, user
from tests.sources.memory_source import log_key

ALICE = user("alice", "AKIAALICE")


@pytest.fixture
def logs(tmp_path: Path) -> str:
    """Four days of one call each, then a new one, and the usual one from elsewhere."""
    days = ("2024/03/05", "2024/03/06", "2024/03/07", "2024/03/08")
    records = {
        day: [call(n, ALICE, f"{day.replace('/', '-')}T10:00:00Z", "GetObject")]
        for n, day in enumerate(days, 1)
    }
    last = "2024-03-08T"
    records[days[-1]] += [
        call(8, ALICE, f"{last}11:00:00Z", "DeleteBucket"),
        call(9, ALICE, f"{last}12:00:00Z", "GetObject", sourceIPAddress="198.51.100.7"),
    ]
    for day, those in records.items():
        file = tmp_path / "logs" / log_key(day)
        file.parent.mkdir(parents=True)
        file.write_bytes(gz(log(*those)))
    return str(tmp_path / "logs")


@pytest.mark.parametrize(
    ("text", "more", "names"),
    [
        ("is:new", (), ["GetObject", "DeleteBucket"]),
        ("new:ip", (), ["GetObject"]),
        # What a filter's other terms leave out is usual all the same.
        ("is:new name:Delete*", (), ["DeleteBucket"]),
        ("is:new since:2024-03-08T12:00", (), ["GetObject"]),
        ("is:new", ("--limit", "1"), ["GetObject"]),
        ("is:new", ("--baseline", "4d"), []),
        # The range is what is loaded: of one day alone its first event is the actor's first.
        (
            "is:new",
            ("--since", "2024-03-08", "--baseline", "0s"),
            ["GetObject", "DeleteBucket", "GetObject"],
        ),
    ],
)
def test_what_is_new_is_found(
    text: str,
    more: tuple[str, ...],
    names: list[str],
    logs: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = main(["query", text, logs, *more, "--format", "jsonl"])
    out = capsys.readouterr().out
    found = [json.loads(line)["eventName"] for line in out.splitlines()]
    assert (status, found) == (0 if names else 1, names)


def test_what_is_new_about_it_goes_along(logs: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", "is:new", logs, "--format", "csv"]) == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert head.endswith('"new"') and [row.rpartition(",")[2] for row in rows] == ['"ip"', '"api"']
    assert main(["query", "", logs, "--by", "new"]) == 0
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [
        ["4", "-"],
        ["1", "api"],
        ["1", "ip"],
    ]


def test_a_span_that_is_none_is_refused(logs: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", "is:new", logs, "--baseline", "soon"]) == 2
    assert '--baseline: "soon" is no span of time' in capsys.readouterr().err

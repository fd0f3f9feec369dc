"""``ctexplore athena sql``: a filter as SQL, or the part that SQL cannot say."""

from __future__ import annotations

import pytest

from ctexplore import cli


def test_the_select_alone(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--table", "db.logs", "--day", "timestamp", "--limit", "5"]
    assert cli.main(["athena", "sql", "name:GetObject since:2026-03-07", *options]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        "FROM db.logs",
        "WHERE \"timestamp\" >= '2026/03/07'",
        "  AND lower(coalesce(eventname, '')) = 'getobject'",
        "  AND coalesce(TRY(from_iso8601_timestamp(eventtime)) >="
        " from_iso8601_timestamp('2026-03-07T00:00:00Z'), FALSE)",
        "ORDER BY eventtime DESC",
        "LIMIT 5",
    ]


def test_everything(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["athena", "sql", ""]) == 0
    assert "WHERE" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mallory", 'cannot be said in SQL: the word "mallory"'),
        ("nope:x", 'filter: column 1: there is no field "nope"'),
    ],
)
def test_what_cannot_be_said(capsys: pytest.CaptureFixture[str], text: str, said: str) -> None:
    assert cli.main(["athena", "sql", text]) == 2
    out, err = capsys.readouterr()
    assert not out and err.startswith(f"ctexplore: {said}")

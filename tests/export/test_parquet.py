"""Parquet: the layout that Athena's table has, and what DuckDB reads out of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ctexplore import cli
from ctexplore.engines.athena.setup import kept_as_parquet
from ctexplore.engines.athena.sql import select
from ctexplore.export.files import FileError
from ctexplore.export.parquet import write_parquet
from ctexplore.query.parse import parse
from tests.build import event
from tests.query.events import NOW, rows_of

duckdb = pytest.importorskip("duckdb")
duck = pytest.importorskip("tests.engines.athena.duck", exc_type=ImportError)

EVENTS = [
    event(1, eventName="GetObject", awsRegion="us-east-1", readOnly=True),
    event(2, eventName="PutObject",
          requestParameters={"bucketName": "it's", "n": [1, {"x": None}]}),
    event(3, eventName="Delete\u202eObject", recipientAccountId=None, errorCode="AccessDenied"),
    event(4, eventName="AssumeRole", userIdentity={"type": "AWSService", "invokedBy": "ec2"},
          resources=[{"ARN": "arn:x", "type": "AWS::IAM::Role"}, {"ARNPrefix": "arn:y"}]),
    {"eventName": "bare"},
]  # fmt: skip


def read(folder: Path) -> Any:
    database = duck.connected()
    database.execute(
        "CREATE TABLE hot AS SELECT *, 's3://x' AS \"$path\" FROM "
        f"read_parquet('{folder}/**/*.parquet', hive_partitioning=true, hive_types_autocast=false)"
    )
    return database


def test_the_layout_is_account_region_day(tmp_path: Path) -> None:
    folder = tmp_path / "hot"
    write_parquet(folder, [json.dumps(e).encode() for e in EVENTS])
    parts = {str(file.parent.relative_to(folder)) for file in folder.rglob("*.parquet")}
    assert "account=111122223333/region=us-east-1/eventdate=2024-03-05" in parts
    assert sum("__HIVE_DEFAULT_PARTITION__" in part for part in parts) == 2
    assert [p.name for p in tmp_path.iterdir()] == ["hot"]
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "text",
    [
        "name:GetObject", "is:read", "is:denied", "requestParameters.bucketName:it's",
        "resources.ARN:arn:x", "userIdentity.invokedBy:ec2", "is:service", "who:alice",
    ],
)  # fmt: skip
def test_athenas_sql_finds_the_same_in_it(tmp_path: Path, text: str) -> None:
    write_parquet(tmp_path / "hot", [json.dumps(e).encode() for e in EVENTS])
    text = text if ":it's" not in text else 'requestParameters.bucketName:"it\'s"'
    sql = select(parse(text, NOW), kept_as_parquet("hot"), selected=["eventname"], ordered=False)
    found = sorted(duck.answers(sql, read(tmp_path / "hot")))
    assert found == sorted(EVENTS[row]["eventName"] for row in rows_of(text, *EVENTS))
    assert found


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(FileError, match="is not empty"):
        write_parquet(tmp_path, [])
    assert (tmp_path / "file").read_text() == "mine"


def test_query_writes_it(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "new" / "folder"
    words = ["query", "name:StopLogging", "--demo", "--no-cache", "--format", "parquet"]
    assert cli.main([*words, "--output", str(folder)]) == 0
    database = read(folder)
    assert database.execute("SELECT DISTINCT eventname FROM hot").fetchall() == [("StopLogging",)]
    assert cli.main(words) == 2
    assert "--output" in capfd.readouterr().err
    assert cli.main([*words, "--output", str(folder)]) == 2
    assert "is not empty" in capfd.readouterr().err

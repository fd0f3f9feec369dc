"""The statements that make a trail a table."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st

from ctexplore.engines.athena.layout import MOST_ACCOUNTS, Layout
from ctexplore.engines.athena.setup import (
    MOST_WRITTEN,
    create_database,
    create_table,
    parquet_statements,
)

SMALL = Layout(
    "s3://logs/AWSLogs/o-exampleorgid/",
    ("111122223333", "444455556666"),
    ("eu-west-1", "us-east-1"),
    date(2024, 1, 1),
)


def test_the_table_has_a_partition_for_each_folder() -> None:
    sql = create_table("audit.trail", SMALL)
    for said in (
        "CREATE EXTERNAL TABLE IF NOT EXISTS `audit`.`trail`",
        "PARTITIONED BY (`account` string, `region` string, `day` string)",
        "org.apache.hive.hcatalog.data.JsonSerDe",
        "com.amazon.emr.cloudtrail.CloudTrailInputFormat",
        "LOCATION 's3://logs/AWSLogs/o-exampleorgid/'",
        "'projection.account.type' = 'enum'",
        "'projection.account.values' = '111122223333,444455556666'",
        "'projection.region.values' = 'eu-west-1,us-east-1'",
        "'projection.day.type' = 'date'",
        "'projection.day.format' = 'yyyy/MM/dd'",
        "'projection.day.range' = '2024/01/01,NOW'",
        "'storage.location.template' = 's3://logs/AWSLogs/o-exampleorgid/"
        "${account}/CloudTrail/${region}/${day}'",
        "sourceidentity:string",
        "inscopeof:struct<",
    ):
        assert said in sql, said
    assert sqlglot.parse_one(sql, read="hive").find(sqlglot.exp.Schema)


def test_too_many_accounts_are_injected() -> None:
    many = tuple(f"{n:012}" for n in range(MOST_ACCOUNTS + 1))
    sql = create_table("trail", Layout(SMALL.root, many, SMALL.regions, SMALL.since))
    assert "'projection.account.type' = 'injected'" in sql
    assert "projection.account.values" not in sql


def test_names_cannot_leave_their_quotes() -> None:
    assert create_database("a`; DROP DATABASE b") == (
        "CREATE DATABASE IF NOT EXISTS `a``; DROP DATABASE b`"
    )
    sql = create_table("t", Layout("s3://it's\\/", ("1",), ("r",), date(2024, 1, 1)))
    assert "LOCATION 's3://it\\'s\\\\/'" in sql


@settings(max_examples=25)
@given(st.integers(1, 130), st.integers(1, 34), st.integers(1, 40))
def test_each_day_of_each_account_is_written_once_and_no_statement_writes_too_much(
    accounts: int, regions: int, days: int
) -> None:
    layout = Layout(
        SMALL.root,
        tuple(f"{n:012}" for n in range(accounts)),
        tuple(f"r-{n}" for n in range(regions)),
        SMALL.since,
    )
    since = date(2026, 1, 1)
    written: set[tuple[str, date]] = set()
    for number, sql in enumerate(
        parquet_statements("hot", "t", "s3://p/", layout, since, since + timedelta(days=days))
    ):
        assert sql.startswith("INSERT INTO hot" if number else "CREATE TABLE hot")
        named = re.search(r'"account" IN \(([^)]*)\)', sql)
        bounds = re.search(r"10\) >= '([^']+)' AND .* < '([^']+)'", sql)
        assert named and bounds
        start, stop = map(date.fromisoformat, bounds.groups())
        # A quarter of an hour of the last day lies in the folder of the next.
        assert f"BETWEEN '{start:%Y/%m/%d}' AND '{stop:%Y/%m/%d}'" in sql
        which = named[1].split(", ")
        assert len(which) * regions * (stop - start).days <= max(MOST_WRITTEN, regions)
        for account in which:
            for ago in range((stop - start).days):
                place = (account, start + timedelta(days=ago))
                assert place not in written
                written.add(place)
    assert len(written) == accounts * days


@pytest.mark.parametrize("number", [0, 1])
def test_parquet_statements_are_sql(number: int) -> None:
    sql = list(
        parquet_statements("hot", "t", "s3://p/", SMALL, date(2026, 1, 1), date(2026, 3, 1))
    )[number]
    assert sqlglot.parse_one(sql, read="athena")
    if not number:
        for said in ("format = 'PARQUET'", "external_location = 's3://p/'",
                     "partitioned_by = ARRAY['account', 'region', 'eventdate']"):  # fmt: skip
            assert said in sql

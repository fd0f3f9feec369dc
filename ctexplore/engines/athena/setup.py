"""The statements that make a trail a table, and keep a span of it as Parquet.

Projection: Amazon Athena User Guide, "Partition projection with Amazon Athena". One table has all
accounts and regions of a tree; its partitions are the trail's folders, so that ``day`` is the day
of delivery. The Parquet table is divided by the day of the event.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from ctexplore.engines.athena.layout import Layout
from ctexplore.engines.athena.quoting import literal, name
from ctexplore.engines.athena.table import JSON, Array, Struct, Table, Type, columns

ACCOUNT: Final = "account"
REGION: Final = "region"
DAY: Final = "day"
EVENT_DAY: Final = "eventdate"
# Partitions that one CTAS or INSERT may write (Amazon Athena User Guide, "Considerations and
# limitations for CTAS queries").
MOST_WRITTEN: Final = 100
_DAY: Final = timedelta(days=1)


def projected(table: str) -> Table:
    """The table that ``create_table`` makes."""
    return Table(table, DAY, more=True, account=ACCOUNT, region=REGION)


def kept_as_parquet(table: str) -> Table:
    """The table that ``parquet_statements`` make."""
    return Table(table, EVENT_DAY, more=True, account=ACCOUNT, region=REGION, event_days=True)


def create_database(database: str) -> str:
    return f"CREATE DATABASE IF NOT EXISTS {_hive(database)}"


def create_table(table: str, layout: Layout) -> str:
    """The external table over a layout. Nothing is read and no partition has to be added."""
    listed = ",\n".join(f"  {column} {_type(kind)}" for column, kind in columns(True).items())
    accounts = (
        {"type": "injected"}
        if layout.injected
        else {"type": "enum", "values": ",".join(layout.accounts)}
    )
    projection = {
        ACCOUNT: accounts,
        REGION: {"type": "enum", "values": ",".join(layout.regions)},
        DAY: {
            "type": "date",
            "format": "yyyy/MM/dd",
            "interval": "1",
            "interval.unit": "DAYS",
            "range": f"{layout.since:%Y/%m/%d},NOW",
        },
    }
    properties = {
        "projection.enabled": "true",
        **{
            f"projection.{column}.{key}": value
            for column, keys in projection.items()
            for key, value in keys.items()
        },
        "storage.location.template": layout.template,
    }
    said = ",\n".join(f"  {_text(key)} = {_text(value)}" for key, value in properties.items())
    return (
        f"CREATE EXTERNAL TABLE IF NOT EXISTS {_hive(table)} (\n{listed}\n)\n"
        f"PARTITIONED BY (`{ACCOUNT}` string, `{REGION}` string, `{DAY}` string)\n"
        # AWS's older SerDe for CloudTrail lacks the newer fields.
        "ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'\n"
        "STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'\n"
        "OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'\n"
        f"LOCATION {_text(layout.root)}\n"
        f"TBLPROPERTIES (\n{said}\n)"
    )


def parquet_statements(
    table: str, source: str, location: str, layout: Layout, since: date, until: date
) -> Iterator[str]:
    """One CREATE TABLE AS, then INSERTs, that write the events of since <= day < until as Parquet.

    location: an empty ``s3://bucket/prefix/``. Each statement writes ``MOST_WRITTEN`` partitions
    at most, and reads the delivery day after its last one, too: some events come after midnight.
    """
    made = False
    for start, stop, accounts in _portions(layout, since, until):
        query = _copied(source, start, stop, accounts, layout.regions)
        if made:
            yield f"INSERT INTO {name(table)}\n{query}"
        else:
            made = True
            yield (
                f"CREATE TABLE {name(table)}\n"
                "WITH (\n"
                "  format = 'PARQUET',\n"
                "  write_compression = 'ZSTD',\n"
                f"  external_location = {literal(location)},\n"
                f"  partitioned_by = ARRAY['{ACCOUNT}', '{REGION}', '{EVENT_DAY}']\n"
                f") AS\n{query}"
            )


def _portions(
    layout: Layout, since: date, until: date
) -> Iterator[tuple[date, date, Sequence[str]]]:
    """Days and accounts whose partitions, one for each region, one statement may write."""
    of_account = max(1, len(layout.regions))
    together = max(1, min(len(layout.accounts), MOST_WRITTEN // of_account))
    days = max(1, MOST_WRITTEN // (of_account * together))
    start = since
    while start < until:
        stop = min(start + days * _DAY, until)
        for first in range(0, len(layout.accounts), together):
            yield start, stop, layout.accounts[first : first + together]
        start = stop


def _copied(
    source: str, start: date, stop: date, accounts: Sequence[str], regions: Sequence[str]
) -> str:
    day = "substr(eventtime, 1, 10)"
    partitions = (f'"{ACCOUNT}"', f'"{REGION}"', f"{day} AS {EVENT_DAY}")
    return (
        f"SELECT {', '.join((*columns(True), *partitions))}\n"
        f"FROM {name(source)}\n"
        f'WHERE "{ACCOUNT}" IN ({", ".join(map(literal, accounts))})\n'
        f'  AND "{REGION}" IN ({", ".join(map(literal, regions))})\n'
        f"  AND \"{DAY}\" BETWEEN '{start:%Y/%m/%d}' AND '{stop:%Y/%m/%d}'\n"
        f"  AND {day} >= '{start:%Y-%m-%d}' AND {day} < '{stop:%Y-%m-%d}'"
    )


def _type(kind: Type) -> str:
    """As Hive's DDL has it."""
    match kind:
        case Struct(members):
            inner = ",".join(f"{member}:{_type(of)}" for member, of in members.items())
            return f"struct<{inner}>"
        case Array(of):
            return f"array<{_type(of)}>"
    return "string" if kind == JSON else kind


def _hive(dotted: str) -> str:
    """A name in DDL, which Hive quotes with backticks."""
    return ".".join("`" + part.replace("`", "``") + "`" for part in dotted.split("."))


def _text(text: str) -> str:
    """A string in DDL, where a backslash escapes."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

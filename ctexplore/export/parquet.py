"""Events as Parquet files in folders by account, region and day, for DuckDB, Spark or QuickSight.

Columns are those of Athena's table, so that one question is asked of both in the same words.
DuckDB writes the files; it is an extra of the package, because on a bastion nobody wants it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import orjson

from ctexplore.engines.athena.table import JSON, MAP, Array, Struct, Type, columns
from ctexplore.export.files import FileError

_PARTS: Final = ("account", "region", "eventdate")
# What duckdb is told of a value that has any form.
_KINDS: Final = {"string": "VARCHAR", JSON: "VARCHAR", MAP: "MAP(VARCHAR, VARCHAR)"}


def write_parquet(folder: Path, records: Iterable[bytes]) -> None:
    """Write the records below ``folder``, which is made, of mode 0700, or has to be empty.

    ``account=…/region=…/eventdate=…/data_0.parquet``; a value that is missing is the folder
    ``__HIVE_DEFAULT_PARTITION__``, as Hive names it. Needs room on disk for the records beside
    it, which are removed. Raises FileError; a folder that was made is left empty then.
    """
    try:
        import duckdb
    except ImportError:
        reason = "Parquet is written by DuckDB: pip install 'ctexplore[parquet]'"
        raise FileError(folder, reason) from None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise FileError(folder, "is not empty")
        with tempfile.TemporaryDirectory(prefix=".ctexplore-", dir=folder.parent) as beside:
            rows = Path(beside) / "rows.json"
            with rows.open("wb") as file:
                for line in _rows(records):
                    file.write(line)
            with duckdb.connect(config={"temp_directory": beside}) as database:
                if rows.stat().st_size:
                    database.execute(_copy(rows, folder))
    except OSError as error:
        raise FileError(folder, error.strerror or str(error)) from None
    except duckdb.Error as error:
        raise FileError(folder, f"DuckDB: {error}") from None


def _copy(rows: Path, folder: Path) -> str:
    kinds = {name: _kind(of) for name, of in columns(True).items()}
    kinds |= dict.fromkeys(_PARTS, "VARCHAR")
    listed = ", ".join(f"{_text(name)}: {_text(kind)}" for name, kind in kinds.items())
    return (
        f"COPY (SELECT * FROM read_json({_text(str(rows))}, columns={{{listed}}}, "
        "format='newline_delimited', maximum_object_size=268435456) "
        f"ORDER BY {', '.join(_PARTS)}, eventtime) "
        f"TO {_text(str(folder))} "
        f"(FORMAT parquet, COMPRESSION zstd, PARTITION_BY ({', '.join(_PARTS)}))"
    )


def _rows(records: Iterable[bytes]) -> Iterator[bytes]:
    kinds = columns(True)
    for record in records:
        try:
            event = orjson.loads(record)
        except orjson.JSONDecodeError:
            continue
        if not isinstance(event, dict):
            continue
        lower = {str(name).lower(): value for name, value in event.items()}
        row = {name: _value(lower.get(name), kind) for name, kind in kinds.items()}
        row["account"] = _or_none(lower.get("recipientaccountid"))
        row["region"] = _or_none(lower.get("awsregion"))
        row["eventdate"] = (_or_none(lower.get("eventtime")) or "")[:10] or None
        yield orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)


def _value(value: Any, kind: Type) -> Any:
    """A member as the JSON SerDe gives it to a column of this type."""
    if value is None:
        return None
    match kind:
        case Struct(members):
            if not isinstance(value, dict):
                return None
            lower = {str(name).lower(): member for name, member in value.items()}
            return {name: _value(lower.get(name), of) for name, of in members.items()}
        case Array(of):
            return [_value(item, of) for item in value] if isinstance(value, list) else None
    if kind == JSON:
        return orjson.dumps(value).decode()
    if kind == MAP:
        return {str(k): _plain(v) for k, v in value.items()} if isinstance(value, dict) else None
    return _plain(value)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _or_none(value: Any) -> str | None:
    return None if value is None else _plain(value)


def _kind(kind: Type) -> str:
    match kind:
        case Struct(members):
            return f"STRUCT({', '.join(f'{name} {_kind(of)}' for name, of in members.items())})"
        case Array(of):
            return f"{_kind(of)}[]"
    return _KINDS[kind]


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

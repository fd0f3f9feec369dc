"""The formats, by the names that users have for them."""

from __future__ import annotations

from pathlib import PurePath
from typing import Final

CSV: Final = "csv"
JSON: Final = "json"
JSONL: Final = "jsonl"
CLOUDTRAIL: Final = "json.gz"
RAW: Final = "raw"
# Of a folder, not of a file, so none of the FORMATS.
PARQUET: Final = "parquet"

FORMATS: Final = {
    CSV: "columns, safe to open in a spreadsheet",
    JSON: "an array of records",
    JSONL: "one record a line",
    CLOUDTRAIL: "a log file as CloudTrail delivers it",
    RAW: "records byte for byte, a newline behind each",
}
_SUFFIXES: Final = {
    ".csv": CSV,
    ".json": JSON,
    ".jsonl": JSONL,
    ".ndjson": JSONL,
    ".json.gz": CLOUDTRAIL,
    ".log": RAW,
}


def format_of(path: PurePath) -> str:
    """The format that a file's name ends like, or ""."""
    name = path.name.lower()
    return next((form for suffix, form in _SUFFIXES.items() if name.endswith(suffix)), "")


def suffix_of(form: str) -> str:
    """How names of files of a format end; a file of records opens again under it."""
    return next(suffix for suffix, named in _SUFFIXES.items() if named == form)

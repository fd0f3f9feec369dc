"""From the events of an answer to the bytes of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from ctexplore.engines.answer import Answer, blocks
from ctexplore.export.csv import csv_lines
from ctexplore.export.fields import DEFAULT, Field
from ctexplore.export.formats import CLOUDTRAIL, CSV, JSON, JSONL, RAW
from ctexplore.export.records import cloudtrail, json_array, jsonl, raw

_OF_RECORDS: Final[dict[str, Callable[[Iterable[Answer]], Iterator[bytes]]]] = {
    JSON: json_array,
    JSONL: jsonl,
    CLOUDTRAIL: cloudtrail,
    RAW: raw,
}


def chunks(
    form: str,
    answers: Iterable[Answer],
    fields: Sequence[Field] = DEFAULT,
    *,
    csv_raw: bool = False,
) -> Iterator[bytes]:
    """The bytes of a file of one of the FORMATS, made as they are asked for.

    fields, csv_raw: of CSV only.
    """
    if form == CSV:
        return csv_lines(blocks(answers), fields, raw=csv_raw)
    return _OF_RECORDS[form](blocks(answers))

"""Events as CSV that a spreadsheet can open without running anything.

A cell that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line break is a formula to some
spreadsheet, quoted or not (OWASP, "CSV Injection"), and whoever calls an AWS API writes cells.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from ctexplore.engines.answer import Answer
from ctexplore.export.fields import Field, columns

# Apostrophes before it, too: then one of them can be taken away again without a doubt.
_RUNS = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]").match

# Bytes that surrogateescape has made characters of.
_NOT_UTF8 = re.compile("[\udc80-\udcff]")


def csv_lines(
    answers: Iterable[Answer], fields: Sequence[Field], *, raw: bool = False
) -> Iterator[bytes]:
    r"""A line of names, then a line for each event, in UTF-8; a byte that was none is written as
    an escape, ``\xff``, and so is half of a surrogate pair, ``\ud83d``.

    raw: cells as they are, formulas too.
    """
    yield csv_rows([[field.name for field in fields]], raw=raw)
    for answer in answers:
        yield csv_rows(zip(*columns(answer, fields), strict=True), raw=raw)


def csv_rows(rows: Iterable[Sequence[str]], *, raw: bool = False) -> bytes:
    """Rows of cells as lines of CSV."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows(rows if raw else (map(guarded, row) for row in rows))
    lines = _NOT_UTF8.sub(_escape, text.getvalue())
    return lines.encode("utf-8", "backslashreplace")


def guarded(cell: str) -> str:
    """The cell, with an apostrophe in front of what a spreadsheet might run."""
    return "'" + cell if _RUNS(cell) else cell


def unguarded(cell: str) -> str:
    """What ``guarded`` made the cell of."""
    return cell[1:] if cell.startswith("'") and _RUNS(cell, 1) else cell


def _escape(found: re.Match[str]) -> str:
    return f"\\x{ord(found[0]) - 0xDC00:02x}"

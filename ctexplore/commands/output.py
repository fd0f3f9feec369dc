"""What ``query`` prints or writes: rows, one number, or how often each value comes."""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from ctexplore.commands.failure import Failure
from ctexplore.commands.source_options import count
from ctexplore.export.formats import (
    CLOUDTRAIL,
    CSV,
    FORMATS,
    JSON,
    JSONL,
    PARQUET,
    format_of,
)
from ctexplore.text import safe

if TYPE_CHECKING:
    from ctexplore.engines.answer import Answer
    from ctexplore.export.fields import Field
    from ctexplore.export.vouched import Vouched

TABLE: Final = "table"
_OF_VALUES: Final = (TABLE, CSV, JSON, JSONL)
_NOT_PLAIN: Final = re.compile(r"[^ -~\n]")


def add_output_options(parser: argparse.ArgumentParser) -> None:
    out = parser.add_argument_group("what comes out")
    out.add_argument(
        "--format",
        choices=(TABLE, *FORMATS, PARQUET),
        help="default: what the name of FILE ends like, else table",
    )
    out.add_argument("--fields", metavar="A,B", help="columns of a table or of CSV; any path too")
    out.add_argument(
        "--limit", metavar="N", type=count, help="the newest N; of --by, the N most frequent"
    )
    instead = out.add_mutually_exclusive_group()
    instead.add_argument("--count", action="store_true", help="one number instead")
    instead.add_argument(
        "--by", metavar="FIELD", help="its values and how often each comes, most first"
    )
    out.add_argument(
        "--duplicates",
        choices=("fold", "keep"),
        default="fold",
        help="what two trails delivered twice is one event (default), or stays two",
    )
    out.add_argument(
        "--output", metavar="FILE", type=Path, help="to a file of mode 0600; of Parquet a folder"
    )
    out.add_argument("--replace", action="store_true", help="even if FILE exists")
    out.add_argument("--csv-raw", action="store_true", help="no ' before what spreadsheets run")


class Output(Struct, frozen=True):
    """A choice of output that makes sense. limit: events to look at, at most."""

    format: str
    fields: tuple[Field, ...]
    limit: int | None = None
    count: bool = False
    by: str = ""
    values: int | None = None
    fold: bool = True
    file: Path | None = None
    replace: bool = False
    csv_raw: bool = False

    @property
    def at_end(self) -> bool:
        """Whether nothing can be shown before everything has been looked at."""
        return self.count or bool(self.by) or self.file is not None

    def write(self, answers: Iterable[Answer], vouched: Vouched | None = None) -> int:
        """Write the answers where they belong; how many events they had. Raises Failure.

        vouched: notes the verdicts on them, which go beside a file of records.
        """
        from ctexplore.export.files import FileError, write_file
        from ctexplore.export.records import TooLarge
        from ctexplore.export.vouched import beside

        if vouched is not None and self._is_of_records:
            answers = vouched.noting(answers)
        tallied = _Tallied(answers)
        try:
            if self.file is not None and self.format == PARQUET:
                from ctexplore.engines.answer import blocks
                from ctexplore.export.parquet import write_parquet
                from ctexplore.export.records import records

                write_parquet(self.file, records(blocks(tallied.take(lambda: None))))
            elif self.file is not None:
                write_file(
                    self.file, self._chunks(tallied.take(lambda: None)), replace=self.replace
                )
            else:
                self._print(tallied)
            if vouched is not None and self.file is not None and self._is_of_records:
                write_file(beside(self.file), vouched.lines(), replace=self.replace)
        except (FileError, TooLarge) as error:
            raise Failure(str(error)) from None
        return tallied.events

    @property
    def _is_of_records(self) -> bool:
        """Whether records go to a file; a stream has no place beside it."""
        values = self.count or self.by or self.format in (TABLE, CSV)
        return self.file is not None and not values

    def write_values(self, values: Sequence[tuple[str, int]], *, number: bool = False) -> int:
        """Write what somebody else has counted, most first. number: it is one number. Returns how
        many events it is. Raises Failure."""
        from ctexplore.export.files import FileError, write_file

        total = sum(count for _, count in values)
        chunks = iter([b"%d\n" % total]) if number else self._of_values(values)
        try:
            if self.file is not None:
                write_file(self.file, chunks, replace=self.replace)
            else:
                sys.stdout.buffer.write(b"".join(chunks))
                sys.stdout.buffer.flush()
        except FileError as error:
            raise Failure(str(error)) from None
        return total

    def _print(self, tallied: _Tallied) -> None:
        out = sys.stdout.buffer
        lines = self._chunks(tallied.take(out.flush))
        for line in map(harmless, lines) if sys.stdout.isatty() else lines:
            out.write(line)
        out.flush()

    def _chunks(self, answers: Iterator[Answer]) -> Iterator[bytes]:
        if self.count:
            return _number(answers)
        if self.by:
            return self._values(answers)
        if self.format == TABLE:
            from ctexplore.commands.print_table import table_lines
            from ctexplore.engines.answer import blocks

            watched = self.file is None and sys.stdout.isatty()
            width = shutil.get_terminal_size().columns if watched else None
            return table_lines(blocks(answers), self.fields, width)
        from ctexplore.export.chunks import chunks

        return chunks(self.format, answers, self.fields, csv_raw=self.csv_raw)

    def _values(self, answers: Iterator[Answer]) -> Iterator[bytes]:
        """The values of a field, the most frequent first."""
        from ctexplore.query.facets import facet, most

        counts: Counter[str] = Counter()
        for answer in answers:
            found = facet(answer.table, answer.rows, self.by, records=answer.records)
            counts.update(dict(found))
        yield from self._of_values(most(counts, self.values))

    def _of_values(self, values: Sequence[tuple[str, int]]) -> Iterator[bytes]:
        from ctexplore.export.csv import csv_rows

        if self.format == CSV:
            rows = [[value, str(number)] for value, number in values]
            yield csv_rows([[self.by, "count"], *rows], raw=self.csv_raw)
        elif self.format == TABLE:
            width = len(str(values[0][1])) if values else 0
            for value, number in values:
                text = f"{number:>{width}}  {safe(value) or '-'}\n"
                yield text.encode("utf-8", "backslashreplace")
        else:
            items = [json.dumps({"value": value, "count": number}) for value, number in values]
            ends = ("[\n", ",\n", "\n]\n") if self.format == JSON else ("", "\n", "\n" * any(items))
            yield (ends[0] + ends[1].join(items) + ends[2]).encode()


def output_of(args: argparse.Namespace) -> Output:
    """The output that was asked for, checked before anything is opened. Raises Failure."""
    from ctexplore.export.fields import DEFAULT, FieldError, fields
    from ctexplore.export.files import FileError, check_target

    file: Path | None = args.output
    form = args.format or (file and format_of(file)) or TABLE
    if args.fields and (args.count or args.by or form not in (TABLE, CSV)):
        raise Failure("--fields goes with the rows of --format table or csv")
    if args.csv_raw and form != CSV:
        raise Failure("--csv-raw goes with --format csv")
    if args.by and form not in _OF_VALUES:
        raise Failure(f"--by goes with --format {', '.join(_OF_VALUES)}")
    if form == PARQUET and (file is None or args.count or args.replace):
        raise Failure("--format parquet writes a new folder", "name it with --output")
    if args.replace and file is None:
        raise Failure("--replace goes with --output")
    if form == CLOUDTRAIL and not args.count and file is None and sys.stdout.isatty():
        raise Failure("a terminal cannot show what is compressed", "--output FILE writes it")
    try:
        chosen = fields(args.fields) if args.fields is not None else DEFAULT
        if args.by:
            _check_countable(args.by)
    except FieldError as error:
        raise Failure(f"{'--by' if args.by else '--fields'}: {error}") from None
    try:
        if file is not None and form != PARQUET:
            check_target(file, replace=args.replace)
    except FileError as error:
        raise Failure(str(error), "--replace overwrites it" if error.exists else "") from None
    return Output(
        form,
        chosen,
        None if args.by else args.limit,
        args.count,
        args.by or "",
        args.limit,
        args.duplicates == "fold",
        file,
        args.replace,
        args.csv_raw,
    )


def harmless(lines: bytes) -> bytes:
    """The lines for a terminal: what would act on it or hide is written as a JSON escape, which
    reads as the same value where it stands in JSON."""
    if lines.isascii() and lines.replace(b"\n", b"").decode().isprintable():
        return lines
    return _NOT_PLAIN.sub(_escape, lines.decode("utf-8", "surrogateescape")).encode()


def _escape(found: re.Match[str]) -> str:
    char = found[0]
    if safe(char) == char:
        return char
    return " " if char in "\t\r" else json.dumps(char)[1:-1]


def _check_countable(name: str) -> None:
    from ctexplore.export.fields import TIME, FieldError, field

    found = field(name)
    if found.column == TIME or found.keys == ("eventid",):
        raise FieldError(f"{name} is another for every event")


def _number(answers: Iterator[Answer]) -> Iterator[bytes]:
    yield b"%d\n" % sum(map(len, answers))


class _Tallied:
    """Answers on their way, counted."""

    def __init__(self, answers: Iterable[Answer]) -> None:
        self._answers = answers
        self.events = 0

    def take(self, done: Callable[[], None]) -> Iterator[Answer]:
        """``done`` is called when all of an answer was written, so that its lines can be seen
        while the next one is read."""
        for answer in self._answers:
            self.events += len(answer)
            yield answer
            done()

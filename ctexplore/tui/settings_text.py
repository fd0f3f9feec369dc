"""One line of the configuration file is changed, everything else stays as it was.

A new text is only taken when reading it gives what was wanted; whoever writes their file in a way
that cannot be changed so is told what to change, and nothing is written.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from ctexplore.config import Settings, SettingsError, line_of, parse_settings
from ctexplore.export.files import FileError, write_file

_LONGEST = 60  # lines that one value may take


def put(text: str, table: str, name: str, new: str) -> Iterator[str]:
    """The text with another line for a key of a table, "" for none."""
    lines = text.splitlines(keepends=True)
    at = line_of(text, f"{table}.{name}")
    for start in [at - 1] if at else range(len(lines)):
        for end in range(start + 1, min(start + _LONGEST, len(lines)) + 1):
            kept = _comment("".join(lines[start:end])) if end == start + 1 else ""
            for line in (new, f"{table}.{new}") if new else ("",):
                put = [f"{line}{kept}{_end(text)}"] if line else []
                yield "".join([*lines[:start], *put, *lines[end:]])


def added(text: str, table: str, new: str) -> Iterator[str]:
    """The text with one line more: at the end of the table, else with a new one."""
    is_header = re.compile(rf"\s*\[\s*{table}\s*\]\s*(#.*)?$").match
    lines = text.splitlines(keepends=True)
    end = _end(text)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += end
    header = next((n for n, line in enumerate(lines) if is_header(line)), None)
    if header is not None:
        after = range(header + 1, len(lines) + 1)
        last = next((n for n in after[:-1] if lines[n].lstrip().startswith("[")), len(lines))
        for at in range(last, header, -1):
            if lines[at - 1].strip():
                yield "".join([*lines[:at], f"{new}{end}", *lines[at:]])
    gap = [end] if lines else []
    yield "".join([*lines, *gap, f"[{table}]{end}", f"{new}{end}"])
    yield "".join([f"{table}.{new}{end}", *lines])


def _end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _comment(line: str) -> str:
    """The comment at the end of a line, with the room before it."""
    for found in re.finditer(r"\s*#", line):
        try:
            same = tomllib.loads(line[: found.start()]) == tomllib.loads(line)
        except tomllib.TOMLDecodeError:
            continue
        if same:
            return line[found.start() :].rstrip("\r\n")
    return ""


def write(file: Path, candidates: Iterator[str], wanted: Settings, by_hand: str) -> None:
    """Write the first candidate that says what is wanted, for its owner only.

    Raises SettingsError, which says what to change by hand where no candidate will do.
    """
    for text in candidates:
        try:
            said = parse_settings(text, file)
        except SettingsError:
            continue
        if said == wanted:
            break
    else:
        raise SettingsError(file, 0, "", f"cannot be changed by a program: {by_hand}")
    # A link to a file kept elsewhere stays one.
    target = file.resolve()
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_file(target, [text.encode()], replace=True)
    except FileError as error:
        raise SettingsError(file, 0, "", error.reason) from None
    except OSError as error:
        raise SettingsError(file, 0, "", error.strerror or str(error)) from None

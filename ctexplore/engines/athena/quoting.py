"""Texts and names as SQL has them: nothing that a filter holds can end its own quotes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ctexplore.text import safe

_PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_]*")


class NotInSql(ValueError):
    """A part of a filter that this table and SQL cannot answer. Its text says which, and why."""


def literal(text: str) -> str:
    """A string literal (Trino, "Literals"); what would act or hide on a terminal as ``U&'…'``.

    Raises NotInSql for bytes that are no UTF-8, which no literal can hold.
    """
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise NotInSql(f"{safe(text)} has bytes that are no UTF-8")
    bare = text.replace("\\", "/")  # a backslash means nothing in a plain literal
    if safe(bare) == bare:
        return "'" + text.replace("'", "''") + "'"
    return "U&'" + "".join(map(_escaped, text)) + "'"


def _escaped(char: str) -> str:
    if char == "'":
        return "''"
    if char == "\\":
        return "\\\\"
    if " " <= char <= "~":
        return char
    code = ord(char)
    return f"\\{code:04X}" if code < 0x10000 else f"\\+{code:06X}"


def like(parts: Sequence[str]) -> str:
    """The pattern with anything between the parts, and its escape where one is needed."""
    marked = [re.sub(r"([\\%_])", r"\\\1", part) for part in parts]
    escape = r" ESCAPE '\'" if marked != list(parts) else ""
    return literal("%".join(marked)) + escape


def name(text: str) -> str:
    """A name of a table or column; with dots each part for itself."""
    return ".".join(
        part if _PLAIN_NAME.fullmatch(part) else '"' + part.replace('"', '""') + '"'
        for part in text.split(".")
    )


def folded(text: str) -> str:
    """A text as SQL's ``lower`` writes it.

    Raises NotInSql where case is more than one letter for one: ``lower`` leaves such letters
    (ß, ς, ligatures) as they are, and the filter language does not.
    """
    if text.casefold() != text.lower():
        raise NotInSql(f"{safe(text)} has letters that SQL's lower() does not fold")
    return text.lower()

"""Read a record's JSON as CloudTrail wrote it.

The usual decoders lose what evidence needs: integers past 2^64 become floats, the last of two
equal keys wins in silence, ``1.50`` is written back as ``1.5``. This one reads one record at a
time for the screen, in time linear in its length and without recursion.
"""

from __future__ import annotations

import json
import re

from msgspec import Struct

from ctexplore.trail.node import Node, Number, Object, Written, path_of

MAX_DEPTH = 1024
MAX_NOTES = 100

# Every token takes the space behind it along.
_SPACE = re.compile(r"[ \t\r\n]*+")
_TEXT = r'"([^"\\]*+(?:\\.[^"\\]*+)*+)"[ \t\r\n]*+'
_STRING = re.compile(_TEXT, re.DOTALL)
_KEY = re.compile(_TEXT + r"(:?)[ \t\r\n]*+", re.DOTALL)
_OPEN = re.compile(r"[{\[][ \t\r\n]*+([}\]]?)")
_COMMA = re.compile(r",[ \t\r\n]*+")
_NUMBER = re.compile(r"(-?+(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?+[0-9]++)?+)[ \t\r\n]*+")
_WORD = re.compile(r"(true|false|null|NaN|-?Infinity)[ \t\r\n]*+")
_CONTROL = re.compile(r"[\x00-\x1f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_END: dict[type, str] = {Object: "}", list: "]"}


class JsonError(ValueError):
    """The bytes are not JSON. offset: the byte where reading stopped."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(f"{reason} at byte {offset:,}")
        self.reason = reason
        self.offset = offset


class Note(Struct, frozen=True):
    """Something a reader of the record should know. path: where, as ``path_of`` writes it."""

    path: str
    text: str

    def __str__(self) -> str:
        return f"{self.text}: {self.path}" if self.path else self.text


class Parsed(Struct, frozen=True):
    """root: the record. notes: what is odd about its JSON, at most MAX_NOTES of them."""

    root: Node
    notes: tuple[Note, ...]


def parse(raw: bytes) -> Parsed:
    """Read one JSON value.

    Bytes that are not UTF-8 are kept as lone surrogates (surrogateescape); they, ``NaN``,
    ``Infinity``, raw control characters, lone surrogates and duplicate keys are kept and noted.
    Raises JsonError for anything else that is not JSON, and past MAX_DEPTH levels.
    """
    try:
        return _Reader(raw.decode()).read()
    except UnicodeDecodeError:
        return _Reader(raw.decode("utf-8", "surrogateescape")).read()


def parse_text(text: str) -> Parsed:
    """``parse`` for JSON that is text already, as in a policy document inside a string."""
    return _Reader(text).read()


class _Reader:
    """One pass over a text; the containers around the place it has reached are on a stack."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.notes: list[Note] = []
        self.inside: list[Object | list[Node]] = []
        self.keys: list[str] = []  # the key being read in each of them; "" in an array
        # Line ends between values count too: it only says where a closer look is worth while.
        self.odd = bool(_CONTROL.search(text) or _SURROGATE.search(text))

    def read(self) -> Parsed:
        text, inside = self.text, self.inside
        pos = self._skip(0)
        while True:
            value, pos = self._value(pos)
            if inside and inside[-1] is value:
                continue  # a container that has just begun
            while inside:
                container = inside[-1]
                if isinstance(container, list):
                    container.append(value)
                else:
                    container.pairs.append((self.keys[-1], value))
                if comma := _COMMA.match(text, pos):
                    pos = self._next(container, comma.end())
                    break
                pos = self._close(container, pos)
                value = container
            else:
                if pos < len(text):
                    raise self._error("more after the end of the value", pos)
                return Parsed(value, tuple(self.notes))

    def _value(self, pos: int) -> tuple[Node, int]:
        if match := _STRING.match(self.text, pos):
            return self._string(match, pos), match.end()
        opening = _OPEN.match(self.text, pos)
        if opening is None:
            return self._scalar(pos)
        container: Object | list[Node] = Object() if self.text[pos] == "{" else []
        if len(self.inside) == MAX_DEPTH:
            raise self._error(f"nested deeper than {MAX_DEPTH:,} levels", pos)
        if opening[1]:
            if opening[1] != _END[type(container)]:
                raise self._error("the wrong closing bracket", opening.start(1))
            return container, self._skip(opening.end())
        self.inside.append(container)
        self.keys.append("")
        return container, self._next(container, opening.end())

    def _next(self, container: Object | list[Node], pos: int) -> int:
        """Read what stands before a container's next value: a key and its colon, or nothing."""
        if isinstance(container, list):
            return pos
        match = _KEY.match(self.text, pos)
        if match is None:
            raise self._error("a key in quotes is missing", pos)
        if not match[2]:
            raise self._error("a colon is missing", match.end())
        self.keys[-1] = match[1]  # what a note about the key itself calls it
        self.keys[-1] = self._string(match, pos)
        return match.end()

    def _close(self, container: Object | list[Node], pos: int) -> int:
        end = _END[type(container)]
        if not self.text.startswith(end, pos):
            raise self._error(f"a comma or {end} is missing", pos)
        if isinstance(container, Object):
            for key in sorted(container.repeated):
                self._note("duplicate key", key)
        self.inside.pop()
        self.keys.pop()
        return self._skip(pos + 1)

    def _string(self, match: re.Match[str], pos: int) -> str:
        literal = value = match[1]
        if "\\" in literal:
            try:
                value = Written(json.loads(f'"{literal}"', strict=False), literal)
            except json.JSONDecodeError as error:
                raise self._error("an unknown escape", pos + error.pos) from None
            if not self.odd and _SURROGATE.search(value):
                self._note("half of a surrogate pair")
        if self.odd:
            self._look_at(value, literal)
        return value

    def _scalar(self, pos: int) -> tuple[Node, int]:
        if match := _NUMBER.match(self.text, pos):
            return Number(match[1]), match.end()
        match = _WORD.match(self.text, pos)
        if match is None:
            closed = self.text[pos : pos + 1] != '"'
            raise self._error("no value" if closed else "a text without its closing quote", pos)
        if match[1] in _WORDS:
            return _WORDS[match[1]], match.end()
        self._note(f"{match[1]}, which is not JSON")
        return Number(match[1]), match.end()

    def _skip(self, pos: int) -> int:
        match = _SPACE.match(self.text, pos)
        return match.end() if match else pos

    def _look_at(self, value: str, literal: str) -> None:
        if _CONTROL.search(literal):
            self._note("raw control character")
        if _SURROGATE.search(literal):
            self._note("not UTF-8")
        elif _SURROGATE.search(value):
            self._note("half of a surrogate pair")

    def _note(self, text: str, key: str | None = None) -> None:
        """Note something of the value being read, or of ``key`` in the innermost object."""
        if len(self.notes) == MAX_NOTES:
            return
        path: list[str | int] = [
            len(container) if isinstance(container, list) else name
            for container, name in zip(self.inside, self.keys, strict=True)
        ]
        if key is not None:
            path[-1] = key
        self.notes.append(Note(path_of(tuple(path)), text))

    def _error(self, reason: str, pos: int) -> JsonError:
        if pos >= len(self.text):
            reason = "the JSON is cut off" if self.text.strip() else "nothing here"
        # "replace" writes one byte for each that was not UTF-8, which is what it was.
        return JsonError(reason, len(self.text[:pos].encode("utf-8", "replace")))

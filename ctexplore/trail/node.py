"""Values of a record's JSON that keep what CloudTrail wrote: digits, order, repeats, escapes."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct

Path: TypeAlias = tuple[str | int, ...]
Node: TypeAlias = "Object | list[Node] | Number | str | bool | None"

_BARE_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


class Number(Struct, frozen=True):
    """A number by its own digits; also ``NaN`` and ``Infinity``, which JSON does not know."""

    text: str

    def __str__(self) -> str:
        return self.text


class Written(str):
    """A text that was written with escapes. literal: the JSON between its quotes."""

    __slots__ = ("literal",)
    literal: str

    def __new__(cls, value: str, literal: str) -> Written:
        self = super().__new__(cls, value)
        self.literal = literal
        return self


class Object(Mapping[str, Node]):
    """An object's ``pairs`` in their order. Looked up by key, the last of several counts."""

    __slots__ = ("_last", "pairs")

    def __init__(self, pairs: Iterable[tuple[str, Node]] = ()) -> None:
        self.pairs = list(pairs)
        self._last: dict[str, Node] | None = None

    def __getitem__(self, key: str) -> Node:
        return self._by_key()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_key())

    def __len__(self) -> int:
        return len(self._by_key())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Object) and self.pairs == other.pairs

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Object({self.pairs!r})"

    @property
    def repeated(self) -> frozenset[str]:
        """The keys that stand more than once."""
        if len(self) == len(self.pairs):
            return frozenset()
        return frozenset(k for k, n in Counter(k for k, _ in self.pairs).items() if n > 1)

    def _by_key(self) -> dict[str, Node]:
        if self._last is None:
            self._last = dict(self.pairs)
        return self._last


def dump(node: Node) -> str:
    """JSON of a parsed value without the space between its parts; nothing else changes."""
    out: list[str] = []
    todo: list[Node | tuple[str]] = [node]  # a tuple holds text that is ready
    while todo:
        match todo.pop():
            case tuple() as ready:
                out += ready
            case str() as text:
                out.append(quote(text))
            case Number(digits):
                out.append(digits)
            case Object(pairs=pairs):
                out.append("{")
                todo.append(("}",))
                for n in range(len(pairs) - 1, -1, -1):
                    key, value = pairs[n]
                    todo += (value, (("," if n else "") + quote(key) + ":",))
            case list() as items:
                out.append("[")
                todo.append(("]",))
                for n in range(len(items) - 1, -1, -1):
                    todo.append(items[n])
                    if n:
                        todo.append((",",))
            case None:
                out.append("null")
            case flag:
                out.append("true" if flag else "false")
    return "".join(out)


def quote(text: str) -> str:
    """A text as JSON; one that was parsed comes out as it was written, raw controls and all."""
    if isinstance(text, Written):
        return f'"{text.literal}"'
    if '"' in text or "\\" in text:
        return json.dumps(text, ensure_ascii=False)
    return f'"{text}"'


def path_of(path: Path) -> str:
    """``requestParameters.tags[0]."a.b"``: the way the filter language names a field."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            name = part if _BARE_KEY.fullmatch(part) else json.dumps(part)
            text += f".{name}" if text else name
    return text

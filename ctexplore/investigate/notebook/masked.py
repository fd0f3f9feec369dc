"""A record in lines as the screen would show it: nothing that acts on a reader, no secret."""

from __future__ import annotations

from collections.abc import Iterator

from ctexplore.text import safe
from ctexplore.trail.exact import JsonError, parse
from ctexplore.trail.node import Node, Object, Path, dump, quote
from ctexplore.trail.secrets import masked, veil

_DEEP = 40  # levels below which a value stands on one line


def masked_lines(record: bytes) -> tuple[str, ...]:
    """The record's JSON, indented; a record that is none is shown as text."""
    try:
        root = parse(record).root
    except JsonError as error:
        return (f"not JSON: {error}", safe(veil(record.decode("utf-8", "surrogateescape"))))
    return tuple(safe(line) for line in _value(root, (), "", "", ""))


def _value(value: Node, path: Path, name: str, before: str, after: str) -> Iterator[str]:
    """Lines of a value. before: what stands before it on its first line; after: a comma."""
    indent = "  " * len(path)
    if isinstance(value, Object) and value.pairs and len(path) < _DEEP:
        yield f"{indent}{before}{{"
        beside = next((str(v) for k, v in value.pairs if k.lower() in ("name", "key")), "")
        for n, (key, member) in enumerate(value.pairs, 1):
            comma = "," if n < len(value.pairs) else ""
            yield from _value(member, (*path, key), beside, f"{quote(key)}: ", comma)
        yield f"{indent}}}{after}"
    elif isinstance(value, list) and value and len(path) < _DEEP:
        yield f"{indent}{before}["
        for n, item in enumerate(value):
            comma = "," if n < len(value) - 1 else ""
            yield from _value(item, (*path, n), name, "", comma)
        yield f"{indent}]{after}"
    else:
        hidden = masked(path, value, name)
        shown = veil(dump(value)) if hidden is None else quote(hidden)
        yield f"{indent}{before}{shown}{after}"

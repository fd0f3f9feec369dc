"""Records field by field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from ctexplore.trail.exact import JsonError, parse
from ctexplore.trail.node import Node, Object, Path, path_of
from ctexplore.trail.policy_text import embedded
from ctexplore.trail.secrets import masked

MOST = 5  # events side by side
_ABSENT = None


class FieldRow(Struct, frozen=True):
    """One field: its path as filters name it, and what each event has there, None for nothing.
    Secrets are masked; texts are not safe for a screen."""

    path: str
    values: tuple[str | None, ...]

    @property
    def differs(self) -> bool:
        return len(set(self.values)) > 1


def field_rows(records: Sequence[bytes]) -> list[FieldRow]:
    """All fields of the records, in the order in which they come first. A document inside a text,
    as a policy, is taken apart, too. Bytes that are no JSON have no fields."""
    leaves = [dict(_leaves(record)) for record in records]
    paths = dict.fromkeys(path for each in leaves for path in each)
    found = []
    for path in paths:
        values = tuple(each.get(path) for each in leaves)
        # Secrets that differ look alike once they are masked.
        shown = tuple(None if v is None else _shown(path, v) for v in values)
        if len(set(values)) > 1 and len(set(shown)) == 1:
            shown = tuple(f"{said} ({n})" for n, said in enumerate(shown, 1))
        found.append(FieldRow(path_of(path), shown))
    return found


def _shown(path: Path, value: str) -> str:
    hidden = masked(path, value)
    return value if hidden is None else hidden


def _leaves(record: bytes) -> Iterator[tuple[Path, str]]:
    try:
        root = parse(record).root
    except JsonError:
        return
    todo: list[tuple[Path, Node]] = [((), root)]
    while todo:
        path, node = todo.pop()
        if isinstance(node, str) and (inside := embedded(node)) is not None:
            node = inside
        if isinstance(node, Object):
            todo += [((*path, key), value) for key, value in reversed(node.pairs)]
        elif isinstance(node, list):
            todo += [((*path, n), value) for n, value in reversed(list(enumerate(node)))]
        else:
            yield path, _text(node)


def _text(node: Node) -> str:
    if isinstance(node, bool):
        return "true" if node else "false"
    return "null" if node is None else str(node)

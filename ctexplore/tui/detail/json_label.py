"""What one line of the JSON tree says, in pieces that are safe to draw. No screen here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from ctexplore.text import cell_width, clip, safe_spans
from ctexplore.trail.node import Node, Number, Object, Path
from ctexplore.trail.secrets import masked
from ctexplore.tui.detail.json_rows import Branch, JsonRows, Row, entries, name_in
from ctexplore.tui.look_alike import is_doubtful

FOLDED, UNFOLDED, LEAF = "▸ ", "▾ ", "  "
# Texts that would read as another JSON value, as a count or as a mask.
_AMBIGUOUS = re.compile(
    r"|true|false|null|NaN|-?Infinity|-?[0-9]{1,40}(?:\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,9})?"
    r"|\{[0-9,]*\}|\[[0-9,]*\]|.?.?.?.?…?\[masked,.{0,40}"
)
_PREVIEWED = 12  # values looked at for the preview of a folded branch


class Piece(NamedTuple):
    """Text of one look. role: key, string, number, literal, count, preview, escape, masked,
    mark (something odd) or plain."""

    text: str
    role: str


def pieces(rows: JsonRows, row: Row, width: int) -> list[Piece]:
    """A row from its arrow on, long enough for ``width`` cells, not clipped to them."""
    branch, mask = rows.branch(row), rows.mask(row)
    arrow = LEAF if branch is None else UNFOLDED if row.open else FOLDED
    line = [Piece(arrow, "plain"), *_key(rows, row, width)]
    if mask is not None:
        return [*line, *_safe(mask, "masked", width)]
    if branch is None:
        line += leaf(row.value, width)
        doubtful = isinstance(row.value, str) and is_doubtful(str(row.key), row.value)
        return [*line, Piece(" (not all ASCII)", "mark")] if doubtful else line
    line.append(Piece(count(branch), "count"))
    if isinstance(row.value, str):
        line.append(Piece(" in a text", "count"))
    if not row.open:
        line.append(Piece("  ", "plain"))
        line += preview(branch, row.path, width, hide=not rows.shown)
    return line


def leaf(value: Node, width: int) -> list[Piece]:
    """A value without children. Texts stand without quotes where that cannot mislead."""
    if isinstance(value, str):
        return _safe(_readable(value), "string", width)
    if isinstance(value, Number):
        known = value.text[-1:].isdigit()
        return _safe(str(value), "number" if known else "mark", width)
    if isinstance(value, Object | list):
        return [Piece(count(value), "count")]
    word = "null" if value is None else "true" if value else "false"
    return [Piece(word, "literal")]


def count(branch: Branch) -> str:
    """``{6}`` or ``[3]``; ``{}`` and ``[]`` for none."""
    if isinstance(branch, Object):
        return f"{{{len(branch.pairs):,}}}" if branch.pairs else "{}"
    return f"[{len(branch):,}]" if branch else "[]"


def preview(branch: Branch, path: Path, width: int, *, hide: bool) -> list[Piece]:
    """The first values of a folded branch; ``hide`` masks secrets."""
    line: list[Piece] = []
    room, name = width, name_in(branch)
    for number, (key, value) in enumerate(entries(branch)):
        if room <= 0 or number == _PREVIEWED:
            line.append(Piece(", …", "preview"))
            break
        if number:
            line.append(Piece(", ", "preview"))
        start = len(line)
        if isinstance(key, str):
            line += [*_safe(key, "preview", room), Piece(": ", "preview")]
        mask = masked((*path, key), value, name) if hide else None
        shown = _safe(mask, "masked", room) if mask is not None else leaf(value, room)
        line += [Piece(p.text, p.role if p.role in _LOUD else "preview") for p in shown]
        room -= sum(cell_width(piece.text) for piece in line[start:])
    return line


_LOUD = frozenset({"escape", "masked", "mark"})


def clipped(line: Iterable[Piece], width: int) -> list[Piece]:
    """The pieces that fit into ``width`` cells; "…" ends what was cut."""
    fitting: list[Piece] = []
    for piece in line:
        size = cell_width(piece.text)
        if size > width:
            if cut := clip(piece.text, width):
                fitting.append(Piece(cut, piece.role))
            elif fitting:
                last = fitting.pop()
                fitting.append(Piece(clip(last.text + "…", cell_width(last.text)), last.role))
            break
        fitting.append(piece)
        width -= size
    return fitting


def wrapped(line: Iterable[Piece], width: int, indent: int, most: int) -> list[list[Piece]]:
    """The pieces over as many lines as they need, at most ``most``; later ones are indented."""
    lines: list[list[Piece]] = [[]]
    room = width
    for text, role in line:
        while text:
            head = text if cell_width(text) <= room else clip(text, room + 1)[:-1]
            if head:
                lines[-1].append(Piece(head, role))
                text = text[len(head) :]
                room -= cell_width(head)
            if text:
                if len(lines) == most:
                    lines[-1] = clipped([*lines[-1], Piece("…", "mark")], width)
                    return lines
                lines.append([Piece(" " * indent, "plain")])
                room = width - indent
    return lines


def plain(line: Iterable[Piece]) -> str:
    return "".join(piece.text for piece in line)


def _key(rows: JsonRows, row: Row, width: int) -> list[Piece]:
    if row.key is None:
        return []
    if isinstance(row.key, int):
        return [Piece(f"[{row.key}] ", "key")]
    key = _safe(row.key, "key", width) if row.key else [Piece('""', "key")]
    if rows.repeated(row):
        key.append(Piece(" (duplicate key)", "mark"))
    return [*key, Piece(": ", "key")]


def _readable(text: str) -> str:
    unclear = text != text.strip() or text.startswith('"') or _AMBIGUOUS.fullmatch(text)
    return f'"{text}"' if unclear else text


def _safe(text: str, role: str, width: int) -> list[Piece]:
    """``text`` made safe; no more of it than can show, since it may have ten million letters."""
    most = 8 * max(width, 1)  # a cell may carry marks
    spans = safe_spans(text if len(text) <= most else text[:most] + "…")
    return [Piece(piece, "escape" if escaped else role) for piece, escaped in spans]

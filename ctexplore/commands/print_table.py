"""Events as aligned text: all of it for awk, as much as fits for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from ctexplore.engines.answer import Answer
from ctexplore.export.fields import DEFAULT, Field, columns
from ctexplore.text import cell_width, clip, fit, safe
from ctexplore.trail.target import short

_GAP: Final = "  "
# Columns never get narrower than this, nor wider at the cost of others.
_LEAST, _MOST = 8, 48
_TIME = 20
# Widths where nobody looks: the same for every answer, and longer values are whole.
_USUAL: Final = {
    "time": _TIME,
    "name": 28,
    "source": 14,
    "who": 32,
    "target": 32,
    "ip": 15,
    "region": 14,
    "account": 12,
}
_UNUSUAL = 16
# What a narrow terminal leaves out of the columns that nobody asked for, the first one first.
_SPARED: Final = ("account", "region", "ip", "target", "source")


def table_lines(
    answers: Iterable[Answer], fields: Sequence[Field], width: int | None = None
) -> Iterator[bytes]:
    """A line an event, cells separated by two blanks at least, "-" where there is nothing.

    What would act on a terminal is escaped. width: of the terminal, in cells; there, a line of
    names comes first, and the first answer decides how wide its columns are.
    """
    shown: list[tuple[int, int]] | None = None
    for answer in answers:
        cells = [
            [_cell(field, text) for text in texts]
            for field, texts in zip(fields, columns(answer, fields), strict=True)
        ]
        if shown is None:
            shown = [(n, _USUAL.get(f.column, _UNUSUAL)) for n, f in enumerate(fields)]
            if width is not None:
                heads = [safe(field.name) for field in fields]
                shown = _fitting(fields, heads, cells, width)
                yield _line([clip(heads[n].upper(), w) for n, w in shown], shown, width)
        picked = [cells[n] for n, _ in shown]
        yield from (_line(row, shown, width) for row in zip(*picked, strict=True))


def _cell(field: Field, text: str) -> str:
    if field.column == "target":
        text = short(text)
    elif field.column == "source":
        text = text.removesuffix(".amazonaws.com")
    return safe(text) or "-"


def _line(cells: Iterable[str], shown: list[tuple[int, int]], width: int | None) -> bytes:
    pairs = zip(cells, shown, strict=True)
    if width is None:
        padded = [cell + " " * (size - cell_width(cell)) for cell, (_, size) in pairs]
    else:
        padded = [fit(cell, size) for cell, (_, size) in pairs]
    return _GAP.join(padded).rstrip().encode("utf-8", "backslashreplace") + b"\n"


def _fitting(
    fields: Sequence[Field], heads: list[str], cells: list[list[str]], width: int
) -> list[tuple[int, int]]:
    """Which fields are shown, by position, and how many cells each of them gets."""
    whole = [max(map(cell_width, [heads[n], *column])) for n, column in enumerate(cells)]
    good = {n: min(_MOST, size) for n, size in enumerate(whole)}
    # A time is of no use in part.
    least = {
        n: good[n] if f.column == "time" else min(good[n], _LEAST) for n, f in enumerate(fields)
    }
    room = width - len(_GAP) * (len(good) - 1)
    if tuple(fields) == DEFAULT:
        for name in _SPARED:
            if sum(map(_comfortable, good.values())) <= room:
                break
            spared = next(n for n, field in enumerate(fields) if field.column == name)
            del good[spared]
            room += len(_GAP)
    while sum(good.values()) > room and (wide := [n for n in good if good[n] > least[n]]):
        good[max(wide, key=lambda n: good[n])] -= 1
    spare = room - sum(good.values())
    for n in good:
        more = max(0, min(spare, whole[n] - good[n]))
        good[n] += more
        spare -= more
    good[max(good)] += max(0, spare)
    return list(good.items())


def _comfortable(width: int) -> int:
    return min(width, 2 * _LEAST)

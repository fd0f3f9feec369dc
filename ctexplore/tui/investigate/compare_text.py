"""Events side by side in words. All of it safe for a screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from textual.content import Content

from ctexplore.investigate.compare.fields import FieldRow
from ctexplore.investigate.compare.previous import PolicyChange
from ctexplore.text import clip, safe

_VALUE = 2_000  # characters of one value


class Compared(Struct, frozen=True):
    """heads: a line for each event: when, what, who. words: what each changed, in plain words.
    change: of the one event's policy. before: the head of the call that set it before."""

    heads: tuple[str, ...]
    words: tuple[tuple[str, ...], ...]
    rows: tuple[FieldRow, ...]
    change: PolicyChange | None = None
    before: str = ""


def compare_page(found: Compared, *, all_fields: bool) -> Content:
    """The events, what they changed, then their fields; only those that differ unless all are
    wanted."""
    several = len(found.heads) > 1
    lines: list[Content] = []
    for number, (head, words) in enumerate(zip(found.heads, found.words, strict=True), 1):
        lines.append(Content.assemble((_number(number) if several else "", "bold"), safe(head)))
        lines += [Content(f"    {clip(safe(each), _VALUE)}") for each in words]
    if found.change is not None:
        lines += [Content(""), *_change(found.change, found.before)]
    if several or all_fields:
        lines += [Content(""), *_fields(found.rows, several=several, all_fields=all_fields)]
    return Content("\n").join(lines)


def _fields(rows: Sequence[FieldRow], *, several: bool, all_fields: bool) -> Iterator[Content]:
    alike = sum(not row.differs for row in rows)
    if several and not all_fields and alike:
        yield Content.styled(f"{alike:,} fields are alike (a shows them, too)", "dim")
    if several and alike == len(rows):
        yield Content("Nothing differs.")
    for row in rows:
        if several and not row.differs:
            if all_fields:
                yield Content.assemble((safe(row.path), "dim"), f"  {_value(row.values[0])}")
            continue
        if not several:
            yield Content.assemble((safe(row.path), "dim"), f"  {_value(row.values[0])}")
            continue
        yield Content.styled(safe(row.path), "bold")
        for number, value in enumerate(row.values, 1):
            style = "dim" if value is None else ""
            yield Content.assemble((_number(number), "dim"), (_value(value), style))


def _change(change: PolicyChange, before: str) -> Iterator[Content]:
    if change.before is None:
        yield Content.styled("No earlier policy of this resource is loaded; this one:", "bold")
    elif not change.diff:
        yield Content.styled(f"The policy is the same as before: {safe(before)}", "bold")
    else:
        yield Content.styled(f"Changed since: {safe(before)}", "bold")
    for line in change.diff:
        style = {"+": "$text-success", "-": "$text-error", "@": "dim"}.get(line[:1], "")
        yield Content.styled(clip(safe(line), _VALUE), style)


def _value(value: str | None) -> str:
    if value is None:
        return "not there"
    return clip(safe(value), _VALUE) if value else '""'


def _number(number: int) -> str:
    return f"  {number} "

"""Events as aligned text, for a terminal and for awk."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from ctexplore.store.batch import Codes
from ctexplore.store.table import Table
from ctexplore.text import safe
from ctexplore.trail.target import short

_FIELDS = ("source", "name", "who", "target", "ip", "region", "account", "error")


def print_table(table: Table, rows: Codes) -> None:
    """A line an event, cells separated by two blanks at least; control characters escaped."""
    for row in rows.tolist():
        cells = [_time(table, row)]
        for field in _FIELDS:
            value = table.text(field, row)
            if field == "target":
                value = short(value)
            elif field == "source":
                value = value.removesuffix(".amazonaws.com")
            cells.append(safe(value) or "-")
        widths = (20, 12, 28, 32, 32, 15, 14, 12)
        line = "  ".join(
            [c.ljust(w) for c, w in zip(cells, widths, strict=False)] + cells[len(widths) :]
        )
        sys.stdout.write(line.rstrip() + "\n")


def _time(table: Table, row: int) -> str:
    if not table.has_time(row):
        return safe(table.text("timetext", row)) or "-"
    seconds = int(table.time[row]) / 1000
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError):
        return f"{seconds:.0f}"
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

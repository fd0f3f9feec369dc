"""The filter for what happened around an event."""

from __future__ import annotations

from typing import Final

from ctexplore.investigate.times import stamp
from ctexplore.query.narrow import only
from ctexplore.store.columns.table import Table

# Seconds before and after, as the filter language writes them.
SPANS: Final = ("30s", "1m", "5m", "15m", "1h", "6h", "24h", "7d")
USUAL: Final = 2

# Names of scopes and the column that each holds on to.
SCOPES: Final = {
    "everything": "",
    "actor": "actor",
    "session": "key",
    "ip": "ip",
    "resource": "target",
}


def around(table: Table, row: int, span: str, scope: str) -> str:
    """A filter's text. Raises ValueError, with a sentence, where the event has nothing that the
    scope could hold on to."""
    when = stamp(int(table.time[row]))
    if when is None:
        raise ValueError("the event has no time")
    text = f"at:{when}+-{span}"
    field = SCOPES[scope]
    if not field:
        return text
    value = table.text(field, row)
    if not value:
        raise ValueError(f"the event names no {scope if scope != 'session' else 'access key'}")
    return only(text, field, value)

"""What may follow in the filter bar, counted among the events that the rest of it lets through."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from ctexplore.query.complete import Completion, completions, named
from ctexplore.query.evaluate import Filter
from ctexplore.query.facets import RowNumbers
from ctexplore.query.lexer import tokens
from ctexplore.query.parse import parse
from ctexplore.query.syntax import FilterError
from ctexplore.store.columns.order import View
from ctexplore.store.columns.table import Table
from ctexplore.tui.filter.view_file import KnownViews, own_views


class Completing:
    """Keeps the rows of the terms before the one that is typed: they stay while it grows."""

    def __init__(self, views: KnownViews | None = None) -> None:
        """views: named filters to offer; by default those of the configuration file."""
        self._views = views or own_views()
        self._before = ""
        self._at: tuple[Table, int] | None = None
        self._rows: RowNumbers | None = None

    def offers(self, view: View | None, text: str, cursor: int) -> list[Completion]:
        if view is None:
            return []
        found = completions(text, cursor, view.table, self._rows_before(view, text[:cursor]))
        views = {name: known.filter for name, known in self._views.now().items()}
        own = named(text, cursor, views)
        # What was typed of a name says more than nothing at all.
        return [*own, *found] if text[:cursor].strip() else [*found, *own]

    def _rows_before(self, view: View, text: str) -> RowNumbers | None:
        """The rows that the terms before the last field let through; None is all of them."""
        fields = [token for token in tokens(text) if token.kind == "field"]
        before = text[: fields[-1].start].rstrip("- \t") if fields else ""
        at = view.table, view.table.count
        if before != self._before or at != self._at:
            self._before, self._at = before, at
            self._rows = _rows(view.table, before)
        return self._rows


def _rows(table: Table, text: str) -> RowNumbers | None:
    """None as well for what would have to read records: a key must not wait for that."""
    try:
        wanted = Filter(parse(text, datetime.now(UTC)))
    except FilterError:
        return None
    if not text or wanted.needs_records:
        return None
    return np.flatnonzero(wanted.mask(table, 0, table.count, None)).astype(np.uint32)

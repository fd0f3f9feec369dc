"""Exporting from the main screen: which events, and what becomes of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import numpy as np
from textual import on
from textual.binding import Binding, BindingType

from ctexplore.export.fields import field
from ctexplore.export.vouched import COLUMN
from ctexplore.store.columns.batch import Codes
from ctexplore.store.columns.order import View
from ctexplore.store.session import Session
from ctexplore.text import safe
from ctexplore.tui.counts.overview import OverviewScreen
from ctexplore.tui.detail.event_detail import EventDetail
from ctexplore.tui.export_dialog import ExportDialog, Offer
from ctexplore.tui.exporting import Export, ExportEnded, Wish

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Seconds that leaving the program waits for a file that is not finished to be removed.
_WAIT = 2.0


class ExportsScreen(OverviewScreen):
    """``e`` asks; files are written beside everything else."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "export", "Export", id="app.export", tooltip="Export events to a file"),
    ]

    def on_mount(self) -> None:
        self._exports: list[Export] = []

    def on_unmount(self) -> None:
        for export in self._exports:
            export.stop(_WAIT)

    def action_export(self) -> None:
        view, session = self.events.view, self.desk.session
        row = self.events.cursor_row
        if view is None or session is None or row is None:
            self.notify(
                "nothing to export: no event is in the list", severity="warning", markup=False
            )
            return
        offers = [
            Offer(f"{len(view):,} in the list", _span_name(view), lambda: view.rows),
            Offer("this event", _name(view, "event", row), lambda: np.array([row], np.uint32)),
        ]
        if self.query_one(EventDetail).has_focus_within:
            offers.reverse()
        if marked := self.events.marked:
            rows = np.array(sorted(marked), np.uint32)
            name = _name(view, "marked", int(rows[0]))
            offers.insert(0, Offer(f"{len(rows):,} marked", name, lambda: _newest(session, rows)))
        names = self.events.columns
        if self.desk.reason is not None and COLUMN not in names:
            names = (*names, COLUMN)
        fields = tuple(field(name) for name in names)

        def start(offer: Offer, form: str, path: Path, replace: bool) -> Export:
            wish = Wish(path, form, offer.rows, fields, replace, self.desk.reason)
            export = Export(session, wish, self.post_message)
            self._exports.append(export)
            export.start()
            return export

        self.app.push_screen(ExportDialog(offers, Path.cwd(), start))

    @on(ExportEnded)
    def _export_ended(self, event: ExportEnded) -> None:
        self._exports.remove(event.export)
        for screen in self.app.screen_stack:
            if isinstance(screen, ExportDialog) and screen.ended(event):
                return
        self.notify(
            safe(event.said),
            severity="warning" if event.lost else "information" if event.written else "error",
            markup=False,
            timeout=8,
        )


def _newest(session: Session, rows: Codes) -> Codes:
    """The rows in the list's own order, newest first."""
    order = session.order.newest_first()
    return order[np.isin(order, rows)]


def _span_name(view: View) -> str:
    """As _name, of the first and last day of a list that is in the order of time."""
    newest, oldest = (_day(view, int(view.rows[n])) for n in (0, -1))
    if view.sort is not None or not oldest or not newest:
        return "events"
    return f"events-{oldest}" if oldest == newest else f"events-{oldest}-to-{newest}"


def _name(view: View, what: str, row: int) -> str:
    day = _day(view, row)
    return f"{what}-{day}" if day else what


def _day(view: View, row: int) -> str:
    if not view.table.has_time(row):
        return ""
    return f"{(_EPOCH + timedelta(milliseconds=int(view.table.time[row]))).date()}"

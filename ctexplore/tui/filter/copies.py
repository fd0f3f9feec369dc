"""The filter copied for use elsewhere: as a command of ours, as SQL, as a command of AWS's."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from ctexplore.engines.athena.quoting import NotInSql
from ctexplore.engines.athena.sql import select
from ctexplore.engines.lookup_command import NotThere, lookup_commands
from ctexplore.query.parse import parse
from ctexplore.query.syntax import FilterError
from ctexplore.text import safe
from ctexplore.trail.layout import place_of
from ctexplore.tui.clipboard import copy
from ctexplore.tui.command_line import query_command
from ctexplore.tui.filter.views import ViewsScreen

_TABLE = "the table is called cloudtrail_logs; ctexplore athena sql takes another --table"
_KEPT = "Event history keeps management events 90 days"


class CopiesScreen(ViewsScreen):
    """What the palette copies of the filter that the list shows."""

    async def action_copy_command(self) -> None:
        session = self.desk.session
        if session is None:
            self.notify("nothing is open yet", markup=False)
            return
        command = query_command(self.desk.source, session.scope, self.bar.text)
        await self._copy_filter(command.text, command.note)

    async def action_copy_sql(self) -> None:
        try:
            sql = select(parse(self.bar.text, datetime.now(UTC)))
        except (NotInSql, FilterError) as error:
            self._not_copied(f"cannot be said in SQL: {error}")
        else:
            await self._copy_filter(sql, _TABLE)

    async def action_copy_lookup(self) -> None:
        scope = self.desk.session.scope if self.desk.session else None
        folders = scope.folders if scope else ()
        regions = {place_of(f).region for f in folders} - {"", None} or set()
        if scope and scope.regions:
            regions = set(scope.regions)
        try:
            node = parse(self.bar.text, datetime.now(UTC))
            # How AWS spells a name takes a third of a second to find out.
            lines = await asyncio.to_thread(lookup_commands, node, map(str, regions))
        except (NotThere, FilterError) as error:
            self._not_copied(str(error))
        else:
            await self._copy_filter("\n".join(lines), _KEPT)

    async def _copy_filter(self, text: str, note: str) -> None:
        said = await copy(self.app, text)
        self.notify(safe("; ".join(filter(None, (said, note)))), markup=False)

    def _not_copied(self, reason: str) -> None:
        self.notify(safe(f"not copied: {reason}"), severity="warning", markup=False)

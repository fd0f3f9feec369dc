"""What the status line says of a load beside its files."""

from __future__ import annotations

from msgspec.structs import replace

from ctexplore.store.sent import Sent
from ctexplore.tui.status import StatusLine
from tests.build import event, gz, log
from tests.sources.memory_source import MemorySource, log_key
from tests.tui.explorer import opened

EAST = "AWSLogs/111122223333/CloudTrail/us-east-1/"


async def test_an_opened_day_tells_how_much_of_it_came_after_midnight() -> None:
    late = [event(2, eventTime="2024-01-15T23:58:00Z"), event(3, eventTime="2024-01-16T00:01:00Z")]
    files = {
        log_key("2024/01/15"): gz(log(event(1, eventTime="2024-01-15T09:00:00Z"))),
        log_key("2024/01/16", "0005"): gz(log(*late)),
        log_key("2024/01/16", "0900"): gz(log(event(4, eventTime="2024-01-16T08:59:00Z"))),
    }
    async with opened(MemorySource(files), size=(140, 30)) as explorer:
        explorer.screen.open((EAST + "2024/01/15/",))
        await explorer.until(lambda: "1 delivered after midnight" in explorer.text)
        assert "2 files = 2 read + 0 failed + 0 skipped · 2 events" in explorer.text
        await explorer.until(lambda: "2 of 2" in explorer.lines[1])


async def test_requests_are_counted_where_there_were_some() -> None:
    async with opened(size=(140, 30)) as explorer:
        line, session = explorer.screen.query_one(StatusLine), explorer.screen.desk.session
        assert session is not None
        assert "LIST" not in explorer.text
        done = replace(session.tally)
        line.show(done, running=False, folded=0, sent=Sent(13, 1_412, 0))
        await explorer.settle()
        assert " · 13 LIST, 1,412 GET" in explorer.text
